//! Path and revocation, as JSON.

use serde::{Deserialize, Serialize};

use super::words::{Certificates, FindingWire, Known, Print, Word, findings, wires};
use crate::{
    pki::path::{PathOutcome, PolicyOutcome},
    report::{PathStatus, RevocationReport, RevocationSource, RevocationStatus, SubIndication},
    time::Time,
    verify::facts::Trust,
    x509::policies::PolicyId,
};

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TrustWire {
    status: Word<PathStatus>,
    /// Fingerprints, leaf first.
    chain: Vec<String>,
    reason: Option<FindingWire>,
    sub_indication: Option<Word<SubIndication>>,
    authority_constrained: Vec<String>,
    user_constrained: Vec<String>,
    findings: Vec<FindingWire>,
    revocation: Vec<RevocationWire>,
}

impl TrustWire {
    pub(super) fn of(trust: &Trust, certificates: &mut Certificates) -> Self {
        let Trust { path, revocation } = trust;
        let PathOutcome {
            status,
            chain,
            reason,
            sub_indication,
            policies,
            findings,
        } = path;
        let PolicyOutcome {
            authority_constrained,
            user_constrained,
        } = policies;
        let texts = |all: &[PolicyId]| all.iter().map(PolicyId::to_string).collect();
        Self {
            status: Word(*status),
            chain: chain.iter().map(|one| certificates.add(one)).collect(),
            reason: reason.as_ref().map(FindingWire::of),
            sub_indication: sub_indication.map(Word),
            authority_constrained: texts(authority_constrained),
            user_constrained: texts(user_constrained),
            findings: wires(findings),
            revocation: revocation.iter().map(RevocationWire::of).collect(),
        }
    }

    pub(super) fn facts(self, known: &Known) -> Option<Trust> {
        // No judgement of a document rests on them.
        let ids = |all: Vec<String>| {
            let ids = all.iter().filter_map(|text| PolicyId::from_text(text));
            ids.collect()
        };
        let chain = self.chain.iter().map(|print| known.get(print).cloned());
        let revocation = self.revocation.into_iter().map(RevocationWire::facts);
        Some(Trust {
            path: PathOutcome {
                status: self.status.0,
                chain: chain.collect::<Option<_>>()?,
                reason: self.reason.map(|finding| finding.0),
                sub_indication: self.sub_indication.map(|word| word.0),
                policies: PolicyOutcome {
                    authority_constrained: ids(self.authority_constrained),
                    user_constrained: ids(self.user_constrained),
                },
                findings: findings(self.findings),
            },
            revocation: revocation.collect(),
        })
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RevocationWire {
    certificate: Print,
    status: Word<RevocationStatus>,
    source: Option<Word<RevocationSource>>,
    this_update: Option<Time>,
    next_update: Option<Time>,
    reason: Option<FindingWire>,
}

impl RevocationWire {
    pub(super) fn of(report: &RevocationReport) -> Self {
        let RevocationReport {
            certificate,
            status,
            source,
            this_update,
            next_update,
            reason,
        } = report;
        Self {
            certificate: Print(*certificate),
            status: Word(*status),
            source: source.map(Word),
            this_update: *this_update,
            next_update: *next_update,
            reason: reason.as_ref().map(FindingWire::of),
        }
    }

    pub(super) fn facts(self) -> RevocationReport {
        RevocationReport {
            certificate: self.certificate.0,
            status: self.status.0,
            source: self.source.map(|word| word.0),
            this_update: self.this_update,
            next_update: self.next_update,
            reason: self.reason.map(|finding| finding.0),
        }
    }
}
