//! Certificate policies along a path (RFC 5280 clauses 6.1.2 to 6.1.5 as RFC 9618 updates them).
//!
//! The valid policies are a graph: each policy stands once a certificate, with all the policies that it came from. The tree of
//! RFC 5280 repeats a policy for each way that leads to it, which doubles with every certificate of an attacker.

use std::collections::{BTreeMap, BTreeSet};

use crate::x509::{Certificate, policies::PolicyId};

/// What the caller demands of policies (RFC 5280 clause 6.1.1 c, e to g).
#[derive(Clone, Debug, Default)]
pub(crate) struct PolicyInputs {
    /// user-initial-policy-set; empty means anyPolicy.
    pub(crate) initial: Vec<PolicyId>,
    /// initial-explicit-policy.
    pub(crate) explicit: bool,
    /// initial-policy-mapping-inhibit.
    pub(crate) inhibit_mapping: bool,
    /// initial-any-policy-inhibit.
    pub(crate) inhibit_any: bool,
}

/// The policies that a path is valid for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct PolicyOutcome {
    /// Those that the authorities leave, in the terms of the first of them.
    pub(crate) authority_constrained: Vec<PolicyId>,
    /// Those of them that the caller accepts.
    pub(crate) user_constrained: Vec<PolicyId>,
}

/// Why policies forbid a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PolicyFault {
    /// A policy is demanded, and none is left.
    NoneLeft,
    /// anyPolicy is mapped (clause 6.1.4 a).
    AnyMapped,
}

type Parents<'a> = Vec<&'a PolicyId>;

/// The policies of one certificate. Parents are those of the certificate above; none means anyPolicy.
#[derive(Debug, Default)]
struct Level<'a> {
    nodes: BTreeMap<&'a PolicyId, Parents<'a>>,
    any: bool,
}

impl Level<'_> {
    fn is_empty(&self) -> bool {
        self.nodes.is_empty() && !self.any
    }
}

/// The state of clause 6.1.2 (a), (d), (e) and (f).
#[derive(Debug)]
pub(super) struct PolicyState<'a> {
    /// The graph, first certificate first; `None` is the NULL of the standard.
    levels: Option<Vec<Level<'a>>>,
    /// expected_policy_set of the last level, by what is expected.
    expected: BTreeMap<&'a PolicyId, Parents<'a>>,
    /// Whether anyPolicy is a node of the last level.
    any: bool,
    explicit: u32,
    mapping: u32,
    inhibit_any: u32,
}

impl<'a> PolicyState<'a> {
    /// For a path of `length` certificates, the anchor not counted.
    pub(super) fn new(inputs: &PolicyInputs, length: usize) -> Self {
        let most = u32::try_from(length).unwrap_or(u32::MAX).saturating_add(1);
        let unless = |now: bool| if now { 0 } else { most };
        Self {
            levels: Some(Vec::new()),
            expected: BTreeMap::new(),
            any: true,
            explicit: unless(inputs.explicit),
            mapping: unless(inputs.inhibit_mapping),
            inhibit_any: unless(inputs.inhibit_any),
        }
    }

    /// Clause 6.1.3 (d) to (f), and 6.1.4 (a), which clause 4.2.1.5 asks of the last certificate, too.
    pub(super) fn enter(
        &mut self,
        certificate: &'a Certificate,
        last: bool,
    ) -> Result<(), PolicyFault> {
        let mappings = certificate.policies().mappings.iter();
        if mappings
            .flat_map(|(issuer, subject)| [issuer, subject])
            .any(PolicyId::is_any)
        {
            return Err(PolicyFault::AnyMapped);
        }
        let wild = self.inhibit_any > 0 || !last && certificate.is_self_issued();
        match (
            self.levels.as_mut(),
            certificate.policies().policies.as_deref(),
        ) {
            (Some(levels), Some(policies)) => {
                let mut expected = std::mem::take(&mut self.expected);
                let mut level = Level::default();
                for policy in policies.iter().filter(|policy| !policy.is_any()) {
                    if let Some(parents) = expected.remove(policy) {
                        level.nodes.insert(policy, parents);
                    } else if self.any {
                        level.nodes.insert(policy, Vec::new());
                    }
                }
                if wild && policies.iter().any(PolicyId::is_any) {
                    level.nodes.append(&mut expected);
                    level.any = self.any;
                }
                self.any = level.any;
                self.expected = level
                    .nodes
                    .keys()
                    .map(|node| (*node, vec![*node]))
                    .collect();
                if level.is_empty() {
                    self.levels = None;
                } else {
                    levels.push(level);
                }
            }
            (_, None) => self.levels = None,
            (None, _) => {}
        }
        self.acceptable()
    }

