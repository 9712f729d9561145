//! What each revision changed, object by object, and what the rules say of it.

use super::roles::{Roles, What};
use crate::{
    changes::{self, Placed},
    error::Result,
    limits::MAX_LISTED_CHANGES,
    pdf::{Document, Object, ObjectId, document::Entry},
    progress::{Stage, Watch},
    report::{ChangeLevel, Finding},
};

/// One object of a later revision.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) id: ObjectId,
    pub(super) did: Did,
    pub(super) what: What,
    /// The keys of a dictionary that have other values; `data` is the data of a stream.
    pub(super) keys: Vec<String>,
    /// The rule that explains it, of an object that changed.
    pub(super) rule: Option<&'static str>,
    /// What the rules find wrong or noteworthy about it.
    pub(super) findings: Vec<Finding>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Did {
    Added,
    Replaced,
    /// Written again, and as it was.
    Repeated,
    Freed,
}

impl Did {
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Replaced => "replaced",
            Self::Repeated => "repeated",
            Self::Freed => "freed",
        }
    }
}

/// What a revision did.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) objects: Vec<Change>,
    /// How many more there are than are listed.
    pub(super) more: usize,
    /// How strong it is, where an earlier revision is signed: as if every signature were intact.
    pub(super) level: Option<ChangeLevel>,
    /// What the rules say of the revision as a whole.
    pub(super) findings: Vec<Finding>,
}

/// The changes of every revision, the base's (none) first.
///
/// # Errors
/// Those of reading objects; `Cancelled`.
pub(super) fn of_all(
    document: &Document,
    placed: &[Placed],
    watch: &Watch,
) -> Result<Vec<Changes>> {
    let revisions = document.revisions();
    let mut all: Vec<Changes> = revisions.iter().map(|_| Changes::default()).collect();
    if revisions.len() < 2 {
        return Ok(all);
    }
    let roles = Roles::of(document, revisions.len() - 1)?;
    let mut rules: Vec<Vec<(u32, &'static str)>> = vec![Vec::new(); all.len()];
    for step in changes::by_revision(document, placed) {
        if let Some((changes, rules)) = all.get_mut(step.revision).zip(rules.get_mut(step.revision))
        {
            changes.level = Some(step.changes.after);
            changes.findings = step.changes.findings;
            *rules = step.by;
        }
    }
    let total = revisions.len() as u64;
    for (index, changes) in all.iter_mut().enumerate() {
        watch.tell(Stage::Inspecting, index as u64, total)?;
        if index > 0 {
            list(document, index, &roles, changes)?;
            let by = rules.get(index).map(Vec::as_slice).unwrap_or_default();
            for change in &mut changes.objects {
                let rule = by.iter().find(|(number, _)| *number == change.id.number);
                change.rule = rule.map(|(_, name)| *name);
            }
        }
    }
    watch.tell(Stage::Inspecting, total, total)?;
    Ok(all)
}

fn list(document: &Document, index: usize, roles: &Roles, changes: &mut Changes) -> Result<()> {
    let Some(revision) = document.revisions().get(index) else {
        return Ok(());
    };
    for (number, entry) in &revision.entries {
        let before = document.entry_at(index - 1, *number);
        let free = |entry: Option<Entry>| matches!(entry, None | Some(Entry::Free { .. }));
        if free(before) && free(Some(*entry)) {
            continue;
        }
        if changes.objects.len() == MAX_LISTED_CHANGES {
            changes.more += 1;
            continue;
        }
        let name = |entry: Entry| ObjectId {
            number: *number,
            generation: match entry {
                Entry::InFile { generation, .. } => generation,
                _ => 0,
            },
        };
        let change = if let Some(before) = before.filter(|_| free(Some(*entry))) {
            let id = name(before);
            let object = document.object_at(index - 1, id)?;
            Change {
                id,
                did: Did::Freed,
                what: roles.describe(document, index - 1, id, &object)?,
                keys: Vec::new(),
                rule: None,
                findings: Vec::new(),
            }
        } else {
            let id = name(*entry);
            let after = document.object_at(index, id)?;
            let (did, keys) = match before.filter(|before| !free(Some(*before))) {
                None => (Did::Added, Vec::new()),
                Some(old) => compare(document, &document.object_at(index - 1, name(old))?, &after),
            };
            Change {
                id,
                did,
                what: roles.describe(document, index, id, &after)?,
                keys,
                rule: None,
                findings: Vec::new(),
            }
        };
        changes.objects.push(change);
    }
    // A finding about an object stands with it.
    let (own, whole): (Vec<_>, Vec<_>) = std::mem::take(&mut changes.findings)
        .into_iter()
        .partition(|finding| finding.place().is_some_and(|place| place.object.is_some()));
    changes.findings = whole;
    for finding in own {
        let number = finding.place().and_then(|place| place.object);
        let at = number.and_then(|(number, _)| {
            let mut objects = changes.objects.iter_mut();
            objects.find(|change| change.id.number == number)
        });
        match at {
            Some(change) => change.findings.push(finding),
            None => changes.findings.push(finding),
        }
    }
    Ok(())
}

fn compare(document: &Document, before: &Object, after: &Object) -> (Did, Vec<String>) {
    match changes::differing_keys(document, before, after) {
        Some(keys) if keys.is_empty() => (Did::Repeated, keys),
        Some(keys) => (Did::Replaced, keys),
        None => (Did::Replaced, Vec::new()),
    }
}
