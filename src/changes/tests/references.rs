//! Which references to what changed are seen.

use super::*;

#[test]
fn a_string_or_comment_is_no_reference_and_hides_none() {
    // 31 stands in a string of the base: its definition later is no harm.
    assert_eq!(fill(&[(31, "<< >>")]).0, ChangeLevel::Signatures);
    for hidden in [
        "<< /A (endobj) /To 32 0 R >>",
        "<< /A (\\() /To 32 %) endobj\n0 R >>",
        "<< /A <28> /To 32\r0\tR >>",
        "<< /stream 32 0 R >>",
        "<< /endobj 32 0 R >>",
    ] {
        let base = base().save(&[(18, hidden)], ROOT);
        let document = base
            .save(
                &[(10, FILLED), (20, VALUE), (21, LOOK), (32, "<< >>")],
                ROOT,
            )
            .document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("E", 10, 20, 2)]);
        assert_eq!(codes(&changes[0]), ["PDF-DIFF-005"], "{hidden}");
    }
}

#[test]
fn a_form_that_is_used_elsewhere_as_well_must_not_change() {
    let page =
        "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [6 0 R 10 0 R] /Resources 5 0 R >>";
    let document = base()
        .save(&[(3, page)], ROOT)
        .save(
            &[
                (5, GROWN_FORM),
                (12, "<< /FT /Sig /T (B) /V 20 0 R >>"),
                (20, VALUE),
            ],
            ROOT,
        )
        .document();
    let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("B", 12, 20, 2)]);
    assert_eq!(codes(&changes[0]), ["PDF-DIFF-123"]);
}

#[test]
fn an_object_that_lacks_its_end_can_be_signed_over() {
    for (unclosed, level) in [
        ("<< /To 33 0 R /A (31 0 R) >>", ChangeLevel::Signatures),
        ("<< /To 32 0 R >>", ChangeLevel::Forbidden),
        // A number: whether it goes on as a reference cannot be told.
        ("32", ChangeLevel::Forbidden),
    ] {
        let mut base = base().save(&[(18, unclosed)], ROOT);
        let end = base.text.rfind("endobj").unwrap();
        base.text.replace_range(end..end + 6, "endobJ");
        let filled = [(10, FILLED), (20, VALUE), (21, LOOK), (32, "<< >>")];
        let document = base.save(&filled, ROOT).document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("E", 10, 20, 2)]);
        assert_eq!(changes[0].after, level, "{:?}", changes[0]);
    }
}

#[test]
fn a_later_entry_into_a_signed_object_hides_no_reference() {
    let base = base().save(&[(18, "<< /To 32 0 R >>")], ROOT);
    let object = base.text.find("18 0 obj").unwrap();
    let filled = [(10, FILLED), (20, VALUE), (21, LOOK), (32, "<< >>")];
    for within in [1, 4, 8, 12, 16] {
        let mut pdf = base.clone().save(&filled, ROOT);
        let entry = format!("{:010} 00000 n \n", object + within);
        let table = pdf.text.rfind("trailer").unwrap();
        pdf.text.insert_str(table, &format!("33 1\n{entry}"));
        let document = pdf.document();
        let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("E", 10, 20, 2)]);
        assert!(
            codes(&changes[0]).contains(&"PDF-DIFF-005"),
            "{within}: {:?}",
            changes[0]
        );
    }
}
