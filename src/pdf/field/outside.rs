//! Signatures on annotations that do not belong to the form: no reader checks them, but people may see them.

use std::collections::HashSet;

use super::{SignatureField, View, place_of};
use crate::{
    error::Result,
    limits::{MAX_ANNOTATIONS, MAX_FINDINGS},
    pdf::{
        document::Document,
        object::{Dictionary, Object, ObjectId},
    },
    report::Finding,
    text::rules,
};

/// A finding for each widget with a signature on a page that is none of `fields`. Reads every page: not for
/// documents whose time counts.
///
/// # Errors
/// As [`Document::object`].
pub(crate) fn outside_form(
    document: &Document,
    revision: usize,
    fields: &[SignatureField],
) -> Result<Vec<Finding>> {
    let view = View::new(document, revision);
    let known: HashSet<ObjectId> = fields
        .iter()
        .flat_map(|field| field.widgets.iter().copied().chain([field.id]))
        .collect();
    let mut seen = HashSet::new();
    let mut findings = Vec::new();
    let mut stack: Vec<ObjectId> = view
        .catalog()?
        .get("Pages")
        .and_then(Object::as_reference)
        .into_iter()
        .collect();
    let mut left = MAX_ANNOTATIONS;
    while let Some(id) = stack.pop() {
        if !seen.insert(id) || left == 0 {
            continue;
        }
        left = left.saturating_sub(1);
        let node = view.resolve(&Object::Reference(id))?;
        let Some(node) = node.as_dictionary() else {
            continue;
        };
        let kids = view.get(node, "Kids")?;
        stack.extend(
            kids.as_array()
                .unwrap_or_default()
                .iter()
                .take(left)
                .filter_map(Object::as_reference),
        );
        let annotations = view.get(node, "Annots")?;
        for annotation in annotations.as_array().unwrap_or_default() {
            let id = annotation.as_reference();
            let is_new = id.is_none_or(|id| !known.contains(&id) && seen.insert(id));
            if !is_new || left == 0 || findings.len() >= MAX_FINDINGS {
                continue;
            }
            left = left.saturating_sub(1);
            if let Some(widget) = view.resolve(annotation)?.as_dictionary()
                && is_signed(&view, widget)?
            {
                let finding = Finding::new(&rules::pdf::OUTSIDE_FORM);
                findings.push(match id {
                    Some(id) => finding.at(place_of(id)),
                    None => finding,
                });
            }
        }
    }
    Ok(findings)
}

/// Whether /V of a widget is something like a signature dictionary.
fn is_signed(view: &View<'_>, widget: &Dictionary) -> Result<bool> {
    if widget.get("V").is_none() {
        return Ok(false);
    }
    let value = view.get(widget, "V")?;
    Ok(value.as_dictionary().is_some_and(|value| {
        value.get("ByteRange").is_some()
            || value.get("Type").is_some_and(|kind| kind.is_name("Sig"))
    }))
}
