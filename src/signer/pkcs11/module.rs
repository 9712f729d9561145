//! Modules: libraries of token makers, loaded and initialised once for each process.
//!
//! They are never finalised: that would end the work of everything else in the process that uses the same module, and
//! the end of the process does it anyway.

use std::{
    fmt, process,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use cryptoki::{
    context::{CInitializeArgs, CInitializeFlags, Pkcs11},
    error::{Error as Cryptoki, RvError},
    slot::{Slot, TokenInfo},
};

use super::{errors, uri::WantedToken};
use crate::{
    error::{Error, ErrorKind, Result},
    signer::listed,
    text::rules::token as rules,
};

static MODULES: Mutex<Vec<Arc<Module>>> = Mutex::new(Vec::new());

/// A loaded module.
pub(crate) struct Module {
    path: String,
    pub(super) library: Pkcs11,
    /// After a fork the child has to initialise anew (PKCS #11 v2.40 clause 6.7.1, C_Initialize).
    process: u32,
}

/// The value behind a lock; a panic elsewhere leaves it sound, since each holder changes one thing.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Loads and initialises a module, unless that was done before.
pub(crate) fn load(path: &str) -> Result<Arc<Module>> {
    let mut modules = lock(&MODULES);
    let process = process::id();
    let known = modules
        .iter()
        .find(|module| module.path == path && module.process == process);
    if let Some(module) = known {
        return Ok(Arc::clone(module));
    }
    let library = Pkcs11::new(path).map_err(|cause| refused(path, &cause))?;
    let arguments = CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK);
    match library.initialize(arguments) {
        // The program that we are part of was first.
        Ok(()) | Err(Cryptoki::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(cause) => return Err(unfit(path, &cause)),
    }
    let module = Arc::new(Module {
        path: path.to_owned(),
        library,
        process,
    });
    modules.push(Arc::clone(&module));
    Ok(module)
}

/// No such file, or one that is no PKCS#11 module.
fn refused(path: &str, cause: &Cryptoki) -> Error {
    match cause {
        Cryptoki::LibraryLoading(why) => {
            let why = match std::error::Error::source(why) {
                Some(source) => source.to_string(),
                None => why.to_string(),
            };
            // The loader's text begins with the path, which our text has already.
            let why = why.strip_prefix(&format!("{path}: ")).unwrap_or(&why);
            Error::new(ErrorKind::Io, &rules::MODULE_MISSING)
                .with(path)
                .with(why)
        }
        other => unfit(path, other),
    }
}

fn unfit(path: &str, cause: &Cryptoki) -> Error {
    Error::new(ErrorKind::Key, &rules::MODULE_UNFIT)
        .with(path)
        .with(errors::text(cause))
}

impl Module {
    /// Whether this is still the process that initialised the module.
    pub(super) fn is_ours(&self) -> bool {
        self.process == process::id()
    }

    pub(super) fn path(&self) -> &str {
        &self.path
    }

    /// The tokens that are in, set up ones only where there are any (software modules always offer an empty one).
    pub(super) fn tokens(&self) -> Result<Vec<(Slot, TokenInfo)>> {
        let slots = self.library.get_slots_with_token();
        let slots = slots.map_err(|cause| unfit(&self.path, &cause))?;
        // A token that does not answer may be on its way out; the others must still be found.
        let answer = |slot| Some((slot, self.library.get_token_info(slot).ok()?));
        let tokens: Vec<_> = slots.into_iter().filter_map(answer).collect();
        let set_up = |(_, info): &&(Slot, TokenInfo)| info.token_initialized();
        let ready: Vec<_> = tokens.iter().filter(set_up).cloned().collect();
        Ok(if ready.is_empty() { tokens } else { ready })
    }

    /// The one token that fits.
    pub(super) fn find(&self, wanted: &WantedToken) -> Result<(Slot, TokenInfo)> {
        let tokens = self.tokens()?;
        let mut fitting = tokens.iter().filter(|token| self.fits(wanted, token));
        let found = fitting.next().cloned().ok_or_else(|| {
            Error::new(ErrorKind::Key, &rules::TOKEN_MISSING)
                .with(wanted)
                .with(names(tokens.iter()))
        })?;
        let others: Vec<_> = fitting.collect();
        if others.is_empty() {
            return Ok(found);
        }
        let all = std::iter::once(&found).chain(others);
        Err(Error::new(ErrorKind::Key, &rules::TOKEN_AMBIGUOUS)
            .with(wanted)
            .with(names(all)))
    }

    fn fits(&self, wanted: &WantedToken, (slot, info): &(Slot, TokenInfo)) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        let about_slot = || {
            let slot = self.library.get_slot_info(*slot).ok();
            let (description, manufacturer) = slot.as_ref().map_or(("", ""), |slot| {
                (slot.slot_description(), slot.manufacturer_id())
            });
            is(&wanted.slot_description, description) && is(&wanted.slot_manufacturer, manufacturer)
        };
        let about_library = || {
            let library = self.library.get_library_info().ok();
            let (description, manufacturer) = library.as_ref().map_or(("", ""), |library| {
                (library.library_description(), library.manufacturer_id())
            });
            is(&wanted.library_description, description)
                && is(&wanted.library_manufacturer, manufacturer)
        };
        is(&wanted.label, info.label())
            && is(&wanted.manufacturer, info.manufacturer_id())
            && is(&wanted.model, info.model())
            && is(&wanted.serial, info.serial_number())
            && wanted.slot.is_none_or(|wanted| wanted == slot.id())
            && about_slot()
            && about_library()
    }
}

impl fmt::Debug for Module {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}

/// Tokens by label and serial number, as an error lists them.
fn names<'a>(tokens: impl Iterator<Item = &'a (Slot, TokenInfo)>) -> String {
    listed(
        tokens.map(|(_, info)| format!("token={};serial={}", info.label(), info.serial_number())),
    )
}
