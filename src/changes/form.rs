//! The interactive form: /Fields grew by new signature fields, /SigFlags may say so, defaults for new text may come.

use super::{Doubt, equal, field, later::Later, path::Role};
use crate::{
    pdf::{Dictionary, Object, object::Name},
    report::Finding,
    text::{
        Rule,
        rules::{changes as rules, later as more},
    },
};

pub(super) fn explain(
    later: &mut Later<'_>,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<(), Doubt> {
    let document = later.objects.document;
    let forms = (before.get("AcroForm"), after.get("AcroForm"));
    let none = Dictionary::default();
    let old = later.resolve_before(forms.0)?;
    let old = old.as_dictionary().unwrap_or(&none);
    let new = later.resolve_after(forms.1)?;
    let new = new.as_dictionary().unwrap_or(&none);
    let fields = (old.get("Fields"), new.get("Fields"));
    let id = forms.1.and_then(Object::as_reference);
    let place = id.map(|id| later.place(id)).unwrap_or_default();
    let wrong = |rule: &'static Rule, key: &[u8]| {
        let key = format!("/{}", String::from_utf8_lossy(key));
        Doubt(Finding::new(rule).with(key).at(place))
    };
    let touched = forms.0 != forms.1
        || forms.1.and_then(Object::as_dictionary).is_some()
        || later.is_changed(forms.1)
        || later.is_changed(fields.1);
    if touched {
        let but = ["Fields", "SigFlags", "DA", "DR", "NeedAppearances"];
        if let Some(key) = equal::differing_but(document, old, new, &but)? {
            return Err(wrong(&rules::FORM, &key.0));
        }
        if !sig_flags_grew(old, new) {
            return Err(wrong(&rules::FORM, b"SigFlags"));
        }
        default_appearance(later, old, new).map_err(|()| wrong(&rules::FORM, b"DA"))?;
        if !looks_stay(old, new) {
            return Err(wrong(&rules::FORM, b"NeedAppearances"));
        }
    }
    if resources(later, old, new, "DR", Role::Resources)?.is_none() {
        return Err(wrong(&rules::FORM, b"DR"));
    }
    if !touched {
        return Ok(());
    }
    let fields_before = later.resolve_before(fields.0)?;
    let fields_after = later.resolve_after(fields.1)?;
    let Some(added) = growth(later, &fields_before, &fields_after)? else {
        return Err(wrong(&rules::FORM, b"Fields"));
    };
    for added in added {
        field::new_field(later, added)?;
    }
    // An object that only now became the form was something else before: that is not explained.
    if forms.0 == forms.1 {
        later.explained(forms.1, Role::Form);
    }
    if fields.0 == fields.1 {
        later.explained(fields.1, Role::List);
    }
    Ok(())
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

/// /DA, how text of fields looks that say nothing themselves, may come where it was missing.
fn default_appearance(
    later: &mut Later<'_>,
    before: &Dictionary,
    after: &Dictionary,
) -> Result<(), ()> {
    match (before.get("DA"), after.get("DA")) {
        (None, None) => Ok(()),
        (None | Some(Object::Null), Some(Object::String(_))) => {
            later.note(Finding::new(&more::FORM_DEFAULTS).with("/DA"));
            Ok(())
        }
        (Some(Object::String(one)), Some(Object::String(other))) if one.bytes == other.bytes => {
            Ok(())
        }
        _ => Err(()),
    }
}

/// /NeedAppearances, that viewers draw all fields anew, may be taken back only.
fn looks_stay(before: &Dictionary, after: &Dictionary) -> bool {
    let says = |form: &Dictionary| match form.get("NeedAppearances") {
        None | Some(Object::Boolean(false) | Object::Null) => Some(false),
        Some(Object::Boolean(true)) => Some(true),
        Some(_) => None,
    };
    matches!(
        (says(before), says(after)),
        (_, Some(false)) | (Some(true), Some(true))
    )
}

/// Default resources may gain names, each for a new object; no name may lead elsewhere than it did. `None` where
/// something else changed, else whether anything did.
fn resources(
    later: &mut Later<'_>,
    before: &Dictionary,
    after: &Dictionary,
    key: &str,
    role: Role,
) -> Result<Option<bool>, Doubt> {
    let (one, other) = (before.get(key), after.get(key));
    let direct = other.and_then(Object::as_dictionary).is_some();
    let (old, new) = (later.resolve_before(one)?, later.resolve_after(other)?);
    let none = Dictionary::default();
    let old = match &*old {
        Object::Null => &none,
        Object::Dictionary(old) => old,
        _ => return Ok((one == other && !later.is_changed(other)).then_some(false)),
    };
    let new = match &*new {
        Object::Null if one.is_none() => return Ok(Some(false)),
        Object::Dictionary(new) if new.duplicates().is_empty() => new,
        _ => return Ok((one == other && !later.is_changed(other)).then_some(false)),
    };
    let looked = one != other || direct || later.is_changed(other);
    let mut grew = one.is_none();
    if looked && keys(old).any(|key| keys(new).all(|other| other != key)) {
        return Ok(None);
    }
    for (category, value) in new.iter() {
        let was = old
            .iter()
            .find(|(key, _)| *key == category)
            .map(|(_, value)| value);
        if looked && let Some(Object::Array(_)) = was {
            // Procedure sets are obsolete.
            continue;
        }
        let changed = later.is_changed(Some(value));
        if was == Some(value) && !changed {
            continue;
        }
        let (was, is) = (
            later.resolve_before(was)?,
            later.resolve_after(Some(value))?,
        );
        let Some(is) = is.as_dictionary().filter(|is| is.duplicates().is_empty()) else {
            // Procedure sets are obsolete; fonts do not become one.
            if matches!(
                (&*was, &*is),
                (Object::Null | Object::Array(_), Object::Array(_))
            ) {
                continue;
            }
            return Ok(None);
        };
        let was = was.as_dictionary().unwrap_or(&none);
        for (name, value) in was.iter() {
            let kept = is.iter().find(|(other, _)| *other == name);
            let Some((_, other)) = kept else {
                return Ok(None);
            };
            if equal::same(later.objects.document, value, other)? {
                continue;
            }
            // Text of fields is drawn with fonts; other forms serve who draws a signature in layers, each anew.
            let redrawn = category.0 == b"XObject"
                && !later.placed.is_empty()
                && other.as_reference().is_some_and(|id| later.is_new(id));
            if !redrawn {
                return Ok(None);
            }
            grew = true;
        }
        for (name, value) in is.iter() {
            if keys(was).any(|known| known == name) {
                continue;
            }
            if later.is_changed(Some(value)) {
                return Ok(None);
            }
            grew = true;
        }
        later.explained(Some(value), role);
    }
    if looked {
        if one == other {
            later.explained(other, role);
        }
        if grew {
            later.note(Finding::new(&more::FORM_DEFAULTS).with("/DR"));
        }
    }
    Ok(Some(grew))
}

fn keys(dictionary: &Dictionary) -> impl Iterator<Item = &Name> {
    dictionary.iter().map(|(key, _)| key)
}

/// What stands in the second array behind all items of the first; `None` where the first is not its start.
pub(super) fn growth<'a>(
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
    if after.len() < before.len() || !equal::all_same(later.objects.document, before, after)? {
        return Ok(None);
    }
    Ok(after.get(before.len()..))
}
