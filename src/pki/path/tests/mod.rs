//! Paths: what is right passes, and each fault is caught by the rule that it breaks.

mod building;
mod forms;
mod names;
mod policies;
mod rules;

use std::sync::Arc;

use super::{Demands, PathOutcome, PolicyInputs, Purpose, evaluate, evaluate_for};
use crate::{
    asn1::write::tlv,
    cms::testing::{
        Identity, SIGN, Template, at, basic_constraints, extension, key, key_usage, name,
    },
    pki::{Store, trust_class},
    report::{Finding, PathStatus, SubIndication, TrustClass},
    text::{Rule, rules::path as path_rules, rules::pki},
    time::Time,
    x509::{Certificate, policies::PolicyId},
};

fn now() -> Time {
    at("2026-03-05T02:30:15Z")
}

/// Root, issuing authority, person.
struct Hierarchy {
    root: Identity,
    issuing: Identity,
    person: Identity,
}

impl Hierarchy {
    fn new() -> Self {
        Self::with(Template::authority("Issuing"), Template::leaf("Person"))
    }

    fn with(issuing: Template, person: Template) -> Self {
        let root = Template::authority("Root").self_signed();
        let issuing = issuing.issued_by(&root);
        let person = person.issued_by(&issuing);
        Self {
            root,
            issuing,
            person,
        }
    }

    fn store(&self) -> Store {
        Store::new(
            vec![self.root.certificate.clone()],
            vec![self.issuing.certificate.clone()],
            Vec::new(),
        )
    }

    fn evaluate(&self) -> PathOutcome {
        evaluate(&self.person.certificate, &[], &self.store(), now())
    }

    fn chain(&self) -> Vec<Arc<Certificate>> {
        vec![
            self.person.certificate.clone(),
            self.issuing.certificate.clone(),
            self.root.certificate.clone(),
        ]
    }
}

#[track_caller]
fn refused(
    outcome: &PathOutcome,
    status: PathStatus,
    rule: &'static Rule,
    sub_indication: SubIndication,
) {
    let code = outcome.reason.as_ref().map(Finding::code);
    assert_eq!(
        (outcome.status, code, outcome.sub_indication),
        (status, Some(rule.code), Some(sub_indication))
    );
}

fn with(template: Template, extensions: impl IntoIterator<Item = Vec<u8>>) -> Template {
    let mut template = template;
    template.extensions.extend(extensions);
    template
}

/// A chain of authorities below a root, and a leaf: its certificates, leaf first.
fn chain(templates: Vec<Template>) -> Vec<Arc<Certificate>> {
    let mut templates = templates.into_iter();
    let mut above: Identity = templates.next().unwrap().self_signed();
    let mut certificates = vec![above.certificate.clone()];
    for template in templates {
        above = template.issued_by(&above);
        certificates.push(above.certificate.clone());
    }
    certificates.reverse();
    certificates
}

fn judge(chain: &[Arc<Certificate>], demands: &Demands) -> PathOutcome {
    let (leaf, above) = chain.split_first().unwrap();
    let (root, held) = above.split_last().unwrap();
    let store = Store::new(vec![root.clone()], Vec::new(), Vec::new());
    evaluate_for(leaf, held, &store, now(), demands)
}

fn code(outcome: &PathOutcome) -> Option<&'static str> {
    outcome.reason.as_ref().map(Finding::code)
}
