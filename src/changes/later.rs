//! One later revision: what it changed, and which rules explain that.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet, HashMap},
    rc::Rc,
};

use super::{Doubt, Placed, Step, equal, field, to_u32, trailer};
use crate::{
    error::Place,
    limits::MAX_REMEMBERED_OBJECTS,
    pdf::{Document, Object, ObjectId, document::Entry},
    report::{ChangeLevel, Finding},
    text::rules::changes as rules,
};

/// An object that an earlier revision defined and this one defines otherwise.
pub(super) struct Changed {
    pub(super) id: ObjectId,
    pub(super) before: Rc<Object>,
    pub(super) after: Rc<Object>,
}

/// Dictionaries and arrays that were parsed already, by their place in the file: what one revision left is what
/// the next one finds.
#[derive(Debug, Default)]
pub(super) struct Memo(RefCell<HashMap<u64, Rc<Object>>>);

/// The work on one revision.
pub(super) struct Later<'a> {
    pub(super) document: &'a Document,
    memo: &'a Memo,
    /// The revision, as an index; the one before it is `revision - 1`.
    pub(super) revision: usize,
    /// What no rule has explained yet.
    pub(super) changed: BTreeMap<u32, Changed>,
    /// Numbers that no earlier revision knew.
    pub(super) new: BTreeSet<u32>,
    /// The signatures that this revision placed and that are intact.
    pub(super) placed: Vec<&'a Placed>,
    /// The signatures of earlier revisions.
    pub(super) earlier: &'a [&'a Placed],
    findings: Vec<Finding>,
}

/// What a revision changed, and how strong that is.
pub(super) fn explain(
    document: &Document,
    memo: &Memo,
    revision: usize,
    all: &[Placed],
    earlier: &[&Placed],
) -> Step {
    let here: Vec<_> = all
        .iter()
        .filter(|p| p.revision == Some(revision))
        .collect();
    let placed: Vec<_> = here.iter().copied().filter(|p| p.intact).collect();
    let mut later = Later {
        document,
        memo,
        revision,
        changed: BTreeMap::new(),
        new: BTreeSet::new(),
        placed,
        earlier,
        findings: Vec::new(),
    };
    later.trailer();
    let containers = later.collect();
    if !later.placed.is_empty()
        && let Err(Doubt(finding)) = field::explain(&mut later)
    {
        later.forbid(finding);
    }
    later.forbid_rest(&here);
    if later.placed.is_empty() {
        later.forbid_new(&containers);
    }
    let mut level = match (
        later.findings.is_empty(),
        later.placed.iter().all(|p| p.timestamp),
    ) {
        (false, _) => ChangeLevel::Forbidden,
        (true, _) if later.placed.is_empty() => ChangeLevel::None,
        (true, true) => ChangeLevel::TimestampsAndValidationData,
        (true, false) => ChangeLevel::Signatures,
    };
    if level > ChangeLevel::None
        && let Some(last_word) = earlier.iter().find(|p| p.final_state)
    {
        level = ChangeLevel::Forbidden;
        later.forbid(Finding::new(&rules::NO_CHANGES).with(&last_word.name));
    }
    Step {
        level,
        findings: later.findings,
        new: later.new.into_iter().collect(),
    }
}

