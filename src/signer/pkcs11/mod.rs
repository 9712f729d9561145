//! Keys on smart cards, USB tokens and HSMs, behind PKCS#11 modules (OASIS PKCS #11 v2.40 and later).
//!
//! A module is other people's code inside this process. It is initialised once, each token gets one session and one
//! login, and a PIN is sent at most once. What a module answers is never trusted: values are checked before use, and a
//! signature is verified with the certificate before anything is given out.

mod errors;
mod list;
mod mechanism;
mod module;
mod objects;
mod pin;
mod raw;
mod signer;
mod token;
pub(crate) mod uri;

pub(crate) use list::tokens;
pub(crate) use signer::key;
pub(crate) use token::Token;
