//! Where a signature goes: slots of profiles, paths, ids.

use super::edit::{Edit, Octets, What};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules,
    xml::{Document, ElementId},
    xmldsig::profile::{self, Kind, Path, Place, Profile, Slot},
};

/// A place of the table that a signature can go to, made where the document lacks it.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) slot: &'static Slot,
    pub(super) kind: &'static Kind,
    pub(super) profile: &'static Profile,
    pub(super) container: ElementId,
    /// The element that holds the signature, or the nearest one that is there.
    pub(super) parent: ElementId,
    /// Elements that have to be made inside it, from the outermost one.
    pub(super) missing: &'static [&'static str],
}

impl Chosen {
    /// As the table has it; the parent may be one of those that are not there yet.
    pub(super) fn place(&self) -> Place {
        Place {
            profile: self.profile,
            slot: self.slot,
            container: self.container,
            parent: self.parent,
        }
    }

    /// The edit that puts the signature there.
    pub(super) fn edit(&self, document: &Document, octets: Octets) -> Edit {
        let Some((name, inner)) = self.missing.split_first() else {
            return at_end(document, octets, self.parent, "", "");
        };
        // New elements are of their parent's namespace.
        let prefix = document.element(self.parent).prefix().unwrap_or_default();
        let qualified = |name: &&str| match prefix {
            "" => (*name).to_owned(),
            prefix => format!("{prefix}:{name}"),
        };
        let names: Vec<String> = std::iter::once(name).chain(inner).map(qualified).collect();
        let before: String = names.iter().map(|name| format!("<{name}>")).collect();
        let after: String = names
            .iter()
            .rev()
            .map(|name| format!("</{name}>"))
            .collect();
        // In the table's order: before the first slot that comes later.
        let later = later_slots(self.kind, self.slot);
        let siblings = document.children(self.parent);
        let next = siblings
            .into_iter()
            .find(|child| inner.is_empty() && later.contains(&document.element(*child).local()));
        match next {
            Some(next) => {
                let at = document.element(next).span().start;
                Edit {
                    range: at..at,
                    what: What::Signature { before, after },
                }
            }
            None => at_end(document, octets, self.parent, &before, &after),
        }
    }
}

/// Names of the slots behind one, in the table.
fn later_slots(kind: &'static Kind, slot: &'static Slot) -> Vec<&'static str> {
    let behind = kind.slots.iter().skip_while(|one| one.name != slot.name);
    behind.skip(1).map(|one| one.name).collect()
}

/// Chooses among the places of a profile.
///
/// `wanted` is the name of a slot, a path or `#id`; `data` the id of the data node, which tells the documents of one
/// message apart.
///
/// # Errors
/// `Argument` where nothing fits or several do; `Refused` where the place is signed, or others have to sign first.
pub(super) fn choose(
    document: &Document,
    profile: &'static Profile,
    wanted: Option<&str>,
    data: Option<&str>,
    ids: &[&str],
) -> Result<Chosen> {
    let by_element = match wanted {
        Some(text) if text.starts_with(['/', '#']) => Some(element_at(document, text, ids)?),
        _ => None,
    };
    let mut all = candidates(document, profile);
    if let Some(id) = data {
        all.retain(|one| {
            let nodes = one.place().data(document).into_iter();
            let mut names = nodes.filter_map(|node| profile::id_of(document, node));
            names.any(|name| name == id)
        });
    }
    let names = || {
        let mut names: Vec<&str> = all.iter().map(|one| one.slot.name).collect();
        names.dedup();
        names.join(", ")
    };
    let mut fitting: Vec<&Chosen> = all
        .iter()
        .filter(|one| match (by_element, wanted) {
            (Some(element), _) => one.missing.is_empty() && one.parent == element,
            (None, Some(name)) => one.slot.name == name,
            // Nobody said which: the first slot of the table that stands in the document.
            (None, None) => true,
        })
        .collect();
    if wanted.is_none() {
        let first = fitting
            .iter()
            .find(|one| one.missing.is_empty())
            .or(fitting.first());
        let first = first.map(|one| one.slot.name);
        fitting.retain(|one| Some(one.slot.name) == first);
    }
    let open: Vec<&Chosen> = fitting
        .iter()
        .copied()
        .filter(|one| one.slot.several || one.place_signatures(document).is_empty())
        .collect();
    let chosen = match (fitting.as_slice(), open.as_slice()) {
        ([], _) => {
            return Err(Error::new(ErrorKind::Argument, &rules::xml_sign::NO_SLOT)
                .with(wanted.or(data).unwrap_or_default())
                .with(names()));
        }
        ([one, ..], []) => {
            return Err(
                Error::new(ErrorKind::Refused, &rules::xml_sign::SLOT_SIGNED).with(one.slot.name),
            );
        }
        (_, [one]) => *one,
        (_, [one, ..]) => {
            return Err(
                Error::new(ErrorKind::Argument, &rules::xml_sign::SLOT_AMBIGUOUS)
                    .with(one.slot.name)
                    .with(open.len()),
            );
        }
    };
    in_order(document, chosen)?;
    Ok(Chosen { ..*chosen })
}

