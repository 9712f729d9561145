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
    layout::{self, Look, PageGeometry, PagePlace},
    options::Scheme,
    pdf::{Document, field::Lock, form::NewField, page::Page},
    report::Role,
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

/// One signature, by the settings `role`, `field`, `page`, `rect`, `certify`, `lock`.
pub(super) fn single(
    context: &Context,
    document: &Arc<Document>,
    who: &[Identity],
) -> Result<Plan> {
    let options = context.options();
    let form = Form::read(document)?;
    let lock = options.lock.as_ref().map(settings::lock);
    let name = who.first().map(shown_name).unwrap_or_default();
    let assets = context.assets().for_single();
    let rect = settings::rect(options)?;

    let (name, page, rect, look) = match options.role {
        Some(role) => {
            let texts = settings::Texts::read(context)?;
            if matches!(role, Role::Number | Role::Appendix) {
                texts.require_number()?;
            }
            let shown = texts.shown(&name, &name, &assets);
            let (page, person) = match (options.page, role) {
                (None, Role::Organisation) => form.signed_by_person()?,
                _ => None,
            }
            .map_or_else(
                || Ok::<_, Error>((form.page(options.page.unwrap_or(number_of(role)))?, None)),
                |(page, rect)| Ok((page, Some(rect))),
            )?;
            let slot = layout::slot(role, &geometry(&page), &shown, person.as_ref())?;
            (slot.field_name, page, rect.unwrap_or(slot.rect), slot.look)
        }
        None => {
            let look = Look::picture_or_name(assets.image.as_ref(), &name);
            let page = form.page(options.page.unwrap_or(1))?;
            (DEFAULT_FIELD, page, rect.unwrap_or(INVISIBLE), look)
        }
    };
    let planned = match &options.field {
        Some(name) => form.named(name, &page, rect, look, lock)?,
        None if options.role.is_some() => form.next(0, name, &page, rect, look, lock)?,
        None => new_field(0, form.free_name(name), &page, rect, look, lock),
    };
    if options.image.is_some() {
        check_image_shows(&planned)?;
    }
    form.planned(options, vec![planned])
}

/// A picture that nobody would see is a mistake.
fn check_image_shows(planned: &Planned) -> Result<()> {
    match (&planned.look, planned.visible()) {
        (Look::Picture(_), Some(_)) => Ok(()),
        (Look::Picture(_), None) => Err(Error::new(
            ErrorKind::Argument,
            &rules::sign::OPTION_REQUIRED,
        )
        .with("--rect")
        .with("300,80,540,140")),
        _ => Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with("--image")),
    }
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
        (options.role.is_some(), "--role"),
        (options.image.is_some(), "--image"),
    ] {
        if is_set {
            return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with(name));
        }
    }
    let texts = settings::Texts::read(context)?;
    if options.scheme == Scheme::Circular01 {
        texts.require_number()?;
    }
    let form = Form::read(document)?;
    let (first, last) = (form.page(1)?, form.page(-1)?);
    let [person, organisation] = [0, 1].map(|key| who.get(key).map(shown_name).unwrap_or_default());
    let shown = texts.shown(&person, &organisation, context.assets());
    let slots = layout::plan(options.scheme, &geometry(&first), &geometry(&last), &shown)?;
    let mut signatures = Vec::new();
    for slot in slots {
        let page = match slot.page {
            PagePlace::First => &first,
            PagePlace::Last => &last,
        };
        let key = usize::from(slot.role != Role::Person);
        signatures.push(form.next(key, slot.field_name, page, slot.rect, slot.look, None)?);
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
        unit: geometry(page).unit,
        lock,
        certify: None,
    }
}

fn geometry(page: &Page) -> PageGeometry {
    PageGeometry {
        visible: page.visible,
        rotation: page.rotation,
        unit: 1.0,
    }
}

/// The page of a role, as `--page` counts.
fn number_of(role: Role) -> i32 {
    match layout::page_of(role) {
        PagePlace::First => 1,
        PagePlace::Last => -1,
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
