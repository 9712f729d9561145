//! The document security store: certificates, CRLs and OCSP responses (ETSI EN 319 142-1 clause 5.4.2, ISO 32000-2
//! clause 12.8.4.3). It is never shown, and what it holds proves itself; so it may come and
//! grow, and be replaced by newer data.

use std::collections::HashSet;

use super::{Doubt, equal, later::Later, path::Role};
use crate::{
    pdf::{Dictionary, Object, ObjectId},
    report::{ChangeLevel, Finding},
    text::rules::later as rules,
};

const LISTS: &[&str] = &["Certs", "OCSPs", "CRLs"];
const LISTS_OF_ENTRY: &[&str] = &["Cert", "OCSP", "CRL"];

/// Letters of the SHA-1 of a signature, after which VRI names its entries.
const HASH_LETTERS: usize = 40;

fn wrong(key: &str) -> Doubt {
    Finding::new(&rules::NOT_VALIDATION_DATA).with(key).into()
}

pub(super) fn explain(
    later: &mut Later<'_>,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<(), Doubt> {
    let (one, other) = (before.get("DSS"), after.get("DSS"));
    let Some(other) = other else {
        return match one {
            None | Some(Object::Null) => Ok(()),
            Some(_) => Err(wrong("/DSS")),
        };
    };
    let (old, new) = (
        later.resolve_before(one)?,
        later.resolve_after(Some(other))?,
    );
    let none = Dictionary::default();
    let old = old.as_dictionary().unwrap_or(&none);
    let Some(store) = new
        .as_dictionary()
        .filter(|new| new.duplicates().is_empty())
    else {
        return Err(wrong("/DSS"));
    };
    let mut work = Store {
        known: known(later, old)?,
        touched: one != Some(other) || later.is_changed(Some(other)),
        dropped: false,
    };
    // What it held beyond that must be as it was.
    let lists = ["Type", "VRI", "Certs", "OCSPs", "CRLs"];
    if let Some(key) = equal::differing_but(later.objects.document, old, store, &lists)? {
        return Err(wrong(&format!("/{}", String::from_utf8_lossy(&key.0))));
    }
    for key in LISTS {
        work.list(later, old, store, key)?;
    }
    work.entries(later, old, store)?;
    if !work.touched {
        return Ok(());
    }
    if one == Some(other) {
        later.explained(Some(other), Role::ValidationData);
    }
    later.raise(ChangeLevel::TimestampsAndValidationData);
    later.note(Finding::new(if work.dropped {
        &rules::VALIDATION_DATA_DROPPED
    } else {
        &rules::VALIDATION_DATA
    }));
    Ok(())
}

/// The streams that a store listed.
fn known(later: &Later<'_>, store: &Dictionary) -> Result<HashSet<ObjectId>, Doubt> {
    let mut known = HashSet::new();
    let mut read = |holder: &Dictionary, keys: &[&str]| -> Result<(), Doubt> {
        for key in keys {
            let list = later.resolve_before(holder.get(key))?;
            let items = list.as_array().unwrap_or_default();
            known.extend(items.iter().filter_map(Object::as_reference));
        }
        Ok(())
    };
    read(store, LISTS)?;
    if let Object::Dictionary(entries) = &*later.resolve_before(store.get("VRI"))? {
        for (_, entry) in entries.iter() {
            if let Object::Dictionary(entry) = &*later.resolve_before(Some(entry))? {
                read(entry, LISTS_OF_ENTRY)?;
            }
        }
    }
    Ok(known)
}

/// What streams hold, before or after.
fn all_data(later: &Later<'_>, ids: &[ObjectId], before: bool) -> Result<HashSet<Vec<u8>>, Doubt> {
    let revision = if before {
        later.revision - 1
    } else {
        later.revision
    };
    let mut all = HashSet::new();
    for id in ids {
        if let Object::Stream(stream) = &*later.objects.at(revision, *id)? {
            all.insert(later.objects.document.stream_data_at(revision, stream)?);
        }
    }
    Ok(all)
}

struct Store {
    known: HashSet<ObjectId>,
    touched: bool,
    /// Something that it held is gone.
    dropped: bool,
}

