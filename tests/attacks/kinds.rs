//! The kinds of tampering that pyHanko's tests of its difference analysis name, written anew: what they call suspicious is
//! caught here, what they clear passes.

use kyso::{ChangeLevel, FileVerdict, Lang, LockOption, Verdict};

use crate::pdf::{LOOK, Pdf, codes, forbidden, level, passes, stream};

#[track_caller]
fn refused(what: &str, pdf: &Pdf) {
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert_eq!(report.verdict, FileVerdict::Failed, "{what}: {json}");
    let after = report.signatures[0].changes.after;
    assert_eq!(after, ChangeLevel::Forbidden, "{what}: {json}");
}

fn filled(pdf: &Pdf, number: u32) -> Pdf {
    let look = pdf.free();
    let body = pdf.object(number);
    let at = body.find("/AP").unwrap();
    let end = at + body[at..].find(">>").unwrap() + 2;
    let body = body.replacen(&body[at..end], &format!("/AP << /N {look} 0 R >>"), 1);
    let body = body
        .replacen("/V (100)", "", 1)
        .replacen("/Rect", "/V (900) /Rect", 1);
    pdf.save(&[(number, &body), (look, LOOK)])
}

// Double signatures, with and without a certification, new and prepared fields, tagged files.
#[test]
fn signing_twice() {
    for first in [Pdf::form().signed(), Pdf::form().certified(2)] {
        passes(&first.signed_again("Second"), ChangeLevel::Signatures);
        passes(&first.signed_again("New"), ChangeLevel::Signatures);
        // An empty revision between them.
        let later = first.save(&[]).signed_again("Second");
        passes(&later, ChangeLevel::Signatures);
    }
}

// test_form_field_postsign_fill, _modify, in_group, and filled before another signature.
#[test]
fn filling_after_signing() {
    let pdf = Pdf::form().signed();
    for number in [10, 11, 15] {
        let filled = filled(&pdf, number);
        passes(&filled, ChangeLevel::FormFilling);
        passes(&filled.signed_again("Second"), ChangeLevel::FormFilling);
    }
}

