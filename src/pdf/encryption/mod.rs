//! The standard security handler (ISO 32000-2 clause 7.6): which password opens a document, what it then allows,
//! and how strings and streams are read and written.

mod cipher;
mod key;
mod password;
mod permissions;
mod primitives;

pub(crate) use cipher::{Cipher, Method, Random, is_cross_reference};
pub(crate) use password::Password;
pub(crate) use permissions::{Permission, Permissions};

use self::{
    cipher::Filters,
    key::{Key, Legacy, Modern},
};
use super::object::{Dictionary, Object};

/// How a document can be read.
#[derive(Debug)]
pub(crate) enum Access {
    /// It is not encrypted.
    Plain,
    /// Encrypted, and open.
    Open(Cipher),
    /// Encrypted, and closed.
    Closed(Closed),
}

/// Why an encrypted document does not open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Closed {
    /// The empty password does not open it, and no other was given.
    PasswordRequired,
    /// The password that was given is neither the user's nor the owner's.
    PasswordWrong,
    /// A handler that is not known here.
    Handler(String),
    /// A version of the standard handler that is not known here, or a dictionary that is broken: what is wrong.
    Dictionary(String),
}

/// Whose password opened the document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The permissions bind.
    User,
    /// They do not.
    Owner,
}

impl Access {
    /// Opens a document with a password; none is the empty one. `encrypt` and `id` are those of the trailer;
    /// `resolve` follows references.
    pub(crate) fn new<E>(
        encrypt: &Object,
        id: Option<&Object>,
        password: Option<&Password>,
        resolve: impl Fn(&Object) -> Result<Object, E>,
    ) -> Result<Self, E> {
        let Object::Dictionary(dictionary) = resolve(encrypt)? else {
            return Ok(Self::broken("/Encrypt"));
        };
        let read = Reader {
            dictionary: &dictionary,
            resolve: &resolve,
        };
        match read.value("Filter")?.as_name() {
            Some(b"Standard") => {}
            Some(handler) => {
                let handler = String::from_utf8_lossy(handler).into_owned();
                return Ok(Self::Closed(Closed::Handler(handler)));
            }
            None => return Ok(Self::broken("/Filter")),
        }
        let (version, revision) = (read.integer("V")?, read.integer("R")?);
        let (version, revision) = (version.unwrap_or(0), revision.unwrap_or(0));
        if !matches!((version, revision), (1 | 2, 2 | 3) | (4, 4) | (5, 5 | 6)) {
            return Ok(Self::broken(&format!("V {version} R {revision}")));
        }
        let Some(stated) = read.integer("P")? else {
            return Ok(Self::broken("/P"));
        };
        // 32 bits; some write them as an unsigned number.
        let bits = stated.to_le_bytes();
        let bits = u32::from_le_bytes([bits[0], bits[1], bits[2], bits[3]]);
        // Earlier versions encrypt all metadata.
        let metadata = version < 4 || read.value("EncryptMetadata")? != Object::Boolean(false);
        let filters = match version {
            4.. => match read.filters(version)? {
                Ok(filters) => filters,
                Err(fault) => return Ok(Self::Closed(Closed::Dictionary(fault))),
            },
            _ => Filters::all(Method::Rc4),
        };

        let empty = Password::new("");
        let given = password.filter(|password| !password.is_empty());
        let password = given.unwrap_or(&empty);
        let opened = if version < 5 {
            let lengths = match read.lengths(version)? {
                Some(lengths) => lengths,
                None => return Ok(Self::broken("/Length")),
            };
            let (Some(owner), Some(user)) = (read.bytes("O")?, read.bytes("U")?) else {
                return Ok(Self::broken("/O, /U"));
            };
            let legacy = Legacy {
                revision,
                owner,
                user,
                permissions: bits,
                metadata,
                id: first_part(id, &resolve)?,
                lengths,
            };
            legacy.open(password)
        } else {
            let (Some(owner), Some(user), Some(owner_key), Some(user_key)) = (
                read.bytes("O")?,
                read.bytes("U")?,
                read.bytes("OE")?,
                read.bytes("UE")?,
            ) else {
                return Ok(Self::broken("/O, /U, /OE, /UE"));
            };
            let modern = Modern {
                revision,
                owner,
                user,
                owner_key,
                user_key,
            };
            modern.open(password)
        };
        let (key, role) = match opened {
            Some(opened) => opened,
            // Only attachments are encrypted: everything else can be read by everybody.
            None if given.is_none() && filters.leave_plain() => (Key::default(), Role::User),
            None if given.is_some() => return Ok(Self::Closed(Closed::PasswordWrong)),
            None => return Ok(Self::Closed(Closed::PasswordRequired)),
        };
        let sealed = match read.bytes("Perms")? {
            Some(sealed) if version >= 5 && !key.is_empty() => Some(sealed),
            _ => None,
        };
        let permissions = Permissions::new(bits, revision, role, metadata).sealed(
            version >= 5 && !key.is_empty(),
            sealed.as_ref(),
            &key,
        );
        Ok(Self::Open(Cipher::new(
            key,
            filters,
            metadata,
            encrypt.as_reference(),
            permissions,
        )))
    }

