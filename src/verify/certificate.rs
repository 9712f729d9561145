//! One certificate by itself: path, revocation, class; before signing, or for its own sake.

use std::sync::Arc;

use super::{
    facts::Trust,
    proof::{ClassAccepted, Fault, PathValid, RevocationSatisfied},
    trusts,
};
use crate::{
    asn1::pem,
    context::Context,
    error::{Error, ErrorKind, Result},
    options::{Options, RevocationMode},
    pki::{
        path::{self, Demands, PolicyInputs},
        trust_class,
    },
    report::{
        CertificateCheck, FileVerdict, Finding, PathReport, PathStatus, PoliciesReport, Purpose,
        TrustClass, Verdict,
    },
    text::rules::{path as rules, usage, verify},
    time::Time,
    x509::{Certificate, policies::PolicyId},
};

/// Days before the end of a certificate from which on a warning is given, where the settings say nothing: a government
/// certificate takes some weeks to renew (TT 185/2019/TT-BQP).
const EXPIRES_WITHIN_DAYS: u32 = 30;

/// Checks one certificate, PEM or DER, as the settings demand: path, revocation, class, policies. `name` is what the report calls it.
///
/// Bytes that are no certificate have a report, too, with the verdict `unreadable`. In PEM the first certificate is the one that is checked; the
/// others may serve its path.
///
/// # Errors
/// Of kind `Argument` when the settings name a certificate policy that is no object identifier.
pub fn check_certificate(
    context: &Context,
    bytes: &[u8],
    name: Option<&str>,
) -> Result<CertificateCheck> {
    let options = context.options();
    let demands = demands(options)?;
    let mut report = match parse(context, bytes) {
        Some((leaf, held)) => check(context, &leaf, &held, &demands),
        None => unreadable(
            context,
            Error::new(ErrorKind::Unreadable, &usage::NO_CERTIFICATE).with(name.unwrap_or("–")),
        ),
    };
    report.file = name.map(str::to_owned);
    Ok(report)
}

/// The report of a certificate that could not be read.
pub(crate) fn unreadable(context: &Context, error: Error) -> CertificateCheck {
    CertificateCheck {
        file: None,
        verdict: FileVerdict::Unreadable,
        error: Some(error),
        sub_indication: None,
        certificate: None,
        path: PathReport {
            status: PathStatus::Undetermined,
            chain: Vec::new(),
            reason: None,
        },
        names: Vec::new(),
        revocation: Vec::new(),
        trust_class: TrustClass::None,
        policies: PoliciesReport::default(),
        purpose: context.options().purpose,
        judged_at: context.now(),
        findings: Vec::new(),
    }
}

fn parse(context: &Context, bytes: &[u8]) -> Option<(Arc<Certificate>, Vec<Arc<Certificate>>)> {
    let (provider, known) = (context.provider(), context.certificates());
    if !pem::is_pem(bytes) {
        return Some((known.parse(bytes, provider)?, Vec::new()));
    }
    let blocks = pem::blocks(bytes)?;
    let mut certificates = blocks
        .iter()
        .filter(|block| block.label.ends_with("CERTIFICATE"))
        .map(|block| known.parse(&block.bytes, provider));
    let leaf = certificates.next()??;
    Some((leaf, certificates.flatten().collect()))
}

/// What the settings demand of a path.
fn demands(options: &Options) -> Result<Demands> {
    let policy = |text: &String| {
        PolicyId::from_text(text).ok_or_else(|| {
            Error::new(ErrorKind::Argument, &usage::ARGUMENT)
                .with("policy")
                .with(text)
        })
    };
    Ok(Demands {
        purpose: match options.purpose {
            Purpose::Sign => path::Purpose::Sign,
            Purpose::Timestamp => path::Purpose::Timestamp,
            Purpose::Ocsp => path::Purpose::Ocsp,
            Purpose::Any => path::Purpose::Any,
        },
        policies: PolicyInputs {
            initial: options.policy.iter().map(policy).collect::<Result<_>>()?,
            explicit: options.explicit_policy,
            inhibit_mapping: options.inhibit_policy_mapping,
            inhibit_any: options.inhibit_any_policy,
        },
        anchor_constraints: !options.ignore_anchor_constraints,
        ..Demands::default()
    })
}

fn check(
    context: &Context,
    leaf: &Arc<Certificate>,
    held: &[Arc<Certificate>],
    demands: &Demands,
) -> CertificateCheck {
    let options = context.options();
    let at = context.now();
    let trust = trusts::evaluate(context, leaf, held, at, demands);
    let mut faults: Vec<Fault> = [
        PathValid::check(Some(&trust)).err(),
        RevocationSatisfied::check(Some(&trust), options.revocation).err(),
        ClassAccepted::check(Some(&trust), options.trust_class).err(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let failed = faults.iter().any(|fault| fault.verdict == Verdict::Failed);
    let verdict = match (failed, faults.is_empty()) {
        (true, _) => FileVerdict::Failed,
        (_, true) => FileVerdict::Passed,
        _ => FileVerdict::Undetermined,
    };
    let telling = faults
        .iter()
        .filter(|fault| !failed || fault.verdict == Verdict::Failed);
    let sub_indication = telling.filter_map(|fault| fault.sub_indication).next();
    let mut findings: Vec<Finding> = faults
        .iter_mut()
        .flat_map(|fault| std::mem::take(&mut fault.findings))
        .collect();
    findings.extend(trust.path.findings.iter().cloned());
    findings.extend(expires_soon(leaf, at, options));
    if options.revocation == RevocationMode::Ignore {
        findings.push(Finding::new(&verify::REVOCATION_IGNORED));
    }
    let texts = |all: &[PolicyId]| all.iter().map(PolicyId::to_string).collect();
    let policies = &trust.path.policies;
    CertificateCheck {
        file: None,
        verdict,
        error: None,
        sub_indication,
        certificate: Some(leaf.report()),
        path: super::judgement::path_report(&trust),
        names: names(&trust),
        trust_class: trust_class::of(&trust.path),
        policies: PoliciesReport {
            authority_constrained: texts(&policies.authority_constrained),
            user_constrained: texts(&policies.user_constrained),
        },
        purpose: options.purpose,
        judged_at: at,
        findings,
        revocation: super::judgement::revocation(&trust, options.revocation),
    }
}

fn names(trust: &Trust) -> Vec<String> {
    let chain = trust.path.chain.iter();
    chain.map(|one| one.subject_text()).collect()
}

/// The warning for who has to renew a certificate.
fn expires_soon(leaf: &Certificate, at: Time, options: &Options) -> Option<Finding> {
    const DAY: i64 = 24 * 60 * 60;
    let within = options.expires_within.unwrap_or(EXPIRES_WITHIN_DAYS);
    let left = leaf.not_after().unix().saturating_sub(at.unix());
    (0..=i64::from(within).saturating_mul(DAY))
        .contains(&left)
        .then(|| {
            Finding::new(&rules::EXPIRES_SOON)
                .with(leaf.subject_text())
                .with(leaf.not_after())
                .with(left / DAY)
        })
}
