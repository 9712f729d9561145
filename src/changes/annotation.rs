//! Annotations of pages: the boxes of new signatures, and marks that come, go or change, where P=3 permits them.

use std::collections::BTreeSet;

use super::{Doubt, equal, filling, later::Later, path::Role};
use crate::{
    pdf::{Dictionary, Object, ObjectId},
    report::{ChangeLevel, Finding},
    text::rules::{changes as rules, later as more},
};

/// Annotations that are marks and do nothing (ISO 32000-1 table 169).
const MARKS: &[&str] = &[
    "Text",
    "FreeText",
    "Line",
    "Square",
    "Circle",
    "Polygon",
    "PolyLine",
    "Highlight",
    "Underline",
    "Squiggly",
    "StrikeOut",
    "Stamp",
    "Caret",
    "Ink",
    "Popup",
];

/// What they may say of themselves (tables 164 and 170 to 183): nothing that acts, and no optional content.
const MARK_KEYS: &[&str] = &[
    "Type",
    "Subtype",
    "Rect",
    "Contents",
    "P",
    "NM",
    "M",
    "F",
    "AP",
    "AS",
    "Border",
    "C",
    "StructParent",
    "T",
    "Popup",
    "CA",
    "RC",
    "CreationDate",
    "IRT",
    "Subj",
    "RT",
    "IT",
    "Open",
    "Name",
    "State",
    "StateModel",
    "DA",
    "Q",
    "DS",
    "CL",
    "BE",
    "RD",
    "BS",
    "LE",
    "L",
    "LL",
    "LLE",
    "IC",
    "Cap",
    "LLO",
    "CP",
    "CO",
    "Vertices",
    "QuadPoints",
    "Sy",
    "InkList",
    "Parent",
    "Lang",
    "BM",
    "ca",
    "Rotate",
];

/// Lists of annotations that grew by the boxes of this revision's signatures, and perhaps by marks.
pub(super) fn of_signatures(later: &mut Later<'_>) -> Result<(), Doubt> {
    for page in pages(later)? {
        if let Err(Doubt(finding)) = on_page(later, page) {
            later.forbid(finding);
        }
    }
    Ok(())
}

/// Pages that changed or whose list did.
fn pages(later: &Later<'_>) -> Result<BTreeSet<ObjectId>, Doubt> {
    let mut pages: BTreeSet<_> = later
        .boxes
        .iter()
        .filter_map(|widget| widget.page)
        .collect();
    for changed in later.changed.values() {
        match &*changed.before {
            Object::Dictionary(before) if before.get("Type").is_some_and(|t| t.is_name("Page")) => {
                pages.insert(changed.id);
            }
            Object::Array(_) => {
                let uses = later.uses(changed.id)?;
                let lists = uses.iter().filter(|used| used.keys == ["Annots"]);
                pages.extend(lists.filter_map(|used| used.from));
            }
            _ => {}
        }
    }
    pages.retain(|page| !later.is_new(*page));
    Ok(pages)
}

fn on_page(later: &mut Later<'_>, page: ObjectId) -> Result<(), Doubt> {
    let place = later.place(page);
    let wrong = |key: &[u8]| {
        let key = format!("/{}", String::from_utf8_lossy(key));
        Doubt(Finding::new(&rules::ANNOTATIONS).with(key).at(place))
    };
    let (before, after) = (later.before(page)?, later.after(page)?);
    let (Object::Dictionary(before), Object::Dictionary(after)) = (&*before, &*after) else {
        return Err(wrong(b"P"));
    };
    let reference = Object::Reference(page);
    let (one, other) = (before.get("Annots"), after.get("Annots"));
    if !later.is_changed(Some(&reference)) && !later.is_changed(other) {
        return Ok(());
    }
    let document = later.objects.document;
    if let Some(key) = equal::differing_but(document, before, after, &["Annots"])? {
        // Without a box on it, it is a changed page like any other.
        if later.boxes.iter().all(|widget| widget.page != Some(page)) {
            return Ok(());
        }
        later.changed.remove(&page.number);
        return Err(wrong(&key.0));
    }
    let old = later.resolve_before(one)?;
    let new = later.resolve_after(other)?;
    let items = |list: &Object| match list {
        Object::Null => Some(Vec::new()),
        Object::Array(items) => Some(items.clone()),
        _ => None,
    };
    let (Some(old), Some(new)) = (items(&old), items(&new)) else {
        return Err(wrong(b"Annots"));
    };
    let (removed, added) = difference(later, &old, &new)?.ok_or_else(|| wrong(b"Annots"))?;
    let mut marks = Vec::new();
    for item in &added {
        let id = item.as_reference();
        let is_box = later
            .boxes
            .iter()
            .any(|widget| Some(widget.id) == id && widget.page.is_none_or(|named| named == page));
        if is_box {
            continue;
        }
        if id.is_some_and(|id| !later.is_new(id)) {
            return Err(wrong(b"Annots"));
        }
        let annotation = later.resolve_after(Some(item))?;
        marks.push(mark(&annotation).ok_or_else(|| wrong(b"Annots"))??);
    }
    for item in &removed {
        let annotation = later.resolve_before(Some(item))?;
        marks.push(mark(&annotation).ok_or_else(|| wrong(b"Annots"))??);
        let freed = item
            .as_reference()
            .and_then(|id| later.freed.remove(&id.number));
        let look = freed
            .as_ref()
            .and_then(|freed| freed.before.as_dictionary())
            .and_then(|d| d.get("AP").cloned());
        if let Some(Object::Dictionary(look)) = look {
            for id in look.iter().filter_map(|(_, value)| value.as_reference()) {
                later.freed.remove(&id.number);
            }
        }
    }
    later.explained(Some(&reference), Role::Page);
    if one == other {
        later.explained(one, Role::List);
    }
    if !marks.is_empty() {
        marks.sort();
        marks.dedup();
        later.raise(ChangeLevel::Annotations);
        later.note(
            Finding::new(&more::ANNOTATED)
                .with(marks.join(", "))
                .at(place),
        );
    }
    Ok(())
}

