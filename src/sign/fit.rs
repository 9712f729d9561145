//! Whether new boxes fit: on the page, and beside what is there.

use super::planned::{Field, Planned};
use crate::{
    error::Result,
    geometry::{Points, Rect},
    layout,
    limits::{MAX_ANNOTATIONS, MAX_REFERENCE_STEPS},
    pdf::{
        Dictionary, Object, ObjectId,
        incremental::Editor,
        page::{self, Page},
        text_string,
    },
    report::{Finding, Role},
    text::rules,
};

/// Less than this is rounding.
const SLACK: Points = 0.5;

/// Hidden and NoView (table 165): such a widget is in nobody's way.
const UNSEEN: i64 = 2 | 32;

/// Boxes beyond the edge of what is shown, and over fields that are there: warnings. The boxes of one call may lie
/// over each other, since the seal belongs over the signature (Decree 30/2020, art. 33.1b).
pub(super) fn findings(editor: &Editor, planned: &[Planned]) -> Result<Vec<Finding>> {
    let mut findings = Vec::new();
    let mut pages: Vec<(Page, Vec<(String, Rect)>)> = Vec::new();
    for one in planned {
        let (Field::New(field), Some(rect)) = (&one.field, one.visible()) else {
            continue;
        };
        if pages.iter().all(|(page, _)| page.id != field.page) {
            let Some(page) = page::by_id(editor, field.page)? else {
                continue;
            };
            let widgets = widgets(editor, field.page)?;
            pages.push((page, widgets));
        }
        let Some((page, widgets)) = pages.iter().find(|(page, _)| page.id == field.page) else {
            continue;
        };
        if !contains(&page.geometry.visible, &rect) {
            let rule = if overlap(&page.geometry.visible, &rect) {
                &rules::sign::BOX_PARTLY_OUTSIDE
            } else {
                &rules::sign::BOX_OUTSIDE
            };
            let shown = [&rect, &page.geometry.visible].map(shown);
            let [own, of_page] = shown;
            findings.push(
                Finding::new(rule)
                    .with(&one.field_name)
                    .with(own)
                    .with(of_page),
            );
        }
        for (name, other) in widgets {
            if overlap(&rect, other) && !is_seal_over_signature(&one.field_name, name) {
                findings.push(
                    Finding::new(&rules::sign::BOXES_OVERLAP)
                        .with(&one.field_name)
                        .with(name),
                );
            }
        }
    }
    Ok(findings)
}

/// The seal belongs over the signature of the person (art. 33.1b), who often signs in a call of his own.
fn is_seal_over_signature(new: &str, there: &str) -> bool {
    let is = |name: &str, role| name.split('_').next() == Some(layout::field_name(role));
    is(new, Role::Organisation) && is(there, Role::Person)
}

/// The widgets of a page that are seen, with the names of their fields.
fn widgets(editor: &Editor, page: ObjectId) -> Result<Vec<(String, Rect)>> {
    let page = editor.get(page)?;
    let Some(page) = page.as_dictionary() else {
        return Ok(Vec::new());
    };
    let annotations = editor.value(page, "Annots")?;
    let mut found = Vec::new();
    for annotation in annotations
        .as_array()
        .unwrap_or_default()
        .iter()
        .take(MAX_ANNOTATIONS)
    {
        let Object::Dictionary(annotation) = editor.resolve(annotation)? else {
            continue;
        };
        let is_widget = editor.value(&annotation, "Subtype")?.is_name("Widget");
        let flags = editor.value(&annotation, "F")?.as_integer();
        if !is_widget || flags.unwrap_or_default() & UNSEEN != 0 {
            continue;
        }
        if let Some(rect) = page::rectangle(editor, &annotation, "Rect")? {
            found.push((name(editor, annotation)?, rect));
        }
    }
    Ok(found)
}

/// The fully qualified name of a widget's field (clause 12.7.3.2).
fn name(editor: &Editor, widget: Dictionary) -> Result<String> {
    let mut parts = Vec::new();
    let mut node = widget;
    for _ in 0..MAX_REFERENCE_STEPS {
        if let Object::String(part) = editor.value(&node, "T")? {
            parts.push(text_string::decode(&part.bytes));
        }
        let Object::Dictionary(parent) = editor.value(&node, "Parent")? else {
            break;
        };
        node = parent;
    }
    parts.reverse();
    Ok(parts.join("."))
}

fn contains(outer: &Rect, inner: &Rect) -> bool {
    inner.left >= outer.left - SLACK
        && inner.bottom >= outer.bottom - SLACK
        && inner.right <= outer.right + SLACK
        && inner.top <= outer.top + SLACK
}

fn overlap(one: &Rect, other: &Rect) -> bool {
    let width = one.right.min(other.right) - one.left.max(other.left);
    let height = one.top.min(other.top) - one.bottom.max(other.bottom);
    width > SLACK && height > SLACK
}

/// As `--rect` takes it.
fn shown(rect: &Rect) -> String {
    let Rect {
        left,
        bottom,
        right,
        top,
    } = rect;
    format!("{left:.0},{bottom:.0},{right:.0},{top:.0}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_that_touch_are_no_overlap() {
        let one = Rect::from_corners(0.0, 0.0, 10.0, 10.0);
        for (other, overlaps, inside) in [
            ((10.0, 0.0, 20.0, 10.0), false, false),
            ((9.0, 9.0, 20.0, 20.0), true, false),
            ((2.0, 2.0, 8.0, 8.0), true, true),
            ((0.0, 0.0, 10.2, 10.0), true, true),
            ((0.0, 20.0, 10.0, 30.0), false, false),
        ] {
            let rect = Rect::from_corners(other.0, other.1, other.2, other.3);
            assert_eq!(overlap(&one, &rect), overlaps, "{other:?}");
            assert_eq!(contains(&one, &rect), inside, "{other:?}");
        }
    }
}
