#!/usr/bin/env bash
# Builds the fuzz targets and runs one or all of them.
#
#   fuzz/run.sh TARGET|all SECONDS [libFuzzer options …]
#   fuzz/run.sh list
#
# Seeds come from the public test corpora (KYSO_CORPORA, else target/corpora), at run time; what was learned stays in
# target/fuzz/TARGET/corpus, inputs that broke something in target/fuzz/TARGET/found. Plain stable Rust: the flags of
# rustc.sh are those of `cargo fuzz run -s none`.
#   KYSO_FUZZ_FEATURES=near adds the target `text`; it builds the crates that interpret pages
#   CUSTOM_LIBFUZZER_PATH   a libFuzzer archive; else that of Debian's libclang-rt-14-dev, else it is compiled
set -euo pipefail
cd "$(dirname "$0")"
out=${CARGO_TARGET_DIR:-$PWD/../target}/fuzz
corpora=${KYSO_CORPORA:-$PWD/../target/corpora}
triple=$(rustc -vV | sed -n 's/^host: //p')
runtime=$(ls /usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-"${triple%%-*}".a 2>/dev/null | head -1) || true
if [ -z "${CUSTOM_LIBFUZZER_PATH:-}" ] && [ -n "$runtime" ]; then
    export CUSTOM_LIBFUZZER_PATH=$runtime CUSTOM_LIBFUZZER_STD_CXX=stdc++
fi

# Set here, so that flags from outside do not build everything once more.
export RUSTFLAGS="--cfg fuzzing" RUSTC_WRAPPER=$PWD/rustc.sh
cargo build --quiet --release --target "$triple" --target-dir "$out/build" --features "${KYSO_FUZZ_FEATURES:-}"
program=$out/build/$triple/release/kyso-fuzz
list() { KYSO_FUZZ_TARGET=list "$program"; }

[ "${1:-list}" != list ] || { list; exit; }
wanted=$1 seconds=$2
shift 2

run() { # NAME DICTIONARY MAX_LEN [options]
    local name=$1 dictionary=$2 max_len=$3 dir=$out/$1
    shift 3
    mkdir -p "$dir/corpus" "$dir/found"
    export KYSO_FUZZ_TARGET=$name
    if [ ! -e "$dir/seeded" ] && [ -d "$corpora" ]; then
        # Small files first: each is worth more to a fuzzer than a large one.
        find "$corpora" -type f -size -1024k -printf '%s %p\n' | sort -n | cut -d' ' -f2- \
            | KYSO_FUZZ_SEEDS=$dir/corpus "$program"
        touch "$dir/seeded"
    fi
    echo "== $name, $seconds s"
    "$program" "$dir/corpus" -artifact_prefix="$dir/found/" -dict="dictionaries/$dictionary.dict" -max_len="$max_len" \
        -max_total_time="$seconds" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 -verbosity=1 "$@" \
        >"$dir/log" 2>&1 || { tail -60 "$dir/log"; echo "$name: an input broke it, see $dir/found" >&2; return 1; }
    grep -E 'DONE|new_units_added|average_exec|peak_rss' "$dir/log" | tail -4 || true
}
known=no
while read -r name dictionary max_len; do
    if [ "$wanted" = all ] || [ "$wanted" = "$name" ]; then
        known=yes
        run "$name" "$dictionary" "$max_len" "$@"
    fi
done < <(list)
[ $known = yes ] || { echo "no target $wanted; there are: $(list | cut -d' ' -f1 | tr '\n' ' ')" >&2; exit 2; }
