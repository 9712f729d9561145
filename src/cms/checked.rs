//! What the check of one signature gave, in CMS and in XML.

use std::sync::Arc;

use crate::{
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    report::{DigestStatus, Finding, SubIndication, ValueStatus, Verdict},
    time::Time,
    x509::Certificate,
};

/// What the check of one signature gave.
#[derive(Clone, Debug)]
pub(crate) struct Checked {
    /// The covered bytes.
    pub(crate) digest: DigestStatus,
    /// The signature value.
    pub(crate) signature: ValueStatus,
    /// `Passed` only where every rule of this module was checked and holds.
    pub(crate) verdict: Verdict,
    /// Why it is not passed.
    pub(crate) sub_indication: Option<SubIndication>,
    /// The signature algorithm, where it is known.
    pub(crate) algorithm: Option<SignatureAlgorithm>,
    /// Every digest algorithm that the signature's worth rests on.
    pub(crate) digests: Vec<DigestAlgorithm>,
    /// Bits of the signer's key.
    pub(crate) key_bits: Option<u32>,
    /// The signer's certificate.
    pub(crate) certificate: Option<Arc<Certificate>>,
    /// The signed signing-time.
    pub(crate) signing_time: Option<Time>,
    /// Whether signing-certificate-v2 or signing-certificate names this certificate: what B-B asks for.
    pub(crate) signing_certificate: bool,
    /// Whether there is an unsigned signature time-stamp. It was not looked at.
    pub(crate) has_timestamp: bool,
    /// What is wrong or odd.
    pub(crate) findings: Vec<Finding>,
}

impl Checked {
    /// Nothing is checked yet, and nothing wrong: what was noticed while reading is all there is.
    pub(crate) fn unchecked(findings: Vec<Finding>) -> Self {
        Self {
            digest: DigestStatus::NotChecked,
            signature: ValueStatus::NotChecked,
            verdict: Verdict::Passed,
            sub_indication: None,
            algorithm: None,
            digests: Vec::new(),
            key_bits: None,
            certificate: None,
            signing_time: None,
            signing_certificate: false,
            has_timestamp: false,
            findings,
        }
    }

    /// Something is wrong. The first reason stays.
    pub(crate) fn fail(&mut self, reason: Finding, sub_indication: SubIndication) {
        if self.verdict != Verdict::Failed {
            self.verdict = Verdict::Failed;
            self.sub_indication = Some(sub_indication);
        }
        self.findings.push(reason);
    }

    /// Something could not be checked.
    pub(crate) fn open(&mut self, reason: Finding, sub_indication: SubIndication) {
        self.remain(sub_indication);
        self.findings.push(reason);
    }

    /// Something could not be checked, and somebody else says what.
    pub(super) fn remain(&mut self, sub_indication: SubIndication) {
        if self.verdict == Verdict::Passed {
            self.verdict = Verdict::Undetermined;
            self.sub_indication = Some(sub_indication);
        }
    }
}
