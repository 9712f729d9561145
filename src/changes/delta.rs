//! What one revision added, replaced and freed: computed once, shared by all signatures.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use super::{Doubt, equal, to_u32};
use crate::{
    error::Place,
    limits::MAX_REMEMBERED_OBJECTS,
    pdf::{Document, Object, ObjectId, document::Entry},
    report::Finding,
    text::rules::changes as rules,
};

/// An object that an earlier revision defined and this one defines otherwise.
#[derive(Clone, Debug)]
pub(super) struct Changed {
    pub(super) id: ObjectId,
    pub(super) before: Rc<Object>,
    pub(super) after: Rc<Object>,
}

/// Objects by revision. Dictionaries and arrays that were parsed already are kept by their place in the file: what
/// one revision left is what the next one finds.
#[derive(Debug)]
pub(super) struct Objects<'a> {
    pub(super) document: &'a Document,
    known: RefCell<HashMap<(u64, ObjectId), Rc<Object>>>,
    /// Searches of the whole document for the uses of one object that may still be made.
    searches: Cell<u32>,
}

/// Searches for the uses of single objects: real files need one for each appearance that is an object of its own.
const MAX_SEARCHES: u32 = 64;

impl<'a> Objects<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        Self {
            document,
            known: RefCell::default(),
            searches: Cell::new(MAX_SEARCHES),
        }
    }

    /// Whether one more search through the whole document is within the budget.
    pub(super) fn may_search(&self) -> bool {
        let left = self.searches.get();
        self.searches.set(left.saturating_sub(1));
        left > 0
    }

    /// An object as of a revision.
    pub(super) fn at(&self, revision: usize, id: ObjectId) -> Result<Rc<Object>, Doubt> {
        let place = match self.document.entry_at(revision, id.number) {
            Some(Entry::InFile { offset, generation }) if generation == id.generation => {
                (offset, id)
            }
            _ => return Ok(Rc::new(self.document.object_at(revision, id)?)),
        };
        if let Some(known) = self.known.borrow().get(&place) {
            return Ok(Rc::clone(known));
        }
        let object = Rc::new(self.document.object_at(revision, id)?);
        let mut known = self.known.borrow_mut();
        // The end of a stream may depend on the revision; others are what they are.
        let keeps = matches!(*object, Object::Dictionary(_) | Object::Array(_));
        if keeps && known.len() < MAX_REMEMBERED_OBJECTS {
            known.insert(place, Rc::clone(&object));
        }
        Ok(object)
    }

    /// What stands behind a value as of a revision.
    pub(super) fn resolve(
        &self,
        revision: usize,
        value: Option<&Object>,
    ) -> Result<Rc<Object>, Doubt> {
        let Some(Object::Reference(id)) = value else {
            return Ok(Rc::new(value.cloned().unwrap_or(Object::Null)));
        };
        let object = self.at(revision, *id)?;
        match *object {
            Object::Reference(_) => Ok(Rc::new(self.document.resolve_at(revision, &object)?)),
            _ => Ok(object),
        }
    }
}

/// The changes of one revision against the one before.
#[derive(Debug, Default)]
pub(super) struct Delta {
    /// Numbers that no earlier revision knew.
    pub(super) added: BTreeSet<u32>,
    /// Those of them that are object streams or the cross-reference stream.
    pub(super) containers: BTreeSet<u32>,
    /// Cross-reference streams that took the number of an earlier one.
    pub(super) sections: Vec<ObjectId>,
    /// Objects with another value. What was written again as it was is not among them.
    pub(super) replaced: BTreeMap<u32, Changed>,
    /// Objects that are free now.
    pub(super) freed: BTreeMap<u32, Changed>,
    /// What is wrong with the cross-reference data itself.
    pub(super) findings: Vec<Finding>,
}

impl Delta {
    /// Of the revision at an index, which is not the first.
    pub(super) fn of(objects: &Objects<'_>, revision: usize) -> Self {
        let mut delta = Self::default();
        let document = objects.document;
        let Some(this) = document.revisions().get(revision) else {
            return delta;
        };
        let section = this.xref_offset.saturating_add(document.shift());
        for (number, entry) in &this.entries {
            match *entry {
                Entry::InStream { stream, .. } => {
                    delta.containers.insert(stream);
                }
                Entry::InFile { offset, .. } if offset == section => {
                    delta.containers.insert(*number);
                }
                _ => {}
            }
            if let Err(Doubt(finding)) = delta.sort(objects, revision, *number, *entry, section) {
                delta.findings.push(finding);
            }
        }
        delta
    }

    fn sort(
        &mut self,
        objects: &Objects<'_>,
        revision: usize,
        number: u32,
        entry: Entry,
        section: u64,
    ) -> Result<(), Doubt> {
        let earlier = revision.saturating_sub(1);
        let before = objects.document.entry_at(earlier, number);
        let id = |generation| ObjectId { number, generation };
        let place = |id: ObjectId| {
            Place::object(id.number, id.generation).in_revision(to_u32(revision + 1))
        };
        let (id, in_stream) = match (before, entry) {
            (None | Some(Entry::Free { .. }), Entry::Free { .. }) => return Ok(()),
            (Some(before), Entry::Free { .. }) => {
                let id = id(generation(before));
                let before = objects.at(earlier, id)?;
                // Free is what null is (ISO 32000-1 clause 7.3.10): nothing was there, nothing went.
                if *before != Object::Null {
                    let after = Rc::new(Object::Null);
                    self.freed.insert(number, Changed { id, before, after });
                }
                return Ok(());
            }
            (_, Entry::InFile { generation, .. }) => (id(generation), false),
            (_, Entry::InStream { .. }) => (id(0), true),
        };
        let reused = Finding::new(&rules::NUMBER_REUSED).at(place(id));
        let old_generation = match before {
            None if number == 0 => return Err(reused.into()),
            None => {
                self.added.insert(number);
                return Ok(());
            }
            Some(Entry::Free { .. }) => return Err(reused.into()),
            Some(entry) => generation(entry),
        };
        if old_generation != id.generation {
            return Err(reused.into());
        }
        // An entry in an object stream may look the same while the stream is another.
        if before == Some(entry) && !in_stream {
            return Ok(());
        }
        let (before, after) = (objects.at(earlier, id)?, objects.at(revision, id)?);
        let is_section = |object: &Object| {
            object.as_stream().is_some_and(|s| {
                s.dictionary
                    .get("Type")
                    .is_some_and(|kind| kind.is_name("XRef"))
            })
        };
        let moved_section = matches!(entry, Entry::InFile { offset, .. } if offset == section)
            && is_section(&before)
            && is_section(&after);
        if moved_section {
            self.sections.push(id);
        } else if !equal::same(objects.document, &before, &after)? {
            self.replaced.insert(number, Changed { id, before, after });
        }
        Ok(())
    }
}

fn generation(entry: Entry) -> u16 {
    match entry {
        Entry::InFile { generation, .. } | Entry::Free { generation } => generation,
        Entry::InStream { .. } => 0,
    }
}
