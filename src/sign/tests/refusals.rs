//! What is not signed, or only when told to.

use super::*;

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
fn a_document_without_pages_is_refused() {
    let key = key("A");
    let file = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n\
        2 0 obj\n<< /Type /Pages /Kids [] /Count 0 >>\nendobj\n\
        xref\n0 3\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n\
        trailer\n<< /Size 3 /Root 1 0 R >>\nstartxref\n110\n%%EOF\n";
    let empty = || Arc::new(MemorySource::new(file.as_bytes()));
    let visible = context(|o| o.rect = Some([0.0, 0.0, 9.0, 9.0]));
    let error = sign_pdf(&visible, empty(), &key).unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Refused, "no-pages")
    );
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
fn a_table_that_points_behind_the_end_is_refused() {
    let mut file = demo_document("1", (2026, 3, 5));
    let table = memchr::memmem::rfind(&file, b"\nxref\n").unwrap();
    let last = table + memchr::memmem::rfind(&file[table..], b" 00000 n").unwrap();
    let sign = |file: &[u8], force| {
        let context = context(|o| o.force_repaired = force);
        sign_pdf(&context, Arc::new(MemorySource::new(file)), &key("A"))
    };
    assert!(sign(&file, false).is_ok());
    // One more object, far away, which nobody refers to: what is appended would be it.
    file[last - 10..last].copy_from_slice(b"0000099999");
    let refused = sign(&file, false).unwrap_err();
    assert_eq!(refused.code(), "pdf-repaired");
}

#[test]
fn what_would_make_an_earlier_signature_fail_is_found_before_the_next_one() {
    let catalog = dictionary(&[("Pages", id(2).into())]);
    let sides = [0, 0, 595, 842].map(Object::from).to_vec();
    let pages = [
        ("Count", 1.into()),
        ("Kids", vec![id(3).into()].into()),
        ("MediaBox", sides.into()),
    ];
    let page = [("Type", Object::name("Page")), ("Parent", id(2).into())];
    let objects = [
        Object::from(catalog),
        dictionary(&pages).into(),
        dictionary(&page).into(),
        7.into(),
    ];
    let trailer = dictionary(&[("Root", id(1).into())]);
    let mut file = write::file(&objects, trailer, b"0123456789abcdef");
    // Nobody reads it as long as nothing changes. Whether the number goes on as a reference cannot be told.
    let at = memchr::memmem::rfind(&file, b"endobj").unwrap();
    file[at + 5] = b'J';
    let source = || Arc::new(MemorySource::new(file.clone()));
    // Of six in one call, each but the last has something behind it.
    let six = |context: &Context| sign_six(context, source(), &key("A"), &key("B"));
    let refused = six(&context(|_| {})).unwrap_err();
    assert_eq!(refused.code(), "pdf-repaired");
    assert!(refused.to_string().contains("PDF-DIFF-008"), "{refused}");
    assert!(six(&context(|o| o.force_repaired = true)).is_ok());
    let once = bytes(&sign_pdf(&context(|_| {}), source(), &key("A")).unwrap());
    let again = |context: &Context| {
        let source = Arc::new(MemorySource::new(once.clone()));
        sign_pdf(context, source, &key("B"))
    };
    let refused = again(&context(|_| {})).unwrap_err();
    assert_eq!(refused.code(), "pdf-repaired");
    assert!(refused.to_string().contains("PDF-DIFF-008"), "{refused}");
    assert!(again(&context(|o| o.force_repaired = true)).is_ok());
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
