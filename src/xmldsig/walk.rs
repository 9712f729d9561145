//! Small steps through a document, with findings where the schema is not kept.

use super::signature::{DSIG, place};
use crate::{
    report::Finding,
    text::rules::xmldsig as rules,
    xml::{Document, ElementId},
};

/// A document to walk through.
#[derive(Clone, Copy)]
pub(super) struct Walk<'a> {
    pub(super) document: &'a Document,
}

/// Characters of an identifier that a finding shows.
const SHOWN: usize = 128;

impl<'a> Walk<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self { document }
    }

    pub(super) fn children(self, element: ElementId) -> Vec<ElementId> {
        self.document.children(element)
    }

    pub(super) fn local(self, element: ElementId) -> &'a str {
        self.document.element(element).local()
    }

    pub(super) fn namespace(self, element: ElementId) -> &'a str {
        self.document.element(element).namespace().unwrap_or("")
    }

    pub(super) fn is_dsig(self, element: ElementId, local: &str) -> bool {
        self.local(element) == local && self.namespace(element) == DSIG
    }

    /// The value of an attribute without namespace.
    pub(super) fn attribute(self, element: ElementId, name: &str) -> Option<String> {
        let element = self.document.element(element);
        element
            .attribute(None, name)
            .map(std::borrow::Cow::into_owned)
    }

    /// The id of an element of a signature: its schema knows `Id` alone.
    pub(super) fn id(self, element: ElementId) -> Option<String> {
        self.attribute(element, "Id")
    }

    /// The text of an element without elements; comments are no part of it.
    pub(super) fn text(self, element: ElementId) -> Option<String> {
        self.document.text(element).ok()
    }

    /// Those of the children that are of XMLDSig and have this name.
    pub(super) fn named(self, children: &[ElementId], local: &str) -> Vec<ElementId> {
        let fits = |child: &&ElementId| self.is_dsig(**child, local);
        children.iter().filter(fits).copied().collect()
    }

    pub(super) fn at_most_one(
        self,
        parent: ElementId,
        children: &[ElementId],
        local: &str,
    ) -> Result<Option<ElementId>, Finding> {
        match self.named(children, local).as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(*one)),
            several => {
                let finding = Finding::new(&rules::REPEATED)
                    .with(local)
                    .with(several.len())
                    .with(self.local(parent));
                Err(self.at(finding, parent))
            }
        }
    }

    pub(super) fn one(
        self,
        parent: ElementId,
        children: &[ElementId],
        local: &str,
    ) -> Result<ElementId, Finding> {
        self.at_most_one(parent, children, local)?.ok_or_else(|| {
            let finding = Finding::new(&rules::MISSING)
                .with(local)
                .with(self.local(parent));
            self.at(finding, parent)
        })
    }

    /// The children of XMLDSig stand in this order; strangers are noted, children of XMLDSig that do not belong there are wrong.
    pub(super) fn ordered(
        self,
        parent: ElementId,
        children: &[ElementId],
        order: &[&str],
        findings: &mut Vec<Finding>,
    ) -> Result<(), Finding> {
        let mut reached = 0;
        for child in children {
            let local = self.local(*child);
            let at = order.iter().position(|name| *name == local);
            if self.namespace(*child) == DSIG {
                match at {
                    Some(at) if at >= reached => reached = at,
                    _ => {
                        let finding = Finding::new(&rules::MISPLACED)
                            .with(local)
                            .with(self.local(parent));
                        return Err(self.at(finding, *child));
                    }
                }
            } else {
                let finding = Finding::new(&rules::STRANGER)
                    .with(local)
                    .with(self.local(parent));
                findings.push(self.at(finding, *child));
            }
        }
        Ok(())
    }

    /// The attribute Algorithm.
    pub(super) fn algorithm(self, element: ElementId) -> Result<String, Finding> {
        self.attribute(element, "Algorithm").ok_or_else(|| {
            let finding = Finding::new(&rules::MISSING)
                .with("Algorithm")
                .with(self.local(element));
            self.at(finding, element)
        })
    }

    /// The same finding at an element.
    pub(super) fn at(self, finding: Finding, element: ElementId) -> Finding {
        finding.at(place(self.document, element))
    }
}

/// An identifier out of a document, cut where it is long.
pub(super) fn short(text: &str) -> String {
    let mut shown: String = text.chars().take(SHOWN).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    shown
}
