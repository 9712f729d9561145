//! Certified documents (Mainka, Mladenov and others, "Breaking the Specification: PDF Certification", S&P 2021): Evil
//! Annotation (EAA) and Sneaky Signature (SSA), and what each permission allows.

use kyso::{ChangeLevel, FileVerdict, Lang, SignatureKind, Verdict};

use crate::pdf::{LOOK, Pdf, codes, forbidden, passes, stream};

fn filled(pdf: &Pdf) -> Pdf {
    let look = pdf.free();
    let field = pdf.object_but(10, "/FT", "/V (900) /FT").replacen(
        "/N 20 0 R",
        &format!("/N {look} 0 R"),
        1,
    );
    pdf.save(&[(10, &field), (look, LOOK)])
}

/// With one annotation more.
fn annotated(pdf: &Pdf, annotation: &str) -> Pdf {
    let (number, look) = (pdf.free(), pdf.free() + 1);
    let page = pdf.object_and(3, number);
    let drawn = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 400 400]",
        "1 g 0 0 400 400 re f BT (Pay 900 dong) Tj ET",
    );
    let annotation = annotation.replace("LOOK", &format!("{look} 0 R"));
    pdf.save(&[(3, &page), (number, &annotation), (look, &drawn)])
}

const EVIL: &[&str] = &[
    "<< /Type /Annot /Subtype /FreeText /Rect [40 290 200 320] /Contents (900) /DA (/F1 12 Tf) /AP << /N LOOK >> /F 4 >>",
    "<< /Type /Annot /Subtype /Stamp /Rect [40 290 200 320] /AP << /N LOOK >> /F 4 >>",
    "<< /Type /Annot /Subtype /Redact /Rect [40 290 200 320] /OverlayText (900) /AP << /N LOOK >> /F 4 >>",
    "<< /Type /Annot /Subtype /Square /Rect [40 290 200 320] /IC [1 1 1] /AP << /N LOOK >> /F 4 >>",
    "<< /Type /Annot /Subtype /Ink /Rect [40 290 200 320] /InkList [[1 1 2 2]] /AP << /N LOOK >> /F 4 >>",
    "<< /Type /Annot /Subtype /Highlight /Rect [40 290 200 320] /QuadPoints [0 0 0 0 0 0 0 0] /AP << /N LOOK >> /F 4 >>",
];

#[test]
fn certified_documents_pass_as_they_are() {
    for permission in 1..=3 {
        let report = passes(&Pdf::form().certified(permission), ChangeLevel::None);
        assert_eq!(report.signatures[0].kind, SignatureKind::Certification);
    }
}

/// P=1: nothing at all, not even a signature or a filled field.
#[test]
fn permission_one_allows_nothing() {
    let pdf = Pdf::form().certified(1);
    forbidden(&filled(&pdf), "PDF-DIFF-014");
    for annotation in EVIL {
        forbidden(&annotated(&pdf, annotation), "PDF-DIFF-014");
    }
    passes(&pdf.save(&[]), ChangeLevel::None);
}

/// P=2: forms and signatures. An annotation is forbidden, evil or not.
#[test]
fn permission_two_allows_forms_and_signatures() {
    let pdf = Pdf::form().certified(2);
    passes(&filled(&pdf), ChangeLevel::FormFilling);
    passes(&pdf.signed_again("Second"), ChangeLevel::Signatures);
    for annotation in EVIL {
        let report = annotated(&pdf, annotation).report();
        let json = report.to_json(Lang::En);
        assert_eq!(report.verdict, FileVerdict::Failed, "{json}");
        assert_eq!(report.signatures[0].verdict, Verdict::Failed);
    }
}

