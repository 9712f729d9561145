//! The report of a check, `kyso.report/1`, as data. Nothing here decides anything.

mod certificate;
mod finding;
mod html;
mod json;
mod name;
mod parts;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod words;

use crate::{error::Error, text::Lang};
pub use certificate::{CertificateCheck, PoliciesReport, Purpose};
pub use finding::Finding;
pub(crate) use json::{CertificateJson, FindingJson, Named, hex};
pub use parts::{
    CertificateReport, ChangeLevel, Changes, Coverage, CoveredElement, Cryptography, DigestStatus,
    PathReport, PathStatus, RevocationReport, RevocationSource, RevocationStatus, Scope,
    TimeReport, TimeSource, TrustClass, ValueStatus,
};
pub(crate) use view::harmless;

/// What is known of one file.
#[derive(Debug)]
#[non_exhaustive]
pub struct Report {
    /// Name of the file, as the caller gave it.
    pub file: Option<String>,
    /// What the file is.
    pub format: Format,
    /// Length in bytes.
    pub size: u64,
    /// SHA-256 of the whole file; absent where it could not be read.
    pub sha256: Option<[u8; 32]>,
    /// The verdict of the worst signature, or why there is none.
    pub verdict: FileVerdict,
    /// Why the file is unreadable.
    pub error: Option<Error>,
    /// One for each signature, in the order of the byte ranges' ends.
    pub signatures: Vec<SignatureReport>,
    /// Role and completeness of the signatures.
    pub layout: LayoutReport,
    /// What concerns the file as a whole, repairs first.
    pub findings: Vec<Finding>,
    /// How long the check took, in milliseconds of wall time.
    pub total_ms: f64,
}

impl Report {
    /// `kyso.report/1` as one line of JSON, without a line end.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> String {
        json::to_json(self, lang)
    }

    /// The report as a clerk reads it; the first line says the verdict.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        text::to_text(self, lang)
    }

    /// The report as one HTML page that stands alone.
    #[must_use]
    pub fn to_html(&self, lang: Lang) -> String {
        html::to_html(self, lang)
    }
}

/// The format of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// PDF.
    Pdf,
    /// XML.
    Xml,
    /// Not recognised.
    Unknown,
}

/// The verdict of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "fixed by kyso.report/1")]
pub enum FileVerdict {
    /// Every signature passed.
    Passed,
    /// At least one failed.
    Failed,
    /// None failed, at least one could not be judged.
    Undetermined,
    /// There is no signature.
    NoSignature,
    /// The file could not be read.
    Unreadable,
}

/// The verdict of one signature.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(clippy::exhaustive_enums, reason = "fixed by kyso.report/1")]
pub enum Verdict {
    /// Everything that policy asks for was checked and holds.
    Passed,
    /// Something is wrong.
    Failed,
    /// Something could not be checked.
    Undetermined,
}

/// The sub-indications of EN 319 102-1 clause 5.1.3 that kyso gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(
    missing_docs,
    reason = "each is named and defined by EN 319 102-1 table 5"
)]
pub enum SubIndication {
    FormatFailure,
    HashFailure,
    SigCryptoFailure,
    SigConstraintsFailure,
    SignedDataNotFound,
    NoSigningCertificateFound,
    NoCertificateChainFound,
    ChainConstraintsFailure,
    CertificateChainGeneralFailure,
    CryptoConstraintsFailure,
    Revoked,
    RevokedNoPoe,
    RevokedCaNoPoe,
    Expired,
    OutOfBoundsNoPoe,
    OutOfBoundsNotRevoked,
    NotYetValid,
    TryLater,
    NoPoe,
    CryptoConstraintsFailureNoPoe,
}

/// What kind of signature it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SignatureKind {
    /// An ordinary signature.
    Approval,
    /// A signature with DocMDP.
    Certification,
    /// A document time-stamp (ETSI.RFC3161).
    DocumentTimestamp,
    /// XMLDSig, with or without XAdES.
    Xml,
}

/// The PAdES baseline level (EN 319 142-1), as far as the file shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names of EN 319 142-1 clause 6.1")]
pub enum Level {
    BB,
    BT,
    BLt,
    BLta,
    None,
}

/// The role of a signature in the layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Role {
    /// The competent person (`NguoiKy`).
    Person,
    /// The organisation (`CoQuan`).
    Organisation,
    /// Number and notation (`So`).
    Number,
    /// Day (`Ngay`).
    Day,
    /// Month (`Thang`).
    Month,
    /// Year (`Nam`).
    Year,
    /// Appendix (`PhuLuc`).
    Appendix,
    /// Copy (`BanSao`).
    Copy,
    /// Incoming document (`VanBanDen`).
    Incoming,
    /// Not known.
    #[serde(skip)]
    Unknown,
}

/// How a role was told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RoleSource {
    /// By the name of the field.
    FieldName,
    /// From certificate, order, place and text.
    Inferred,
    /// The caller said so.
    Given,
}

/// What is known of one signature.
#[derive(Debug)]
#[non_exhaustive]
pub struct SignatureReport {
    /// Unique in the file.
    pub id: String,
    /// Fully qualified field name.
    pub field: Option<String>,
    /// Kind of signature.
    pub kind: SignatureKind,
    /// The revision that it closes, counted from 1; absent where it closes none.
    pub revision: Option<u32>,
    /// How many revisions the file has.
    pub of: u32,
    /// The verdict.
    pub verdict: Verdict,
    /// Why it is not `passed` (EN 319 102-1).
    pub sub_indication: Option<SubIndication>,
    /// Digest and signature value.
    pub cryptography: Cryptography,
    /// What it covers.
    pub coverage: Coverage,
    /// What changed after it.
    pub changes: Changes,
    /// The signing certificate.
    pub certificate: Option<CertificateReport>,
    /// The certification path.
    pub path: PathReport,
    /// Revocation of each certificate of the path but the anchor.
    pub revocation: Vec<RevocationReport>,
    /// Class of the anchor.
    pub trust_class: TrustClass,
    /// Times.
    pub time: TimeReport,
    /// Baseline level.
    pub level: Level,
    /// Role in the layout.
    pub role: Role,
    /// How the role was told.
    pub role_source: RoleSource,
    /// Everything else worth saying.
    pub findings: Vec<Finding>,
}

/// The scheme that the signatures follow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutScheme {
    /// The six of Circular 01/2019.
    Circular01,
    /// The two of Decree 30/2020.
    Decree30,
    /// Neither.
    None,
}

/// The order of person and organisation (Decree 30/2020 art. 32.2d).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum LayoutOrder {
    /// The person came first, or the rule does not apply.
    Ok,
    /// The person signed after the organisation.
    PersonAfterOrganisation,
}

/// Role and completeness of the signatures of a file.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct LayoutReport {
    /// Which scheme.
    pub scheme: LayoutScheme,
    /// Whether all of its signatures are there and passed cryptography.
    pub complete: bool,
    /// The roles that are missing.
    pub missing: Vec<Role>,
    /// The order of person and organisation.
    pub order: LayoutOrder,
}
