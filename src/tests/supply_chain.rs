//! What Latchkey is built from: no unsafe code of our own, rustls as the only TLS library, and all packages from
//! crates.io, where published versions are immutable. cargo-deny checks the licenses (deny.toml).

const MANIFEST: &str = include_str!("../../Cargo.toml");
const SANDBOX_MANIFEST: &str = include_str!("../../sandbox/Cargo.toml");
const LOCK: &str = include_str!("../../Cargo.lock");

/// Returns the values of a key, such as `name`, from all packages in the lock file.
fn locked(key: &str) -> impl Iterator<Item = &'static str> {
    let start = format!("{key} = \"");
    LOCK.lines().filter_map(move |line| line.strip_prefix(&start)?.strip_suffix('"'))
}

#[test]
fn our_own_code_contains_no_unsafe() {
    let lints = MANIFEST.lines().skip_while(|line| *line != "[workspace.lints.rust]");
    assert!(lints.take_while(|line| !line.is_empty()).any(|line| line == "unsafe_code = \"forbid\""));
    for manifest in [MANIFEST, SANDBOX_MANIFEST] {
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"));
    }
}

#[test]
fn rustls_is_the_only_tls_library() {
    assert!(locked("name").any(|name| name == "rustls"));
    for other in ["openssl", "openssl-sys", "native-tls", "aws-lc-sys"] {
        assert!(!locked("name").any(|name| name == other), "{other} is in Cargo.lock");
    }
}

#[test]
fn every_package_comes_from_crates_io_and_has_a_checksum() {
    for source in locked("source") {
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index");
    }
    let ours = ["latchkey", "latchkey-fuzz", "latchkey-sandbox"];
    let packages = locked("name").filter(|name| !ours.contains(name)).count();
    assert_eq!(locked("source").count(), packages);
    assert_eq!(locked("checksum").count(), packages);
}
