//! `kyso.report/1` as one line of JSON. Every key is always there: unknown is `null`, lists are never `null`.

use serde::Serialize;

use super::{
    CertificateReport, ChangeLevel, Changes, Coverage, CoveredElement, DigestStatus, FileVerdict,
    Finding, Format, LayoutOrder, LayoutReport, LayoutScheme, Level, PathReport, PathStatus,
    Report, RevocationReport, RevocationSource, RevocationStatus, Role, RoleSource, Scope,
    SignatureKind, SignatureReport, SubIndication, TimeSource, TrustClass, ValueStatus, Verdict,
};
use crate::{
    error::{Error, ErrorKind},
    text::{Lang, Severity},
    time::Time,
};

pub(super) fn to_json(report: &Report, lang: Lang) -> String {
    let view = ReportJson {
        schema: "kyso.report/1",
        file: report.file.as_deref(),
        format: report.format.name(),
        size: report.size,
        sha256: report.sha256.as_ref().map(|bytes| hex(bytes)),
        verdict: report.verdict.name(),
        error: report
            .error
            .as_ref()
            .map(|error| ErrorJson::of(error, lang)),
        signatures: report
            .signatures
            .iter()
            .map(|s| SignatureJson::of(s, lang))
            .collect(),
        layout: LayoutJson::of(&report.layout),
        findings: findings(&report.findings, lang),
        timings_ms: Timings {
            total: (report.total_ms * 1000.0).round() / 1000.0,
        },
    };
    line(&view)
}

/// One line. Nothing in the types of reports can fail to serialise: keys are strings, floats are finite or become `null`.
pub(super) fn line<T: Serialize>(view: &T) -> String {
    serde_json::to_string(view).unwrap_or_default()
}

/// Lower-case hex.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
            let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
            text.extend([digit(byte >> 4), digit(byte & 15)]);
            text
        })
}

#[derive(Serialize)]
struct ReportJson<'a> {
    schema: &'static str,
    file: Option<&'a str>,
    format: &'static str,
    size: u64,
    sha256: Option<String>,
    verdict: &'static str,
    error: Option<ErrorJson>,
    signatures: Vec<SignatureJson<'a>>,
    layout: LayoutJson,
    findings: Vec<FindingJson>,
    timings_ms: Timings,
}

#[derive(Serialize)]
struct Timings {
    total: f64,
}

#[derive(Serialize)]
pub(super) struct ErrorJson {
    kind: &'static str,
    code: &'static str,
    message: String,
    place: Option<String>,
}

impl ErrorJson {
    pub(super) fn of(error: &Error, lang: Lang) -> Self {
        Self {
            kind: error.kind().name(),
            code: error.code(),
            message: error.message(lang),
            place: error.place().map(|place| place.to_string()),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct FindingJson {
    code: &'static str,
    severity: Severity,
    message: String,
    place: Option<String>,
}

impl FindingJson {
    pub(crate) fn of(finding: &Finding, lang: Lang) -> Self {
        Self {
            code: finding.code(),
            severity: finding.severity(),
            message: finding.message(lang),
            place: finding.place().map(|place| place.to_string()),
        }
    }
}

fn findings(all: &[Finding], lang: Lang) -> Vec<FindingJson> {
    all.iter()
        .map(|finding| FindingJson::of(finding, lang))
        .collect()
}

#[derive(Serialize)]
struct SignatureJson<'a> {
    id: &'a str,
    field: Option<&'a str>,
    kind: &'static str,
    revision: Option<u32>,
    of: u32,
    verdict: &'static str,
    indication: &'static str,
    sub_indication: Option<&'static str>,
    cryptography: CryptographyJson<'a>,
    coverage: CoverageJson<'a>,
    changes: ChangesJson,
    certificate: Option<CertificateJson<'a>>,
    path: PathJson,
    revocation: Vec<RevocationJson>,
    trust_class: &'static str,
    time: TimeJson,
    level: &'static str,
    role: RoleJson,
    findings: Vec<FindingJson>,
}

impl<'a> SignatureJson<'a> {
    fn of(signature: &'a SignatureReport, lang: Lang) -> Self {
        let (cryptography, time) = (&signature.cryptography, &signature.time);
        Self {
            id: &signature.id,
            field: signature.field.as_deref(),
            kind: signature.kind.name(),
            revision: signature.revision,
            of: signature.of,
            verdict: signature.verdict.name(),
            indication: signature.indication(),
            sub_indication: signature.sub_indication.map(SubIndication::name),
            cryptography: CryptographyJson {
                digest: cryptography.digest.name(),
                signature: cryptography.signature.name(),
                algorithm: cryptography.algorithm.as_deref(),
                key_bits: cryptography.key_bits,
            },
            coverage: CoverageJson::of(&signature.coverage),
            changes: ChangesJson::of(&signature.changes, lang),
            certificate: signature.certificate.as_ref().map(CertificateJson::of),
            path: PathJson::of(&signature.path, lang),
            revocation: signature
                .revocation
                .iter()
                .map(|r| RevocationJson::of(r, lang))
                .collect(),
            trust_class: signature.trust_class.name(),
            time: TimeJson {
                claimed: time.claimed,
                proven: time.proven,
                source: time.source.name(),
                judged_at: time.judged_at,
            },
            level: signature.level.name(),
            role: RoleJson {
                name: signature.role.name(),
                how: signature.role_source.name(),
            },
            findings: findings(&signature.findings, lang),
        }
    }
}

#[derive(Serialize)]
struct CryptographyJson<'a> {
    digest: &'static str,
    signature: &'static str,
    algorithm: Option<&'a str>,
    key_bits: Option<u32>,
}

#[derive(Serialize)]
struct CoverageJson<'a> {
    byte_range: &'a [i64],
    scope: &'static str,
    covered: &'a [String],
    elements: &'a [CoveredElement],
    outside: &'a [String],
}

