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

#[test]
fn what_the_trailer_refers_to_does_not_come_later() {
    let trailer = format!("{ROOT} /Info 33 0 R");
    let objects = [(1, CATALOG), (2, "<< /Kids [] >>"), (6, SIGNED), (7, VALUE)];
    let document = Pdf::default()
        .save(&objects, &trailer)
        .save(&[(33, "<< /Title (x) >>")], &trailer)
        .document();
    let changes = analyse(&document, &[placed("A", 6, 7, 0)]);
    assert!(
        codes(&changes[0]).contains(&"PDF-DIFF-005"),
        "{:?}",
        changes[0]
    );
}

/// Each kind of object that a rule explains, used as another thing as well: by a page, by the trailer.
#[test]
fn every_use_of_a_changed_object_must_fit() {
    let packet = |text: &str| {
        let text = format!("<x:xmpmeta xmlns:x='adobe:ns:meta/'>{text}</x:xmpmeta>");
        format!(
            "<< /Type /Metadata /Length {} >>\nstream\n{text}\nendstream",
            text.len()
        )
    };
    let (one, two) = (packet("1"), packet("2"));
    let catalog = "<< /Type /Catalog /Pages 2 0 R /AcroForm 5 0 R /Metadata 21 0 R /DSS 22 0 R \
        /Extensions 23 0 R >>";
    let versioned = catalog.replace("/Pages", "/Version /2.0 /Pages");
    let form = "<< /Fields [6 0 R 10 0 R] /DR 24 0 R /SigFlags 1 >>";
    let filled = "<< /FT /Tx /T (E) /V (x) >>";
    let trailer = format!("{ROOT} /Info 26 0 R");
    for (number, body, more) in [
        (1, versioned.as_str(), None),
        (10, filled, None),
        (21, two.as_str(), None),
        (22, "<< /Certs [30 0 R] >>", Some((30, LOOK))),
        (
            23,
            "<< /A << /BaseVersion /1.7 /ExtensionLevel 9 >> >>",
            None,
        ),
        (
            24,
            "<< /Font << /F 31 0 R >> >>",
            Some((31, "<< /Type /Font >>")),
        ),
        (26, "<< /ModDate (D:2027) >>", None),
    ] {
        let save = |use_by_page: bool, use_by_trailer: bool| {
            let used = |by: bool| {
                if by {
                    format!("/X {number} 0 R")
                } else {
                    String::new()
                }
            };
            let page = format!("<< /Type /Page /Parent 2 0 R {} >>", used(use_by_page));
            let trailer = format!("{trailer} {}", used(use_by_trailer));
            let objects = [
                (1, catalog),
                (2, "<< /Type /Pages /Kids [3 0 R] /Count 1 >>"),
                (3, &page),
                (5, form),
                (6, SIGNED),
                (7, VALUE),
                (10, "<< /FT /Tx /T (E) >>"),
                (21, &one),
                (22, "<< /Certs [] >>"),
                (23, "<< /A << /BaseVersion /1.7 /ExtensionLevel 8 >> >>"),
                (24, "<< /Font << >> >>"),
                (26, "<< /ModDate (D:2026) >>"),
            ];
            let later: Vec<_> = more.into_iter().chain([(number, body)]).collect();
            let document = Pdf::default()
                .save(&objects, &trailer)
                .save(&later, &trailer)
                .document();
            analyse(&document, &[placed("A", 6, 7, 0)]).remove(0)
        };
        let honest = save(false, false);
        assert_ne!(honest.after, ChangeLevel::Forbidden, "{number}: {honest:?}");
        for other in [save(true, false), save(false, true)] {
            assert_eq!(other.after, ChangeLevel::Forbidden, "{number}");
            assert!(
                codes(&other).contains(&"PDF-DIFF-123"),
                "{number}: {other:?}"
            );
        }
    }
}

/// What stands in an object that does not end before the next one, nobody can tell.
#[test]
fn an_object_that_runs_into_the_next_one_is_in_doubt() {
    let document = base()
        .save(&[(18, "<< /A ("), (19, "<< >>")], ROOT)
        .save(&[(10, FILLED), (20, VALUE), (21, LOOK)], ROOT)
        .document();
    let changes = analyse(&document, &[placed("A", 6, 7, 1), placed("E", 10, 20, 2)]);
    assert_eq!(codes(&changes[0]), ["PDF-DIFF-008"]);
}
