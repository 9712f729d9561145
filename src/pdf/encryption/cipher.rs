//! Strings and streams, decrypted and encrypted (ISO 32000-2 clauses 7.6.3 and 7.6.5).

use std::fmt;

use super::{
    Permissions,
    key::Key,
    primitives::{BLOCK, aes_decrypt, aes_encrypt, md5, rc4},
};
use crate::{
    error::{Error, ErrorKind, Result},
    pdf::object::{Dictionary, Name, Object, ObjectId, StreamData},
    text::rules,
};

/// Fills a slice with random bytes: initialisation vectors.
pub(crate) type Random<'a> = dyn Fn(&mut [u8]) -> Result<()> + 'a;

/// How data is encrypted (table 25).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Method {
    /// Not at all.
    #[default]
    Identity,
    Rc4,
    Aes128,
    Aes256,
    /// In a way that is not known here.
    Unknown,
}

impl Method {
    /// The method of a /CFM; each belongs to one version.
    pub(super) fn of(name: &[u8], version: i64) -> Self {
        match (name, version) {
            (b"None", _) => Self::Identity,
            (b"V2", 4) => Self::Rc4,
            (b"AESV2", 4) => Self::Aes128,
            (b"AESV3", 5) => Self::Aes256,
            _ => Self::Unknown,
        }
    }
}

/// Which method is for what.
#[derive(Debug, Default)]
pub(super) struct Filters {
    pub(super) strings: Method,
    pub(super) streams: Method,
    /// Of embedded files, where they have their own.
    pub(super) embedded: Option<Method>,
    pub(super) named: Vec<(Name, Method)>,
}

impl Filters {
    /// One method for everything: before version 4.
    pub(super) fn all(method: Method) -> Self {
        Self {
            strings: method,
            streams: method,
            ..Self::default()
        }
    }

    /// Whether only embedded files are encrypted.
    pub(super) fn leave_plain(&self) -> bool {
        self.strings == Method::Identity && self.streams == Method::Identity
    }

    /// The method of a crypt filter; `None` where there is none of that name, or it does what is not known here.
    pub(super) fn method(&self, name: &[u8]) -> Option<Method> {
        if name == b"Identity" {
            return Some(Method::Identity);
        }
        let found = self.named.iter().find(|(known, _)| known.0 == name);
        found
            .map(|(_, method)| *method)
            .filter(|method| *method != Method::Unknown)
    }
}

/// The key of a document and what it opens.
pub(crate) struct Cipher {
    key: Key,
    filters: Filters,
    metadata: bool,
    /// The encryption dictionary, whose strings are plain.
    own: Option<ObjectId>,
    permissions: Permissions,
}

impl Cipher {
    pub(super) fn new(
        key: Key,
        filters: Filters,
        metadata: bool,
        own: Option<ObjectId>,
        permissions: Permissions,
    ) -> Self {
        Self {
            key,
            filters,
            metadata,
            own,
            permissions,
        }
    }

    /// What whoever opened the document may do.
    pub(crate) fn permissions(&self) -> Permissions {
        self.permissions
    }

    /// Decrypts the strings of an object that stands in the file by itself; what stands in object streams is
    /// decrypted with them. Answers whether all could be; those that could not stay as they are.
    #[must_use]
    pub(crate) fn decrypt_strings(&self, id: ObjectId, object: &mut Object) -> bool {
        let method = self.filters.strings;
        if method == Method::Identity || self.leaves(id, object) {
            return true;
        }
        let key = self.object_key(method, id);
        let mut all = true;
        // Only an error ends the walk, and there is none.
        let _ = each_string(object, &mut |bytes| {
            match decrypt(method, &key, bytes) {
                Some((plain, sound)) => {
                    *bytes = plain;
                    all &= sound;
                }
                None => all = false,
            }
            Ok(())
        });
        all
    }

