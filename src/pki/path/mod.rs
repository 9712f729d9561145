//! Certification paths: found by RFC 4158 (`search`), judged by RFC 5280 clause 6.1 (`validate`).

mod constraints;
mod policies;
mod purpose;
mod search;
#[cfg(test)]
mod tests;
mod validate;

pub(crate) use policies::{PolicyInputs, PolicyOutcome};
pub(crate) use purpose::Purpose;
pub(crate) use search::evaluate_for;

use std::sync::Arc;

use crate::{
    report::{Finding, PathStatus, SubIndication},
    x509::Certificate,
};

/// What came out of the search for a path.
#[derive(Clone, Debug)]
pub(crate) struct PathOutcome {
    /// `Valid` only where the whole path to an anchor was checked and holds.
    pub(crate) status: PathStatus,
    /// Leaf first, anchor last; where there is no path to an anchor, as far as it went.
    pub(crate) chain: Vec<Arc<Certificate>>,
    /// Why it is not valid: the most telling of all failures.
    pub(crate) reason: Option<Finding>,
    /// The same in the terms of EN 319 102-1.
    pub(crate) sub_indication: Option<SubIndication>,
    /// The certificate policies that a valid path stands for.
    pub(crate) policies: PolicyOutcome,
    /// What is worth knowing about a valid path.
    pub(crate) findings: Vec<Finding>,
}

/// What the caller demands of a path.
#[derive(Clone, Debug)]
pub(crate) struct Demands {
    /// What the leaf is to be used for.
    pub(crate) purpose: Purpose,
    /// Certificate policies.
    pub(crate) policies: PolicyInputs,
    /// Whether an anchor's certificate binds by its own constraints (RFC 5937).
    pub(crate) anchor_constraints: bool,
    /// The only anchor that counts, by SHA-256: who speaks for an authority must stand under the same one.
    pub(crate) anchor: Option<[u8; 32]>,
    /// Issuers that are passed over, by SHA-256: they are known to be revoked, and another path may do without them.
    pub(crate) avoid: Vec<[u8; 32]>,
}

impl Default for Demands {
    fn default() -> Self {
        Self {
            purpose: Purpose::Sign,
            policies: PolicyInputs::default(),
            anchor_constraints: true,
            anchor: None,
            avoid: Vec::new(),
        }
    }
}

/// [`evaluate_for`] what is demanded of a signer.
#[cfg(test)]
pub(crate) fn evaluate(
    leaf: &Arc<Certificate>,
    held: &[Arc<Certificate>],
    store: &super::Store,
    at: crate::time::Time,
) -> PathOutcome {
    evaluate_for(leaf, held, store, at, &Demands::default())
}
