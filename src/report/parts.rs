//! The parts of what is known of one signature: numbers, coverage, changes, path, revocation, time.

use super::Finding;
use crate::time::Time;

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
