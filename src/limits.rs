//! Every budget for work that a document can drive, each with the source of its number.
//!
//! Reaching one is an error of kind `Limit` or an `undetermined` verdict, never a pass.

/// Nesting of arrays and dictionaries in one object. Real files stay below 30; `qpdf` stops at 500.
pub(crate) const MAX_OBJECT_NESTING: usize = 256;

/// Bytes of one object outside its stream data. The longest seen in the corpora is 2 MB (a page tree array).
pub(crate) const MAX_OBJECT_BYTES: u64 = 32 << 20;

/// Bytes that all inflated cross-reference and object streams of a document may have together.
/// A 100 MB document with a million objects has 24 MB of cross-reference data.
pub(crate) const MAX_INFLATED_BYTES: u64 = 96 << 20;

/// Objects in a document: the limit of ISO 32000-1 annex C.2 (8,388,607).
pub(crate) const MAX_OBJECTS: u32 = 8_388_607;

/// Cross-reference sections on a /Prev chain. Twenty signatures with validation data make about 45.
pub(crate) const MAX_XREF_SECTIONS: usize = 4_096;

/// Signatures that are examined in one document; the rest is reported as not examined.
/// The most seen in one real file is 51 (a DSS test file).
pub(crate) const MAX_SIGNATURES: usize = 1_024;

/// Bytes fed to the cloned digest states beyond twice the file: `2 * size + this`. See `crypto::sweep`.
pub(crate) const SWEEP_SLACK_BYTES: u64 = 64 << 20;

/// Bytes of one CMS value in /Contents, decoded. B-LTA signatures with large CRLs inside reach 3 MB.
pub(crate) const MAX_CMS_BYTES: usize = 16 << 20;

/// Nesting of BER constructed values. CMS with time-stamps inside stays below 30.
pub(crate) const MAX_BER_NESTING: usize = 64;

/// Certificates in one path, anchor included. PKITS needs 10; real chains have 2 to 4.
pub(crate) const MAX_PATH_LENGTH: usize = 16;

/// Signature checks while one path is built: the budget of rustls-webpki (`MAX_SIGNATURE_CHECKS` = 100).
pub(crate) const MAX_PATH_SIGNATURE_CHECKS: usize = 100;

/// Certificates that one signature may bring along.
pub(crate) const MAX_EMBEDDED_CERTIFICATES: usize = 256;

/// Kids, fields and annotations that are walked in one tree. `pdf-plain` has a form with 3,000.
pub(crate) const MAX_FIELDS: usize = 65_536;

/// Bytes of one key, certificate or CRL file that is read into memory.
pub(crate) const MAX_MATERIAL_BYTES: u64 = 128 << 20;
