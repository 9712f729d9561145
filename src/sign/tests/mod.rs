//! Signing from end to end, with keys that do what a test wants.

mod looks;
mod xml;

use std::sync::Arc;

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
    signer::{Key, Signer, ToBeSigned},
    source::{MemorySource, Source},
    x509::Certificate,
};

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
    let second = sign_six(&context(|_| {}), first.into_source(), &keys.0, &keys.1).unwrap();
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

#[test]
fn what_a_document_forbids_is_refused() {
    let key = key("A");
    let sign =
        |source, change: &dyn Fn(&mut Options)| sign_pdf(&context(|o| change(o)), source, &key);
    let certified = |p| {
        sign(plain(), &|o| o.certify = Some(p))
            .unwrap()
            .into_source()
    };
    assert_eq!(code(sign(certified(1), &|_| {})), "certification-forbids");
    for permission in [2, 3] {
        let told = |change: &dyn Fn(&mut Options)| {
            let signed = sign(certified(permission), change).unwrap();
            let codes = signed.findings().iter().map(|finding| finding.code());
            codes.collect::<Vec<_>>()
        };
        assert_eq!(told(&|_| {}), [""; 0]);
        let with_box = |o: &mut Options| o.rect = Some([300.0, 80.0, 540.0, 140.0]);
        assert_eq!(told(&with_box), ["PDF-SIGN-003"]);
    }
    assert_eq!(
        code(sign(certified(2), &|o| o.certify = Some(2))),
        "certification-not-first"
    );
    assert_eq!(
        code(sign(plain(), &|o| o.certify = Some(4))),
        "option-value"
    );

    let locked = |lock: LockOption| {
        let change = |o: &mut Options| o.lock = Some(lock.clone());
        sign(plain(), &change).unwrap().into_source()
    };
    let into = |name: &'static str| move |o: &mut Options| o.field = Some(name.into());
    assert_eq!(
        code(sign(locked(LockOption::All), &into("X"))),
        "field-locked"
    );
    let include = || locked(LockOption::Include(vec!["X".into()]));
    assert_eq!(code(sign(include(), &into("X"))), "field-locked");
    sign(include(), &into("Y")).unwrap();
    let exclude = || locked(LockOption::Exclude(vec!["X".into()]));
    assert_eq!(code(sign(exclude(), &into("Y"))), "field-locked");
    sign(exclude(), &into("X")).unwrap();

    let once = sign(plain(), &into("X")).unwrap().into_source();
    assert_eq!(code(sign(once, &into("X"))), "field-signed");
    assert_eq!(code(sign(plain(), &into("a.b"))), "field-name");
    assert_eq!(code(sign(plain(), &|o| o.page = Some(2))), "no-such-page");
    assert_eq!(code(sign(plain(), &|o| o.page = Some(0))), "no-such-page");
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

#[cfg(feature = "aws-lc")]
#[test]
fn keys_that_must_not_sign_are_refused() {
    let refused = |key: &Key| sign_pdf(&context(|_| {}), plain(), key).unwrap_err();
    let expired = Template {
        not_after: testing::at("2026-01-01T00:00:00Z"),
        ..Template::leaf("A")
    };
    let error = refused(&key_of(expired, |_| {}));
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Key, "certificate-out-of-date")
    );
    let authority = Template {
        extensions: vec![testing::key_usage(testing::CA)],
        ..Template::leaf("A")
    };
    assert_eq!(
        refused(&key_of(authority, |_| {})).code(),
        "certificate-key-usage"
    );
    let issuer = Template::authority("CA").self_signed();
    let rsa = Template {
        key: testing::rsa_key(),
        ..Template::leaf("A")
    }
    .issued_by(&issuer);
    let short = Key::new(Arc::new(TestSigner {
        certificate: rsa.certificate,
        key: KeyHolder(rsa.key),
        bits: 1024,
        spoil: |_| {},
    }));
    let error = refused(&short);
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Refused, "key-too-short")
    );
}

