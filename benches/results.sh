#!/bin/sh
# make bench-results: runs the bench and writes what it prints into benches/RESULTS.md, below the mark.
set -e
cd "$(dirname "$0")/.."
printed=$(mktemp)
trap 'rm -f "$printed"' EXIT
make --no-print-directory bench > "$printed"
grep -q '^### Growth' "$printed"
kept=$(sed '/^<!-- printed -->$/q' benches/RESULTS.md)
{
    printf '%s\n\n' "$kept"
    printf '## %s, `make bench` at %s, %s\n\n' "$(date -u +%F)" "$(git rev-parse --short HEAD)" "$(rustc --version)"
    sed '/^KYSO_PYTHON=/d' "$printed"
} > benches/RESULTS.new
mv benches/RESULTS.new benches/RESULTS.md
