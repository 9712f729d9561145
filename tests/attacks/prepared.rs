//! What a document can have ready before it is signed, so that bytes that come later give signed bytes another meaning,
//! though no object of the signed document changes.

use kyso::{ChangeLevel, FileVerdict, Lang};

use crate::pdf::{LOOK, Pdf, forbidden, passes, stream};

const PAID: &str = "BT /F1 12 Tf 50 300 Td (Pay 900 dong) Tj ET";

/// Signed by a program that does not look at what it signs; without a box, whose picture would hold any byte.
fn signed_anyway(base: &Pdf) -> Pdf {
    base.signed_with(|options| {
        options.field = Some("First".into());
        options.force_repaired = true;
    })
}

/// Between the signed section and the later one the chain goes by a section that stands ready in the signed bytes, which
/// their own `startxref` does not name. Its objects would count as signed.
#[test]
fn a_section_that_the_signed_bytes_do_not_lead_to() {
    let hidden = format!("4 0 obj\n{}\nendobj\n", stream("", PAID));
    let section = "xref\n4 1\n4444444444 00000 n \ntrailer\n<< /Size 60 /Root 1 0 R /Info 6 0 R \
        /ID [<4B59534F> <4B59534F>] /Prev 5555555555 >>\n";
    // The carrier stands behind the table of its revision, so that the sections follow one another.
    let base = Pdf::form_but(&[(47, "null")]);
    let (line, end) = (
        format!("{:010}", base.first("47 0 obj")),
        base.last("startxref"),
    );
    let base = base.over(base.first(&line), &format!("{end:010}"));
    let carrier = stream("", &format!("\n{hidden}{section}"));
    let carrier = format!("47 0 obj\n{carrier}\nendobj\n");
    let base = Pdf([&base.0[..end], carrier.as_bytes(), &base.0[end..]].concat());
    let place = base.first(&hidden);
    let base = base.over(base.first("4444444444"), &format!("{place:010}"));
    let previous = base.first("5555555555");
    let aimed = |at: usize| base.over(previous, &format!("{at:010}")).signed();
    let pdf = aimed(aimed(0).startxref());
    let ready = pdf.first("xref\n4 1");
    assert!(pdf.0[previous..].starts_with(format!("{:010}", pdf.startxref()).as_bytes()));
    passes(&pdf, ChangeLevel::None);
    passes(&pdf.save(&[]), ChangeLevel::None);
    let attack = pdf.later().previous(Some(ready)).done();
    forbidden(&attack, "PDF-DIFF-055");
}

/// The stated length of a signed stream leads to an `endstream` that is not there yet: readers take the first one that they
/// find, and more once it is there.
#[test]
fn a_stream_that_reaches_into_what_comes_later() {
    // The length as it is, elsewhere, or under another spelling of the key beside one in a string.
    for shape in ["LENGTH", "48 0 R", "hidden"] {
        let aimed = |length: usize| {
            let number = format!("{length:08}");
            let stated = match shape {
                "hidden" => format!("/X (/Length 23 /Y) /L#65ngth {number}"),
                shape => format!("/Length {}", shape.replace("LENGTH", &number)),
            };
            let content = format!("<< {stated} >>\nstream\nBT (Pay 100 dong) Tj ET\nendstream");
            signed_anyway(&Pdf::form_but(&[(4, &content), (48, &number)]))
                .save(&[(90, &stream("", PAID))])
        };
        let trial = aimed(99_999_999);
        let start = trial.first("BT (Pay 100 dong) Tj ET");
        let attack = aimed(trial.last("\nendstream") - start);
        assert_eq!(attack.0.len(), trial.0.len());
        forbidden(&attack, "PDF-DIFF-054");
    }
    // Without any length, the first `endstream` ends it.
    let open = format!("<< >>\nstream\n{}", "BT (Pay 100 dong) Tj ET");
    let honest = Pdf::form_but(&[(4, &stream("", "BT (Pay 100 dong) Tj ET"))]);
    let later = signed_anyway(&honest).save(&[(90, &stream("", PAID))]);
    passes(&later, ChangeLevel::TimestampsAndValidationData);
    let last = Pdf::form_but(&[(90, &open)]);
    let attack = signed_anyway(&last)
        .and("% endstream endobj\n")
        .later()
        .done();
    forbidden(&attack, "PDF-DIFF-054");
}

/// A string that nothing in the signed file closes, as the text of a script.
#[test]
fn an_object_that_ends_in_what_comes_later() {
    let catalog = Pdf::form().object_but(
        1,
        "/Pages",
        "/OpenAction << /S /JavaScript /JS 90 0 R >> /Pages",
    );
    for (open, close) in [
        ("(app.alert\\(1\\);/*", "%*/) endobj\n"),
        ("[ 1 (", "%)] endobj\n"),
    ] {
        let pdf = signed_anyway(&Pdf::form_but(&[(1, &catalog), (90, open)]));
        let attack = pdf.and(close).later().done();
        forbidden(&attack, "PDF-DIFF-054");
    }
}

