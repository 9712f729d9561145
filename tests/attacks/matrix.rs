//! The detection matrix: files that others made to fool verifiers, and what three tools said of them when it was measured
//! (poppler's pdfsig 22.12, pyHanko 0.38 with `strict=False`, underskrift 0.1.4; trust left aside). Each of the three is
//! wrong at least once.

use std::{fs, path::Path};

use kyso::{
    ChangeLevel, Context, DigestStatus, FileVerdict, Lang, Material, Options, Report, Scope,
    Severity, SubIndication, ValueStatus,
};

use crate::corpora;

/// What kyso has to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// It is found, and named: as a forbidden change, a range that is not sound, a digest or a value that is wrong.
    Caught,
    /// Every signature is sound, and nothing came after it but this.
    Sound(ChangeLevel),
    /// It can be read, and its signatures are whole.
    Whole,
}

struct Row {
    corpus: &'static str,
    file: &'static str,
    expected: Expected,
    /// What pdfsig, pyHanko and underskrift said; a star where that is wrong or no answer.
    peers: [&'static str; 3],
}

const fn row(
    corpus: &'static str,
    file: &'static str,
    expected: Expected,
    peers: [&'static str; 3],
) -> Row {
    Row {
        corpus,
        file,
        expected,
        peers,
    }
}

use Expected::{Caught, Sound, Whole};

#[rustfmt::skip]
const MATRIX: &[Row] = &[
    row("pdf-attacks", "shadow-rub/hide/variant-1_hide-via-page/4_original-document-shadowed-signed-manipulated.pdf", Caught, ["*valid", "suspicious or *exception", "flagged"]),
    row("pdf-attacks", "shadow-rub/hide/variant-2_hide-via-referenced-object/hide-form-via-form/4_original-document-shadowed-signed-manipulated.pdf", Caught, ["*valid", "suspicious or *exception", "flagged"]),
    row("pdf-attacks", "shadow-rub/hide/variant-2_hide-via-referenced-object/hide-text-via-image/4_original-document-shadowed-signed-manipulated.pdf", Caught, ["*valid", "suspicious or *exception", "flagged"]),
    row("pdf-attacks", "shadow-rub/replace/variant-1_replace-via-overlay/4_original-document-shadowed-signed-manipulated.pdf", Caught, ["*valid", "suspicious or *exception", "flagged"]),
    row("pdf-attacks", "shadow-rub/replace/variant-2_replace-via-overwrite/4_original-document-shadowed-signed-manipulated.pdf", Caught, ["*valid", "suspicious or *exception", "flagged"]),
    row("pdf-attacks", "shadow-rub/hide-and-replace/variant-1_change_object_references/4_original-document-shadowed-signed-manipulated.pdf", Caught, ["*valid", "suspicious or *exception", "flagged"]),
    row("pdf-attacks", "shadow-rub/hide-and-replace/variant-2_change_objects_usage/4_original-document-shadowed-signed-manipulated.pdf", Caught, ["*valid", "suspicious or *exception", "*missed"]),
    row("pdf-attacks", "siwa/siwa_C.pdf", Caught, ["*valid", "suspicious", "*error"]),
    row("pdf-attacks", "siwa/siwa_E.pdf", Caught, ["*valid", "suspicious", "*error"]),
    row("pdf-attacks", "usf/usf_12_Null_ByteRange.pdf", Caught, ["?", "?", "?"]),
    row("pdf-dss", "validation/dss-2236/hide.pdf", Caught, ["*valid", "*exception", "flagged"]),
    row("pdf-dss", "validation/dss-2236/replace.pdf", Caught, ["*valid", "*form filling", "flagged"]),
    row("pdf-dss", "validation/dss-2236/annotation-and-visible-change.pdf", Caught, ["*valid", "suspicious", "flagged"]),
    row("pdf-dss", "validation/modified_after_signature.pdf", Caught, ["*valid", "suspicious", "flagged"]),
    row("pdf-dss", "validation/pdf-removed-pages.pdf", Caught, ["*valid", "suspicious", "flagged"]),
    row("pdf-dss", "validation/pdf-signed-added-page.pdf", Caught, ["*valid", "suspicious", "flagged"]),
    row("pdf-dss", "validation/pades-spoofing-replaced-reason.pdf", Caught, ["*valid", "suspicious", "flagged"]),
    row("pdf-dss", "validation/pdf-byterange-overlap.pdf", Caught, ["digest mismatch", "suspicious", "broken"]),
    row("pdf-dss", "validation/hello_signed_INCSAVE_signed_EDITED.pdf", Caught, ["digest mismatch", "suspicious", "*not flagged"]),
    row("pdf-dss", "validation/siwa.pdf", Caught, ["*valid", "suspicious", "*error"]),
    row("pdf-dss", "validation/pdf-signed-out-of-byteRange.pdf", Caught, ["not verified", "suspicious", "broken"]),
    row("pdf-dss", "validation/pades-signed-annot-added.pdf", Caught, ["*valid", "suspicious", "flagged"]),
    row("pdf-dss", "validation/pdf-spoofing-attack.pdf", Caught, ["*no signature", "*exception", "*error"]),
    row("pdf-dss", "validation/pdf-signed-corrupted.pdf", Caught, ["not verified", "*exception", "*error"]),
    row("pdf-dss", "validation/pades-signed-filled-form.pdf", Sound(ChangeLevel::FormFilling), ["valid", "*suspicious", "*flagged"]),
    row("pdf-dss", "validation/pades-5-signatures-and-1-document-timestamp.pdf", Whole, ["*time-stamp not verified", "*exception", "*error"]),
    row("pdf-dss", "validation/pdf-signed-original.pdf", Sound(ChangeLevel::None), ["valid", "none", "clean"]),
];

#[test]
fn every_file_of_the_matrix_is_judged_right() {
    let (mut seen, mut wrong) = (0, Vec::new());
    for row in MATRIX {
        let Some(folder) = corpora::folder(row.corpus) else {
            return;
        };
        let file = folder.join(row.file);
        // The public part of a corpus has not all of them.
        if !file.is_file() {
            continue;
        }
        seen += 1;
        let report = check(&file);
        if !is(&report, row.expected) {
            let json = report.to_json(Lang::En);
            wrong.push(format!("{}: {:?} {json}", row.file, row.expected));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen >= 14, "only {seen} files of the matrix");
    // What the table is for: every other tool has at least one star.
    for peer in 0..3 {
        let stars = MATRIX.iter().filter(|row| row.peers[peer].contains('*'));
        assert!(stars.count() > 0);
    }
}

fn check(file: &Path) -> Report {
    let context = Context::new(Options::default(), Material::default()).unwrap();
    let source = kyso::MemorySource::new(fs::read(file).unwrap());
    kyso::verify(&context, std::sync::Arc::new(source), None)
}

fn is(report: &Report, expected: Expected) -> bool {
    let whole = |signature: &kyso::SignatureReport| {
        let cryptography = &signature.cryptography;
        cryptography.digest == DigestStatus::Ok
            && cryptography.signature == ValueStatus::Ok
            && signature.coverage.scope != Scope::Partial
    };
    let signatures = &report.signatures;
    match expected {
        Caught => {
            let by_signature = signatures.iter().any(|signature| {
                signature.changes.after == ChangeLevel::Forbidden
                    || !whole(signature)
                    || signature.sub_indication == Some(SubIndication::FormatFailure)
            });
            let mut findings = report.findings.iter();
            let by_file = findings.any(|finding| finding.severity() == Severity::Error);
            report.verdict == FileVerdict::Failed && by_signature
                || report.verdict == FileVerdict::Unreadable && report.error.is_some()
                || report.verdict == FileVerdict::NoSignature && by_file
        }
        Sound(level) => {
            !signatures.is_empty()
                && signatures.iter().all(whole)
                && signatures[0].changes.after == level
                && report.verdict == FileVerdict::Undetermined
        }
        Whole => !signatures.is_empty() && signatures.iter().all(whole),
    }
}
