//! Pages of the page tree (ISO 32000-1 clause 7.7.3), with what they inherit.

use std::collections::HashSet;

use super::{
    incremental::Editor,
    object::{Dictionary, Object, ObjectId},
};
use crate::{
    error::{Error, ErrorKind, Place, Result},
    geometry::{PageGeometry, Rect},
    limits::{MAX_PAGE_NODES, MAX_REFERENCE_STEPS},
    text::rules,
};

/// The page size where a page has none or an impossible one, as readers do: US letter.
const DEFAULT: Rect = Rect {
    left: 0.0,
    bottom: 0.0,
    right: 612.0,
    top: 792.0,
};

/// Units of user space that make sense, in 1/72 inch; Acrobat's most is 75,000 (ISO 32000-1 annex C.2).
const MIN_USER_UNIT: f64 = 0.01;
const MAX_USER_UNIT: f64 = 75_000.0;

/// A page that can be changed.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    pub(crate) id: ObjectId,
    pub(crate) geometry: PageGeometry,
}

/// Attributes that a node hands down (table 30).
#[derive(Clone, Debug, Default)]
struct Inherited {
    media: Option<Rect>,
    crop: Option<Rect>,
    rotation: Option<i64>,
}

/// The page with a number, counted from 1, or from the end with −1 for the last. `None` where there is none.
///
/// # Errors
/// `Refused` when the tree is not sound on the way there; `Limit`, `Io`.
pub(crate) fn find(editor: &Editor, number: i32) -> Result<Option<Page>> {
    let Some(mut left) = number.unsigned_abs().checked_sub(1) else {
        return Ok(None);
    };
    let mut found = None;
    walk(editor, number < 0, &mut |id, node, inherited| {
        match left.checked_sub(1) {
            Some(rest) => left = rest,
            None => {
                let id = id.ok_or_else(|| unsound("/Kids"))?;
                found = Some(page(editor, id, node, inherited)?);
            }
        }
        Ok(found.is_none())
    })?;
    Ok(found)
}

/// The first pages, or the last ones from the end on: at most so many.
///
/// # Errors
/// As [`find`].
#[cfg(feature = "near")]
pub(crate) fn some(editor: &Editor, from_the_end: bool, most: usize) -> Result<Vec<Page>> {
    let mut pages = Vec::new();
    walk(editor, from_the_end, &mut |id, node, inherited| {
        let id = id.ok_or_else(|| unsound("/Kids"))?;
        pages.push(page(editor, id, node, inherited)?);
        Ok(pages.len() < most)
    })?;
    Ok(pages)
}

type Visitor<'a> = dyn FnMut(Option<ObjectId>, &Dictionary, &Inherited) -> Result<bool> + 'a;

