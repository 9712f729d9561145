//! Signature fields of the form (ISO 32000-1 clauses 12.7.2, 12.7.4.5) and their signature dictionaries (12.8.1).

use std::collections::{HashMap, HashSet};

use super::{
    document::Document,
    object::{Dictionary, Name, Object, ObjectId, PdfString},
    text_string,
};
use crate::{
    error::{ErrorKind, Place, Result},
    geometry::Rect,
    limits::MAX_FIELDS,
    report::Finding,
    text::rules,
    time::Time,
};

/// A field of type /Sig, signed or not.
#[derive(Clone, Debug)]
pub(crate) struct SignatureField {
    /// Fully qualified: the partial names from the root on, joined with full stops.
    pub(crate) name: String,
    pub(crate) id: ObjectId,
    /// Its widget annotations; the field itself where they are merged.
    pub(crate) widgets: Vec<ObjectId>,
    /// /V, where it is a reference.
    pub(crate) value: Option<ObjectId>,
    /// /V, resolved.
    pub(crate) value_dictionary: Option<Dictionary>,
    /// Of the first widget.
    pub(crate) rect: Option<Rect>,
    /// /P of the first widget.
    pub(crate) page: Option<ObjectId>,
    pub(crate) lock: Option<Lock>,
}

/// A signature dictionary (table 252).
#[derive(Clone, Debug, Default)]
pub(crate) struct SignatureDictionary {
    pub(crate) id: Option<ObjectId>,
    pub(crate) filter: Option<Name>,
    pub(crate) sub_filter: Option<Name>,
    /// /Type, where it stands: /Sig or /DocTimeStamp.
    pub(crate) kind: Option<Name>,
    /// As in the file; empty when it is missing or holds anything but integers.
    pub(crate) byte_range: Vec<i64>,
    /// With its place in the file, unless it stands in an object stream.
    pub(crate) contents: Option<PdfString>,
    /// /Cert, of adbe.x509.rsa_sha1.
    pub(crate) has_cert: bool,
    /// /M.
    pub(crate) modified: Option<Time>,
    pub(crate) name: Option<String>,
    pub(crate) reason: Option<String>,
    pub(crate) location: Option<String>,
    pub(crate) contact: Option<String>,
    /// /P of a DocMDP reference (table 254), 2 where it is missing.
    pub(crate) doc_mdp: Option<u8>,
    /// A FieldMDP reference (table 256).
    pub(crate) field_mdp: Option<Lock>,
    /// What is wrong with it; an error here fails the signature.
    pub(crate) findings: Vec<Finding>,
}

/// Which fields are locked by a signature (tables 233 and 256).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Lock {
    pub(crate) action: LockAction,
    /// /P: 1 to 3, as in DocMDP (ISO 32000-2, table 236).
    pub(crate) permission: Option<u8>,
}

/// The fields that a lock names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum LockAction {
    All,
    Include(Vec<String>),
    Exclude(Vec<String>),
}

impl Lock {
    /// Whether a field with this full name is locked. A name stands for the fields below it, too.
    pub(crate) fn covers(&self, field: &str) -> bool {
        let named = |names: &[String]| {
            names.iter().any(|name| {
                field
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
        };
        match &self.action {
            LockAction::All => true,
            LockAction::Include(names) => named(names),
            LockAction::Exclude(names) => !named(names),
        }
    }
}

/// The signature fields of the form as of a revision, in the order of the tree; with what is wrong with the tree.
///
/// # Errors
/// As [`Document::object`].
pub(crate) fn signature_fields(
    document: &Document,
    revision: usize,
) -> Result<(Vec<SignatureField>, Vec<Finding>)> {
    let mut walk = Walk {
        document,
        revision,
        seen: HashSet::new(),
        fields: Vec::new(),
        findings: Vec::new(),
        left: MAX_FIELDS,
    };
    let form = match document.catalog_at(revision) {
        Ok(catalog) => match catalog.get("AcroForm") {
            Some(form) => document.resolve_at(revision, form)?,
            None => Object::Null,
        },
        // Without a catalog there is no form; encrypted away is noted with the document.
        Err(error) if matches!(error.kind(), ErrorKind::Unreadable | ErrorKind::Unsupported) => {
            Object::Null
        }
        Err(error) => return Err(error),
    };
    if let Some(Object::Array(roots)) = form
        .as_dictionary()
        .and_then(|form| form.get("Fields"))
        .map(|fields| document.resolve_at(revision, fields))
        .transpose()?
    {
        walk.roots(&roots)?;
    }
    let mut names: HashMap<&str, usize> = HashMap::new();
    for field in &walk.fields {
        let count = names.entry(field.name.as_str()).or_default();
        *count = count.saturating_add(1);
        if *count == 2 {
            let place = Place::object(field.id.number, field.id.generation);
            walk.findings.push(
                Finding::new(&rules::pdf::FIELD_NAME_TWICE)
                    .with(&field.name)
                    .at(place),
            );
        }
    }
    Ok((walk.fields, walk.findings))
}

/// What a field hands down to its kids (table 220).
#[derive(Clone, Debug, Default)]
struct Inherited {
    name: String,
    is_signature: bool,
    value: Option<Object>,
}

struct Walk<'a> {
    document: &'a Document,
    revision: usize,
    seen: HashSet<ObjectId>,
    fields: Vec<SignatureField>,
    findings: Vec<Finding>,
    left: usize,
}

impl Walk<'_> {
    fn roots(&mut self, roots: &[Object]) -> Result<()> {
        // Depth first, in order: the stack is reversed.
        let mut stack: Vec<(ObjectId, Inherited)> = Vec::new();
        self.push(&mut stack, roots, &Inherited::default());
        while let Some((id, inherited)) = stack.pop() {
            let Some(left) = self.left.checked_sub(1) else {
                self.findings
                    .push(Finding::new(&rules::pdf::FIELD_TREE).with("size"));
                return Ok(());
            };
            self.left = left;
            let object = self.document.object_at(self.revision, id)?;
            let object = self.document.resolve_at(self.revision, &object)?;
            let Object::Dictionary(node) = object else {
                continue;
            };
            let kids = match node.get("Kids") {
                Some(kids) => self.document.resolve_at(self.revision, kids)?,
                None => Object::Null,
            };
            let inherited = self.inherit(&node, inherited)?;
            let (subfields, widgets) = self.split(kids.as_array().unwrap_or_default())?;
            self.push(&mut stack, &subfields, &inherited);
            if inherited.is_signature && subfields.is_empty() {
                let field = self.field(id, &node, widgets, inherited)?;
                self.fields.push(field);
            }
        }
        Ok(())
    }