#[test]
fn a_wrong_value_is_not_given_out() {
    let wrong = key_of(Template::leaf("A"), |value| {
        if let Some(last) = value.last_mut() {
            *last ^= 1;
        }
    });
    assert_eq!(
        code(sign_pdf(&context(|_| {}), plain(), &wrong)),
        "signature-not-confirmed"
    );
    let long = key_of(Template::leaf("A"), |value| value.resize(2000, 0));
    assert_eq!(
        code(sign_pdf(&context(|_| {}), plain(), &long)),
        "signature-too-long"
    );
    // With room for it, it is still wrong.
    let roomy = context(|o| o.reserve = 4000);
    assert_eq!(
        code(sign_pdf(&roomy, plain(), &long)),
        "signature-not-confirmed"
    );
}

#[test]
fn steps_in_a_wrong_order_are_refused() {
    let context = context(|_| {});
    let identity = permit::identity(&context, &key("A")).unwrap();
    let document = Arc::new(Document::open(plain()).unwrap());
    let plan = plan::single(&context, &document, std::slice::from_ref(&identity)).unwrap();
    let mut signing =
        Signing::new(&context, document, vec![identity], plan, Watch::default()).unwrap();
    assert_eq!(code(signing.complete(b"x")), "signing-step");
    assert!(matches!(signing.next().unwrap(), Step::Sign(_)));
    assert_eq!(code(signing.next()), "signing-step");
    assert_eq!(code(signing.finish()), "signing-step");
}

