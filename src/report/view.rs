//! What the text and the HTML report show, chosen once for both.

use super::{
    DigestStatus, FileVerdict, Finding, Report, RevocationReport, RevocationStatus, Role,
    SignatureReport, TimeSource, ValueStatus, Verdict, name,
    words::{self, pick},
};
use crate::text::{Lang, Severity};

/// Reasons that are shown for one signature; the rest is counted.
const MAX_REASONS: usize = 8;

/// One line of a signature's description.
pub(super) struct Row {
    pub(super) label: &'static str,
    pub(super) value: String,
}

/// One reason, warning or note.
pub(super) struct Reason {
    pub(super) severity: Severity,
    pub(super) label: &'static str,
    pub(super) text: String,
}

/// The verdict of the file in one sentence.
pub(super) fn headline(report: &Report, lang: Lang) -> String {
    let all = report.signatures.len();
    let of = |verdict| {
        report
            .signatures
            .iter()
            .filter(|s| s.verdict == verdict)
            .count()
    };
    let word = words::file_verdict(lang, report.verdict);
    let detail = match (report.verdict, lang) {
        (FileVerdict::Passed, Lang::Vi) if all == 1 => "chữ ký số trên văn bản hợp lệ".to_owned(),
        (FileVerdict::Passed, Lang::En) if all == 1 => "the one signature is valid".to_owned(),
        (FileVerdict::Passed, Lang::Vi) => format!("cả {all} chữ ký số đều hợp lệ"),
        (FileVerdict::Passed, Lang::En) => format!("all {all} signatures are valid"),
        (FileVerdict::Failed, Lang::Vi) => {
            format!("{} trong {all} chữ ký số không hợp lệ", of(Verdict::Failed))
        }
        (FileVerdict::Failed, Lang::En) => {
            format!("{} of {all} signatures not valid", of(Verdict::Failed))
        }
        (FileVerdict::Undetermined, Lang::Vi) => format!(
            "{} trong {all} chữ ký số chưa kiểm tra được đầy đủ",
            of(Verdict::Undetermined)
        ),
        (FileVerdict::Undetermined, Lang::En) => {
            format!(
                "{} of {all} signatures could not be checked fully",
                of(Verdict::Undetermined)
            )
        }
        (FileVerdict::NoSignature, _) => return format!("{word}."),
        (FileVerdict::Unreadable, _) => match &report.error {
            Some(error) => error.message(lang),
            None => return format!("{word}."),
        },
    };
    format!("{word}: {detail}.")
}

/// `1. NguoiKy (competent person)`.
pub(super) fn title(index: usize, signature: &SignatureReport, lang: Lang) -> String {
    let field = signature.field.as_deref().unwrap_or(&signature.id);
    let what = match signature.role {
        Role::Unknown => words::kind(lang, signature.kind),
        role => words::role(lang, role),
    };
    format!("{}. {field} ({what})", index + 1)
}

/// What Circular 15/2025 art. 6 wants shown: signer, managing unit, CA, time, integrity, validity, period.
pub(super) fn rows(signature: &SignatureReport, lang: Lang) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut row = |vi, en, value: String| {
        rows.push(Row {
            label: pick(lang, vi, en),
            value,
        })
    };
    if let Some(certificate) = &signature.certificate {
        let subject = &certificate.subject;
        row(
            "Người ký",
            "Signer",
            name::value(subject, "CN").unwrap_or_else(|| subject.clone()),
        );
        let unit = [name::values(subject, "OU"), name::values(subject, "O")].concat();
        if !unit.is_empty() {
            row("Đơn vị quản lý", "Unit", unit.join(", "));
        }
        let issuer = &certificate.issuer;
        let ca = [name::value(issuer, "CN"), name::value(issuer, "O")];
        let ca = ca.into_iter().flatten().collect::<Vec<_>>().join(", ");
        row(
            "Cơ quan chứng thực",
            "Issuing CA",
            if ca.is_empty() { issuer.clone() } else { ca },
        );
    } else {
        row(
            "Người ký",
            "Signer",
            pick(lang, "không có chứng thư số", "no certificate").to_owned(),
        );
    }
    row(
        "Thời gian ký",
        "Signing time",
        signing_time(signature, lang),
    );
    let (c, after) = (&signature.cryptography, signature.changes.after);
    let integrity = words::integrity(lang, c.digest, c.signature, signature.coverage.scope, after);
    row("Tính toàn vẹn", "Integrity", integrity.to_owned());
    let validity = words::validity(
        lang,
        signature.path.status,
        worst_revocation(&signature.revocation),
    );
    let at = words::time(signature.time.judged_at);
    row(
        "Hiệu lực",
        "Validity",
        match lang {
            Lang::Vi => format!("{validity} (xét tại {at})"),
            Lang::En => format!("{validity} (judged at {at})"),
        },
    );
    if let Some(certificate) = &signature.certificate {
        let (from, to) = (
            words::day(certificate.not_before),
            words::day(certificate.not_after),
        );
        let class = words::trust_class(lang, signature.trust_class);
        row(
            "Chứng thư số",
            "Certificate",
            format!("{from} – {to}; {class}"),
        );
    }
    rows
}

