//! What is in a file: revisions and what each changed, fields, signatures, certificates. No verdict.

mod changes;
mod json;
mod roles;
mod text;
mod xml;

use std::sync::Arc;

use crate::{
    changes::Placed,
    cms::SignedData,
    context::Context,
    error::Result,
    pdf::{
        Document, Name, Object, ObjectId,
        document::{self, Entry, XrefForm},
        field::{self, Lock, LockAction, SignatureDictionary, SignatureField},
    },
    progress::Watch,
    report::{CertificateReport, Finding},
    source::Source,
    text::Lang,
    xmldsig::by_kind,
};

/// What is in a file. As text or as JSON (`kyso.inspection/1`).
#[derive(Debug)]
pub struct Inspection {
    file: Option<String>,
    size: u64,
    version: Option<String>,
    linearized: bool,
    encrypted: bool,
    repaired: bool,
    revisions: Vec<Revision>,
    fields: Vec<Field>,
    findings: Vec<Finding>,
    /// Of an XML document everything but file and size stands here.
    xml: Option<xml::Xml>,
}

#[derive(Debug)]
struct Revision {
    /// Counted from 1 (the base).
    revision: usize,
    /// `table`, `stream` or `hybrid`.
    form: &'static str,
    xref_offset: u64,
    end: u64,
    /// How many objects it adds, replaces or frees.
    entries: usize,
    added: usize,
    replaced: usize,
    freed: usize,
    /// Nothing for the base.
    changes: changes::Changes,
}

#[derive(Debug)]
struct Field {
    name: String,
    object: ObjectId,
    page: Option<ObjectId>,
    /// Left, bottom, right, top in points.
    rect: Option<[f64; 4]>,
    lock: Option<Lock>,
    signature: Option<Signature>,
}

#[derive(Debug)]
struct Signature {
    dictionary: SignatureDictionary,
    /// The revision that its byte range ends with.
    revision: Option<usize>,
    /// Those that the CMS brings along, in its order.
    certificates: Vec<CertificateReport>,
}

/// Looks into a file.
///
/// # Errors
/// Of kind `Unreadable` when it is neither PDF nor XML, `Limit`, `Io`, `Cancelled`.
pub fn inspect(
    context: &Context,
    source: Arc<dyn Source>,
    name: Option<&str>,
) -> Result<Inspection> {
    let watch = context.watch();
    let found = by_kind(
        &*source,
        || {
            let xml = xml::inspect(context, &*source, name, &watch)?;
            Ok(Inspection::of_xml(xml, source.len(), name))
        },
        |_| pdf(context, &source, name, &watch),
    )?;
    source.unchanged()?;
    Ok(found)
}

fn pdf(
    context: &Context,
    source: &Arc<dyn Source>,
    name: Option<&str>,
    watch: &Watch,
) -> Result<Inspection> {
    let document = Document::open_with(Arc::clone(source), context.password(), watch)?;
    // Without a password, what can be seen is shown; a wrong one is a mistake.
    if context.password().is_some()
        && let Some(closed) = document.locked()
    {
        return Err(closed);
    }
    let newest = document.revisions().len().saturating_sub(1);
    let (found, mut findings) = field::signature_fields(&document, newest)?;
    findings.extend(field::outside_form(&document, newest, &found)?);
    let mut fields = Vec::with_capacity(found.len());
    let mut placed = Vec::new();
    for field in found {
        let signature = field::signature_dictionary(&document, newest, &field)?;
        placed.extend(signature.as_ref().map(|s| place(&document, &field, s)));
        fields.push(Field::new(context, &document, field, signature));
    }
    placed.sort_by_key(|signature| signature.revision.unwrap_or(usize::MAX));
    // A closed document can be counted, but not compared.
    let changes = match document.locked() {
        None => changes::of_all(&document, &placed, watch)?,
        Some(_) => Vec::new(),
    };
    let mut revisions = revisions(&document);
    for (revision, changes) in revisions.iter_mut().zip(changes) {
        revision.changes = changes;
    }
    findings.splice(0..0, document.findings());
    Ok(Inspection {
        file: name.map(str::to_owned),
        size: source.len(),
        version: version(&document)?,
        linearized: document.is_linearized(),
        encrypted: document.is_encrypted(),
        repaired: document.repaired(),
        revisions,
        fields,
        findings,
        xml: None,
    })
}

