//! The rules of RFC 5280 clause 6.1 for one path whose signatures have been checked.

use std::sync::Arc;

use super::{
    Demands,
    constraints::{Comparisons, Constraints, NameFault, NameFaultKind},
    policies::{PolicyFault, PolicyOutcome, PolicyState},
    purpose,
};
use crate::{
    pki::algorithm_policy::AlgorithmPolicy,
    report::{Finding, SubIndication},
    text::rules::{path, pki},
    time::Time,
    x509::{Certificate, Refusal},
};

/// keyUsage (RFC 5280 clause 4.2.1.3).
const KEY_CERT_SIGN: u16 = 1 << 5;

/// The first rule that a path breaks, seen from the anchor.
#[derive(Debug)]
pub(super) struct Fault {
    /// Whether the path may be right all the same: something is not supported, or too weak to tell.
    pub(super) open: bool,
    pub(super) reason: Finding,
    pub(super) sub_indication: SubIndication,
}

impl Fault {
    fn general(reason: Finding) -> Self {
        Self {
            open: false,
            reason,
            sub_indication: SubIndication::CertificateChainGeneralFailure,
        }
    }

    fn constraint(reason: Finding) -> Self {
        Self {
            sub_indication: SubIndication::ChainConstraintsFailure,
            ..Self::general(reason)
        }
    }

    fn or_open(self, open: bool) -> Self {
        Self { open, ..self }
    }
}

/// What is known of a valid path.
#[derive(Debug)]
pub(super) struct Accepted {
    pub(super) policies: PolicyOutcome,
    /// What is worth knowing.
    pub(super) findings: Vec<Finding>,
}

/// Judges a path, leaf first and anchor last, every link of which carries a right signature.
///
/// What is plainly wrong comes before what cannot be judged.
pub(super) fn validate(
    chain: &[&Arc<Certificate>],
    demands: &Demands,
    algorithms: &AlgorithmPolicy,
    at: Time,
    left: &mut Comparisons,
) -> Result<Accepted, Fault> {
    let mut open = None;
    let mut note = |fault: Option<Fault>| match fault {
        Some(fault) if !fault.open => Err(fault),
        Some(fault) => {
            open.get_or_insert(fault);
            Ok(())
        }
        None => Ok(()),
    };
    // Whether the certificate of the anchor binds, as RFC 5937 has it.
    let binding = chain.last().filter(|_| demands.anchor_constraints);
    let mut names = Constraints::default();
    let mut policies = PolicyState::new(&demands.policies, chain.len().saturating_sub(1));
    for (index, certificate) in chain.iter().enumerate().rev() {
        let issuer = index.checked_add(1).and_then(|above| chain.get(above));
        let below = chain.get(1..index).unwrap_or_default();
        let leaf = index == 0;
        let anchor = issuer.is_none();
        if !anchor || leaf {
            note(dates(certificate, leaf, at))?;
        }
        if !leaf && (!anchor || binding.is_some()) {
            note(authority(certificate, anchor, below))?;
        }
        if leaf {
            note(purpose::check(certificate, demands.purpose).map(Fault::constraint))?;
        }
        if !anchor || leaf || binding.is_some() {
            for refusal in certificate.refusals() {
                note(Some(refused(certificate, refusal)))?;
            }
        }
        if let Some(issuer) = issuer {
            note(weak(certificate, issuer, algorithms, at))?;
            if leaf || !certificate.is_self_issued() {
                let checked = names.check(certificate, left);
                note(checked.err().map(|fault| name(certificate, &fault)))?;
            }
            let entered = policies.enter(certificate, leaf);
            note(entered.err().map(|fault| policy(certificate, fault)))?;
        }
        if leaf {
            break;
        }
        if !anchor {
            policies.leave(certificate);
        } else if binding.is_some() {
            policies.constrain(certificate);
        }
        if !anchor || binding.is_some() {
            names.add(certificate);
        }
    }
    let Some(leaf) = chain.first() else {
        return Err(Fault::general(Finding::new(&pki::NO_PATH).with("")));
    };
    let mut accepted = PolicyOutcome::default();
    if chain.len() > 1 {
        let anchor = binding.and_then(|anchor| anchor.policies().policies.as_deref());
        match policies.finish(leaf, &demands.policies.initial, anchor) {
            Ok(outcome) => accepted = outcome,
            Err(fault) => note(Some(policy(leaf, fault)))?,
        }
    }
    match open {
        Some(fault) => Err(fault),
        None => Ok(Accepted {
            policies: accepted,
            findings: chain
                .last()
                .and_then(|anchor| anchor_dates(anchor, at))
                .into_iter()
                .collect(),
        }),
    }
}

/// Clause 6.1.3 (a) (2). The anchor's own dates bind nobody (clause 6.1.1 d), but a signer must be in time even when the caller trusts it directly.
fn dates(certificate: &Certificate, leaf: bool, at: Time) -> Option<Fault> {
    let reason = if at < certificate.not_before() {
        Finding::new(&pki::NOT_YET_VALID)
            .with(certificate.subject_text())
            .with(certificate.not_before())
    } else if at > certificate.not_after() {
        Finding::new(&pki::EXPIRED)
            .with(certificate.subject_text())
            .with(certificate.not_after())
    } else {
        return None;
    };
    // EN 319 102-1 clause 5.2.6.4: only the signer's own dates are told apart.
    let sub_indication = if leaf {
        SubIndication::OutOfBoundsNoPoe
    } else {
        SubIndication::CertificateChainGeneralFailure
    };
    Some(Fault {
        open: false,
        reason,
        sub_indication,
    })
}

