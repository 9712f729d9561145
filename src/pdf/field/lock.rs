//! Locks: which fields a signature freezes (ISO 32000-1 tables 233 and 256).

use super::View;
use crate::{
    error::Result,
    limits::MAX_LOCK_NAMES,
    pdf::{
        object::{Dictionary, Object},
        text_string,
    },
};

/// Which fields are locked by a signature (tables 233 and 256).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) action: LockAction,
    /// /P: 1 to 3, as in DocMDP (ISO 32000-2, table 236).
    pub(crate) permission: Option<u8>,
}

/// The fields that a lock names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LockAction {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Lock {
    /// Whether a field with this full name is locked. A name stands for the fields below it, too.
    pub(crate) fn covers(&self, field: &str) -> bool {
        let named = |names: &[String]| {
            names.iter().any(|name| {
                field
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match &self.action {
            LockAction::All => true,
            LockAction::Include(names) => named(names),
            LockAction::Exclude(names) => !named(names),
        }
    }
}

/// A field lock dictionary or the parameters of FieldMDP; `None` where no dictionary stands. One that cannot
/// be understood locks everything.
pub(super) fn read(view: &View<'_>, lock: &Object) -> Result<Option<Lock>> {
    let lock = view.resolve(lock)?;
    let Some(lock) = lock.as_dictionary() else {
        return Ok(None);
    };
    let fields = view.get(lock, "Fields")?;
    let fields = fields.as_array().unwrap_or_default();
    let mut names = Vec::new();
    for field in fields.iter().take(MAX_LOCK_NAMES) {
        if let Object::String(name) = view.resolve(field)? {
            names.push(text_string::decode(&name.bytes));
        }
    }
    let too_long = fields.len() > MAX_LOCK_NAMES;
    let action = match view.get(lock, "Action")?.as_name() {
        Some(b"Include") if !too_long => LockAction::Include(names),
        Some(b"Exclude") if !too_long => LockAction::Exclude(names),
        _ => LockAction::All,
    };
    let permission = permission(view, lock)?;
    Ok(Some(Lock { action, permission }))
}

/// /P of a lock or of DocMDP parameters: 1 to 3.
pub(super) fn permission(view: &View<'_>, parameters: &Dictionary) -> Result<Option<u8>> {
    let value = view.get(parameters, "P")?.as_integer();
    let value = value.and_then(|value| u8::try_from(value).ok());
    Ok(value.filter(|value| (1..=3).contains(value)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_cover_the_fields_below_them() {
        let include = |names: &[&str]| Lock {
            action: LockAction::Include(names.iter().map(|name| (*name).to_owned()).collect()),
            permission: None,
        };
        assert!(include(&["a"]).covers("a"));
        assert!(include(&["a"]).covers("a.b"));
        assert!(!include(&["a"]).covers("ab"));
        assert!(!include(&["a.b"]).covers("a"));
        let all = Lock {
            action: LockAction::All,
            permission: None,
        };
        assert!(all.covers("anything"));
        let but = Lock {
            action: LockAction::Exclude(vec!["a".to_owned()]),
            permission: None,
        };
        assert!(!but.covers("a.b") && but.covers("b"));
    }
}
