#!/usr/bin/env bash
# Installs what the tests need and is missing: Debian packages, a Python with pyHanko in target/venv, the test corpora in
# target/corpora. In CI (CI is set) whatever cannot be had is a failure; elsewhere it is said loudly and the tests go on without.
#   KYSO_PYTHON   a Python that has pyHanko 0.38, signxml 5.2 and certomancer[web-api] 0.16, instead of target/venv
#   KYSO_CORPORA  unpacked corpora, instead of target/corpora
set -euo pipefail
cd "$(dirname "$0")/.."

PYHANKO=0.38.0
SIGNXML=5.2.0
CERTOMANCER=0.16.0
missing() {
    if [ -n "${CI:-}" ]; then
        echo "setup-tests: $* (a failure in CI)" >&2
        exit 1
    fi
    printf '\n!!! setup-tests: %s\n!!! The tests that need it will fail or check nothing.\n\n' "$*" >&2
}

# command=package
tools="qpdf=qpdf pdfsig=poppler-utils openssl=openssl valgrind=valgrind gcc=gcc g++=g++ clang=clang clang++=clang
       nm=binutils pkg-config=pkg-config flock=util-linux xz=xz-utils python3=python3 xmlsec1=xmlsec1
       softhsm2-util=softhsm2 pkcs11-tool=opensc certutil=libnss3-tools keytool=default-jre-headless script=bsdutils"
absent() {
    local tool
    for tool in $tools; do
        command -v "${tool%%=*}" >/dev/null || echo "${tool##*=}"
    done | sort -u
    # Debian's python3 comes without what makes a venv.
    if [ -z "${KYSO_PYTHON:-}" ] && command -v python3 >/dev/null; then
        python3 -c 'import ensurepip' 2>/dev/null || echo python3-venv
    fi
}
packages=$(absent)
if [ -n "$packages" ] && command -v apt-get >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    export DEBIAN_FRONTEND=noninteractive
    # shellcheck disable=SC2086
    { $sudo apt-get update -q && $sudo apt-get install -q -y --no-install-recommends $packages; } >&2 || true
    packages=$(absent)
fi
[ -z "$packages" ] || missing "please install:" $packages
# libFuzzer, ready made; without it fuzz/run.sh compiles one, which takes a minute.
if ! ls /usr/lib/llvm-14/lib/clang/*/lib/linux/libclang_rt.fuzzer-x86_64.a >/dev/null 2>&1 && command -v apt-get >/dev/null; then
    sudo=""
    [ "$(id -u)" = 0 ] || sudo="sudo -n"
    $sudo apt-get install -q -y --no-install-recommends libclang-rt-14-dev >&2 || true
fi

if [ -z "${KYSO_PYTHON:-}" ]; then
    python=target/venv/bin/python
    if ! "$python" -c "import sys, signxml, pyhanko.version as v, certomancer.integrations.animator; from importlib.metadata import version as of; sys.exit((v.__version__, of('certomancer')) != ('$PYHANKO', '$CERTOMANCER'))" 2>/dev/null; then
        rm -rf target/venv
        { python3 -m venv target/venv \
            && "$python" -m pip install -q --disable-pip-version-check --no-input "pyHanko==$PYHANKO" "signxml==$SIGNXML" "certomancer[web-api]==$CERTOMANCER"; } \
            || missing "no pyHanko $PYHANKO, signxml $SIGNXML and certomancer $CERTOMANCER from PyPI"
    fi
fi

if [ -z "${KYSO_CORPORA:-}" ]; then
    corpora=../shared/corpora
    if [ -x "$corpora/unpack.sh" ]; then
        "$corpora/unpack.sh" target/corpora >/dev/null
    else
        missing "no test corpora at $corpora; set KYSO_CORPORA"
    fi
fi
