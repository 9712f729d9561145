//! The form of a document: which fields are there, which may be made, and what is allowed.

use std::sync::Arc;

use super::{INVISIBLE, new_field};
use crate::{
    error::{Error, ErrorKind, Result},
    geometry::Rect,
    layout::{self, Look},
    options::Options,
    pdf::{
        Document,
        appearance::Rendition,
        field::{self, Lock, SignatureField},
        form,
        incremental::Editor,
        page::{self, Page},
    },
    report::{Finding, Role},
    sign::{
        archive, fit,
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

    /// The field of that name: filled if it is there and empty, else made.
    pub(super) fn named(
        &self,
        name: &str,
        page: &Page,
        rect: Rect,
        look: Look,
        lock: Option<Lock>,
    ) -> Result<Planned> {
        if let Some(field) = self.empty_field(name)? {
            return self.fill(field, 0, look, lock);
        }
        if name.is_empty() || name.contains('.') {
            return Err(Error::new(ErrorKind::Argument, &rules::sign::FIELD_NAME).with(name));
        }
        Ok(new_field(0, name.to_owned(), page, rect, look, lock))
    }

    /// Whether the field of that name is signed.
    pub(super) fn is_signed(&self, name: &str) -> bool {
        let field = self.fields.iter().find(|field| field.name == name);
        field.is_some_and(|field| !is_empty(field))
    }

    /// The empty field for a role, or a new one. A second signature of a role gets `_2`.
    pub(super) fn next(
        &self,
        key: usize,
        name: &str,
        page: &Page,
        rect: Rect,
        look: Look,
        lock: Option<Lock>,
    ) -> Result<Planned> {
        let numbered = (2_u32..).map(|n| format!("{name}_{n}"));
        for name in std::iter::once(name.to_owned()).chain(numbered) {
            let empty = |field: &&SignatureField| field.name == name && is_empty(field);
            if let Some(field) = self.fields.iter().find(empty) {
                return self.fill(field, key, look, lock);
            }
            if !self.is_taken(&name) {
                return Ok(new_field(key, name, page, rect, look, lock));
            }
        }
        Err(Error::new(ErrorKind::Limit, &rules::sign::TOO_MANY_OBJECTS))
    }

    /// Page and box of the competent person's signature, the last one where there are several.
    pub(super) fn signed_by_person(&self) -> Result<Option<(Page, Rect)>> {
        let person = layout::field_name(Role::Person);
        let is_persons = |field: &&SignatureField| {
            let rest = field.name.strip_prefix(person);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('_')) && !is_empty(field)
        };
        let Some(field) = self.fields.iter().rfind(is_persons) else {
            return Ok(None);
        };
        let (Some(page), Some(rect)) = (field.page, field.rect) else {
            return Ok(None);
        };
        let page = page::by_id(&self.editor, page)?;
        let has_area = rect.width() > 0.0 && rect.height() > 0.0;
        Ok(page.filter(|_| has_area).map(|page| (page, rect)))
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
            rotation: page.as_ref().map_or(0, |page| page.geometry.rotation),
            unit: page.as_ref().map_or(1.0, |page| page.geometry.unit),
            lock: field.lock.clone(),
            certify: None,
        })
    }

    pub(super) fn page(&self, number: i32) -> Result<Page> {
        page_of(&self.editor, number)
    }

    /// The newest state of the document.
    #[cfg(feature = "near")]
    pub(super) fn editor(&self) -> &Editor {
        &self.editor
    }

    /// What appearances may hold, and what that costs pictures.
    fn rendition(&self, signatures: &[Planned]) -> Result<(Rendition, Option<Finding>)> {
        let Some((claim, rendition)) = archive::rendition(&self.editor)? else {
            return Ok((Rendition::default(), None));
        };
        let is_cut = |planned: &Planned| {
            matches!(&planned.look, Look::Picture(picture) if picture.is_transparent())
                && planned.visible().is_some()
        };
        let finding = (rendition.pdf_a1 && signatures.iter().any(is_cut))
            .then(|| Finding::new(&rules::sign::ARCHIVE_FLAT).with(claim));
        Ok((rendition, finding))
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
        let (rendition, archive) = self.rendition(&signatures)?;
        let mut findings = permit::special(self.editor.base(), makes_fields)?;
        let pictures = signatures.iter().filter_map(|planned| match &planned.look {
            Look::Picture(picture) if !picture.is_transparent() => Some(picture),
            _ => None,
        });
        for picture in pictures {
            findings.push(Finding::new(&rules::picture::OPAQUE).with(&picture.name));
        }
        findings.extend(archive);
        findings.extend(fit::findings(&self.editor, &signatures)?);
        if boxes_are_late {
            findings.push(Finding::new(&rules::sign::NEW_BOX_AFTER_CERTIFICATION));
        }
        Ok(Plan {
            is_unsigned: !self.permissions.has_signatures,
            signatures,
            findings,
            rendition,
        })
    }
}

fn is_empty(field: &SignatureField) -> bool {
    field.value.is_none() && field.value_dictionary.is_none()
}

/// A page by its number, from the end where that is negative.
///
/// # Errors
/// `Argument` where there is no such page, `Refused` where there is none at all; as [`page::find`].
pub(super) fn page_of(editor: &Editor, number: i32) -> Result<Page> {
    match page::find(editor, number)? {
        Some(page) => Ok(page),
        None if page::find(editor, 1)?.is_none() => {
            Err(Error::new(ErrorKind::Refused, &rules::sign::NO_PAGES))
        }
        None => Err(Error::new(ErrorKind::Argument, &rules::sign::NO_PAGE).with(number)),
    }
}
