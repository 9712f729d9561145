use std::{ffi::c_char, path::Path, sync::Arc};

use super::{
    barrier::{barrier, text},
    context::ContextHandle,
    error::ErrorHandle,
    key::KeyHandle,
    status::Status,
};
use crate::{
    io::{FileSource, check_replaceable, replace},
    sign::{sign_six, sign_xml},
};

/// Signs a PDF file with all signatures of a document (`scheme`: the six of Circular 01/2019, or the two of Decree 30/2020). The person
/// signs first, the organisation last. The output is written beside and renamed; it is replaced only with the setting `force`.
///
/// `options_json` holds settings of this call alone (`number`, `date`, `force` …); what it does not name stays as in the context.
/// NULL with length 0 means none.
///
/// # Safety
/// `context`, `person` and `organisation` are live handles; the other pointers point to as many bytes of UTF-8 as the length
/// behind them says; `error` points to a place for one pointer, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_sign_six_file(
    context: *const ContextHandle,
    input: *const c_char,
    input_length: usize,
    output: *const c_char,
    output_length: usize,
    person: *const KeyHandle,
    organisation: *const KeyHandle,
    options_json: *const c_char,
    options_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let input = Path::new(text(input, input_length, "input")?);
            let output = Path::new(text(output, output_length, "output")?);
            let person = &guard.shared(person, "person")?.key;
            let organisation = &guard.shared(organisation, "organisation")?.key;
            let json = text(options_json, options_length, "options_json")?;
            let context = context.with_json(json)?;
            let force = context.options().force;
            check_replaceable(output, force)?;
            let source = Arc::new(FileSource::open(input)?);
            let signed = sign_six(&context, source, person, organisation)?;
            replace(output, force, |out| signed.write_to(out))?;
            Ok(())
        })
    }
}

/// Signs an XML file once: an e-invoice, a tax return, a health record, an edXML package, or any other document. What kind it is
/// is found out by its root element, or named by the setting `profile`; `parent` names the place. The output is written beside and
/// renamed; it is replaced only with the setting `force`.
///
/// `options_json` holds settings of this call alone (`profile`, `parent`, `reference`, `level`, `force` …); what it does not name
/// stays as in the context. NULL with length 0 means none.
///
/// # Safety
/// `context` and `key` are live handles; the other pointers point to as many bytes of UTF-8 as the length behind them says; `error`
/// points to a place for one pointer, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_sign_xml_file(
    context: *const ContextHandle,
    input: *const c_char,
    input_length: usize,
    output: *const c_char,
    output_length: usize,
    key: *const KeyHandle,
    options_json: *const c_char,
    options_length: usize,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let input = Path::new(text(input, input_length, "input")?);
            let output = Path::new(text(output, output_length, "output")?);
            let key = &guard.shared(key, "key")?.key;
            let json = text(options_json, options_length, "options_json")?;
            let context = context.with_json(json)?;
            let force = context.options().force;
            check_replaceable(output, force)?;
            let source = Arc::new(FileSource::open(input)?);
            let signed = sign_xml(&context, source, key)?;
            replace(output, force, |out| signed.write_to(out))?;
            Ok(())
        })
    }
}