    /// Puts nodes on the stack that were not seen yet.
    fn push(
        &mut self,
        stack: &mut Vec<(ObjectId, Inherited)>,
        nodes: &[Object],
        inherited: &Inherited,
    ) {
        for node in nodes.iter().rev() {
            match node.as_reference() {
                Some(id) if self.seen.len() > MAX_FIELDS => {
                    let place = Place::object(id.number, id.generation);
                    self.findings
                        .push(Finding::new(&rules::pdf::FIELD_TREE).with("size").at(place));
                    return;
                }
                Some(id) if self.seen.insert(id) => stack.push((id, inherited.clone())),
                Some(id) => {
                    let place = Place::object(id.number, id.generation);
                    self.trouble(Finding::new(&rules::pdf::FIELD_TREE).with("loop").at(place));
                }
                None if *node == Object::Null => {}
                None => self.trouble(Finding::new(&rules::pdf::FIELD_TREE).with("direct object")),
            }
        }
    }

    fn trouble(&mut self, finding: Finding) {
        if self.findings.len() < crate::limits::MAX_FINDINGS && !self.findings.contains(&finding) {
            self.findings.push(finding);
        }
    }

    fn inherit(&self, node: &Dictionary, above: Inherited) -> Result<Inherited> {
        let resolved = |key| match node.get(key) {
            Some(value) => self.document.resolve_at(self.revision, value),
            None => Ok(Object::Null),
        };
        let mut inherited = above;
        if let Object::String(partial) = resolved("T")? {
            let partial = text_string::decode(&partial.bytes);
            if !inherited.name.is_empty() {
                inherited.name.push('.');
            }
            inherited.name.push_str(&partial);
            // Names are for people and for comparing: 64 kB are far beyond both.
            let bound = (0..=65_536)
                .rev()
                .find(|at| inherited.name.is_char_boundary(*at));
            inherited.name.truncate(bound.unwrap_or(0));
        }
        if let Some(kind) = resolved("FT")?.as_name() {
            inherited.is_signature = kind == b"Sig";
        }
        if let Some(value) = node.get("V") {
            inherited.value = Some(value.clone());
        }
        Ok(inherited)
    }

    /// Kids that are fields (they have /T), and kids that are widgets of this one.
    fn split(&mut self, kids: &[Object]) -> Result<(Vec<Object>, Vec<ObjectId>)> {
        let (mut fields, mut widgets) = (Vec::new(), Vec::new());
        for kid in kids {
            let Some(left) = self.left.checked_sub(1) else {
                break;
            };
            self.left = left;
            let Some(id) = kid.as_reference() else {
                self.trouble(Finding::new(&rules::pdf::FIELD_TREE).with("direct object"));
                continue;
            };
            let object = self.document.resolve_at(self.revision, kid)?;
            match object.as_dictionary() {
                Some(kid) if kid.get("T").is_some() || kid.get("Kids").is_some() => {
                    fields.push(Object::Reference(id));
                }
                Some(_) => widgets.push(id),
                None => {}
            }
        }
        Ok((fields, widgets))
    }

