//! Comparisons (XPath 1.0 clause 3.4).

use std::{collections::HashSet, rc::Rc};

use super::Evaluator;
use crate::{
    error::Result,
    xml::general::{expression::Comparison, tree::Id, value::Value},
};

impl Evaluator<'_, '_> {
    /// Whether it holds for two values.
    pub(super) fn compare(&self, how: Comparison, left: &Value, right: &Value) -> Result<bool> {
        let equality = matches!(how, Comparison::Equal | Comparison::Unequal);
        match (left, right) {
            (Value::Nodes(_), Value::Boolean(_)) | (Value::Boolean(_), Value::Nodes(_)) => {
                let of = |value: &Value| Value::Boolean(value.to_boolean());
                self.compare_plain(how, &of(left), &of(right))
            }
            (Value::Nodes(ones), Value::Nodes(others)) => {
                if equality {
                    return self.compare_texts(how, ones, others);
                }
                for one in ones.iter() {
                    let one = Value::Text(self.text_of(*one)?);
                    for other in others.iter() {
                        let other = Value::Text(self.text_of(*other)?);
                        if self.compare_plain(how, &one, &other)? {
                            return Ok(true);
                        }
                    }
                }
                Ok(false)
            }
            (Value::Nodes(nodes), other) => {
                for node in nodes.iter() {
                    let text = Value::Text(self.text_of(*node)?);
                    if self.compare_plain(how, &text, other)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            (other, Value::Nodes(nodes)) => {
                for node in nodes.iter() {
                    let text = Value::Text(self.text_of(*node)?);
                    if self.compare_plain(how, other, &text)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
            (left, right) => self.compare_plain(how, left, right),
        }
    }

    /// Whether two of their texts are equal, or unequal: each text is made once.
    fn compare_texts(&self, how: Comparison, ones: &[Id], others: &[Id]) -> Result<bool> {
        let texts = |nodes: &[Id]| -> Result<HashSet<Rc<str>>> {
            nodes.iter().map(|node| self.text_of(*node)).collect()
        };
        let (ones, others) = (texts(ones)?, texts(others)?);
        Ok(match how {
            Comparison::Equal => !ones.is_disjoint(&others),
            // Only where all are one and the same text there is no such pair.
            _ => {
                !ones.is_empty()
                    && !others.is_empty()
                    && (ones.len() > 1 || others.len() > 1 || ones != others)
            }
        })
    }

    fn compare_plain(&self, how: Comparison, left: &Value, right: &Value) -> Result<bool> {
        let texts = matches!((left, right), (Value::Text(_), Value::Text(_)));
        let equal = match (left, right) {
            (Value::Boolean(_), _) | (_, Value::Boolean(_)) => {
                left.to_boolean() == right.to_boolean()
            }
            (Value::Text(left), Value::Text(right)) => left == right,
            #[expect(clippy::float_cmp, reason = "XPath compares numbers exactly")]
            _ => self.number_of(left)? == self.number_of(right)?,
        };
        Ok(match how {
            Comparison::Equal => equal,
            Comparison::Unequal => !equal,
            _ => {
                if texts {
                    self.pay(1)?;
                }
                let (left, right) = (self.number_of(left)?, self.number_of(right)?);
                match how {
                    Comparison::Less => left < right,
                    Comparison::LessOrEqual => left <= right,
                    Comparison::Greater => left > right,
                    _ => left >= right,
                }
            }
        })
    }
}
