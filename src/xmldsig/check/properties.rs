//! The properties of XAdES that count, which are those that are signed, and the times.

use super::Checker;
use crate::{
    report::{Finding, SubIndication},
    text::rules::xmldsig as rules,
    xml::Target,
    xmldsig::{signature::Reference, walk, walk::Walk, xades},
};

impl<'a> Checker<'a> {
    /// SignedProperties: this signature's own, covered, and by a reference that says so (EN 319 132-1 clause 4.3). Gives the properties
    /// that count, which are those that are signed.
    pub(super) fn properties(&mut self) -> Option<&'a xades::Properties> {
        let own = self.signature.properties.as_ref();
        let own_signed = own.and_then(|properties| properties.signed);
        let mut wrong = Vec::new();
        let mut referenced = false;
        let walk = Walk::new(self.document);
        for (reference, digested) in self
            .signature
            .references
            .iter()
            .zip(self.digests.references)
        {
            let typed = reference
                .kind
                .as_deref()
                .is_some_and(xades::is_properties_type);
            let target = match digested.selection.node {
                Some(Target::Element(element)) => Some(element),
                _ => None,
            };
            let is_properties = target.is_some_and(|it| xades::is_signed_properties(walk, it));
            if target.is_some() && target == own_signed {
                referenced = true;
                if !typed {
                    wrong.push((&rules::PROPERTIES_TYPE, reference.element, false));
                }
            } else if typed && !digested.selection.filtered || is_properties {
                // What is signed are the properties of something else.
                wrong.push((&rules::PROPERTIES_FOREIGN, reference.element, true));
            }
        }
        for (rule, element, fails) in wrong {
            let finding = self.at(Finding::new(rule), element);
            if fails {
                self.fail(finding, SubIndication::FormatFailure);
            } else {
                self.note(finding);
            }
        }
        let (properties, signed) = own.zip(own_signed)?;
        if !self.is_signed(signed) {
            // Where the reference is there and its digest is wrong, that is said already.
            if !referenced {
                let finding = self.at(Finding::new(&rules::PROPERTIES_UNSIGNED), signed);
                self.note(finding);
            }
            return None;
        }
        if !properties.own {
            let finding = self.at(Finding::new(&rules::PROPERTIES_TARGET), signed);
            self.fail(finding, SubIndication::FormatFailure);
            return None;
        }
        for format in &properties.formats {
            let id = format.reference.strip_prefix('#');
            let names = |reference: &Reference| id.is_some() && reference.id.as_deref() == id;
            if !self.signature.references.iter().any(names) {
                let what = walk::short(&format.reference);
                let finding = self.at(Finding::new(&rules::FORMAT_DANGLING).with(what), signed);
                self.note(finding);
            }
        }
        self.outcome.checked.has_timestamp = !properties.evidence.stamps.is_empty();
        Some(properties)
    }

    /// The claimed time, the signing-certificate demand and the level that is shown.
    pub(super) fn times(&mut self, properties: Option<&xades::Properties>) {
        let time = properties.and_then(|properties| properties.signing_time.clone());
        let others = self.signature.times.iter();
        let signed = others
            .clone()
            .find(|(element, _)| self.is_signed(*element))
            .map(|(_, text)| text.clone());
        if signed.is_none() && !self.signature.times.is_empty() {
            let finding = Finding::new(&rules::TIME_UNSIGNED);
            let finding = self.at(finding, self.signature.element);
            self.note(finding);
        }
        self.outcome.time = time.or(signed);
        let checked = &self.outcome.checked;
        if let Some(properties) = properties {
            self.outcome.shown = Some(properties.shown()).filter(|_| checked.signing_certificate);
            if properties.certificates.is_empty() {
                self.note(Finding::new(&rules::NO_SIGNING_CERTIFICATE));
            }
        }
    }
}