    /// Encrypts an object that is to stand in the file by itself: all its strings, and data in memory.
    ///
    /// # Errors
    /// Those of `random`.
    pub(crate) fn encrypt(
        &self,
        id: ObjectId,
        object: &mut Object,
        random: &Random<'_>,
    ) -> Result<()> {
        let method = self.filters.strings;
        if self.leaves(id, object) {
            return Ok(());
        }
        if method != Method::Identity {
            let key = self.object_key(method, id);
            each_string(object, &mut |bytes| {
                *bytes = encrypt(method, &key, bytes, random)?;
                Ok(())
            })?;
        }
        if let Object::Stream(stream) = object {
            // What is made here has no indirect filters.
            let method = self
                .stream_method(&stream.dictionary, |value| Ok(value.clone()))?
                .unwrap_or_default();
            if let StreamData::Memory(data) = &mut stream.data
                && method != Method::Identity
            {
                let key = self.object_key(method, id);
                *data = encrypt(method, &key, data, random)?;
            }
        }
        Ok(())
    }

    /// How the data of a stream is encrypted (clauses 7.6.5 and 7.6.6); the name of a crypt filter that is not
    /// known otherwise. `resolve` follows references.
    pub(crate) fn stream_method<E>(
        &self,
        dictionary: &Dictionary,
        mut resolve: impl FnMut(&Object) -> std::result::Result<Object, E>,
    ) -> std::result::Result<std::result::Result<Method, String>, E> {
        if is_cross_reference(dictionary) {
            return Ok(Ok(Method::Identity));
        }
        let mut first = |key| match dictionary.get(key) {
            Some(value) => match resolve(value)? {
                Object::Array(items) => items.first().map_or(Ok(Object::Null), &mut resolve),
                other => Ok(other),
            },
            None => Ok(Object::Null),
        };
        if first("Filter")?.is_name("Crypt") {
            let parameters = first("DecodeParms")?;
            let name = match parameters.as_dictionary().and_then(|own| own.get("Name")) {
                Some(name) => resolve(name)?,
                None => Object::Null,
            };
            let name = name.as_name().unwrap_or(b"Identity");
            let unknown = || String::from_utf8_lossy(name).into_owned();
            return Ok(self.filters.method(name).ok_or_else(unknown));
        }
        let kind = dictionary.get("Type").and_then(Object::as_name);
        Ok(Ok(match (kind, self.filters.embedded) {
            (Some(b"Metadata"), _) if !self.metadata => Method::Identity,
            (Some(b"EmbeddedFile"), Some(embedded)) => embedded,
            _ => self.filters.streams,
        }))
    }

    /// The data of a stream, and whether it was sound ciphertext.
    pub(crate) fn decrypt_stream(
        &self,
        id: ObjectId,
        method: Method,
        data: &[u8],
    ) -> (Vec<u8>, bool) {
        let key = self.object_key(method, id);
        // A line end that /Length counts in is no block of AES.
        let whole = match method {
            Method::Aes128 | Method::Aes256 => data.len() & !15,
            _ => data.len(),
        };
        decrypt(method, &key, data.get(..whole).unwrap_or(data)).unwrap_or_default()
    }

    /// The encryption dictionary and cross-reference streams are never encrypted (clauses 7.6.2 and 7.5.8.2).
    fn leaves(&self, id: ObjectId, object: &Object) -> bool {
        let dictionary = match object {
            Object::Stream(stream) => Some(&stream.dictionary),
            other => other.as_dictionary(),
        };
        Some(id) == self.own || dictionary.is_some_and(is_cross_reference)
    }

    /// The key for one object (algorithm 1); in AES-256, the document's (algorithm 1.A).
    fn object_key(&self, method: Method, id: ObjectId) -> Key {
        let salt: &[u8] = match method {
            Method::Rc4 => b"",
            Method::Aes128 => b"sAlT",
            Method::Aes256 | Method::Identity | Method::Unknown => return self.key.clone(),
        };
        let (number, generation) = (id.number.to_le_bytes(), id.generation.to_le_bytes());
        let number = number.get(..3).unwrap_or_default();
        let hash = md5(&[&self.key, number, &generation, salt]);
        let length = self.key.len().saturating_add(5);
        Key::new(hash.get(..length).unwrap_or(&hash).to_vec())
    }
}

