# The main targets are run, test, build and bench. Each installs the tools that are missing, as `make setup` does.
#
# To develop with cargo-leptos (`cargo install cargo-leptos --version 0.3.6 --locked --features no_downloads`), run
# `PATH=$(dirname $(.ci/setup --wasm-bindgen)):$PATH cargo leptos watch -- serve`, with the variables that .ci/run-dev
# sets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
MAKEFLAGS += --no-print-directory

# `make build` leaves its files in target/ even if cargo builds elsewhere.
TARGET := $(if $(CARGO_TARGET_DIR),$(abspath $(CARGO_TARGET_DIR)),$(CURDIR)/target)
export CARGO_TARGET_DIR := $(TARGET)

.PHONY: run test build bench fuzz fuzz-short lint sbom fmt site setup server server-checked tests-checked release \
  browser-tests

# For two cores: with -j2, both cargo processes share make's two job slots, so one compiles while the other links.
run:
	@$(MAKE) -j2 site server
	exec .ci/run-dev "$(TARGET)/debug/latchkey"

server:
	+cargo build --locked --features sandbox

# The browser tests run the sandbox from the debug binary.
test:
	@.ci/setup browser
	@$(MAKE) -j2 site release server-checked
	$(CHECKED) cargo test --locked $(TESTED)
	$(MAKE) browser-tests

# Not --workspace: fuzz/ needs libFuzzer, and its features would change how the app is built.
TESTED := --package latchkey --package latchkey-sandbox --features sandbox

# clippy-driver is rustc with lints. Building the tests with it also checks our code, and dependencies compile once.
CHECKED := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__

server-checked: tests-checked
	+$(CHECKED) cargo build --locked --features sandbox

tests-checked:
	+$(CHECKED) cargo test --locked $(TESTED) --all-targets --no-run

browser-tests: export LATCHKEY_SERVER := $(TARGET)/release/latchkey
browser-tests: export LATCHKEY_SANDBOX := $(TARGET)/debug/latchkey
browser-tests: export LEPTOS_SITE_ROOT := $(CURDIR)/target/site
browser-tests:
	cd end2end && npm test && npm run crash && npm run matrix

build:
	@$(MAKE) -j2 site release
	@if [[ "$(TARGET)" != "$(CURDIR)/target" ]]; then \
	  mkdir -p target/release && cp -f "$(TARGET)/release/latchkey" target/release/latchkey; fi

release:
	+cargo build --locked --release

bench: build
	cargo bench --locked --bench launch
	cargo bench --locked --features fuzz --bench lists

# Fuzzes every parser of external input for SECONDS_EACH seconds (.ci/fuzz). CI runs `fuzz-short`.
SECONDS_EACH := 300
fuzz:
	.ci/fuzz $(SECONDS_EACH)

fuzz-short:
	.ci/fuzz 10

lint: tests-checked
	cargo fmt --all --check
	node .ci/dialect.mjs
	@.ci/setup deny
	"$$(.ci/setup --cargo-deny)" --locked check bans licenses sources

# The release's dependencies, as a CycloneDX SBOM.
sbom:
	@.ci/setup wasm
	node .ci/sbom.mjs target/latchkey.cdx.json

fmt:
	cargo fmt --all

setup:
	.ci/setup wasm browser

# The WebAssembly, the frame script, the style sheet and the static files.
site:
	+@.ci/setup wasm
	+@module=$$(.ci/wasm) && node .ci/site.mjs "$$module" "$$(.ci/setup --wasm-bindgen)" target/site
