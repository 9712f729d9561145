//! What holds of every report, whatever the bytes.

use std::sync::Arc;

use crate::{
    context::Context,
    inspect::inspect,
    report::{
        ChangeLevel, DigestStatus, FileVerdict, PathStatus, Report, Scope, SignatureKind,
        SignatureReport, ValueStatus, Verdict,
    },
    source::Source,
    text::{Lang, Severity},
    verify::verify,
};

/// A file name that nobody should print as it is.
pub(super) const NAME: &str = "fuzz\u{1B}[2J<script>.pdf";

/// Checks and inspects a document, and looks at the reports.
pub(super) fn look_into(context: &Context, source: &Arc<dyn Source>, bytes: &[u8]) -> Report {
    let report = verify(context, source.clone(), Some(NAME));
    look_at(&report, bytes);
    if let Ok(inspection) = inspect(context, source.clone(), None) {
        for lang in [Lang::En, Lang::Vi] {
            let _: serde_json::Value =
                serde_json::from_str(&inspection.to_json(lang)).expect("JSON");
            assert_printable(&inspection.to_text(lang));
        }
    }
    report
}

/// So many sound signatures of ours came to those that were there, and none of these suffered, unless it was asked for.
pub(super) fn signed_as_well(before: &Report, after: &Report, count: usize, forced: bool) {
    let new = |signature: &&SignatureReport| {
        signature
            .certificate
            .as_ref()
            .is_some_and(|c| c.subject == "CN=Fuzz")
    };
    let intact = |signature: &&SignatureReport| {
        signature.cryptography.digest == DigestStatus::Ok
            && signature.cryptography.signature == ValueStatus::Ok
    };
    let ours = |report: &Report| report.signatures.iter().filter(new).filter(intact).count();
    assert_eq!(ours(after), ours(before) + count, "our signatures");
    // What had passed before must not fail because of us.
    for old in &before.signatures {
        if old.verdict == Verdict::Passed && !forced {
            let now = after.signatures.iter().find(|s| s.field == old.field);
            let now = now.expect("a signature is gone");
            assert_ne!(now.verdict, Verdict::Failed, "{:?} {:?}", old.field, now);
        }
    }
}

/// What holds of every report.
pub(super) fn look_at(report: &Report, bytes: &[u8]) {
    for lang in [Lang::En, Lang::Vi] {
        let json = report.to_json(lang);
        let value: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        assert!(!json.contains('\n') && value["schema"] == "kyso.report/1");
        assert_printable(&report.to_text(lang));
        let html = report.to_html(lang);
        assert!(!html.to_ascii_lowercase().contains("<script"), "{html}");
    }
    let count = |verdict| {
        let of = |signature: &&SignatureReport| signature.verdict == verdict;
        report.signatures.iter().filter(of).count()
    };
    let all = report.signatures.len();
    match report.verdict {
        FileVerdict::Passed => assert!(all > 0 && count(Verdict::Passed) == all),
        FileVerdict::Failed => assert!(count(Verdict::Failed) > 0),
        FileVerdict::Undetermined => {
            assert!(count(Verdict::Failed) == 0 && count(Verdict::Undetermined) > 0);
        }
        FileVerdict::NoSignature => assert_eq!(all, 0),
        FileVerdict::Unreadable => assert!(report.error.is_some()),
    }
    assert!(report.verdict == FileVerdict::Unreadable || report.error.is_none());
    for signature in &report.signatures {
        if signature.verdict == Verdict::Passed {
            passed(signature, bytes);
        } else {
            let text = report.to_text(Lang::En);
            assert!(text.lines().count() > 1, "no reason given: {text}");
        }
    }
}

/// What a passed signature is.
fn passed(signature: &SignatureReport, bytes: &[u8]) {
    holds(signature);
    match signature.kind {
        SignatureKind::Xml => covers_elements(signature, bytes),
        _ => covers_a_range(signature, bytes),
    }
}

fn holds(signature: &SignatureReport) {
    assert_eq!(signature.sub_indication, None);
    assert_eq!(signature.cryptography.digest, DigestStatus::Ok);
    assert_eq!(signature.cryptography.signature, ValueStatus::Ok);
    assert_eq!(signature.path.status, PathStatus::Valid);
    assert!(signature.certificate.is_some() && signature.revision.is_some());
    // Marks on the page as well, where a certification permits them (P = 3): else a finding stands there.
    assert!(signature.changes.after < ChangeLevel::Forbidden);
    let mut findings = signature.changes.findings.iter();
    assert!(findings.all(|finding| finding.severity() < Severity::Error));
    assert_ne!(signature.coverage.scope, Scope::Partial);
}

fn covers_elements(signature: &SignatureReport, bytes: &[u8]) {
    let elements = &signature.coverage.elements;
    assert!(signature.coverage.byte_range.is_empty() && !signature.coverage.covered.is_empty());
    for span in elements.iter().filter_map(|element| element.span.as_ref()) {
        let [start, end] = span.map(|at| usize::try_from(at).unwrap_or(usize::MAX));
        assert!(start < end && end <= bytes.len());
    }
}

fn covers_a_range(signature: &SignatureReport, bytes: &[u8]) {
    // Nothing but one hex string stands in the gap, and what is covered starts at the start.
    let range = &signature.coverage.byte_range;
    let range: Vec<usize> = range.iter().flat_map(|&n| usize::try_from(n)).collect();
    let [0, gap, end, rest] = range[..] else {
        panic!("/ByteRange {range:?}")
    };
    assert!(gap < end && end + rest <= bytes.len());
    if signature.coverage.scope == Scope::WholeFile {
        let tail = &bytes[end + rest..];
        assert!(
            tail.iter()
                .all(|b| matches!(b, 0 | b'\t' | b'\n' | 12 | b'\r' | b' ')),
            "{} bytes behind",
            tail.len()
        );
    }
    let value = &bytes[gap..end];
    assert!(value.starts_with(b"<") && value.ends_with(b">"));
    let digits = &value[1..value.len() - 1];
    assert!(
        digits
            .iter()
            .all(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace() || *b == 0)
    );
}

/// Nothing that a terminal would obey.
fn assert_printable(text: &str) {
    let bad = text.chars().find(|c| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    });
    assert_eq!(bad, None, "{text}");
}

/// All but what differs from run to run.
pub(super) fn without_time(report: &Report) -> serde_json::Value {
    let mut value: serde_json::Value =
        serde_json::from_str(&report.to_json(Lang::En)).expect("JSON");
    value["timings_ms"] = serde_json::Value::Null;
    value
}
