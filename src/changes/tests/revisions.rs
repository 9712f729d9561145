//! Revisions that nobody signed, and how they hang together.

use super::*;

#[test]
fn trailers_may_only_say_where_their_section_is() {
    for (trailer, key) in [
        ("/Root 19 0 R /ID [<01> <02>]", "Root"),
        ("/Root 1 0 R /ID [<99> <02>]", "ID"),
        ("/Root 1 0 R", "ID"),
        ("/Root 1 0 R /ID [<01> <02>] /Info 11 0 R", "Info"),
        ("/Root 1 0 R /ID [<01> <02>] /Extra 1", "Extra"),
    ] {
        let document = base().save(&[(19, CATALOG)], trailer).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
        assert_eq!(changes[0].after, ChangeLevel::Forbidden, "{key}");
        assert!(codes(&changes[0]).contains(&"PDF-DIFF-007"), "{key}");
    }
    let document = base().save(&[], "/Root 1 0 R /ID [<01> <77>]").document();
    assert_eq!(
        analyse(&document, &[placed("A", 6, 7, 0)])[0].after,
        ChangeLevel::None
    );
}

#[test]
fn without_a_signature_nothing_may_come_or_change() {
    for (objects, code) in [
        (
            &[(4, "<< /Length 0 >>\nstream\n\nendstream")][..],
            "PDF-DIFF-002",
        ),
        (&[(11, "free")][..], "PDF-DIFF-003"),
    ] {
        let document = base().save(objects, ROOT).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
        assert_eq!(changes[0].after, ChangeLevel::Forbidden);
        assert_eq!(codes(&changes[0]), [code]);
    }
    // What nothing refers to does nothing, and is told.
    let document = base().save(&[(25, "<< >>")], ROOT).document();
    let changes = &analyse(&document, &[placed("A", 6, 7, 0)])[0];
    assert_eq!(
        (changes.after, codes(changes)),
        (
            ChangeLevel::TimestampsAndValidationData,
            vec!["PDF-DIFF-107"]
        )
    );
    // A freed number does not come back.
    let document = base()
        .save(&[(11, "free")], ROOT)
        .save(&[(11, "<< >>")], ROOT)
        .document();
    let changes = analyse(&document, &[placed("A", 6, 7, 1)]);
    assert_eq!(codes(&changes[0]), ["PDF-DIFF-004"]);
}

#[test]
fn bytes_behind_the_last_revision_concern_all_but_who_covers_them() {
    let mut pdf = base();
    pdf.text.push_str("hidden");
    let document = pdf.document();
    let mut whole = placed("A", 6, 7, 0);
    assert_eq!(
        codes(&analyse(&document, &[whole.clone()])[0]),
        ["PDF-DIFF-016"]
    );
    whole.whole_file = true;
    assert_eq!(analyse(&document, &[whole])[0].after, ChangeLevel::None);
}

#[test]
fn a_signature_that_closes_nothing_is_not_analysed() {
    let mut loose = placed("A", 6, 7, 0);
    loose.revision = None;
    let changes = analyse(&base().document(), &[loose]);
    assert_eq!(
        (changes[0].after, codes(&changes[0])),
        (ChangeLevel::Forbidden, vec!["PDF-DIFF-019"])
    );
}

#[test]
fn a_signed_section_must_not_point_behind_itself() {
    let mut pdf = base();
    // The entry of object 11 leads to where the next revision will stand.
    let entry = pdf.text.find("11 1\n").unwrap() + 5;
    let end = pdf.text.len();
    pdf.text
        .replace_range(entry..entry + 10, &format!("{end:010}"));
    let document = pdf.save(&[(11, "<< /Other true >>")], ROOT).document();
    let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
    assert!(codes(&changes[0]).contains(&"PDF-DIFF-017"), "{changes:?}");
}

const STORE: &str = "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /DSS 25 0 R >>";

/// The level and the codes after the first signature, where nobody signs the second revision.
fn unsigned(objects: &[(u32, &str)]) -> (ChangeLevel, Vec<&'static str>) {
    let document = base().save(objects, ROOT).document();
    let changes = &analyse(&document, &[placed("A", 6, 7, 0)])[0];
    (changes.after, codes(changes))
}

