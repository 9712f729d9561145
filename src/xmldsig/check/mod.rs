//! The rules for one signature (XMLDSig 1.1 clause 3.2; EN 319 102-1 clauses 5.2.3 and 5.2.7): everything but path and time.

mod properties;
mod references;
mod signer;
mod value;

use std::sync::Arc;

use super::{
    octets::{Digested, Fault, Workshop},
    signature::{Signature, place},
    xades::Shown,
};
use crate::{
    cms::Checked,
    crypto::{Provider, PublicKey},
    report::{Finding, SubIndication},
    x509::{Certificate, Certificates},
    xml::{Document, ElementId},
};

/// Whose key it may be, beside what the signature brings along.
#[derive(Clone, Copy)]
pub(crate) struct Material<'a> {
    pub(crate) provider: &'a dyn Provider,
    /// Certificates that were parsed before.
    pub(crate) parsed: &'a Certificates,
    /// Certificates among which hints are looked up.
    pub(crate) known: &'a [Arc<Certificate>],
    /// What the caller says to be the signer's.
    pub(crate) signers: &'a [Signer],
}

/// The signer as the caller names it.
#[derive(Clone, Debug)]
pub(crate) enum Signer {
    Certificate(Arc<Certificate>),
    Key(Arc<dyn PublicKey>),
    /// A key of a type that no provider here offers.
    Unsupported,
}

/// What came out for one signature.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    pub(crate) checked: Checked,
    /// Certificates that came with the signature.
    pub(crate) held: Vec<Arc<Certificate>>,
    /// The level that its properties show, where they are signed.
    pub(crate) shown: Option<Shown>,
    /// The time that the signer claims, as it stands.
    pub(crate) time: Option<String>,
    /// Manifests that are covered, by their index.
    pub(crate) manifests: Vec<usize>,
}

/// Digests of one signature: of its references, and of the references of its manifests in their order.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Digests<'a> {
    pub(crate) references: &'a [Digested],
    pub(crate) manifests: &'a [Digested],
}

/// Checks a signature.
pub(crate) fn check(
    document: &Document,
    signature: &Signature,
    digests: Digests<'_>,
    workshop: &mut Workshop<'_>,
    material: Material<'_>,
) -> Outcome {
    let mut checker = Checker {
        document,
        signature,
        digests,
        material,
        outcome: Outcome {
            checked: Checked::unchecked(signature.findings.clone()),
            held: Vec::new(),
            shown: None,
            time: None,
            manifests: Vec::new(),
        },
    };
    checker.references();
    checker.manifests();
    let properties = checker.properties();
    checker.value(workshop, properties);
    checker.times(properties);
    checker.outcome
}

struct Checker<'a> {
    document: &'a Document,
    signature: &'a Signature,
    digests: Digests<'a>,
    material: Material<'a>,
    outcome: Outcome,
}

impl Checker<'_> {
    fn fail(&mut self, reason: Finding, sub_indication: SubIndication) {
        self.outcome.checked.fail(reason, sub_indication);
    }

    fn open(&mut self, reason: Finding, sub_indication: SubIndication) {
        self.outcome.checked.open(reason, sub_indication);
    }

    fn fault(&mut self, fault: &Fault) {
        match fault.clone() {
            Fault::Wrong(reason, why) => self.fail(reason, why),
            Fault::Open(reason, why) => self.open(reason, why),
        }
    }

    fn note(&mut self, finding: Finding) {
        self.outcome.checked.findings.push(finding);
    }

    fn at(&self, finding: Finding, element: ElementId) -> Finding {
        finding.at(place(self.document, element))
    }
}
