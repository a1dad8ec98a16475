//! What Latchkey is made of: no unsafe code of our own, TLS by rustls alone, and every package from crates.io, where it can't be changed
//! afterwards. Licences are cargo-deny's (deny.toml).

const MANIFEST: &str = include_str!("../../Cargo.toml");
const SANDBOX_MANIFEST: &str = include_str!("../../sandbox/Cargo.toml");
const LOCK: &str = include_str!("../../Cargo.lock");

/// What the lock file says of each package under a key.
fn locked(key: &str) -> impl Iterator<Item = &'static str> {
    let start = format!("{key} = \"");
    LOCK.lines().filter_map(move |line| line.strip_prefix(&start)?.strip_suffix('"'))
}

#[test]
fn no_unsafe_code_is_our_own() {
    let lints = MANIFEST.lines().skip_while(|line| *line != "[workspace.lints.rust]");
    assert!(lints.take_while(|line| !line.is_empty()).any(|line| line == "unsafe_code = \"forbid\""));
    for manifest in [MANIFEST, SANDBOX_MANIFEST] {
        assert!(manifest.contains("\n[lints]\nworkspace = true\n"));
    }
}

#[test]
fn tls_is_rustls_s_alone() {
    assert!(locked("name").any(|name| name == "rustls"));
    for other in ["openssl", "openssl-sys", "native-tls", "aws-lc-sys"] {
        assert!(!locked("name").any(|name| name == other), "{other} is locked");
    }
}

#[test]
fn every_package_is_crates_io_s_and_has_a_checksum() {
    for source in locked("source") {
        assert_eq!(source, "registry+https://github.com/rust-lang/crates.io-index");
    }
    let ours = ["latchkey", "latchkey-fuzz", "latchkey-sandbox"];
    let packages = locked("name").filter(|name| !ours.contains(name)).count();
    assert_eq!(locked("source").count(), packages);
    assert_eq!(locked("checksum").count(), packages);
}
