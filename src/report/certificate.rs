//! The report of one certificate, `kyso.certificate/1`, as data and in its three forms.

use serde::{Deserialize, Serialize};

use super::{
    CertificateReport, FileVerdict, Finding, PathReport, PathStatus, RevocationReport,
    RevocationStatus, SubIndication, TrustClass,
    html::{self, Page},
    json::{self, CertificateJson, ErrorJson, FindingJson, PathJson, RevocationJson},
    name,
    view::{self, Reason, Row},
    words::{self, pick},
};
use crate::{error::Error, text::Lang, time::Time};

/// What a certificate is to be used for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(clippy::exhaustive_enums, reason = "every purpose has its words")]
pub enum Purpose {
    /// Signing documents.
    #[default]
    Sign,
    /// Issuing time-stamps.
    Timestamp,
    /// Answering OCSP requests.
    Ocsp,
    /// Nothing in particular.
    Any,
}

/// What is known of one certificate.
#[derive(Debug)]
#[non_exhaustive]
pub struct CertificateCheck {
    /// Name of the file, as the caller gave it.
    pub file: Option<String>,
    /// `NoSignature` never; `Unreadable` where the bytes are no certificate.
    pub verdict: FileVerdict,
    /// Why it is unreadable.
    pub error: Option<Error>,
    /// Why it is not `passed` (EN 319 102-1).
    pub sub_indication: Option<SubIndication>,
    /// The certificate; absent where it is unreadable.
    pub certificate: Option<CertificateReport>,
    /// The certification path.
    pub path: PathReport,
    /// Subjects of the path, leaf first, in the order of its chain.
    pub names: Vec<String>,
    /// Revocation of each certificate of the path but the anchor.
    pub revocation: Vec<RevocationReport>,
    /// Class of the anchor.
    pub trust_class: TrustClass,
    /// The certificate policies that the path stands for.
    pub policies: PoliciesReport,
    /// What the certificate was checked for.
    pub purpose: Purpose,
    /// The time that everything was judged at.
    pub judged_at: Time,
    /// Everything else worth saying.
    pub findings: Vec<Finding>,
}

/// The certificate policies of a path, dotted; `2.5.29.32.0` is any policy.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct PoliciesReport {
    /// Those that the authorities leave.
    pub authority_constrained: Vec<String>,
    /// Those of them that the caller accepts.
    pub user_constrained: Vec<String>,
}

