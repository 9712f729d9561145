//! Paths (XPath 1.0 clause 2): from nodes to nodes, step by step.

use std::{ops::Range, rc::Rc};

use super::{Context, Evaluator};
use crate::{
    error::Result,
    xml::{
        general::{
            expression::{Axis, Expr, Start, Step, Test},
            functions,
            tree::{Id, Kind, ROOT, Tree},
            value::Value,
        },
        names::split,
    },
};

impl Evaluator<'_, '_> {
    pub(super) fn path(&self, start: &Start, steps: &[Step], context: Context) -> Result<Value> {
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

    fn of_children(&self, range: Range<Id>) -> impl DoubleEndedIterator<Item = Id> + '_ {
        range.filter(|one| {
            !matches!(
                self.tree.kind(*one),
                Kind::Root | Kind::Namespace | Kind::Attribute
            )
        })
    }
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
