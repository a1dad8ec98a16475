//! The Leptos options are in two files: Cargo.toml for cargo-leptos and Leptos.toml for a deployed server.

/// Returns the lines of the `[package.metadata.leptos]` section, without comments.
fn options(file: &str) -> Vec<&str> {
    file.lines()
        .skip_while(|line| *line != "[package.metadata.leptos]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn the_server_runs_with_the_options_it_was_built_with() {
    let (built, run) = (options(include_str!("../../Cargo.toml")), options(include_str!("../../Leptos.toml")));
    assert!(!run.is_empty());
    for option in run {
        assert!(built.contains(&option), "{option} is in Leptos.toml but not in Cargo.toml");
    }
}