impl Store {
    /// One list of streams: what came is a new stream or was held already; it does not become empty.
    fn list(
        &mut self,
        later: &mut Later<'_>,
        old: &Dictionary,
        new: &Dictionary,
        key: &str,
    ) -> Result<(), Doubt> {
        let (one, other) = (old.get(key), new.get(key));
        if one == other && !later.is_changed(other) {
            return Ok(());
        }
        self.touched = true;
        let wrong = || wrong(&format!("/{key}"));
        let (before, after) = (later.resolve_before(one)?, later.resolve_after(other)?);
        let after = match &*after {
            Object::Array(items) => items.as_slice(),
            Object::Null if other.is_none() => &[],
            _ => return Err(wrong()),
        };
        let ids: Option<Vec<_>> = after.iter().map(Object::as_reference).collect();
        let ids = ids.ok_or_else(wrong)?;
        for id in ids.iter().filter(|id| !self.known.contains(id)) {
            let fresh = later.is_new(*id) && later.after(*id)?.as_stream().is_some();
            if !fresh {
                return Err(wrong());
            }
        }
        let kept: HashSet<_> = ids.iter().copied().collect();
        let held = before.as_array().unwrap_or_default().iter();
        let held = held.filter_map(Object::as_reference);
        let lost: Vec<_> = held.filter(|id| !kept.contains(id)).collect();
        // Some writers write everything anew: the same data as another object is the same data. Others replace what they
        // fetched once by what they fetched later. What is there proves itself; what is missing was once, and is told.
        if !lost.is_empty()
            && !all_data(later, &lost, true)?.is_subset(&all_data(later, &ids, false)?)
        {
            if ids.is_empty() {
                return Err(wrong());
            }
            self.dropped = true;
        }
        if one == other {
            later.explained(other, Role::ValidationData);
        }
        Ok(())
    }

    /// /VRI: what belongs to single signatures.
    fn entries(
        &mut self,
        later: &mut Later<'_>,
        old: &Dictionary,
        new: &Dictionary,
    ) -> Result<(), Doubt> {
        let (one, other) = (old.get("VRI"), new.get("VRI"));
        let (before, after) = (later.resolve_before(one)?, later.resolve_after(other)?);
        let none = Dictionary::default();
        let before = before.as_dictionary().unwrap_or(&none);
        let after = match &*after {
            Object::Null if one.is_none() => return Ok(()),
            Object::Dictionary(entries) if entries.duplicates().is_empty() => entries,
            _ => return Err(wrong("/VRI")),
        };
        self.touched |= later.is_changed(other);
        let lost = before
            .iter()
            .find(|(key, _)| after.iter().all(|(other, _)| other != *key));
        if lost.is_some() && after.iter().next().is_none() {
            return Err(wrong("/VRI"));
        }
        self.dropped |= lost.is_some();
        for (name, value) in after.iter().filter(|(name, _)| name.0 != b"Type") {
            let was = before
                .iter()
                .find(|(key, _)| *key == name)
                .map(|(_, was)| was);
            if was == Some(value)
                && value
                    .as_reference()
                    .is_some_and(|_| !later.is_changed(Some(value)))
            {
                let entry = later.resolve_after(Some(value))?;
                for key in LISTS_OF_ENTRY {
                    let entry = entry.as_dictionary().unwrap_or(&none);
                    self.list(later, entry, entry, key)?;
                }
                continue;
            }
            self.entry(later, &name.0, was, value)?;
        }
        if one == other {
            later.explained(other, Role::ValidationData);
        }
        Ok(())
    }

    fn entry(
        &mut self,
        later: &mut Later<'_>,
        name: &[u8],
        was: Option<&Object>,
        value: &Object,
    ) -> Result<(), Doubt> {
        let none = Dictionary::default();
        let (before, after) = (
            later.resolve_before(was)?,
            later.resolve_after(Some(value))?,
        );
        let before = before.as_dictionary().unwrap_or(&none);
        let Object::Dictionary(after) = &*after else {
            return Err(wrong("/VRI"));
        };
        let is_hash = name.len() >= HASH_LETTERS && name.iter().all(u8::is_ascii_hexdigit);
        let others = ["Type", "TU", "TS", "Cert", "OCSP", "CRL"];
        let odd = equal::differing_but(later.objects.document, before, after, &others)?;
        let named_time = match after.get("TU") {
            None | Some(Object::String(_)) => true,
            Some(_) => false,
        };
        let stamp = after.get("TS");
        let stamped = before.get("TS") == stamp
            || stamp
                .and_then(Object::as_reference)
                .is_some_and(|id| later.is_new(id));
        if odd.is_some() || (was.is_none() && !is_hash) || !named_time || !stamped {
            return Err(wrong("/VRI"));
        }
        for key in LISTS_OF_ENTRY {
            self.list(later, before, after, key)?;
        }
        self.touched |= later.is_changed(Some(value)) || was.is_none();
        if was == Some(value) {
            later.explained(Some(value), Role::ValidationData);
        }
        Ok(())
    }
}
