#!/usr/bin/env bash
# Every check, in the order in which a mistake shows soonest. Dev profile only.
set -euo pipefail
cd "$(dirname "$0")/.."
export KYSO_CORPORA="${KYSO_CORPORA:-$PWD/target/corpora}"
export KYSO_PYTHON="${KYSO_PYTHON:-$PWD/target/venv/bin/python}"
# A panic that a test expects need not print its stack.
export RUST_BACKTRACE=0 CARGO_TERM_COLOR="${CARGO_TERM_COLOR:-never}"
[ -d "$KYSO_CORPORA" ] || unset KYSO_CORPORA

step() {
    printf '\n== %s\n' "$*"
    local start=$SECONDS
    "$@"
    printf '== %s s\n' "$((SECONDS - start))"
}
step cargo fmt --check
step cargo fmt --check --manifest-path fuzz/Cargo.toml
step cargo clippy --locked --all-targets --features rust-crypto -- -D warnings
step cargo clippy --locked --lib --no-default-features --features aws-lc -- -D warnings
step cargo clippy --locked --lib --bin kyso --no-default-features --features cli,rust-crypto -- -D warnings
# Both providers at once, so that they are held against each other; then the second one alone, where a provider has a say.
step cargo test --locked --no-fail-fast --features rust-crypto
step cargo test --locked --lib --no-default-features --features rust-crypto -- \
    cms:: context:: crypto:: pki:: sign:: signer:: timestamp:: verify:: x509:: xmldsig::
step env RUSTDOCFLAGS="-D warnings" cargo doc --locked --no-deps --lib
# The features of the tests, so that nothing is built twice.
step make -s demo PROFILE=dev FEATURES=rust-crypto DEMO=target/demo-out
step env FEATURES=rust-crypto scripts/test-install.sh
# The same inputs every time: what a longer search finds becomes a test, and no change is blamed for it.
step fuzz/run.sh all 3 -seed=1
printf '\nEverything passed.\n'
