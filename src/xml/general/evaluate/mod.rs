//! XPath 1.0 expressions, evaluated. Every node that is looked at, and every octet of text that is made, is paid for.

mod compare;
mod path;

use std::{cell::RefCell, rc::Rc};

use super::{
    budget::Budget,
    expression::{Arithmetic, Expr, Parsed},
    functions,
    tree::{Id, Tree},
    unsupported,
    value::Value,
};
use crate::error::Result;

/// What an expression is evaluated for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Context {
    pub(super) node: Id,
    pub(super) position: usize,
    pub(super) size: usize,
}

impl Context {
    pub(super) fn of(node: Id) -> Self {
        Self {
            node,
            position: 1,
            size: 1,
        }
    }
}

#[derive(Debug)]
pub(super) struct Evaluator<'t, 'a> {
    pub(super) tree: &'t Tree<'a>,
    budget: &'t Budget,
    expr: &'t Expr,
    once: RefCell<Vec<Option<Value>>>,
}

impl<'t, 'a> Evaluator<'t, 'a> {
    pub(super) fn new(tree: &'t Tree<'a>, budget: &'t Budget, parsed: &'t Parsed) -> Self {
        Self {
            tree,
            budget,
            expr: &parsed.expr,
            once: RefCell::new(vec![None; parsed.once]),
        }
    }

    /// # Errors
    /// `Limit`, `Unsupported` where a node set is due and is none.
    pub(super) fn evaluate(&self, context: Context) -> Result<Value> {
        self.value(self.expr, context)
    }

    pub(super) fn pay(&self, cost: usize) -> Result<()> {
        self.budget.pay(u64::try_from(cost).unwrap_or(u64::MAX))
    }

    /// Pays for a text of these octets.
    fn pay_text(&self, octets: u64) -> Result<()> {
        self.budget.pay((octets / 8).saturating_add(1))
    }

    pub(super) fn value(&self, expr: &Expr, context: Context) -> Result<Value> {
        self.pay(1)?;
        Ok(match expr {
            Expr::Or(all) => Value::Boolean(self.any(all, context, true)?),
            Expr::And(all) => Value::Boolean(!self.any(all, context, false)?),
            Expr::Union(all) => {
                let mut nodes = Vec::new();
                for one in all {
                    let found = self.nodes(one, context)?;
                    self.pay(found.len())?;
                    nodes.extend_from_slice(&found);
                }
                in_order(nodes)
            }
            Expr::Compare(how, sides) => {
                let [left, right] = &**sides;
                let (left, right) = (self.value(left, context)?, self.value(right, context)?);
                Value::Boolean(self.compare(*how, &left, &right)?)
            }
            Expr::Arithmetic(how, sides) => {
                let [left, right] = &**sides;
                let (left, right) = (self.number(left, context)?, self.number(right, context)?);
                Value::Number(match how {
                    Arithmetic::Add => left + right,
                    Arithmetic::Subtract => left - right,
                    Arithmetic::Multiply => left * right,
                    Arithmetic::Divide => left / right,
                    Arithmetic::Modulo => left % right,
                })
            }
            Expr::Negate(inner) => Value::Number(-self.number(inner, context)?),
            Expr::Literal(text) => Value::text(text.as_str()),
            Expr::Number(number) => Value::Number(*number),
            Expr::Call(function, arguments) => {
                functions::call(self, *function, arguments, context)?
            }
            Expr::Path(start, steps) => self.path(start, steps, context)?,
            Expr::Once(number, inner) => self.once(*number, inner, context)?,
        })
    }

    fn once(&self, number: usize, inner: &Expr, context: Context) -> Result<Value> {
        let known = self.once.borrow().get(number).cloned().flatten();
        if let Some(value) = known {
            return Ok(value);
        }
        let value = self.value(inner, context)?;
        if let Some(place) = self.once.borrow_mut().get_mut(number) {
            *place = Some(value.clone());
        }
        Ok(value)
    }

    /// Whether one of them is so.
    fn any(&self, all: &[Expr], context: Context, wanted: bool) -> Result<bool> {
        for one in all {
            if self.value(one, context)?.to_boolean() == wanted {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// The nodes that it gives.
    ///
    /// # Errors
    /// `Unsupported` where it gives something else.
    pub(super) fn nodes(&self, expr: &Expr, context: Context) -> Result<Rc<[Id]>> {
        match self.value(expr, context)? {
            Value::Nodes(nodes) => Ok(nodes),
            _ => Err(unsupported("node-set")),
        }
    }

    pub(super) fn number(&self, expr: &Expr, context: Context) -> Result<f64> {
        let value = self.value(expr, context)?;
        self.number_of(&value)
    }

    pub(super) fn number_of(&self, value: &Value) -> Result<f64> {
        self.pay_value(value)?;
        Ok(value.to_number(self.tree))
    }

    pub(super) fn text(&self, expr: &Expr, context: Context) -> Result<Rc<str>> {
        let value = self.value(expr, context)?;
        self.pay_value(&value)?;
        Ok(value.to_text(self.tree))
    }

    /// The string-value of a node.
    pub(super) fn text_of(&self, node: Id) -> Result<Rc<str>> {
        self.pay_node(node)?;
        Ok(Rc::from(&*self.tree.string_value(node)))
    }

    fn pay_node(&self, node: Id) -> Result<()> {
        // What is inside is gone through to weigh it.
        let inside = self.tree.end(node).saturating_sub(node);
        self.budget.pay(u64::from(inside) / 4)?;
        self.pay_text(self.tree.weight(node))
    }

    fn pay_value(&self, value: &Value) -> Result<()> {
        match value {
            Value::Nodes(nodes) => nodes.first().map_or(Ok(()), |node| self.pay_node(*node)),
            Value::Text(text) => self.pay_text(u64::try_from(text.len()).unwrap_or(u64::MAX)),
            _ => Ok(()),
        }
    }
}

/// Sorted, each once.
pub(super) fn in_order(mut nodes: Vec<Id>) -> Value {
    nodes.sort_unstable();
    nodes.dedup();
    Value::Nodes(Rc::from(nodes))
}
