//! Path and revocation of the signers, each judged once.

use std::{collections::HashMap, sync::Arc};

use super::facts::Trust;
use crate::{
    cms::Enclosed,
    context::Context,
    pki::{path::Demands, revocation::Held},
    time::Time,
    x509::Certificate,
};

/// Fingerprints of a leaf and of the certificates that came with it.
type TrustKey = ([u8; 32], Vec<[u8; 32]>);

/// Paths that were evaluated already: six signatures rarely have more than two certificates.
pub(super) struct Trusts {
    at: Time,
    /// What the document and its signatures bring along beside the certificates of each: for all of them.
    enclosed: Enclosed,
    known: HashMap<TrustKey, Arc<Trust>>,
}

impl Trusts {
    pub(super) fn holding(at: Time, enclosed: Enclosed) -> Self {
        Self {
            at,
            enclosed,
            known: HashMap::new(),
        }
    }

    pub(super) fn get(
        &mut self,
        context: &Context,
        leaf: &Arc<Certificate>,
        held: &[Arc<Certificate>],
    ) -> Arc<Trust> {
        let mut prints: Vec<_> = held
            .iter()
            .map(|certificate| *certificate.sha256())
            .collect();
        prints.sort_unstable();
        let (at, enclosed) = (self.at, &self.enclosed);
        let known = self.known.entry((*leaf.sha256(), prints));
        let trust = known.or_insert_with(|| {
            let held = Held {
                certificates: [held, &enclosed.certificates].concat(),
                crls: enclosed.crls.clone(),
                ocsps: enclosed.ocsps.clone(),
            };
            Arc::new(evaluate_holding(
                context,
                leaf,
                &held,
                at,
                &Demands::default(),
            ))
        });
        Arc::clone(trust)
    }
}

/// Path and revocation of a certificate.
pub(super) fn evaluate(
    context: &Context,
    leaf: &Arc<Certificate>,
    held: &[Arc<Certificate>],
    at: Time,
    demands: &Demands,
) -> Trust {
    let held = Held {
        certificates: held.to_vec(),
        ..Held::default()
    };
    evaluate_holding(context, leaf, &held, at, demands)
}

/// The same with CRLs and OCSP responses that came along.
pub(super) fn evaluate_holding(
    context: &Context,
    leaf: &Arc<Certificate>,
    held: &Held,
    at: Time,
    demands: &Demands,
) -> Trust {
    let gathered = context.gather(leaf, held, at, demands);
    let (mut path, revocation) = (gathered.path, gathered.revocation);
    path.findings.extend(gathered.findings);
    Trust { path, revocation }
}
