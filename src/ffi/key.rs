use std::{ffi::c_char, sync::atomic::AtomicBool};

use super::{
    barrier::{self, Handle, Output, barrier, bytes, text},
    error::ErrorHandle,
    status::Status,
};
use crate::{error::Result, signer::Key};

/// A private key with its certificate and chain. Immutable; may be shared between threads. The key is wiped when it is freed.
pub struct KeyHandle {
    pub(super) key: Key,
    poison: AtomicBool,
}

impl KeyHandle {
    fn new(key: Key) -> Self {
        Self {
            key,
            poison: AtomicBool::new(false),
        }
    }
}

impl Handle for KeyHandle {
    fn poison(&self) -> &AtomicBool {
        &self.poison
    }
}

/// Opens a PKCS#12 file (`.p12`, `.pfx`) in memory. The bytes and the password are not kept.
///
/// # Safety
/// `file` points to `file_length` bytes, `password` to `password_length` bytes of UTF-8 (NULL with length 0: none);
/// `key` points to a place for one pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_key_pkcs12(
    file: *const u8,
    file_length: usize,
    password: *const c_char,
    password_length: usize,
    key: *mut *mut KeyHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |_| {
            let file = bytes(file, file_length, "file")?;
            let password = text(password, password_length, "password")?;
            let key = Output::new(key, "key")?;
            let made = KeyHandle::new(Key::from_pkcs12(file, password)?);
            key.hand_over(made);
            Ok(())
        })
    }
}

/// Opens a private key, its certificate and, where `chain` is not NULL, the certificates of its issuers, each PEM or DER, in
/// memory. `password` is for an encrypted key, else NULL. Nothing of the input is kept but the key.
///
/// # Safety
/// Each pointer points to as many bytes as the length behind it says, or is NULL with length 0; `key` points to a place for one
/// pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_key_pem(
    private_key: *const u8,
    private_key_length: usize,
    certificate: *const u8,
    certificate_length: usize,
    chain: *const u8,
    chain_length: usize,
    password: *const c_char,
    password_length: usize,
    key: *mut *mut KeyHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |_| {
            let private_key = bytes(private_key, private_key_length, "private_key")?;
            let certificate = bytes(certificate, certificate_length, "certificate")?;
            let chain = (!chain.is_null())
                .then(|| bytes(chain, chain_length, "chain"))
                .transpose()?;
            let password = (!password.is_null())
                .then(|| text(password, password_length, "password"))
                .transpose()?;
            let key = Output::new(key, "key")?;
            let made = KeyHandle::new(Key::from_pem(private_key, certificate, chain, password)?);
            key.hand_over(made);
            Ok(())
        })
    }
}

/// Opens one key of a PKCS#12 file that holds several: the one with this alias (friendlyName). Otherwise as `kyso_key_pkcs12`.
///
/// # Safety
/// Each pointer points to as many bytes as the length behind it says, or is NULL with length 0; `key` points to a place for one
/// pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_key_pkcs12_alias(
    file: *const u8,
    file_length: usize,
    password: *const c_char,
    password_length: usize,
    alias: *const c_char,
    alias_length: usize,
    key: *mut *mut KeyHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |_| {
            let file = bytes(file, file_length, "file")?;
            let password = text(password, password_length, "password")?;
            let alias = text(alias, alias_length, "alias")?;
            let key = Output::new(key, "key")?;
            let made = Key::from_pkcs12_alias(file, password, Some(alias))?;
            key.hand_over(KeyHandle::new(made));
            Ok(())
        })
    }
}

/// Opens a key on a PKCS#11 token: loads the module, finds the token, logs in, finds key and certificate.
///
/// `uri` is a URI by RFC 7512 with `module-path`, or `pkcs11:MODULE?token=LABEL&object=LABEL`. The module is code that runs in
/// this process. Several keys of one token share one login, which lasts until the last of them is freed. The PIN is sent
/// to the token once; one that the token has refused is not sent again by this process. `pin` is NULL where `uri` names its source
/// (`pin-source`, `pin-file`, `pin-env`) or the reader has a pad. After a fork, the child opens its keys anew.
///
/// # Safety
/// `uri` points to `uri_length` bytes of UTF-8, `pin` to `pin_length`, or is NULL with length 0; `key` points to a place for one
/// pointer; `error` does, or is NULL.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_key_pkcs11(
    uri: *const c_char,
    uri_length: usize,
    pin: *const c_char,
    pin_length: usize,
    key: *mut *mut KeyHandle,
    error: *mut *mut ErrorHandle,
) -> Status {
    // SAFETY: the caller's contract.
    unsafe {
        barrier(error, |_| {
            let uri = text(uri, uri_length, "uri")?;
            let pin = (!pin.is_null())
                .then(|| text(pin, pin_length, "pin"))
                .transpose()?;
            let key = Output::new(key, "key")?;
            key.hand_over(KeyHandle::new(from_pkcs11(uri, pin)?));
            Ok(())
        })
    }
}

#[cfg(feature = "pkcs11")]
fn from_pkcs11(uri: &str, pin: Option<&str>) -> Result<Key> {
    Key::from_pkcs11(uri, pin)
}

#[cfg(not(feature = "pkcs11"))]
fn from_pkcs11(_: &str, _: Option<&str>) -> Result<Key> {
    use crate::{
        error::{Error, ErrorKind},
        text::rules,
    };
    Err(Error::new(ErrorKind::Unsupported, &rules::token::NO_PKCS11))
}

/// Frees a key and wipes it. NULL is fine.
///
/// # Safety
/// `key` is NULL or a live handle that no other call is using.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn kyso_key_free(key: *mut KeyHandle) {
    // SAFETY: the caller's contract.
    unsafe { barrier::free(key) }
}
