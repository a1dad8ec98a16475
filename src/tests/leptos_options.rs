//! Leptos's options stand twice: in Cargo.toml for cargo-leptos, in Leptos.toml for a deployed server.

/// The lines of a file's `[package.metadata.leptos]`, without comments.
fn options(file: &str) -> Vec<&str> {
    file.lines()
        .skip_while(|line| *line != "[package.metadata.leptos]")
        .skip(1)
        .take_while(|line| !line.starts_with('['))
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .collect()
}

#[test]
fn the_server_runs_with_the_options_that_it_is_built_with() {
    let (built, run) = (options(include_str!("../../Cargo.toml")), options(include_str!("../../Leptos.toml")));
    assert!(!run.is_empty());
    for option in run {
        assert!(built.contains(&option), "{option} stands in Leptos.toml, and not so in Cargo.toml");
    }
}
