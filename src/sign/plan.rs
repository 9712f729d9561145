//! From settings and document to the list of signatures that will be made.

use std::sync::Arc;

use super::{
    machine::{Field, Identity, Plan, Planned, VIET_NAM, write_lock},
    permit::{self, Permissions},
};
use crate::{
    context::Context,
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    layout::{self, PageGeometry, PagePlace, Slot, Texts},
    options::{LockOption, Options},
    pdf::{
        Dictionary, Document, Object,
        appearance::Align,
        field::{self, Lock, LockAction, SignatureField},
        form::{self, NewField},
        incremental::Editor,
        page::{self, Page},
    },
    report::Finding,
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
    let lock = options.lock.as_ref().map(lock);
    let text = who.first().map(shown_name).unwrap_or_default();
    let planned = match existing {
        Some(field) => form.fill(field, 0, text, Align::Centre, lock)?,
        None => {
            let name = match &options.field {
                Some(name) => name.clone(),
                None => form.free_name(DEFAULT_FIELD),
            };
            if name.is_empty() || name.contains('.') {
                return Err(Error::new(ErrorKind::Argument, &rules::sign::FIELD_NAME).with(name));
            }
            let page = form.page(options.page.unwrap_or(1))?;
            let rect = rect(options)?;
            Planned {
                key: 0,
                field: Field::New(NewField {
                    name: name.clone(),
                    page: page.id,
                    rect,
                    lock: lock.as_ref().map(lock_dictionary),
                }),
                field_name: name,
                text,
                align: Align::Centre,
                rotation: page.rotation,
                lock,
                certify: None,
            }
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
        number: number(options)?,
        date: date(context)?,
    };
    let slots = layout::plan(options.scheme, &geometry(&first), &geometry(&last), &texts);
    let mut signatures = Vec::new();
    for slot in slots {
        let page = if slot.page == PagePlace::First {
            &first
        } else {
            &last
        };
        signatures.push(form.slot(slot, page)?);
    }
    form.planned(options, signatures)
}

/// What the form of the document holds.
struct Form {
    editor: Editor,
    fields: Vec<SignatureField>,
    /// Names at the root, of fields of every kind.
    names: Vec<String>,
    permissions: Permissions,
}

impl Form {
    fn read(document: &Arc<Document>) -> Result<Self> {
        // An editor without changes: it reads the newest state.
        let editor = Editor::new(document.clone())?;
        let newest = document.revisions().len().saturating_sub(1);
        let (fields, _) = field::signature_fields(document, newest)?;
        let names = form::root_names(&editor)?;
        let permissions = Permissions::read(document, &fields)?;
        Ok(Self {
            editor,
            fields,
            names,
            permissions,
        })
    }

    /// The empty field of that name; `None` where there is no field at all.
    fn empty_field(&self, name: &str) -> Result<Option<&SignatureField>> {
        match self.fields.iter().find(|field| field.name == name) {
            Some(field) if is_empty(field) => Ok(Some(field)),
            Some(field) => Err(Error::new(ErrorKind::Refused, &rules::sign::FIELD_SIGNED)
                .with(name)
                .at(permit::place(field.id))),
            None if self.names.iter().any(|taken| taken == name) => {
                Err(Error::new(ErrorKind::Refused, &rules::sign::FIELD_TAKEN).with(name))
            }
            None => Ok(None),
        }
    }

    fn is_taken(&self, name: &str) -> bool {
        self.names.iter().any(|taken| taken == name) || self.fields.iter().any(|f| f.name == name)
    }

    /// The name, or with the first number behind it that nobody has.
    fn free_name(&self, name: &str) -> String {
        if !self.is_taken(name) {
            return name.to_owned();
        }
        (2_u32..)
            .map(|n| format!("{name}_{n}"))
            .find(|name| !self.is_taken(name))
            .unwrap_or_default()
    }

    /// The empty field for a role, or a new one. A second signature of a role gets `_2`.
    fn slot(&self, slot: Slot, page: &Page) -> Result<Planned> {
        let numbered = (2_u32..).map(|n| format!("{}_{n}", slot.field_name));
        let key = usize::from(slot.role != crate::report::Role::Person);
        for name in std::iter::once(slot.field_name.to_owned()).chain(numbered) {
            if let Some(field) = self
                .fields
                .iter()
                .find(|field| field.name == name && is_empty(field))
            {
                return self.fill(field, key, slot.text, slot.align, None);
            }
            if !self.is_taken(&name) {
                return Ok(Planned {
                    key,
                    field: Field::New(NewField {
                        name: name.clone(),
                        page: page.id,
                        rect: slot.rect,
                        lock: None,
                    }),
                    field_name: name,
                    text: slot.text,
                    align: slot.align,
                    rotation: page.rotation,
                    lock: None,
                    certify: None,
                });
            }
        }
        Err(Error::new(ErrorKind::Limit, &rules::sign::TOO_MANY_OBJECTS))
    }

    /// A signature into a field that is there. The field's own /Lock holds, and only that.
    fn fill(
        &self,
        field: &SignatureField,
        key: usize,
        text: String,
        align: Align,
        lock: Option<Lock>,
    ) -> Result<Planned> {
        if lock.is_some() {
            return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_UNFIT).with("--lock"));
        }
        let page = match field.page {
            Some(id) => page::by_id(&self.editor, id)?,
            None => None,
        };
        Ok(Planned {
            key,
            field_name: field.name.clone(),
            field: Field::Existing {
                id: field.id,
                widget: field.widgets.first().copied(),
                rect: field.rect,
            },
            text,
            align,
            rotation: page.map_or(0, |page| page.rotation),
            lock: field.lock.clone(),
            certify: None,
        })
    }

    fn page(&self, number: i32) -> Result<Page> {
        page::find(&self.editor, number)?
            .ok_or_else(|| Error::new(ErrorKind::Argument, &rules::sign::NO_PAGE).with(number))
    }

    /// Asks for permission, in the order of signing: a signature may lock what a later one needs.
    fn planned(mut self, options: &Options, mut signatures: Vec<Planned>) -> Result<Plan> {
        if let Some(permission) = options.certify {
            if !(1..=3).contains(&permission) || (permission == 1 && signatures.len() > 1) {
                return Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
                    .with("--certify")
                    .with(permission));
            }
            if self.permissions.has_signatures {
                return Err(Error::new(ErrorKind::Refused, &rules::sign::NOT_FIRST));
            }
            if let Some(first) = signatures.first_mut() {
                first.certify = Some(permission);
            }
        }
        let makes_boxes = signatures.iter().any(|planned| match &planned.field {
            Field::New(field) => field.rect != INVISIBLE,
            Field::Existing { .. } => false,
        });
        let boxes_are_late = self.permissions.is_certified() && makes_boxes;
        // All fields are made in the first revision, before any of the locks.
        for planned in signatures
            .iter()
            .filter(|planned| matches!(planned.field, Field::New(_)))
        {
            self.permissions.allow(&planned.field_name)?;
        }
        for planned in &signatures {
            self.permissions.allow(&planned.field_name)?;
            if let Some(lock) = &planned.lock {
                self.permissions.add_lock(&planned.field_name, lock);
            }
        }
        let mut findings = Vec::new();
        if form::has_xfa(&self.editor)? {
            findings.push(Finding::new(&rules::sign::XFA));
        }
        if boxes_are_late {
            findings.push(Finding::new(&rules::sign::NEW_BOX_AFTER_CERTIFICATION));
        }
        Ok(Plan {
            is_unsigned: !self.permissions.has_signatures,
            signatures,
            findings,
        })
    }
}

