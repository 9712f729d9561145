//! Every path: an object whose change is explained as one thing must not be used as another.

use super::{
    Doubt,
    delta::Objects,
    index::{self, Index, Wanted},
};
use crate::{
    pdf::{Object, ObjectId, document::Entry},
    report::Finding,
    text::rules::changes as rules,
};

/// How many steps up an appearance may stand below its annotation: the annotation's /AP, its /N, a state.
const MAX_STEPS: usize = 3;

/// What a rule took an object for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The catalog.
    Catalog,
    /// The interactive form.
    Form,
    /// A list of fields or annotations.
    List,
    /// A field, an annotation, or both in one.
    Field,
    /// A page whose list of annotations changed. Nothing but a page has one, so it does not matter from where it is used.
    Page,
    /// The default resources of the form, or one of their categories.
    Resources,
    /// An appearance stream, or a dictionary of such.
    Look,
    /// The document security store or a part of it.
    ValidationData,
    /// Developer extensions.
    Extensions,
    /// XMP metadata.
    Metadata,
    /// The information dictionary.
    Information,
    /// The cross-reference stream: nothing refers to it.
    Section,
}

/// One use of an object: from where, and the keys that lead to it there, outermost first.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// `None` for the trailer.
    pub(super) from: Option<ObjectId>,
    pub(super) keys: Vec<String>,
}

/// What refers to an object in the revisions before one.
pub(super) fn uses(
    objects: &Objects<'_>,
    index: &Index,
    revision: usize,
    id: ObjectId,
) -> Result<Vec<Use>, Doubt> {
    let document = objects.document;
    let mut uses = Vec::new();
    let referrers = index.referrers(id.number).iter();
    for referrer in referrers.filter(|referrer| referrer.revision < revision) {
        let Some(number) = referrer.number else {
            let trailer = document.revisions().get(referrer.revision);
            for (key, value) in trailer.into_iter().flat_map(|r| r.trailer.iter()) {
                let mut keys = vec![String::from_utf8_lossy(&key.0).into_owned()];
                walk(value, id, &mut keys, &mut |keys| {
                    uses.push(Use {
                        from: None,
                        keys: keys.to_vec(),
                    });
                });
            }
            continue;
        };
        let generation = match document.entry_at(referrer.revision, number) {
            Some(Entry::InFile { generation, .. }) => generation,
            _ => 0,
        };
        let from = ObjectId { number, generation };
        let object = objects.at(referrer.revision, from)?;
        // The dictionary of a cross-reference stream is the trailer.
        let is_trailer = object.as_stream().is_some_and(|stream| {
            let kind = stream.dictionary.get("Type");
            kind.is_some_and(|kind| kind.is_name("XRef"))
        });
        let from = (!is_trailer).then_some(from);
        walk(&object, id, &mut Vec::new(), &mut |keys| {
            uses.push(Use {
                from,
                keys: keys.to_vec(),
            });
        });
    }
    Ok(uses)
}

/// Calls with the keys of each place where a value refers to an object; the parser bounds the depth.
fn walk(value: &Object, id: ObjectId, keys: &mut Vec<String>, found: &mut dyn FnMut(&[String])) {
    match value {
        Object::Reference(other) if *other == id => found(keys),
        Object::Array(items) => items.iter().for_each(|item| walk(item, id, keys, found)),
        other => {
            for (key, value) in other.as_dictionary().into_iter().flat_map(|d| d.iter()) {
                keys.push(String::from_utf8_lossy(&key.0).into_owned());
                walk(value, id, keys, found);
                keys.pop();
            }
        }
    }
}

/// A use of an object that does not fit what a rule took it for, as words; `None` where all fit.
pub(super) fn other_use(
    objects: &Objects<'_>,
    index: &Index,
    revision: usize,
    id: ObjectId,
    role: Role,
) -> Result<Option<String>, Doubt> {
    if role == Role::Page {
        return Ok(None);
    }
    if role == Role::Look {
        return other_use_of_look(objects, index, revision, id, 0);
    }
    let uses = uses(objects, index, revision, id)?;
    Ok(uses.iter().find(|used| !fits(role, used)).map(words))
}

fn words(used: &Use) -> String {
    let from = used.from.map_or("trailer".to_owned(), |from| {
        format!("object {}", from.number)
    });
    format!("{from}: /{}", used.keys.join("/"))
}

