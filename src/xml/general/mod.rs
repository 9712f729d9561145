//! The general path: node sets by XPath and XPath Filter 2, canonicalised node by node.
//!
//! It has nothing in common with the streaming path but the scanner and the way text is escaped, so each judges the other.

mod budget;
mod evaluate;
mod expression;
mod functions;
mod parse;
mod render;
mod set;
#[cfg(test)]
mod tests;
mod tree;
mod value;

pub(super) use budget::Budget;

use evaluate::{Context, Evaluator};
use expression::Parsed;
use parse::parse;
use set::Set;
use tree::{Id, Kind, ROOT, Tree};
use value::Value;

use super::{Canonical, Document, ElementId, Target};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules::xml as rules,
};

/// One transform on a node set; elements are those of the transforms, in the document that holds the signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum NodeSetStep {
    /// enveloped-signature: this signature is taken out.
    Enveloped(ElementId),
    /// XPath 1.0: this XPath element's expression.
    XPath(ElementId),
    /// XPath Filter 2: these XPath elements, one after the other.
    Filter2(Vec<ElementId>),
}

/// Canonicalises what transforms leave of a target; `holder` is the document that holds the signature.
///
/// What all calls for one holder do is limited together.
///
/// # Errors
/// `Unsupported` for expressions that cannot be evaluated, `Limit`.
pub(crate) fn canonicalise_set(
    document: &Document,
    holder: &Document,
    target: Target,
    steps: &[NodeSetStep],
    method: &Canonical,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<()> {
    holder.filtering(|budget| {
        // To read a document costs as much as to look at it.
        budget.pay(u64::try_from(document.utf8().len() / 16).unwrap_or(u64::MAX))?;
        let tree = Tree::read(document)?;
        budget.pay(u64::from(tree.len()))?;
        let mut set = selected(&tree, document, target);
        for step in steps {
            budget.pay(u64::from(tree.len()))?;
            match step {
                NodeSetStep::Enveloped(signature) => {
                    if !std::ptr::eq(document, holder) {
                        return Err(unsupported("enveloped-signature"));
                    }
                    if let Some(node) = element(&tree, document, *signature) {
                        (node..tree.end(node)).for_each(|inside| set.remove(inside));
                    }
                }
                NodeSetStep::XPath(written) => {
                    let parsed = expression(holder, *written)?;
                    let evaluator = Evaluator::new(&tree, budget, &parsed);
                    for node in ROOT..tree.len() {
                        if set.contains(node)
                            && !evaluator.evaluate(Context::of(node))?.to_boolean()
                        {
                            set.remove(node);
                        }
                    }
                }
                NodeSetStep::Filter2(written) => {
                    set.intersect(&filtered(&tree, budget, holder, written)?);
                }
            }
        }
        let rendered = render::render(&tree, &set, method, sink);
        rendered.map_err(|error| document.placed(error))
    })
}

fn expression(holder: &Document, written: ElementId) -> Result<Parsed> {
    let element = holder.element(written);
    let text = holder.text(written)?;
    let resolve = |prefix: &str| element.resolve(prefix).map(str::to_owned);
    parse(&text, &resolve)
}

/// XPath Filter 2, clause 3: a filter begins with everything, and keeps of it, takes from it or adds to it one after the other.
fn filtered(
    tree: &Tree<'_>,
    budget: &Budget,
    holder: &Document,
    written: &[ElementId],
) -> Result<Set> {
    let mut filter = Set::empty(tree);
    (ROOT..tree.len()).for_each(|node| filter.insert(node));
    for one in written {
        let parsed = expression(holder, *one)?;
        let evaluator = Evaluator::new(tree, budget, &parsed);
        let Value::Nodes(nodes) = evaluator.evaluate(Context::of(ROOT))? else {
            return Err(unsupported("node-set"));
        };
        budget.pay(u64::from(tree.len()))?;
        let nodes = below(tree, &nodes);
        let how = holder.element(*one).attribute(None, "Filter");
        match how.as_deref() {
            Some("intersect") => filter.intersect(&nodes),
            Some("subtract") => filter.subtract(&nodes),
            Some("union") => filter.unite(&nodes),
            other => return Err(unsupported(other.unwrap_or("Filter"))),
        }
    }
    Ok(filter)
}

/// An expression, or a part of one, that cannot be evaluated.
fn unsupported(what: &str) -> Error {
    let what: String = what.chars().take(80).collect();
    Error::new(ErrorKind::Unsupported, &rules::XPATH).with(what)
}

/// Canonicalises the nodes that an expression gives, as the tests of Canonical XML have them.
#[cfg(test)]
pub(super) fn canonicalise_nodes(
    document: &Document,
    expression: &str,
    resolve: &dyn Fn(&str) -> Option<String>,
    method: &Canonical,
    sink: &mut dyn FnMut(&[u8]),
) -> Result<()> {
    document.filtering(|budget| {
        let tree = Tree::read(document)?;
        let parsed = parse(expression, resolve)?;
        let Value::Nodes(nodes) =
            Evaluator::new(&tree, budget, &parsed).evaluate(Context::of(ROOT))?
        else {
            return Err(unsupported("node-set"));
        };
        let mut set = Set::empty(&tree);
        nodes.iter().for_each(|node| set.insert(*node));
        let rendered = render::render(&tree, &set, method, sink);
        rendered.map_err(|error| document.placed(error))
    })
}

/// Nodes with all that is inside them.
fn below(tree: &Tree<'_>, nodes: &[Id]) -> Set {
    let mut set = Set::empty(tree);
    let mut done = ROOT;
    for node in nodes {
        let end = tree.end(*node);
        (done.max(*node)..end).for_each(|inside| set.insert(inside));
        done = done.max(end);
    }
    set
}

fn selected(tree: &Tree<'_>, document: &Document, target: Target) -> Set {
    let node = match target {
        Target::Document => Some(ROOT),
        Target::Element(id) => element(tree, document, id),
    };
    node.map_or_else(|| Set::empty(tree), |node| below(tree, &[node]))
}

/// The node of an element.
fn element(tree: &Tree<'_>, document: &Document, id: ElementId) -> Option<Id> {
    // Behind the `<`.
    let at = u32::try_from(document.record(id).start)
        .ok()?
        .checked_add(1)?;
    (ROOT..tree.len()).find(|node| tree.kind(*node) == Kind::Element && tree.at(*node) == at)
}