/// Clause 6.1.4 (k) to (n), for every issuer of the path. An anchor is held to what its certificate says of itself: the caller
/// trusts it as that, and an end-entity certificate among the anchors must not become an authority. `below` are the
/// certificates between it and the leaf.
fn authority(
    certificate: &Certificate,
    anchor: bool,
    below: &[&Arc<Certificate>],
) -> Option<Fault> {
    if certificate.version() < 3 {
        let reason = Finding::new(&pki::CA_VERSION)
            .with(certificate.subject_text())
            .with(certificate.version());
        return (!anchor).then(|| Fault::general(reason));
    }
    let Some((true, most)) = certificate.basic_constraints() else {
        return Some(Fault::general(
            Finding::new(&pki::NOT_A_CA).with(certificate.subject_text()),
        ));
    };
    if certificate
        .key_usage()
        .is_some_and(|usage| usage & KEY_CERT_SIGN == 0)
    {
        return Some(Fault::general(
            Finding::new(&pki::NO_CERT_SIGN).with(certificate.subject_text()),
        ));
    }
    // Clause 4.2.1.9: self-issued certificates are not counted.
    let count = below.iter().filter(|one| !one.is_self_issued()).count();
    let count = u32::try_from(count).unwrap_or(u32::MAX);
    match most {
        Some(most) if count > most => Some(Fault::general(
            Finding::new(&pki::PATH_LENGTH)
                .with(certificate.subject_text())
                .with(count)
                .with(most),
        )),
        _ => None,
    }
}

/// Clause 6.1.4 (o), 6.1.5 (f): a path with an unknown critical extension is not accepted. A full implementation might accept
/// it, so that stays open; what is malformed or forbidden is wrong for everybody.
fn refused(certificate: &Certificate, refusal: &Refusal) -> Fault {
    let (rule, what) = match refusal {
        Refusal::Unknown(oid) => (&pki::UNKNOWN_CRITICAL, oid.as_str()),
        Refusal::Malformed(oid) => (&path::EXTENSION_MALFORMED, oid.as_str()),
        Refusal::Twice(oid) => (&path::EXTENSION_TWICE, oid.as_str()),
        Refusal::Forbidden(what) => (&path::FORBIDDEN, *what),
    };
    let reason = Finding::new(rule)
        .with(certificate.subject_text())
        .with(what);
    Fault::general(reason).or_open(matches!(refusal, Refusal::Unknown(_)))
}

/// Clause 6.1.3 (b) and (c).
fn name(certificate: &Certificate, fault: &NameFault) -> Fault {
    let rule = match fault.kind {
        NameFaultKind::Excluded => &path::NAME_EXCLUDED,
        NameFaultKind::NotPermitted => &path::NAME_NOT_PERMITTED,
        NameFaultKind::Unsupported => &path::NAME_UNSUPPORTED,
        NameFaultKind::Budget => &path::NAME_BUDGET,
    };
    let reason = Finding::new(rule)
        .with(certificate.subject_text())
        .with(&fault.name)
        .with(fault.form.name())
        .with(&fault.authority);
    let open = matches!(
        fault.kind,
        NameFaultKind::Unsupported | NameFaultKind::Budget
    );
    Fault::constraint(reason).or_open(open)
}

/// Clauses 6.1.3 (f), 6.1.4 (a) and 6.1.5 (g).
fn policy(certificate: &Certificate, fault: PolicyFault) -> Fault {
    let rule = match fault {
        PolicyFault::NoneLeft => &path::NO_POLICY,
        PolicyFault::AnyMapped => &path::ANY_MAPPED,
    };
    Fault::constraint(Finding::new(rule).with(certificate.subject_text()))
}

/// The algorithm and the issuer's key behind the signature on a certificate.
fn weak(
    certificate: &Certificate,
    issuer: &Certificate,
    algorithms: &AlgorithmPolicy,
    at: Time,
) -> Option<Fault> {
    let algorithm = certificate.signed().algorithm?;
    if algorithms.is_excepted(certificate, &algorithm) {
        return None;
    }
    let bits = issuer.public_key()?.bits();
    let since = algorithms.assess(&algorithm, bits, at)?.since;
    let reason = Finding::new(&pki::WEAK_CERTIFICATE)
        .with(certificate.subject_text())
        .with(algorithm)
        .with(bits)
        .with(since);
    // EN 319 102-1 table 5: without a proof that it is older than the end of the algorithm, it may have been forged since.
    let sub_indication = if certificate.not_before() >= since {
        SubIndication::CryptoConstraintsFailure
    } else {
        SubIndication::CryptoConstraintsFailureNoPoe
    };
    Some(Fault {
        open: true,
        reason,
        sub_indication,
    })
}

fn anchor_dates(anchor: &Certificate, at: Time) -> Option<Finding> {
    (at < anchor.not_before() || at > anchor.not_after()).then(|| {
        Finding::new(&pki::ANCHOR_DATES)
            .with(anchor.subject_text())
            .with(anchor.not_before())
            .with(anchor.not_after())
    })
}