impl fmt::Debug for Cipher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cipher")
            .field("filters", &self.filters)
            .field("permissions", &self.permissions)
            .finish_non_exhaustive()
    }
}

/// Cross-reference streams are never encrypted (clause 7.5.8.2).
pub(crate) fn is_cross_reference(dictionary: &Dictionary) -> bool {
    dictionary
        .get("Type")
        .is_some_and(|kind| kind.is_name("XRef"))
}

/// Plain data, and whether the padding was right; data with a wrong one is given whole, as other readers do.
/// `None` where it is no ciphertext.
fn decrypt(method: Method, key: &[u8], data: &[u8]) -> Option<(Vec<u8>, bool)> {
    match method {
        Method::Identity | Method::Unknown => Some((data.to_vec(), true)),
        Method::Rc4 => {
            let mut plain = data.to_vec();
            rc4(key, &mut plain);
            Some((plain, true))
        }
        // Nothing at all stands for nothing.
        Method::Aes128 | Method::Aes256 if data.is_empty() => Some((Vec::new(), true)),
        Method::Aes128 | Method::Aes256 => {
            let (iv, data) = data.split_first_chunk::<BLOCK>()?;
            let mut plain = aes_decrypt(key, iv, data)?;
            if plain.is_empty() {
                return Some((plain, true));
            }
            // RFC 8018 clause 6.1.1: as many bytes as the last one says, all of that value.
            let count = plain.last().copied().map_or(0, usize::from);
            let kept = plain.len().saturating_sub(count);
            let padding = plain.get(kept..).unwrap_or_default();
            let sound = (1..=BLOCK).contains(&count)
                && padding.len() == count
                && padding.iter().all(|byte| usize::from(*byte) == count);
            if sound {
                plain.truncate(kept);
            }
            Some((plain, sound))
        }
    }
}

fn encrypt(method: Method, key: &[u8], data: &[u8], random: &Random<'_>) -> Result<Vec<u8>> {
    match method {
        Method::Identity | Method::Unknown => Ok(data.to_vec()),
        Method::Rc4 => {
            let mut secret = data.to_vec();
            rc4(key, &mut secret);
            Ok(secret)
        }
        Method::Aes128 | Method::Aes256 => {
            let mut iv = [0; BLOCK];
            random(&mut iv)?;
            let count = BLOCK.saturating_sub(data.len() % BLOCK);
            let padding = u8::try_from(count).unwrap_or_default();
            let mut padded = data.to_vec();
            padded.resize(padded.len().saturating_add(count), padding);
            let mut secret = iv.to_vec();
            let data = aes_encrypt(key, &iv, &padded);
            let unfit =
                || Error::new(ErrorKind::Unsupported, &rules::pdf::ENCRYPTION).with("/Length");
            secret.extend(data.ok_or_else(unfit)?);
            Ok(secret)
        }
    }
}

/// Every string of an object but /Contents of a signature, which stays as it is (clause 7.6.2).
fn each_string(
    object: &mut Object,
    change: &mut dyn FnMut(&mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    match object {
        Object::String(string) => change(&mut string.bytes),
        Object::Array(items) => items
            .iter_mut()
            .try_for_each(|item| each_string(item, change)),
        Object::Dictionary(dictionary) => in_dictionary(dictionary, change),
        Object::Stream(stream) => in_dictionary(&mut stream.dictionary, change),
        _ => Ok(()),
    }
}

fn in_dictionary(
    dictionary: &mut Dictionary,
    change: &mut dyn FnMut(&mut Vec<u8>) -> Result<()>,
) -> Result<()> {
    let signature = dictionary.get("ByteRange").is_some();
    for (name, value) in dictionary.iter_mut() {
        if !(signature && name.0 == b"Contents") {
            each_string(value, change)?;
        }
    }
    Ok(())
}
