//! Elements by where they stand and what they are called, and their text.

use super::{
    DSIG, Document, ElementId, Record,
    reading::MOST_UPPER,
    records::{Open, note, short},
};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules::xml as rules,
    xml::{
        names::split,
        scan::{Scanner, Token},
        values,
    },
};

impl Document {
    /// Whether a name, or any other text, stands anywhere: far quicker than to look for elements that are not there.
    pub(crate) fn mentions(&self, text: &str) -> bool {
        memchr::memmem::find(self.utf8(), text.as_bytes()).is_some()
    }

    /// Child elements in order.
    pub(crate) fn children(&self, id: ElementId) -> Vec<ElementId> {
        if let Some(known) = self.records().children.get(&id) {
            return known.clone();
        }
        let found = self.below(id, Some(2), &mut |_, _| true);
        let mut records = self.records();
        if found.len() <= MOST_UPPER && records.children.len() < MOST_UPPER {
            records.children.insert(id, found.clone());
        }
        found
    }

    /// Elements in one that fit, itself included; at one depth alone (1 for itself), or at any.
    pub(super) fn below(
        &self,
        id: ElementId,
        depth: Option<usize>,
        fits: &mut dyn FnMut(&Scanner<'_>, &str) -> bool,
    ) -> Vec<ElementId> {
        let top = self.record(id);
        let mut scanner = Scanner::element(self.utf8(), top.start);
        let mut open: Vec<Open> = Vec::new();
        let mut found = Vec::new();
        let mut records = self.records();
        // It was found well-formed when it was read.
        while let Ok(Some(token)) = scanner.next() {
            match token {
                Token::Open { name, .. } => {
                    let known = match open.is_empty() {
                        true => Some(id),
                        false => records.by_start.get(&short(scanner.start())).copied(),
                    };
                    open.push(Open::of(&scanner, known));
                    if depth.is_none_or(|depth| depth == scanner.depth()) && fits(&scanner, name) {
                        found.push(note(&mut open, &mut records));
                    }
                }
                Token::Close { .. } => {
                    if let Some(Open { id: Some(id), .. }) = open.pop()
                        && let Some(record) = records.get_mut(id)
                    {
                        record.close(&scanner);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Elements of a local name inside one, whatever their namespace and however deep, in document order: one pass.
    pub(crate) fn inside(&self, id: ElementId, local: &str) -> Vec<ElementId> {
        let mut found = self.below(id, None, &mut |_, name| split(name).1 == local);
        found.retain(|one| *one != id);
        found
    }

    /// Elements by a path of local names from the root on.
    #[cfg(test)]
    pub(crate) fn find(&self, path: &[&str]) -> Vec<ElementId> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let mut found: Vec<_> = Some(self.root())
            .filter(|root| self.element(*root).local() == *first)
            .into_iter()
            .collect();
        for wanted in rest {
            let inside = |id| self.below(id, Some(2), &mut |_, name| split(name).1 == *wanted);
            found = found.into_iter().flat_map(inside).collect();
        }
        found
    }

    /// Elements by namespace and local name, in document order.
    pub(crate) fn named(&self, namespace: &str, local: &str) -> Vec<ElementId> {
        if (namespace, local) == (DSIG, "Signature") {
            return self.signatures.clone();
        }
        let of_name = self.below(self.root(), None, &mut |_, name| split(name).1 == local);
        of_name
            .into_iter()
            .filter(|id| self.element(*id).namespace().unwrap_or_default() == namespace)
            .collect()
    }

    /// The local names on the way to an element: `/HDon/DLHDon`.
    pub(crate) fn path(&self, id: ElementId) -> String {
        let mut names = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let element = self.element(id);
            names.push(element.local());
            next = element.parent();
        }
        names
            .iter()
            .rev()
            .fold(String::new(), |path, name| path + "/" + name)
    }

    /// The characters of an element that has no elements in it, comments left out.
    ///
    /// # Errors
    /// `Unreadable` where there are elements.
    pub(crate) fn text(&self, id: ElementId) -> Result<String> {
        let record = self.record(id);
        let mut scanner = Scanner::element(self.utf8(), record.start);
        let mut text = String::new();
        while let Some(token) = scanner.next()? {
            match token {
                Token::Open { .. } if scanner.depth() > 1 => {
                    let error = Error::new(ErrorKind::Unreadable, &rules::NOT_TEXT);
                    return Err(error.with(self.path(id)));
                }
                Token::Text(raw) => text.push_str(&values::of_text(raw)),
                Token::CData(raw) => text.push_str(&values::of_cdata(raw)),
                _ => {}
            }
        }
        Ok(text)
    }

    /// The element and those around it, outermost first.
    pub(in crate::xml) fn ancestry(&self, id: ElementId) -> Vec<(ElementId, Record)> {
        let mut all = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let record = self.record(id);
            all.push((id, record));
            next = record.parent;
        }
        all.reverse();
        all
    }
}
