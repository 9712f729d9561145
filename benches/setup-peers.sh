#!/bin/sh
# Sets up the peers that `make bench` measures beside kyso, under target/peers: endesive (PyPI), PDFBox with
# BouncyCastle (Maven Central), oxidize-pdf (crates.io); for XML bergshamra (crates.io), xmlsec and signxml (PyPI).
# Each is optional: what fails is said, and left out.
# pdfsig (poppler-utils) and mutool (mupdf-tools) come from the system, pyHanko from `make test` or KYSO_PYTHON.
cd "$(dirname "$0")/.." || exit 1
peers=$PWD/target/peers
mkdir -p "$peers"
failed=
say() { printf '\n== %s\n' "$1"; }
missing() { printf '** NOT SET UP: %s\n' "$1"; failed=yes; }

say 'endesive 3.0.1'
python=${KYSO_PYTHON:-$PWD/target/venv/bin/python}
[ -x "$python" ] || python=python3
"$python" -m pip install --quiet --target "$peers/python" --no-deps \
    endesive==3.0.1 asn1crypto certvalidator oscrypto pypdf requests urllib3
"$python" -m pip install --quiet --target "$peers/python" --no-deps attrs 2>/dev/null
# oscrypto 1.3.0 does not recognise versions of OpenSSL with two digits, such as 3.0.22.
sed -i 's/d\\\\\.\\\\d\\\\\.\\\\d\[a-z\]\*/d+\\\\.\\\\d+\\\\.\\\\d+[a-z]*/' "$peers"/python/oscrypto/_openssl/_libcrypto_c*.py
PYTHONPATH=$peers/python "$python" -c 'from endesive import pdf' || missing endesive

say 'PDFBox 3.0.6, BouncyCastle 1.81'
if command -v mvn >/dev/null && command -v javac >/dev/null; then
    mkdir -p "$peers/pdfbox/lib" "$peers/pdfbox/classes"
    mvn -q -B -ntp -f benches/peers/pdfbox/pom.xml dependency:copy-dependencies \
        -DoutputDirectory="$peers/pdfbox/lib" -DincludeScope=runtime &&
        javac -cp "$peers/pdfbox/lib/*" -d "$peers/pdfbox/classes" benches/peers/pdfbox/PdfBoxVerify.java &&
        jar cf "$peers/pdfbox/pdfbox-verify.jar" -C "$peers/pdfbox/classes" . || missing PDFBox
else
    missing 'PDFBox (no mvn, no javac)'
fi

say 'oxidize-pdf 5.5.6'
CARGO_TARGET_DIR=$peers/oxidize cargo build --release --manifest-path benches/peers/oxidize/Cargo.toml || missing oxidize-pdf

say 'bergshamra 0.11.1'
CARGO_TARGET_DIR=$peers/bergshamra cargo build --release --manifest-path benches/peers/bergshamra/Cargo.toml || missing bergshamra

say 'xmlsec library 1.3.9 by python-xmlsec 1.3.17, signxml 5.2.0'
"$python" -m pip install --quiet --target "$peers/python" xmlsec==1.3.17 signxml==5.2.0 lxml || missing 'xmlsec, signxml'
PYTHONPATH=$peers/python "$python" -c 'import xmlsec, signxml' || missing 'xmlsec, signxml'

say 'from the system'
for program in pdfsig mutool; do command -v $program || missing "$program"; done
[ -z "$failed" ]
