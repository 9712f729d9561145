//! "Checked" is a value: a verdict `passed` is built from one proof of each kind, and only checks make proofs.
//!
//! The checks follow EN 319 102-1 clause 5.2: format, then the cryptographic checks, then the signer's certificate.

use super::facts::{SignatureFacts, Trust};
use crate::{
    options::{DemandedClass, RevocationMode},
    pki::{self, algorithm_policy::AlgorithmPolicy, trust_class},
    report::{
        ChangeLevel, DigestStatus, Finding, PathStatus, RevocationStatus, Scope, SubIndication,
        TrustClass, ValueStatus, Verdict,
    },
    text::{
        Severity,
        rules::{path as rules_of_paths, verify as rules},
    },
    time::Time,
};

/// Why a proof could not be given.
#[derive(Debug)]
pub(super) struct Fault {
    /// `Failed` or `Undetermined`.
    pub(super) verdict: Verdict,
    pub(super) sub_indication: Option<SubIndication>,
    /// What to say, where no finding says it already.
    pub(super) findings: Vec<Finding>,
}

/// A proof, or why there is none.
pub(super) type Proof<T> = Result<T, Fault>;

impl Fault {
    fn failed(sub_indication: SubIndication, findings: Vec<Finding>) -> Self {
        let sub_indication = Some(sub_indication);
        Self {
            verdict: Verdict::Failed,
            sub_indication,
            findings,
        }
    }

    fn open(sub_indication: Option<SubIndication>, findings: Vec<Finding>) -> Self {
        Self {
            verdict: Verdict::Undetermined,
            sub_indication,
            findings,
        }
    }
}

/// The range is sound, and nothing is wrong with the dictionary.
#[derive(Debug)]
pub(super) struct CoverageSound(());

impl CoverageSound {
    pub(super) fn check(facts: &SignatureFacts) -> Proof<Self> {
        let wrong = |finding: &Finding| finding.severity() == crate::text::Severity::Error;
        // What a reference with an unknown transform covers, nobody can say.
        if facts.xml.as_ref().is_some_and(|xml| xml.open) {
            return Err(Fault::open(
                Some(SubIndication::SignedDataNotFound),
                Vec::new(),
            ));
        }
        let sound = facts.coverage.scope != Scope::Partial && facts.coverage.faults.is_empty();
        if sound && !facts.dictionary.iter().any(wrong) {
            return Ok(Self(()));
        }
        Err(Fault::failed(SubIndication::FormatFailure, Vec::new()))
    }
}

/// The covered bytes have the signed digest.
#[derive(Debug)]
pub(super) struct DigestMatches(());

impl DigestMatches {
    pub(super) fn check(facts: &SignatureFacts) -> Proof<Self> {
        match facts.checked.as_ref().map(|checked| checked.digest) {
            Some(DigestStatus::Ok) => Ok(Self(())),
            Some(DigestStatus::Mismatch) => {
                Err(Fault::failed(SubIndication::HashFailure, Vec::new()))
            }
            Some(DigestStatus::NotChecked) | None => Err(not_checked(facts)),
        }
    }
}

/// The signature value is the signer's.
#[derive(Debug)]
pub(super) struct ValueIsSigners(());

impl ValueIsSigners {
    pub(super) fn check(facts: &SignatureFacts) -> Proof<Self> {
        match facts.checked.as_ref().map(|checked| checked.signature) {
            Some(ValueStatus::Ok) => Ok(Self(())),
            Some(ValueStatus::Invalid) => {
                Err(Fault::failed(SubIndication::SigCryptoFailure, Vec::new()))
            }
            Some(ValueStatus::NotChecked) | None => Err(not_checked(facts)),
        }
    }
}

/// A value that is no CMS fails; one that is not supported stays open.
fn not_checked(facts: &SignatureFacts) -> Fault {
    if facts.broken.is_some() {
        return Fault::failed(SubIndication::FormatFailure, Vec::new());
    }
    let sub_indication = facts
        .checked
        .as_ref()
        .and_then(|checked| checked.sub_indication);
    Fault::open(sub_indication, Vec::new())
}

/// Nothing changed after the signature that is not allowed.
#[derive(Debug)]
pub(super) struct ChangesAllowed(());

impl ChangesAllowed {
    pub(super) fn check(facts: &SignatureFacts) -> Proof<Self> {
        // The analysis knows what each signature permits, and says so.
        let refused = |finding: &Finding| finding.severity() == Severity::Error;
        if facts.changes.after < ChangeLevel::Forbidden
            && !facts.changes.findings.iter().any(refused)
        {
            return Ok(Self(()));
        }
        Err(Fault::failed(SubIndication::FormatFailure, Vec::new()))
    }
}

/// Every rule of CMS holds.
#[derive(Debug)]
pub(super) struct CmsHolds(());

impl CmsHolds {
    pub(super) fn check(facts: &SignatureFacts) -> Proof<Self> {
        let Some(checked) = &facts.checked else {
            return Err(not_checked(facts));
        };
        match (checked.verdict, checked.sub_indication) {
            (Verdict::Passed, _) => Ok(Self(())),
            (Verdict::Failed, sub) => Err(Fault::failed(
                sub.unwrap_or(SubIndication::FormatFailure),
                Vec::new(),
            )),
            (Verdict::Undetermined, sub) => Err(Fault::open(sub, Vec::new())),
        }
    }
}

