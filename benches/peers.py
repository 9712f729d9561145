"""Peers on the files of `benches/six.rs`: peers.py ROOT.pem FILE...  CPU ms, medians.

pdfsig as a whole process (it starts in a few ms); pyHanko warm, in one process, with and without its
difference analysis."""
import io, logging, resource, statistics, subprocess, sys, time
from pathlib import Path

from asn1crypto import pem, x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

logging.disable(logging.CRITICAL)
ROUNDS = 7


def root(path):
    return x509.Certificate.load(pem.unarmor(Path(path).read_bytes())[2])


def pdfsig(path):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(['pdfsig', path], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1e3


def pyhanko(data, anchor, skip_diff):
    start = time.process_time()
    reader = PdfFileReader(io.BytesIO(data))
    for signature in reader.embedded_regular_signatures:
        context = ValidationContext(trust_roots=[anchor], allow_fetching=False)
        status = validate_pdf_signature(signature, context, skip_diff=skip_diff)
        assert status.intact and status.valid
    return (time.process_time() - start) * 1e3


def median(measure):
    measure()
    return statistics.median(measure() for _ in range(ROUNDS))


anchor = root(sys.argv[1])
print('| file | pdfsig, process | pyHanko, no difference analysis | pyHanko |')
print('|---|---:|---:|---:|')
for name in sys.argv[2:]:
    data = Path(name).read_bytes()
    row = median(lambda: pdfsig(name)), median(lambda: pyhanko(data, anchor, True)), median(lambda: pyhanko(data, anchor, False))
    print(f'| {Path(name).stem} | ' + ' | '.join(f'{x:.1f}' for x in row) + ' |')
