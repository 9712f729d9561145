//! One later revision: which rules explain what it changed.

use std::{
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use super::{
    Doubt, Placed, Step, annotation, catalog,
    delta::{Changed, Delta, Objects},
    equal, field, filling,
    index::Index,
    information,
    path::{self, Role},
    to_u32, trailer,
};
use crate::{
    error::Place,
    limits::MAX_LISTED_CHANGES,
    pdf::{Object, ObjectId},
    report::{ChangeLevel, Finding},
    text::rules::{changes as rules, later as more},
};

/// The rules, in the order in which they are asked. Each takes out of `changed` what it explains, and says how
/// strong that is; what none explains is forbidden. The names are those that `inspect` tells.
const RULES: &[(&str, Rule)] = &[
    ("signature", field::filled_by_signatures),
    ("catalog", catalog::explain),
    ("information", information::explain),
    ("signature-box", annotation::of_signatures),
    ("form-filling", filling::explain),
    ("marks", annotation::marks),
];

type Rule = fn(&mut Later<'_>) -> Result<(), Doubt>;

/// The work on one revision.
pub(super) struct Later<'a> {
    pub(super) objects: &'a Objects<'a>,
    /// The revision, as an index; the one before it is `revision - 1`.
    pub(super) revision: usize,
    /// What no rule has explained yet.
    pub(super) changed: BTreeMap<u32, Changed>,
    /// What became free and no rule has explained yet.
    pub(super) freed: BTreeMap<u32, Changed>,
    /// Numbers that no earlier revision knew.
    pub(super) new: BTreeSet<u32>,
    /// The signatures that this revision placed and that are intact.
    pub(super) placed: Vec<&'a Placed>,
    /// Those that are not.
    broken: Vec<&'a Placed>,
    /// The signatures of earlier revisions.
    earlier: &'a [&'a Placed],
    /// Boxes of new signature fields.
    pub(super) boxes: Vec<field::Widget>,
    index: &'a Index,
    /// What was explained, and as what.
    cleared: Vec<(ObjectId, Role)>,
    level: ChangeLevel,
    forbidden: bool,
    findings: Vec<Finding>,
}

/// What a revision changed, and how strong that is.
pub(super) fn explain(
    objects: &Objects<'_>,
    index: &Index,
    revision: usize,
    delta: Delta,
    all: &[Placed],
    earlier: &[&Placed],
) -> Step {
    let here = all.iter().filter(|p| p.revision == Some(revision));
    let (placed, broken) = here.partition(|p| p.intact);
    let strays: BTreeSet<u32> = delta.added.difference(&delta.containers).copied().collect();
    let sections = delta.sections.into_iter().map(|id| (id, Role::Section));
    let mut later = Later {
        objects,
        revision,
        changed: delta.replaced,
        freed: delta.freed,
        new: delta.added,
        placed,
        broken,
        earlier,
        boxes: Vec::new(),
        index,
        cleared: sections.collect(),
        level: ChangeLevel::None,
        forbidden: false,
        findings: Vec::new(),
    };
    delta.findings.into_iter().for_each(|f| later.forbid(f));
    later.trailer();
    if !later.placed.is_empty() {
        let stamps = later.placed.iter().all(|p| p.timestamp);
        later.raise(if stamps {
            ChangeLevel::TimestampsAndValidationData
        } else {
            ChangeLevel::Signatures
        });
    }
    let nothing = later.changed.is_empty() && later.freed.is_empty();
    let mut explained = Vec::new();
    for (name, rule) in RULES {
        let before = later.unexplained();
        if let Err(Doubt(finding)) = rule(&mut later) {
            later.forbid(finding);
        }
        let left =
            |number: &u32| later.changed.contains_key(number) || later.freed.contains_key(number);
        let gone = before.into_iter().filter(|number| !left(number));
        explained.extend(gone.map(|number| (number, *name)));
    }
    later.check_paths();
    later.forbid_rest();
    if nothing && later.placed.is_empty() && !strays.is_empty() {
        later.raise(ChangeLevel::TimestampsAndValidationData);
        later.note(Finding::new(&more::ORPHANS).with(strays.len()));
    }
    later.check_permissions();
    Step {
        revision,
        level: if later.forbidden {
            ChangeLevel::Forbidden
        } else {
            later.level
        },
        findings: later.findings,
        explained,
    }
}

