//! What comes with a later signature.

use super::*;

#[test]
fn a_signature_in_an_empty_field_is_a_signature() {
    assert_eq!(fill(&[]), (ChangeLevel::Signatures, vec![]));
    let same_again = [(4, CONTENT), (1, CATALOG)];
    assert_eq!(fill(&same_again), (ChangeLevel::Signatures, vec![]));
}

#[test]
fn a_signature_in_a_new_field_is_a_signature() {
    assert_eq!(add(&[]), (ChangeLevel::Signatures, vec![]));
    // Invisible, without a page.
    let invisible = "<< /FT /Sig /T (B) /V 20 0 R >>";
    assert_eq!(
        add(&[(3, PAGE), (12, invisible)]),
        (ChangeLevel::Signatures, vec![])
    );
    // An empty field beside it.
    let form = "<< /Fields [6 0 R 10 0 R 12 0 R 13 0 R] /SigFlags 3 >>";
    let empty = "<< /FT /Sig /T (C) /Kids [14 0 R] >>";
    let kid = "<< /Subtype /Widget /Parent 13 0 R /Rect [0 0 1 1] >>";
    assert_eq!(
        add(&[(5, form), (13, empty), (14, kid)]),
        (ChangeLevel::Signatures, vec![])
    );
    // Its box need not name it; naming another field is another matter.
    for (parent, level) in [
        ("", ChangeLevel::Signatures),
        ("/Parent 6 0 R", ChangeLevel::Forbidden),
        ("/Parent << >>", ChangeLevel::Forbidden),
    ] {
        let kid = format!("<< /Subtype /Widget {parent} /Rect [0 0 1 1] >>");
        let told = add(&[(5, form), (13, empty), (14, &kid)]);
        assert_eq!(told.0, level, "{parent}: {told:?}");
    }
}

