use std::{ffi::c_char, sync::atomic::AtomicBool};

use super::{
    barrier::{self, Handle, Output, barrier, bytes, text},
    error::ErrorHandle,
    status::Status,
};
use crate::{context::Context, error::Result, io::load_context, options::Options};

/// What calls share: trust anchors, CRLs, settings. Immutable; any number of threads may use one at the same time.
pub struct ContextHandle {
    pub(super) context: Context,
    poison: AtomicBool,
}

impl ContextHandle {
    pub(super) fn new(context: Context) -> Self {
        let poison = AtomicBool::new(false);
        Self { context, poison }
    }
}

impl Handle for ContextHandle {
    fn poison(&self) -> &AtomicBool {
        &self.poison
    }
}

/// Makes a context out of settings: one JSON object, `kyso.options/1`, with the names of the command line.
/// The files that it names (`trust`, `intermediate`, `crl`, `ocsp`, `images`, `font`) are read now. NULL with length 0 means the defaults.
///
/// # Safety
/// `options_json` points to `options_length` bytes; `context` points to a place for one pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_context_new(
    options_json: *const c_char,
    options_length: usize,
    context: *mut *mut ContextHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let json = text(options_json, options_length, "options_json")?;
            let context = Output::new(context, "context")?;
            let options = options(json)?;
            guard.speak(options.lang);
            context.hand_over(ContextHandle::new(load_context(options)?));
            Ok(())
        })
    }
}

/// Makes a context out of another one, with other pictures: PNG files in memory, of the person's signature and of the seal. NULL with
/// length 0 means none; then the signer's name is shown. The pictures are prepared now, once for all documents. Both contexts live on
/// and are freed apart.
///
/// # Safety
/// `context` is a live handle; `person_png` and `seal_png` point to as many bytes as the length behind them says, or are NULL with
/// length 0; `made` points to a place for one pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_context_with_images(
    context: *const ContextHandle,
    person_png: *const u8,
    person_length: usize,
    seal_png: *const u8,
    seal_length: usize,
    made: *mut *mut ContextHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let person = bytes(person_png, person_length, "person_png")?;
            let seal = bytes(seal_png, seal_length, "seal_png")?;
            let made = Output::new(made, "made")?;
            let mut assets = context.assets().without_pictures();
            if !person.is_empty() {
                assets = assets.person(person)?;
            }
            if !seal.is_empty() {
                assets = assets.seal(seal)?;
            }
            made.hand_over(ContextHandle::new(context.with_assets(assets)));
            Ok(())
        })
    }
}

/// Makes a context that shares everything with another, and has the password of encrypted documents: the user's or the owner's, in
/// UTF-8. Documents that are not encrypted open all the same. The password is copied, and wiped with the last context that holds it.
/// Both contexts are freed on their own.
///
/// # Safety
/// `context` is a live handle; `password` points to `password_length` bytes; `out` points to a place for one pointer; `error` does,
/// or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_context_with_password(
    context: *const ContextHandle,
    password: *const c_char,
    password_length: usize,
    out: *mut *mut ContextHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |guard| {
            let context = &guard.shared(context, "context")?.context;
            guard.speak(context.options().lang);
            let password = text(password, password_length, "password")?;
            let out = Output::new(out, "out")?;
            out.hand_over(ContextHandle::new(context.with_password(password)));
            Ok(())
        })
    }
}

/// Frees a context. NULL is fine.
///
/// # Safety
/// `context` is NULL or a live handle that no other call is using.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_context_free(context: *mut ContextHandle) {
    // SAFETY: the caller's contract.
    unsafe { barrier::free(context) }
}

/// Settings out of JSON; nothing at all means the defaults.
fn options(json: &str) -> Result<Options> {
    if json.is_empty() {
        Ok(Options::default())
    } else {
        Options::from_json(json)
    }
}
