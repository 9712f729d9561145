//! Secrets out of files and the environment, without a copy left behind.

use std::{env, fs::File, io::Read, path::Path};

use zeroize::Zeroizing;

use super::cannot_read;
use crate::{
    error::{Error, ErrorKind, Result},
    limits::{MAX_KEY_FILE_BYTES, MAX_SECRET_BYTES},
    signer::{Secret, SecretSource},
    text::rules,
};

/// Reads a password or PIN from where it is kept: an environment variable, or the first line of a file.
///
/// # Errors
/// Of kind `Pin` when there is no such variable or the file holds no UTF-8, `Io` when it cannot be read, `Limit` when
/// its first line is longer than any password.
pub fn read_secret(source: &SecretSource) -> Result<Secret> {
    let unusable = |name: &dyn std::fmt::Display, why: &dyn std::fmt::Display| {
        Error::new(ErrorKind::Pin, &rules::usage::PIN_SOURCE)
            .with(name)
            .with(why)
    };
    match source {
        SecretSource::Environment(name) => {
            let value = env::var(name).map_err(|cause| match cause {
                // Its text would show the value.
                env::VarError::NotUnicode(_) => unusable(name, &"UTF-8"),
                env::VarError::NotPresent => unusable(name, &env::VarError::NotPresent),
            })?;
            Ok(Secret::new(value.into_bytes()))
        }
        SecretSource::File(path) => {
            let bytes = read_wiped(path, MAX_SECRET_BYTES, true)?;
            let line = bytes.split(|octet| b"\r\n".contains(octet)).next();
            let line = line.unwrap_or_default();
            str::from_utf8(line).map_err(|_| unusable(&path.display(), &"UTF-8"))?;
            Ok(Secret::new(line.to_vec()))
        }
    }
}

/// Reads a whole key file; what was read is wiped when the value is dropped.
///
/// # Errors
/// Of kind `Io` when it cannot be read, `Limit` when it is larger than 4 MiB.
pub fn read_key_file(path: impl AsRef<Path>) -> Result<Secret> {
    let path = path.as_ref();
    let bytes = read_wiped(path, MAX_KEY_FILE_BYTES, false)?;
    Ok(Secret::new(bytes.to_vec()))
}

/// Reads a file, growing by hand: `read_to_end` leaves pieces in freed memory. Where `line` is asked for, the
/// rest is left alone: a pipe may stay open.
fn read_wiped(path: &Path, limit: usize, line: bool) -> Result<Zeroizing<Vec<u8>>> {
    let failed = |cause| cannot_read(path, cause);
    let mut file = File::open(path).map_err(failed)?;
    let mut bytes = Zeroizing::new(vec![0; 4096]);
    let mut length = 0_usize;
    while length <= limit {
        if length == bytes.len() {
            let mut larger = Zeroizing::new(vec![0; length.saturating_mul(2)]);
            for (to, from) in larger.iter_mut().zip(bytes.iter()) {
                *to = *from;
            }
            bytes = larger;
        }
        let room = bytes.get_mut(length..).unwrap_or_default();
        let count = match file.read(room) {
            Ok(count) => count,
            Err(cause) if cause.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(cause) => return Err(failed(cause)),
        };
        let read = room.get(..count).unwrap_or_default();
        let has_line = line && read.contains(&b'\n');
        length = length.saturating_add(count);
        if length <= limit && (count == 0 || has_line) {
            bytes.truncate(length);
            return Ok(bytes);
        }
    }
    Err(
        Error::new(ErrorKind::Limit, &rules::usage::SECRET_TOO_LARGE)
            .with(path.display())
            .with(limit),
    )
}

#[cfg(test)]
mod tests {
    use std::{fs, io::Write};

    use super::*;

    #[test]
    fn the_first_line_is_the_secret() {
        let of_file = |text: &[u8]| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(text).unwrap();
            read_secret(&SecretSource::File(file.path().to_owned()))
        };
        for (text, secret) in [
            (&b"1234"[..], "1234"),
            (b"1234\n", "1234"),
            (b"1234\r\nmore\n", "1234"),
            (b"\n1234", ""),
            ("mật khẩu\n".as_bytes(), "mật khẩu"),
            (b"", ""),
        ] {
            assert_eq!(of_file(text).unwrap().as_text(), Some(secret));
        }
        assert_eq!(of_file(b"\xff\n").unwrap_err().code(), "pin-source");
        let long = vec![b'x'; MAX_SECRET_BYTES + 1];
        assert_eq!(of_file(&long).unwrap_err().kind(), ErrorKind::Limit);
        let long = vec![b'x'; MAX_SECRET_BYTES];
        assert_eq!(of_file(&long).unwrap().as_bytes(), long);
        assert_eq!(format!("{:?}", of_file(b"1234").unwrap()), "Secret");
    }

    #[test]
    fn key_files_are_read_whole() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let bytes: Vec<u8> = (0..40_000_u32).map(|n| (n % 251) as u8).collect();
        file.write_all(&bytes).unwrap();
        assert_eq!(read_key_file(file.path()).unwrap().as_bytes(), bytes);
        fs::write(file.path(), vec![1; MAX_KEY_FILE_BYTES + 1]).unwrap();
        assert_eq!(
            read_key_file(file.path()).unwrap_err().kind(),
            ErrorKind::Limit
        );
        assert_eq!(read_key_file("/nowhere").unwrap_err().code(), "io-read");
        assert_eq!(read_key_file("/").unwrap_err().code(), "io-read");
    }
}
