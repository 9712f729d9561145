//! Signature dictionaries (ISO 32000-1 table 252) and their references (table 253).

use super::{SignatureDictionary, View, lock};
use crate::{
    error::{Place, Result},
    pdf::{
        object::{Dictionary, Object, ObjectId},
        text_string,
    },
    report::Finding,
    text::rules,
};

/// Reads a signature dictionary.
pub(super) fn read(
    view: &View<'_>,
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
    let resolved = |key| view.get(dictionary, key);
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
            read_reference(view, reference, &mut signature)?;
        }
    }
    Ok(signature)
}

/// Signature references of one signature that are looked at: there is one for each transform method (table 253).
const MAX_SIGNATURE_REFERENCES: usize = 64;

/// One signature reference dictionary (table 253).
fn read_reference(
    view: &View<'_>,
    reference: &Object,
    signature: &mut SignatureDictionary,
) -> Result<()> {
    let reference = view.resolve(reference)?;
    let Some(reference) = reference.as_dictionary() else {
        return Ok(());
    };
    let resolved = |key| view.get(reference, key);
    let parameters = resolved("TransformParams")?;
    let method = resolved("TransformMethod")?;
    if method.is_name("DocMDP") {
        let permission = match parameters.as_dictionary() {
            Some(parameters) => lock::permission(view, parameters)?,
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
        signature.field_mdp = lock::read(view, &parameters)?;
    }
    Ok(())
}
