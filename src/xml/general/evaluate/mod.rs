//! XPath 1.0 expressions, evaluated. Every node that is looked at, and every octet of text that is made, is paid for.

use std::{
    cell::{Cell, RefCell},
    collections::HashSet,
    rc::Rc,
};

use super::{
    functions,
    parse::{Arithmetic, Axis, Comparison, Expr, Parsed, Start, Step, Test, unsupported},
    tree::{Id, Kind, ROOT, Tree},
    value::Value,
};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules::xml as rules,
    xml::names::split,
};

/// What filters may still do; see [`crate::limits::MAX_XPATH_WORK`].
#[derive(Debug)]
pub(in crate::xml) struct Budget(Cell<u64>);

impl Budget {
    pub(in crate::xml) fn new(left: u64) -> Self {
        Self(Cell::new(left))
    }

    pub(in crate::xml) fn left(&self) -> u64 {
        self.0.get()
    }

    /// # Errors
    /// `Limit`.
    pub(super) fn pay(&self, cost: u64) -> Result<()> {
        match self.0.get().checked_sub(cost) {
            Some(left) => {
                self.0.set(left);
                Ok(())
            }
            None => {
                self.0.set(0);
                Err(Error::new(ErrorKind::Limit, &rules::XPATH_WORK))
            }
        }
    }
}

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

    /// Clause 3.4.
    fn compare(&self, how: Comparison, left: &Value, right: &Value) -> Result<bool> {
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

    fn path(&self, start: &Start, steps: &[Step], context: Context) -> Result<Value> {
        let mut nodes: Rc<[Id]> = match start {
            Start::Root => Rc::from([ROOT]),
            Start::Context => Rc::from([context.node]),
            Start::Filter(primary, predicates) => {
                if predicates.is_empty() && steps.is_empty() {
                    return self.value(primary, context);
                }
                let mut nodes = self.nodes(primary, context)?.to_vec();
                for predicate in predicates {
                    self.filter(predicate, &mut nodes, 0)?;
                }
                Rc::from(nodes)
            }
        };
        for step in steps {
            nodes = self.step(step, &nodes)?;
        }
        Ok(Value::Nodes(nodes))
    }

    fn step(&self, step: &Step, from: &[Id]) -> Result<Rc<[Id]>> {
        let test = Fitting::of(self.tree, step);
        let mut found: Vec<Id> = Vec::new();
        let mut done: Id = 0;
        for node in from {
            let downwards = matches!(step.axis, Axis::Descendant | Axis::DescendantOrSelf);
            if downwards && step.predicates.is_empty() {
                // What is inside the last one was looked at.
                if *node < done
                    && !matches!(self.tree.kind(*node), Kind::Attribute | Kind::Namespace)
                {
                    continue;
                }
                done = done.max(self.tree.end(*node));
            }
            let mark = found.len();
            self.axis(step.axis, *node, &mut |one| {
                self.pay(1)?;
                if test.fits(self.tree, one) {
                    found.push(one);
                }
                Ok(())
            })?;
            for predicate in &step.predicates {
                self.filter(predicate, &mut found, mark)?;
            }
        }
        found.sort_unstable();
        found.dedup();
        Ok(Rc::from(found))
    }

    /// Keeps the nodes from a mark on that a predicate holds for.
    fn filter(&self, predicate: &Expr, nodes: &mut Vec<Id>, mark: usize) -> Result<()> {
        let size = nodes.len().saturating_sub(mark);
        let mut kept = mark;
        for index in 0..size {
            let Some(node) = nodes.get(mark.saturating_add(index)).copied() else {
                break;
            };
            let position = index.saturating_add(1);
            let context = Context {
                node,
                position,
                size,
            };
            let keeps = match self.value(predicate, context)? {
                Value::Number(number) => functions::is_place(number, position),
                value => value.to_boolean(),
            };
            if keeps {
                if let Some(place) = nodes.get_mut(kept) {
                    *place = node;
                }
                kept = kept.saturating_add(1);
            }
        }
        nodes.truncate(kept);
        Ok(())
    }

    /// The nodes of an axis, nearest first.
    fn axis(&self, axis: Axis, node: Id, each: &mut dyn FnMut(Id) -> Result<()>) -> Result<()> {
        let tree = self.tree;
        match axis {
            Axis::Itself => each(node),
            Axis::Parent => tree.parent(node).map_or(Ok(()), each),
            Axis::Ancestor | Axis::AncestorOrSelf => {
                let mut next = match axis {
                    Axis::Ancestor => tree.parent(node),
                    _ => Some(node),
                };
                while let Some(one) = next {
                    each(one)?;
                    next = tree.parent(one);
                }
                Ok(())
            }
            Axis::Attribute => tree.attributes(node).try_for_each(each),
            Axis::Namespace => tree.namespaces(node).try_for_each(each),
            Axis::Child => {
                let mut next = tree.first_child(node);
                while let Some(one) = next {
                    each(one)?;
                    next = tree.next_sibling(one);
                }
                Ok(())
            }
            Axis::Descendant => tree.descendants(node).try_for_each(each),
            Axis::DescendantOrSelf => {
                each(node)?;
                tree.descendants(node).try_for_each(each)
            }
            Axis::FollowingSibling => {
                let mut next = tree.next_sibling(node);
                while let Some(one) = next {
                    each(one)?;
                    next = tree.next_sibling(one);
                }
                Ok(())
            }
            Axis::PrecedingSibling => {
                let Some(parent) = tree.parent(node) else {
                    return Ok(());
                };
                let mut before = Vec::new();
                let mut next = tree.first_child(parent);
                while let Some(one) = next.filter(|one| *one < node) {
                    self.pay(1)?;
                    before.push(one);
                    next = tree.next_sibling(one);
                }
                let is_child = next == Some(node);
                before
                    .into_iter()
                    .rev()
                    .filter(|_| is_child)
                    .try_for_each(each)
            }
            Axis::Following => {
                let behind = tree.end(node)..tree.len();
                self.of_children(behind).try_for_each(each)
            }
            Axis::Preceding => {
                let before = self.of_children(ROOT..node).rev();
                // Those around it are none of them.
                before
                    .filter(|one| tree.end(*one) <= node)
                    .try_for_each(each)
            }
        }
    }

    fn of_children(&self, range: std::ops::Range<Id>) -> impl DoubleEndedIterator<Item = Id> + '_ {
        range.filter(|one| {
            !matches!(
                self.tree.kind(*one),
                Kind::Root | Kind::Namespace | Kind::Attribute
            )
        })
    }
}