/// Shows the pages in their order or backwards, until the visitor has seen enough.
fn walk(editor: &Editor, backwards: bool, visit: &mut Visitor<'_>) -> Result<()> {
    let catalog = editor.resolve(editor.trailer().get("Root").unwrap_or(&Object::Null))?;
    let Some(root) = catalog
        .as_dictionary()
        .and_then(|catalog| catalog.get("Pages"))
    else {
        return Err(unsound("/Pages"));
    };
    let mut seen = HashSet::new();
    let mut stack = vec![(root.clone(), Inherited::default())];
    while let Some((node, inherited)) = stack.pop() {
        if seen.len() > MAX_PAGE_NODES {
            return Err(Error::new(ErrorKind::Limit, &rules::sign::TOO_MANY_OBJECTS));
        }
        let (id, value) = editor.locate(&node)?;
        if id.is_some_and(|id| !seen.insert(id)) {
            // A loop, or a page that stands twice: it was counted already.
            continue;
        }
        let Object::Dictionary(dictionary) = value else {
            continue;
        };
        let inherited = inherit(editor, &dictionary, inherited)?;
        match editor.value(&dictionary, "Kids")? {
            Object::Array(mut kids) => {
                // The stack is taken from its end.
                if !backwards {
                    kids.reverse();
                }
                stack.extend(kids.into_iter().map(|kid| (kid, inherited.clone())));
            }
            _ if dictionary
                .get("Type")
                .is_some_and(|kind| kind.is_name("Pages")) => {}
            _ => {
                if !visit(id, &dictionary, &inherited)? {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// The page with this id; what it inherits is looked up by /Parent. `None` where it is no page.
///
/// # Errors
/// `Limit`, `Io`.
pub(crate) fn by_id(editor: &Editor, id: ObjectId) -> Result<Option<Page>> {
    let mut inherited = Inherited::default();
    let mut node = editor.get(id)?;
    for _ in 0..MAX_REFERENCE_STEPS {
        let Object::Dictionary(dictionary) = &node else {
            break;
        };
        let own = inherit(editor, dictionary, Inherited::default())?;
        inherited.media = inherited.media.or(own.media);
        inherited.crop = inherited.crop.or(own.crop);
        inherited.rotation = inherited.rotation.or(own.rotation);
        node = editor.value(dictionary, "Parent")?;
    }
    match editor.get(id)? {
        Object::Dictionary(node) => page(editor, id, &node, &inherited).map(Some),
        _ => Ok(None),
    }
}

/// Puts widgets into a page's /Annots, which may stand in the page or by itself.
///
/// # Errors
/// `Limit`, `Io`.
pub(crate) fn add_annotations(
    editor: &mut Editor,
    page: ObjectId,
    widgets: &[ObjectId],
) -> Result<()> {
    let Object::Dictionary(mut dictionary) = editor.get(page)? else {
        return Err(unsound("/Page").at(Place::object(page.number, page.generation)));
    };
    let annotations = dictionary.get("Annots").cloned().unwrap_or(Object::Null);
    let (id, value) = editor.locate(&annotations)?;
    let known = value.as_array().map(<[Object]>::to_vec);
    let is_array = known.is_some();
    let mut items = known.unwrap_or_default();
    items.extend(widgets.iter().map(|&widget| Object::Reference(widget)));
    match id {
        Some(id) if is_array => editor.set(id, items),
        _ => {
            dictionary.set("Annots", items);
            editor.set(page, dictionary);
        }
    }
    Ok(())
}

fn unsound(what: &str) -> Error {
    Error::new(ErrorKind::Refused, &rules::sign::STRUCTURE).with(what)
}

fn inherit(editor: &Editor, node: &Dictionary, above: Inherited) -> Result<Inherited> {
    let rotation = editor.value(node, "Rotate")?.as_integer();
    Ok(Inherited {
        media: rectangle(editor, node, "MediaBox")?.or(above.media),
        crop: rectangle(editor, node, "CropBox")?.or(above.crop),
        rotation: rotation.or(above.rotation),
    })
}

/// A rectangle with an area.
///
/// # Errors
/// `Limit`, `Io`.
pub(crate) fn rectangle(editor: &Editor, node: &Dictionary, key: &str) -> Result<Option<Rect>> {
    let Object::Array(items) = editor.value(node, key)? else {
        return Ok(None);
    };
    let mut numbers = Vec::new();
    for item in items.iter().take(4) {
        numbers.extend(editor.resolve(item)?.as_number().filter(|n| n.is_finite()));
    }
    let [x0, y0, x1, y1] = numbers.as_slice() else {
        return Ok(None);
    };
    let rect = Rect::from_corners(*x0, *y0, *x1, *y1);
    Ok((rect.width() > 0.0 && rect.height() > 0.0).then_some(rect))
}

fn page(editor: &Editor, id: ObjectId, node: &Dictionary, inherited: &Inherited) -> Result<Page> {
    // Not handed down (table 31).
    let user_unit = editor.value(node, "UserUnit")?.as_number();
    let media = inherited.media.unwrap_or(DEFAULT);
    let visible = match inherited.crop {
        Some(crop) => Rect {
            left: crop.left.max(media.left),
            bottom: crop.bottom.max(media.bottom),
            right: crop.right.min(media.right),
            top: crop.top.min(media.top),
        },
        None => media,
    };
    let has_area = visible.width() > 0.0 && visible.height() > 0.0;
    let turned = inherited.rotation.unwrap_or_default().rem_euclid(360);
    let geometry = PageGeometry {
        visible: if has_area { visible } else { media },
        rotation: u16::try_from(turned)
            .ok()
            .filter(|turned| turned % 90 == 0)
            .unwrap_or(0),
        unit: user_unit
            .filter(|unit| (MIN_USER_UNIT..=MAX_USER_UNIT).contains(unit))
            .unwrap_or(1.0),
    };
    Ok(Page { id, geometry })
}
