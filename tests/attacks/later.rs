//! What no public sample shows: signatures and fields that come later, and what they may not bring along.

use kyso::{ChangeLevel, FileVerdict, Lang, SubIndication, Verdict};

use crate::pdf::{LOOK, Pdf, codes, forbidden, passes, stream};

/// The new signature is broken: what it brought explains itself no more.
#[test]
fn a_new_signature_that_is_not_intact_explains_nothing() {
    let pdf = Pdf::form().signed().signed_again("Second");
    passes(&pdf, ChangeLevel::Signatures);
    let [_, _, end, _] = pdf.byte_range();
    let last = pdf.0[..end - 1]
        .iter()
        .rposition(|byte| *byte != b'0')
        .unwrap();
    let digit = if pdf.0[last - 40] == b'1' { "2" } else { "1" };
    let report = forbidden(&pdf.over(last - 40, digit), "PDF-DIFF-013");
    let second = report.signatures[1].sub_indication;
    assert_eq!(second, Some(SubIndication::SigCryptoFailure));
    // A changed byte in its revision.
    forbidden(&pdf.over(pdf.last("/M(D:") + 5, "1999"), "PDF-DIFF-013");
    // An empty value in its place.
    let [_, start, end, _] = pdf.byte_range();
    let zeros = format!("<{}>", "0".repeat(end - start - 2));
    forbidden(&pdf.over(start, &zeros), "PDF-DIFF-013");
}

fn with_field(pdf: &Pdf, field: &str, more: &[(u32, &str)]) -> Pdf {
    let free = pdf.free();
    let form = pdf.object_and(5, free);
    let page = pdf.object_and(3, free);
    let mut all = vec![(3, page.as_str()), (5, form.as_str()), (free, field)];
    all.extend_from_slice(more);
    pdf.save(&all)
}

/// A field that nobody signed shows a picture of a signature, or of anything.
#[test]
fn an_unsigned_field_with_a_drawn_look() {
    let pdf = Pdf::form().signed();
    let look = pdf.free() + 1;
    let drawn = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20]",
        "BT (Pay 900 dong) Tj ET",
    );
    let field = format!(
        "<< /Type /Annot /Subtype /Widget /FT /Sig /T (New) /Rect [50 290 200 320] /P 3 0 R /F 4 /AP << /N {look} 0 R >> >>"
    );
    forbidden(&with_field(&pdf, &field, &[(look, &drawn)]), "PDF-DIFF-010");
    // Any other new field is not for later saves, whatever it shows.
    let text = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (New) /V (900) /Rect [50 290 200 320] /P 3 0 R >>";
    forbidden(&with_field(&pdf, text, &[]), "PDF-DIFF-010");
}

/// The look, the place and the value of a field that is signed stay.
#[test]
fn a_signed_field_stays_as_it_is() {
    let pdf = Pdf::form().signed();
    let field = pdf.number_of("/T(First)");
    let body = pdf.object(field);
    let rect = body.find("/Rect[").unwrap();
    let end = rect + body[rect..].find(']').unwrap() + 1;
    let moved = body.replacen(&body[rect..end], "/Rect[0 0 400 400]", 1);
    let look = body.find("/AP").unwrap();
    let end = look + body[look..].find(">>").unwrap() + 2;
    let other_look = body.replacen(&body[look..end], "/AP<</N 21 0 R>>", 1);
    let no_look = body.replacen(&body[look..end], "", 1);
    let renamed = body.replacen("(First)", "(Other)", 1);
    let value = body.find("/V ").unwrap();
    let end = value + body[value..].find(" R").unwrap() + 2;
    let emptied = body.replacen(&body[value..end], "", 1);
    for (what, other) in [
        ("moved", moved),
        ("another look", other_look),
        ("no look", no_look),
        ("renamed", renamed),
        (
            "an action",
            body.replacen("<<", "<</A<</S/JavaScript/JS(x)>>", 1),
        ),
        ("hidden", body.replacen("/F 132", "/F 2", 1)),
    ] {
        assert_ne!(other, body, "{what}");
        let report = pdf.save(&[(field, &other)]).report();
        let json = report.to_json(Lang::En);
        assert_eq!(report.verdict, FileVerdict::Failed, "{what}: {json}");
        let after = report.signatures[0].changes.after;
        assert_eq!(after, ChangeLevel::Forbidden, "{what}: {json}");
    }
    // Emptied, while another signature remains: that one says so.
    let twice = pdf.signed_again("Second");
    let report = twice.save(&[(field, &emptied)]).report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
    // What it shows, an object of its own.
    let look = pdf.number_of("/Subtype/Form");
    let report = pdf.save(&[(look, LOOK)]).report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
}

/// A later box over an earlier one, or over text, is worth a look; it is named, and fails nothing by itself.
#[test]
fn a_later_box_over_an_earlier_one_is_named() {
    let pdf = Pdf::form().signed();
    let apart = pdf.signed_with(|options| {
        options.field = Some("Apart".into());
        options.rect = Some([300.0, 350.0, 390.0, 380.0]);
    });
    let report = passes(&apart, ChangeLevel::Signatures);
    assert!(!codes(&report.signatures[0]).contains(&"PDF-DIFF-050"));
    let over = pdf.signed_with(|options| {
        options.field = Some("Over".into());
        options.rect = Some([50.0, 165.0, 150.0, 195.0]);
    });
    let report = passes(&over, ChangeLevel::Signatures);
    let overlap = codes(&report.signatures[0]);
    assert!(
        overlap.contains(&"PDF-DIFF-050"),
        "{}",
        report.to_json(Lang::En)
    );
}