/// Why the signature is not valid, and what else was noticed: the weightiest first, none twice.
pub(super) fn reasons(signature: &SignatureReport, lang: Lang) -> Vec<Reason> {
    // Where the signed bytes themselves are not right, what came later only hides the reason.
    let broken = signature.cryptography.digest == DigestStatus::Mismatch
        || signature.cryptography.signature == ValueStatus::Invalid;
    let changes = if broken {
        &[]
    } else {
        signature.changes.findings.as_slice()
    };
    let revocation = signature.revocation.iter();
    let elsewhere = signature.path.reason.iter();
    let elsewhere = elsewhere.chain(revocation.filter_map(|r| r.reason.as_ref()));
    of_findings(
        signature.findings.iter().chain(changes).chain(elsewhere),
        lang,
    )
}

/// What was noticed about the file as a whole.
pub(super) fn file_reasons(report: &Report, lang: Lang) -> Vec<Reason> {
    of_findings(report.findings.iter(), lang)
}

/// What the layout lacks, in one sentence.
pub(super) fn layout(report: &Report, lang: Lang) -> Option<String> {
    let missing = &report.layout.missing;
    if missing.is_empty() {
        return None;
    }
    let names: Vec<_> = missing
        .iter()
        .map(|role| words::role(lang, *role))
        .collect();
    let label = pick(lang, "Còn thiếu chữ ký", "Missing signatures");
    Some(format!("{label}: {}.", names.join(", ")))
}

pub(super) fn of_findings<'a>(
    findings: impl Iterator<Item = &'a Finding>,
    lang: Lang,
) -> Vec<Reason> {
    let mut reasons: Vec<Reason> = Vec::new();
    let mut more = 0_usize;
    for finding in findings {
        let mut text = finding.message(lang);
        if let Some(place) = finding.place() {
            text = format!("{text} ({})", words::place(lang, place));
        }
        text = format!("{text} [{}]", finding.code());
        if reasons.iter().any(|reason| reason.text == text) {
            continue;
        }
        let severity = finding.severity();
        if reasons.len() == MAX_REASONS {
            more += 1;
            if reasons.iter().all(|reason| reason.severity >= severity) {
                continue;
            }
            reasons.pop();
        }
        reasons.push(Reason {
            severity,
            label: words::severity(lang, severity),
            text,
        });
        reasons.sort_by_key(|reason| std::cmp::Reverse(reason.severity));
    }
    if more > 0 {
        let text = match lang {
            Lang::Vi => format!("và {more} điều khác; xem bản JSON"),
            Lang::En => format!("and {more} more; see the JSON report"),
        };
        let severity = Severity::Info;
        reasons.push(Reason {
            severity,
            label: words::severity(lang, severity),
            text,
        });
    }
    reasons
}

fn signing_time(signature: &SignatureReport, lang: Lang) -> String {
    let time = &signature.time;
    match (time.proven, time.source, time.claimed) {
        (Some(proven), TimeSource::Timestamp | TimeSource::DocumentTimestamp, _) => {
            let how = pick(lang, "theo dấu thời gian", "proven by a time-stamp");
            format!("{} ({how})", words::time(proven))
        }
        (_, _, Some(claimed)) => {
            let how = pick(
                lang,
                "do người ký khai, không gắn dấu thời gian",
                "claimed by the signer, no time-stamp",
            );
            format!("{} ({how})", words::time(claimed))
        }
        _ => pick(lang, "không ghi", "not stated").to_owned(),
    }
}

/// The worst answer of the path; nothing where nothing was looked at.
pub(super) fn worst_revocation(all: &[RevocationReport]) -> Option<RevocationStatus> {
    let rank = |status: RevocationStatus| match status {
        RevocationStatus::Good => 0,
        RevocationStatus::Undetermined => 1,
        RevocationStatus::Revoked => 2,
    };
    all.iter()
        .map(|one| one.status)
        .max_by_key(|status| rank(*status))
}

/// Makes text from a document harmless on a terminal and in a page: no control characters, line breaks or
/// characters that turn the direction of writing.
pub(crate) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{61c}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{e0000}'..='\u{e007f}' => '\u{fffd}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        })
        .collect()
}
