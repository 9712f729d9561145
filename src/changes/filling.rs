//! Form filling: text fields, check boxes, radio buttons and choices get another value and look (ISO 32000-1 clause
//! 12.7.4). What the field is, where it stands and what it does stays.

use super::{
    Doubt, equal,
    later::Later,
    path::{Role, untold},
};
use crate::{
    limits::MAX_REFERENCE_STEPS,
    pdf::{Dictionary, Object, ObjectId, text_string},
    report::{ChangeLevel, Finding},
    text::rules::{changes, later as rules},
};

/// What filling may change in a field and its widgets (tables 164, 220, 222, 229 and 231).
const KEYS: &[&str] = &["V", "RV", "I", "TI", "AP", "AS", "M", "DA", "MK"];

/// A push button has no value (table 226).
const PUSH_BUTTON: i64 = 1 << 16;

/// A field as the form knew it.
struct Field {
    name: String,
    /// /FT.
    kind: Vec<u8>,
    /// /Ff.
    flags: i64,
}

pub(super) fn explain(later: &mut Later<'_>) -> Result<(), Doubt> {
    let changed: Vec<_> = later.changed.values().cloned().collect();
    let mut filled = std::collections::BTreeMap::new();
    for changed in changed {
        let (Object::Dictionary(before), Object::Dictionary(after)) =
            (&*changed.before, &*changed.after)
        else {
            continue;
        };
        let looks_like_one = |key| before.get(key).is_some();
        if !(looks_like_one("FT") || looks_like_one("Parent") || looks_like_one("T")) {
            continue;
        }
        let Some(field) = field_of(later, changed.id, before)? else {
            continue;
        };
        let can_be_filled = match field.kind.as_slice() {
            b"Tx" | b"Ch" => true,
            b"Btn" => field.flags & PUSH_BUTTON == 0,
            _ => false,
        };
        if !can_be_filled {
            continue;
        }
        let place = later.place(changed.id);
        if later.is_locked(&field.name) {
            // Told; that its object changed need not be told again.
            later.changed.remove(&changed.id.number);
            let finding = Finding::new(&changes::LOCKED).with(&field.name);
            later.forbid(finding.at(place));
            continue;
        }
        let wrong = |key: &str| {
            let finding = Finding::new(&rules::NOT_FILLING)
                .with(&field.name)
                .with(key);
            finding.at(place)
        };
        let document = later.objects.document;
        let differing = equal::differing_but(document, before, after, KEYS)?;
        let odd = match &differing {
            Some(key) => Some(format!("/{}", String::from_utf8_lossy(&key.0))),
            None => odd_value(before, after).map(str::to_owned),
        };
        let id = Object::Reference(changed.id);
        later.explained(Some(&id), Role::Field);
        if let Some(key) = odd {
            later.forbid(wrong(&key));
            continue;
        }
        looks(later, before.get("AP"))?;
        let same = |key| before.get(key) == after.get(key);
        let state = same("V") && same("AS") && same("I") && same("RV");
        let redrawn = state && before.get("AP").is_some() && !same("AP");
        let entry = filled.entry(field.name).or_insert((true, place));
        entry.0 &= redrawn;
    }
    // Streams that were drawn anew in their place, though the dictionaries above them stayed.
    let streams: Vec<_> = later.changed.values().map(|changed| changed.id).collect();
    for id in streams {
        let Some(changed) = later.changed.get(&id.number) else {
            continue;
        };
        if changed.before.as_stream().is_none() {
            continue;
        }
        if let Some(field) = field_of_look(later, id, 0)? {
            if later.is_locked(&field.name) {
                let finding = Finding::new(&changes::LOCKED).with(&field.name);
                later.forbid(finding.at(later.place(id)));
                continue;
            }
            if is_look(later, id)? {
                let place = later.place(id);
                later.explained(Some(&Object::Reference(id)), Role::Look);
                filled.entry(field.name).or_insert((true, place));
            }
        }
    }
    if !filled.is_empty() {
        later.raise(ChangeLevel::FormFilling);
    }
    for (name, (redrawn, place)) in filled {
        let rule = if redrawn {
            &rules::REDRAWN
        } else {
            &rules::FILLED
        };
        later.note(Finding::new(rule).with(name).at(place));
    }
    Ok(())
}

/// The first key whose new value is none that filling gives.
fn odd_value(before: &Dictionary, after: &Dictionary) -> Option<&'static str> {
    let fits = |key: &str, good: fn(&Object) -> bool| {
        let value = after.get(key);
        value == before.get(key) || value.is_none_or(good)
    };
    let text = |value: &Object| {
        matches!(
            value,
            Object::String(_)
                | Object::Name(_)
                | Object::Array(_)
                | Object::Reference(_)
                | Object::Null
        )
    };
    let string = |value: &Object| matches!(value, Object::String(_) | Object::Reference(_));
    let list = |value: &Object| matches!(value, Object::Array(_) | Object::Null);
    let look = |value: &Object| matches!(value, Object::Dictionary(_) | Object::Reference(_));
    // /MK holds the words and pictures of buttons; of others colours only.
    let plain = |value: &Object| {
        value.as_dictionary().is_some_and(|colours| {
            colours
                .iter()
                .all(|(key, _)| matches!(key.0.as_slice(), b"BC" | b"BG" | b"CA" | b"R"))
        })
    };
    let checks: [(&'static str, bool); 8] = [
        ("V", fits("V", text)),
        ("RV", fits("RV", string)),
        ("I", fits("I", list)),
        ("TI", fits("TI", |value| value.as_integer().is_some())),
        ("AP", fits("AP", look)),
        ("AS", fits("AS", |value| value.as_name().is_some())),
        ("M", fits("M", |value| value.as_string().is_some())),
        ("DA", fits("DA", |value| value.as_string().is_some())),
    ];
    let odd = checks.into_iter().find(|(_, good)| !good);
    odd.map(|(key, _)| key)
        .or_else(|| (!fits("MK", plain)).then_some("MK"))
}

