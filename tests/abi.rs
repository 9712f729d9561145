//! The C ABI: the header is that of the code, the library exports what it says and no more, and C programs can use it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

#[path = "abi/header.rs"]
mod header;
#[path = "abi/programs.rs"]
mod programs;
#[expect(dead_code, reason = "the tests of keys use the rest")]
#[path = "support/softhsm.rs"]
#[cfg(feature = "pkcs11")]
mod softhsm;