impl<'a> Later<'a> {
    /// The numbers that no rule has explained yet; none where there are more than anybody is shown.
    fn unexplained(&self) -> Vec<u32> {
        if self.changed.len() + self.freed.len() > MAX_LISTED_CHANGES {
            return Vec::new();
        }
        let numbers = self.changed.keys().chain(self.freed.keys());
        numbers.copied().collect()
    }

    /// An object as of this revision.
    pub(super) fn after(&self, id: ObjectId) -> Result<Rc<Object>, Doubt> {
        self.objects.at(self.revision, id)
    }

    /// An object as of the revision before.
    pub(super) fn before(&self, id: ObjectId) -> Result<Rc<Object>, Doubt> {
        self.objects.at(self.revision - 1, id)
    }

    /// What stands behind a value as of this revision.
    pub(super) fn resolve_after(&self, value: Option<&Object>) -> Result<Rc<Object>, Doubt> {
        self.objects.resolve(self.revision, value)
    }

    /// What stands behind a value as of the revision before.
    pub(super) fn resolve_before(&self, value: Option<&Object>) -> Result<Rc<Object>, Doubt> {
        self.objects.resolve(self.revision - 1, value)
    }

    /// A value of this revision's trailer.
    pub(super) fn in_trailer(&self, key: &str) -> Option<Object> {
        let revision = self.objects.document.revisions().get(self.revision)?;
        revision.trailer.get(key).cloned()
    }

    pub(super) fn is_new(&self, id: ObjectId) -> bool {
        self.new.contains(&id.number)
    }

    pub(super) fn is_changed(&self, value: Option<&Object>) -> bool {
        let id = value.and_then(Object::as_reference);
        id.is_some_and(|id| self.changed.contains_key(&id.number))
    }

    /// A rule has explained the change of the object that a value refers to, as long as it is used as this only.
    /// Whether there was one.
    pub(super) fn explained(&mut self, value: Option<&Object>, role: Role) -> bool {
        let id = value.and_then(Object::as_reference);
        let changed = id.and_then(|id| self.changed.remove(&id.number));
        if let Some(changed) = &changed {
            self.cleared.push((changed.id, role));
        }
        changed.is_some()
    }

    /// What a rule explains is at least this strong.
    pub(super) fn raise(&mut self, level: ChangeLevel) {
        self.level = self.level.max(level);
    }

    /// A finding that does not forbid.
    pub(super) fn note(&mut self, finding: Finding) {
        let place = Place::revision(to_u32(self.revision + 1));
        let finding = match finding.place() {
            Some(_) => finding,
            None => finding.at(place),
        };
        self.findings.push(finding);
    }

    /// Whether an earlier signature locks a field.
    pub(super) fn is_locked(&self, name: &str) -> bool {
        let locks = self.earlier.iter().flat_map(|p| &p.locks);
        locks.into_iter().any(|lock| lock.covers(name))
    }

    pub(super) fn place(&self, id: ObjectId) -> Place {
        Place::object(id.number, id.generation).in_revision(to_u32(self.revision + 1))
    }

    /// What refers to an object, in the revisions before this one: by which keys, from what.
    pub(super) fn uses(&self, id: ObjectId) -> Result<Vec<path::Use>, Doubt> {
        path::uses(self.objects, self.index, self.revision, id)
    }

    /// The annotations that showed an appearance before; none where it was used otherwise, too.
    pub(super) fn holders(&self, id: ObjectId) -> Result<Vec<ObjectId>, Doubt> {
        let holders = path::holders(self.objects, self.index, self.revision, id)?;
        Ok(holders.unwrap_or_default())
    }