/// Evil annotation: P=3 allows annotations, so a drawn one over the text may be allowed, but never silently; what changes the page itself, or
/// annotations that act, is forbidden as ever.
#[test]
fn permission_three_allows_annotations_and_names_them() {
    let pdf = Pdf::form().certified(3);
    passes(&filled(&pdf), ChangeLevel::FormFilling);
    for annotation in EVIL {
        let report = annotated(&pdf, annotation).report();
        let json = report.to_json(Lang::En);
        let first = &report.signatures[0];
        assert!(
            first.changes.after >= ChangeLevel::Annotations,
            "{annotation}: {json}"
        );
        assert!(!codes(first).is_empty(), "{annotation}: {json}");
    }
    for acting in [
        "<< /Type /Annot /Subtype /Link /Rect [40 290 200 320] /A << /S /URI /URI (http://example.org) >> >>",
        "<< /Type /Annot /Subtype /Screen /Rect [40 290 200 320] /A << /S /JavaScript /JS (x) >> >>",
        "<< /Type /Annot /Subtype /FileAttachment /Rect [40 290 200 320] /FS << /F (x) >> >>",
        "<< /Type /Annot /Subtype /RichMedia /Rect [40 290 200 320] >>",
        "<< /Type /Annot /Subtype /FreeText /Rect [40 290 200 320] /AA << /E << /S /Launch /F (x) >> >> >>",
        "<< /Type /Annot /Subtype /Widget /FT /Tx /T (New) /V (900) /Rect [40 290 200 320] >>",
        "<< /Type /Annot /Subtype /Link /Subtype /Square /Rect [40 290 200 320] >>",
    ] {
        let report = annotated(&pdf, acting).report();
        let json = report.to_json(Lang::En);
        assert_eq!(report.verdict, FileVerdict::Failed, "{acting}: {json}");
        let after = report.signatures[0].changes.after;
        assert_eq!(after, ChangeLevel::Forbidden, "{acting}: {json}");
    }
}

/// Sneaky signature: a signature field over the text, drawn as the attacker likes; not signed, signed by nothing, signed by
/// a stranger.
#[test]
fn sneaky_signatures_are_caught() {
    let look = "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 0 >>\nstream\n\nendstream";
    for permission in [2, 3] {
        let pdf = Pdf::form().certified(permission);
        let free = pdf.free();
        let form = pdf.object_and(5, free);
        let page = pdf.object_and(3, free);
        let field = |value: &str| {
            format!(
                "<< /Type /Annot /Subtype /Widget /FT /Sig /T (New) /Rect [40 290 200 320] /P 3 0 R /F 4 \
                 /AP << /N {} 0 R >> {value} >>",
                free + 1
            )
        };
        let with = |value: &str, more: &[(u32, &str)]| {
            let field = field(value);
            let mut all = vec![
                (3, page.as_str()),
                (5, form.as_str()),
                (free, field.as_str()),
                (free + 1, look),
            ];
            all.extend_from_slice(more);
            pdf.save(&all)
        };
        let reference = format!("/V {} 0 R", free + 2);
        let head = "/Type /Sig /Filter /Adobe.PPKLite /SubFilter /ETSI.CAdES.detached";
        for (what, attack) in [
            ("not signed", with("", &[])),
            ("null", with("/V null", &[])),
            ("nothing", with(&reference, &[])),
            (
                "no value",
                with(
                    &reference,
                    &[(
                        free + 2,
                        &format!("<< {head} /Contents <00> /ByteRange [0 1 2 3] >>"),
                    )],
                ),
            ),
            (
                "no range",
                with(&reference, &[(free + 2, &format!("<< {head} >>"))]),
            ),
        ] {
            let report = attack.report();
            let json = report.to_json(Lang::En);
            assert_eq!(
                report.verdict,
                FileVerdict::Failed,
                "{permission} {what}: {json}"
            );
            let after = report.signatures[0].changes.after;
            assert_eq!(after, ChangeLevel::Forbidden, "{permission} {what}: {json}");
        }
        // By a stranger: a signature as the certification allows; the file passes by no means.
        let report = pdf.signed_by_a_stranger().report();
        assert_eq!(report.verdict, FileVerdict::Undetermined);
    }
}

/// The certification itself is bent: its permission, its transform, who refers to it.
#[test]
fn a_certification_is_not_weakened_later() {
    let pdf = Pdf::form().certified(2);
    let root = 1;
    let perms = pdf.object(root);
    assert!(perms.contains("/Perms"), "{perms}");
    let value = pdf.number_of("/ByteRange");
    let without = {
        let start = perms.find("/Perms").unwrap();
        let end = start + perms[start..].find(">>").unwrap() + 2;
        perms.replacen(&perms[start..end], "", 1)
    };
    forbidden(&pdf.save(&[(root, &without)]), "PDF-DIFF-002");
    let other = perms.replacen(&format!("{value} 0 R"), "4 0 R", 1);
    forbidden(&pdf.save(&[(root, &other)]), "PDF-DIFF-002");
    // The dictionary is signed: another permission is another document.
    let changed = pdf.over(pdf.last("/P 2") + 3, "3").report();
    assert_eq!(changed.verdict, FileVerdict::Failed);
    // Replaced in a later save.
    let weaker = pdf.object_but(value, "/P 2", "/P 3");
    let report = pdf.save(&[(value, &weaker)]).report();
    assert_eq!(report.verdict, FileVerdict::Failed);
}