#[test]
fn whatever_else_changes_with_a_signature_is_forbidden() {
    let cases: &[(&[(u32, &str)], &str)] = &[
        (
            &[(4, "<< /Length 9 >>\nstream\n(999%) Tj\nendstream")],
            "PDF-DIFF-002",
        ),
        (&[(4, "free")], "PDF-DIFF-003"),
        (
            &[(2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>")],
            "PDF-DIFF-002",
        ),
        (&[(30, "<< /Now /Here >>")], "PDF-DIFF-005"),
        (
            &[(
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /OpenAction 22 0 R >>",
            )],
            "PDF-DIFF-002",
        ),
        (
            &[(
                1,
                "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /AcroForm 5 0 R >>",
            )],
            "PDF-DIFF-002",
        ),
        (
            &[(5, "<< /Fields [12 0 R 6 0 R 10 0 R] /SigFlags 3 >>")],
            "PDF-DIFF-009",
        ),
        (
            &[(5, "<< /Fields [6 0 R 12 0 R] /SigFlags 3 >>")],
            "PDF-DIFF-009",
        ),
        (
            &[(5, "<< /Fields [6 0 R 10 0 R 12 0 R] /SigFlags 2 >>")],
            "PDF-DIFF-009",
        ),
        (
            &[(
                5,
                "<< /Fields [6 0 R 10 0 R 12 0 R] /SigFlags 3 /NeedAppearances true >>",
            )],
            "PDF-DIFF-009",
        ),
        (
            &[(5, "<< /Fields [6 0 R 10 0 R 12 0 R 4 0 R] /SigFlags 3 >>")],
            "PDF-DIFF-010",
        ),
        (&[(12, "<< /FT /Tx /T (B) /V 20 0 R >>")], "PDF-DIFF-010"),
        (
            &[(12, "<< /FT /Sig /T (B) /V 20 0 R /AA << >> >>")],
            "PDF-DIFF-010",
        ),
        (&[(12, "<< /FT /Sig /T (B) /V 7 0 R >>")], "PDF-DIFF-010"),
        (
            &[(12, "<< /FT /Sig /T (B) /V 20 0 R /Parent 6 0 R >>")],
            "PDF-DIFF-010",
        ),
        (
            &[(12, "<< /FT /Sig /T (B) /V 20 0 R /Kids [10 0 R] >>")],
            "PDF-DIFF-010",
        ),
        (
            &[(
                3,
                "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 12 0 R] >>",
            )],
            "PDF-DIFF-011",
        ),
        (
            &[(
                3,
                "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 10 0 R 12 0 R 11 0 R] >>",
            )],
            "PDF-DIFF-011",
        ),
        (
            &[(
                3,
                "<< /Type /Page /Parent 2 0 R /Contents 20 0 R /Annots [6 0 R 10 0 R 12 0 R] >>",
            )],
            "PDF-DIFF-011",
        ),
    ];
    for (objects, code) in cases {
        let (level, codes) = add(objects);
        assert_eq!(level, ChangeLevel::Forbidden, "{objects:?}");
        assert!(codes.contains(code), "{objects:?}: {codes:?}");
    }
}

#[test]
fn a_filled_field_may_only_gain_what_a_signature_brings() {
    let cases: &[(&[(u32, &str)], &str)] = &[
        (
            &[(
                10,
                "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 99 9] /P 3 0 R /V 20 0 R >>",
            )],
            "PDF-DIFF-012",
        ),
        (
            &[(
                10,
                "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R /V 7 0 R >>",
            )],
            "PDF-DIFF-012",
        ),
        (
            &[(
                10,
                "<< /FT /Sig /T (E) /Type /Annot /Subtype /Widget /Rect [0 0 9 9] /P 3 0 R /V 20 0 R /A << >> >>",
            )],
            "PDF-DIFF-012",
        ),
        (
            &[(
                6,
                "<< /FT /Sig /T (A) /Type /Annot /Subtype /Widget /Rect [0 0 1 1] /P 3 0 R /V 20 0 R >>",
            )],
            "PDF-DIFF-002",
        ),
    ];
    for (objects, code) in cases {
        let (level, codes) = fill(objects);
        assert_eq!(level, ChangeLevel::Forbidden, "{objects:?}");
        assert!(codes.contains(code), "{objects:?}: {codes:?}");
    }
    // A look that another box shows, too, is not exchanged.
    let prepared = "<< /FT /Sig /T (S) /AP 11 0 R >>";
    let signed = "<< /FT /Sig /T (S) /AP << /N 21 0 R >> /V 20 0 R >>";
    let form = "<< /Fields [6 0 R 10 0 R 19 0 R] /SigFlags 1 >>";
    let sharing = EMPTY.replace("/P 3", "/AP 11 0 R /P 3");
    for (other, level) in [
        (EMPTY, ChangeLevel::Signatures),
        (&sharing, ChangeLevel::Forbidden),
    ] {
        let document = Pdf::default()
            .save(
                &[
                    (1, CATALOG),
                    (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
                    (3, PAGE),
                    (4, CONTENT),
                    (5, form),
                    (6, SIGNED),
                    (7, VALUE),
                    (10, other),
                    (11, "<< >>"),
                    (19, prepared),
                ],
                ROOT,
            )
            .save(&[(19, signed), (20, VALUE), (21, LOOK)], ROOT)
            .document();
        let changes = analyse(&document, &[placed("A", 6, 7, 0), placed("S", 19, 20, 1)]);
        assert_eq!(changes[0].after, level, "{other}: {changes:?}");
    }
    // A second signature in the field of the first.
    let again =
        "<< /FT /Sig /T (A) /Type /Annot /Subtype /Widget /Rect [0 0 1 1] /P 3 0 R /V 20 0 R >>";
    let (level, codes) = second(&[(6, again), (20, VALUE)], ROOT, placed("A", 6, 20, 1));
    assert_eq!((level, codes[0]), (ChangeLevel::Forbidden, "PDF-DIFF-012"));
}

#[test]
fn document_information_may_tell_time_and_producer() {
    let with_info = "/Root 1 0 R /ID [<01> <02>] /Info 19 0 R";
    let base = || {
        let objects = [(19, "<< /Title (T) /ModDate (D:2020) >>"), (10, EMPTY)];
        let mut pdf = base();
        pdf.text = pdf.text.replace(ROOT, with_info);
        pdf.save(&objects, with_info)
    };
    for (info, level) in [
        (
            "<< /Title (T) /ModDate (D:2021) /Producer (kyso) >>",
            ChangeLevel::Signatures,
        ),
        ("<< /Title (U) /ModDate (D:2021) >>", ChangeLevel::Forbidden),
        ("<< /Title (T) /ModDate [4 0 R] >>", ChangeLevel::Forbidden),
    ] {
        let objects = [(10, FILLED), (20, VALUE), (21, LOOK), (19, info)];
        let document = base().save(&objects, with_info).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("E", 10, 20, 2)]);
        assert_eq!(changes[0].after, level, "{info}: {changes:?}");
    }
    // Alone, it is told.
    let document = base()
        .save(&[(19, "<< /Title (T) /ModDate (D:2021) >>")], with_info)
        .document();
    let changes = &analyse(&document, &[placed("A", 6, 7, 1)])[0];
    assert_eq!(
        (changes.after, codes(changes)),
        (
            ChangeLevel::TimestampsAndValidationData,
            vec!["PDF-DIFF-106"]
        )
    );
}

#[test]
fn only_an_intact_signature_explains_its_changes() {
    let mut broken = placed("E", 10, 20, 1);
    broken.intact = false;
    let (level, codes) = second(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT, broken);
    assert_eq!(level, ChangeLevel::Forbidden);
    assert!(codes.contains(&"PDF-DIFF-013"), "{codes:?}");
}

/// What the new fields of a signed revision may be.
#[test]
fn fields_that_come_with_a_signature_are_new_plain_and_empty() {
    let form = "<< /Fields [6 0 R 10 0 R 12 0 R 13 0 R] /SigFlags 3 >>";
    let widget = "<< /Subtype /Widget /Parent 13 0 R /Rect [0 0 1 1] /AA << >> >>";
    for (field, kid) in [
        ("<< /FT /Sig /T (C) /Kids [14 0 R] >>", widget),
        (
            "<< /FT /Sig /T (C) /Kids [14 0 R] >>",
            "<< /Subtype /Widget /Parent 10 0 R >>",
        ),
        ("<< /FT /Sig /FT /Sig /T (C) >>", "<< >>"),
        ("<< /FT /Sig /T (C) /V 7 0 R >>", "<< >>"),
        ("<< /FT /Sig /T (C) /V 14 0 R >>", VALUE),
        ("<< /FT /Sig /T (C) /V << /Type /Sig >> >>", "<< >>"),
        ("<< /FT /Sig /T (C) /V (x) >>", "<< >>"),
    ] {
        let found = add(&[(5, form), (13, field), (14, kid)]);
        assert_eq!(
            (found.0, found.1[0]),
            (ChangeLevel::Forbidden, "PDF-DIFF-010"),
            "{field}"
        );
    }
    // A field that stood ready, and a box that did.
    let (field, widget) = ("<< /FT /Sig /T (C) >>", "<< /Subtype /Widget >>");
    let with_kid = "<< /FT /Sig /T (C) /Kids [14 0 R] >>";
    for (ready, more) in [((13, field), None), ((14, widget), Some((13, with_kid)))] {
        let mut objects = vec![(3, GROWN_PAGE), (5, form), (12, NEW), (20, VALUE)];
        objects.extend(more);
        let document = base().save(&[ready], ROOT).save(&objects, ROOT).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("B", 12, 20, 2)]);
        let found = codes(&changes[0]);
        assert_eq!(found.first(), Some(&"PDF-DIFF-010"), "{ready:?}");
    }
}

