//! Rules (b), a new signature field, and (c), a signature in an existing empty field.

use super::{Doubt, Placed, equal, later::Later};
use crate::{
    limits::MAX_REFERENCE_STEPS,
    pdf::{Dictionary, Object, ObjectId},
    report::Finding,
    text::{Rule, rules::changes as rules},
};

/// Keys of a widget that show a box and do nothing (ISO 32000-1 tables 164, 166 and 188).
const WIDGET_KEYS: &[&str] = &[
    "Type", "Subtype", "Rect", "P", "F", "AP", "NM", "M", "MK", "BS", "Border", "C", "H", "Parent",
];

/// Keys of a signature field (tables 220, 222 and 232).
const FIELD_KEYS: &[&str] = &[
    "FT", "T", "TU", "TM", "Ff", "V", "Lock", "SV", "Kids", "DA", "Q",
];

/// What a signature may add to its field and its widget.
const FILLED_KEYS: &[&str] = &["V", "AP", "M", "F"];

/// A box of a new field.
struct Widget {
    id: ObjectId,
    page: Option<ObjectId>,
}

/// Takes out of `changed` what the signatures of this revision explain.
pub(super) fn explain(later: &mut Later<'_>) -> Result<(), Doubt> {
    for signature in later.placed.clone() {
        if !later.is_new(signature.field) {
            filled(later, signature)?;
        }
    }
    information(later)?;
    let widgets = form(later)?;
    let mut pages: Vec<_> = widgets.iter().filter_map(|widget| widget.page).collect();
    pages.sort_unstable();
    pages.dedup();
    for page in pages {
        annotations(later, page, &widgets)?;
    }
    Ok(())
}

/// The document information dictionary may say when and with what the signature was made.
fn information(later: &mut Later<'_>) -> Result<(), Doubt> {
    let revision = later.document.revisions().get(later.revision);
    let Some(info) = revision
        .and_then(|revision| revision.trailer.get("Info"))
        .cloned()
    else {
        return Ok(());
    };
    let Some(changed) = info
        .as_reference()
        .and_then(|id| later.changed.get(&id.number))
    else {
        return Ok(());
    };
    let (Object::Dictionary(before), Object::Dictionary(after)) =
        (&*changed.before, &*changed.after)
    else {
        return Ok(());
    };
    let may_change = ["ModDate", "Producer"];
    let plain = may_change
        .iter()
        .all(|key| matches!(after.get(key), None | Some(Object::String(_))));
    if plain && equal::differing_but(later.document, before, after, &may_change)?.is_none() {
        later.explained(Some(&info));
    }
    Ok(())
}

/// Rule (c): the field was an empty signature field and got its value and its look.
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
        if let Some(key) = equal::differing_but(later.document, before, after, but)? {
            return Err(wrong(&format!("/{}", String::from_utf8_lossy(&key.0))));
        }
        let simple = matches!(after.get("M"), None | Some(Object::String(_)))
            && matches!(after.get("F"), None | Some(Object::Integer(_)))
            && matches!(
                after.get("AP"),
                None | Some(Object::Dictionary(_) | Object::Reference(_))
            )
            && keeps_shared_look(before, after);
        if !simple {
            return Err(wrong("/AP"));
        }
        later.changed.remove(&id.number);
    }
    Ok(())
}

