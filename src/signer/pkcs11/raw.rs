//! C_Sign on its own. `cryptoki` offers it only together with C_SignInit, but keys that want a login for each signature
//! (CKA_ALWAYS_AUTHENTICATE) want it in between.
#![expect(
    unsafe_code,
    reason = "one call of a module's function; everything else goes through cryptoki"
)]

use cryptoki::{
    context::Function,
    error::{Error as Cryptoki, Rv},
    session::Session,
};
use cryptoki_sys::{CK_FUNCTION_LIST, CK_ULONG};

/// Ends the signing operation that stands open in a session of the module at `path`. `room` is the most that a value can have.
pub(super) fn sign(
    path: &str,
    session: &Session,
    data: &[u8],
    room: usize,
) -> Result<Vec<u8>, Cryptoki> {
    let mut value = vec![0_u8; room];
    let mut length = CK_ULONG::try_from(room)?;
    let data_length = CK_ULONG::try_from(data.len())?;
    let mut list: *mut CK_FUNCTION_LIST = std::ptr::null_mut();
    // SAFETY: the session keeps the module loaded and initialised, so this only finds it again. `list` is a place for
    // one pointer. A module's function list lives as long as the module (PKCS #11 v2.40 clause 5.4), and is read by
    // value only where it is not NULL. C_Sign reads `data_length` bytes of `data`, which it does not change, writes at
    // most `length` bytes into `value`, which has as many, and keeps no pointer.
    let answer = unsafe {
        let library = cryptoki_sys::Pkcs11::new(path).map_err(Cryptoki::LibraryLoading)?;
        let get = library
            .C_GetFunctionList
            .as_ref()
            .map_err(|_| Cryptoki::MissingSymbol("C_GetFunctionList"))?;
        Rv::from(get(&raw mut list)).into_result(Function::GetFunctionList)?;
        let sign = list.as_ref().and_then(|list| list.C_Sign);
        let sign = sign.ok_or(Cryptoki::NullFunctionPointer)?;
        sign(
            session.handle(),
            data.as_ptr().cast_mut(),
            data_length,
            value.as_mut_ptr(),
            &raw mut length,
        )
    };
    Rv::from(answer).into_result(Function::Sign)?;
    value.truncate(usize::try_from(length)?);
    Ok(value)
}