impl<'a> CoverageJson<'a> {
    fn of(coverage: &'a Coverage) -> Self {
        Self {
            byte_range: &coverage.byte_range,
            scope: coverage.scope.name(),
            covered: &coverage.covered,
            elements: &coverage.elements,
            outside: &coverage.outside,
        }
    }
}

#[derive(Serialize)]
struct ChangesJson {
    after: &'static str,
    findings: Vec<FindingJson>,
}

impl ChangesJson {
    fn of(changes: &Changes, lang: Lang) -> Self {
        Self {
            after: changes.after.name(),
            findings: findings(&changes.findings, lang),
        }
    }
}

#[derive(Serialize)]
pub(crate) struct CertificateJson<'a> {
    subject: &'a str,
    issuer: &'a str,
    serial: &'a str,
    not_before: Time,
    not_after: Time,
    sha256: String,
}

impl<'a> CertificateJson<'a> {
    pub(crate) fn of(certificate: &'a CertificateReport) -> Self {
        Self {
            subject: &certificate.subject,
            issuer: &certificate.issuer,
            serial: &certificate.serial,
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            sha256: hex(&certificate.sha256),
        }
    }
}

#[derive(Serialize)]
pub(super) struct PathJson {
    status: &'static str,
    chain: Vec<String>,
    reason: Option<FindingJson>,
}

impl PathJson {
    pub(super) fn of(path: &PathReport, lang: Lang) -> Self {
        Self {
            status: path.status.name(),
            chain: path.chain.iter().map(|sha256| hex(sha256)).collect(),
            reason: path
                .reason
                .as_ref()
                .map(|finding| FindingJson::of(finding, lang)),
        }
    }
}

#[derive(Serialize)]
pub(super) struct RevocationJson {
    certificate: String,
    status: &'static str,
    source: Option<&'static str>,
    this_update: Option<Time>,
    next_update: Option<Time>,
    reason: Option<FindingJson>,
}

impl RevocationJson {
    pub(super) fn of(revocation: &RevocationReport, lang: Lang) -> Self {
        Self {
            certificate: hex(&revocation.certificate),
            status: revocation.status.name(),
            source: revocation.source.map(RevocationSource::name),
            this_update: revocation.this_update,
            next_update: revocation.next_update,
            reason: revocation
                .reason
                .as_ref()
                .map(|finding| FindingJson::of(finding, lang)),
        }
    }
}

#[derive(Serialize)]
struct TimeJson {
    claimed: Option<Time>,
    proven: Option<Time>,
    source: &'static str,
    judged_at: Time,
}

#[derive(Serialize)]
struct RoleJson {
    name: &'static str,
    how: &'static str,
}

#[derive(Serialize)]
struct LayoutJson {
    scheme: &'static str,
    complete: bool,
    missing: Vec<&'static str>,
    order: &'static str,
}

impl LayoutJson {
    fn of(layout: &LayoutReport) -> Self {
        Self {
            scheme: layout.scheme.name(),
            complete: layout.complete,
            missing: layout.missing.iter().map(|role| role.name()).collect(),
            order: layout.order.name(),
        }
    }
}

/// A type whose values have names in `kyso.report/1`.
pub(crate) trait Named: Copy {
    /// The name.
    fn name_of(self) -> &'static str;
    /// The value of a name.
    fn from_name(name: &str) -> Option<Self>;
}

/// The names of a type's values in `kyso.report/1`.
macro_rules! names {
    ($($type:ident { $($value:ident = $name:literal),* $(,)? })*) => {
        $(impl $type {
            /// The name in `kyso.report/1`.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $(Self::$value => $name),* }
            }
        }

        impl Named for $type {
            fn name_of(self) -> &'static str {
                self.name()
            }

            fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$value),)* _ => None }
            }
        })*
    };
}