/// A look that is an object of its own may be used elsewhere, too: then it must stay the field's.
fn keeps_shared_look(before: &Dictionary, after: &Dictionary) -> bool {
    match before.get("AP") {
        Some(look @ Object::Reference(_)) => after.get("AP") == Some(look),
        _ => true,
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

/// The value is the signature's own dictionary, and that is new.
fn is_its_value(later: &Later<'_>, signature: &Placed, value: Option<&Object>) -> bool {
    match value {
        Some(Object::Reference(id)) => signature.value == Some(*id) && later.is_new(*id),
        Some(Object::Dictionary(_)) => signature.value.is_none(),
        _ => false,
    }
}

/// Rule (b), the form: /Fields grew by new signature fields, /SigFlags may say so, all else is as it was.
fn form(later: &mut Later<'_>) -> Result<Vec<Widget>, Doubt> {
    let revision = later.document.revisions().get(later.revision);
    let root = revision
        .and_then(|revision| revision.trailer.get("Root"))
        .cloned();
    let (before, after) = (
        later.resolve_before(root.as_ref())?,
        later.resolve_after(root.as_ref())?,
    );
    let (Object::Dictionary(before), Object::Dictionary(after)) = (&*before, &*after) else {
        return Err(Finding::new(&rules::NOT_COMPARABLE).with("/Root").into());
    };
    let forms = (
        before.get("AcroForm").cloned(),
        after.get("AcroForm").cloned(),
    );
    let place = root
        .as_ref()
        .and_then(Object::as_reference)
        .map(|id| later.place(id));
    let wrong = |rule: &'static Rule, key: &[u8]| {
        let key = format!("/{}", String::from_utf8_lossy(key));
        Doubt(Finding::new(rule).with(key).at(place.unwrap_or_default()))
    };
    if later.is_changed(root.as_ref())
        && let Some(key) = equal::differing_but(later.document, before, after, &["AcroForm"])?
    {
        return Err(wrong(&rules::OBJECT_CHANGED, &key.0));
    }
    let none = Dictionary::default();
    let form_before = later.resolve_before(forms.0.as_ref())?;
    let form_before = dictionary(&form_before).unwrap_or(&none);
    let form_after = later.resolve_after(forms.1.as_ref())?;
    let form_after = dictionary(&form_after).unwrap_or(&none);
    let fields = (
        form_before.get("Fields").cloned(),
        form_after.get("Fields").cloned(),
    );
    let touched = later.is_changed(root.as_ref())
        || later.is_changed(forms.1.as_ref())
        || later.is_changed(fields.1.as_ref());
    if !touched {
        return Ok(Vec::new());
    }
    let but = ["Fields", "SigFlags"];
    if let Some(key) = equal::differing_but(later.document, form_before, form_after, &but)? {
        return Err(wrong(&rules::FORM, &key.0));
    }
    if !sig_flags_grew(form_before, form_after) {
        return Err(wrong(&rules::FORM, b"SigFlags"));
    }
    let fields_before = later.resolve_before(fields.0.as_ref())?;
    let fields_after = later.resolve_after(fields.1.as_ref())?;
    let Some(added) = growth(later, &fields_before, &fields_after)? else {
        return Err(wrong(&rules::FORM, b"Fields"));
    };
    let mut widgets = Vec::new();
    for field in added {
        new_field(later, field, &mut widgets)?;
    }
    later.explained(root.as_ref());
    // An object that only now became the form was something else before: that is not explained.
    for pair in [&forms, &fields] {
        if pair.0 == pair.1 {
            later.explained(pair.0.as_ref());
        }
    }
    Ok(widgets)
}

fn dictionary(object: &Object) -> Option<&Dictionary> {
    match object {
        Object::Dictionary(dictionary) => Some(dictionary),
        _ => None,
    }
}

/// /SigFlags kept its bits and got at most SignaturesExist and AppendOnly (table 219).
fn sig_flags_grew(before: &Dictionary, after: &Dictionary) -> bool {
    let flags = |form: &Dictionary| match form.get("SigFlags") {
        None => Some(0),
        Some(value) => value.as_integer(),
    };
    match (flags(before), flags(after)) {
        (Some(before), Some(after)) => before & !after == 0 && after & !before & !3 == 0,
        _ => false,
    }
}

/// What stands in the second array behind all items of the first; `None` where the first is not its start.
fn growth<'a>(
    later: &Later<'_>,
    before: &Object,
    after: &'a Object,
) -> Result<Option<&'a [Object]>, Doubt> {
    let before = match before {
        Object::Null => &[],
        Object::Array(items) => items.as_slice(),
        _ => return Ok(None),
    };
    let after = match after {
        Object::Null => &[],
        Object::Array(items) => items.as_slice(),
        _ => return Ok(None),
    };
    if after.len() < before.len() || !equal::all_same(later.document, before, after)? {
        return Ok(None);
    }
    Ok(after.get(before.len()..))
}

/// Rule (b), one field: new, of type /Sig, with nothing that acts; empty, or holding an intact signature of
/// this revision.
fn new_field(later: &Later<'_>, field: &Object, widgets: &mut Vec<Widget>) -> Result<(), Doubt> {
    let Object::Reference(id) = *field else {
        return Err(Finding::new(&rules::NEW_FIELD).with("/Fields").into());
    };
    let place = later.place(id);
    let wrong = |key: &str| Doubt(Finding::new(&rules::NEW_FIELD).with(key).at(place));
    let field = later.after(id)?;
    let Some(field) = dictionary(&field) else {
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
        if later.is_locked(&signature.name) {
            return Err(Finding::new(&rules::LOCKED)
                .with(&signature.name)
                .at(place)
                .into());
        }
    }
    if field.get("Subtype").is_some() {
        widgets.push(Widget {
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
        let Some(widget) = dictionary(&widget) else {
            return Err(wrong("/Kids"));
        };
        let known = |key: &[u8]| WIDGET_KEYS.iter().any(|known| known.as_bytes() == key);
        let plain = widget.duplicates().is_empty()
            && widget.iter().all(|(key, _)| known(&key.0))
            && widget.get("Parent").and_then(Object::as_reference) == Some(id);
        if !plain {
            return Err(wrong("/Kids"));
        }
        widgets.push(Widget {
            id: kid,
            page: widget.get("P").and_then(Object::as_reference),
        });
    }
    Ok(())
}

/// Rule (b), a page: /Annots grew by widgets of new fields that name this page, all else is as it was.
fn annotations(later: &mut Later<'_>, page: ObjectId, widgets: &[Widget]) -> Result<(), Doubt> {
    if later.is_new(page) {
        return Ok(());
    }
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
    let lists = (before.get("Annots").cloned(), after.get("Annots").cloned());
    if !later.is_changed(Some(&reference)) && !later.is_changed(lists.1.as_ref()) {
        return Ok(());
    }
    if let Some(key) = equal::differing_but(later.document, before, after, &["Annots"])? {
        return Err(wrong(&key.0));
    }
    let list_before = later.resolve_before(lists.0.as_ref())?;
    let list_after = later.resolve_after(lists.1.as_ref())?;
    let added = growth(later, &list_before, &list_after)?;
    let is_its_box = |item: &Object| {
        let id = item.as_reference();
        widgets
            .iter()
            .any(|widget| Some(widget.id) == id && widget.page == Some(page))
    };
    if !added.is_some_and(|added| added.iter().all(is_its_box)) {
        return Err(wrong(b"Annots"));
    }
    later.explained(Some(&reference));
    if lists.0 == lists.1 {
        later.explained(lists.0.as_ref());
    }
    Ok(())
}