/// The field that an object belonged to, the way up checked downwards: only what the form reaches by /Kids counts.
fn field_of(
    later: &Later<'_>,
    id: ObjectId,
    dictionary: &Dictionary,
) -> Result<Option<Field>, Doubt> {
    let mut names = Vec::new();
    let (mut kind, mut flags) = (None, None);
    let (mut child, mut node) = (id, dictionary.clone());
    for _ in 0..MAX_REFERENCE_STEPS {
        if !node.duplicates().is_empty() {
            return Ok(None);
        }
        if let Object::String(name) = &*later.resolve_before(node.get("T"))? {
            names.push(text_string::decode(&name.bytes));
        }
        if kind.is_none() && node.get("FT").is_some() {
            kind = later
                .resolve_before(node.get("FT"))?
                .as_name()
                .map(<[u8]>::to_vec);
        }
        if flags.is_none() && node.get("Ff").is_some() {
            flags = later.resolve_before(node.get("Ff"))?.as_integer();
        }
        let parent = node.get("Parent").and_then(Object::as_reference);
        let list = match parent {
            Some(parent) => match &*later.before(parent)? {
                Object::Dictionary(above) => {
                    let list = later.resolve_before(above.get("Kids"))?;
                    node = above.clone();
                    list
                }
                _ => return Ok(None),
            },
            None => {
                let root = later.in_trailer("Root");
                let catalog = later.resolve_before(root.as_ref())?;
                let form = catalog.as_dictionary().and_then(|c| c.get("AcroForm"));
                let form = later.resolve_before(form)?;
                let fields = form.as_dictionary().and_then(|form| form.get("Fields"));
                later.resolve_before(fields)?
            }
        };
        let listed = list.as_array().is_some_and(|items| {
            let mut items = items.iter();
            items.any(|item| item.as_reference() == Some(child))
        });
        if !listed {
            return Ok(None);
        }
        match parent {
            Some(parent) => child = parent,
            None => {
                names.reverse();
                return Ok(kind.map(|kind| Field {
                    name: names.join("."),
                    kind,
                    flags: flags.unwrap_or(0),
                }));
            }
        }
    }
    Err(untold("/Parent"))
}

/// Explains changed objects below an appearance dictionary as it was: its streams and the dictionaries of states. That
/// nothing else uses them is looked at later, with every other use.
pub(super) fn looks(later: &mut Later<'_>, look: Option<&Object>) -> Result<(), Doubt> {
    let mut level = vec![look.cloned().unwrap_or(Object::Null)];
    for _ in 0..3 {
        let mut below = Vec::new();
        for value in level {
            if value.as_reference().is_some() && later.is_changed(Some(&value)) {
                let id = value.as_reference();
                if let Some(id) = id
                    && is_look(later, id)?
                {
                    later.explained(Some(&value), Role::Look);
                }
            }
            if let Object::Dictionary(entries) = &*later.resolve_before(Some(&value))? {
                below.extend(entries.iter().map(|(_, value)| value.clone()));
            }
        }
        level = below;
    }
    Ok(())
}

/// Whether a changed object was a form XObject or a dictionary of such, and still is.
fn is_look(later: &Later<'_>, id: ObjectId) -> Result<bool, Doubt> {
    let is_form = |object: &Object| match object {
        Object::Stream(stream) => {
            let says = |key, name| {
                let value = stream.dictionary.get(key);
                value.is_none_or(|value| value.is_name(name))
            };
            says("Type", "XObject")
                && says("Subtype", "Form")
                && stream.dictionary.get("Ref").is_none()
        }
        Object::Dictionary(states) => states
            .iter()
            .all(|(_, value)| matches!(value, Object::Reference(_) | Object::Dictionary(_))),
        _ => false,
    };
    Ok(is_form(&*later.before(id)?) && is_form(&*later.after(id)?))
}

/// The field on whose appearance a stream hangs, whose dictionary did not change.
fn field_of_look(later: &Later<'_>, id: ObjectId, step: usize) -> Result<Option<Field>, Doubt> {
    if step > 2 {
        return Ok(None);
    }
    for used in later.uses(id)? {
        let Some(from) = used.from else {
            return Ok(None);
        };
        if used.keys.first().is_some_and(|key| key == "AP")
            && let Object::Dictionary(widget) = &*later.before(from)?
            && let Some(field) = field_of(later, from, widget)?
            && matches!(field.kind.as_slice(), b"Tx" | b"Ch" | b"Btn")
            && (field.kind != b"Btn" || field.flags & PUSH_BUTTON == 0)
        {
            return Ok(Some(field));
        }
    }
    Ok(None)
}