/// A document of one page with a form, parts of which stand by themselves or in their owner, or are missing.
fn shaped(form: Shape, list: Shape, annotations: Shape) -> Vec<u8> {
    let text = dictionary(&[
        ("FT", Object::name("Tx")),
        ("T", Object::string(*b"NguoiKy")),
        ("Subtype", Object::name("Widget")),
        ("Rect", vec![Object::Integer(0); 4].into()),
    ]);
    let (form_id, list_id, annotations_id) = (id(5), id(6), id(7));
    let items = Object::Array(vec![id(4).into()]);
    let mut form_dictionary = Dictionary::default();
    if let Some(list) = list.put(list_id, items.clone()) {
        form_dictionary.set("Fields", list);
    }
    let mut page = dictionary(&[("Type", Object::name("Page")), ("Parent", id(2).into())]);
    if let Some(annotations) = annotations.put(annotations_id, items.clone()) {
        page.set("Annots", annotations);
    }
    let mut catalog = dictionary(&[("Type", Object::name("Catalog")), ("Pages", id(2).into())]);
    if let Some(form) = form.put(form_id, form_dictionary.clone().into()) {
        catalog.set("AcroForm", form);
    }
    let pages = dictionary(&[
        ("Type", Object::name("Pages")),
        ("Kids", vec![id(3).into()].into()),
        ("Count", 1.into()),
        (
            "MediaBox",
            [0, 0, 300, 400].map(Object::Integer).to_vec().into(),
        ),
    ]);
    let objects = [
        catalog.into(),
        pages.into(),
        page.into(),
        text.into(),
        form_dictionary.into(),
        items.clone(),
        items,
    ];
    write::file(
        &objects,
        dictionary(&[("Root", id(1).into())]),
        b"0123456789abcdef",
    )
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Shape {
    Missing,
    Direct,
    Indirect,
}

impl Shape {
    fn put(self, id: ObjectId, direct: Object) -> Option<Object> {
        match self {
            Self::Missing => None,
            Self::Direct => Some(direct),
            Self::Indirect => Some(id.into()),
        }
    }
}

#[test]
fn forms_and_annotations_of_every_shape() {
    let keys = (key("A"), key("B"));
    let shapes = [Shape::Missing, Shape::Direct, Shape::Indirect];
    for form in shapes {
        for list in shapes {
            for annotations in shapes {
                let shape = format!("{form:?} {list:?} {annotations:?}");
                let source = Arc::new(MemorySource::new(shaped(form, list, annotations)));
                let signed = sign_six(&context(|_| {}), source, &keys.0, &keys.1).unwrap();
                let document = open(&bytes(&signed));
                let fields = fields(&document);
                // The text field keeps its name where it is in the form.
                let taken = form != Shape::Missing && list != Shape::Missing;
                let first = if taken { "NguoiKy_2" } else { "NguoiKy" };
                assert_eq!(fields[0].name, first, "{shape}");
                assert_eq!(fields.len(), 6, "{shape}");
                let page = document.object(id(3)).unwrap();
                let listed = document
                    .resolve(page.as_dictionary().unwrap().get("Annots").unwrap())
                    .unwrap();
                let kept = usize::from(annotations != Shape::Missing);
                assert_eq!(listed.as_array().unwrap().len(), 6 + kept, "{shape}");
                for field in &fields {
                    let rect = field.rect.unwrap();
                    assert!(
                        rect.left >= 0.0 && rect.right <= 300.0 && rect.top <= 400.0,
                        "{shape}"
                    );
                }
            }
        }
    }
}

#[test]
fn an_empty_field_is_filled_and_its_widget_stays() {
    let widget = [10, 20, 110, 60].map(Object::Integer).to_vec();
    let field = dictionary(&[
        ("FT", Object::name("Sig")),
        ("T", Object::string(*b"So")),
        ("Subtype", Object::name("Widget")),
        ("Rect", widget.clone().into()),
        ("P", id(3).into()),
        ("X", Object::name("Kept")),
    ]);
    let form = dictionary(&[
        ("Fields", vec![id(4).into()].into()),
        ("SigFlags", 1.into()),
    ]);
    let catalog = dictionary(&[("Pages", id(2).into()), ("AcroForm", form.into())]);
    let pages = dictionary(&[("Kids", vec![id(3).into()].into()), ("Count", 1.into())]);
    let page = dictionary(&[("Annots", vec![id(4).into()].into())]);
    let objects = [catalog.into(), pages.into(), page.into(), field.into()];
    let file = write::file(
        &objects,
        dictionary(&[("Root", id(1).into())]),
        b"0123456789abcdef",
    );
    let source = Arc::new(MemorySource::new(file));
    let signed = sign_six(&context(|_| {}), source, &key("A"), &key("B")).unwrap();
    let document = open(&bytes(&signed));
    let fields = fields(&document);
    let number = fields.iter().find(|field| field.name == "So").unwrap();
    assert_eq!((number.id, fields.len()), (id(4), 6));
    let filled = document.object(id(4)).unwrap();
    let filled = filled.as_dictionary().unwrap();
    assert_eq!(filled.get("Rect"), Some(&widget.into()));
    assert!(filled.get("X").is_some() && filled.get("AP").is_some() && filled.get("V").is_some());
    let catalog = document.catalog_at(6).unwrap();
    let flags = catalog
        .get("AcroForm")
        .unwrap()
        .as_dictionary()
        .unwrap()
        .get("SigFlags")
        .unwrap();
    assert_eq!(flags.as_integer(), Some(3));
}

/// The same page with a cross-reference stream, which also says that object 4 is in an object stream.
fn with_stream_section() -> Vec<u8> {
    let catalog = dictionary(&[("Type", Object::name("Catalog")), ("Pages", id(2).into())]);
    let pages = dictionary(&[
        ("Type", Object::name("Pages")),
        ("Kids", vec![id(3).into()].into()),
        ("Count", 1.into()),
    ]);
    let page = dictionary(&[("Type", Object::name("Page")), ("Parent", id(2).into())]);
    let mut out = b"%PDF-1.7\n".to_vec();
    let mut rows = vec![0, 0, 0, 0];
    for (number, object) in (1..).zip([catalog, pages, page]) {
        rows.extend([1, 0, u8::try_from(out.len()).unwrap(), 0]);
        write::indirect(&mut out, id(number), &object.into());
    }
    let start = out.len();
    rows.extend([1, 0, u8::try_from(start).unwrap(), 0]);
    let section = dictionary(&[
        ("Type", Object::name("XRef")),
        ("Size", 20.into()),
        ("W", [1, 2, 1].map(Object::Integer).to_vec().into()),
        ("Index", [0, 5].map(Object::Integer).to_vec().into()),
        ("Root", id(1).into()),
    ]);
    let stream = Stream {
        dictionary: section,
        data: StreamData::Memory(rows),
    };
    write::indirect(&mut out, id(4), &stream.into());
    // No newline at the end: one has to be put before the first new object.
    out.extend_from_slice(format!("startxref\n{start}\n%%EOF").as_bytes());
    out
}

#[test]
fn sections_keep_their_form_and_numbers_are_never_used_again() {
    let signed = |base: Vec<u8>| {
        let source = Arc::new(MemorySource::new(base));
        open(&bytes(
            &sign_six(&context(|_| {}), source, &key("A"), &key("B")).unwrap(),
        ))
    };
    let document = signed(with_stream_section());
    assert!(!document.repaired(), "{:?}", document.findings());
    let mut size = 20;
    for revision in &document.revisions()[1..] {
        assert_eq!(revision.form, XrefForm::Stream);
        let own = revision.trailer.get("Size").unwrap().as_integer().unwrap();
        let highest = i64::from(revision.entries.last().unwrap().0);
        assert_eq!(
            own,
            highest + 1,
            "the section lists itself, the highest number"
        );
        assert!(own > size, "a declared size is a promise");
        // Objects that were declared before, though not in use, are not taken.
        assert!(revision.entries.iter().all(|(n, _)| *n < 5 || *n >= 20));
        size = own;
    }
    let document = signed(demo_document("1", (2026, 3, 5)));
    assert!(
        document
            .revisions()
            .iter()
            .all(|revision| revision.form == XrefForm::Table)
    );
}

#[test]
fn a_damaged_file_is_signed_only_when_told_to_and_then_stands_alone() {
    let mut file = demo_document("1", (2026, 3, 5));
    let at = file.windows(9).rposition(|w| w == b"startxref").unwrap();
    file.truncate(at);
    let source = || Arc::new(MemorySource::new(file.clone()));
    let refused = sign_pdf(&context(|_| {}), source(), &key("A")).unwrap_err();
    assert_eq!(
        (refused.kind(), refused.code()),
        (ErrorKind::Refused, "pdf-repaired")
    );
    let forced = sign_pdf(&context(|o| o.force_repaired = true), source(), &key("A")).unwrap();
    let out = bytes(&forced);
    assert_eq!(&out[..file.len()], file);
    // The new section names every object, so that nobody has to repair again.
    let document = open(&out);
    assert!(!document.is_rebuilt(), "{:?}", document.findings());
    assert_eq!(fields(&document).len(), 1);
}

#[test]
fn encryption_that_is_not_known_is_named() {
    let catalog = dictionary(&[("Pages", id(2).into())]);
    let objects = [
        Object::from(catalog),
        dictionary(&[("Count", 0.into())]).into(),
    ];
    let encryption = dictionary(&[("Filter", Object::name("Adobe.PubSec"))]);
    let trailer = dictionary(&[("Root", id(1).into()), ("Encrypt", encryption.into())]);
    let source = Arc::new(MemorySource::new(write::file(
        &objects,
        trailer,
        b"0123456789abcdef",
    )));
    let error = sign_pdf(&context(|_| {}), source, &key("A")).unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Unsupported, "pdf-security-handler")
    );
    assert!(error.to_string().contains("Adobe.PubSec"), "{error}");
}

#[test]
fn a_file_with_bytes_before_its_header_is_signed_only_when_told_to() {
    let file = [b"junk\n".to_vec(), demo_document("1", (2026, 3, 5))].concat();
    let source = || Arc::new(MemorySource::new(file.clone()));
    let refused = sign_pdf(&context(|_| {}), source(), &key("A")).unwrap_err();
    assert_eq!(refused.code(), "pdf-repaired");
    assert!(refused.to_string().contains("PDF-READ-002"), "{refused}");
    let forced = sign_pdf(&context(|o| o.force_repaired = true), source(), &key("A")).unwrap();
    assert_eq!(&bytes(&forced)[..file.len()], file);
}
