# Every task of this repository, one line each: `just --list`. The scripts do the work and need no `just`.

# Show this list
default:
    @just --list

# Real proofs, a real contract, the precompile in revm
demo:
    cargo run --release --locked -- demo

# Tests: everything, or the stages that are named
test *stages:
    tests/run {{ stages }}

# Tests, the long stages included
test-all:
    tests/run all

# Format Rust, Python and Solidity
fmt:
    cargo fmt --all
    cd python && ../.venv/bin/ruff format . ../tests/circuits ../fuzz
    cd spec/reference && ../../.venv/bin/ruff format .
    tools/forge fmt
    js/node_modules/.bin/biome check --write js web tests/web biome.json

# Build the JavaScript package (js/dist) and the page (web/dist)
page:
    cd js && npm ci
    node js/build.mjs
    node web/build.mjs

# Formatting, lints, lock files
lint:
    tests/run lint

# The documentation as a site, in target/book
book:
    tests/run docs

# Package the crates and build a consumer from the packages
package:
    tests/package/run

# A development chain with the precompile
node *args:
    cargo run --release --locked -- node {{ args }}

# Make spec/vectors again
vectors:
    cargo run --locked -p zk-verify-vectors

# Make contracts/artifacts again
artifacts:
    tools/artifacts

# Make contracts/.gas-snapshot again
gas-snapshot:
    tools/forge snapshot --match-contract KitGasTest --snap contracts/.gas-snapshot

# Make the lock files of the examples again, from Cargo.lock
lock-examples:
    tools/lock-examples

# Make the proof that the READMEs verify again
public-proof:
    tools/public-proof

# Measure and fit the gas schedule; writes target/gas
calibrate *args:
    cargo run --release --locked -- gas calibrate {{ args }}

# Benchmarks; `just peers` and `just peers-halo2` first bring the Solidity verifiers to compare with
bench *args:
    cargo bench --locked --bench verify -- {{ args }}

# Write ezkl's Solidity verifiers into target/peers
peers *circuits:
    .venv/bin/python tools/peers {{ circuits }}

# Write snark-verifier's contracts into target/peers-halo2
peers-halo2 *circuits:
    python3 tools/peers-halo2 {{ circuits }}

# Coverage of the consensus crates
coverage:
    tools/coverage

# The test vectors on wasm32 and RISC-V
portability:
    tools/portability

# Licences, advisories and sources of all dependencies (needs cargo-deny)
deny:
    cargo deny --workspace check

# What a release hands out, for this machine: crates, npm packages, the wheel, the archive of zkml
release-artifacts:
    tools/release artifacts

# Rehearse a release; publishes nothing
release-check tag="":
    tools/release check {{ tag }}
    tools/release publish --dry-run
