//! What stands between C and Rust: panics stop here, pointers are checked here, errors turn into numbers here.

use std::{
    ffi::c_char,
    panic::{AssertUnwindSafe, catch_unwind},
    slice,
    sync::atomic::{AtomicBool, Ordering},
};

use super::{error::ErrorHandle, status::Status};
use crate::{error::Error, text::Lang};

/// Why a call ends without a result.
pub(super) enum Fault {
    /// A pointer is NULL; the name of the argument.
    Null(&'static str),
    /// A text is not UTF-8; the name of the argument.
    Utf8(&'static str),
    /// A length that no buffer can have; the name of the argument.
    Length(&'static str),
    /// A handle that a panic has made unfit.
    Poisoned,
    /// The library could not do it.
    Library(Error),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Library(error)
    }
}

/// Something that C holds a pointer to.
pub(super) trait Handle: Send + Sync {
    /// Whether a panic has made it unfit.
    fn poison(&self) -> &AtomicBool;
}

/// The handles that a call uses, so that a panic can poison them.
pub(super) struct Guard<'a> {
    in_use: Vec<&'a AtomicBool>,
    lang: Lang,
}

impl<'a> Guard<'a> {
    /// Borrows a shared handle.
    ///
    /// # Safety
    /// `pointer` is NULL or came from this library as a `T`, and is not freed before the call returns.
    pub(super) unsafe fn shared<T: Handle>(
        &mut self,
        pointer: *const T,
        name: &'static str,
    ) -> Result<&'a T, Fault> {
        // SAFETY: by the contract above it is NULL or a live `T`, and all access to a `T` is shared.
        let handle = unsafe { pointer.as_ref() }.ok_or(Fault::Null(name))?;
        if handle.poison().load(Ordering::Acquire) {
            return Err(Fault::Poisoned);
        }
        self.in_use.push(handle.poison());
        Ok(handle)
    }

    /// The language of the error texts from here on.
    pub(super) fn speak(&mut self, lang: Lang) {
        self.lang = lang;
    }
}

/// Runs the body of a C function that can fail. A panic gives status 1 and poisons the handles in use.
///
/// On failure an error object is made where `error` is not NULL.
///
/// # Safety
/// `error` is NULL or points to a place for one pointer.
pub(super) unsafe fn barrier<'a>(
    error: *mut *mut ErrorHandle,
    body: impl FnOnce(&mut Guard<'a>) -> Result<(), Fault>,
) -> Status {
    let mut guard = Guard {
        in_use: Vec::new(),
        lang: Lang::En,
    };
    // Whatever the body left half done is reachable only through handles, and those are poisoned.
    let outcome = catch_unwind(AssertUnwindSafe(|| body(&mut guard)));
    let fault = match outcome {
        Ok(Ok(())) => return Status::Ok,
        Ok(Err(fault)) => fault,
        Err(_) => {
            guard
                .in_use
                .iter()
                .for_each(|poison| poison.store(true, Ordering::Release));
            Fault::Poisoned
        }
    };
    // Texts are made of arguments; should that panic, the caller still gets the number.
    let made = catch_unwind(AssertUnwindSafe(|| ErrorHandle::new(fault, guard.lang)));
    let Ok(made) = made else { return Status::Panic };
    let status = made.status;
    if !error.is_null() {
        // SAFETY: not NULL, so by the contract above it points to a place for one pointer.
        unsafe { error.write(Box::into_raw(Box::new(made))) };
    }
    status
}

/// Runs the body of a C function that cannot fail.
pub(super) fn constant<T>(fallback: T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or(fallback)
}

/// Ends a handle's life. NULL is fine.
///
/// # Safety
/// `pointer` is NULL or came from this library as a `T`, was not freed before, and no other call is using it.
pub(super) unsafe fn free<T>(pointer: *mut T) {
    if pointer.is_null() {
        return;
    }
    let _ = catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: by the contract above the pointer is that of a Box<T> which C owns, and this is its only use.
        drop(unsafe { Box::from_raw(pointer) });
    }));
}

/// Borrows bytes. NULL stands for none where the length is 0.
///
/// # Safety
/// `pointer` points to `length` readable bytes that nobody writes to before the call returns, or is NULL.
pub(super) unsafe fn bytes<'a>(
    pointer: *const u8,
    length: usize,
    name: &'static str,
) -> Result<&'a [u8], Fault> {
    if pointer.is_null() {
        return if length == 0 {
            Ok(&[])
        } else {
            Err(Fault::Null(name))
        };
    }
    if isize::try_from(length).is_err() {
        return Err(Fault::Length(name));
    }
    // SAFETY: not NULL, not too long, and readable by the contract above.
    Ok(unsafe { slice::from_raw_parts(pointer, length) })
}

/// Borrows UTF-8 text. NULL stands for none where the length is 0.
///
/// # Safety
/// As for [`bytes`].
pub(super) unsafe fn text<'a>(
    pointer: *const c_char,
    length: usize,
    name: &'static str,
) -> Result<&'a str, Fault> {
    // SAFETY: the same contract.
    let bytes = unsafe { bytes(pointer.cast(), length, name) }?;
    str::from_utf8(bytes).map_err(|_| Fault::Utf8(name))
}

/// A place for a result, checked before the work is done.
#[derive(Clone, Copy)]
pub(super) struct Output<T>(*mut T);

impl<T> Output<T> {
    /// Checks the pointer.
    ///
    /// # Safety
    /// `pointer` is NULL or points to a place for one `T` until the call returns.
    pub(super) unsafe fn new(pointer: *mut T, name: &'static str) -> Result<Self, Fault> {
        #[cfg(test)]
        super::tests::trip();
        if pointer.is_null() {
            Err(Fault::Null(name))
        } else {
            Ok(Self(pointer))
        }
    }

    /// Writes the result. The last thing that a call does.
    pub(super) fn write(self, value: T) {
        // SAFETY: `new` checked for NULL, and its contract says that there is place for a `T`.
        unsafe { self.0.write(value) };
    }
}

impl<T: Handle> Output<*mut T> {
    /// Gives a new handle to C, which frees it by its kyso_X_free.
    pub(super) fn hand_over(self, handle: T) {
        self.write(Box::into_raw(Box::new(handle)));
    }
}
