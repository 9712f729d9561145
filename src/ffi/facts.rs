use std::{
    ffi::c_char,
    path::Path,
    sync::{Arc, OnceLock, atomic::AtomicBool},
};

use super::{
    barrier::{self, Handle, Output, barrier, bytes, text},
    context::ContextHandle,
    error::{ErrorHandle, Text},
    report::ReportHandle,
    status::Status,
};
use crate::{
    io::FileSource,
    source::MemorySource,
    verify::{Facts, gather, judge},
};

/// What a check found out about a file, before anybody judges it. Immutable; may be shared between threads.
pub struct FactsHandle {
    facts: Facts,
    json: OnceLock<Text>,
    poison: AtomicBool,
}

impl FactsHandle {
    fn new(facts: Facts) -> Self {
        Self {
            facts,
            json: OnceLock::new(),
            poison: AtomicBool::new(false),
        }
    }
}

impl Handle for FactsHandle {
    fn poison(&self) -> &AtomicBool {
        &self.poison
    }
}

/// Finds out everything about the signatures of a file and judges nothing. What cannot be read is an error here.
///
/// # Safety
/// `context` is a live handle; `path` points to `path_length` bytes of UTF-8; `facts` points to a place for one pointer;
/// `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_facts_file(
    context: *const ContextHandle,
    path: *const c_char,
    path_length: usize,
    facts: *mut *mut FactsHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let path = text(path, path_length, "path")?;
            let facts = Output::new(facts, "facts")?;
            let source = Arc::new(FileSource::open(Path::new(path))?);
            facts.hand_over(FactsHandle::new(gather(context, source, Some(path))?));
            Ok(())
        })
    }
}

/// Finds out everything about the signatures of a document in memory and judges nothing. The bytes are copied.
///
/// # Safety
/// `context` is a live handle; `document` points to `document_length` bytes; `facts` points to a place for one pointer;
/// `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_facts_bytes(
    context: *const ContextHandle,
    document: *const u8,
    document_length: usize,
    facts: *mut *mut FactsHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let document = bytes(document, document_length, "document")?;
            let facts = Output::new(facts, "facts")?;
            let source = Arc::new(MemorySource::new(document));
            facts.hand_over(FactsHandle::new(gather(context, source, None)?));
            Ok(())
        })
    }
}

/// The facts as one JSON object, `kyso.facts/1`, to be kept and judged again. They are as true as the place where they are kept is safe.
///
/// The text is borrowed from `facts` until they are freed; a NUL follows it.
///
/// # Safety
/// `facts` is a live handle; `json` and `length` point to places for one value each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_facts_json(
    facts: *const FactsHandle,
    json: *mut *const c_char,
    length: *mut usize,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(std::ptr::null_mut(), |guard| {
            let facts = guard.shared(facts, "facts")?;
            let (json, length) = (Output::new(json, "json")?, Output::new(length, "length")?);
            let text = facts.json.get_or_init(|| Text::new(facts.facts.to_json()));
            text.lend(json, length);
            Ok(())
        })
    }
}

/// Judges facts (`kyso.facts/1`) as the settings of the context demand (`revocation`, `trust-class`, algorithms), without the file, the network
/// and the clock.
///
/// # Safety
/// `context` is a live handle; `json` points to `json_length` bytes of UTF-8; `report` points to a place for one pointer;
/// `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_judge_facts(
    context: *const ContextHandle,
    json: *const c_char,
    json_length: usize,
    report: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let json = text(json, json_length, "json")?;
            let report = Output::new(report, "report")?;
            let facts = Facts::from_json(context, json)?;
            report.hand_over(ReportHandle::of_file(context, judge(context, facts)));
            Ok(())
        })
    }
}

/// Frees facts. NULL is fine.
///
/// # Safety
/// `facts` is NULL or a live handle that no other call is using; it and the text borrowed from it are gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_facts_free(facts: *mut FactsHandle) {
    // SAFETY: the caller's contract.
    unsafe { barrier::free(facts) }
}