fn is_empty(field: &SignatureField) -> bool {
    field.value.is_none() && field.value_dictionary.is_none()
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

/// Circular 01/2019 signs the number, so it has to be known; Decree 30/2020 does not.
fn number(options: &Options) -> Result<&str> {
    match (options.scheme, options.number.as_deref().map(str::trim)) {
        (_, Some(number)) if !number.is_empty() => Ok(number),
        (crate::options::Scheme::Decree30, _) => Ok(""),
        _ => Err(
            Error::new(ErrorKind::Argument, &rules::sign::OPTION_REQUIRED)
                .with("--number")
                .with("12/QĐ-UBND"),
        ),
    }
}

/// The date of the document: as given, else the day in Viet Nam.
fn date(context: &Context) -> Result<(i32, u8, u8)> {
    let Some(text) = &context.options().date else {
        let (year, month, day, ..) = context.now().civil(VIET_NAM);
        return Ok((year, month, day));
    };
    // Noon: no zone can move it to another day.
    crate::time::Time::from_rfc3339(&format!("{text}T12:00:00Z"))
        .map(|time| {
            let (year, month, day, ..) = time.civil(0);
            (year, month, day)
        })
        .ok_or_else(|| {
            Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
                .with("--date")
                .with(text)
        })
}

fn rect(options: &Options) -> Result<Rect> {
    let Some([x0, y0, x1, y1]) = options.rect else {
        return Ok(INVISIBLE);
    };
    let rect = Rect::from_corners(x0, y0, x1, y1);
    // The bound of user space in practice (ISO 32000-1 annex C.2).
    if [x0, y0, x1, y1]
        .iter()
        .all(|n| n.is_finite() && n.abs() <= 14_400.0)
    {
        return Ok(rect);
    }
    let shown = format!("{x0},{y0},{x1},{y1}");
    Err(Error::new(ErrorKind::Argument, &rules::sign::OPTION_VALUE)
        .with("--rect")
        .with(shown))
}

fn lock(option: &LockOption) -> Lock {
    let action = match option {
        LockOption::All => LockAction::All,
        LockOption::Include(names) => LockAction::Include(names.clone()),
        LockOption::Exclude(names) => LockAction::Exclude(names.clone()),
    };
    Lock {
        action,
        permission: None,
    }
}

/// /Lock of a field (table 233).
fn lock_dictionary(lock: &Lock) -> Dictionary {
    let mut dictionary = Dictionary::default();
    dictionary.set("Type", Object::name("SigFieldLock"));
    write_lock(&mut dictionary, lock);
    dictionary
}