names! {
    Format { Pdf = "pdf", Xml = "xml", Unknown = "unknown" }
    FileVerdict {
        Passed = "passed", Failed = "failed", Undetermined = "undetermined",
        NoSignature = "no-signature", Unreadable = "unreadable",
    }
    Verdict { Passed = "passed", Failed = "failed", Undetermined = "undetermined" }
    SubIndication {
        FormatFailure = "FORMAT_FAILURE", HashFailure = "HASH_FAILURE",
        SigCryptoFailure = "SIG_CRYPTO_FAILURE", SigConstraintsFailure = "SIG_CONSTRAINTS_FAILURE",
        SignedDataNotFound = "SIGNED_DATA_NOT_FOUND",
        NoSigningCertificateFound = "NO_SIGNING_CERTIFICATE_FOUND",
        NoCertificateChainFound = "NO_CERTIFICATE_CHAIN_FOUND",
        ChainConstraintsFailure = "CHAIN_CONSTRAINTS_FAILURE",
        CertificateChainGeneralFailure = "CERTIFICATE_CHAIN_GENERAL_FAILURE",
        CryptoConstraintsFailure = "CRYPTO_CONSTRAINTS_FAILURE",
        Revoked = "REVOKED", RevokedNoPoe = "REVOKED_NO_POE", RevokedCaNoPoe = "REVOKED_CA_NO_POE",
        Expired = "EXPIRED", OutOfBoundsNoPoe = "OUT_OF_BOUNDS_NO_POE",
        OutOfBoundsNotRevoked = "OUT_OF_BOUNDS_NOT_REVOKED", NotYetValid = "NOT_YET_VALID",
        TryLater = "TRY_LATER", NoPoe = "NO_POE",
        CryptoConstraintsFailureNoPoe = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
    }
    SignatureKind {
        Approval = "approval", Certification = "certification",
        DocumentTimestamp = "document-timestamp", Xml = "xml",
    }
    DigestStatus { Ok = "ok", Mismatch = "mismatch", NotChecked = "not-checked" }
    ValueStatus { Ok = "ok", Invalid = "invalid", NotChecked = "not-checked" }
    Scope { WholeFile = "whole-file", WholeRevision = "whole-revision", Partial = "partial" }
    ChangeLevel {
        None = "none", TimestampsAndValidationData = "timestamps-and-validation-data",
        Signatures = "signatures", FormFilling = "form-filling", Annotations = "annotations",
        Forbidden = "forbidden",
    }
    PathStatus { Valid = "valid", Invalid = "invalid", Undetermined = "undetermined" }
    RevocationStatus { Good = "good", Revoked = "revoked", Undetermined = "undetermined" }
    RevocationSource { Ocsp = "ocsp", Crl = "crl" }
    TrustClass { VnGov = "vn-gov", VnPublic = "vn-public", Other = "other", None = "none" }
    TimeSource {
        Timestamp = "timestamp", DocumentTimestamp = "document-timestamp", None = "none",
    }
    Level { BB = "B-B", BT = "B-T", BLt = "B-LT", BLta = "B-LTA", None = "none" }
    Role {
        Person = "person", Organisation = "organisation", Number = "number", Day = "day",
        Month = "month", Year = "year", Appendix = "appendix", Copy = "copy",
        Incoming = "incoming", Unknown = "unknown",
    }
    RoleSource { FieldName = "field-name", Inferred = "inferred", Given = "given" }
    LayoutScheme { Circular01 = "circular-01", Decree30 = "decree-30", None = "none" }
    LayoutOrder { Ok = "ok", PersonAfterOrganisation = "person-after-organisation" }
    ErrorKind {
        Argument = "argument", Io = "io", Unreadable = "unreadable", Refused = "refused",
        Key = "key", Pin = "pin", Unsupported = "unsupported", Limit = "limit",
        Cancelled = "cancelled",
    }
}

impl SignatureReport {
    /// The main indication of EN 319 102-1 clause 5.1.3, by table 5 and 6 the one that the sub-indication belongs to.
    ///
    /// It can be milder than the verdict: a certificate that was revoked at an unproven time leaves the standard
    /// `INDETERMINATE`, and kyso's verdict is `failed`.
    #[must_use]
    pub fn indication(&self) -> &'static str {
        match (self.verdict, self.sub_indication) {
            (Verdict::Passed, _) => "TOTAL-PASSED",
            (_, Some(sub_indication)) if sub_indication.is_final() => "TOTAL-FAILED",
            (Verdict::Failed, None) => "TOTAL-FAILED",
            _ => "INDETERMINATE",
        }
    }
}

impl SubIndication {
    /// Whether it stands under TOTAL-FAILED: no further evidence can mend it (EN 319 102-1 table 5).
    fn is_final(self) -> bool {
        matches!(
            self,
            Self::FormatFailure
                | Self::HashFailure
                | Self::SigCryptoFailure
                | Self::Revoked
                | Self::Expired
                | Self::NotYetValid
        )
    }
}
