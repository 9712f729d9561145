"""Reads names of signed files, each with its password behind a tab where it has one, prints `name <tab> fault` for each whose last six signatures pyHanko does not find
intact, covering their revision, and unmodified by the later ones."""
import io, logging, os, sys, warnings
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from pyhanko.pdf_utils.crypt import AuthStatus
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import SignatureCoverageLevel as Coverage
from pyhanko_certvalidator import ValidationContext


def judge(line):
    name, _, password = line.partition('\t')
    warnings.filterwarnings('ignore')
    logging.disable(logging.CRITICAL)
    try:
        reader = PdfFileReader(io.BytesIO(Path(name).read_bytes()), strict=False)
        if reader.encrypted:
            # Up to revision 4 qpdf takes the bytes of a password as they are.
            forms = (password.encode(), password)
            if all(reader.decrypt(form).status == AuthStatus.FAILED for form in forms):
                return 'pyHanko: the password does not open it'
        signatures = list(reader.embedded_regular_signatures)[-6:]
        if len(signatures) < 6:
            return f'pyHanko sees {len(signatures)} signatures'
        for number, signature in enumerate(signatures, 1):
            status = validate_pdf_signature(signature, ValidationContext(trust_roots=[], allow_fetching=False))
            wanted = Coverage.ENTIRE_FILE if number == 6 else Coverage.ENTIRE_REVISION
            if not (status.intact and status.valid):
                return f'pyHanko: signature {number} is not intact'
            if status.coverage < wanted:
                return f'pyHanko: signature {number} covers {status.coverage.name}'
            if status.modification_level > ModificationLevel.FORM_FILLING or status.docmdp_ok is False:
                return f'pyHanko: signature {number} was modified later: {status.modification_level.name}'
    except Exception as fault:
        return f'pyHanko: {type(fault).__name__}: {str(fault)[:120]}'
    return None


if __name__ == '__main__':
    names = sys.stdin.read().split('\n')[:-1]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for name, fault in zip((line.partition('\t')[0] for line in names), pool.map(judge, names, chunksize=4)):
            if fault:
                print(Path(name).name, fault.replace('\t', ' ').replace('\n', ' '), sep='\t')
