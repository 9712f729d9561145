//! The signature dictionary (ISO 32000-1 table 252) and what locks (tables 233, 253 to 256).

use super::{machine::VIET_NAM, planned::Planned};
use crate::{
    context::Context,
    error::Result,
    options::SubFilter,
    pdf::{
        Dictionary, Name, Object,
        field::{Lock, LockAction},
        form,
        incremental::Editor,
        text_string,
    },
};

/// The signature dictionary, without /ByteRange and /Contents.
pub(super) fn signature(
    context: &Context,
    editor: &Editor,
    planned: &Planned,
) -> Result<Dictionary> {
    let options = context.options();
    let mut dictionary = Dictionary::default();
    dictionary.set("Type", Object::name("Sig"));
    dictionary.set("Filter", Object::name("Adobe.PPKLite"));
    dictionary.set(
        "SubFilter",
        Object::name(match options.subfilter {
            SubFilter::EtsiCadesDetached => "ETSI.CAdES.detached",
            SubFilter::AdbePkcs7Detached => "adbe.pkcs7.detached",
        }),
    );
    dictionary.set(
        "M",
        Object::string(text_string::format_date(context.now(), VIET_NAM)),
    );
    for (key, text) in [("Reason", &options.reason), ("Location", &options.location)] {
        if let Some(text) = text {
            dictionary.set(key, Object::string(text_string::encode(text)));
        }
    }
    let mut references = Vec::new();
    if let Some(permission) = planned.certify {
        let mut parameters = transform_parameters();
        parameters.set("P", i64::from(permission));
        references.push(reference("DocMDP", parameters).into());
    }
    if let Some(lock) = &planned.lock {
        let mut parameters = transform_parameters();
        write_lock(&mut parameters, lock);
        let mut reference = reference("FieldMDP", parameters);
        // Required with FieldMDP (table 253).
        reference.set("Data", form::catalog(editor)?.0);
        references.push(reference.into());
    }
    if !references.is_empty() {
        dictionary.set("Reference", references);
    }
    Ok(dictionary)
}

/// /Lock of a field (table 233).
pub(super) fn field_lock(lock: &Lock) -> Dictionary {
    let mut dictionary = Dictionary::default();
    dictionary.set("Type", Object::name("SigFieldLock"));
    write_lock(&mut dictionary, lock);
    dictionary
}

fn transform_parameters() -> Dictionary {
    let mut parameters = Dictionary::default();
    parameters.set("Type", Object::name("TransformParams"));
    parameters.set("V", Object::name("1.2"));
    parameters
}

/// A signature reference dictionary (table 253).
fn reference(method: &str, parameters: Dictionary) -> Dictionary {
    let mut reference = Dictionary::default();
    reference.set("Type", Object::name("SigRef"));
    reference.set("TransformMethod", Object::name(method));
    reference.set("TransformParams", parameters);
    reference
}

/// /Action and /Fields, as /Lock and FieldMDP both have them (tables 233 and 256).
fn write_lock(dictionary: &mut Dictionary, lock: &Lock) {
    let (action, names) = match &lock.action {
        LockAction::All => ("All", None),
        LockAction::Include(names) => ("Include", Some(names)),
        LockAction::Exclude(names) => ("Exclude", Some(names)),
    };
    dictionary.set("Action", Object::Name(Name::from(action)));
    if let Some(names) = names {
        let names = names
            .iter()
            .map(|name| Object::string(text_string::encode(name)));
        dictionary.set("Fields", names.collect::<Vec<_>>());
    }
}
