//! Files: reading in blocks, writing beside and renaming, trust material.

mod assets;
mod file_source;
#[cfg(feature = "http")]
mod http;
mod load;
mod references;
mod replace;
mod secret;
mod shelf;
#[cfg(feature = "pkcs11")]
mod token;
mod verify;

pub use file_source::FileSource;
#[cfg(feature = "http")]
pub use http::HttpFetch;
pub use load::{load_context, read_small};
pub use replace::{check_replaceable, replace, replace_bytes};
pub use secret::{read_key_file, read_secret};
#[cfg(feature = "pkcs11")]
pub use token::{Token, TokenCertificate, TokenInfo, TokenKey, TokenPin, tokens};
pub use verify::{check_certificate_file, verify_file};

use std::{io, path::Path};

use crate::{
    error::{Error, ErrorKind},
    text::rules,
};

/// The operating system's refusal to read, with the file's name.
fn cannot_read(path: &Path, cause: io::Error) -> Error {
    Error::new(ErrorKind::Io, &rules::usage::IO_READ)
        .with(path.display())
        .with(&cause)
        .caused_by(cause)
}

/// The operating system's refusal to write, with the file's name.
fn cannot_write(path: &Path, cause: io::Error) -> Error {
    Error::new(ErrorKind::Io, &rules::usage::IO_WRITE)
        .with(path.display())
        .with(&cause)
        .caused_by(cause)
}
