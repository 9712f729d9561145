#!/bin/sh
# RUSTC_WRAPPER of run.sh: counts coverage in what reads the bytes of strangers. All else is compiled as it is, which
# halves the build and does not send the fuzzer into code that has no say.
case "${CARGO_PKG_NAME:-}/${CARGO_CRATE_NAME:-}" in
*/build_script_*) ;;
kyso/* | kyso-fuzz/* | der/* | spki/* | pkcs8/* | pkcs5/* | miniz_oxide/* | flate2/* | weezl/* | png/* | quick-xml/* | hayro-*)
    exec "$@" -Cpasses=sancov-module -Cllvm-args=-sanitizer-coverage-level=4 \
        -Cllvm-args=-sanitizer-coverage-inline-8bit-counters -Cllvm-args=-sanitizer-coverage-pc-table \
        -Cllvm-args=-sanitizer-coverage-trace-compares
    ;;
esac
exec "$@"
