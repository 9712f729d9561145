//! The functions of XPath 1.0 (clause 4). None of them reaches out of the document.

use std::{collections::HashSet, rc::Rc};

use super::{
    evaluate::{Context, Evaluator, in_order},
    expression::{Expr, Function},
    tree::{Id, Kind, ROOT, is_white},
    value::{Value, number_of, round},
};
use crate::{
    error::Result,
    xml::{names::split, scope::XML},
};

pub(super) fn call(
    it: &Evaluator<'_, '_>,
    function: Function,
    arguments: &[Expr],
    context: Context,
) -> Result<Value> {
    let text = |index: usize| match arguments.get(index) {
        Some(argument) => it.text(argument, context),
        None => it.text_of(context.node),
    };
    let number = |index: usize| match arguments.get(index) {
        Some(argument) => it.number(argument, context),
        None => it.text_of(context.node).map(|text| number_of(&text)),
    };
    let first = arguments.first();
    Ok(match function {
        Function::Last => whole(context.size),
        Function::Position => whole(context.position),
        Function::Count => whole(nodes(it, first, context)?.len()),
        Function::Id => by_id(it, first, context)?,
        Function::LocalName => {
            let node = named(it, first, context)?;
            Value::text(node.map_or("", |node| local(it, node)))
        }
        Function::NamespaceUri => {
            let node = named(it, first, context)?;
            let node = node.filter(|node| it.tree.kind(*node) != Kind::Namespace);
            let number = node.map_or(0, |node| it.tree.namespace_number(node));
            Value::text(it.tree.namespace_name(number))
        }
        Function::Name => {
            let node = named(it, first, context)?;
            Value::text(node.map_or("", |node| it.tree.name(node)))
        }
        Function::String => Value::Text(text(0)?),
        Function::Concat => {
            let mut all = String::new();
            for index in 0..arguments.len() {
                all.push_str(&text(index)?);
            }
            Value::text(all)
        }
        Function::StartsWith => Value::Boolean(text(0)?.starts_with(&*text(1)?)),
        Function::Contains => Value::Boolean(text(0)?.contains(&*text(1)?)),
        Function::SubstringBefore => {
            let (text, mark) = (text(0)?, text(1)?);
            Value::text(text.split_once(&*mark).map_or("", |(before, _)| before))
        }
        Function::SubstringAfter => {
            let (text, mark) = (text(0)?, text(1)?);
            Value::text(text.split_once(&*mark).map_or("", |(_, after)| after))
        }
        Function::Substring => {
            let from = round(number(1)?);
            let end = match arguments.get(2) {
                Some(length) => from + round(it.number(length, context)?),
                None => f64::INFINITY,
            };
            let mut place = 0.0;
            let kept = |_: &char| {
                place += 1.0;
                place >= from && place < end
            };
            let kept: String = text(0)?.chars().filter(kept).collect();
            Value::text(kept)
        }
        Function::StringLength => whole(text(0)?.chars().count()),
        Function::NormalizeSpace => {
            let text = text(0)?;
            let words: Vec<&str> = text.split(is_white).filter(|it| !it.is_empty()).collect();
            Value::text(words.join(" "))
        }
        Function::Translate => {
            let (text, from, to) = (text(0)?, text(1)?, text(2)?);
            // Each letter is looked for among the others.
            it.pay(text.len().saturating_mul(from.len()) / 8)?;
            let to: Vec<char> = to.chars().collect();
            let translated = |c: char| match from.chars().position(|one| one == c) {
                Some(at) => to.get(at).copied(),
                None => Some(c),
            };
            let translated: String = text.chars().filter_map(translated).collect();
            Value::text(translated)
        }
        Function::Boolean => Value::Boolean(boolean(it, first, context)?),
        Function::Not => Value::Boolean(!boolean(it, first, context)?),
        Function::True => Value::Boolean(true),
        Function::False => Value::Boolean(false),
        Function::Lang => Value::Boolean(speaks(it, context.node, &text(0)?)?),
        Function::Number => Value::Number(number(0)?),
        Function::Sum => {
            let mut sum = 0.0;
            for node in nodes(it, first, context)?.iter() {
                sum += number_of(&it.text_of(*node)?);
            }
            Value::Number(sum)
        }
        Function::Floor => Value::Number(number(0)?.floor()),
        Function::Ceiling => Value::Number(number(0)?.ceil()),
        Function::Round => Value::Number(round(number(0)?)),
    })
}

