//! The one binary: everything it can do is a command in `server::cli`.

fn main() {}
