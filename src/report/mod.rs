//! The report of a check, `kyso.report/1`, as data. Nothing here decides anything.

mod certificate;
mod finding;
mod html;
mod json;
mod name;
#[cfg(test)]
mod tests;
mod text;
mod view;
mod words;

pub use certificate::{CertificateCheck, PoliciesReport, Purpose};
pub use finding::Finding;
pub(crate) use json::{CertificateJson, FindingJson, Named, hex};
pub(crate) use view::harmless;

use crate::{error::Error, text::Lang, time::Time};

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

/// What was found about the digest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DigestStatus {
    /// The covered bytes have the signed digest.
    Ok,
    /// They have another.
    Mismatch,
    /// It was not computed, because a budget or an algorithm did not allow it, or the range is not sound.
    NotChecked,
}

/// What was found about the signature value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ValueStatus {
    /// It verifies with the signer's key.
    Ok,
    /// It does not.
    Invalid,
    /// It was not checked: no certificate, or an algorithm that is not supported.
    NotChecked,
}

/// Digest and signature value.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Cryptography {
    /// The digest of the covered bytes.
    pub digest: DigestStatus,
    /// The signature value.
    pub signature: ValueStatus,
    /// `rsa-pkcs1-sha256`, `rsa-pss-sha384`, `ecdsa-sha256` …
    pub algorithm: Option<String>,
    /// Bits of the modulus or of the curve's field.
    pub key_bits: Option<u32>,
}

/// How much of the file a signature covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Scope {
    /// Up to the end of the file.
    WholeFile,
    /// Up to the end of a revision.
    WholeRevision,
    /// Anything else; fails.
    Partial,
}

/// What a signature covers.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Coverage {
    /// The numbers of /ByteRange as they stand in the file.
    pub byte_range: Vec<i64>,
    /// How much of the file that is.
    pub scope: Scope,
    /// XML only: the covered elements, `/path#id`.
    pub covered: Vec<String>,
    /// XML only: the same with their bytes and what is left out of them.
    pub elements: Vec<CoveredElement>,
    /// XML only: paths of what is not covered, signatures aside.
    pub outside: Vec<String>,
}

/// Something that an XML signature covers.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct CoveredElement {
    /// Local names from the root; `/` for the whole document; a URI where it is outside of it.
    pub path: String,
    /// Its id.
    pub id: Option<String>,
    /// First byte in the file, and the first behind it.
    pub span: Option<[u64; 2]>,
    /// Paths of the elements inside that are left out.
    pub without: Vec<String>,
    /// A filter or a decoding stands between: not all of it need be covered.
    pub filtered: bool,
}

/// The strongest change after a signature. The order is that of strength.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(clippy::exhaustive_enums, reason = "fixed by kyso.report/1")]
pub enum ChangeLevel {
    /// Nothing changed.
    None,
    /// Time-stamps and validation data were added.
    TimestampsAndValidationData,
    /// Signatures were added.
    Signatures,
    /// Form fields were filled.
    FormFilling,
    /// Annotations were added or changed.
    Annotations,
    /// Something changed that no rule explains.
    Forbidden,
}

/// What changed after a signature.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Changes {
    /// The strongest change.
    pub after: ChangeLevel,
    /// The changes that are not plainly allowed, and what was noticed about the others.
    pub findings: Vec<Finding>,
}

/// A certificate, as the report names it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CertificateReport {
    /// RFC 4514.
    pub subject: String,
    /// RFC 4514.
    pub issuer: String,
    /// Upper-case hex.
    pub serial: String,
    /// Start of validity.
    pub not_before: Time,
    /// End of validity.
    pub not_after: Time,
    /// SHA-256 of the DER.
    pub sha256: [u8; 32],
}

/// Whether there is a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathStatus {
    /// There is a path to an anchor, and it is valid at `judged_at`.
    Valid,
    /// There is one, and it is not valid.
    Invalid,
    /// None was found, or a budget ended the search.
    Undetermined,
}

/// The certification path.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PathReport {
    /// Whether there is one.
    pub status: PathStatus,
    /// SHA-256 fingerprints, leaf first.
    pub chain: Vec<[u8; 32]>,
    /// Why it is not valid.
    pub reason: Option<Finding>,
}

/// What is known about revocation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// Not revoked at `judged_at`.
    Good,
    /// Revoked at `judged_at`.
    Revoked,
    /// Not known.
    Undetermined,
}

/// Where revocation information came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationSource {
    /// An OCSP response.
    Ocsp,
    /// A CRL.
    Crl,
}

/// Revocation of one certificate of the path.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RevocationReport {
    /// SHA-256 fingerprint of the certificate.
    pub certificate: [u8; 32],
    /// What is known.
    pub status: RevocationStatus,
    /// Out of what.
    pub source: Option<RevocationSource>,
    /// When the information was issued.
    pub this_update: Option<Time>,
    /// When newer information is due.
    pub next_update: Option<Time>,
    /// Why it is undetermined, or when and why it was revoked.
    pub reason: Option<Finding>,
}

/// The class of the anchor. Told by fingerprint; only certificates of the validated path count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TrustClass {
    /// Government-specialised (VGCA).
    VnGov,
    /// Vietnamese public CA.
    VnPublic,
    /// Another anchor that the caller trusts.
    Other,
    /// No valid path.
    None,
}

/// Times of a signature.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct TimeReport {
    /// What the signer claims: /M or the CMS signing-time.
    pub claimed: Option<Time>,
    /// What a time-stamp proves.
    pub proven: Option<Time>,
    /// What proves it.
    pub source: TimeSource,
    /// The time that certificates and revocation were judged at.
    pub judged_at: Time,
}

/// What proves a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TimeSource {
    /// A signature time-stamp.
    Timestamp,
    /// A document time-stamp.
    DocumentTimestamp,
    /// Nothing.
    None,
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
