//! The standard security handler (ISO 32000-2 clause 7.6), as far as the empty user password opens it.
//!
//! Keys and ciphers are those of lopdf. It gets a dictionary that is made here, all values of the right kind and length.

use std::sync::Arc;

use lopdf::encryption::{
    DecryptionError, PasswordAlgorithm,
    crypt_filters::{Aes128CryptFilter, Aes256CryptFilter, CryptFilter, Rc4CryptFilter},
};

use super::object::{Dictionary, Object, ObjectId};

/// How a document can be read.
#[derive(Debug)]
pub(crate) enum Access {
    /// It is not encrypted.
    Plain,
    /// Encrypted, and open.
    Open(Cipher),
    /// The empty password does not open it.
    Password,
    /// By a handler or in a way that is not known here, or the dictionary is broken.
    Unsupported,
}

/// The key of a document and what it opens.
#[derive(Debug)]
pub(crate) struct Cipher {
    key: Vec<u8>,
    /// `None` stands for the filter Identity.
    strings: Option<Arc<dyn CryptFilter>>,
    streams: Option<Arc<dyn CryptFilter>>,
    metadata: bool,
    /// The encryption dictionary, whose strings are plain.
    own: Option<ObjectId>,
}

/// Values of the encryption dictionary that do not depend on crypt filters (tables 20 and 21).
struct Standard {
    version: i64,
    revision: i64,
    /// Bits.
    length: i64,
    permissions: i64,
    metadata: bool,
}

impl Access {
    /// Tries the empty password. `encrypt` and `id` are those of the trailer; `resolve` follows references.
    pub(crate) fn new<E>(
        encrypt: &Object,
        id: Option<&Object>,
        resolve: impl Fn(&Object) -> Result<Object, E>,
    ) -> Result<Self, E> {
        let Object::Dictionary(dictionary) = resolve(encrypt)? else {
            return Ok(Self::Unsupported);
        };
        let value = |dictionary: &Dictionary, key: &str| match dictionary.get(key) {
            Some(value) => resolve(value),
            None => Ok(Object::Null),
        };
        let Some(standard) = Standard::read(|key| value(&dictionary, key))? else {
            return Ok(Self::Unsupported);
        };
        let (mut strings, mut streams) = (rc4(), rc4());
        if standard.version >= 4 {
            let filters = value(&dictionary, "CF")?;
            let filter = |key| {
                let name = value(&dictionary, key)?;
                let name = name.as_name().unwrap_or(b"Identity");
                if name == b"Identity" {
                    return Ok(Some(None));
                }
                let filters = filters.as_dictionary();
                let named = filters.and_then(|f| f.iter().find(|(key, _)| key.0 == name));
                let Some((_, named)) = named else {
                    return Ok(None);
                };
                let method = match resolve(named)? {
                    Object::Dictionary(filter) => value(&filter, "CFM")?,
                    _ => Object::Null,
                };
                Ok(filter_of(method.as_name(), standard.version))
            };
            let (Some(of_strings), Some(of_streams)) = (filter("StrF")?, filter("StmF")?) else {
                return Ok(Self::Unsupported);
            };
            (strings, streams) = (of_strings, of_streams);
        }
        let mut made = standard.dictionary();
        for &(key, length) in standard.strings() {
            let read = value(&dictionary, key)?;
            let Some(read) = read.as_string() else {
                return Ok(Self::Unsupported);
            };
            // Writers leave out zeros at the end, or add some.
            let mut bytes = read.bytes.clone();
            bytes.resize(length, 0);
            made.set(key, lopdf::Object::string_literal(bytes));
        }
        let id = match id {
            Some(id) => resolve(id)?,
            None => Object::Null,
        };
        let first = match id.as_array().and_then(<[Object]>::first) {
            Some(first) => resolve(first)?,
            None => Object::Null,
        };
        let id = first.as_string().map(|id| id.bytes.clone());
        let key = file_key(made, id.unwrap_or_default(), standard.version >= 5);
        Ok(match key {
            Ok(key) => Self::Open(Cipher {
                key,
                strings,
                streams,
                metadata: standard.metadata,
                own: encrypt.as_reference(),
            }),
            Err(DecryptionError::IncorrectPassword) => Self::Password,
            Err(_) => Self::Unsupported,
        })
    }
}

impl Standard {
    /// `None` where it is another handler, or not one of the versions that files have.
    fn read<E>(value: impl Fn(&str) -> Result<Object, E>) -> Result<Option<Self>, E> {
        let integer = |key| value(key).map(|value| value.as_integer());
        let (version, revision) = (integer("V")?.unwrap_or(0), integer("R")?.unwrap_or(0));
        let stated = integer("Length")?.unwrap_or(40);
        let length = match (version, revision) {
            (1, 2 | 3) => 40,
            (2, 2 | 3) => match stated {
                // Some state bytes.
                5..=16 => stated.saturating_mul(8),
                40..=128 if stated % 8 == 0 => stated,
                _ => return Ok(None),
            },
            (4, 4) => 128,
            (5, 5 | 6) => 256,
            _ => return Ok(None),
        };
        let Some(permissions) = integer("P")? else {
            return Ok(None);
        };
        if !value("Filter")?.is_name("Standard") {
            return Ok(None);
        }
        Ok(Some(Self {
            version,
            revision,
            length,
            permissions,
            metadata: value("EncryptMetadata")? != Object::Boolean(false),
        }))
    }

