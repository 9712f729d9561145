//! From settings and document to the list of signatures that will be made.

mod form;
mod settings;

use std::sync::Arc;

use self::form::Form;
use super::{
    dictionary,
    planned::{Field, Identity, Plan, Planned},
};
use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    layout::{self, Look, PageGeometry, PagePlace, Texts},
    pdf::{Document, field::Lock, form::NewField, page::Page},
    text::rules,
};

/// The name of a new field where none is given; numbered.
const DEFAULT_FIELD: &str = "ChuKy";

/// A box that shows nothing (ISO 32000-1 clause 12.7.4.5).
const INVISIBLE: Rect = Rect {
    left: 0.0,
    bottom: 0.0,
    right: 0.0,
    top: 0.0,
};

/// One signature, by the settings `field`, `page`, `rect`, `certify`, `lock`.
pub(super) fn single(
    context: &Context,
    document: &Arc<Document>,
    who: &[Identity],
) -> Result<Plan> {
    let options = context.options();
    let form = Form::read(document)?;
    let existing = match &options.field {
        Some(name) => form.empty_field(name)?,
        None => None,
    };
    let lock = options.lock.as_ref().map(settings::lock);
    let look = Look::name(who.first().map(shown_name).unwrap_or_default());
    let planned = match existing {
        Some(field) => form.fill(field, 0, look, lock)?,
        None => {
            let name = match &options.field {
                Some(name) => name.clone(),
                None => form.free_name(DEFAULT_FIELD),
            };
            if name.is_empty() || name.contains('.') {
                return Err(Error::new(ErrorKind::Argument, &rules::sign::FIELD_NAME).with(name));
            }
            let page = form.page(options.page.unwrap_or(1))?;
            let rect = settings::rect(options)?.unwrap_or(INVISIBLE);
            new_field(0, name, &page, rect, look, lock)
        }
    };
    form.planned(options, vec![planned])
}

/// The signatures of a scheme, person first, organisation last.
pub(super) fn scheme(
    context: &Context,
    document: &Arc<Document>,
    who: &[Identity],
) -> Result<Plan> {
    let options = context.options();
    for (is_set, name) in [
        (options.field.is_some(), "--field"),
        (options.page.is_some(), "--page"),
        (options.rect.is_some(), "--rect"),
        (options.lock.is_some(), "--lock"),
    ] {
        if is_set {
            return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with(name));
        }
    }
    let form = Form::read(document)?;
    let (first, last) = (form.page(1)?, form.page(-1)?);
    let [person, organisation] = [0, 1].map(|key| who.get(key).map(shown_name).unwrap_or_default());
    let texts = Texts {
        person: &person,
        organisation: &organisation,
        number: settings::number(options)?,
        date: settings::date(context)?,
    };
    let slots = layout::plan(options.scheme, &geometry(&first), &geometry(&last), &texts);
    let mut signatures = Vec::new();
    for slot in slots {
        let page = match slot.page {
            PagePlace::First => &first,
            PagePlace::Last => &last,
        };
        signatures.push(form.slot(slot, page)?);
    }
    form.planned(options, signatures)
}

/// A signature into a field that will be made.
fn new_field(
    key: usize,
    name: String,
    page: &Page,
    rect: Rect,
    look: Look,
    lock: Option<Lock>,
) -> Planned {
    Planned {
        key,
        field: Field::New(NewField {
            name: name.clone(),
            page: page.id,
            rect,
            lock: lock.as_ref().map(dictionary::field_lock),
        }),
        field_name: name,
        look,
        rotation: page.rotation,
        lock,
        certify: None,
    }
}

fn geometry(page: &Page) -> PageGeometry {
    PageGeometry {
        visible: page.visible,
        rotation: page.rotation,
    }
}

/// What the appearance shows for a signer: the common name, on one line.
fn shown_name(identity: &Identity) -> String {
    let certificate = &identity.certificate;
    let name = certificate
        .common_name()
        .unwrap_or_else(|| certificate.subject_text());
    name.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect::<String>()
        .trim()
        .to_owned()
}