/// Whether a use is one of those that belong to a role.
fn fits(role: Role, used: &Use) -> bool {
    let keys: Vec<&str> = used.keys.iter().map(String::as_str).collect();
    let last = keys.last().copied();
    match (role, used.from) {
        (Role::Catalog, None) => keys == ["Root"],
        // The dictionary of a signature's transform names what it looks at (ISO 32000-1 table 253).
        (Role::Catalog, Some(_)) => matches!(keys.as_slice(), ["Reference", "Data"] | ["Data"]),
        (Role::Information, None) => keys == ["Info"],
        (_, None) | (Role::Information, _) => false,
        (Role::Form, _) => keys == ["AcroForm"],
        (Role::List, _) => matches!(last, Some("Fields" | "Kids" | "Annots")),
        // An array that is an object of its own lists fields, annotations or kids; where it was one of content, a
        // dictionary would mean nothing.
        (Role::Field, _) => matches!(
            last,
            None | Some(
                "Fields" | "Kids" | "Annots" | "Parent" | "Obj" | "CO" | "Popup" | "IRT" | "T"
            )
        ),
        (Role::Resources, _) => keys.contains(&"DR"),
        (Role::ValidationData, _) => match last {
            Some("DSS" | "Certs" | "OCSPs" | "CRLs" | "VRI" | "Cert" | "OCSP" | "CRL") => true,
            // VRI names its entries by the hash of a signature.
            Some(hash) => hash.len() >= 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()),
            None => false,
        },
        (Role::Extensions, _) => keys.first() == Some(&"Extensions"),
        (Role::Metadata, _) => last == Some("Metadata"),
        (Role::Page | Role::Look | Role::Section, _) => false,
    }
}

/// Appearances hang on /AP of an annotation, perhaps by way of dictionaries that are objects of their own.
fn other_use_of_look(
    objects: &Objects<'_>,
    index: &Index,
    revision: usize,
    id: ObjectId,
    step: usize,
) -> Result<Option<String>, Doubt> {
    Ok(holders_at(objects, index, revision, id, step)?.err())
}

/// The annotations that show an appearance; as an error another use of it, in words.
pub(super) fn holders(
    objects: &Objects<'_>,
    index: &Index,
    revision: usize,
    id: ObjectId,
) -> Result<Result<Vec<ObjectId>, String>, Doubt> {
    holders_at(objects, index, revision, id, 0)
}

fn holders_at(
    objects: &Objects<'_>,
    index: &Index,
    revision: usize,
    id: ObjectId,
    step: usize,
) -> Result<Result<Vec<ObjectId>, String>, Doubt> {
    let mut holders = Vec::new();
    for used in uses(objects, index, revision, id)? {
        let keys: Vec<&str> = used.keys.iter().map(String::as_str).collect();
        let Some(from) = used.from.filter(|_| step <= MAX_STEPS) else {
            return Ok(Err(words(&used)));
        };
        match keys.as_slice() {
            ["AP", ..] if keys.len() <= 3 => holders.push(from),
            // A dictionary of appearances or of states: what counts is where that is used.
            ["N" | "R" | "D"] | ["N" | "R" | "D", _] | [_] => {
                let above = uses_of(objects, revision, from)?;
                match holders_at(objects, &above, revision, from, step + 1)? {
                    Ok(more) => holders.extend(more),
                    Err(_) => return Ok(Err(words(&used))),
                }
            }
            _ => return Ok(Err(words(&used))),
        }
    }
    Ok(Ok(holders))
}

/// An index for one object that did not change itself: rarely needed, so it is not part of the great one.
fn uses_of(objects: &Objects<'_>, revision: usize, id: ObjectId) -> Result<Index, Doubt> {
    if !objects.may_search() {
        return Err(untold("references"));
    }
    let wanted = Wanted {
        brought: None,
        changed: Some(revision),
    };
    let index = index::references(objects.document, &[(id.number, wanted)].into(), revision);
    match &index.doubt {
        Some(doubt) => Err(doubt.clone().into()),
        None => Ok(index),
    }
}

/// The finding for what cannot be told.
pub(super) fn untold(what: &str) -> Doubt {
    Finding::new(&rules::NOT_COMPARABLE).with(what).into()
}
