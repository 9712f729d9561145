"""signxml's view of signed XML. Lines on standard input: file, certificate, number of references, xades or dsig, ids
(comma-separated names of id attributes, or nothing); each answered by `ok` or the reason, in order."""
import sys

from signxml import SignatureConfiguration, XMLVerifier
from signxml.xades import XAdESSignatureConfiguration, XAdESVerifier


def judged(file, certificate, references, kind, ids):
    settings = dict(expect_references=int(references))
    verifier, config = XMLVerifier(), SignatureConfiguration(**settings)
    if kind == "xades":
        verifier, config = XAdESVerifier(), XAdESSignatureConfiguration(**settings)
    with open(file, "rb") as xml, open(certificate) as pem:
        data, trusted = xml.read(), pem.read()
    more = dict(id_attribute=ids) if ids else {}
    result = verifier.verify(data, x509_cert=trusted, expect_config=config, **more)
    got = len(result) if isinstance(result, list) else 1
    return "ok" if got == int(references) else f"{got} references"


for line in sys.stdin:
    try:
        print(judged(*line.rstrip("\n").split("\t")))
    except Exception as error:  # noqa: BLE001: whatever it is, it is the answer
        print(f"{type(error).__name__}: {error}".replace("\n", " "))
