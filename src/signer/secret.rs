//! Passwords, PINs and key files on their way.

use std::{fmt, path::PathBuf};

use zeroize::Zeroizing;

/// A password, a PIN or a key file in memory. Wiped when it is dropped, never shown.
pub struct Secret(Zeroizing<Vec<u8>>);

/// Where a password or PIN comes from. Never the command line itself: other users of the machine can see it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretSource {
    /// An environment variable.
    Environment(String),
    /// A file, whose first line it is.
    File(PathBuf),
}

impl Secret {
    /// Takes bytes. They should have been made with the right capacity, since growing leaves copies behind.
    #[must_use]
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The text, where it is UTF-8.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        str::from_utf8(&self.0).ok()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}
