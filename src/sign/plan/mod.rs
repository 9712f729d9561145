//! From settings and document to the list of signatures that will be made.

mod form;
#[cfg(feature = "near")]
mod place;
mod settings;

use std::sync::Arc;

use self::form::Form;
use super::{
    dictionary,
    planned::{Field, Identity, Plan, Planned},
};
#[cfg(feature = "near")]
use crate::options::Placement;
use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    layout::{self, Look, PagePlace, Shown, Slot},
    options::{Options, Scheme},
    pdf::{Document, field::Lock, form::NewField, page::Page},
    report::{Finding, Role},
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
    let signer = who.first().map(shown_name).unwrap_or_default();
    let mut findings = Vec::new();
    let (name, page, rect, look) = match options.role {
        Some(role) => {
            let (placed, told) = place_of(role, context, &form, &signer)?;
            findings = told;
            let slot = placed.slot;
            (slot.field_name, placed.page, slot.rect, slot.look)
        }
        None => {
            let page = form.page(options.page.unwrap_or(1))?;
            let look = Look::picture_or_name(context.assets().image.as_ref(), &signer);
            (DEFAULT_FIELD, page, INVISIBLE, look)
        }
    };
    let (page, rect) = match near(&form, options, &look)? {
        Some(found) => found,
        None => (page, settings::rect(options)?.unwrap_or(rect)),
    };
    let planned = match &options.field {
        Some(name) => form.named(name, &page, rect, look, lock)?,
        None if options.role.is_some() => form.next(0, name, &page, rect, look, lock)?,
        None => new_field(0, form.free_name(name), &page, rect, look, lock),
    };
    if options.image.is_some() {
        check_image_shows(&planned)?;
    }
    let is_there = matches!(planned.field, Field::Existing { .. });
    if is_there && options.near.is_some() {
        return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with("--near"));
    }
    let mut plan = form.planned(options, vec![planned])?;
    plan.findings.append(&mut findings);
    Ok(plan)
}

/// The place of a role, if settings do not say otherwise, and what it shows there. The seal goes to the signature of
/// the person, if the document has one.
fn place_of(
    role: Role,
    context: &Context,
    form: &Form,
    signer: &str,
) -> Result<(Placed, Vec<Finding>)> {
    let options = context.options();
    let texts = settings::Texts::read(context)?;
    if matches!(role, Role::Number | Role::Appendix) {
        texts.require_number()?;
    }
    let assets = context.assets().for_single();
    let shown = texts.shown(signer, signer, &assets);
    let person = match (role, options.page) {
        (Role::Organisation, None) => form.signed_by_person()?,
        _ => None,
    };
    let (page, person) = match person {
        Some((page, rect)) => (page, Some(rect)),
        None => (form.page(options.page.unwrap_or(number_of(role)))?, None),
    };
    let slot = layout::slot(role, &page.geometry, &shown, person.as_ref())?;
    let placed = Placed { slot, page };
    if options.rect.is_some() || options.page.is_some() || options.near.is_some() {
        return Ok((placed, Vec::new()));
    }
    let (mut placed, findings) = by_text(form, options, &shown, vec![placed])?;
    let placed = placed.pop().ok_or_else(super::steps::out_of_order)?;
    Ok((placed, findings))
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
        (options.near.is_some(), "--near"),
        (options.nth.is_some(), "--nth"),
        (options.near_size.is_some(), "--near-size"),
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
    let slots = layout::plan(options.scheme, &first.geometry, &last.geometry, &shown)?;
    let by_box = slots.into_iter().map(|slot| Placed {
        page: match slot.page {
            PagePlace::First => first.clone(),
            PagePlace::Last => last.clone(),
        },
        slot,
    });
    let (placed, mut findings) = by_text(&form, options, &shown, by_box.collect())?;
    let mut signatures = Vec::new();
    let mut before = Vec::new();
    for Placed { slot, page } in placed {
        let key = usize::from(slot.role != Role::Person);
        if form.is_signed(slot.field_name) {
            before.push(slot.field_name);
        }
        signatures.push(form.next(key, slot.field_name, &page, slot.rect, slot.look, None)?);
    }
    if !before.is_empty() {
        findings.push(Finding::new(&rules::sign::SIGNED_BEFORE).with(before.join(", ")));
    }
    if let [person, organisation] = who
        && person.certificate.sha256() == organisation.certificate.sha256()
    {
        findings.push(Finding::new(&rules::sign::SAME_SIGNER));
    }
    let mut plan = form.planned(options, signatures)?;
    plan.findings.append(&mut findings);
    Ok(plan)
}

/// A box, and the page that it stands on.
struct Placed {
    slot: Slot,
    page: Page,
}

/// Takes boxes to where the text of the document has them, unless the settings want the fixed ones.
#[cfg(feature = "near")]
fn by_text(
    form: &Form,
    options: &Options,
    shown: &Shown<'_>,
    placed: Vec<Placed>,
) -> Result<(Vec<Placed>, Vec<Finding>)> {
    match options.placement {
        Placement::Text => place::by_text(form.editor(), options, shown, placed),
        Placement::Boxes => Ok((placed, Vec::new())),
    }
}

/// Without the feature, the fixed boxes.
#[cfg(not(feature = "near"))]
fn by_text(
    _: &Form,
    _: &Options,
    _: &Shown<'_>,
    placed: Vec<Placed>,
) -> Result<(Vec<Placed>, Vec<Finding>)> {
    Ok((placed, Vec::new()))
}

/// Page and box beside the text that the settings name.
fn near(form: &Form, options: &Options, look: &Look) -> Result<Option<(Page, Rect)>> {
    let unfit = |name| Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with(name));
    let Some(text) = &options.near else {
        return match (options.nth, options.near_size) {
            (Some(_), _) => unfit("--nth"),
            (None, Some(_)) => unfit("--near-size"),
            (None, None) => Ok(None),
        };
    };
    if options.rect.is_some() {
        return unfit("--rect");
    }
    #[cfg(feature = "near")]
    return place::near(form.editor(), options, text, look).map(Some);
    #[cfg(not(feature = "near"))]
    {
        let _ = (form, look, text);
        Err(Error::new(ErrorKind::Unsupported, &rules::usage::UNSUPPORTED).with("--near"))
    }
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
        rotation: page.geometry.rotation,
        unit: page.geometry.unit,
        lock,
        certify: None,
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