/// The file reads the same to everybody.
#[derive(Debug)]
pub(super) struct Unambiguous(());

impl Unambiguous {
    pub(super) fn check(ambiguous: bool) -> Proof<Self> {
        if ambiguous {
            return Err(Fault::open(None, vec![Finding::new(&rules::AMBIGUOUS)]));
        }
        Ok(Self(()))
    }
}

/// There is a valid path to an anchor.
#[derive(Debug)]
pub(super) struct PathValid(());

impl PathValid {
    pub(super) fn check(trust: Option<&Trust>) -> Proof<Self> {
        let Some(Trust { path, .. }) = trust else {
            return Err(Fault::open(None, Vec::new()));
        };
        match path.status {
            PathStatus::Valid => Ok(Self(())),
            PathStatus::Invalid => {
                let sub = path.sub_indication;
                let sub = sub.unwrap_or(SubIndication::CertificateChainGeneralFailure);
                Err(Fault::failed(sub, Vec::new()))
            }
            PathStatus::Undetermined => Err(Fault::open(path.sub_indication, Vec::new())),
        }
    }
}

/// Digests and keys are strong enough at the time of judgement.
#[derive(Debug)]
pub(super) struct AlgorithmsAccepted(());

impl AlgorithmsAccepted {
    pub(super) fn check(
        facts: &SignatureFacts,
        algorithms: &AlgorithmPolicy,
        at: Time,
    ) -> Proof<Self> {
        let Some(checked) = &facts.checked else {
            return Err(Fault::open(None, Vec::new()));
        };
        let key = checked.algorithm.zip(checked.key_bits);
        let key = key.and_then(|(algorithm, bits)| algorithms.weakness(&algorithm, bits, at));
        let digests = checked.digests.iter();
        let digests = digests.filter_map(|digest| algorithms.digest_weakness(*digest, at));
        let mut weak: Vec<Finding> = key.into_iter().collect();
        for weakness in digests {
            if !weak.contains(&weakness.finding) {
                weak.push(weakness.finding);
            }
        }
        if weak.is_empty() {
            return Ok(Self(()));
        }
        Err(Fault::open(
            Some(SubIndication::CryptoConstraintsFailureNoPoe),
            weak,
        ))
    }
}

/// Revocation asks for nothing more.
#[derive(Debug)]
pub(super) enum RevocationSatisfied {
    /// Every certificate of the path is good.
    Checked(Checked),
    /// The caller does not demand to know.
    WaivedByPolicy(Waived),
}

/// Only [`RevocationSatisfied::check`] makes it.
#[derive(Debug)]
pub(super) struct Checked(());

/// Only [`RevocationSatisfied::check`] makes it.
#[derive(Debug)]
pub(super) struct Waived(());

impl RevocationSatisfied {
    pub(super) fn check(trust: Option<&Trust>, mode: RevocationMode) -> Proof<Self> {
        let Some(Trust { path, revocation }) = trust else {
            return Err(Fault::open(None, Vec::new()));
        };
        if mode == RevocationMode::Ignore {
            return Ok(Self::WaivedByPolicy(Waived(())));
        }
        // The anchor has no status; every certificate below it must have one.
        let complete = revocation.len() == path.chain.len().saturating_sub(1);
        let any = |status| revocation.iter().any(|report| report.status == status);
        if any(RevocationStatus::Revoked) {
            let sub = pki::revocation::sub_indication(revocation);
            return Err(Fault::failed(
                sub.unwrap_or(SubIndication::Revoked),
                Vec::new(),
            ));
        }
        if complete && path.status == PathStatus::Valid && !any(RevocationStatus::Undetermined) {
            return Ok(Self::Checked(Checked(())));
        }
        if mode == RevocationMode::Report {
            return Ok(Self::WaivedByPolicy(Waived(())));
        }
        Err(Fault::open(Some(SubIndication::TryLater), Vec::new()))
    }
}

/// The path ends at an anchor of the class that is demanded.
#[derive(Debug)]
pub(super) struct ClassAccepted(());

impl ClassAccepted {
    pub(super) fn check(trust: Option<&Trust>, demanded: Option<DemandedClass>) -> Proof<Self> {
        let demanded = match demanded {
            None => return Ok(Self(())),
            Some(DemandedClass::VnGov) => TrustClass::VnGov,
            Some(DemandedClass::VnPublic) => TrustClass::VnPublic,
        };
        let valid = trust
            .map(|trust| &trust.path)
            .filter(|path| path.status == PathStatus::Valid);
        // Without a valid path nothing is known of the class; what is wrong with the path is said already.
        let Some(path) = valid else {
            return Err(Fault::open(None, Vec::new()));
        };
        let class = trust_class::of(path);
        if class == demanded {
            return Ok(Self(()));
        }
        let leaf = path.chain.first().map(|leaf| leaf.subject_text());
        let finding = Finding::new(&rules_of_paths::TRUST_CLASS)
            .with(leaf.unwrap_or_default())
            .with(class.name())
            .with(demanded.name());
        Err(Fault::failed(
            SubIndication::ChainConstraintsFailure,
            vec![finding],
        ))
    }
}
