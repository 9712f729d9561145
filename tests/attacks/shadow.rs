//! Shadow attacks: the attacker prepares the document before somebody else signs it, and lets the prepared content appear
//! afterwards (Mainka and others, "Shadow Attacks", NDSS 2021): hide, replace, hide and replace.

use kyso::{ChangeLevel, FileVerdict, Lang};

use crate::pdf::{LOOK, Pdf, forbidden, passes, stream};

fn image(shade: char) -> String {
    let dictionary = "/Type /XObject /Subtype /Image /Width 1 /Height 1 /BitsPerComponent 8 /ColorSpace /DeviceGray";
    stream(dictionary, &shade.to_string())
}

/// A page that shows harmless content over the prepared one.
fn covered() -> Pdf {
    let page = Pdf::form().object_but(3, "/Font <<", "/XObject << /Cover 40 0 R >> /Font <<");
    let overlay = "BT /F1 12 Tf 50 300 Td (Pay 900 dong) Tj ET q 400 0 0 400 0 0 cm /Cover Do Q";
    Pdf::form_but(&[(3, &page), (4, &stream("", overlay)), (40, &image('1'))])
}

/// Hide, variant 1: the page is drawn without what covers it.
#[test]
fn hide_by_the_page() {
    let pdf = covered().signed();
    passes(&pdf, ChangeLevel::None);
    let bare = pdf.object_but(3, "/XObject<</Cover 40 0 R>>", "");
    forbidden(&pdf.save(&[(3, &bare)]), "PDF-DIFF-002");
    let content = "BT /F1 12 Tf 50 300 Td (Pay 900 dong) Tj ET";
    forbidden(&pdf.save(&[(4, &stream("", content))]), "PDF-DIFF-002");
}

/// Hide, variant 2: what covers it goes away: freed, emptied, of another type.
#[test]
fn hide_by_the_reference() {
    let pdf = covered().signed();
    forbidden(&pdf.later().free(40).done(), "PDF-DIFF-003");
    forbidden(&pdf.save(&[(40, "null")]), "PDF-DIFF-002");
    forbidden(&pdf.save(&[(40, LOOK)]), "PDF-DIFF-002");
    forbidden(&pdf.save(&[(40, &image('2'))]), "PDF-DIFF-002");
    passes(&pdf.save(&[(40, &image('1'))]), ChangeLevel::None);
}

/// Hide, variant 3: a layer that was on is off.
#[test]
fn hide_by_a_layer() {
    let base = Pdf::form();
    let catalog = base.object_but(
        1,
        "/Pages",
        "/OCProperties << /OCGs [41 0 R] /D 42 0 R >> /Pages",
    );
    let page = base.object_but(3, "/Font <<", "/Properties << /L 41 0 R >> /Font <<");
    let pdf = Pdf::form_but(&[
        (1, &catalog),
        (3, &page),
        (4, &stream("", "/OC /L BDC BT (100) Tj ET EMC")),
        (41, "<< /Type /OCG /Name (L) >>"),
        (42, "<< /ON [41 0 R] /OFF [] >>"),
    ])
    .signed();
    passes(&pdf, ChangeLevel::None);
    forbidden(
        &pdf.save(&[(42, "<< /ON [] /OFF [41 0 R] >>")]),
        "PDF-DIFF-002",
    );
    let usage = "<< /Type /OCG /Name (L) /Usage << /View << /ViewState /OFF >> >> >>";
    forbidden(&pdf.save(&[(41, usage)]), "PDF-DIFF-002");
    // A signature beside it is one only by itself.
    let root = u32::try_from(pdf.number("/Root")).unwrap();
    let signed = pdf.signed_again("Third");
    passes(&signed, ChangeLevel::Signatures);
    let off = signed.object_but(root, "/OCGs [41 0 R]", "/OCGs []");
    forbidden(&signed.save(&[(root, &off)]), "PDF-DIFF-002");
}