impl Later<'_> {
    /// An object as of this revision.
    pub(super) fn after(&self, id: ObjectId) -> Result<Rc<Object>, Doubt> {
        self.at(self.revision, id)
    }

    /// An object as of the revision before.
    pub(super) fn before(&self, id: ObjectId) -> Result<Rc<Object>, Doubt> {
        self.at(self.revision - 1, id)
    }

    /// What stands behind a value as of this revision.
    pub(super) fn resolve_after(&self, value: Option<&Object>) -> Result<Rc<Object>, Doubt> {
        self.resolve(self.revision, value)
    }

    /// What stands behind a value as of the revision before.
    pub(super) fn resolve_before(&self, value: Option<&Object>) -> Result<Rc<Object>, Doubt> {
        self.resolve(self.revision - 1, value)
    }

    fn resolve(&self, revision: usize, value: Option<&Object>) -> Result<Rc<Object>, Doubt> {
        let Some(Object::Reference(id)) = value else {
            return Ok(Rc::new(value.cloned().unwrap_or(Object::Null)));
        };
        let object = self.at(revision, *id)?;
        match *object {
            Object::Reference(_) => Ok(Rc::new(self.document.resolve_at(revision, &object)?)),
            _ => Ok(object),
        }
    }

    fn at(&self, revision: usize, id: ObjectId) -> Result<Rc<Object>, Doubt> {
        let place = match self.document.entry_at(revision, id.number) {
            Some(Entry::InFile { offset, generation }) if generation == id.generation => offset,
            _ => return Ok(Rc::new(self.document.object_at(revision, id)?)),
        };
        if let Some(known) = self.memo.0.borrow().get(&place) {
            return Ok(Rc::clone(known));
        }
        let object = Rc::new(self.document.object_at(revision, id)?);
        let mut memo = self.memo.0.borrow_mut();
        // The end of a stream may depend on the revision; others are what they are.
        let keeps = matches!(*object, Object::Dictionary(_) | Object::Array(_));
        if keeps && memo.len() < MAX_REMEMBERED_OBJECTS {
            memo.insert(place, Rc::clone(&object));
        }
        Ok(object)
    }

    pub(super) fn is_new(&self, id: ObjectId) -> bool {
        self.new.contains(&id.number)
    }

    pub(super) fn is_changed(&self, value: Option<&Object>) -> bool {
        let id = value.and_then(Object::as_reference);
        id.is_some_and(|id| self.changed.contains_key(&id.number))
    }

    /// A rule has explained the change of the object that a value refers to.
    pub(super) fn explained(&mut self, value: Option<&Object>) {
        if let Some(id) = value.and_then(Object::as_reference) {
            self.changed.remove(&id.number);
        }
    }

    /// Whether an earlier signature locks a field.
    pub(super) fn is_locked(&self, name: &str) -> bool {
        self.earlier
            .iter()
            .flat_map(|p| &p.locks)
            .any(|lock| lock.covers(name))
    }

    pub(super) fn place(&self, id: ObjectId) -> Place {
        Place::object(id.number, id.generation).in_revision(to_u32(self.revision + 1))
    }

    fn forbid(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    fn trailer(&mut self) {
        let place = Place::revision(to_u32(self.revision + 1));
        let revisions = self.document.revisions();
        let pair = revisions
            .get(self.revision - 1)
            .zip(revisions.get(self.revision));
        let outcome = match pair {
            Some((before, after)) => {
                trailer::check(self.document, &before.trailer, &after.trailer, place)
            }
            None => Ok(()),
        };
        if let Err(Doubt(finding)) = outcome {
            self.forbid(finding);
        }
    }

    /// Sorts what the cross-reference data lists into the same, changed, new and forbidden.
    /// Returns the numbers of the containers: object streams and the cross-reference stream.
    fn collect(&mut self) -> BTreeSet<u32> {
        let mut containers = BTreeSet::new();
        let Some(revision) = self.document.revisions().get(self.revision) else {
            return containers;
        };
        let section = revision.xref_offset.saturating_add(self.document.shift());
        for (number, entry) in &revision.entries {
            match *entry {
                Entry::InStream { stream, .. } => {
                    containers.insert(stream);
                }
                Entry::InFile { offset, .. } if offset == section => {
                    containers.insert(*number);
                }
                _ => {}
            }
            if let Err(Doubt(finding)) = self.sort(*number, *entry, section) {
                self.forbid(finding);
            }
        }
        containers
    }

    fn sort(&mut self, number: u32, entry: Entry, section: u64) -> Result<(), Doubt> {
        let before = self.document.entry_at(self.revision - 1, number);
        let id = |generation| ObjectId { number, generation };
        let (id, in_stream) = match (before, entry) {
            (None | Some(Entry::Free { .. }), Entry::Free { .. }) => return Ok(()),
            (Some(_), Entry::Free { generation }) => {
                let place = self.place(id(generation));
                return Err(Finding::new(&rules::OBJECT_REMOVED).at(place).into());
            }
            (_, Entry::InFile { generation, .. }) => (id(generation), false),
            (_, Entry::InStream { .. }) => (id(0), true),
        };
        let reused = Finding::new(&rules::NUMBER_REUSED).at(self.place(id));
        let old_generation = match before {
            None if number == 0 => return Err(reused.into()),
            None => {
                self.new.insert(number);
                return Ok(());
            }
            Some(Entry::Free { .. }) => return Err(reused.into()),
            Some(Entry::InFile { generation, .. }) => generation,
            Some(Entry::InStream { .. }) => 0,
        };
        if old_generation != id.generation {
            return Err(reused.into());
        }
        // An entry in an object stream may look the same while the stream is another.
        if before == Some(entry) && !in_stream {
            return Ok(());
        }
        let (before, after) = (self.before(id)?, self.after(id)?);
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
        if !moved_section && !equal::same(self.document, &before, &after)? {
            self.changed.insert(number, Changed { id, before, after });
        }
        Ok(())
    }

    /// Without a signature, only containers may be new.
    fn forbid_new(&mut self, containers: &BTreeSet<u32>) {
        let stray: Vec<_> = self.new.difference(containers).copied().collect();
        if let Some(number) = stray.first() {
            let place = self.place(ObjectId {
                number: *number,
                generation: 0,
            });
            let finding = Finding::new(&rules::NEW_OBJECT).with(stray.len());
            self.forbid(finding.at(place));
        }
    }

    /// What no rule has explained.
    fn forbid_rest(&mut self, here: &[&Placed]) {
        for changed in std::mem::take(&mut self.changed).into_values() {
            let place = self.place(changed.id);
            let broken = here.iter().find(|p| p.field == changed.id && !p.intact);
            let finding = match broken {
                Some(signature) => Finding::new(&rules::NOT_INTACT).with(&signature.name),
                None => Finding::new(&rules::OBJECT_CHANGED).with(self.what(&changed)),
            };
            self.forbid(finding.at(place));
        }
    }

    /// Names what differs.
    fn what(&self, changed: &Changed) -> String {
        match (
            changed.before.as_dictionary(),
            changed.after.as_dictionary(),
        ) {
            (Some(before), Some(after)) => match equal::differing(self.document, before, after) {
                Ok(Some(key)) => format!("/{}", String::from_utf8_lossy(&key.0)),
                _ => "stream".to_owned(),
            },
            _ => kind(&changed.after).to_owned(),
        }
    }
}

fn kind(object: &Object) -> &'static str {
    match object {
        Object::Null => "null",
        Object::Boolean(_) => "boolean",
        Object::Integer(_) | Object::Real(_) => "number",
        Object::Name(_) => "name",
        Object::String(_) => "string",
        Object::Array(_) => "array",
        Object::Dictionary(_) => "dictionary",
        Object::Stream(_) => "stream",
        Object::Reference(_) => "reference",
    }
}