    /// Clause 6.1.4 (b) and (h) to (j).
    pub(super) fn leave(&mut self, certificate: &'a Certificate) {
        let mappings = &certificate.policies().mappings;
        if !mappings.is_empty() {
            self.map(mappings);
        }
        if !certificate.is_self_issued() {
            for counter in [&mut self.explicit, &mut self.mapping, &mut self.inhibit_any] {
                *counter = counter.saturating_sub(1);
            }
        }
        self.constrain(certificate);
    }

    /// What the certificate of an anchor demands (RFC 5937 clause 3.2): as clause 6.1.4 (i) and (j), but nothing was counted yet.
    pub(super) fn constrain(&mut self, certificate: &Certificate) {
        let policies = certificate.policies();
        for (counter, most) in [
            (&mut self.explicit, policies.require_explicit),
            (&mut self.mapping, policies.inhibit_mapping),
            (&mut self.inhibit_any, policies.inhibit_any),
        ] {
            *counter = most.map_or(*counter, |most| most.min(*counter));
        }
    }

    /// Clause 6.1.4 (b).
    fn map(&mut self, mappings: &'a [(PolicyId, PolicyId)]) {
        let Some(level) = self.levels.as_mut().and_then(|levels| levels.last_mut()) else {
            return;
        };
        let allowed = self.mapping > 0;
        let mapped: BTreeSet<&PolicyId> = mappings.iter().map(|(issuer, _)| issuer).collect();
        if allowed && level.any {
            for issuer in &mapped {
                level.nodes.entry(*issuer).or_default();
            }
        }
        if !allowed {
            level.nodes.retain(|node, _| !mapped.contains(*node));
        }
        let unmapped = level.nodes.keys().filter(|node| !mapped.contains(**node));
        let mut expected: BTreeMap<&PolicyId, Parents<'_>> =
            unmapped.map(|node| (*node, vec![*node])).collect();
        if allowed {
            for (issuer, subject) in mappings {
                if level.nodes.contains_key(issuer) {
                    expected.entry(subject).or_default().push(issuer);
                }
            }
            for parents in expected.values_mut() {
                parents.sort_unstable();
                parents.dedup();
            }
        }
        self.expected = expected;
        if level.is_empty() {
            self.levels = None;
        }
    }

    /// Clause 6.1.5 (a), (b) and (g). `anchor` are the policies of the anchor, where they bind (RFC 5937 clause 3.2).
    pub(super) fn finish(
        mut self,
        last: &Certificate,
        initial: &[PolicyId],
        anchor: Option<&[PolicyId]>,
    ) -> Result<PolicyOutcome, PolicyFault> {
        self.explicit = self.explicit.saturating_sub(1);
        if last.policies().require_explicit == Some(0) {
            self.explicit = 0;
        }
        let authority = self.authority_constrained();
        let user = accepted(&accepted(&authority, anchor.unwrap_or_default()), initial);
        if self.explicit == 0 && user.is_empty() {
            return Err(PolicyFault::NoneLeft);
        }
        Ok(PolicyOutcome {
            authority_constrained: authority.into_iter().collect(),
            user_constrained: user.into_iter().collect(),
        })
    }

    /// The policies below anyPolicy from which a way leads to the last certificate (RFC 9618 clause 5.6).
    fn authority_constrained(&self) -> BTreeSet<PolicyId> {
        let mut found = BTreeSet::new();
        let levels = self.levels.as_deref().unwrap_or_default();
        let Some(last) = levels.last() else {
            return found;
        };
        if last.any {
            found.insert(PolicyId::any());
        }
        let mut live: BTreeSet<&PolicyId> = last.nodes.keys().copied().collect();
        for level in levels.iter().rev() {
            let mut above = BTreeSet::new();
            for node in live {
                match level.nodes.get(node).map(Vec::as_slice) {
                    Some([]) => {
                        found.insert(node.clone());
                    }
                    Some(parents) => above.extend(parents),
                    None => {}
                }
            }
            live = above;
        }
        found
    }

    /// Clause 6.1.3 (f).
    fn acceptable(&self) -> Result<(), PolicyFault> {
        if self.explicit > 0 || self.levels.is_some() {
            Ok(())
        } else {
            Err(PolicyFault::NoneLeft)
        }
    }
}

/// What two sets of policies have in common; anyPolicy, and no policy at all as a demand, is every policy.
fn accepted(policies: &BTreeSet<PolicyId>, demanded: &[PolicyId]) -> BTreeSet<PolicyId> {
    if demanded.is_empty() || demanded.iter().any(PolicyId::is_any) {
        return policies.clone();
    }
    let any = policies.iter().any(PolicyId::is_any);
    let demanded = demanded
        .iter()
        .filter(|policy| any || policies.contains(policy));
    demanded.cloned().collect()
}
