use serde::Serialize;

use super::{
    Field, Inspection, Revision, Signature, changes::Change, lock_text, name_text, object_name, xml,
};
use crate::{
    report::{CertificateJson, ChangeLevel, Finding, FindingJson},
    text::Lang,
    time::Time,
};

pub(super) fn of(inspection: &Inspection, lang: Lang) -> String {
    if let Some(xml) = &inspection.xml {
        return xml::to_json(xml, inspection.file.as_deref(), inspection.size, lang);
    }
    let view = Json {
        schema: "kyso.inspection/1",
        file: inspection.file.as_deref(),
        format: "pdf",
        size: inspection.size,
        version: inspection.version.as_deref(),
        linearized: inspection.linearized,
        encrypted: inspection.encrypted,
        repaired: inspection.repaired,
        revisions: inspection
            .revisions
            .iter()
            .map(|revision| RevisionJson::of(revision, lang))
            .collect(),
        fields: inspection
            .fields
            .iter()
            .map(|field| FieldJson::of(field, lang))
            .collect(),
        findings: inspection
            .findings
            .iter()
            .map(|f| FindingJson::of(f, lang))
            .collect(),
    };
    // Nothing in these types can fail to serialise: keys are strings, floats are finite or become `null`.
    serde_json::to_string(&view).unwrap_or_default()
}

#[derive(Serialize)]
struct Json<'a> {
    schema: &'static str,
    file: Option<&'a str>,
    format: &'static str,
    size: u64,
    version: Option<&'a str>,
    linearized: bool,
    encrypted: bool,
    repaired: bool,
    revisions: Vec<RevisionJson>,
    fields: Vec<FieldJson<'a>>,
    findings: Vec<FindingJson>,
}

#[derive(Serialize)]
struct RevisionJson {
    revision: usize,
    form: &'static str,
    xref_offset: u64,
    end: u64,
    entries: usize,
    added: usize,
    replaced: usize,
    freed: usize,
    /// As in the report's `changes.after`, of this revision alone; `null` before the first signature.
    level: Option<&'static str>,
    changes: Vec<ChangeJson>,
    /// Changed objects that are not listed.
    more: usize,
    findings: Vec<FindingJson>,
}

impl RevisionJson {
    fn of(revision: &Revision, lang: Lang) -> Self {
        let changes = &revision.changes;
        Self {
            revision: revision.revision,
            form: revision.form,
            xref_offset: revision.xref_offset,
            end: revision.end,
            entries: revision.entries,
            added: revision.added,
            replaced: revision.replaced,
            freed: revision.freed,
            level: changes.level.map(ChangeLevel::name),
            changes: changes
                .objects
                .iter()
                .map(|change| ChangeJson::of(change, lang))
                .collect(),
            more: changes.more,
            findings: findings(&changes.findings, lang),
        }
    }
}

#[derive(Serialize)]
struct ChangeJson {
    object: String,
    /// `added`, `replaced`, `repeated` (as it was) or `freed`.
    did: &'static str,
    what: &'static str,
    of: Option<String>,
    keys: Vec<String>,
    /// The rule that explains it: `signature`, `catalog`, `information`, `signature-box`, `form-filling` or `marks`.
    rule: Option<&'static str>,
    findings: Vec<FindingJson>,
}

impl ChangeJson {
    fn of(change: &Change, lang: Lang) -> Self {
        Self {
            object: object_name(change.id),
            did: change.did.name(),
            what: change.what.kind.name(),
            of: change.what.of.clone(),
            keys: change.keys.clone(),
            rule: change.rule,
            findings: findings(&change.findings, lang),
        }
    }
}

fn findings(all: &[Finding], lang: Lang) -> Vec<FindingJson> {
    all.iter().map(|f| FindingJson::of(f, lang)).collect()
}

#[derive(Serialize)]
struct FieldJson<'a> {
    name: &'a str,
    object: String,
    page: Option<String>,
    rect: Option<[f64; 4]>,
    lock: Option<String>,
    signature: Option<SignatureJson<'a>>,
}

impl<'a> FieldJson<'a> {
    fn of(field: &'a Field, lang: Lang) -> Self {
        Self {
            name: &field.name,
            object: object_name(field.object),
            page: field.page.map(object_name),
            rect: field.rect,
            lock: field.lock.as_ref().map(lock_text),
            signature: field.signature.as_ref().map(|s| SignatureJson::of(s, lang)),
        }
    }
}

#[derive(Serialize)]
struct SignatureJson<'a> {
    object: Option<String>,
    revision: Option<usize>,
    filter: Option<String>,
    sub_filter: Option<String>,
    byte_range: &'a [i64],
    /// Bytes of /Contents, padding included.
    contents_bytes: Option<usize>,
    modified: Option<Time>,
    name: Option<&'a str>,
    reason: Option<&'a str>,
    location: Option<&'a str>,
    contact: Option<&'a str>,
    doc_mdp: Option<u8>,
    field_mdp: Option<String>,
    certificates: Vec<CertificateJson<'a>>,
    findings: Vec<FindingJson>,
}

impl<'a> SignatureJson<'a> {
    fn of(signature: &'a Signature, lang: Lang) -> Self {
        let dictionary = &signature.dictionary;
        Self {
            object: dictionary.id.map(object_name),
            revision: signature.revision,
            filter: name_text(dictionary.filter.as_ref()),
            sub_filter: name_text(dictionary.sub_filter.as_ref()),
            byte_range: &dictionary.byte_range,
            contents_bytes: dictionary
                .contents
                .as_ref()
                .map(|contents| contents.bytes.len()),
            modified: dictionary.modified,
            name: dictionary.name.as_deref(),
            reason: dictionary.reason.as_deref(),
            location: dictionary.location.as_deref(),
            contact: dictionary.contact.as_deref(),
            doc_mdp: dictionary.doc_mdp,
            field_mdp: dictionary.field_mdp.as_ref().map(lock_text),
            certificates: signature
                .certificates
                .iter()
                .map(CertificateJson::of)
                .collect(),
            findings: dictionary
                .findings
                .iter()
                .map(|f| FindingJson::of(f, lang))
                .collect(),
        }
    }
}
