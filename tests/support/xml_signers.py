"""Documents signed by signxml: xml_signers.py KEY.pem CERTIFICATE.pem FOLDER writes one file for each way that it has."""
import sys
from pathlib import Path

from lxml import etree
from signxml import CanonicalizationMethod, DigestAlgorithm, SignatureMethod, XMLSigner, methods
from signxml.xades import XAdESDataObjectFormat, XAdESSigner

key, certificate = (Path(name).read_bytes() for name in sys.argv[1:3])
folder = Path(sys.argv[3])
DOCUMENT = '<a xmlns:y="urn:y" b="1">\n  <b Id="data" y:z="&quot;">t\u00e9 &lt;<c xmlns="urn:c"/></b><!-- c -->\n</a>'
kind = SignatureMethod.RSA_SHA256 if b'BEGIN PRIVATE' in key and '--ec' not in sys.argv else SignatureMethod.ECDSA_SHA256


def write(name, root):
    (folder / f'{name}.xml').write_bytes(etree.tostring(root, xml_declaration=True, encoding='utf-8'))


for c14n in CanonicalizationMethod:
    for method in (methods.enveloped, methods.enveloping):
        # It digests comments where the transform would, though "" and "#id" select none (XMLDSig 1.1 clause 4.4.3.3);
        # xmlsec1 refuses these as well.
        document = DOCUMENT.replace('<!-- c -->', '') if 'COMMENTS' in c14n.name else DOCUMENT
        signer = XMLSigner(method=method, c14n_algorithm=c14n, signature_algorithm=kind)
        write(f'{method.name}-{c14n.name}', signer.sign(etree.fromstring(document), key=key, cert=certificate))
for digest in (DigestAlgorithm.SHA256, DigestAlgorithm.SHA384, DigestAlgorithm.SHA512):
    signer = XMLSigner(method=methods.enveloped, digest_algorithm=digest, signature_algorithm=kind)
    write(f'digest-{digest.name}', signer.sign(etree.fromstring(DOCUMENT), key=key, cert=certificate))
if kind is SignatureMethod.RSA_SHA256:
    for algorithm in (SignatureMethod.RSA_SHA512, SignatureMethod.SHA256_RSA_MGF1, SignatureMethod.SHA512_RSA_MGF1):
        signer = XMLSigner(method=methods.enveloped, signature_algorithm=algorithm)
        write(f'method-{algorithm.name}', signer.sign(etree.fromstring(DOCUMENT), key=key, cert=certificate))
signer = XAdESSigner(claimed_roles=['signer'], data_object_format=XAdESDataObjectFormat(MimeType='text/xml'),
                     c14n_algorithm=CanonicalizationMethod.CANONICAL_XML_1_1, signature_algorithm=kind)
write('xades', signer.sign(etree.fromstring(DOCUMENT), key=key, cert=certificate))
