//! The one pass over a document that reads it.

use std::{borrow::Cow, collections::HashMap};

use super::{
    DSIG, Document, ElementId,
    ids::Ids,
    records::{Open, Records, note},
};
use crate::{
    error::Result,
    xml::{
        fault,
        names::split,
        scan::{Attribute, Scanner, Token},
        scope::{Scope, XMLNS},
        values,
    },
};

/// What is found.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) signatures: Vec<ElementId>,
    pub(super) ids: Ids,
    pub(super) odd_namespaces: HashMap<Box<str>, Box<str>>,
}

impl Document {
    pub(super) fn walk(&self) -> Result<Index> {
        let mut index = Index::default();
        let mut records = self.records();
        let mut scanner = Scanner::document(self.utf8(), self.text.start);
        let mut scope = Scope::default();
        let mut open: Vec<Open> = Vec::new();
        let mut upper = Upper::default();
        while let Some(token) = scanner.next()? {
            match token {
                Token::Open { name, .. } => {
                    let attributes = scanner.attributes();
                    scope.enter(attributes, scanner.start())?;
                    check_names(name, attributes, &scope, scanner.start())?;
                    open.push(Open::of(&scanner, None));
                    upper.note(&mut open, &mut records);
                    let signature = name.ends_with("Signature") && {
                        let (prefix, local) = split(name);
                        local == "Signature" && scope.lookup(prefix) == Some(DSIG)
                    };
                    let mut carried = attributes.iter().filter(|one| Ids::has(one)).peekable();
                    if signature || carried.peek().is_some() || open.len() == 1 {
                        let id = note(&mut open, &mut records);
                        index.signatures.extend(signature.then_some(id));
                        carried.for_each(|one| index.ids.note(one, id));
                    }
                    for one in attributes.iter().filter(|one| one.declares().is_some()) {
                        if let Cow::Owned(name) = values::of_attribute(one.value) {
                            let written = Box::from(one.value);
                            index.odd_namespaces.insert(written, name.into_boxed_str());
                        }
                    }
                }
                Token::Close { .. } => {
                    scope.leave();
                    if let Some(Open { id: Some(id), .. }) = open.pop()
                        && let Some(record) = records.get_mut(id)
                    {
                        record.close(&scanner);
                    }
                }
                _ => {}
            }
        }
        records.children = upper.children();
        index.ids.finish();
        Ok(index)
    }
}

/// Levels whose elements are noted while a document is read, as everybody asks for them: to find them again would take another
/// pass over the document.
const UPPER_LEVELS: usize = 3;

/// More of them on one level are found when they are asked for.
pub(super) const MOST_UPPER: usize = 1024;

/// The elements of the upper levels.
#[derive(Debug, Default)]
struct Upper([Level; UPPER_LEVELS]);

/// Those of one level, by the element around them.
#[derive(Debug, Default)]
struct Level {
    children: HashMap<ElementId, Vec<ElementId>>,
    noted: usize,
}

impl Level {
    fn is_whole(&self) -> bool {
        self.noted <= MOST_UPPER
    }
}

impl Upper {
    fn note(&mut self, open: &mut [Open], records: &mut Records) {
        let own = open.len().saturating_sub(1);
        let Some(level) = self.0.get_mut(own).filter(|level| level.is_whole()) else {
            return;
        };
        level.noted = level.noted.saturating_add(1);
        if !level.is_whole() {
            // What is not whole is of no use.
            level.children.clear();
            return;
        }
        let id = note(open, records);
        let around = own.checked_sub(1).and_then(|at| open.get(at)?.id);
        if let Some(around) = around {
            level.children.entry(around).or_default().push(id);
        }
        let below = self.0.get_mut(own.saturating_add(1));
        if let Some(below) = below.filter(|level| level.is_whole()) {
            below.children.entry(id).or_default();
        }
    }

    fn children(self) -> HashMap<ElementId, Vec<ElementId>> {
        self.0
            .into_iter()
            .flat_map(|level| level.children)
            .collect()
    }
}

/// Prefixes are declared, and no two attributes have one name (Namespaces in XML 1.0, clauses 4, 5 and 6.3).
fn check_names(
    name: &str,
    attributes: &[Attribute<'_>],
    scope: &Scope<'_>,
    at: usize,
) -> Result<()> {
    let (prefix, _) = split(name);
    if prefix == "xmlns" || !prefix.is_empty() && scope.lookup(prefix).is_none() {
        return Err(fault::namespace(at, name));
    }
    if attributes.iter().all(|one| one.prefix().is_empty()) && attributes.len() <= 8 {
        // Most elements: the names need no namespaces to be told apart.
        let mut rest = attributes;
        while let Some((one, others)) = rest.split_first() {
            if others.iter().any(|other| other.name == one.name) {
                return Err(fault::malformed(at, name));
            }
            rest = others;
        }
        return Ok(());
    }
    let mut seen: Vec<(&str, &str)> = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        let (prefix, local) = split(attribute.name);
        let namespace = match (attribute.declares(), prefix) {
            (Some(_), _) => Some(XMLNS),
            (None, "") => Some(""),
            (None, prefix) => scope.lookup(prefix),
        };
        let namespace = namespace.ok_or_else(|| fault::namespace(at, attribute.name))?;
        seen.push((namespace, local));
    }
    if seen.len() > 8 {
        seen.sort_unstable();
    }
    let twice = if seen.len() > 8 {
        seen.windows(2).any(|pair| pair.first() == pair.last())
    } else {
        let mut rest = seen.as_slice();
        let mut twice = false;
        while let Some((one, others)) = rest.split_first() {
            twice |= others.contains(one);
            rest = others;
        }
        twice
    };
    if twice {
        return Err(fault::malformed(at, name));
    }
    Ok(())
}