// test_fieldmdp_*, in_group_locked_postsign_modify_failure and _success: the lock of the signature that is first.
#[test]
fn locks_bind_later_filling() {
    let names = |all: &[&str]| {
        all.iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    for (lock, number, allowed) in [
        (LockOption::Include(names(&["Group.Inner"])), 15, false),
        (LockOption::Include(names(&["Group"])), 15, false),
        (LockOption::Include(names(&["Group.Other"])), 15, true),
        (LockOption::Include(names(&["Gro"])), 15, true),
        (LockOption::Include(names(&["Group"])), 10, true),
        (LockOption::Exclude(names(&["Group"])), 15, true),
        (LockOption::Exclude(names(&["Group.Inner"])), 15, true),
        (LockOption::Exclude(names(&["Group"])), 10, false),
        (LockOption::All, 10, false),
        (LockOption::All, 15, false),
    ] {
        let pdf = Pdf::form().signed_with(|options| {
            options.field = Some("First".into());
            options.lock = Some(lock.clone());
        });
        let report = filled(&pdf, number).report();
        let json = report.to_json(Lang::En);
        let expected = if allowed {
            Verdict::Passed
        } else {
            Verdict::Failed
        };
        assert_eq!(
            report.signatures[0].verdict, expected,
            "{lock:?} {number}: {json}"
        );
    }
}

// The lock of the field and that of the signature: each binds where only it is there, or only it can be read.
#[test]
fn either_lock_binds() {
    let pdf = Pdf::form().signed_with(|options| {
        options.field = Some("First".into());
        options.lock = Some(LockOption::All);
    });
    for key in ["/Lock", "/FieldMDP"] {
        let bent = pdf.over(pdf.last(key) + 1, "X");
        let report = filled(&bent, 10).report();
        let json = report.to_json(Lang::En);
        assert!(
            codes(&report.signatures[0]).contains(&"PDF-DIFF-015"),
            "{key}: {json}"
        );
    }
}

// test_form_field_structure_modification, ft_tamper, kids_tamper, ap_null, value type, parents.
#[test]
fn fields_of_other_shapes() {
    let pdf = Pdf::form().signed();
    let free = pdf.free();
    let copy = pdf.object_but(10, "(Name)", "(OtherField)");
    let form = pdf.object_and(5, free);
    refused("a copy", &pdf.save(&[(5, &form), (free, &copy)]));
    for (what, number, old, new) in [
        ("no type", 10, "/FT /Tx", ""),
        ("a type that is no name", 10, "/FT /Tx", "/FT (Tx)"),
        ("kids that are none", 14, "/Kids [15 0 R]", "/Kids 4 0 R"),
        ("no kids", 14, "/Kids [15 0 R]", "/Kids []"),
        ("more kids", 14, "[15 0 R]", "[15 0 R 10 0 R]"),
        ("a look that is null", 10, "/AP << /N 20 0 R >>", "/AP null"),
        ("looks that are null", 10, "/N 20 0 R", "/N null"),
        ("a look that is no stream", 10, "/N 20 0 R", "/N 7 0 R"),
        (
            "a look that is the page's content",
            10,
            "/N 20 0 R",
            "/N 4 0 R",
        ),
        ("fields that are none", 5, "[10 0 R 11 0 R", "[10 0 R"),
        (
            "fields in another order",
            5,
            "[10 0 R 11 0 R",
            "[11 0 R 10 0 R",
        ),
        ("other resources", 5, "/F1 7 0 R", "/F1 31 0 R"),
        ("fewer resources", 5, "/F1 7 0 R", ""),
        ("no fonts", 5, "/Font<</F1 7 0 R>>", ""),
        ("another default look", 5, "10 Tf", "99 Tf"),
        ("calculations", 5, "/DR", "/CO [10 0 R] /DR"),
        ("XFA", 5, "/DR", "/XFA (x) /DR"),
        ("drawn afresh", 5, "/DR", "/NeedAppearances true /DR"),
        (
            "annotations in another order",
            3,
            "10 0 R 11 0 R",
            "11 0 R 10 0 R",
        ),
        ("other annotations", 3, "11 0 R 12 0 R", "12 0 R"),
        ("other resources of the page", 3, "/F3 31 0 R", "/F3 7 0 R"),
        ("a turned page", 3, "/Contents", "/Rotate 90 /Contents"),
        ("a cut page", 3, "/Contents", "/CropBox [0 0 9 9] /Contents"),
        ("another unit", 3, "/Contents", "/UserUnit 2 /Contents"),
        ("another page tree", 2, "/Count 1", "/Count 2"),
        (
            "page labels",
            1,
            "/Pages",
            "/PageLabels << /Nums [0 << /P (x) >>] >> /Pages",
        ),
        ("a view", 1, "/Pages", "/PageMode /FullScreen /Pages"),
        ("outlines", 1, "/Pages", "/Outlines 4 0 R /Pages"),
        ("names", 1, "/Pages", "/Names << /Dests 4 0 R >> /Pages"),
        ("files", 1, "/Pages", "/AF [4 0 R] /Pages"),
        ("a collection", 1, "/Pages", "/Collection << >> /Pages"),
        ("output intents", 1, "/Pages", "/OutputIntents [] /Pages"),
        ("another language", 1, "/Pages", "/Lang (x) /Pages"),
        ("threads", 1, "/Pages", "/Threads 4 0 R /Pages"),
    ] {
        let changed = pdf.object_but(number, old, new);
        refused(what, &pdf.save(&[(number, &changed)]));
    }
}

// test_delete_signature.
#[test]
fn deleting_a_signature() {
    let pdf = Pdf::form().signed().signed_again("Second");
    let field = pdf.number_of("/T(First)");
    let body = pdf.object(field);
    let at = body.find("/V ").unwrap();
    let end = at + body[at..].find(" R").unwrap() + 2;
    let emptied = body.replacen(&body[at..end], "", 1);
    let report = pdf.save(&[(field, &emptied)]).report();
    assert_eq!(report.verdict, FileVerdict::Failed);
    assert!(
        report
            .signatures
            .iter()
            .any(|s| s.field.as_deref() == Some("Second"))
    );
    // All of them: they are judged as they were.
    let form = pdf.object_but(5, "13 0 R", "");
    let report = pdf.save(&[(5, &form), (field, &emptied)]).report();
    assert_eq!(report.verdict, FileVerdict::Failed);
}

// test_tamper_sig_obj.
#[test]
fn more_keys_in_a_signature_dictionary() {
    let pdf = Pdf::form().signed();
    let value = pdf.number_of("/ByteRange");
    let more = pdf.object_but(value, "<<", "<</Bleh false");
    let report = pdf.save(&[(value, &more)]).report();
    assert_eq!(report.verdict, FileVerdict::Failed);
}

// test_rogue_backreferences, test_not_all_paths_cleared: an object that a rule explains on one path hangs on another one, too.
#[test]
fn objects_that_hang_in_two_places() {
    let catalog = Pdf::form().object_but(1, "/Pages", "/DSS 4 0 R /Pages");
    let pdf = Pdf::form_but(&[(1, &catalog)]).signed();
    refused("content as /DSS", &pdf.save(&[(4, &stream("", "q Q"))]));
    // /Fields is an object of its own, and the catalog knows it by another name.
    let form = Pdf::form().object_but(
        5,
        "/Fields [10 0 R 11 0 R 12 0 R 13 0 R 14 0 R]",
        "/Fields 55 0 R",
    );
    let fields = "[10 0 R 11 0 R 12 0 R 13 0 R 14 0 R]";
    let once = Pdf::form_but(&[(5, &form), (55, fields)]).signed();
    passes(&once.signed_again("New"), ChangeLevel::Signatures);
    let catalog = Pdf::form().object_but(1, "/Pages", "/Blah 55 0 R /Pages");
    let twice = Pdf::form_but(&[(1, &catalog), (5, &form), (55, fields)]).signed();
    let report = twice.signed_again("New").report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
    // The same with the annotations of a page.
    let page = Pdf::form().object_but(
        3,
        "/Annots [10 0 R 11 0 R 12 0 R 13 0 R 15 0 R]",
        "/Annots 56 0 R",
    );
    let annotations = "[10 0 R 11 0 R 12 0 R 13 0 R 15 0 R]";
    let visible = |pdf: &Pdf| {
        pdf.signed_with(|options| {
            options.field = Some("New".into());
            options.rect = Some([300.0, 300.0, 350.0, 350.0]);
        })
    };
    let once = Pdf::form_but(&[(3, &page), (56, annotations)]).signed();
    passes(&visible(&once), ChangeLevel::Signatures);
    let catalog = Pdf::form().object_but(1, "/Pages", "/Blah 56 0 R /Pages");
    let twice = Pdf::form_but(&[(1, &catalog), (3, &page), (56, annotations)]).signed();
    let report = visible(&twice).report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
}

// test_appearance_update_edge_cases, test_disallow_appearance_stream_override_if_clobbers.
#[test]
fn a_prepared_look_is_replaced_by_a_signature() {
    let prepared = Pdf::form().object_but(13, "/F 4", "/F 4 /AP 40 0 R");
    let looks = "<< /N 41 0 R >>";
    let drawn = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 9 9]",
        "0 0 9 9 re S",
    );
    let with = |more: &[(u32, &str)]| {
        let field = [(13, prepared.as_str()), (40, looks), (41, &drawn)];
        let more = more.iter().copied();
        let field = field
            .into_iter()
            .filter(|(n, _)| more.clone().all(|(m, _)| m != *n));
        Pdf::form_but(&field.chain(more.clone()).collect::<Vec<_>>())
    };
    let signed = with(&[]).signed().signed_again("Second");
    assert!(
        !signed.object(13).contains("/AP 40 0 R"),
        "the look is another"
    );
    passes(&signed, ChangeLevel::Signatures);
    // Whoever else shows or keeps the old look may mean something by it.
    let form = Pdf::form();
    for (number, object) in [
        (1, form.object_but(1, "/Pages", "/FooBar 40 0 R /Pages")),
        (10, form.object_but(10, "/AP << /N 20 0 R >>", "/AP 40 0 R")),
        (40, "<< /N 41 0 R /D 40 0 R >>".to_owned()),
    ] {
        let signed = with(&[(number, &object)]).signed();
        refused(&object, &signed.signed_again("Second"));
    }
}