impl Chosen {
    fn place_signatures(&self, document: &Document) -> Vec<ElementId> {
        match self.missing {
            [] => profile::signatures_in(document, self.parent),
            _ => Vec::new(),
        }
    }
}

/// All places, those included that can be made.
fn candidates(document: &Document, profile: &'static Profile) -> Vec<Chosen> {
    let mut all = Vec::new();
    for (container, kind) in profile::containers(document, profile) {
        for slot in kind.slots {
            let there = slot.parents(document, container);
            let make = |(parent, missing)| Chosen {
                slot,
                kind,
                profile,
                container,
                parent,
                missing,
            };
            if there.is_empty() {
                all.extend(nearest(document, container, slot.parent).map(make));
            } else {
                all.extend(there.into_iter().map(|parent| make((parent, &[]))));
            }
        }
    }
    all
}

/// The deepest element on a path that is there, and what is missing below it. `None` where the path does not say.
fn nearest(
    document: &Document,
    container: ElementId,
    path: Path,
) -> Option<(ElementId, &'static [&'static str])> {
    if path
        .iter()
        .any(|step| [profile::ANY, profile::ONE].contains(step))
    {
        return None;
    }
    let mut parent = container;
    for (depth, step) in path.iter().enumerate() {
        match profile::below(document, parent, &[step]).as_slice() {
            [] => return Some((parent, path.get(depth..).unwrap_or_default())),
            [only] => parent = *only,
            _ => return None,
        }
    }
    Some((parent, &[]))
}

/// Who signs when.
fn in_order(document: &Document, chosen: &Chosen) -> Result<()> {
    let signed = |name: &str| {
        let slot = chosen.kind.slots.iter().find(|slot| slot.name == name);
        slot.is_some_and(|slot| {
            let parents = slot.parents(document, chosen.container).into_iter();
            let mut signatures = parents.map(|parent| profile::signatures_in(document, parent));
            signatures.any(|signatures| !signatures.is_empty())
        })
    };
    let name = chosen.slot.name;
    if let Some(first) = chosen.slot.needs.iter().find(|first| !signed(first)) {
        return Err(Error::new(ErrorKind::Refused, &rules::xml_sign::SLOT_NEEDS)
            .with(name)
            .with(first));
    }
    let later = chosen.kind.slots.iter();
    let mut later = later.filter(|slot| slot.after.contains(&name) && signed(slot.name));
    match later.next() {
        Some(slot) => Err(Error::new(ErrorKind::Refused, &rules::xml_sign::SLOT_LATE)
            .with(name)
            .with(slot.name)),
        None => Ok(()),
    }
}

