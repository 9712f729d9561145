use std::{ffi::c_char, sync::atomic::AtomicBool};

use super::{
    barrier::{self, Fault, Handle, Output, barrier},
    status::Status,
};
use crate::text::Lang;

/// Why a call failed: a stable code to match, a text for people, and a place in the document.
pub struct ErrorHandle {
    pub(super) status: Status,
    code: Text,
    message: Text,
    place: Text,
    poison: AtomicBool,
}

impl ErrorHandle {
    pub(super) fn new(fault: Fault, lang: Lang) -> Self {
        let (status, code, message, place) = match fault {
            Fault::Null(name) => (Status::Null, "null", format!("{name} is NULL"), None),
            Fault::Utf8(name) => (Status::Utf8, "utf-8", format!("{name} is not UTF-8"), None),
            Fault::Length(name) => (
                Status::Argument,
                "argument",
                format!("{name} is too long"),
                None,
            ),
            Fault::Poisoned => {
                let message = "a fault inside the library; free the handle and report it";
                (Status::Panic, "panic", message.to_owned(), None)
            }
            Fault::Library(error) => (
                error.kind().into(),
                error.code(),
                error.message(lang),
                error.place(),
            ),
        };
        let place = place.map(|place| place.to_string()).unwrap_or_default();
        Self {
            status,
            code: Text::new(code),
            message: Text::new(message),
            place: Text::new(place),
            poison: AtomicBool::new(false),
        }
    }
}

impl Handle for ErrorHandle {
    fn poison(&self) -> &AtomicBool {
        &self.poison
    }
}

/// Text that C borrows: its length is told, and a NUL follows for those who rely on one.
pub(super) struct Text(String);

impl Text {
    pub(super) fn new(text: impl Into<String>) -> Self {
        let mut text = text.into();
        text.push('\0');
        Self(text)
    }

    /// Hands it out; C must not use it beyond the life of the handle that owns it.
    pub(super) fn lend(&self, text: Output<*const c_char>, length: Output<usize>) {
        text.write(self.0.as_ptr().cast());
        length.write(self.0.len().saturating_sub(1));
    }
}

/// The stable code, such as `output-exists`. Match this, never the message.
///
/// The text is borrowed from `error` until it is freed; a NUL follows it.
///
/// # Safety
/// `error` is a live handle; `text` and `length` point to places for one value each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_code(
    error: *const ErrorHandle,
    text: *mut *const c_char,
    length: *mut usize,
) -> Status {
    // SAFETY: the caller's contract is that of `lend`.
    unsafe {
        barrier(std::ptr::null_mut(), |guard| {
            lend(guard, error, |e| &e.code, text, length)
        })
    }
}

/// The text for people, in the language of the settings (`lang`), else in English. Its wording may change.
///
/// The text is borrowed from `error` until it is freed; a NUL follows it.
///
/// # Safety
/// `error` is a live handle; `text` and `length` point to places for one value each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_message(
    error: *const ErrorHandle,
    text: *mut *const c_char,
    length: *mut usize,
) -> Status {
    // SAFETY: the caller's contract is that of `lend`.
    unsafe {
        barrier(std::ptr::null_mut(), |guard| {
            lend(guard, error, |e| &e.message, text, length)
        })
    }
}

/// Where in the document it was, such as `object 12 0, revision 4, offset 5120`; empty where that is not known.
///
/// The text is borrowed from `error` until it is freed; a NUL follows it.
///
/// # Safety
/// `error` is a live handle; `text` and `length` point to places for one value each.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_place(
    error: *const ErrorHandle,
    text: *mut *const c_char,
    length: *mut usize,
) -> Status {
    // SAFETY: the caller's contract is that of `lend`.
    unsafe {
        barrier(std::ptr::null_mut(), |guard| {
            lend(guard, error, |e| &e.place, text, length)
        })
    }
}

/// Frees an error. NULL is fine.
///
/// # Safety
/// `error` is NULL or a live handle that no other call is using; it and the texts borrowed from it are gone afterwards.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_error_free(error: *mut ErrorHandle) {
    // SAFETY: the caller's contract.
    unsafe { barrier::free(error) }
}

/// # Safety
/// As for the functions above.
unsafe fn lend<'a>(
    guard: &mut barrier::Guard<'a>,
    error: *const ErrorHandle,
    part: impl FnOnce(&'a ErrorHandle) -> &'a Text,
    text: *mut *const c_char,
    length: *mut usize,
) -> Result<(), Fault> {
    // SAFETY: by the caller's contract a live handle and places for the outputs.
    let (error, text, length) = unsafe {
        (
            guard.shared(error, "error")?,
            Output::new(text, "text")?,
            Output::new(length, "length")?,
        )
    };
    part(error).lend(text, length);
    Ok(())
}
