use std::{
    ffi::c_char,
    path::Path,
    sync::{Arc, OnceLock, atomic::AtomicBool},
};

use super::{
    barrier::{self, Handle, Output, barrier, bytes, text},
    context::ContextHandle,
    error::{ErrorHandle, Text},
    status::{Status, VerdictNumber},
};
use crate::{
    context::Context,
    io::FileSource,
    report::{CertificateCheck, Report},
    source::{MemorySource, Source},
    text::Lang,
    verify::{check_certificate, verify},
};

/// The report of a check. Immutable; may be shared between threads.
pub struct ReportHandle {
    report: Checked,
    lang: Lang,
    json: OnceLock<Text>,
    poison: AtomicBool,
}

/// What was checked.
#[expect(
    clippy::large_enum_variant,
    reason = "there is one in each handle, which is on the heap itself"
)]
enum Checked {
    File(Report),
    Certificate(CertificateCheck),
}

impl ReportHandle {
    fn of(context: &Context, source: Arc<dyn Source>, name: Option<&str>) -> Self {
        Self::new(context, Checked::File(verify(context, source, name)))
    }

    /// A report that is there already.
    pub(super) fn of_file(context: &Context, report: Report) -> Self {
        Self::new(context, Checked::File(report))
    }

    fn new(context: &Context, report: Checked) -> Self {
        Self {
            report,
            lang: context.options().lang,
            json: OnceLock::new(),
            poison: AtomicBool::new(false),
        }
    }
}

impl Handle for ReportHandle {
    fn poison(&self) -> &AtomicBool {
        &self.poison
    }
}

/// Checks every signature of a file. That a document is bad, or is no PDF, is told by the report, with status 0;
/// a file that cannot be opened is status 5.
///
/// # Safety
/// `context` is a live handle; `path` points to `path_length` bytes of UTF-8; `report` points to a place for one pointer;
/// `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_verify_file(
    context: *const ContextHandle,
    path: *const c_char,
    path_length: usize,
    report: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let path = text(path, path_length, "path")?;
            let report = Output::new(report, "report")?;
            let source = Arc::new(FileSource::open(Path::new(path))?);
            let made = ReportHandle::of(context, source, Some(path));
            report.hand_over(made);
            Ok(())
        })
    }
}

/// Checks every signature of a document in memory. The bytes are copied, and free for the caller afterwards.
///
/// # Safety
/// `context` is a live handle; `document` points to `document_length` bytes; `report` points to a place for one pointer;
/// `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_verify_bytes(
    context: *const ContextHandle,
    document: *const u8,
    document_length: usize,
    report: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let document = bytes(document, document_length, "document")?;
            let report = Output::new(report, "report")?;
            let made = ReportHandle::of(context, Arc::new(MemorySource::new(document)), None);
            report.hand_over(made);
            Ok(())
        })
    }
}

/// Checks one certificate, PEM or DER: path, revocation, class and policies, as the settings of the context demand. That the bytes are no
/// certificate, or a bad one, is told by the report, with status 0.
///
/// # Safety
/// `context` is a live handle; `certificate` points to `certificate_length` bytes; `report` points to a place for one pointer;
/// `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_check_certificate(
    context: *const ContextHandle,
    certificate: *const u8,
    certificate_length: usize,
    report: *mut *mut ReportHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let certificate = bytes(certificate, certificate_length, "certificate")?;
            let report = Output::new(report, "report")?;
            let checked = check_certificate(context, certificate, None)?;
            report.hand_over(ReportHandle::new(context, Checked::Certificate(checked)));
            Ok(())
        })
    }
}

/// The verdict of the file or certificate, one of `kyso_verdict`. Zero, and only zero, means that every signature passed.
///
/// # Safety
/// `report` is a live handle; `verdict` points to a place for one number.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_report_verdict(
    report: *const ReportHandle,
    verdict: *mut i32,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(std::ptr::null_mut(), |guard| {
            let report = guard.shared(report, "report")?;
            let verdict = Output::new(verdict, "verdict")?;
            let found = match &report.report {
                Checked::File(report) => report.verdict,
                Checked::Certificate(report) => report.verdict,
            };
            verdict.write(VerdictNumber::from(found) as i32);
            Ok(())
        })
    }
}

/// The whole report, one JSON object, `kyso.report/1` or, of a certificate, `kyso.certificate/1`, in the language of the context.
///
/// The text is borrowed from `report` until it is freed; a NUL follows it.
///
/// # Safety
/// `report` is a live handle; `json` and `length` point to places for one value each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_report_json(
    report: *const ReportHandle,
    json: *mut *const c_char,
    length: *mut usize,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(std::ptr::null_mut(), |guard| {
            let report = guard.shared(report, "report")?;
            let (json, length) = (Output::new(json, "json")?, Output::new(length, "length")?);
            let made = || match &report.report {
                Checked::File(found) => found.to_json(report.lang),
                Checked::Certificate(found) => found.to_json(report.lang),
            };
            let text = report.json.get_or_init(|| Text::new(made()));
            text.lend(json, length);
            Ok(())
        })
    }
}

/// Frees a report. NULL is fine.
///
/// # Safety
/// `report` is NULL or a live handle that no other call is using; it and the text borrowed from it are gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_report_free(report: *mut ReportHandle) {
    // SAFETY: the caller's contract.
    unsafe { barrier::free(report) }
}