#[test]
fn a_box_stands_on_the_page_that_its_field_names() {
    let other = "<< /Type /Page /Parent 2 0 R /Annots [] >>";
    let grown = "<< /Type /Page /Parent 2 0 R /Annots [12 0 R] >>";
    let ready = base().save(&[(19, other)], ROOT);
    for (body, level) in [
        (
            NEW.replace("/P 3 0 R", "/P 19 0 R"),
            ChangeLevel::Signatures,
        ),
        (NEW.replace("/P 3 0 R", ""), ChangeLevel::Signatures),
        (NEW.to_owned(), ChangeLevel::Forbidden),
    ] {
        let objects = [(19, grown), (5, GROWN_FORM), (12, &body), (20, VALUE)];
        let document = ready.clone().save(&objects, ROOT).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("B", 12, 20, 2)]);
        assert_eq!(changes[0].after, level, "{body}: {:?}", changes[0]);
    }
}

#[test]
fn a_signature_changes_no_flag_of_its_field_but_the_one_that_closes_it() {
    for (flags, level) in [(1, ChangeLevel::Signatures), (2, ChangeLevel::Forbidden)] {
        let filled = FILLED.replace("/V 20", &format!("/Ff {flags} /V 20"));
        assert_eq!(fill(&[(10, &filled)]).0, level, "{flags}");
    }
}
