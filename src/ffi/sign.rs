use std::{ffi::c_char, path::Path, sync::Arc};

use super::{
    barrier::{Fault, barrier, text},
    context::ContextHandle,
    error::ErrorHandle,
    key::KeyHandle,
    status::Status,
};
use crate::{
    context::Context,
    error::Result,
    io::{FileSource, check_replaceable, replace},
    sign::{Signed, sign_pdf, sign_six, sign_xml},
    source::Source,
};

/// Signs a PDF file once. Where and how the signature stands is said by `field`, `role`, `page` and `rect`, or `near`; without any of
/// them it is invisible. The output is written beside and renamed; it is replaced only with the setting `force`.
///
/// `options_json` holds settings of this call alone (`field`, `rect`, `reason`, `certify`, `force` …); what it does not name stays as in
/// the context. NULL with length 0 means none.
///
/// # Safety
/// `context` and `key` are live handles; the other pointers point to as many bytes of UTF-8 as the length behind them says; `error`
/// points to a place for one pointer, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_sign_pdf_file(
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
            let files = Files::named(input, input_length, output, output_length)?;
            let key = &guard.shared(key, "key")?.key;
            let settings = text(options_json, options_length, "options_json")?;
            files.sign(context, settings, |context, source| {
                sign_pdf(context, source, key)
            })
        })
    }
}

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
            let files = Files::named(input, input_length, output, output_length)?;
            let person = &guard.shared(person, "person")?.key;
            let organisation = &guard.shared(organisation, "organisation")?.key;
            let settings = text(options_json, options_length, "options_json")?;
            files.sign(context, settings, |context, source| {
                sign_six(context, source, person, organisation)
            })
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
            let files = Files::named(input, input_length, output, output_length)?;
            let key = &guard.shared(key, "key")?.key;
            let settings = text(options_json, options_length, "options_json")?;
            files.sign(context, settings, |context, source| {
                sign_xml(context, source, key)
            })
        })
    }
}

/// The files of one call.
struct Files<'a> {
    input: &'a str,
    output: &'a str,
}

impl Files<'_> {
    /// # Safety
    /// As [`text`], for both.
    unsafe fn named(
        input: *const c_char,
        input_length: usize,
        output: *const c_char,
        output_length: usize,
    ) -> std::result::Result<Self, Fault> {
        // SAFETY: the caller's contract.
        unsafe {
            Ok(Self {
                input: text(input, input_length, "input")?,
                output: text(output, output_length, "output")?,
            })
        }
    }

    /// The course of every call that signs. Whether the output may be written is asked before a key is used.
    fn sign(
        &self,
        context: &Context,
        settings: &str,
        sign: impl FnOnce(&Context, Arc<dyn Source>) -> Result<Signed>,
    ) -> std::result::Result<(), Fault> {
        let context = context.with_json(settings)?;
        let (output, force) = (Path::new(self.output), context.options().force);
        check_replaceable(output, force)?;
        let source = Arc::new(FileSource::open(Path::new(self.input))?);
        let signed = sign(&context, source)?;
        replace(output, force, |out| signed.write_to(out))?;
        Ok(())
    }
}