    fn field(
        &mut self,
        id: ObjectId,
        node: &Dictionary,
        widgets: Vec<ObjectId>,
        inherited: Inherited,
    ) -> Result<SignatureField> {
        let place = Place::object(id.number, id.generation);
        for key in node.duplicates() {
            let key = String::from_utf8_lossy(&key.0);
            self.trouble(Finding::new(&rules::pdf::DUPLICATE_KEY).with(key).at(place));
        }
        let merged = node
            .get("Subtype")
            .is_some_and(|kind| kind.is_name("Widget"))
            || node.get("Rect").is_some();
        let widgets = if widgets.is_empty() && merged {
            vec![id]
        } else {
            widgets
        };
        let first = match widgets.first() {
            Some(first) if *first != id => self.document.object_at(self.revision, *first)?,
            _ => Object::Dictionary(node.clone()),
        };
        let first = first.as_dictionary().unwrap_or(node);
        let (value, value_dictionary) = match &inherited.value {
            None | Some(Object::Null) => (None, None),
            Some(value) => match self.document.resolve_at(self.revision, value)? {
                Object::Dictionary(dictionary) => (value.as_reference(), Some(dictionary)),
                Object::Null => (None, None),
                _ => {
                    let wrong =
                        Finding::new(&rules::pdf::SIGNATURE_VALUE_WRONG).with(&inherited.name);
                    self.trouble(wrong.at(place));
                    (value.as_reference(), None)
                }
            },
        };
        let lock = match node.get("Lock") {
            Some(lock) => read_lock(self.document, self.revision, lock)?,
            None => None,
        };
        Ok(SignatureField {
            rect: rect(self.document, self.revision, first)?,
            page: first.get("P").and_then(Object::as_reference),
            name: inherited.name,
            id,
            widgets,
            value,
            value_dictionary,
            lock,
        })
    }
}

/// The signature dictionary of a field; `None` for a field without a value.
///
/// # Errors
/// As [`Document::object`].
pub(crate) fn signature_dictionary(
    document: &Document,
    revision: usize,
    field: &SignatureField,
) -> Result<Option<SignatureDictionary>> {
    let Some(dictionary) = &field.value_dictionary else {
        return Ok(None);
    };
    read_signature(document, revision, field.value, dictionary).map(Some)
}

/// The signature that /Perms /DocMDP of the catalog names (ISO 32000-1 clause 12.8.4).
///
/// # Errors
/// As [`Document::object`].
pub(crate) fn certification(document: &Document, revision: usize) -> Result<Option<ObjectId>> {
    let catalog = match document.catalog_at(revision) {
        Ok(catalog) => catalog,
        Err(error) if matches!(error.kind(), ErrorKind::Unreadable | ErrorKind::Unsupported) => {
            return Ok(None);
        }
        Err(error) => return Err(error),
    };
    let permissions =
        document.resolve_at(revision, catalog.get("Perms").unwrap_or(&Object::Null))?;
    let permissions = permissions
        .as_dictionary()
        .and_then(|permissions| permissions.get("DocMDP"));
    Ok(permissions.and_then(Object::as_reference))
}

fn read_signature(
    document: &Document,
    revision: usize,
    id: Option<ObjectId>,
    dictionary: &Dictionary,
) -> Result<SignatureDictionary> {
    let place = id.map_or_else(Place::default, |id| Place::object(id.number, id.generation));
    let mut signature = SignatureDictionary {
        id,
        ..SignatureDictionary::default()
    };
    for key in dictionary.duplicates() {
        let rule = match key.0.as_slice() {
            b"Contents" | b"ByteRange" | b"SubFilter" | b"Filter" | b"Type" | b"Reference"
            | b"Cert" => &rules::pdf::SIGNATURE_KEY_TWICE,
            _ => &rules::pdf::DUPLICATE_KEY,
        };
        signature.findings.push(
            Finding::new(rule)
                .with(String::from_utf8_lossy(&key.0))
                .at(place),
        );
    }
    let resolved =
        |key| document.resolve_at(revision, dictionary.get(key).unwrap_or(&Object::Null));
    for key in ["Contents", "ByteRange"] {
        if matches!(dictionary.get(key), Some(Object::Reference(_))) {
            let indirect = Finding::new(&rules::pdf::SIGNATURE_KEY_INDIRECT)
                .with(key)
                .at(place);
            signature.findings.push(indirect);
        }
    }
    let wrong = |key| {
        Finding::new(&rules::pdf::SIGNATURE_KEY_WRONG)
            .with(key)
            .at(place)
    };
    match resolved("Contents")? {
        Object::String(contents) => signature.contents = Some(contents),
        _ => signature.findings.push(wrong("Contents")),
    }
    match resolved("ByteRange")? {
        Object::Array(items) => {
            let numbers: Option<Vec<i64>> = items.iter().map(Object::as_integer).collect();
            match numbers {
                Some(numbers) if !numbers.is_empty() => signature.byte_range = numbers,
                _ => signature.findings.push(wrong("ByteRange")),
            }
        }
        _ => signature.findings.push(wrong("ByteRange")),
    }
    let name = |key| {
        resolved(key).map(|value| match value {
            Object::Name(name) => Some(name),
            _ => None,
        })
    };
    signature.filter = name("Filter")?;
    signature.sub_filter = name("SubFilter")?;
    signature.kind = name("Type")?;
    signature.has_cert = dictionary.get("Cert").is_some();
    let text = |key| {
        resolved(key).map(|value| match value {
            Object::String(text) => Some(text.bytes),
            _ => None,
        })
    };
    signature.modified = text("M")?.and_then(|date| text_string::parse_date(&date));
    signature.name = text("Name")?.map(|text| text_string::decode(&text));
    signature.reason = text("Reason")?.map(|text| text_string::decode(&text));
    signature.location = text("Location")?.map(|text| text_string::decode(&text));
    signature.contact = text("ContactInfo")?.map(|text| text_string::decode(&text));
    if let Object::Array(references) = resolved("Reference")? {
        for reference in references.iter().take(MAX_SIGNATURE_REFERENCES) {
            read_reference(document, revision, reference, &mut signature)?;
        }
    }
    Ok(signature)
}

