//! What is known about the signatures of a file: gathered once, without policy.

use std::sync::Arc;

use super::coverage::CoverageFacts;
use crate::{
    cms::Checked,
    geometry::Rect,
    pki::path::PathOutcome,
    report::{Changes, Finding, RevocationReport, SignatureKind},
    time::Time,
    x509::Certificate,
};

/// What is known about a file that could be read.
#[derive(Debug)]
pub(super) struct FileFacts {
    pub(super) size: u64,
    pub(super) sha256: [u8; 32],
    pub(super) revisions: u32,
    /// The file can be read in more than one way, or had to be repaired.
    pub(super) ambiguous: bool,
    /// In the order of the ends of their ranges.
    pub(super) signatures: Vec<SignatureFacts>,
    pub(super) findings: Vec<Finding>,
}

/// What is known about one signature.
#[derive(Debug)]
pub(super) struct SignatureFacts {
    pub(super) field: String,
    pub(super) kind: SignatureKind,
    /// Whether /SubFilter is ETSI.CAdES.detached: only that can have a PAdES level.
    pub(super) cades: bool,
    pub(super) coverage: CoverageFacts,
    /// What the dictionary and the form of the value say, errors of which fail the signature.
    pub(super) dictionary: Vec<Finding>,
    /// Why the value could not be checked, though nothing is wrong with it.
    pub(super) unchecked: Option<Finding>,
    /// Why the value is no CMS.
    pub(super) broken: Option<Finding>,
    /// What the CMS says, where there is one.
    pub(super) checked: Option<Checked>,
    /// The path of the signer's certificate and the revocation of its members.
    pub(super) trust: Option<Arc<Trust>>,
    pub(super) changes: Changes,
    /// /M, else the time inside the value.
    pub(super) claimed: Option<Time>,
    /// The time inside the value.
    pub(super) claimed_inside: Option<Time>,
    pub(super) rect: Option<Rect>,
}

/// What is known about a certificate at a time.
#[derive(Debug)]
pub(super) struct Trust {
    pub(super) path: PathOutcome,
    /// Empty where the path is not valid, or revocation is not looked at.
    pub(super) revocation: Vec<RevocationReport>,
}

impl SignatureFacts {
    /// The signer's certificate.
    pub(super) fn certificate(&self) -> Option<&Arc<Certificate>> {
        self.checked.as_ref()?.certificate.as_ref()
    }
}