/// Signed by the person, and once more in a box.
fn boxed(pdf: &Pdf, rect: [f64; 4]) -> kyso::Report {
    let later = pdf.signed().signed_with(|options| {
        options.field = Some("Over".into());
        options.rect = Some(rect);
    });
    passes(&later, ChangeLevel::Signatures)
}

/// A later box over text is named with its page, and fails nothing by itself. What is there to be written on is no text.
#[test]
fn a_later_box_over_text_is_named() {
    let code = "PDF-DIFF-052";
    let on_text = [40.0, 290.0, 200.0, 320.0];
    let report = boxed(&Pdf::form(), on_text);
    let (json, first) = (report.to_json(Lang::En), &report.signatures[0]);
    assert!(codes(first).contains(&code), "{json}");
    assert!(
        json.contains("signature Over covers text that page 1"),
        "{json}"
    );
    // The later signature saw what it covers.
    assert!(!codes(&report.signatures[1]).contains(&code), "{json}");
    let contents = |contents: &str| Pdf::form_but(&[(4, &stream("", contents))]);
    let shown = "BT /F1 12 Tf 50 300 Td (Pay 100 dong) Tj ET";
    let form = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 400 400]",
        "BT /F1 12 Tf 10 10 Td (Pay 100 dong) Tj ET",
    );
    let page = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots [10 0 R 11 0 R 12 0 R 13 0 R 15 0 R] \
        /Resources << /Font << /F1 7 0 R >> /XObject << /Fm 40 0 R >> >> >>";
    let drawn = stream("", "q 1 0 0 1 40 290 cm /Fm Do Q");
    let nested = Pdf::form_but(&[(3, page), (4, &drawn), (40, &form)]);
    for (what, pdf, rect, expected) in [
        (
            "beside",
            contents(shown),
            [150.0, 290.0, 300.0, 320.0],
            false,
        ),
        ("below", contents(shown), [40.0, 270.0, 200.0, 299.0], false),
        ("above", contents(shown), [40.0, 303.5, 200.0, 330.0], false),
        ("in part", contents(shown), [70.0, 295.0, 90.0, 315.0], true),
        ("a form", nested, on_text, true),
        (
            "turned",
            contents("BT /F1 12 Tf 0 1 -1 0 300 300 Tm (Pay 100 dong) Tj ET"),
            [285.0, 290.0, 305.0, 390.0],
            true,
        ),
        (
            "leaders",
            contents("BT /F1 12 Tf 50 300 Td (............................) Tj ET"),
            on_text,
            false,
        ),
        (
            "lines",
            contents("BT /F1 12 Tf 50 300 Td (____ ____ ____) Tj ET"),
            on_text,
            false,
        ),
        (
            "invisible",
            contents("BT 3 Tr /F1 12 Tf 50 300 Td (Pay 100 dong) Tj ET"),
            on_text,
            false,
        ),
        (
            "hidden by its size",
            contents("BT /F1 0 Tf 50 300 Td (Pay 100 dong) Tj ET"),
            on_text,
            false,
        ),
    ] {
        let report = boxed(&pdf, rect);
        let found = codes(&report.signatures[0]).contains(&code);
        assert_eq!(found, expected, "{what}: {}", report.to_json(Lang::En));
    }
}

/// The list of annotations may be an object of its own, and a field may come empty and be drawn when it is signed.
#[test]
fn no_way_around_the_look_at_text() {
    let page = "<< /Type /Page /Parent 2 0 R /Contents 4 0 R /Annots 41 0 R \
        /Resources << /Font << /F1 7 0 R >> >> >>";
    let list = "[10 0 R 11 0 R 12 0 R 13 0 R 15 0 R]";
    let apart = Pdf::form_but(&[(3, page), (41, list)]);
    let report = boxed(&apart, [40.0, 290.0, 200.0, 320.0]);
    let json = report.to_json(Lang::En);
    assert!(
        codes(&report.signatures[0]).contains(&"PDF-DIFF-052"),
        "{json}"
    );
    // What cannot be read is said.
    let odd = stream(
        "/Filter /Odd",
        "BT /F1 12 Tf 50 300 Td (Pay 100 dong) Tj ET",
    );
    let report = boxed(&Pdf::form_but(&[(4, &odd)]), [40.0, 290.0, 200.0, 320.0]);
    let json = report.to_json(Lang::En);
    assert!(
        codes(&report.signatures[0]).contains(&"PDF-DIFF-053"),
        "{json}"
    );
    // A look changes no verdict: /Length is wrong, and nothing else has to be read there.
    let wrong = "<< /Length 5 /Filter /FlateDecode >>\nstream\nnot deflated\nendstream";
    let pdf = Pdf::form_but(&[(4, wrong)]).signed_with(|options| {
        options.force_repaired = true;
        options.field = Some("First".into());
        options.rect = Some([10.0, 10.0, 110.0, 40.0]);
    });
    let again = |rect| {
        let pdf = pdf.signed_with(|options| {
            options.force_repaired = true;
            options.field = Some("Over".into());
            options.rect = Some(rect);
        });
        pdf.report().verdict
    };
    assert_eq!(again([40.0, 290.0, 200.0, 320.0]), again([0.0; 4]));
}

/// A stranger's signature over the text: explained as a signature, but the file does not pass by it.
#[test]
fn a_signature_that_nobody_trusts_does_not_pass() {
    let pdf = Pdf::form().signed().signed_by_a_stranger();
    let report = pdf.report();
    assert_eq!(report.verdict, FileVerdict::Undetermined);
    assert_eq!(report.signatures[0].verdict, Verdict::Passed);
    assert_eq!(report.signatures[1].verdict, Verdict::Undetermined);
    let sub = report.signatures[1].sub_indication;
    assert_eq!(sub, Some(SubIndication::NoCertificateChainFound));
    assert_eq!(report.signatures[1].indication(), "INDETERMINATE");
}
