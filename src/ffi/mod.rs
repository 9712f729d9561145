//! The C ABI. The only place with unsafe code.
//!
//! One file for each class of handles. Conventions, written once here and for C at the top of `include/kyso.h`:
//! opaque handles, inputs before outputs, outputs written only on success, pointer and length for bytes and text, NULL
//! always checked, integers in and never enums, `const` handles shared between threads, and every body
//! inside [`barrier`], which stops panics and poisons the handles in use.
#![expect(
    unsafe_code,
    reason = "pointers from C; each site says why it is sound"
)]
#![expect(
    unreachable_pub,
    reason = "exported by name to C; cbindgen reads only what is pub"
)]

mod barrier;
mod context;
mod error;
mod facts;
mod fetch;
mod key;
mod progress;
mod report;
mod sign;
mod status;
#[cfg(test)]
mod tests;

use std::ffi::c_char;

/// Version of the library that this header belongs to: major part.
pub const KYSO_VERSION_MAJOR: u32 = 0;
/// Version of the library that this header belongs to: minor part.
pub const KYSO_VERSION_MINOR: u32 = 1;
/// Version of the library that this header belongs to: patch part.
pub const KYSO_VERSION_PATCH: u32 = 0;
/// Version of the ABI that this header describes. Grows with every addition; nothing is ever taken away while it grows.
pub const KYSO_ABI_VERSION: u32 = 1;

const fn is(text: &str, number: u32) -> bool {
    matches!(u32::from_str_radix(text, 10), Ok(n) if n == number)
}
const _: () = assert!(
    is(env!("CARGO_PKG_VERSION_MAJOR"), KYSO_VERSION_MAJOR)
        && is(env!("CARGO_PKG_VERSION_MINOR"), KYSO_VERSION_MINOR)
        && is(env!("CARGO_PKG_VERSION_PATCH"), KYSO_VERSION_PATCH)
);

/// The ABI version of the loaded library. It serves every header whose `KYSO_ABI_VERSION` is not greater.
#[unsafe(no_mangle)]
pub extern "C" fn kyso_abi_version() -> u32 {
    barrier::constant(0, || KYSO_ABI_VERSION)
}

/// The version of the loaded library, `"0.1.0"`, NUL-terminated. It lives as long as the library; never free it.
#[unsafe(no_mangle)]
pub extern "C" fn kyso_version() -> *const c_char {
    barrier::constant(std::ptr::null(), || {
        concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
    })
}
