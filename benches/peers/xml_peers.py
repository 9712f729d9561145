"""Peers on the XML files of the bench: xml_peers.py CERTIFICATE.pem FILE...  prints `peer TAB file TAB ms` (CPU time,
medians, warm) of all signatures of a file: the xmlsec library by python-xmlsec, signxml, bergshamra. What is not installed
is told as a remark; benches/setup-peers.sh sets them up."""
import os, statistics, subprocess, sys, time
from pathlib import Path

ROUNDS = 5
PEERS = Path(os.environ.get('KYSO_PEERS', 'target/peers'))
CERTIFICATE, FILES = sys.argv[1], sys.argv[2:]
DSIG = '{http://www.w3.org/2000/09/xmldsig#}'
sys.path.append(str(PEERS / 'python'))


def missing(peer, why):
    print(f'# **Not measured**: {peer} ({why})', flush=True)


def measured(name, path, check):
    size = os.path.getsize(path)
    try:
        check()
        times = []
        for _ in range(ROUNDS if size < 10_000_000 else 1):
            start = time.process_time()
            check()
            times.append((time.process_time() - start) * 1e3)
        print(f'{name}\t{path}\t{statistics.median(times):.3f}', flush=True)
    except Exception as error:
        missing(f'{name} on {Path(path).name}', f'{type(error).__name__}: {str(error)[:120]}')


def xmlsec_library():
    try:
        import xmlsec
        from lxml import etree
    except ImportError as error:
        return missing('xmlsec', error)
    version = '.'.join(map(str, xmlsec.get_libxmlsec_version()))
    key = xmlsec.Key.from_file(CERTIFICATE, xmlsec.constants.KeyDataFormatCertPem)
    for path in FILES:
        data = Path(path).read_bytes()

        def check():
            root = etree.fromstring(data, etree.XMLParser(huge_tree=True))
            xmlsec.tree.add_ids(root, ['Id'])
            for signature in root.iter(DSIG + 'Signature'):
                context = xmlsec.SignatureContext()
                context.key = key
                context.verify(signature)
        measured(f'xmlsec library {version}', path, check)


def signxml():
    try:
        from importlib.metadata import version
        from signxml import XMLVerifier, SignatureConfiguration
    except ImportError as error:
        return missing('signxml', error)
    pem = Path(CERTIFICATE).read_text()
    for path in FILES:
        data = Path(path).read_bytes()
        # It looks at one signature: the others of a file are not its matter.
        if data.count(b'<ds:SignedInfo>') > 1 or len(data) > 30_000_000:
            continue
        expect = SignatureConfiguration(expect_references=True)

        def check():
            XMLVerifier().verify(data, x509_cert=pem, expect_config=expect)
        measured(f'signxml {version("signxml")}', path, check)


def bergshamra():
    program = PEERS / 'bergshamra/release/bergshamra-verify'
    if not program.exists():
        return missing('bergshamra', 'benches/setup-peers.sh')
    for path in FILES:
        done = subprocess.run([program, str(ROUNDS), CERTIFICATE, path], capture_output=True, text=True)
        print(done.stdout, end='', flush=True)
        if done.returncode:
            missing(f'bergshamra on {Path(path).name}', done.stderr.strip().splitlines()[-1][:120] if done.stderr.strip() else done.returncode)


xmlsec_library()
signxml()
bergshamra()
