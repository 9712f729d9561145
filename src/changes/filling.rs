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
const KEYS: &[&str] = &["V", "RV", "I", "TI", "AP", "AS", "M", "Ff"];

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
            None => odd_value(later, before, after)?.map(str::to_owned),
        };
        let id = Object::Reference(changed.id);
        later.explained(Some(&id), Role::Field);
        if let Some(key) = odd {
            later.forbid(wrong(&key));
            continue;
        }
        let has_value = has_value(later, &field, before, after)?;
        let same = |key| match (before.get(key), after.get(key)) {
            (Some(one), Some(other)) => equal::same(document, one, other),
            (one, other) => Ok(one.is_none() && other.is_none()),
        };
        let shown = !(same("AP")? && same("RV")?);
        let name = field.name;
        looks(later, before.get("AP"), &|later, holder| {
            belongs(later, holder, &name)
        })?;
        let entry = filled.entry(name).or_insert((false, false, place));
        entry.0 |= has_value;
        entry.1 |= shown;
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
            let own = later.holders(id)?.into_iter();
            let own: Result<Vec<_>, _> = own
                .map(|holder| belongs(later, holder, &field.name))
                .collect();
            if own?.into_iter().all(|own| own) && is_look(later, id)? {
                let place = later.place(id);
                later.explained(Some(&Object::Reference(id)), Role::Look);
                filled.entry(field.name).or_insert((false, true, place)).1 = true;
            }
        }
    }
    if !filled.is_empty() {
        later.raise(ChangeLevel::FormFilling);
    }
    for (name, (has_value, shown, place)) in filled {
        // A field shows its value: with the same value it looks as it was signed.
        if shown && !has_value {
            later.forbid(Finding::new(&rules::REDRAWN).with(name).at(place));
        } else {
            later.note(Finding::new(&rules::FILLED).with(name).at(place));
        }
    }
    Ok(())
}

/// Whether a field got another value. How a text is written does not matter, nor what its kind of field has no use for.
fn has_value(
    later: &Later<'_>,
    field: &Field,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<bool, Doubt> {
    let text = |value: &Object| match value {
        Object::Null => Some(String::new()),
        other => Some(text_string::decode(&other.as_string()?.bytes)),
    };
    let keys: &[&str] = match field.kind.as_slice() {
        b"Btn" => &["V", "AS"],
        b"Ch" => &["V", "I"],
        _ => &["V"],
    };
    for key in keys {
        let one = later.resolve_before(before.get(key))?;
        let other = later.resolve_after(after.get(key))?;
        let same = match (text(&one), text(&other)) {
            (Some(one), Some(other)) => one == other,
            _ => equal::same(later.objects.document, &one, &other)?,
        };
        if !same {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The first key whose new value is none that filling gives.
fn odd_value(
    later: &Later<'_>,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<Option<&'static str>, Doubt> {
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
    let checks: [(&'static str, bool); 8] = [
        ("/Ff", only_read_only(before, after)),
        ("/V", fits("V", text)),
        ("/RV", fits("RV", string)),
        ("/I", fits("I", list)),
        ("/TI", fits("TI", |value| value.as_integer().is_some())),
        ("/AS", fits("AS", |value| value.as_name().is_some())),
        ("/M", fits("M", |value| value.as_string().is_some())),
        (
            "/AP",
            before.get("AP") == after.get("AP") || are_looks(later, after.get("AP"))?,
        ),
    ];
    let odd = checks.into_iter().find(|(_, good)| !good);
    Ok(odd.map(|(key, _)| key))
}

/// Whether /Ff stayed, or forbids filling from now on (table 221): so signing programs mark what they lock.
pub(super) fn only_read_only(before: &Dictionary, after: &Dictionary) -> bool {
    let flags = |field: &Dictionary| match field.get("Ff") {
        None => Some(0),
        Some(value) => value.as_integer(),
    };
    before.get("Ff") == after.get("Ff")
        || matches!((flags(before), flags(after)), (Some(one), Some(other)) if other == one | 1)
}

/// Whether a value is an appearance dictionary: of forms, or of dictionaries of forms (table 168).
fn are_looks(later: &Later<'_>, value: Option<&Object>) -> Result<bool, Doubt> {
    let Some(value) = value else {
        return Ok(true);
    };
    let Object::Dictionary(looks) = &*later.resolve_after(Some(value))? else {
        return Ok(false);
    };
    for (key, look) in looks.iter() {
        if !matches!(key.0.as_slice(), b"N" | b"R" | b"D") {
            return Ok(false);
        }
        let look = later.resolve_after(Some(look))?;
        let forms = match &*look {
            Object::Dictionary(states) => states
                .iter()
                .map(|(_, state)| later.resolve_after(Some(state)))
                .collect::<Result<Vec<_>, _>>()?,
            _ => vec![look],
        };
        if !forms.iter().all(|form| is_form(form)) {
            return Ok(false);
        }
    }
    Ok(true)
}

fn is_form(object: &Object) -> bool {
    object.as_stream().is_some_and(|stream| {
        let kind = stream.dictionary.get("Type");
        let subtype = stream.dictionary.get("Subtype");
        kind.is_none_or(|kind| kind.is_name("XObject"))
            && subtype.is_some_and(|subtype| subtype.is_name("Form"))
            && stream.dictionary.get("Ref").is_none()
    })
}

/// Whether an annotation is the box of a field.
fn belongs(later: &Later<'_>, holder: ObjectId, name: &str) -> Result<bool, Doubt> {
    let widget = later.before(holder)?;
    let Object::Dictionary(widget) = &*widget else {
        return Ok(false);
    };
    let field = field_of(later, holder, widget)?;
    Ok(field.is_some_and(|field| field.name == name))
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

/// Explains changed objects below an appearance dictionary as it was: its streams and the dictionaries of states. Only
/// annotations that fit may show them.
pub(super) fn looks(
    later: &mut Later<'_>,
    look: Option<&Object>,
    fits: &dyn Fn(&Later<'_>, ObjectId) -> Result<bool, Doubt>,
) -> Result<(), Doubt> {
    let mut level = vec![look.cloned().unwrap_or(Object::Null)];
    for _ in 0..3 {
        let mut below = Vec::new();
        for value in level {
            let changed = value
                .as_reference()
                .filter(|_| later.is_changed(Some(&value)));
            if let Some(id) = changed
                && is_look(later, id)?
            {
                let mut own = true;
                for holder in later.holders(id)? {
                    own &= fits(later, holder)?;
                }
                if own {
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
    let is_one = |object: &Object| match object {
        Object::Dictionary(states) => states
            .iter()
            .all(|(_, value)| matches!(value, Object::Reference(_) | Object::Dictionary(_))),
        other => is_form(other),
    };
    Ok(is_one(&*later.before(id)?) && is_one(&*later.after(id)?))
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
