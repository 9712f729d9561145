//! Signing from end to end, with keys that do what a test wants.

mod looks;
mod refusals;
mod shapes;
mod xml;

use super::{
    machine::Signing,
    permit, plan, sign_pdf, sign_six,
    steps::{Step, Steps},
};
use crate::{
    Signed,
    cms::testing::{self, Template},
    context::{Context, Material},
    crypto::{KeyType, PrivateKey, SignatureAlgorithm},
    error::{ErrorKind, Result},
    layout::demo_document,
    options::{LockOption, Options},
    pdf::{
        Dictionary, Document, Object, ObjectId, Stream,
        document::XrefForm,
        field::{self, LockAction, SignatureField},
        object::StreamData,
        write,
    },
    progress::Watch,
    report::Finding,
    signer::{Key, Signer, ToBeSigned},
    source::{MemorySource, Source},
    x509::Certificate,
};
use std::sync::Arc;

/// A signer with faults on demand.
#[derive(Debug)]
struct TestSigner {
    certificate: Arc<Certificate>,
    key: KeyHolder,
    bits: u32,
    /// Changes the value that comes out.
    spoil: fn(&mut Vec<u8>),
}

struct KeyHolder(Arc<dyn PrivateKey>);

impl std::fmt::Debug for KeyHolder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("key")
    }
}

impl Signer for TestSigner {
    fn certificate(&self) -> &Arc<Certificate> {
        &self.certificate
    }
    fn chain(&self) -> &[Arc<Certificate>] {
        &[]
    }
    fn key_type(&self) -> KeyType {
        self.key.0.key_type()
    }
    fn key_bits(&self) -> u32 {
        self.bits
    }
    fn supports(&self, algorithm: &SignatureAlgorithm) -> bool {
        self.key.0.supports(algorithm)
    }
    fn signature_len(&self, _: &SignatureAlgorithm) -> usize {
        self.key.0.max_signature_len()
    }
    fn sign(
        &self,
        algorithm: &SignatureAlgorithm,
        what: &[ToBeSigned<'_>],
    ) -> Vec<Result<Vec<u8>>> {
        let one = |what: &ToBeSigned<'_>| match what {
            ToBeSigned::Message(message) => {
                let mut value = self.key.0.sign(algorithm, message)?;
                (self.spoil)(&mut value);
                Ok(value)
            }
            ToBeSigned::Digest(digest) => self.key.0.sign_digest(algorithm, digest),
        };
        what.iter().map(one).collect()
    }
}

fn key_of(template: Template, spoil: fn(&mut Vec<u8>)) -> Key {
    let identity = template.self_signed();
    Key::new(Arc::new(TestSigner {
        bits: identity.key.bits(),
        certificate: identity.certificate,
        key: KeyHolder(identity.key),
        spoil,
    }))
}

fn key(name: &str) -> Key {
    key_of(Template::leaf(name), |_| {})
}

/// Settings for 2026, changed as a test wants.
fn context(change: impl FnOnce(&mut Options)) -> Context {
    let mut options = Options {
        at: Some(testing::at("2026-03-05T02:30:15Z")),
        number: Some("12/QĐ-UBND".into()),
        ..Options::default()
    };
    change(&mut options);
    Context::new(options, Material::default()).unwrap()
}

fn plain() -> Arc<dyn Source> {
    Arc::new(MemorySource::new(demo_document("12/QĐ-UBND", (2026, 3, 5))))
}

fn bytes(signed: &Signed) -> Vec<u8> {
    let mut out = Vec::new();
    signed.write_to(&mut out).unwrap();
    out
}

fn open(bytes: &[u8]) -> Document {
    Document::open(Arc::new(MemorySource::new(bytes))).unwrap()
}

fn fields(document: &Document) -> Vec<SignatureField> {
    let newest = document.revisions().len() - 1;
    field::signature_fields(document, newest).unwrap().0
}

fn code<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().code()
}

fn id(number: u32) -> ObjectId {
    ObjectId {
        number,
        generation: 0,
    }
}

fn dictionary(entries: &[(&str, Object)]) -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (key, value) in entries {
        dictionary.set(*key, value.clone());
    }
    dictionary
}