/// Replace, variant 1: fonts, and what maps letters to looks and to text.
#[test]
fn replace_by_fonts() {
    let pdf = Pdf::form().signed();
    let font = pdf.object_but(7, "/Helvetica", "/ZapfDingbats");
    let encoding = pdf.object_but(8, "/BaseEncoding", "/Differences [49 /nine] /BaseEncoding");
    let type3 = pdf.object_but(31, "/Differences [97 /a]", "/Differences [98 /a]");
    for (number, body) in [
        (7, font.as_str()),
        (8, &encoding),
        (
            9,
            &stream("", "begincmap 1 beginbfchar <31> <0039> endcmap"),
        ),
        (31, &type3),
        (32, &stream("", "9 0 0 0 9 9 d1 0 0 9 9 re f")),
    ] {
        let code = "PDF-DIFF-002";
        forbidden(&pdf.save(&[(number, body)]), code);
        passes(
            &pdf.save(&[(number, &pdf.object(number))]),
            ChangeLevel::None,
        );
    }
}

/// Replace, variant 2: the value of a field is shown by something else than the value.
#[test]
fn replace_by_the_look_of_a_field() {
    let pdf = Pdf::form().signed();
    // The look changes, the value does not.
    let nine = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20]",
        "BT 2 5 Td (900) Tj ET",
    );
    let report = pdf.save(&[(21, &nine)]).report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
}

/// Hide and replace, variant 1: the page tree has a second set of pages ready, and a new catalog or a new tree shows it.
#[test]
fn hide_and_replace_by_the_catalog() {
    let pdf = Pdf::form_but(&[
        (
            43,
            "<< /Type /Pages /Kids [44 0 R] /Count 1 /MediaBox [0 0 400 400] >>",
        ),
        (44, "<< /Type /Page /Parent 43 0 R /Contents 45 0 R >>"),
        (45, &stream("", "BT (Pay 900 dong) Tj ET")),
        (46, "<< /Type /Catalog /Pages 43 0 R >>"),
    ])
    .signed();
    passes(&pdf, ChangeLevel::None);
    let other = pdf.object_but(1, "/Pages 2 0 R", "/Pages 43 0 R");
    forbidden(&pdf.save(&[(1, &other)]), "PDF-DIFF-002");
    let kids = pdf.object_but(2, "[3 0 R]", "[44 0 R]");
    forbidden(&pdf.save(&[(2, &kids)]), "PDF-DIFF-002");
    let root = pdf
        .later()
        .trailer_but("/Root 1 0 R", "/Root 46 0 R")
        .done();
    forbidden(&root, "PDF-DIFF-007");
}

/// Hide and replace, variant 2: the prepared objects stand in the signed file, but no table names them; a later table
/// does. The published "change objects usage" exchanges entries only.
#[test]
fn hide_and_replace_by_the_table_alone() {
    let hidden = stream("", "BT /F1 12 Tf 50 300 Td (Pay 900 dong) Tj ET");
    // In the data of a stream that is no one's business.
    let carrier = stream("", &format!("\n4 0 obj\n{hidden}\nendobj\n"));
    let pdf = Pdf::form_but(&[(47, &carrier)]).signed();
    passes(&pdf, ChangeLevel::None);
    let place = pdf.first(&format!("4 0 obj\n{hidden}"));
    let attack = pdf
        .later()
        .table(&format!("4 1\n{place:010} 00000 n \n"))
        .done();
    forbidden(&attack, "PDF-DIFF-002");
    // Another object of the file takes the number: its header says another one.
    let place = pdf.first("21 0 obj");
    let attack = pdf
        .later()
        .table(&format!("20 1\n{place:010} 00000 n \n"))
        .done();
    let report = attack.report();
    assert_eq!(
        report.verdict,
        FileVerdict::Failed,
        "{}",
        report.to_json(Lang::En)
    );
    assert_eq!(report.signatures[0].changes.after, ChangeLevel::Forbidden);
}

/// Hide and replace, variant 3: what is referred to is not there yet when it is signed.
#[test]
fn hide_and_replace_by_a_reference_to_nothing() {
    let page = Pdf::form().object_but(3, "/Contents 4 0 R", "/Contents [4 0 R 60 0 R]");
    let pdf = Pdf::form_but(&[(3, &page)]).signed();
    passes(&pdf, ChangeLevel::None);
    let content = stream("", "BT (Pay 900 dong) Tj ET");
    forbidden(&pdf.save(&[(60, &content)]), "PDF-DIFF-005");
    // Even where a signature comes with it.
    let signed = pdf.signed_again("Third");
    let report = signed.save(&[(60, &content)]).report();
    for signature in &report.signatures {
        assert_eq!(signature.changes.after, ChangeLevel::Forbidden);
    }
}