type Items = Vec<Object>;

/// What went and what came; `None` where what stayed stands in another order.
fn difference(
    later: &Later<'_>,
    old: &[Object],
    new: &[Object],
) -> Result<Option<(Items, Items)>, Doubt> {
    let document = later.objects.document;
    // The usual case, in linear time: more at the end.
    if new.len() >= old.len() && equal::all_same(document, old, new)? {
        let added = new.get(old.len()..).unwrap_or_default().to_vec();
        return Ok(Some((Vec::new(), added)));
    }
    let ids = |items: &[Object]| -> Option<BTreeSet<ObjectId>> {
        items.iter().map(Object::as_reference).collect()
    };
    let (Some(before), Some(after)) = (ids(old), ids(new)) else {
        return Ok(None);
    };
    let only = |items: &[Object], others: &BTreeSet<ObjectId>, kept: bool| -> Items {
        let is_there = |item: &Object| item.as_reference().is_some_and(|id| others.contains(&id));
        let items = items.iter().filter(|item| is_there(item) == kept);
        items.cloned().collect()
    };
    if only(old, &after, true) != only(new, &before, true) {
        return Ok(None);
    }
    Ok(Some((only(old, &after, false), only(new, &before, false))))
}

/// The kind of a mark; `None` for what is no mark, and a finding for one that does more.
fn mark(annotation: &Object) -> Option<Result<String, Doubt>> {
    let Object::Dictionary(mark) = annotation else {
        return None;
    };
    let kind = mark.get("Subtype").and_then(Object::as_name)?;
    let kind = MARKS.iter().find(|known| known.as_bytes() == kind)?;
    Some(match acting_key(mark) {
        Some(key) => Err(Finding::new(&more::NOT_MARKUP)
            .with(format_args!("{kind}: {key}"))
            .into()),
        None => Ok((*kind).to_owned()),
    })
}

/// A key that a mark has no use for.
fn acting_key(mark: &Dictionary) -> Option<String> {
    let known = |key: &[u8]| MARK_KEYS.iter().any(|known| known.as_bytes() == key);
    let odd = mark.iter().map(|(key, _)| key).find(|key| !known(&key.0));
    let odd = odd.or_else(|| mark.duplicates().first())?;
    Some(format!("/{}", String::from_utf8_lossy(&odd.0)))
}

/// Marks that changed.
pub(super) fn marks(later: &mut Later<'_>) -> Result<(), Doubt> {
    let changed: Vec<_> = later.changed.values().cloned().collect();
    let mut kinds = BTreeSet::new();
    for changed in changed {
        let (Some(was), Some(is)) = (mark(&changed.before), mark(&changed.after)) else {
            continue;
        };
        let place = later.place(changed.id);
        match (was, is) {
            (Ok(was), Ok(is)) if was == is => {
                let id = Object::Reference(changed.id);
                later.explained(Some(&id), Role::Field);
                let look = changed
                    .before
                    .as_dictionary()
                    .and_then(|mark| mark.get("AP"));
                let owner = changed.id;
                filling::looks(later, look, &|_, holder| Ok(holder == owner))?;
                kinds.insert(is);
            }
            (_, Err(Doubt(finding))) => later.forbid(finding.at(place)),
            _ => {}
        }
    }
    if !kinds.is_empty() {
        let kinds: Vec<_> = kinds.into_iter().collect();
        later.raise(ChangeLevel::Annotations);
        later.note(Finding::new(&more::ANNOTATED).with(kinds.join(", ")));
    }
    Ok(())
}
