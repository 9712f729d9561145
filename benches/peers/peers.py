"""Peers on the files of the bench: peers.py (ROOT.pem FILE)...  prints `peer TAB file TAB ms` (CPU time, medians).

Whole processes (they start in a few ms): kyso, pdfsig, mutool. Warm, in one process, the best that they can do: pyHanko
with and without its difference analysis, endesive, PDFBox, oxidize-pdf. What is not installed is told as a remark;
benches/setup-peers.sh sets up the last three."""
import io, logging, os, resource, shutil, statistics, subprocess, sys, time
from pathlib import Path

ROUNDS = 5
# Milliseconds; what takes longer is not run again.
ONCE_IS_ENOUGH = 20_000
PEERS = Path(os.environ.get('KYSO_PEERS', 'target/peers'))
ENDESIVE = '--endesive' in sys.argv
GIVEN = [argument for argument in sys.argv[1:] if argument != '--endesive']
FILES = list(zip(GIVEN[::2], GIVEN[1::2]))
logging.disable(logging.CRITICAL)


def missing(peer, why):
    print(f'# **Not measured**: {peer} ({why})', flush=True)


def process(*command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def cpu(work):
    start = time.process_time()
    work()
    return (time.process_time() - start) * 1e3


def processes():
    kyso = os.environ.get('KYSO_PROGRAM')
    if kyso:
        crls = [part for crl in os.environ.get('KYSO_CRLS', '').split(':') if crl for part in ('--crl', crl)]
        yield 'kyso, process', lambda root, path, data: process(
            kyso, 'verify', '--format', 'json', '--revocation', 'report', '--trust', root, *crls, path)
    for name, command in [('pdfsig', lambda root, path: ['pdfsig', path]),
                          ('mutool', lambda root, path: ['mutool', 'sign', '-v', path])]:
        if shutil.which(name):
            yield f'{name}, process', lambda root, path, data, command=command: process(*command(root, path))
        else:
            missing(name, 'not installed')


def pyhanko():
    try:
        from asn1crypto import pem, x509
        from importlib.metadata import version
        from pyhanko.pdf_utils.reader import PdfFileReader
        from pyhanko.sign.validation import validate_pdf_signature
        from pyhanko_certvalidator import ValidationContext
    except ImportError as error:
        return missing('pyHanko', f'KYSO_PYTHON; {error}')
    name = f'pyHanko {version("pyhanko")}'
    roots = {root: x509.Certificate.load(pem.unarmor(Path(root).read_bytes())[2]) for root, _ in FILES}

    def check(root, path, data, skip_diff):
        def work():
            for signature in PdfFileReader(io.BytesIO(data)).embedded_regular_signatures:
                context = ValidationContext(trust_roots=[roots[root]], allow_fetching=False)
                status = validate_pdf_signature(signature, context, skip_diff=skip_diff)
                assert status.intact and status.valid
        return cpu(work)
    yield f'{name}, no difference analysis', lambda *a: check(*a, skip_diff=True)
    # It walks every object for every revision: a minute for 60,000 objects and six signatures, an hour for twenty.
    yield name, lambda root, path, data: (
        None if '60000' in path and '_6' not in Path(path).name else check(root, path, data, skip_diff=False))


def endesive():
    """In a process of its own: it brings modules that pyHanko has in another version."""
    sys.path.insert(0, str(PEERS / 'python'))
    try:
        from endesive import pdf
    except Exception as error:
        return missing('endesive', f'benches/setup-peers.sh; {error}')

    def check(root, path, data):
        trusted = [Path(root).read_bytes()]
        def work():
            results = pdf.PDFVerifier(data, trusted).verify_all_signatures()
            assert results and all(one.hashok and one.signatureok for one in results)
        return cpu(work)
    yield 'endesive', check


def median(measure, root, path, data):
    first = measure(root, path, data)
    if first is None or first > ONCE_IS_ENOUGH:
        return first
    rounds = ROUNDS if len(data) < 20_000_000 and first < 2000 else 1
    return statistics.median(measure(root, path, data) for _ in range(rounds))


def measure_all(peers):
    for root, path in FILES:
        data = Path(path).read_bytes()
        for name, measure in peers:
            try:
                ms = median(measure, root, path, data)
            except Exception as error:
                print(f'# **Not measured**: {name} on {Path(path).name}: {type(error).__name__}: {error}'[:200])
                continue
            if ms is not None:
                print(f'{name}\t{path}\t{ms:.3f}', flush=True)


def main():
    if ENDESIVE:
        return measure_all([*endesive()])
    measure_all([*processes(), *pyhanko()])
    files = [part for pair in FILES for part in pair]
    subprocess.run([sys.executable, __file__, '--endesive', *files], stderr=subprocess.DEVNULL)
    # Programs that measure themselves, warm, and print the same lines.
    java = PEERS / 'pdfbox' / 'pdfbox-verify.jar'
    if java.is_file():
        command = ['java', '-Xmx4g', '-cp', f'{java}:{java.parent}/lib/*', 'PdfBoxVerify']
        subprocess.run([*command, str(ROUNDS), *files], stderr=subprocess.DEVNULL)
    else:
        missing('PDFBox', 'benches/setup-peers.sh')
    oxidize = PEERS / 'oxidize' / 'release' / 'oxidize-verify'
    if oxidize.is_file():
        subprocess.run([oxidize, str(ROUNDS), *files], stderr=subprocess.DEVNULL)
    else:
        missing('oxidize-pdf', 'benches/setup-peers.sh')


main()
