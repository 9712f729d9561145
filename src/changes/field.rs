//! A signature in an empty field, and new signature fields.

use super::{Doubt, Placed, equal, filling, later::Later, path::Role};
use crate::{
    limits::MAX_REFERENCE_STEPS,
    pdf::{Dictionary, Object, ObjectId, text_string},
    report::Finding,
    text::rules::changes as rules,
};

/// Keys of a widget that show a box and do nothing (ISO 32000-1 tables 164, 166 and 188).
const WIDGET_KEYS: &[&str] = &[
    "Type",
    "Subtype",
    "Rect",
    "P",
    "F",
    "AP",
    "NM",
    "M",
    "MK",
    "BS",
    "Border",
    "C",
    "H",
    "Parent",
    "StructParent",
    "AS",
];

/// Keys of a signature field (tables 220, 222 and 232).
const FIELD_KEYS: &[&str] = &[
    "FT", "T", "TU", "TM", "Ff", "V", "Lock", "SV", "Kids", "DA", "Q", "DR", "DV",
];

/// What a signature may add to its field and its widget.
const FILLED_KEYS: &[&str] = &["V", "AP", "M", "F", "Ff"];

/// A box of a new field.
pub(super) struct Widget {
    pub(super) id: ObjectId,
    /// The page that it names.
    pub(super) page: Option<ObjectId>,
}

/// Takes out of `changed` the fields that the signatures of this revision fill.
pub(super) fn filled_by_signatures(later: &mut Later<'_>) -> Result<(), Doubt> {
    for signature in later.placed.clone() {
        if !later.is_new(signature.field) {
            filled(later, signature)?;
        }
    }
    Ok(())
}

/// The field was an empty signature field and got its value and its look.
fn filled(later: &mut Later<'_>, signature: &Placed) -> Result<(), Doubt> {
    let place = later.place(signature.field);
    let wrong = |what: &str| Doubt(Finding::new(&rules::FILLED_FIELD).with(what).at(place));
    if later.is_locked(&signature.name) {
        return Err(Finding::new(&rules::LOCKED)
            .with(&signature.name)
            .at(place)
            .into());
    }
    let (before, after) = (
        later.before(signature.field)?,
        later.after(signature.field)?,
    );
    let (Object::Dictionary(before), Object::Dictionary(after)) = (&*before, &*after) else {
        return Err(wrong("/FT"));
    };
    if !is_empty_signature(later, before)? {
        return Err(wrong("/V"));
    }
    if !is_its_value(later, signature, after.get("V")) {
        return Err(wrong("/V"));
    }
    let own = [signature.field];
    let looks_before = before.get("AP").cloned();
    let kids = later.resolve_before(before.get("Kids"))?;
    let kids = kids
        .as_array()
        .unwrap_or_default()
        .iter()
        .filter_map(Object::as_reference);
    for id in own.into_iter().chain(kids) {
        let Some(changed) = later.changed.get(&id.number) else {
            continue;
        };
        let (Object::Dictionary(before), Object::Dictionary(after)) =
            (&*changed.before, &*changed.after)
        else {
            return Err(wrong("/Kids"));
        };
        let but = if id == signature.field {
            FILLED_KEYS
        } else {
            &FILLED_KEYS[1..]
        };
        if let Some(key) = equal::differing_but(later.objects.document, before, after, but)? {
            return Err(wrong(&format!("/{}", String::from_utf8_lossy(&key.0))));
        }
        let simple = matches!(after.get("M"), None | Some(Object::String(_)))
            && matches!(after.get("F"), None | Some(Object::Integer(_)))
            && matches!(
                after.get("AP"),
                None | Some(Object::Dictionary(_) | Object::Reference(_))
            )
            && filling::only_read_only(before, after)
            && leaves_own_look(later, id, before, after)?;
        if !simple {
            return Err(wrong("/AP"));
        }
        later.explained(Some(&Object::Reference(id)), Role::Field);
    }
    // Its appearance may be drawn into the stream that was there for it.
    let owner = signature.field;
    filling::looks(later, looks_before.as_ref(), &|_, holder| {
        Ok(holder == owner)
    })?;
    Ok(())
}