/// A cross-reference stream is a page's content, too. The next one takes its number.
#[test]
fn a_section_that_is_content_as_well() {
    let rows = [(91, 0, 0x3130_2030, 0x2039), (92, 0, 0x2072_6520, 0x6620)];
    let document = |page: &str| {
        let base = Pdf::form_but(&[(3, page)]);
        base.later().streamed(80, &[]).signed()
    };
    let page = Pdf::form().object(3);
    let honest = document(&page);
    passes(&honest.later().streamed(80, &rows), ChangeLevel::None);
    let page = page.replacen("/Contents 4 0 R", "/Contents [4 0 R 80 0 R]", 1);
    let pdf = document(&page);
    passes(&pdf, ChangeLevel::None);
    passes(&pdf.later().streamed(97, &rows), ChangeLevel::None);
    forbidden(&pdf.later().streamed(80, &rows), "PDF-DIFF-123");
}

/// An entry of the signed section names an object stream that is not there yet.
#[test]
fn an_object_whose_stream_comes_later() {
    let catalog = Pdf::form().object_but(1, "/Pages", "/OpenAction 70 0 R /Pages");
    let base = Pdf::form_but(&[(1, &catalog)]);
    let pdf = base.later().streamed(80, &[(70, 2, 60, 0)]).signed();
    passes(
        &pdf.save(&[(61, LOOK)]),
        ChangeLevel::TimestampsAndValidationData,
    );
    let object = "<< /S /JavaScript /JS (app.alert\\(1\\)) >>";
    let carrier = stream("/Type /ObjStm /N 1 /First 5", &format!("70 0 {object}"));
    forbidden(&pdf.save(&[(60, &carrier)]), "PDF-DIFF-005");
}

/// Two objects are the same, so one can stand for the other: readers that look at its number find it missing.
#[test]
fn an_entry_that_leads_to_an_equal_object_of_another_number() {
    let mark = "<< /Type /Annot /Subtype /Square /Rect [50 290 200 320] /F 4 >>";
    let page = Pdf::form().object_but(3, "15 0 R", "15 0 R 71 0 R 72 0 R");
    let pdf = Pdf::form_but(&[(3, &page), (71, mark), (72, mark)]).signed();
    passes(&pdf.save(&[(71, mark), (72, mark)]), ChangeLevel::None);
    let place = pdf.0.len();
    let attack = pdf.later().set(71, mark);
    let attack = attack
        .table(&format!("72 1\n{place:010} 00000 n \n"))
        .done();
    let report = attack.report();
    let json = report.to_json(Lang::En);
    assert_ne!(report.verdict, FileVerdict::Passed, "{json}");
}

/// A value that is only written otherwise is the same value, and its field must look as it did.
#[test]
fn a_field_that_only_seems_to_have_another_value() {
    let pdf = Pdf::form().signed();
    let (look, text) = (pdf.free(), pdf.free() + 1);
    let form = "/Type /XObject /Subtype /Form /BBox [0 0 100 20]";
    let nine = stream(form, "BT 2 5 Td (900) Tj ET");
    let drawn = pdf.object_but(11, "/N 21 0 R", &format!("/N {look} 0 R"));
    let save = |value: &str| {
        let field = drawn.replacen("/V (100)", value, 1);
        pdf.save(&[(11, &field), (look, &nine), (text, "(100)")])
    };
    passes(&save("/V (900)"), ChangeLevel::FormFilling);
    for value in [
        "/V (100)".to_owned(),
        "/V <313030>".to_owned(),
        "/V (\\061\\060\\060)".to_owned(),
        "/V <FEFF003100300030>".to_owned(),
        format!("/V {text} 0 R"),
        "/V (100) /AS /On".to_owned(),
        "/V (100) /I [0]".to_owned(),
        "/V (100) /TI 1".to_owned(),
        "/V (100) /RV (<b>900</b>)".to_owned(),
    ] {
        forbidden(&save(&value), "PDF-DIFF-103");
    }
}

/// The form's default resources lose their fonts: an array in the place of a dictionary.
#[test]
fn default_resources_that_become_an_array() {
    let pdf = Pdf::form().signed();
    let more = pdf.object_but(5, "/F1 7 0 R", "/F1 7 0 R /F3 31 0 R");
    passes(&pdf.save(&[(5, &more)]), ChangeLevel::None);
    let form = pdf.object_but(5, "/Font<</F1 7 0 R>>", "/Font[7 0 R]");
    forbidden(&pdf.save(&[(5, &form)]), "PDF-DIFF-009");
}

/// References in object streams are references, however they are written.
#[test]
fn a_reference_in_an_object_stream_to_nothing() {
    for reference in ["96 0 R", "96 %\n 0 R"] {
        let body = format!("<< /To {reference} >>");
        let pdf = Pdf::form().later().compressed(80, &[(71, &body)]).signed();
        passes(
            &pdf.save(&[(97, LOOK)]),
            ChangeLevel::TimestampsAndValidationData,
        );
        forbidden(&pdf.save(&[(96, LOOK)]), "PDF-DIFF-005");
    }
}