/// The element that `#id` or a path like `/a/b[2]` names. Prefixes in paths do not count.
pub(super) fn element_at(document: &Document, text: &str, ids: &[&str]) -> Result<ElementId> {
    let missing = || Error::new(ErrorKind::Argument, &rules::xml_sign::NOT_FOUND).with(text);
    if let Some(id) = text.strip_prefix('#') {
        return by_id(document, id, ids);
    }
    let path = text.strip_prefix('/').ok_or_else(missing)?;
    let mut found: Vec<ElementId> = Vec::new();
    for (depth, step) in path.split('/').enumerate() {
        let (name, number) = step_of(step).ok_or_else(missing)?;
        let mut next: Vec<ElementId> = match depth {
            0 => vec![document.root()],
            _ => found
                .iter()
                .flat_map(|one| document.children(*one))
                .collect(),
        };
        next.retain(|one| document.element(*one).local() == name);
        if let Some(number) = number {
            next = next.get(number - 1).copied().into_iter().collect();
        }
        found = next;
    }
    match found.as_slice() {
        [] => Err(missing()),
        [only] => Ok(*only),
        several => Err(
            Error::new(ErrorKind::Argument, &rules::xml_sign::PATH_AMBIGUOUS)
                .with(text)
                .with(several.len()),
        ),
    }
}

/// `p:name[2]` as name and number.
fn step_of(step: &str) -> Option<(&str, Option<usize>)> {
    let (name, number) = match step.strip_suffix(']').and_then(|step| step.split_once('[')) {
        Some((name, number)) => {
            let number: usize = number.parse().ok()?;
            (name, Some(number).filter(|number| *number > 0)?.into())
        }
        None => (step, None),
    };
    let local = name.rsplit_once(':').map_or(name, |(_, local)| local);
    (!local.is_empty()).then_some((local, number))
}

/// The one element with an id.
///
/// # Errors
/// `Argument` where there is none, `Refused` where there are several, under whatever attribute.
pub(super) fn by_id(document: &Document, id: &str, ids: &[&str]) -> Result<ElementId> {
    let found = document.by_id(id, ids);
    match found.as_slice() {
        [(only, _)] => Ok(*only),
        [] => Err(Error::new(ErrorKind::Argument, &rules::xml_sign::NOT_FOUND)
            .with(format_args!("#{id}"))),
        several => {
            let places: Vec<String> = several
                .iter()
                .map(|(element, attribute)| format!("{}/@{attribute}", document.path(*element)))
                .collect();
            Err(Error::new(ErrorKind::Refused, &rules::xml_sign::ID_TWICE)
                .with(id)
                .with(places.join(", ")))
        }
    }
}

/// The edit that puts the signature at the end of an element's content, between two texts. `<a/>` becomes `<a>…</a>`.
pub(super) fn at_end(
    document: &Document,
    octets: Octets,
    parent: ElementId,
    before: &str,
    after: &str,
) -> Edit {
    let (range, open, close) = end_of(document, octets, parent);
    Edit {
        range,
        what: What::Signature {
            before: format!("{open}{before}"),
            after: format!("{after}{close}"),
        },
    }
}

/// Where an element's content ends, and what has to be written around something new there.
pub(super) fn end_of(
    document: &Document,
    octets: Octets,
    element: ElementId,
) -> (std::ops::Range<usize>, String, String) {
    let view = document.element(element);
    let span = view.span();
    let tail = span.end.saturating_sub(2 * octets.width());
    let bytes = document.bytes();
    // An end tag ends with a name before its `>`, so only an empty element ends like this.
    if bytes.get(tail..span.end) != Some(octets.encode("/>").as_slice()) {
        let end = view.content().end;
        return (end..end, String::new(), String::new());
    }
    let tag = octets.decode(bytes.get(span.start..tail).unwrap_or_default());
    let name: String = tag
        .chars()
        .skip(1)
        .take_while(|c| !c.is_ascii_whitespace())
        .collect();
    (tail..span.end, ">".to_owned(), format!("</{name}>"))
}
