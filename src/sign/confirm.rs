//! The last look: the result is read again from its bytes, and every new signature is checked as a reader does.

use std::sync::Arc;

use super::signed::Appended;
use crate::{
    cms::{self, SignedData},
    context::Context,
    crypto::{
        DigestAlgorithm,
        sweep::{self, Begun, Outcome, Range},
    },
    error::{Error, ErrorKind, Place, Result},
    options::SubFilter,
    pdf::{
        Document,
        field::{self, SignatureDictionary},
        incremental::Gap,
    },
    progress::{Stage, Watch},
    report::{DigestStatus, ValueStatus},
    source::Source,
    text::rules,
    x509::Certificate,
};

/// A signature that has to be there.
#[derive(Debug)]
pub(super) struct Expected {
    pub(super) field: String,
    pub(super) gap: Gap,
    pub(super) digest: DigestAlgorithm,
    pub(super) certificate: Arc<Certificate>,
}

/// Checks every new signature. All are digested in one pass over what was appended, from `begun` on: the states that had
/// taken the base.
///
/// That the base is not digested a second time costs no safety. Everything that was made here lies behind it and is
/// read and digested anew. Whether the base is still what was digested is asked of the source, here and again
/// when the result is written, and that is when its bytes are read for the last time: a second pass here would have
/// ended before.
///
/// # Errors
/// `Refused` when one does not stand it; `Io` when the base was changed meanwhile; `Cancelled`.
pub(super) fn all(
    context: &Context,
    base: &Document,
    source: &Appended,
    expected: &[Expected],
    begun: Begun,
    watch: &Watch,
) -> Result<()> {
    let source: Arc<dyn Source> = Arc::new(source.clone());
    let document = Document::open_with(source.clone(), context.password(), watch)?;
    let newest = document.revisions().len().saturating_sub(1);
    let (fields, _) = field::signature_fields(&document, newest)?;
    if document.repaired() && !base.repaired() {
        return Err(not_confirmed("?", "cross-reference"));
    }
    let ranges: Vec<Range> = expected
        .iter()
        .map(|expected| Range {
            algorithm: expected.digest,
            gap_start: expected.gap.range.start,
            gap_end: expected.gap.range.end,
            end: expected.gap.end,
        })
        .collect();
    let appended = source.len().saturating_sub(begun.offset);
    let mut meter = watch.stage(Stage::Confirming, appended)?;
    let outcomes = sweep::resume(begun, &*source, &ranges, &mut meter)?;
    for (expected, outcome) in expected.iter().zip(outcomes) {
        let fail = |reason: &str| {
            let place = Place::offset(expected.gap.range.start);
            not_confirmed(&expected.field, reason).at(place)
        };
        let field = fields.iter().find(|field| field.name == expected.field);
        let field = field.ok_or_else(|| fail("field"))?;
        let signature = field::signature_dictionary(&document, newest, field)?;
        let signature = signature.ok_or_else(|| fail("/V"))?;
        let value =
            contents(&signature, &expected.gap).ok_or_else(|| fail("/ByteRange, /Contents"))?;
        let Outcome::Digest(digest) = outcome else {
            return Err(fail("digest"));
        };
        let provider = context.provider();
        let signed = SignedData::parse_knowing(value, provider, context.certificates())
            .map_err(|finding| fail(finding.code()))?;
        let kind = match context.options().subfilter {
            SubFilter::EtsiCadesDetached => cms::Kind::Cades,
            SubFilter::AdbePkcs7Detached => cms::Kind::Detached,
        };
        let checked = cms::check(&signed, Some(&digest), kind, &[], provider);
        if checked.digest != DigestStatus::Ok {
            return Err(fail("message-digest"));
        }
        if checked.signature != ValueStatus::Ok {
            return Err(fail("signature value"));
        }
        if checked
            .certificate
            .is_none_or(|found| found.sha256() != expected.certificate.sha256())
        {
            return Err(fail("certificate"));
        }
    }
    source.unchanged()
}

/// The bytes of /Contents, if the dictionary covers everything but exactly them.
fn contents<'a>(signature: &'a SignatureDictionary, gap: &Gap) -> Option<&'a [u8]> {
    let numbers = [
        0,
        gap.range.start,
        gap.range.end,
        gap.end.checked_sub(gap.range.end)?,
    ];
    let range: Vec<u64> = signature
        .byte_range
        .iter()
        .flat_map(|&n| u64::try_from(n))
        .collect();
    let contents = signature.contents.as_ref()?;
    (range == numbers && contents.span.as_ref() == Some(&gap.range))
        .then_some(contents.bytes.as_slice())
}

fn not_confirmed(field: &str, reason: &str) -> Error {
    Error::new(ErrorKind::Refused, &rules::sign::NOT_CONFIRMED)
        .with(field)
        .with(reason)
}