/// Annotations may come, but not out of what stood ready; and a certification that does not say what it permits permits forms.
#[test]
fn permission_three_is_for_new_annotations_and_must_be_said() {
    let ready = "<< /Type /Annot /Subtype /Square /Rect [40 290 200 320] /IC [1 1 1] /F 4 >>";
    let pdf = Pdf::form_but(&[(71, ready)]).certified(3);
    passes(&annotated(&pdf, ready), ChangeLevel::Annotations);
    let page = pdf.object_and(3, 71);
    forbidden(&pdf.save(&[(3, &page)]), "PDF-DIFF-011");
    let silent = pdf.over(pdf.last("/P 3>>"), "    ");
    forbidden_by(&annotated(&silent, ready), "PDF-DIFF-127");
}

/// The change is refused, whatever else is wrong with the signature.
#[track_caller]
fn forbidden_by(pdf: &Pdf, code: &str) {
    let report = pdf.report();
    let json = report.to_json(Lang::En);
    assert!(codes(&report.signatures[0]).contains(&code), "{json}");
}

/// Of several permissions the strictest holds: here of the certification and of the lock of its field.
#[test]
fn the_strictest_permission_holds() {
    let locked = |permission: &str| {
        let field = Pdf::form().object(13);
        let lock = format!(
            "/Lock << /Type /SigFieldLock /Action /Include /Fields [(X)] {permission} >> /FT"
        );
        let field = field.replacen("/FT", &lock, 1);
        Pdf::form_but(&[(13, &field)]).signed_with(|options| {
            options.field = Some("Second".into());
            options.certify = Some(2);
        })
    };
    passes(&filled(&locked("")), ChangeLevel::FormFilling);
    passes(&filled(&locked("/P 3")), ChangeLevel::FormFilling);
    forbidden(&filled(&locked("/P 1")), "PDF-DIFF-014");
}

/// Marks that change are annotations that change, and stay what they are.
#[test]
fn marks_change_where_annotations_may() {
    let mark =
        "<< /Type /Annot /Subtype /Square /Rect [40 290 200 320] /F 4 /AP << /N 72 0 R >> >>";
    let page = Pdf::form().object_but(3, "15 0 R", "15 0 R 71 0 R");
    let document = |field: Option<&str>| {
        let own = Pdf::form().object(10);
        let field = field.map_or(own.clone(), |look| own.replacen("/N 20 0 R", look, 1));
        Pdf::form_but(&[(3, &page), (10, &field), (71, mark), (72, LOOK)])
    };
    let moved = mark.replacen("40 290", "10 290", 1);
    let pdf = document(None).certified(3);
    passes(&pdf.save(&[(71, &moved)]), ChangeLevel::Annotations);
    let drawn = stream(
        "/Type /XObject /Subtype /Form /BBox [0 0 100 20]",
        "0 0 9 9 re f",
    );
    let redrawn = [(71, moved.as_str()), (72, drawn.as_str())];
    passes(&pdf.save(&redrawn), ChangeLevel::Annotations);
    let other = mark.replacen("/Square", "/Stamp", 1);
    forbidden(&pdf.save(&[(71, &other)]), "PDF-DIFF-002");
    let acting = mark.replacen("/F 4", "/F 4 /A << /S /URI /URI (x) >>", 1);
    forbidden(&pdf.save(&[(71, &acting)]), "PDF-DIFF-124");
    // A field shows the same look.
    let shared = document(Some("/N 72 0 R")).certified(3);
    forbidden(&shared.save(&redrawn), "PDF-DIFF-002");
    forbidden(
        &document(None).certified(2).save(&[(71, &moved)]),
        "PDF-DIFF-127",
    );
    let report = document(None).signed().save(&[(71, &moved)]).report();
    assert_eq!(report.verdict, FileVerdict::Failed);
    assert!(codes(&report.signatures[0]).contains(&"PDF-DIFF-128"));
}