#[test]
fn validation_data_is_told_and_allowed_even_by_permission_one() {
    let store = (25, "<< /Certs [26 0 R] >>");
    let objects = [(1, STORE), store, (26, LOOK)];
    let level = ChangeLevel::TimestampsAndValidationData;
    assert_eq!(unsigned(&objects), (level, vec!["PDF-DIFF-101"]));
    let document = base().save(&objects, ROOT).document();
    let mut first = placed("A", 6, 7, 0);
    first.permission = Some(1);
    assert_eq!(analyse(&document, &[first])[0].after, level);
    // What was something else before does not become one.
    let (level, codes) = unsigned(&[(1, STORE), (25, "<< /Certs [4 0 R] >>")]);
    assert_eq!((level, codes[0]), (ChangeLevel::Forbidden, "PDF-DIFF-121"));
}

/// The signed trailer names a stream for the rest of its section that is not there yet.
#[test]
fn a_hybrid_section_whose_other_part_comes_later_is_forbidden() {
    let stream =
        "<< /Type /XRef /W [1 1 1] /Index [35 1] /Size 40 /Length 3 >>\nstream\n\0\0\0\nendstream";
    let aimed = |offset: usize| {
        let objects = [(1, CATALOG), (2, "<< /Kids [] >>"), (6, SIGNED), (7, VALUE)];
        let root = format!("{ROOT} /XRefStm {offset:06}");
        Pdf::default()
            .save(&objects, &root)
            .save(&[(30, stream)], ROOT)
    };
    let place = aimed(0).text.find("30 0 obj").unwrap();
    let document = aimed(place).document();
    let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
    assert!(
        codes(&changes[0]).contains(&"PDF-DIFF-017"),
        "{:?}",
        changes[0]
    );
}

/// Two sections of the signed bytes, and the signed `startxref` names one.
#[test]
fn a_section_before_the_signed_one_is_not_part_of_it() {
    let aimed = |section: usize| {
        let ready = format!(
            "(xref\n4 1\n0000000009 00000 n \ntrailer\n<< /Size 40 {ROOT} /Prev {section:06} >>\n)"
        );
        let objects = [
            (1, CATALOG),
            (2, "<< /Kids [] >>"),
            (6, SIGNED),
            (7, VALUE),
            (18, &ready),
        ];
        Pdf::default().save(&objects, ROOT)
    };
    let mut pdf = aimed(aimed(0).section);
    let honest = pdf.clone().save(&[], ROOT).document();
    assert_eq!(
        analyse(&honest, &[placed("A", 6, 7, 0)])[0].after,
        ChangeLevel::None
    );
    pdf.section = pdf.text.find("xref\n4 1").unwrap();
    let changes = analyse(&pdf.save(&[], ROOT).document(), &[placed("A", 6, 7, 0)]);
    assert_eq!(codes(&changes[0]), ["PDF-DIFF-055"]);
}

/// The last object of the signed bytes is closed by what comes later.
#[test]
fn an_object_does_not_end_behind_its_revision() {
    for close in ["%) endobj\n", "%)\n"] {
        let mut pdf = base().save(&[(18, "(open")], ROOT);
        pdf.text.push_str(close);
        let changes = analyse(&pdf.save(&[], ROOT).document(), &[placed("A", 6, 7, 1)]);
        assert_eq!(codes(&changes[0]), ["PDF-DIFF-054"], "{close}");
    }
}

/// Strings of an encrypted document are read by its identifier.
#[test]
fn an_encrypted_document_keeps_its_identifier() {
    for (encryption, code) in [
        ("", "PDF-DIFF-132"),
        (" /Encrypt << /Filter /X >>", "PDF-DIFF-007"),
    ] {
        let trailer = |id: &str| format!("/Root 1 0 R /ID {id}{encryption}");
        let objects = [(1, CATALOG), (2, "<< /Kids [] >>"), (6, SIGNED), (7, VALUE)];
        let document = Pdf::default()
            .save(&objects, &trailer("[<01> <02>]"))
            .save(&[], &trailer("[<03> <03>]"))
            .document();
        let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
        assert_eq!(codes(&changes[0]), [code]);
    }
}