    fn broken(what: &str) -> Self {
        Self::Closed(Closed::Dictionary(what.to_owned()))
    }
}

/// An encryption dictionary whose values may be references.
struct Reader<'a, R> {
    dictionary: &'a Dictionary,
    resolve: &'a R,
}

impl<E, R: Fn(&Object) -> Result<Object, E>> Reader<'_, R> {
    fn value(&self, key: &str) -> Result<Object, E> {
        match self.dictionary.get(key) {
            Some(value) => (self.resolve)(value),
            None => Ok(Object::Null),
        }
    }

    fn integer(&self, key: &str) -> Result<Option<i64>, E> {
        Ok(self.value(key)?.as_integer())
    }

    /// A string of a fixed length. Writers leave out zeros at the end, or add some.
    fn bytes<const N: usize>(&self, key: &str) -> Result<Option<[u8; N]>, E> {
        let value = self.value(key)?;
        Ok(value.as_string().map(|string| {
            let mut bytes = [0; N];
            for (to, from) in bytes.iter_mut().zip(&string.bytes) {
                *to = *from;
            }
            bytes
        }))
    }

    /// How long the key may be, in bytes. The password tells which is right: some writers state bytes, or
    /// nothing that fits /V.
    fn lengths(&self, version: i64) -> Result<Option<Vec<usize>>, E> {
        let stated = match self.integer("Length")?.unwrap_or(40) {
            bytes @ 5..=16 => usize::try_from(bytes).ok(),
            bits @ 40..=128 if bits.trailing_zeros() >= 3 => usize::try_from(bits >> 3).ok(),
            _ => None,
        };
        let usual = match version {
            1 => Some(5),
            4 => Some(16),
            _ => None,
        };
        let mut lengths: Vec<usize> = usual.into_iter().chain(stated).collect();
        lengths.dedup();
        Ok((!lengths.is_empty()).then_some(lengths))
    }

    /// The crypt filters (tables 20 and 25); what is wrong otherwise.
    fn filters(&self, version: i64) -> Result<Result<Filters, String>, E> {
        let mut filters = Filters::default();
        if let Object::Dictionary(named) = self.value("CF")? {
            for (name, filter) in named.iter() {
                let method = match (self.resolve)(filter)? {
                    Object::Dictionary(filter) => match filter.get("CFM") {
                        Some(method) => (self.resolve)(method)?,
                        None => Object::Null,
                    },
                    _ => Object::Null,
                };
                let method = Method::of(method.as_name().unwrap_or(b"None"), version);
                filters.named.push((name.clone(), method));
            }
        }
        for (key, place) in [("StrF", 0), ("StmF", 1), ("EFF", 2)] {
            let value = self.value(key)?;
            let Some(name) = value.as_name() else {
                continue;
            };
            let Some(method) = filters.method(name) else {
                let name = String::from_utf8_lossy(name);
                return Ok(Err(format!("/{key} /{name}")));
            };
            match place {
                0 => filters.strings = method,
                1 => filters.streams = method,
                _ => filters.embedded = Some(method),
            }
        }
        Ok(Ok(filters))
    }
}

/// The first part of /ID; empty where there is none.
fn first_part<E>(
    id: Option<&Object>,
    resolve: impl Fn(&Object) -> Result<Object, E>,
) -> Result<Vec<u8>, E> {
    let id = id.map_or(Ok(Object::Null), &resolve)?;
    let first = match id.as_array().and_then(<[Object]>::first) {
        Some(first) => resolve(first)?,
        None => Object::Null,
    };
    Ok(first
        .as_string()
        .map(|id| id.bytes.clone())
        .unwrap_or_default())
}
