//! What is known about the signatures of a file: gathered once, without policy, and worth keeping: as JSON
//! (`kyso.facts/1`) they can be judged again without the file and without the network.

mod wire;

use std::sync::Arc;

use super::{coverage::CoverageFacts, xml::XmlFacts};
use crate::{
    cms::Checked,
    context::Context,
    error::Result,
    geometry::Rect,
    pki::path::PathOutcome,
    report::{
        Changes, DigestStatus, Finding, Format, RevocationReport, SignatureKind, ValueStatus,
    },
    time::Time,
    x509::Certificate,
};

/// Everything that a check found out about a file, before anybody judges it.
///
/// It holds what the signatures cover, what their values and certificates say, what changed after them, which paths
/// and which revocation information there were, as of one time; nothing of what the caller demands. [`judge`](crate::judge)
/// makes the report out of it, as often as wanted and under other demands, without the file and without the network.
#[derive(Clone, Debug)]
pub struct Facts(pub(super) FileFacts);

impl Facts {
    /// `kyso.facts/1` as one line of JSON, without a line end.
    #[must_use]
    pub fn to_json(&self) -> String {
        wire::to_json(&self.0)
    }

    /// Reads what [`to_json`](Self::to_json) wrote.
    ///
    /// Facts are as true as the place that they were kept in is safe: nothing in them is signed.
    ///
    /// # Errors
    /// Of kind `Unreadable` when it is no `kyso.facts/1`, or was written by a newer version with codes that this one does not know.
    pub fn from_json(context: &Context, json: &str) -> Result<Self> {
        wire::from_json(json, context.provider()).map(Self)
    }

    /// The time that certificates and revocation were looked at for.
    #[must_use]
    pub fn judged_at(&self) -> Time {
        self.0.at
    }
}

/// What is known about a file that could be read.
#[derive(Clone, Debug)]
pub(super) struct FileFacts {
    /// What the caller calls the file.
    pub(super) file: Option<String>,
    pub(super) format: Format,
    /// The time that paths and revocation were evaluated for.
    pub(super) at: Time,
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
#[derive(Clone, Debug)]
pub(super) struct SignatureFacts {
    /// Fully qualified name of the field, in PDF.
    pub(super) field: Option<String>,
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
    /// What only XML signatures have.
    pub(super) xml: Option<XmlFacts>,
}

/// What is known about a certificate at a time.
#[derive(Clone, Debug)]
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

    /// Whether digest and value hold, whoever signed.
    pub(super) fn is_intact(&self) -> bool {
        self.checked.as_ref().is_some_and(|checked| {
            checked.digest == DigestStatus::Ok && checked.signature == ValueStatus::Ok
        })
    }
}