    fn dictionary(&self) -> lopdf::Dictionary {
        let mut made = lopdf::Dictionary::new();
        made.set("V", self.version);
        made.set("R", self.revision);
        made.set("Length", self.length);
        made.set("P", self.permissions);
        made.set("EncryptMetadata", self.metadata);
        made
    }

    /// The strings that it must have, with their lengths.
    fn strings(&self) -> &'static [(&'static str, usize)] {
        match self.revision {
            ..=4 => &[("O", 32), ("U", 32)],
            _ => &[("O", 48), ("U", 48), ("OE", 32), ("UE", 32), ("Perms", 16)],
        }
    }
}

impl Cipher {
    /// Decrypts the strings of an object that stands in the file by itself; what stands in object streams is
    /// decrypted with them. Answers whether all could be; those that could not stay as they are.
    #[must_use]
    pub(crate) fn decrypt_strings(&self, id: ObjectId, object: &mut Object) -> bool {
        let Some(filter) = &self.strings else {
            return true;
        };
        if Some(id) == self.own || object.as_dictionary().is_some_and(is_cross_reference) {
            return true;
        }
        let Ok(key) = filter.compute_key(&self.key, (id.number, id.generation)) else {
            return false;
        };
        in_object(&**filter, &key, object)
    }

    /// Whether the data of a stream is encrypted by the document's own filter (clause 7.6.6).
    pub(crate) fn encrypts(&self, dictionary: &Dictionary) -> bool {
        let first = match dictionary.get("Filter") {
            Some(Object::Array(filters)) => filters.first(),
            other => other,
        };
        let is_metadata = || {
            dictionary
                .get("Type")
                .is_some_and(|kind| kind.is_name("Metadata"))
        };
        self.streams.is_some()
            && !is_cross_reference(dictionary)
            && !first.is_some_and(|filter| filter.is_name("Crypt"))
            && (self.metadata || !is_metadata())
    }

    /// The data of a stream; `None` where it is no ciphertext.
    pub(crate) fn decrypt_stream(&self, id: ObjectId, data: &[u8]) -> Option<Vec<u8>> {
        let Some(filter) = &self.streams else {
            return Some(data.to_vec());
        };
        let key = filter.compute_key(&self.key, (id.number, id.generation));
        // A line end that /Length counts in is no block of AES.
        let whole = match filter.method() {
            b"V2" => data.len(),
            _ => data.len() & !15,
        };
        filter.decrypt(&key.ok()?, data.get(..whole)?).ok()
    }
}

/// Cross-reference streams are never encrypted (clause 7.5.8.2).
pub(crate) fn is_cross_reference(dictionary: &Dictionary) -> bool {
    dictionary
        .get("Type")
        .is_some_and(|kind| kind.is_name("XRef"))
}

fn rc4() -> Option<Arc<dyn CryptFilter>> {
    Some(Arc::new(Rc4CryptFilter))
}

/// The crypt filter of a method (table 25), `None` where the version does not have it. (`Some(None)` would be Identity.)
fn filter_of(method: Option<&[u8]>, version: i64) -> Option<Option<Arc<dyn CryptFilter>>> {
    match (method?, version) {
        (b"V2", 4) => Some(rc4()),
        (b"AESV2", 4) => Some(Some(Arc::new(Aes128CryptFilter))),
        (b"AESV3", 5) => Some(Some(Arc::new(Aes256CryptFilter))),
        _ => None,
    }
}

/// The file encryption key for the empty password (algorithms 2 and 2.A, the latter for `modern` files).
fn file_key(
    dictionary: lopdf::Dictionary,
    id: Vec<u8>,
    modern: bool,
) -> Result<Vec<u8>, DecryptionError> {
    let mut document = lopdf::Document::new();
    document.objects.insert((1, 0), dictionary.into());
    let id = vec![lopdf::Object::string_literal(id)];
    document.trailer.set("ID", id);
    document
        .trailer
        .set("Encrypt", lopdf::Object::Reference((1, 0)));
    let algorithm =
        PasswordAlgorithm::try_from(&document).map_err(|_| DecryptionError::InvalidType)?;
    let authentic = algorithm.authenticate_user_password(&document, b"");
    match authentic {
        // A few files have an empty owner password; up to revision 4 that is the user password by another name.
        Err(DecryptionError::IncorrectPassword) if modern => {
            algorithm.authenticate_owner_password(&document, b"")?;
        }
        other => other?,
    }
    // The password is right, so anything that fails from here on is the dictionary's fault.
    algorithm
        .compute_file_encryption_key(&document, b"")
        .map_err(|_| DecryptionError::InvalidType)
}

fn in_object(filter: &dyn CryptFilter, key: &[u8], object: &mut Object) -> bool {
    match object {
        Object::String(string) => match filter.decrypt(key, &string.bytes) {
            Ok(plain) => {
                string.bytes = plain;
                true
            }
            Err(_) => false,
        },
        Object::Array(items) => {
            let mut all = true;
            for item in items {
                all &= in_object(filter, key, item);
            }
            all
        }
        Object::Dictionary(dictionary) => in_dictionary(filter, key, dictionary),
        _ => true,
    }
}

/// /Contents of a signature stays as it is (clause 7.6.2).
fn in_dictionary(filter: &dyn CryptFilter, key: &[u8], dictionary: &mut Dictionary) -> bool {
    let signature = dictionary.get("ByteRange").is_some();
    let mut all = true;
    for (name, value) in dictionary.iter_mut() {
        if !(signature && name.0 == b"Contents") {
            all &= in_object(filter, key, value);
        }
    }
    all
}
