//! Signature fields in the interactive form (ISO 32000-1 clauses 12.7.2 and 12.7.4.5): made, filled, certified.

use super::{
    appearance::numbers,
    incremental::Editor,
    object::{Dictionary, Object, ObjectId},
    page, text_string,
};
use crate::{
    error::{Error, ErrorKind, Place, Result},
    geometry::Rect,
    text::rules,
};

/// Annotation flags of a signature's widget: Print and Locked (table 165).
const WIDGET_FLAGS: i64 = 4 | 128;

/// SignaturesExist and AppendOnly (table 219).
const SIG_FLAGS: i64 = 1 | 2;

/// A field that is to be made: one dictionary that is field and widget.
#[derive(Clone, Debug)]
pub(crate) struct NewField {
    /// Partial name; the field stands at the root of the form.
    pub(crate) name: String,
    pub(crate) page: ObjectId,
    /// Without an area where nothing is shown.
    pub(crate) rect: Rect,
    /// /Lock (table 233).
    pub(crate) lock: Option<Dictionary>,
}

/// Makes fields, in the form and on their pages. Gives their ids in order.
///
/// # Errors
/// `Refused` when catalog, form or page are not what they have to be; `Limit`, `Io`.
pub(crate) fn add_fields(editor: &mut Editor, fields: &[NewField]) -> Result<Vec<ObjectId>> {
    let mut ids = Vec::new();
    for field in fields {
        let lock = field.lock.clone().map(|lock| editor.add(lock));
        let mut dictionary = Dictionary::default();
        dictionary.set("Type", Object::name("Annot"));
        dictionary.set("Subtype", Object::name("Widget"));
        dictionary.set("FT", Object::name("Sig"));
        dictionary.set("T", Object::string(text_string::encode(&field.name)));
        dictionary.set("F", WIDGET_FLAGS);
        let rect = &field.rect;
        dictionary.set(
            "Rect",
            numbers(&[rect.left, rect.bottom, rect.right, rect.top]),
        );
        dictionary.set("P", field.page);
        if let Some(lock) = lock {
            dictionary.set("Lock", lock);
        }
        ids.push(editor.add(dictionary));
    }
    change_form(editor, &ids)?;
    let mut by_page: Vec<(ObjectId, Vec<ObjectId>)> = Vec::new();
    for (field, &id) in fields.iter().zip(&ids) {
        match by_page.iter_mut().find(|(page, _)| *page == field.page) {
            Some((_, widgets)) => widgets.push(id),
            None => by_page.push((field.page, vec![id])),
        }
    }
    for (page, widgets) in by_page {
        page::add_annotations(editor, page, &widgets)?;
    }
    Ok(ids)
}

/// Gives a field its value and its widget an appearance.
///
/// # Errors
/// `Refused` when field or widget are no dictionaries; `Limit`, `Io`.
pub(crate) fn fill(
    editor: &mut Editor,
    field: ObjectId,
    widget: Option<ObjectId>,
    value: ObjectId,
    appearance: Option<ObjectId>,
) -> Result<()> {
    let mut dictionary = dictionary(editor, field)?;
    dictionary.set("V", value);
    editor.set(field, dictionary);
    if let (Some(widget), Some(appearance)) = (widget, appearance) {
        let mut dictionary = self::dictionary(editor, widget)?;
        let mut states = Dictionary::default();
        states.set("N", appearance);
        dictionary.set("AP", states);
        editor.set(widget, dictionary);
    }
    Ok(())
}

/// Makes a signature the one that certifies the document: /Perms of the catalog (table 258).
///
/// # Errors
/// `Refused` when the catalog is not sound; `Limit`, `Io`.
pub(crate) fn certify(editor: &mut Editor, signature: ObjectId) -> Result<()> {
    let (root, mut catalog) = catalog(editor)?;
    let (id, value) = editor.locate(catalog.get("Perms").unwrap_or(&Object::Null))?;
    let known = value.as_dictionary().cloned();
    let is_dictionary = known.is_some();
    let mut permissions = known.unwrap_or_default();
    permissions.set("DocMDP", signature);
    match id {
        Some(id) if is_dictionary => editor.set(id, permissions),
        _ => {
            catalog.set("Perms", permissions);
            editor.set(root, catalog);
        }
    }
    Ok(())
}

