//! The form of a document: which fields are there, which may be made, and what is allowed.

use std::sync::Arc;

use super::{INVISIBLE, new_field};
use crate::{
    error::{Error, ErrorKind, Result},
    layout::{Look, Slot},
    options::Options,
    pdf::{
        Document,
        field::{self, Lock, SignatureField},
        form,
        incremental::Editor,
        page::{self, Page},
    },
    report::{Finding, Role},
    sign::{
        permit::{self, Permissions},
        planned::{Field, Plan, Planned},
    },
    text::rules,
};

/// What the form of the document holds.
pub(super) struct Form {
    editor: Editor,
    fields: Vec<SignatureField>,
    /// Names at the root, of fields of every kind.
    names: Vec<String>,
    permissions: Permissions,
}

impl Form {
    pub(super) fn read(document: &Arc<Document>) -> Result<Self> {
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
    pub(super) fn empty_field(&self, name: &str) -> Result<Option<&SignatureField>> {
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
    pub(super) fn free_name(&self, name: &str) -> String {
        if !self.is_taken(name) {
            return name.to_owned();
        }
        (2_u32..)
            .map(|n| format!("{name}_{n}"))
            .find(|name| !self.is_taken(name))
            .unwrap_or_default()
    }

    /// The empty field for a role, or a new one. A second signature of a role gets `_2`.
    pub(super) fn slot(&self, slot: Slot, page: &Page) -> Result<Planned> {
        let numbered = (2_u32..).map(|n| format!("{}_{n}", slot.field_name));
        let key = usize::from(slot.role != Role::Person);
        for name in std::iter::once(slot.field_name.to_owned()).chain(numbered) {
            if let Some(field) = self
                .fields
                .iter()
                .find(|field| field.name == name && is_empty(field))
            {
                return self.fill(field, key, slot.look, None);
            }
            if !self.is_taken(&name) {
                return Ok(new_field(key, name, page, slot.rect, slot.look, None));
            }
        }
        Err(Error::new(ErrorKind::Limit, &rules::sign::TOO_MANY_OBJECTS))
    }

    /// A signature into a field that is there. The field's own /Lock holds, and only that.
    pub(super) fn fill(
        &self,
        field: &SignatureField,
        key: usize,
        look: Look,
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
            look,
            rotation: page.map_or(0, |page| page.rotation),
            lock: field.lock.clone(),
            certify: None,
        })
    }

    pub(super) fn page(&self, number: i32) -> Result<Page> {
        page::find(&self.editor, number)?
            .ok_or_else(|| Error::new(ErrorKind::Argument, &rules::sign::NO_PAGE).with(number))
    }

    /// Asks for permission, in the order of signing: a signature may lock what a later one needs.
    pub(super) fn planned(
        mut self,
        options: &Options,
        mut signatures: Vec<Planned>,
    ) -> Result<Plan> {
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
        let makes_fields = signatures
            .iter()
            .any(|planned| matches!(planned.field, Field::New(_)));
        let mut findings = permit::special(self.editor.base(), makes_fields)?;
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
