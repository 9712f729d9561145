//! Boxes of later signatures that lie over what a page showed before: allowed, and worth a look.

use super::{Doubt, Placed, Step, to_u32};
use crate::{
    error::Place,
    geometry::Rect,
    limits::MAX_OVERLAPS_COMPARED,
    pdf::{Dictionary, Document, Object, ObjectId, document::Entry},
    report::Finding,
    text::rules::appended as rules,
};

/// Square points that two boxes may share: neighbours touch.
const TOLERANCE: f64 = 1.0;
/// The flags of annotations that nobody sees: hidden, no view (ISO 32000-1 table 165).
const UNSEEN: i64 = 2 | 32;

/// Notes the boxes that came with later signatures and lie over earlier annotations.
pub(super) fn note(document: &Document, placed: &[Placed], first: usize, steps: &mut [Step]) {
    let mut left = MAX_OVERLAPS_COMPARED;
    for (index, step) in steps.iter_mut().enumerate() {
        let revision = first + 1 + index;
        for signature in placed.iter().filter(|p| p.revision == Some(revision)) {
            let over = boxes(document, revision, signature)
                .and_then(|boxes| lies_over(document, revision, &boxes, &mut left));
            // What cannot be read is judged where the change is.
            if let Ok(Some(id)) = over {
                let place = Place::object(id.number, id.generation);
                let finding = Finding::new(&rules::OVERLAP).with(&signature.name);
                step.findings
                    .push(finding.at(place.in_revision(to_u32(revision + 1))));
            }
        }
    }
}

/// The boxes of a signature's field that the revision brought.
fn boxes(
    document: &Document,
    revision: usize,
    signature: &Placed,
) -> Result<Vec<(ObjectId, Rect)>, Doubt> {
    let field = document.object_at(revision, signature.field)?;
    let Some(field) = field.as_dictionary() else {
        return Ok(Vec::new());
    };
    let kids = match field.get("Kids") {
        Some(kids) => document.resolve_at(revision, kids)?,
        None => Object::Null,
    };
    let kids = kids.as_array().unwrap_or_default();
    let kids = kids.iter().filter_map(Object::as_reference);
    let mut boxes = Vec::new();
    for id in std::iter::once(signature.field).chain(kids).take(64) {
        let before = document.entry_at(revision - 1, id.number);
        if !matches!(before, None | Some(Entry::Free { .. })) {
            continue;
        }
        let widget = document.object_at(revision, id)?;
        if let Some(rect) = widget
            .as_dictionary()
            .map(|widget| seen(document, revision, widget))
            .transpose()?
            .flatten()
        {
            boxes.push((id, rect));
        }
    }
    Ok(boxes)
}

/// The box of an annotation that can be seen.
fn seen(
    document: &Document,
    revision: usize,
    annotation: &Dictionary,
) -> Result<Option<Rect>, Doubt> {
    let flags = annotation.get("F").and_then(Object::as_integer);
    if flags.is_some_and(|flags| flags & UNSEEN != 0) {
        return Ok(None);
    }
    let Some(rect) = annotation.get("Rect") else {
        return Ok(None);
    };
    let rect = document.resolve_at(revision, rect)?;
    let numbers = rect.as_array().unwrap_or_default().iter();
    let numbers: Option<Vec<f64>> = numbers.map(Object::as_number).collect();
    Ok(match numbers.as_deref() {
        Some(&[x0, y0, x1, y1]) => Some(Rect::from_corners(x0, y0, x1, y1)),
        _ => None,
    })
}

/// The first of the boxes that lies over an annotation which its page had in the revision before.
fn lies_over(
    document: &Document,
    revision: usize,
    boxes: &[(ObjectId, Rect)],
    left: &mut usize,
) -> Result<Option<ObjectId>, Doubt> {
    let Some(entries) = document.revisions().get(revision).map(|r| &r.entries) else {
        return Ok(None);
    };
    if boxes.is_empty() {
        return Ok(None);
    }
    for (number, _) in entries {
        *left = left.saturating_sub(1);
        if *left == 0 {
            return Ok(None);
        }
        let generation = match document.entry_at(revision, *number) {
            Some(Entry::InFile { generation, .. }) => generation,
            _ => 0,
        };
        let number = *number;
        let id = ObjectId { number, generation };
        let after = annotations(document, revision, id)?;
        let mine: Vec<_> = boxes
            .iter()
            .filter(|(id, _)| after.contains(&Object::Reference(*id)))
            .collect();
        if mine.is_empty() {
            continue;
        }
        for annotation in annotations(document, revision - 1, id)? {
            *left = left.saturating_sub(1);
            if *left == 0 {
                return Ok(None);
            }
            let annotation = document.resolve_at(revision - 1, &annotation)?;
            let Some(old) = annotation
                .as_dictionary()
                .map(|annotation| seen(document, revision - 1, annotation))
                .transpose()?
                .flatten()
            else {
                continue;
            };
            if let Some((id, _)) = mine.iter().find(|(_, rect)| shared(rect, &old) > TOLERANCE) {
                return Ok(Some(*id));
            }
        }
    }
    Ok(None)
}

/// The list of annotations that an object is, or has as a page.
fn annotations(document: &Document, revision: usize, id: ObjectId) -> Result<Vec<Object>, Doubt> {
    let object = document.object_at(revision, id)?;
    let list = match object {
        Object::Dictionary(page) => match page.get("Annots") {
            Some(list) => document.resolve_at(revision, list)?,
            None => Object::Null,
        },
        other => other,
    };
    Ok(list.as_array().unwrap_or_default().to_vec())
}

/// Square points that two boxes share.
fn shared(one: &Rect, other: &Rect) -> f64 {
    let width = one.right.min(other.right) - one.left.max(other.left);
    let height = one.top.min(other.top) - one.bottom.max(other.bottom);
    width.max(0.0) * height.max(0.0)
}