    /// The signature of this revision that fills a field, though it is not intact.
    pub(super) fn broken(&self, field: ObjectId) -> Option<&'a Placed> {
        self.broken.iter().copied().find(|p| p.field == field)
    }

    pub(super) fn forbid(&mut self, finding: Finding) {
        self.forbidden = true;
        self.findings.push(finding);
    }

    fn trailer(&mut self) {
        match trailer::check(self) {
            Ok(told) => told.into_iter().for_each(|finding| self.note(finding)),
            Err(Doubt(finding)) => self.forbid(finding),
        }
    }

    /// What was explained as one thing must not be used as another.
    fn check_paths(&mut self) {
        for (id, role) in std::mem::take(&mut self.cleared) {
            match path::other_use(self.objects, self.index, self.revision, id, role) {
                Ok(None) => {}
                Ok(Some(used)) => {
                    let finding = Finding::new(&more::OTHER_PATH).with(used);
                    self.forbid(finding.at(self.place(id)));
                }
                Err(Doubt(finding)) => self.forbid(finding),
            }
        }
    }

    /// What no rule has explained.
    fn forbid_rest(&mut self) {
        for changed in std::mem::take(&mut self.changed).into_values() {
            let finding = match self.broken(changed.id) {
                Some(signature) => Finding::new(&rules::NOT_INTACT).with(&signature.name),
                None => Finding::new(&rules::OBJECT_CHANGED).with(self.what(&changed)),
            };
            self.forbid(finding.at(self.place(changed.id)));
        }
        for freed in std::mem::take(&mut self.freed).into_values() {
            let place = self.place(freed.id);
            self.forbid(Finding::new(&rules::OBJECT_REMOVED).at(place));
        }
    }

    /// What the signatures before this revision permit. Validation data and document time-stamps are no changes in this
    /// sense (ISO 32000-2 table 257).
    fn check_permissions(&mut self) {
        let earlier = self.earlier;
        let level = if self.forbidden {
            ChangeLevel::Forbidden
        } else {
            self.level
        };
        if level <= ChangeLevel::TimestampsAndValidationData {
            return;
        }
        let most = |permission| match permission {
            1 => ChangeLevel::TimestampsAndValidationData,
            2 => ChangeLevel::FormFilling,
            _ => ChangeLevel::Annotations,
        };
        let exceeded = earlier.iter().find_map(|p| {
            Some((
                p,
                p.permission
                    .filter(|permission| level > most(*permission))?,
            ))
        });
        match exceeded {
            Some((signature, 1)) => {
                self.forbid(Finding::new(&rules::NO_CHANGES).with(&signature.name));
            }
            // What is forbidden in any case needs no permission.
            _ if level == ChangeLevel::Forbidden => {}
            Some((signature, permission)) => self.forbid(
                Finding::new(&more::NOT_PERMITTED)
                    .with(&signature.name)
                    .with(permission),
            ),
            // Who signs first certifies (ISO 32000-2 clause 12.8.2.2): what a later one permits, the first did not.
            None if level == ChangeLevel::Annotations
                && !earlier
                    .iter()
                    .find(|p| !p.timestamp)
                    .is_some_and(|p| p.intact && p.permission == Some(3)) =>
            {
                self.note(Finding::new(&more::ANNOTATIONS_NOT_PERMITTED));
            }
            None => {}
        }
    }

    /// Names what differs.
    fn what(&self, changed: &Changed) -> String {
        match (
            changed.before.as_dictionary(),
            changed.after.as_dictionary(),
        ) {
            (Some(before), Some(after)) => {
                match equal::differing(self.objects.document, before, after) {
                    Ok(Some(key)) => format!("/{}", String::from_utf8_lossy(&key.0)),
                    _ => "stream".to_owned(),
                }
            }
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