/// A look that is an object of its own may be used elsewhere, too: then it must stay the box's.
fn leaves_own_look(
    later: &Later<'_>,
    widget: ObjectId,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<bool, Doubt> {
    match before.get("AP") {
        Some(look @ Object::Reference(id)) if after.get("AP") != Some(look) => {
            let holders = later.holders(*id)?;
            Ok(!holders.is_empty() && holders.iter().all(|holder| *holder == widget))
        }
        _ => Ok(true),
    }
}

/// /FT is /Sig and /V is not there, here or inherited.
fn is_empty_signature(later: &Later<'_>, field: &Dictionary) -> Result<bool, Doubt> {
    let mut kind = None;
    let mut node = field.clone();
    for _ in 0..MAX_REFERENCE_STEPS {
        if !node.duplicates().is_empty() || !matches!(node.get("V"), None | Some(Object::Null)) {
            return Ok(false);
        }
        if kind.is_none() && node.get("FT").is_some() {
            kind = Some(later.resolve_before(node.get("FT"))?);
        }
        match &*later.resolve_before(node.get("Parent"))? {
            Object::Dictionary(parent) => node = parent.clone(),
            _ => return Ok(kind.is_some_and(|kind| kind.is_name("Sig"))),
        }
    }
    Ok(false)
}

/// Some programs name the field in its box, some do not.
fn is_kid_of(field: ObjectId, widget: &Dictionary) -> bool {
    let parent = widget.get("Parent");
    parent.is_none_or(|parent| parent.as_reference() == Some(field))
}

/// The value is the signature's own dictionary, and that is new.
fn is_its_value(later: &Later<'_>, signature: &Placed, value: Option<&Object>) -> bool {
    match value {
        Some(Object::Reference(id)) => signature.value == Some(*id) && later.is_new(*id),
        Some(Object::Dictionary(_)) => signature.value.is_none(),
        _ => false,
    }
}

/// One new field: of type /Sig, with nothing that acts; empty, or holding an intact signature of
/// this revision.
pub(super) fn new_field(later: &mut Later<'_>, field: &Object) -> Result<(), Doubt> {
    let Object::Reference(id) = *field else {
        return Err(Finding::new(&rules::NEW_FIELD).with("/Fields").into());
    };
    let place = later.place(id);
    let wrong = |key: &str| Doubt(Finding::new(&rules::NEW_FIELD).with(key).at(place));
    if let Some(broken) = later.broken(id) {
        let finding = Finding::new(&rules::NOT_INTACT).with(&broken.name);
        return Err(finding.at(place).into());
    }
    // Alone, it invites somebody to sign that nobody foresaw; with a signature, it is room for the next ones.
    if later.placed.is_empty() {
        return Err(wrong("/V"));
    }
    let field = later.after(id)?;
    let Object::Dictionary(field) = &*field else {
        return Err(wrong("/Fields"));
    };
    if !later.is_new(id) || !field.duplicates().is_empty() {
        return Err(wrong("/Fields"));
    }
    if field.get("Parent").is_some() || !later.resolve_after(field.get("FT"))?.is_name("Sig") {
        return Err(wrong("/FT"));
    }
    let known = |key: &[u8]| {
        let in_list = |list: &[&str]| list.iter().any(|known| known.as_bytes() == key);
        in_list(WIDGET_KEYS) || in_list(FIELD_KEYS)
    };
    if let Some((key, _)) = field.iter().find(|(key, _)| !known(&key.0)) {
        return Err(wrong(&format!("/{}", String::from_utf8_lossy(&key.0))));
    }
    if let Some(value) = field.get("V") {
        let Some(signature) = later.placed.iter().find(|p| p.field == id) else {
            return Err(wrong("/V"));
        };
        if !is_its_value(later, signature, Some(value)) {
            return Err(wrong("/V"));
        }
    }
    // A field at the top has the name that it says itself.
    let name = later.resolve_after(field.get("T"))?;
    let name = name
        .as_string()
        .map(|name| text_string::decode(&name.bytes));
    let name = name.unwrap_or_default();
    if later.is_locked(&name) {
        return Err(Finding::new(&rules::LOCKED).with(name).at(place).into());
    }
    if field.get("Subtype").is_some() {
        later.boxes.push(Widget {
            id,
            page: field.get("P").and_then(Object::as_reference),
        });
    }
    let kids = later.resolve_after(field.get("Kids"))?;
    for kid in kids.as_array().unwrap_or_default() {
        let Some(kid) = kid.as_reference().filter(|kid| later.is_new(*kid)) else {
            return Err(wrong("/Kids"));
        };
        let widget = later.after(kid)?;
        let Object::Dictionary(widget) = &*widget else {
            return Err(wrong("/Kids"));
        };
        let known = |key: &[u8]| WIDGET_KEYS.iter().any(|known| known.as_bytes() == key);
        let plain = widget.duplicates().is_empty()
            && widget.iter().all(|(key, _)| known(&key.0))
            && is_kid_of(id, widget);
        if !plain {
            return Err(wrong("/Kids"));
        }
        later.boxes.push(Widget {
            id: kid,
            page: widget.get("P").and_then(Object::as_reference),
        });
    }
    Ok(())
}
