//! Whole documents, judged by a provider that believes.

use std::sync::Arc;

use super::{
    Believer, CERTIFICATE, PRIVATE_KEY,
    invariants::{NAME, look_at, look_into, signed_as_well, without_time},
};
use crate::{
    cms::SignedData,
    context::{Context, Material, MaterialFile},
    error::Result,
    geometry::Rect,
    limits::MAX_PLACES,
    options::{Options, RevocationMode},
    pdf::{Document, Object, ObjectId, encryption::Password, field, text_places::Places},
    progress::Watch,
    report::{SignatureReport, ValueStatus},
    sign::{sign_pdf, sign_six},
    signer::Key,
    source::{MemorySource, Source},
    time::Time,
    verify::verify as check,
    x509::Certificate,
};

/// When everything is judged, where no certificate says better: 2026-01-01.
const NOW: i64 = 1_767_225_600;

/// message-digest as it stands in a CMS: its OBJECT IDENTIFIER.
const MESSAGE_DIGEST: [u8; 11] = [
    0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x04,
];

/// A source that lies nowhere in memory: read in blocks, as files are.
#[derive(Debug)]
struct Blocks(MemorySource);

impl Source for Blocks {
    fn len(&self) -> u64 {
        self.0.len()
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> Result<()> {
        self.0.read_at(offset, buffer)
    }
}

/// Inspects and checks a document, and looks at the reports.
pub(super) fn verify(data: &[u8]) {
    let bytes = with_zero_digests(data);
    let choice = choice(data);
    let source: Arc<dyn Source> = Arc::new(MemorySource::new(bytes.clone()));
    let context = context(&source, choice);
    let report = look_into(&context, &source, &bytes);
    // What is read in blocks is the same document.
    if choice & 7 == 0 {
        let source: Arc<dyn Source> = Arc::new(Blocks(MemorySource::new(bytes)));
        let again = check(&context, source, Some(NAME));
        assert_eq!(without_time(&report), without_time(&again));
    }
}

/// Signs a document, and checks what came out.
pub(super) fn sign(data: &[u8]) {
    let bytes = with_zero_digests(data);
    let choice = choice(data);
    let source: Arc<dyn Source> = Arc::new(MemorySource::new(bytes.clone()));
    let context = context(&source, choice);
    let options = Options {
        number: Some("12/QĐ-UBND".to_owned()),
        force_repaired: choice & 16 != 0,
        rect: (choice & 32 != 0).then_some([100.0, 100.0, 300.0, 200.0]),
        certify: (choice & 0xC0 == 0).then_some(2),
        ..context.options().clone()
    };
    let context = context.with_options(options);
    let key = key();
    let (signed, count) = if choice & 8 == 0 {
        (sign_pdf(&context, source.clone(), &key), 1)
    } else {
        (sign_six(&context, source.clone(), &key, &key), 6)
    };
    let Ok(signed) = signed else { return };
    let mut out = Vec::new();
    signed.write_to(&mut out).expect("into memory");
    assert!(out.starts_with(&bytes), "the base changed");
    let before = check(&context, source, None);
    let after = check(&context, Arc::new(MemorySource::new(out.clone())), None);
    look_at(&after, &out);
    signed_as_well(&before, &after, count, choice & 16 != 0);
}

/// Reads everything that there is in every revision.
pub(super) fn read(data: &[u8]) {
    read_with(data, "");
}

/// An encrypted document: read, checked and signed with the passwords that the corpora use.
pub(super) fn encrypted(data: &[u8]) {
    for password in ["", "usersecret", "ownersecret"] {
        if !read_with(data, password) {
            continue;
        }
        let source: Arc<dyn Source> = Arc::new(MemorySource::new(data));
        let context = context(&source, choice(data)).with_password(password);
        let report = check(&context, source.clone(), None);
        look_at(&report, data);
        if let Ok(signed) = sign_pdf(&context, source, &key()) {
            let mut out = Vec::new();
            signed.write_to(&mut out).expect("into memory");
            assert!(out.starts_with(data), "the base changed");
            let after = check(&context, Arc::new(MemorySource::new(out.clone())), None);
            look_at(&after, &out);
            let intact = |s: &SignatureReport| s.cryptography.signature == ValueStatus::Ok;
            assert!(after.signatures.iter().any(intact), "our signature");
        }
    }
}

fn open(source: Arc<dyn Source>, password: &str) -> Result<Document> {
    let password = Password::new(password);
    Document::open_with(source, Some(&password), &Watch::default())
}

/// Gives whether the document is encrypted and open.
fn read_with(data: &[u8], password: &str) -> bool {
    let source: Arc<dyn Source> = Arc::new(MemorySource::new(data));
    let Ok(document) = open(source, password) else {
        return false;
    };
    let revisions = document.revisions().len();
    let places = Places::new(&document);
    for revision in 0..revisions.min(8) {
        if let Ok((fields, _)) = field::signature_fields(&document, revision) {
            for field in fields.iter().take(64) {
                let _ = field::signature_dictionary(&document, revision, field);
            }
            let _ = field::outside_form(&document, revision, &fields);
        }
        let entries = &document.revisions()[revision].entries;
        assert!(entries.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for (number, _) in entries.iter().take(512) {
            let id = ObjectId {
                number: *number,
                generation: 0,
            };
            match document.object_at(revision, id) {
                Ok(Object::Stream(stream)) => {
                    let _ = document.stream_data(&stream);
                }
                Ok(Object::Dictionary(page)) if page.get("Contents").is_some() => {
                    let text = places.of_page(revision, &page);
                    assert!(text.stretches.len() <= MAX_PLACES);
                    let sheet = Rect::from_corners(0.0, 0.0, 595.0, 842.0);
                    let _ = text.stretches.iter().any(|it| it.is_covered_by(&sheet));
                }
                _ => {}
            }
        }
    }
    document.is_encrypted() && document.locked().is_none()
}

/// The text of the first pages, with what stands where.
#[cfg(feature = "near")]
pub(super) fn text(data: &[u8]) {
    use crate::pdf::{incremental::Editor, page, page_text};

    let Ok(document) = open(Arc::new(MemorySource::new(data)), "") else {
        return;
    };
    let Ok(editor) = Editor::new(Arc::new(document)) else {
        return;
    };
    for page in page::some(&editor, false, 3).unwrap_or_default() {
        let Ok(text) = page_text::read(&editor, &page) else {
            continue;
        };
        let _ = text.has_text();
        for wanted in ["Số:", "a", ""] {
            for hit in text.find(wanted) {
                let _ = hit.stands_alone();
            }
        }
    }
}

/// The bytes are a cross-reference section, and what it leads to.
pub(super) fn xref(data: &[u8]) {
    let bytes = [b"%PDF-1.7\n", data, b"\nstartxref\n9\n%%EOF\n"].concat();
    read(&bytes);
}

pub(super) fn key() -> Key {
    Key::from_pem(PRIVATE_KEY, CERTIFICATE, None, None).expect("the key of the targets")
}

/// A context that trusts the certificates which the document brings along.
fn context(source: &Arc<dyn Source>, choice: u8) -> Context {
    trusting(&certificates(source), choice)
}

/// A context that trusts what is self-issued of these certificates, at a time when the first one is valid.
pub(super) fn trusting(held: &[Arc<Certificate>], choice: u8) -> Context {
    let at = held.first().and_then(|certificate| {
        let from = certificate.not_before().unix();
        (choice & 3 != 3).then(|| Time::from_unix(from.saturating_add(1)))?
    });
    let mut material = Material::default();
    let roots = held.iter().filter(|held| held.is_self_issued());
    let last = held.last().filter(|_| choice & 4 != 0);
    for certificate in roots.chain(last) {
        let file = MaterialFile::new("held", certificate.der());
        material.anchors.push(file);
    }
    material
        .anchors
        .push(MaterialFile::new("fuzz", CERTIFICATE));
    let options = Options {
        at: at.or_else(|| Time::from_unix(NOW)),
        revocation: match choice & 3 {
            0 => RevocationMode::Require,
            1 => RevocationMode::Report,
            _ => RevocationMode::Ignore,
        },
        ..Options::default()
    };
    Context::with_provider(options, material, &Believer::Zeros).expect("material that was parsed")
}

/// The certificates of the newest signature, at most 16.
fn certificates(source: &Arc<dyn Source>) -> Vec<Arc<Certificate>> {
    let mut held = Vec::new();
    for contents in contents(source.clone()).into_iter().take(4) {
        if let Ok(signed) = SignedData::parse(&contents, &Believer::Zeros) {
            held.extend(signed.certificates().iter().take(8).cloned());
        }
    }
    held
}

/// The /Contents of every signature.
pub(super) fn contents(source: Arc<dyn Source>) -> Vec<Vec<u8>> {
    let Ok(document) = open(source, "") else {
        return Vec::new();
    };
    let newest = document.revisions().len().saturating_sub(1);
    let Ok((fields, _)) = field::signature_fields(&document, newest) else {
        return Vec::new();
    };
    let dictionaries = fields
        .iter()
        .take(64)
        .filter_map(|field| field::signature_dictionary(&document, newest, field).ok()?);
    dictionaries
        .filter_map(|dictionary| Some(dictionary.contents?.bytes))
        .collect()
}

/// The settings of a run: a function of the input, so that a run can be repeated.
pub(super) fn choice(data: &[u8]) -> u8 {
    data.iter()
        .fold(0, |sum, byte| sum.rotate_left(1).wrapping_add(*byte))
}

/// Every message-digest becomes what [`Believer::Zeros`] makes of any document.
fn with_zero_digests(data: &[u8]) -> Vec<u8> {
    let mut bytes = data.to_vec();
    for (needle, digits) in [
        (MESSAGE_DIGEST.to_vec(), 1),
        (hex(&MESSAGE_DIGEST, false), 2),
        (hex(&MESSAGE_DIGEST, true), 2),
    ] {
        let zero = if digits == 1 { 0 } else { b'0' };
        let found: Vec<usize> = memchr::memmem::find_iter(data, &needle).collect();
        for at in found {
            // SET, OCTET STRING: two header bytes each.
            let value = at + needle.len() + 4 * digits;
            let length = match data.get(value - digits..value) {
                Some(&[length]) => usize::from(length),
                Some(text) => {
                    let text = std::str::from_utf8(text).unwrap_or_default();
                    usize::from_str_radix(text, 16).unwrap_or_default()
                }
                None => 0,
            };
            if length <= 64
                && let Some(value) = bytes.get_mut(value..value + length * digits)
            {
                value.fill(zero);
            }
        }
    }
    bytes
}

fn hex(bytes: &[u8], upper: bool) -> Vec<u8> {
    let text: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    if upper { text.to_uppercase() } else { text }.into_bytes()
}