/// The partial names at the root of the form, of fields of every kind.
///
/// # Errors
/// `Limit`, `Io`.
pub(crate) fn root_names(editor: &Editor) -> Result<Vec<String>> {
    let (_, catalog) = catalog(editor)?;
    let Object::Dictionary(form) = editor.value(&catalog, "AcroForm")? else {
        return Ok(Vec::new());
    };
    let Object::Array(fields) = editor.value(&form, "Fields")? else {
        return Ok(Vec::new());
    };
    let mut names = Vec::new();
    for field in fields.iter().take(crate::limits::MAX_FIELDS) {
        if let Object::Dictionary(field) = editor.resolve(field)?
            && let Object::String(name) = editor.value(&field, "T")?
        {
            names.push(text_string::decode(&name.bytes));
        }
    }
    Ok(names)
}

/// The catalog and its id.
///
/// # Errors
/// `Refused` when it is not an indirect dictionary; `Limit`, `Io`.
pub(crate) fn catalog(editor: &Editor) -> Result<(ObjectId, Dictionary)> {
    let root = editor
        .trailer()
        .get("Root")
        .cloned()
        .unwrap_or(Object::Null);
    match editor.locate(&root)? {
        (Some(id), Object::Dictionary(catalog)) => Ok((id, catalog)),
        _ => Err(Error::new(ErrorKind::Refused, &rules::sign::STRUCTURE).with("/Root")),
    }
}

/// Puts fields into /Fields and sets /SigFlags. Form and /Fields may stand by themselves or not, or be missing.
fn change_form(editor: &mut Editor, fields: &[ObjectId]) -> Result<()> {
    let (root, mut catalog) = catalog(editor)?;
    let (form_id, form) = editor.locate(catalog.get("AcroForm").unwrap_or(&Object::Null))?;
    let known = form.as_dictionary().cloned();
    let form_id = form_id.filter(|_| known.is_some());
    let is_new = known.is_none();
    let mut form = known.unwrap_or_default();

    let (list_id, list) = editor.locate(form.get("Fields").unwrap_or(&Object::Null))?;
    let known = list.as_array().map(<[Object]>::to_vec);
    let list_id = list_id.filter(|_| known.is_some());
    let mut list = known.unwrap_or_default();
    list.extend(fields.iter().map(|&field| Object::Reference(field)));
    let mut changed = is_new;
    match list_id {
        Some(id) => editor.set(id, list),
        None => {
            form.set("Fields", list);
            changed = true;
        }
    }
    let flags = editor
        .value(&form, "SigFlags")?
        .as_integer()
        .unwrap_or_default();
    if flags & SIG_FLAGS != SIG_FLAGS {
        form.set("SigFlags", flags | SIG_FLAGS);
        changed = true;
    }
    match form_id {
        Some(id) if changed => editor.set(id, form),
        Some(_) => {}
        // A new form stands by itself, so that a later one to change it need not change the catalog.
        None if is_new => {
            let id = editor.add(form);
            catalog.set("AcroForm", id);
            editor.set(root, catalog);
        }
        None if changed => {
            catalog.set("AcroForm", form);
            editor.set(root, catalog);
        }
        None => {}
    }
    Ok(())
}

fn dictionary(editor: &Editor, id: ObjectId) -> Result<Dictionary> {
    match editor.get(id)? {
        Object::Dictionary(dictionary) => Ok(dictionary),
        _ => Err(Error::new(ErrorKind::Refused, &rules::sign::STRUCTURE)
            .with("/AcroForm")
            .at(Place::object(id.number, id.generation))),
    }
}