/// Sorted, each once.
pub(super) fn in_order(mut nodes: Vec<Id>) -> Value {
    nodes.sort_unstable();
    nodes.dedup();
    Value::Nodes(Rc::from(nodes))
}

/// A node test with its namespace looked up.
struct Fitting<'s> {
    /// What a name test means on this axis.
    principal: Kind,
    test: &'s Test,
    /// `None` where the document does not have the namespace at all.
    namespace: Option<u32>,
}

impl<'s> Fitting<'s> {
    fn of(tree: &Tree<'_>, step: &'s Step) -> Self {
        let namespace = match &step.test {
            Test::Name { namespace, .. } | Test::InNamespace(namespace) => {
                tree.number_of(namespace)
            }
            _ => None,
        };
        Self {
            principal: match step.axis {
                Axis::Attribute => Kind::Attribute,
                Axis::Namespace => Kind::Namespace,
                _ => Kind::Element,
            },
            test: &step.test,
            namespace,
        }
    }

    fn fits(&self, tree: &Tree<'_>, node: Id) -> bool {
        let kind = tree.kind(node);
        match self.test {
            Test::Node => true,
            Test::Text => kind == Kind::Text,
            Test::Comment => kind == Kind::Comment,
            Test::Instruction(target) => {
                kind == Kind::Instruction
                    && target
                        .as_ref()
                        .is_none_or(|target| tree.name(node) == target)
            }
            Test::Any => kind == self.principal,
            Test::InNamespace(_) => {
                kind == self.principal
                    && kind != Kind::Namespace
                    && self.namespace == Some(tree.namespace_number(node))
            }
            Test::Name { local, .. } => {
                if kind != self.principal {
                    return false;
                }
                // The name of a namespace node is its prefix, in no namespace.
                let namespace = match kind {
                    Kind::Namespace => 0,
                    _ => tree.namespace_number(node),
                };
                self.namespace == Some(namespace) && split(tree.name(node)).1 == local
            }
        }
    }
}
