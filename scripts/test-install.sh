#!/usr/bin/env bash
# `make install` gives what a C program needs: header, libraries, SONAME, kyso.pc.
set -euo pipefail
cd "$(dirname "$0")/.."
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
make -s install PROFILE=dev FEATURES="${FEATURES:-}" DESTDIR="$dir" PREFIX=/opt/kyso
cat > "$dir/version.c" <<'END'
#include <kyso.h>
#include <string.h>
int main(void) { return kyso_abi_version() == KYSO_ABI_VERSION && strlen(kyso_version()) > 4 ? 0 : 1; }
END
export PKG_CONFIG_PATH="$dir/opt/kyso/lib/pkgconfig" PKG_CONFIG_SYSROOT_DIR="$dir"
# shellcheck disable=SC2046
cc -std=c11 -Wall -Wextra -Werror $(pkg-config --cflags kyso) "$dir/version.c" $(pkg-config --libs kyso) -o "$dir/version"
LD_LIBRARY_PATH="$dir/opt/kyso/lib" "$dir/version"
readelf -d "$dir/version" | grep -q 'NEEDED.*libkyso\.so\.[0-9]'
"$dir/opt/kyso/bin/kyso" --version
