//! What C sees when something goes wrong, and what it gets of contexts, reports and facts.

mod contexts;
mod fetching;
mod nulls;
mod reports;

use std::{cell::Cell, ptr};

use super::{
    context::{ContextHandle, kyso_context_free, kyso_context_new},
    error::{ErrorHandle, kyso_error_code, kyso_error_free},
    report::{kyso_report_free, kyso_report_json, kyso_report_verdict, kyso_verify_bytes},
    status::Status,
};
use crate::error::ErrorKind;

thread_local! {
    static ARMED: Cell<bool> = const { Cell::new(false) };
}

/// Called in every body, behind the handles and before the outputs: panics once when armed.
pub(super) fn trip() {
    assert!(!ARMED.take(), "injected");
}

fn context(json: &str) -> (Status, *mut ContextHandle, *mut ErrorHandle) {
    let (mut context, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers to live locals and to the text.
    let status = unsafe {
        kyso_context_new(
            json.as_ptr().cast(),
            json.len(),
            &raw mut context,
            &raw mut error,
        )
    };
    (status, context, error)
}

fn code_of(error: *mut ErrorHandle) -> String {
    let (mut text, mut length) = (ptr::null(), 0);
    // SAFETY: a live handle, live locals; the text is copied before the handle is freed.
    unsafe {
        assert_eq!(
            kyso_error_code(error, &raw mut text, &raw mut length),
            Status::Ok
        );
        let code =
            String::from_utf8(std::slice::from_raw_parts(text.cast::<u8>(), length).to_vec())
                .unwrap();
        assert_eq!(*text.add(length), 0);
        kyso_error_free(error);
        code
    }
}

#[test]
fn a_panic_gives_status_1_and_poisons_the_handles_in_use() {
    let (status, context, _) = context("");
    assert_eq!(status, Status::Ok);
    let verify = |report: &mut *mut _, error: &mut *mut _| {
        // SAFETY: a live handle, bytes of a literal, live locals.
        unsafe { kyso_verify_bytes(context, b"%PDF-".as_ptr(), 5, report, error) }
    };
    let (mut report, mut error) = (ptr::null_mut(), ptr::null_mut());
    assert_eq!(verify(&mut report, &mut error), Status::Ok);
    let mut verdict = -1;
    // SAFETY: live handles and locals.
    unsafe {
        ARMED.set(true);
        let (mut json, mut length) = (ptr::null(), 0);
        assert_eq!(
            kyso_report_json(report, &raw mut json, &raw mut length),
            Status::Panic
        );
        assert_eq!(kyso_report_verdict(report, &raw mut verdict), Status::Panic);
        assert_eq!(verdict, -1, "outputs are written only on success");
        kyso_report_free(report);
    }

    ARMED.set(true);
    let mut none = ptr::null_mut();
    assert_eq!(verify(&mut none, &mut error), Status::Panic);
    assert!(none.is_null(), "outputs are written only on success");
    assert_eq!(code_of(error), "panic");
    for _ in 0..2 {
        let (mut report, mut error) = (ptr::null_mut(), ptr::null_mut());
        assert_eq!(verify(&mut report, &mut error), Status::Panic);
        assert!(report.is_null());
        assert_eq!(code_of(error), "panic");
    }
    // SAFETY: a live handle, freed once.
    unsafe { kyso_context_free(context) };
}

#[test]
fn what_is_wrong_is_told_by_status_and_code() {
    let (status, made, error) = context(r#"{"unknown": 1}"#);
    assert_eq!((status, made.is_null()), (Status::Argument, true));
    assert_eq!(code_of(error), "argument");
    let (status, _, error) = context(r#"{"trust": ["/nowhere.pem"]}"#);
    assert_eq!(status, Status::Io);
    assert_eq!(code_of(error), "io-read");
    let (mut made, mut error) = (ptr::null_mut(), ptr::null_mut());
    // SAFETY: pointers to live locals and to the literal; the length is refused before anything is read.
    unsafe {
        let bad = b"\xff\xfe";
        assert_eq!(
            kyso_context_new(bad.as_ptr().cast(), 2, &raw mut made, &raw mut error),
            Status::Utf8
        );
        assert_eq!(code_of(error), "utf-8");
        assert_eq!(
            kyso_context_new(
                bad.as_ptr().cast(),
                usize::MAX,
                &raw mut made,
                &raw mut error
            ),
            Status::Argument
        );
        assert_eq!(code_of(error), "argument");
    }
}

#[test]
fn every_kind_of_error_has_a_number_of_its_own() {
    let kinds = [
        (ErrorKind::Argument, 3),
        (ErrorKind::Io, 5),
        (ErrorKind::Unreadable, 6),
        (ErrorKind::Refused, 7),
        (ErrorKind::Key, 8),
        (ErrorKind::Pin, 9),
        (ErrorKind::Unsupported, 10),
        (ErrorKind::Limit, 11),
    ];
    for (kind, number) in kinds {
        assert_eq!(Status::from(kind) as i32, number, "{kind:?}");
    }
}