#[test]
fn six_signatures_each_in_its_own_revision_over_an_untouched_base() {
    let (person, organisation) = (key("Nguyễn Văn An"), key("UBND tỉnh"));
    let base = demo_document("12/QĐ-UBND", (2026, 3, 5));
    let signed = sign_six(&context(|_| {}), plain(), &person, &organisation).unwrap();
    let out = bytes(&signed);
    assert_eq!(signed.size(), out.len() as u64);
    assert_eq!(&out[..base.len()], base);

    let document = open(&out);
    assert!(!document.repaired(), "{:?}", document.findings());
    assert_eq!(document.revisions().len(), 7);
    let fields = fields(&document);
    let names: Vec<_> = fields.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["NguoiKy", "So", "Ngay", "Thang", "Nam", "CoQuan"]);
    let mut ends = Vec::new();
    for (index, field) in fields.iter().enumerate() {
        let signature = field::signature_dictionary(&document, 6, field)
            .unwrap()
            .unwrap();
        let range: Vec<u64> = signature
            .byte_range
            .iter()
            .map(|n| u64::try_from(*n).unwrap())
            .collect();
        assert_eq!(range[2] + range[3], document.revisions()[index + 1].end);
        assert_eq!(
            signature.sub_filter.as_ref().unwrap().0,
            b"ETSI.CAdES.detached"
        );
        assert_eq!(
            signature.modified,
            Some(testing::at("2026-03-05T02:30:15Z"))
        );
        ends.push(range[2] + range[3]);
    }
    // The second and later ones are small: twice the CMS and 1.6 kB at most.
    let cms = open(&out).object(fields[1].value.unwrap()).unwrap();
    let cms = cms
        .as_dictionary()
        .unwrap()
        .get("Contents")
        .unwrap()
        .as_string()
        .unwrap()
        .bytes
        .len();
    for pair in ends.windows(2) {
        assert!(
            pair[1] - pair[0] <= 2 * cms as u64 + 1600,
            "{} for {cms}",
            pair[1] - pair[0]
        );
    }
}

#[test]
fn later_revisions_change_nothing_but_their_field() {
    let signed = sign_six(&context(|_| {}), plain(), &key("A"), &key("B")).unwrap();
    let document = open(&bytes(&signed));
    let fields = fields(&document);
    for (revision, field) in document.revisions()[2..].iter().zip(&fields[1..]) {
        let old: Vec<u32> = revision
            .entries
            .iter()
            .map(|(number, _)| *number)
            .filter(|number| document.entry_at(1, *number).is_some())
            .collect();
        assert_eq!(old, [field.id.number]);
    }
}

#[test]
fn the_two_of_decree_30_need_no_number() {
    let context = context(|o| {
        o.scheme = crate::options::Scheme::Decree30;
        o.number = None;
    });
    let signed = sign_six(&context, plain(), &key("A"), &key("B")).unwrap();
    let document = open(&bytes(&signed));
    let names: Vec<_> = fields(&document).into_iter().map(|f| f.name).collect();
    assert_eq!(names, ["NguoiKy", "CoQuan"]);
    assert_eq!(document.revisions().len(), 3);
}

#[test]
fn a_second_set_gets_a_suffix() {
    let keys = (key("A"), key("B"));
    let first = sign_six(&context(|_| {}), plain(), &keys.0, &keys.1).unwrap();
    assert!(!told(&first).contains(&"PDF-SIGN-028"));
    let second = sign_six(&context(|_| {}), first.into_source(), &keys.0, &keys.1).unwrap();
    assert!(told(&second).contains(&"PDF-SIGN-028"));
    let names: Vec<_> = fields(&open(&bytes(&second)))
        .into_iter()
        .map(|f| f.name)
        .collect();
    assert_eq!(names.len(), 12);
    assert_eq!(
        names[6..],
        [
            "NguoiKy_2",
            "So_2",
            "Ngay_2",
            "Thang_2",
            "Nam_2",
            "CoQuan_2"
        ]
    );
}

fn told(signed: &Signed) -> Vec<&'static str> {
    signed.findings().iter().map(Finding::code).collect()
}

#[test]
fn one_certificate_for_both_parties_is_told() {
    let (one, other) = (key("A"), key("B"));
    let same = sign_six(&context(|_| {}), plain(), &one, &one).unwrap();
    assert!(told(&same).contains(&"PDF-SIGN-027"));
    let two = sign_six(&context(|_| {}), plain(), &one, &other).unwrap();
    assert!(!told(&two).contains(&"PDF-SIGN-027"));
}

#[test]
fn the_lock_is_in_the_field_and_in_the_signature() {
    let context = context(|o| o.lock = Some(LockOption::Include(vec!["Tên".into()])));
    let document = open(&bytes(&sign_pdf(&context, plain(), &key("A")).unwrap()));
    let field = &fields(&document)[0];
    let signature = field::signature_dictionary(&document, 1, field)
        .unwrap()
        .unwrap();
    let wanted = LockAction::Include(vec!["Tên".into()]);
    assert_eq!(field.lock.as_ref().unwrap().action, wanted);
    assert_eq!(signature.field_mdp.unwrap().action, wanted);
}
