//! References and manifests: the digests, and which elements they sign.

use super::Checker;
use crate::{
    report::{DigestStatus, Finding, SubIndication},
    text::rules::xmldsig as rules,
    xml::{Document, ElementId, Target},
    xmldsig::{
        octets::{Digested, Selection, holds},
        signature::Reference,
        walk,
    },
};

impl Checker<'_> {
    /// The digest of every reference of SignedInfo.
    pub(super) fn references(&mut self) {
        let pairs = self
            .signature
            .references
            .iter()
            .zip(self.digests.references);
        let mut status = DigestStatus::Ok;
        for (reference, digested) in pairs {
            status = worse(status, self.reference(reference, digested, None));
        }
        self.outcome.checked.digest = status;
    }

    pub(super) fn reference(
        &mut self,
        reference: &Reference,
        digested: &Digested,
        manifest: Option<ElementId>,
    ) -> DigestStatus {
        let digest = reference.digest.named.value();
        if let Some(digest) = digest.filter(|it| !self.outcome.checked.digests.contains(it)) {
            self.outcome.checked.digests.push(digest);
        }
        match &digested.outcome {
            Ok(found) if found.as_bytes() == reference.value => DigestStatus::Ok,
            Ok(_) => {
                let rule = match manifest {
                    Some(_) => &rules::MANIFEST_MISMATCH,
                    None => &rules::DIGEST_MISMATCH,
                };
                let what = walk::short(reference.uri.as_deref().unwrap_or_default());
                let reason = self.at(Finding::new(rule).with(what), reference.element);
                self.fail(reason, SubIndication::HashFailure);
                DigestStatus::Mismatch
            }
            Err(fault) => {
                self.fault(fault);
                DigestStatus::NotChecked
            }
        }
    }

    /// Manifests (XMLDSig 1.1 clause 5.1): what one covers is as signed as the manifest itself, so all of it has to fit.
    pub(super) fn manifests(&mut self) {
        let mut behind = self.digests.manifests;
        for (index, manifest) in self.signature.manifests.iter().enumerate() {
            let Some((own, rest)) = behind.split_at_checked(manifest.references.len()) else {
                return;
            };
            behind = rest;
            if !self.is_signed(manifest.element) {
                let finding = Finding::new(&rules::MANIFEST_UNSIGNED);
                let finding = self.at(finding, manifest.element);
                self.note(finding);
                continue;
            }
            self.outcome.manifests.push(index);
            for (reference, digested) in manifest.references.iter().zip(own) {
                let status = self.reference(reference, digested, Some(manifest.element));
                self.outcome.checked.digest = worse(self.outcome.checked.digest, status);
            }
        }
    }

    /// Whether an element is covered as it stands by a reference of SignedInfo whose digest fits.
    pub(super) fn is_signed(&self, element: ElementId) -> bool {
        let pairs = self
            .signature
            .references
            .iter()
            .zip(self.digests.references);
        pairs.into_iter().any(|(reference, digested)| {
            let fits =
                matches!(&digested.outcome, Ok(found) if found.as_bytes() == reference.value);
            fits && selects(self.document, &digested.selection, element)
        })
    }
}

/// Mismatch, then not checked, then ok.
fn worse(one: DigestStatus, other: DigestStatus) -> DigestStatus {
    let rank = |status: DigestStatus| match status {
        DigestStatus::Ok => 0,
        DigestStatus::NotChecked => 1,
        DigestStatus::Mismatch => 2,
    };
    match rank(one) >= rank(other) {
        true => one,
        false => other,
    }
}

/// Whether a selection holds an element as it stands.
fn selects(document: &Document, selection: &Selection, element: ElementId) -> bool {
    let inside = match selection.node {
        Some(Target::Document) => true,
        Some(Target::Element(node)) => holds(document, node, element),
        None => false,
    };
    inside
        && !selection.filtered
        && !selection
            .without
            .iter()
            .any(|left_out| holds(document, *left_out, element))
}
