//! Everything that runs on the server.