/// What the rules for changes need to know of a signature. Whether it is intact is for `verify` to say; here it counts as if it were.
fn place(document: &Document, field: &SignatureField, dictionary: &SignatureDictionary) -> Placed {
    let locks = [&dictionary.field_mdp, &field.lock];
    let locks: Vec<_> = locks.into_iter().flatten().cloned().collect();
    let end = end(&dictionary.byte_range);
    Placed {
        name: field.name.clone(),
        field: field.id,
        value: field.value,
        revision: closes(document, &dictionary.byte_range).map(|number| number - 1),
        whole_file: end == Some(document.source().len()),
        intact: true,
        timestamp: name_text(dictionary.sub_filter.as_ref()).as_deref() == Some("ETSI.RFC3161"),
        certifies: dictionary.doc_mdp,
        permission: locks
            .iter()
            .map(|lock| lock.permission)
            .chain([dictionary.doc_mdp])
            .flatten()
            .min(),
        locks,
    }
}

/// What each revision did, counted in one pass.
fn revisions(document: &Document) -> Vec<Revision> {
    let all = document.revisions();
    let last = all.iter().filter_map(|revision| revision.entries.last());
    let numbers = last.map(|(number, _)| *number as usize + 1).max();
    let mut in_use = vec![false; numbers.unwrap_or(0)];
    let one = |(index, revision): (usize, &document::Revision)| {
        let (mut added, mut replaced, mut freed) = (0, 0, 0);
        for (number, entry) in &revision.entries {
            let used = &mut in_use[*number as usize];
            let now = !matches!(entry, Entry::Free { .. });
            match (*used, now) {
                (false, true) => added += 1,
                (true, true) => replaced += 1,
                (true, false) => freed += 1,
                (false, false) => {}
            }
            *used = now;
        }
        Revision {
            revision: index + 1,
            form: match revision.form {
                XrefForm::Table => "table",
                XrefForm::Stream => "stream",
                XrefForm::Hybrid => "hybrid",
            },
            xref_offset: revision.xref_offset,
            end: revision.end,
            entries: revision.entries.len(),
            added,
            replaced,
            freed,
            changes: changes::Changes::default(),
        }
    };
    all.iter().enumerate().map(one).collect()
}