impl CertificateCheck {
    /// `kyso.certificate/1` as one line of JSON, without a line end.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> String {
        let finding = |finding| FindingJson::of(finding, lang);
        let view = CheckJson {
            schema: "kyso.certificate/1",
            file: self.file.as_deref(),
            verdict: self.verdict.name(),
            error: self.error.as_ref().map(|error| ErrorJson::of(error, lang)),
            sub_indication: self.sub_indication.map(SubIndication::name),
            certificate: self.certificate.as_ref().map(CertificateJson::of),
            path: PathJson::of(&self.path, lang),
            revocation: self
                .revocation
                .iter()
                .map(|one| RevocationJson::of(one, lang))
                .collect(),
            trust_class: self.trust_class.name(),
            policies: &self.policies,
            purpose: self.purpose,
            judged_at: self.judged_at,
            findings: self.findings.iter().map(finding).collect(),
        };
        json::line(&view)
    }

    /// The report as a clerk reads it; the first line says the verdict.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        let file = self.file.as_deref().map(|file| format!("{file}: "));
        let mut lines = vec![format!(
            "{}{}",
            file.unwrap_or_default(),
            self.headline(lang)
        )];
        for row in self.rows(lang) {
            lines.push(format!("  {}: {}", row.label, row.value));
        }
        for reason in self.reasons(lang) {
            lines.push(format!("  {}: {}", reason.label, reason.text));
        }
        lines
            .iter()
            .map(|line| view::harmless(line) + "\n")
            .collect()
    }

    /// The report as one HTML page that stands alone.
    #[must_use]
    pub fn to_html(&self, lang: Lang) -> String {
        let rows = self.rows(lang);
        let page = Page {
            heading: pick(lang, "Kết quả kiểm tra chứng thư số", "Certificate check"),
            file: self.file.as_deref(),
            verdict: self.verdict,
            headline: self.headline(lang),
        };
        let body = html::table(&rows) + &html::reasons(&self.reasons(lang));
        page.render(&body, "", lang)
    }

    /// The verdict in one sentence.
    fn headline(&self, lang: Lang) -> String {
        let at = words::time(self.judged_at);
        let word = words::file_verdict(lang, self.verdict);
        let detail = match (self.verdict, lang) {
            (FileVerdict::Passed, Lang::Vi) => {
                format!(
                    "chứng thư số dùng được {} tại {at}",
                    words::purpose(lang, self.purpose)
                )
            }
            (FileVerdict::Passed, Lang::En) => {
                format!(
                    "the certificate can be used {} at {at}",
                    words::purpose(lang, self.purpose)
                )
            }
            (FileVerdict::Failed, Lang::Vi) => {
                format!(
                    "chứng thư số không dùng được {} tại {at}",
                    words::purpose(lang, self.purpose)
                )
            }
            (FileVerdict::Failed, Lang::En) => format!(
                "the certificate cannot be used {} at {at}",
                words::purpose(lang, self.purpose)
            ),
            (FileVerdict::Undetermined, Lang::Vi) => {
                format!("chứng thư số chưa kiểm tra được đầy đủ tại {at}")
            }
            (FileVerdict::Undetermined, Lang::En) => {
                format!("the certificate could not be checked fully at {at}")
            }
            (FileVerdict::Unreadable | FileVerdict::NoSignature, _) => match &self.error {
                Some(error) => error.message(lang),
                None => return format!("{word}."),
            },
        };
        format!("{word}: {detail}.")
    }

    fn rows(&self, lang: Lang) -> Vec<Row> {
        let Some(certificate) = &self.certificate else {
            return Vec::new();
        };
        let mut rows = Vec::new();
        let mut row = |vi, en, value: String| {
            rows.push(Row {
                label: pick(lang, vi, en),
                value,
            });
        };
        let subject = &certificate.subject;
        let holder = name::value(subject, "CN").unwrap_or_else(|| subject.clone());
        row("Chủ thể", "Holder", holder);
        let unit = [name::values(subject, "OU"), name::values(subject, "O")].concat();
        if !unit.is_empty() {
            row("Đơn vị quản lý", "Unit", unit.join(", "));
        }
        let issuer = &certificate.issuer;
        let ca = [name::value(issuer, "CN"), name::value(issuer, "O")];
        let ca = ca.into_iter().flatten().collect::<Vec<_>>().join(", ");
        let ca = if ca.is_empty() { issuer.clone() } else { ca };
        row("Cơ quan chứng thực", "Issuing CA", ca);
        row("Số hiệu", "Serial number", certificate.serial.clone());
        let days = format!(
            "{} – {}",
            words::day(certificate.not_before),
            words::day(certificate.not_after)
        );
        row("Thời hạn", "Period", days);
        let class = words::trust_class(lang, self.trust_class).to_owned();
        row("Loại", "Class", class);
        if self.path.status == PathStatus::Valid {
            let name =
                |subject: &String| name::value(subject, "CN").unwrap_or_else(|| subject.clone());
            let names: Vec<_> = self.names.iter().map(name).collect();
            row("Đường dẫn chứng thực", "Path", names.join(" ← "));
        }
        let validity = words::validity(lang, self.path.status, self.worst_revocation());
        row("Hiệu lực", "Validity", validity.to_owned());
        let policies = &self.policies.user_constrained;
        if !policies.is_empty() {
            row("Chính sách chứng thư", "Policies", policies.join(", "));
        }
        rows
    }

    fn reasons(&self, lang: Lang) -> Vec<Reason> {
        let revocation = self.revocation.iter().filter_map(|one| one.reason.as_ref());
        let elsewhere = self.path.reason.iter().chain(revocation);
        view::of_findings(self.findings.iter().chain(elsewhere), lang)
    }

    fn worst_revocation(&self) -> Option<RevocationStatus> {
        view::worst_revocation(&self.revocation)
    }
}

#[derive(Serialize)]
struct CheckJson<'a> {
    schema: &'static str,
    file: Option<&'a str>,
    verdict: &'static str,
    error: Option<ErrorJson>,
    sub_indication: Option<&'static str>,
    certificate: Option<CertificateJson<'a>>,
    path: PathJson,
    revocation: Vec<RevocationJson>,
    trust_class: &'static str,
    policies: &'a PoliciesReport,
    purpose: Purpose,
    judged_at: Time,
    findings: Vec<FindingJson>,
}
