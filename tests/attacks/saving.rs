//! Incremental saving: the signed bytes stay, something is appended (Mladenov and others, 2019, all four variants; and what
//! belongs to them).

use kyso::{ChangeLevel, FileVerdict, Lang, Scope, SubIndication, Verdict};

use crate::pdf::{Demo, Pdf, codes, forbidden, passes, stream};

const PAID: &str = "BT /F1 12 Tf 50 300 Td (Pay 900 dong) Tj ET";

/// The body that the attacker adds in each variant.
fn payload(number: u32) -> String {
    format!("{number} 0 obj\n{}\nendobj\n", stream("", PAID))
}

#[test]
fn one_with_table_and_trailer() {
    let pdf = Pdf::form().signed();
    forbidden(&pdf.save(&[(4, &stream("", PAID))]), "PDF-DIFF-002");
    // Its honest siblings: nothing, the same once more, another signature.
    passes(&pdf.save(&[]), ChangeLevel::None);
    passes(&pdf.save(&[(4, &pdf.object(4))]), ChangeLevel::None);
    let report = passes(&pdf.signed_again("Second"), ChangeLevel::Signatures);
    assert_eq!(report.signatures[0].coverage.scope, Scope::WholeRevision);
    assert_eq!(report.signatures[1].coverage.scope, Scope::WholeFile);
}

/// Readers that find no table look for objects themselves, and find the attacker's.
#[test]
fn two_without_a_table() {
    let pdf = Pdf::form().signed();
    let start = pdf.startxref();
    for tail in [
        String::from("trailer\n<< /Size 99 /Root 1 0 R >>\n%%EOF\n"),
        format!("trailer\n<< /Size 99 /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n"),
        String::from("trailer\n<< /Size 99 /Root 1 0 R >>\nstartxref\n0\n%%EOF\n"),
    ] {
        let attack = pdf.and(&(payload(4) + &tail));
        let report = attack.report();
        assert_eq!(report.verdict, FileVerdict::Failed, "{tail}");
        assert_eq!(
            report.signatures[0].changes.after,
            ChangeLevel::Forbidden,
            "{tail}: {}",
            report.to_json(Lang::En)
        );
    }
}

#[test]
fn three_without_table_and_trailer() {
    let pdf = Pdf::form().signed();
    forbidden(&pdf.and(&payload(4)), "PDF-DIFF-016");
    let with_end = pdf.and(&(payload(4) + "%%EOF\n"));
    forbidden(&with_end, "PDF-DIFF-016");
    // White space and a repeated end are no content.
    passes(&pdf.and("\r\n \n"), ChangeLevel::None);
}

/// The newest revision looks signed, too: it has a copy of the signature in it.
#[test]
fn four_with_a_copy_of_the_signature() {
    let pdf = Pdf::form().signed();
    let value = pdf.number_of("/ByteRange");
    let copy = pdf.object(value);
    let report = pdf.save(&[(4, &stream("", PAID)), (value, &copy)]).report();
    assert_eq!(report.verdict, FileVerdict::Failed);
    let signature = &report.signatures[0];
    assert_eq!(signature.verdict, Verdict::Failed);
    assert_eq!(signature.coverage.scope, Scope::Partial);
}

/// The last startxref leads to an older revision, or to another document: readers that follow it see no signature.
#[test]
fn a_document_that_leaves_its_signed_revision_out() {
    let base = Pdf::form();
    let pdf = base.signed();
    let first = base.startxref();
    let unsigned = |pdf: &Pdf| {
        let report = pdf.report();
        let json = report.to_json(Lang::En);
        assert_eq!(report.verdict, FileVerdict::NoSignature, "{json}");
        let codes: Vec<_> = report.findings.iter().map(|f| f.code()).collect();
        assert!(codes.contains(&"SIG-025"), "{json}");
    };
    unsigned(&pdf.and(&format!("startxref\n{first}\n%%EOF\n")));
    unsigned(
        &pdf.later()
            .previous(Some(first))
            .set(4, &stream("", PAID))
            .done(),
    );
    // A whole document behind the end, its offsets counted from its own start.
    let other = Pdf::form_but(&[(4, &stream("", &PAID.replace(' ', "  ")))]);
    let both = Pdf([pdf.0.as_slice(), other.0.as_slice()].concat());
    unsigned(&both);
    // Nothing of the kind is said of a document that nobody signed, even if a signed one is attached to it.
    let attached = String::from_utf8_lossy(&pdf.0).into_owned();
    let attached = stream("/Type /EmbeddedFile", &attached);
    for base in [base, Pdf::form_but(&[(33, &attached)])] {
        let report = base.report();
        assert!(report.findings.is_empty(), "{}", report.to_json(Lang::En));
    }
}

/// One letter of the catalog or of the form is another: nothing leads to the signature any more.
#[test]
fn a_form_that_does_not_lead_to_its_signature() {
    let pdf = Pdf::form().signed();
    for (old, new) in [("/AcroForm", "/EcroForm"), ("/Fields", "/Fjelds")] {
        let bent = pdf.over(pdf.last(old), new);
        let report = bent.report();
        let json = report.to_json(Lang::En);
        assert_eq!(report.verdict, FileVerdict::NoSignature, "{old}: {json}");
        let codes: Vec<_> = report.findings.iter().map(|f| f.code()).collect();
        assert!(codes.contains(&"SIG-026"), "{old}: {json}");
    }
}

#[test]
fn signatures_that_a_later_save_hides_are_not_forgotten() {
    let pdf = Pdf(Demo::get().six.clone());
    let free = pdf.free();
    for form in [
        "",
        "/AcroForm<<>>",
        "/AcroForm<</Fields[1 0 R null 7]>>",
        "/AcroForm<</Fields(x)>>",
    ] {
        let catalog = format!("<</Type/Catalog/Pages 2 0 R{form}>>");
        let root = format!("/Root {} ", pdf.number("/Root"));
        let attack = pdf
            .later()
            .set(free, &catalog)
            .trailer_but(&root, &format!("/Root {free} "))
            .done();
        let report = forbidden(&attack, "PDF-DIFF-007");
        assert_eq!(report.signatures.len(), 6, "{form}");
        assert_eq!(report.findings.last().unwrap().code(), "SIG-018", "{form}");
    }
}

/// The demo's document, as it stands, and with any of its objects replaced.
#[test]
fn six_signatures_hold_every_object() {
    let pdf = Pdf(Demo::get().six.clone());
    let report = passes(&pdf, ChangeLevel::Signatures);
    assert_eq!(report.signatures.len(), 6);
    passes(&pdf.save(&[]), ChangeLevel::Signatures);
    let root = u32::try_from(pdf.number("/Root")).unwrap();
    let blank = stream("", "q Q");
    // Without its catalog the document is unreadable.
    for object in (1..pdf.free().min(30)).filter(|object| *object != root) {
        let report = pdf.save(&[(object, &blank)]).report();
        assert_eq!(report.verdict, FileVerdict::Failed, "object {object}");
        for signature in &report.signatures {
            let sub = signature.sub_indication;
            assert_eq!(sub, Some(SubIndication::FormatFailure), "object {object}");
        }
    }
    // What nothing refers to is told, and does nothing.
    let orphan = passes(&pdf.save(&[(pdf.free(), "(x)")]), ChangeLevel::Signatures);
    assert!(codes(&orphan.signatures[0]).contains(&"PDF-DIFF-107"));
}