/// The version that counts: the catalog's where it is later than the header's (ISO 32000-1 clause 7.5.2).
fn version(document: &Document) -> Result<Option<String>> {
    let newest = document.revisions().len().saturating_sub(1);
    let catalog = match document.catalog_at(newest) {
        Ok(catalog) => document.resolve(catalog.get("Version").unwrap_or(&Object::Null))?,
        Err(_) => Object::Null,
    };
    let catalog = match catalog.as_name() {
        Some([major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9']) => {
            Some((major - b'0', minor - b'0'))
        }
        _ => None,
    };
    let version = document.header_version().max(catalog);
    Ok(version.map(|(major, minor)| format!("{major}.{minor}")))
}

impl Field {
    fn new(
        context: &Context,
        document: &Document,
        field: SignatureField,
        dictionary: Option<SignatureDictionary>,
    ) -> Self {
        Self {
            name: field.name,
            object: field.id,
            page: field.page,
            rect: field.rect.map(|r| [r.left, r.bottom, r.right, r.top]),
            lock: field.lock,
            signature: dictionary.map(|d| Signature::new(context, document, d)),
        }
    }
}

impl Signature {
    fn new(context: &Context, document: &Document, mut dictionary: SignatureDictionary) -> Self {
        let mut certificates = Vec::new();
        if let Some(contents) = &dictionary.contents {
            match SignedData::parse(&contents.bytes, context.provider()) {
                Ok(signed) => certificates.extend(signed.certificates().iter().map(|c| c.report())),
                Err(finding) => dictionary.findings.push(finding),
            }
        }
        Self {
            revision: closes(document, &dictionary.byte_range),
            dictionary,
            certificates,
        }
    }
}

/// Where a byte range ends.
fn end(range: &[i64]) -> Option<u64> {
    let (start, length) = (range.get(2)?, range.get(3)?);
    u64::try_from(start.checked_add(*length)?).ok()
}

/// The revision whose end a byte range has, counted from 1.
fn closes(document: &Document, range: &[i64]) -> Option<usize> {
    let end = end(range)?;
    let at = document
        .revisions()
        .iter()
        .position(|r| r.end == end || r.ends.contains(&end))?;
    Some(at + 1)
}

impl Inspection {
    fn of_xml(xml: xml::Xml, size: u64, name: Option<&str>) -> Self {
        Self {
            file: name.map(str::to_owned),
            size,
            version: None,
            linearized: false,
            encrypted: false,
            repaired: false,
            revisions: Vec::new(),
            fields: Vec::new(),
            findings: Vec::new(),
            xml: Some(xml),
        }
    }

    /// One line of JSON, `kyso.inspection/1`. Every key is always there: unknown is `null`, lists are never `null`.
    #[must_use]
    pub fn to_json(&self, lang: Lang) -> String {
        json::of(self, lang)
    }

    /// For people.
    #[must_use]
    pub fn to_text(&self, lang: Lang) -> String {
        text::of(self, lang)
    }
}

/// An object as PDF calls it: `12 0`.
fn object_name(id: ObjectId) -> String {
    format!("{} {}", id.number, id.generation)
}

/// A name object as text.
fn name_text(name: Option<&Name>) -> Option<String> {
    name.map(|name| String::from_utf8_lossy(&name.0).into_owned())
}

/// What a lock covers, as the command line writes it: `all`, `include:A,B`, `exclude:A`.
fn lock_text(lock: &Lock) -> String {
    match &lock.action {
        LockAction::All => "all".to_owned(),
        LockAction::Include(names) => format!("include:{}", names.join(",")),
        LockAction::Exclude(names) => format!("exclude:{}", names.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{context::Material, options::Options, source::MemorySource};

    const FILE: &[u8] = b"%PDF-1.7\n\
        1 0 obj<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]>>>>endobj\n\
        2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
        3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\n\
        4 0 obj<</FT/Sig/T<FEFF006100070062>/Subtype/Widget/Rect[1 2 3 4]/P 3 0 R/V 5 0 R/Lock<</Action/All>>>>endobj\n\
        5 0 obj<</Type/Sig/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 3 4]/Contents<00>/Reason(r)>>endobj\n\
        trailer<</Root 1 0 R/Size 6>>\nstartxref\n0\n%%EOF\n";

    #[test]
    fn what_is_in_a_file_is_told_in_json_and_text() {
        let context = Context::new(Options::default(), Material::default()).unwrap();
        let source = Arc::new(MemorySource::new(FILE));
        let inspection = inspect(&context, source, Some("x.pdf")).unwrap();
        let json: serde_json::Value = serde_json::from_str(&inspection.to_json(Lang::En)).unwrap();
        assert_eq!(json["schema"], "kyso.inspection/1");
        assert_eq!(json["repaired"], true);
        let field = &json["fields"][0];
        assert_eq!(
            (&field["name"], &field["lock"]),
            (&"a\u{7}b".into(), &"all".into())
        );
        assert_eq!(field["rect"], serde_json::json!([1.0, 2.0, 3.0, 4.0]));
        assert_eq!(field["signature"]["sub_filter"], "ETSI.CAdES.detached");
        assert_eq!(field["signature"]["revision"], serde_json::Value::Null);
        for lang in [Lang::En, Lang::Vi] {
            let text = inspection.to_text(lang);
            assert!(
                text.contains("ETSI.CAdES.detached") && !text.contains('\u{7}'),
                "{text}"
            );
        }
        let none = inspect(&context, Arc::new(MemorySource::new(&b"hello"[..])), None);
        assert_eq!(
            none.unwrap_err().kind(),
            crate::error::ErrorKind::Unreadable
        );
    }
}
