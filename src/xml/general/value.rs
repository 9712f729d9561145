//! What expressions give, and how one kind becomes another (XPath 1.0 clauses 3.4, 3.5 and 4).

use std::rc::Rc;

use super::tree::{Id, Tree, is_white};

#[derive(Clone, Debug)]
pub(super) enum Value {
    /// In document order, each once.
    Nodes(Rc<[Id]>),
    Boolean(bool),
    Number(f64),
    Text(Rc<str>),
}

impl Value {
    pub(super) fn text(text: impl Into<Rc<str>>) -> Self {
        Self::Text(text.into())
    }

    pub(super) fn to_boolean(&self) -> bool {
        match self {
            Self::Nodes(nodes) => !nodes.is_empty(),
            Self::Boolean(it) => *it,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Text(text) => !text.is_empty(),
        }
    }

    pub(super) fn to_number(&self, tree: &Tree<'_>) -> f64 {
        match self {
            Self::Nodes(nodes) => nodes
                .first()
                .map_or(f64::NAN, |node| number_of(&tree.string_value(*node))),
            Self::Boolean(it) => f64::from(u8::from(*it)),
            Self::Number(number) => *number,
            Self::Text(text) => number_of(text),
        }
    }

    pub(super) fn to_text(&self, tree: &Tree<'_>) -> Rc<str> {
        match self {
            Self::Nodes(nodes) => nodes
                .first()
                .map_or_else(|| Rc::from(""), |node| Rc::from(&*tree.string_value(*node))),
            Self::Boolean(it) => Rc::from(if *it { "true" } else { "false" }),
            Self::Number(number) => Rc::from(written(*number)),
            Self::Text(text) => Rc::clone(text),
        }
    }
}

/// A number as `number()` reads it: digits with a point, and a minus sign; anything else is none.
pub(super) fn number_of(text: &str) -> f64 {
    let text = text.trim_matches(is_white);
    let digits = text.strip_prefix('-').unwrap_or(text);
    let sound = digits.bytes().all(|it| it.is_ascii_digit() || it == b'.')
        && digits.bytes().any(|it| it.is_ascii_digit());
    if sound {
        text.parse().unwrap_or(f64::NAN)
    } else {
        f64::NAN
    }
}

/// A number as `string()` writes it: never with an exponent.
fn written(number: f64) -> String {
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        let sign = if number < 0.0 { "-" } else { "" };
        format!("{sign}Infinity")
    } else if number == 0.0 {
        "0".to_owned()
    } else {
        format!("{number}")
    }
}

/// Clause 4.4: half goes up.
pub(super) fn round(number: f64) -> f64 {
    let below = number.floor();
    if number - below >= 0.5 {
        number.ceil()
    } else {
        below
    }
}
