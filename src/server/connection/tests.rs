//! Tests of this module with a connector that answers as each test says.
