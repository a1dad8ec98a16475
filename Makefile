# What the contract promises: run, test, build, bench. `make setup` installs what they need and this machine lacks; each of them does so too.
#
# Developing with cargo-leptos, where it is installed (`cargo install cargo-leptos --version 0.3.6 --locked --features no_downloads`):
# `PATH=$(dirname $(.ci/setup --wasm-bindgen)):$PATH cargo leptos watch -- serve`, with the variables that .ci/run-dev sets.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := build
MAKEFLAGS += --no-print-directory

# The promised files are below target/, also where cargo builds elsewhere.
TARGET := $(if $(CARGO_TARGET_DIR),$(abspath $(CARGO_TARGET_DIR)),$(CURDIR)/target)
export CARGO_TARGET_DIR := $(TARGET)

.PHONY: run test build bench fuzz fuzz-short lint sbom fmt site setup server server-checked tests-checked release browser-tests

# Two cores: with -j2, make's job server hands out two places to both cargos together, so that neither waits while the other links.
run:
	@$(MAKE) -j2 site server
	exec .ci/run-dev "$(TARGET)/debug/latchkey"

server:
	+cargo build --locked --features sandbox

# The sandbox's debug binary serves the browser tests.
test:
	@.ci/setup browser
	@$(MAKE) -j2 site release server-checked
	$(CHECKED) cargo test --locked $(TESTED)
	$(MAKE) browser-tests

# Not --workspace: fuzz/ needs libFuzzer, and its features would change how the app is built.
TESTED := --package latchkey --package latchkey-sandbox --features sandbox

# clippy-driver is rustc with lints: what the tests are built with checks our own code as well, and the dependencies are compiled once.
CHECKED := RUSTC_WORKSPACE_WRAPPER=clippy-driver CLIPPY_ARGS=-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__

server-checked: tests-checked
	+$(CHECKED) cargo build --locked --features sandbox

tests-checked:
	+$(CHECKED) cargo test --locked $(TESTED) --all-targets --no-run

browser-tests:
	cd end2end && LATCHKEY_SERVER="$(TARGET)/release/latchkey" LATCHKEY_SANDBOX="$(TARGET)/debug/latchkey" LEPTOS_SITE_ROOT="$(CURDIR)/target/site" sh -c "npm test && npm run crash && npm run matrix"

build:
	@$(MAKE) -j2 site release
	@if [[ "$(TARGET)" != "$(CURDIR)/target" ]]; then mkdir -p target/release && cp -f "$(TARGET)/release/latchkey" target/release/latchkey; fi

release:
	+cargo build --locked --release

bench: build
	cargo bench --locked --bench launch
	cargo bench --locked --features fuzz --bench lists

# Every parser of what comes from outside, SECONDS_EACH seconds each (.ci/fuzz). `fuzz-short` is what CI does.
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

# What the release holds, as CycloneDX.
sbom:
	@.ci/setup wasm
	node .ci/sbom.mjs target/latchkey.cdx.json

fmt:
	cargo fmt --all

setup:
	.ci/setup wasm browser

# The browser's half and the style sheet.
site:
	+@.ci/setup wasm
	+@module=$$(.ci/wasm) && node .ci/site.mjs "$$module" "$$(.ci/setup --wasm-bindgen)" target/site
