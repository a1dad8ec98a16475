//! Tests that no single module owns.

mod leptos_options;