/// Signature references of one signature that are looked at: there is one for each transform method (table 253).
const MAX_SIGNATURE_REFERENCES: usize = 64;

/// One signature reference dictionary (table 253).
fn read_reference(
    document: &Document,
    revision: usize,
    reference: &Object,
    signature: &mut SignatureDictionary,
) -> Result<()> {
    let reference = document.resolve_at(revision, reference)?;
    let Some(reference) = reference.as_dictionary() else {
        return Ok(());
    };
    let resolved = |key| document.resolve_at(revision, reference.get(key).unwrap_or(&Object::Null));
    let parameters = resolved("TransformParams")?;
    let method = resolved("TransformMethod")?;
    if method.is_name("DocMDP") {
        let permission = match parameters.as_dictionary() {
            Some(parameters) => permission(document, revision, parameters)?,
            None => None,
        };
        // Of several the strictest counts.
        let permission = permission.unwrap_or(2);
        signature.doc_mdp = Some(
            signature
                .doc_mdp
                .map_or(permission, |known| known.min(permission)),
        );
    } else if method.is_name("FieldMDP") {
        signature.field_mdp = read_lock(document, revision, &parameters)?;
    }
    Ok(())
}

fn permission(document: &Document, revision: usize, parameters: &Dictionary) -> Result<Option<u8>> {
    let value = document.resolve_at(revision, parameters.get("P").unwrap_or(&Object::Null))?;
    Ok(value
        .as_integer()
        .and_then(|value| u8::try_from(value).ok())
        .filter(|value| (1..=3).contains(value)))
}

/// A field lock dictionary or the parameters of FieldMDP. One that cannot be understood locks everything.
fn read_lock(document: &Document, revision: usize, lock: &Object) -> Result<Option<Lock>> {
    let lock = document.resolve_at(revision, lock)?;
    let Some(lock) = lock.as_dictionary() else {
        return Ok(None);
    };
    let resolved = |key| document.resolve_at(revision, lock.get(key).unwrap_or(&Object::Null));
    let mut names = Vec::new();
    if let Object::Array(items) = resolved("Fields")? {
        for item in items.iter().take(MAX_FIELDS) {
            if let Object::String(name) = document.resolve_at(revision, item)? {
                names.push(text_string::decode(&name.bytes));
            }
        }
    }
    let action = match resolved("Action")?.as_name() {
        Some(b"Include") => LockAction::Include(names),
        Some(b"Exclude") => LockAction::Exclude(names),
        _ => LockAction::All,
    };
    Ok(Some(Lock {
        action,
        permission: permission(document, revision, lock)?,
    }))
}

fn rect(document: &Document, revision: usize, widget: &Dictionary) -> Result<Option<Rect>> {
    let Some(value) = widget.get("Rect") else {
        return Ok(None);
    };
    let value = document.resolve_at(revision, value)?;
    let mut corners = [0.0_f64; 4];
    let items = value.as_array().unwrap_or_default();
    if items.len() != corners.len() {
        return Ok(None);
    }
    for (corner, item) in corners.iter_mut().zip(items) {
        match document.resolve_at(revision, item)?.as_number() {
            Some(number) => *corner = number,
            None => return Ok(None),
        }
    }
    let [x0, y0, x1, y1] = corners;
    Ok(Some(Rect::from_corners(x0, y0, x1, y1)))
}