// test_sign_reject_freed, test_orphan, test_pades_dss_object_clobber.
#[test]
fn freed_orphaned_and_clobbered_objects() {
    let pdf = Pdf::form_but(&[(57, "(Hi there!)")]).signed();
    refused("freed", &pdf.later().free(57).done());
    refused("clobbered", &pdf.save(&[(57, "<< /Certs [] >>")]));
    let catalog = pdf.object_but(1, "/Pages", "/DSS 57 0 R /Pages");
    refused(
        "clobbered and used",
        &pdf.save(&[(1, &catalog), (57, "<< /Certs [] >>")]),
    );
    let orphan = pdf.save(&[(pdf.free(), "(Bleh)")]);
    assert!(level(&orphan) >= ChangeLevel::TimestampsAndValidationData);
}

fn with_dss(pdf: &Pdf, store: &str, more: &[(u32, &str)]) -> Pdf {
    let free = pdf.free();
    let catalog = pdf.object_but(1, "/Pages", &format!("/DSS {free} 0 R /Pages"));
    let mut all = vec![(1, catalog.as_str()), (free, store)];
    all.extend_from_slice(more);
    pdf.save(&all)
}

// test_pades_dss_object_typing_tamper, delete_dss, delete_vri, delete_entry_in_vri, unknown keys.
#[test]
fn security_stores() {
    let pdf = Pdf::form().signed();
    let free = pdf.free();
    let certificate = stream("", "0123");
    let print = "A".repeat(40);
    let certs = format!("<< /Certs [{} 0 R] >>", free + 1);
    let good = with_dss(&pdf, &certs, &[(free + 1, &certificate)]);
    passes(&good, ChangeLevel::TimestampsAndValidationData);
    let vri = format!(
        "<< /Type /DSS /CRLs [{one} 0 R] /OCSPs [] /VRI << /{print} << /CRL [{one} 0 R] /TU (D:20260101000000Z) >> >> >>",
        one = free + 1
    );
    let with_vri = with_dss(&pdf, &vri, &[(free + 1, &certificate)]);
    passes(&with_vri, ChangeLevel::TimestampsAndValidationData);
    for bogus in [
        "(Hi there)".to_owned(),
        "[4 0 R]".into(),
        "<< /Blah null >>".into(),
        "<< /Blah 4 0 R >>".into(),
        "<< /Certs (x) >>".into(),
        "<< /Certs [(x)] >>".into(),
        "<< /Certs [4 0 R] >>".into(),
        "<< /VRI (x) >>".into(),
        "<< /VRI << /Bleh (x) >> >>".into(),
        "<< /VRI << /Bleh << >> >> >>".into(),
        format!("<< /VRI << /{print} (x) >> >>"),
        format!("<< /VRI << /{print} << /Bleh (x) >> >> >>"),
        format!("<< /VRI << /{print} << /OCSP (x) >> >> >>"),
        "<< /Certs [] /JS (x) >>".into(),
        format!("<< /VRI << /{print} << /TU /Now >> >> >>"),
        format!("<< /VRI << /{print} << /TS 4 0 R >> >> >>"),
        format!("<< /VRI << /{print} << /TS (x) >> >> >>"),
    ] {
        refused(&bogus, &with_dss(&pdf, &bogus, &[]));
    }
    refused(
        "a new object that is no stream",
        &with_dss(&pdf, &certs, &[(free + 1, "(x)")]),
    );
    let emptied = format!(
        "<< /Type /DSS /CRLs [{} 0 R] /OCSPs [] /VRI << >> >>",
        free + 1
    );
    refused("no entries any more", &with_vri.save(&[(free, &emptied)]));
    // What a later signature covers stays.
    let signed = good.signed_again("Second");
    passes(&signed, ChangeLevel::Signatures);
    let catalog = signed.object(1);
    let at = catalog.find("/DSS").unwrap();
    let end = at + catalog[at..].find(" R").unwrap() + 2;
    let without = catalog.replacen(&catalog[at..end], "", 1);
    let report = signed.save(&[(1, &without)]).report();
    assert_eq!(
        report.signatures[1].verdict,
        Verdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
    let emptied = "<< /Certs [] >>";
    let report = signed.save(&[(free, emptied)]).report();
    assert_eq!(
        report.signatures[1].verdict,
        Verdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
}

// test_diff_analysis_add_extensions_dict; changing_extensions; dangerous metadata.
#[test]
fn extensions_metadata_and_information() {
    let pdf = Pdf::form().signed();
    let extensions = "/Extensions << /ESIC << /BaseVersion /1.7 /ExtensionLevel 5 >> >> /Pages";
    let with = pdf.object_but(1, "/Pages", extensions);
    let report = pdf.save(&[(1, &with)]).report();
    let after = report.signatures[0].changes.after;
    assert!(
        after <= ChangeLevel::FormFilling,
        "{}",
        report.to_json(Lang::En)
    );
    // Nothing else may hide there.
    let evil = pdf.object_but(1, "/Pages", "/Extensions << /X << /A 4 0 R >> >> /Pages");
    refused("extensions", &pdf.save(&[(1, &evil)]));
    let evil = pdf.object_but(1, "/Pages", "/Extensions 4 0 R /Pages");
    refused("extensions", &pdf.save(&[(1, &evil)]));
    // Metadata: text for text, and no document type in it.
    let head = "/Type /Metadata /Subtype /XML";
    let bomb = "<!DOCTYPE a [<!ENTITY x 'y'>]><x:xmpmeta xmlns:x='adobe:ns:meta/'>&x;</x:xmpmeta>";
    refused("a document type", &pdf.save(&[(30, &stream(head, bomb))]));
    let elsewhere =
        "<!DOCTYPE a SYSTEM 'http://example.org/'><x:xmpmeta xmlns:x='adobe:ns:meta/'/>";
    refused(
        "a document type elsewhere",
        &pdf.save(&[(30, &stream(head, elsewhere))]),
    );
    refused("no XML", &pdf.save(&[(30, &stream(head, "Pay 900 dong"))]));
    refused("no metadata", &pdf.save(&[(30, &stream("", "q Q"))]));
    refused("a look", &pdf.save(&[(30, LOOK)]));
}

// What a document has ready is not what a later save says; and what it said stays.
#[test]
fn extensions_and_metadata_that_stood_ready() {
    let head = "/Type /Metadata /Subtype /XML";
    let other = stream(
        head,
        "<x:xmpmeta xmlns:x='adobe:ns:meta/'><a>2</a></x:xmpmeta>",
    );
    let both = "/Extensions << /A << /BaseVersion /1.7 /ExtensionLevel 5 >> /B << /BaseVersion /1.7 /ExtensionLevel 1 >> >> /Pages";
    let catalog = Pdf::form().object_but(1, "/Pages", both);
    let pdf = Pdf::form_but(&[(1, &catalog), (71, &other)]).signed();
    passes(
        &pdf.save(&[(30, &other)]),
        ChangeLevel::TimestampsAndValidationData,
    );
    let ready = pdf.object_but(1, "/Metadata 30 0 R", "/Metadata 71 0 R");
    forbidden(&pdf.save(&[(1, &ready)]), "PDF-DIFF-125");
    let body = pdf.object(1);
    let at = body.find("/B<<").or_else(|| body.find("/B <<")).unwrap();
    let end = at + body[at..].find(">>").unwrap() + 2;
    let less = body.replacen(&body[at..end], "", 1);
    forbidden(&pdf.save(&[(1, &less)]), "PDF-DIFF-126");
}

// test_changing_root_type, bogus trailers: see `structure`. An unreadable update is no update.
#[test]
fn updates_that_cannot_be_read() {
    let pdf = Pdf::form().signed();
    for (what, number, body) in [
        ("no object", 4, "endobj"),
        ("an open string", 11, "<< /V (100"),
        ("an open dictionary", 11, "<< /V << /A"),
        ("a number that is none", 11, "<< /V 1.2.3.4 >>"),
        (
            "an unknown filter",
            4,
            "<< /Filter /X /Length 1 >>\nstream\nx\nendstream",
        ),
        (
            "a wrong length",
            4,
            "<< /Length 99999 >>\nstream\nx\nendstream",
        ),
        (
            "a length elsewhere",
            4,
            "<< /Length 9 0 R >>\nstream\nx\nendstream",
        ),
        ("itself", 4, "4 0 R"),
        (
            "data of another file",
            4,
            "<< /F (x.pdf) /Length 0 >>\nstream\n\nendstream",
        ),
    ] {
        let report = pdf.save(&[(number, body)]).report();
        let json = report.to_json(Lang::En);
        assert_ne!(report.verdict, FileVerdict::Passed, "{what}: {json}");
    }
    forbidden(&pdf.save(&[(4, "null")]), "PDF-DIFF-002");
}