/// Whether a number means this place.
pub(super) fn is_place(number: f64, position: usize) -> bool {
    let Value::Number(place) = whole(position) else {
        return false;
    };
    (number - place).abs() < f64::EPSILON
}

fn whole(number: usize) -> Value {
    Value::Number(u32::try_from(number).map_or(f64::INFINITY, f64::from))
}

fn nodes(it: &Evaluator<'_, '_>, argument: Option<&Expr>, context: Context) -> Result<Rc<[Id]>> {
    match argument {
        Some(argument) => it.nodes(argument, context),
        None => Ok(Rc::from([context.node])),
    }
}

/// The node whose name is asked for.
fn named(it: &Evaluator<'_, '_>, argument: Option<&Expr>, context: Context) -> Result<Option<Id>> {
    Ok(nodes(it, argument, context)?.first().copied())
}

fn local<'a>(it: &Evaluator<'_, 'a>, node: Id) -> &'a str {
    split(it.tree.name(node)).1
}

fn boolean(it: &Evaluator<'_, '_>, argument: Option<&Expr>, context: Context) -> Result<bool> {
    argument.map_or(Ok(false), |argument| {
        Ok(it.value(argument, context)?.to_boolean())
    })
}

/// Clause 4.1. Without a DTD, ids are those of xml:id alone.
fn by_id(it: &Evaluator<'_, '_>, argument: Option<&Expr>, context: Context) -> Result<Value> {
    let mut wanted: HashSet<Rc<str>> = HashSet::new();
    if let Some(argument) = argument {
        let texts = match it.value(argument, context)? {
            Value::Nodes(nodes) => nodes
                .iter()
                .map(|node| it.text_of(*node))
                .collect::<Result<Vec<_>>>()?,
            value => vec![value.to_text(it.tree)],
        };
        for text in texts {
            wanted.extend(
                text.split(is_white)
                    .filter(|it| !it.is_empty())
                    .map(Rc::from),
            );
        }
    }
    it.pay(usize::try_from(it.tree.len()).unwrap_or(usize::MAX))?;
    let xml = it.tree.number_of(XML);
    let all = ROOT..it.tree.len();
    let found = all.filter(|node| {
        it.tree.kind(*node) == Kind::Attribute
            && local(it, *node) == "id"
            && Some(it.tree.namespace_number(*node)) == xml
            && wanted.contains(&*it.tree.string_value(*node))
    });
    Ok(in_order(
        found
            .filter_map(|attribute| it.tree.parent(attribute))
            .collect(),
    ))
}

/// Clause 4.3: xml:lang of the nearest element.
fn speaks(it: &Evaluator<'_, '_>, node: Id, language: &str) -> Result<bool> {
    let xml = it.tree.number_of(XML);
    let mut next = Some(node);
    while let Some(one) = next {
        for attribute in it.tree.attributes(one) {
            it.pay(1)?;
            if local(it, attribute) == "lang" && Some(it.tree.namespace_number(attribute)) == xml {
                let written = it.text_of(attribute)?;
                let (head, rest) = written
                    .split_at_checked(language.len())
                    .unwrap_or(("", &written));
                return Ok(head.eq_ignore_ascii_case(language)
                    && (rest.is_empty() || rest.starts_with('-')));
            }
        }
        next = it.tree.parent(one);
    }
    Ok(false)
}
