//! The object model (ISO 32000-1 clause 7.3). Values own their bytes; strings and streams remember where they stood.

use std::{
    collections::{HashMap, hash_map::Entry as Slot},
    fmt,
    ops::Range,
};

/// Number and generation of an indirect object.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct ObjectId {
    pub(crate) number: u32,
    pub(crate) generation: u16,
}

impl fmt::Debug for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} R", self.number, self.generation)
    }
}

/// A name without its slash, `#` escapes resolved. Bytes, since names need not be UTF-8.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Name(pub(crate) Vec<u8>);

impl From<&str> for Name {
    fn from(text: &str) -> Self {
        Self(text.as_bytes().to_vec())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "/{}", String::from_utf8_lossy(&self.0))
    }
}

/// A string object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PdfString {
    /// Decoded (escapes or hex digits resolved), and decrypted where the document could be opened.
    pub(crate) bytes: Vec<u8>,
    /// Written as `<…>`, and to be written so.
    pub(crate) hex: bool,
    /// From the opening to behind the closing delimiter, as bytes of the file; `None` for strings that were
    /// made in memory or read out of an object stream.
    pub(crate) span: Option<Range<u64>>,
    /// Hex digits only: their number was odd, or other bytes than digits and white space stood between them.
    pub(crate) malformed: bool,
}

/// A stream object: its dictionary and where its raw data stands.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Stream {
    pub(crate) dictionary: Dictionary,
    pub(crate) data: StreamData,
}

/// The raw (still filtered) data of a stream.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum StreamData {
    /// In the file.
    File(Range<u64>),
    /// In the file, encrypted as part of this object.
    Encrypted(Range<u64>, ObjectId),
    /// Made in memory.
    Memory(Vec<u8>),
}

impl StreamData {
    pub(crate) fn is_empty(&self) -> bool {
        match self {
            Self::File(range) | Self::Encrypted(range, _) => range.is_empty(),
            Self::Memory(data) => data.is_empty(),
        }
    }
}

/// Any object.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Object {
    Null,
    Boolean(bool),
    Integer(i64),
    Real(f64),
    Name(Name),
    String(PdfString),
    Array(Vec<Object>),
    Dictionary(Dictionary),
    Stream(Stream),
    Reference(ObjectId),
}

/// A dictionary in the order of the file. A key that stands twice is kept and told by [`Dictionary::duplicates`].
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Dictionary {
    entries: Vec<(Name, Object)>,
    duplicates: Vec<Name>,
}

impl Dictionary {
    /// As a reader does: of a key that stands twice the last value counts, and the key is noted.
    pub(crate) fn from_file(read: Vec<(Name, Object)>) -> Self {
        let mut dictionary = Self::default();
        if read.len() <= 16 {
            for (key, value) in read {
                dictionary.read(key, value);
            }
            return dictionary;
        }
        // Large ones by a map: a hostile dictionary may have a million keys.
        let mut places = HashMap::with_capacity(read.len());
        for (key, value) in read {
            match places.entry(key.clone()) {
                Slot::Vacant(slot) => {
                    slot.insert(dictionary.entries.len());
                    dictionary.entries.push((key, value));
                }
                Slot::Occupied(slot) => {
                    if let Some(entry) = dictionary.entries.get_mut(*slot.get()) {
                        entry.1 = value;
                    }
                    dictionary.duplicates.push(key);
                }
            }
        }
        dictionary
    }

    /// The value of a key; of a key that stands twice, the last, as most readers do.
    pub(crate) fn get(&self, key: &str) -> Option<&Object> {
        self.entries
            .iter()
            .find(|(name, _)| name.0 == key.as_bytes())
            .map(|(_, value)| value)
    }

    /// Sets a key, replacing its value where it stands. Returns whether it stood there.
    pub(crate) fn set(&mut self, key: impl Into<Name>, value: impl Into<Object>) -> bool {
        let (key, value) = (key.into(), value.into());
        if let Some(entry) = self.entries.iter_mut().find(|(name, _)| *name == key) {
            entry.1 = value;
            return true;
        }
        self.entries.push((key, value));
        false
    }

    /// Takes a key out.
    pub(crate) fn remove(&mut self, key: &str) -> Option<Object> {
        let at = self
            .entries
            .iter()
            .position(|(name, _)| name.0 == key.as_bytes())?;
        Some(self.entries.remove(at).1)
    }

    /// As a reader does: sets, and notes a key that stands twice.
    pub(crate) fn read(&mut self, key: Name, value: Object) {
        if self.set(key.clone(), value) {
            self.duplicates.push(key);
        }
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&Name, &Object)> {
        self.entries.iter().map(|(key, value)| (key, value))
    }

    /// The same, to change values in place.
    pub(crate) fn iter_mut(&mut self) -> impl Iterator<Item = (&Name, &mut Object)> {
        self.entries.iter_mut().map(|(key, value)| (&*key, value))
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let entry = |(key, value): &(Name, Object)| {
            key.0
                .len()
                .saturating_add(value.weight())
                .saturating_add(24)
        };
        self.entries
            .iter()
            .map(entry)
            .fold(48, usize::saturating_add)
    }

    /// Keys that stood more than once in the file.
    pub(crate) fn duplicates(&self) -> &[Name] {
        &self.duplicates
    }
}

impl Object {
    pub(crate) fn name(text: &str) -> Self {
        Self::Name(text.into())
    }

    /// A literal string made in memory.
    pub(crate) fn string(bytes: impl Into<Vec<u8>>) -> Self {
        Self::String(PdfString {
            bytes: bytes.into(),
            hex: false,
            span: None,
            malformed: false,
        })
    }

    /// About how many bytes of memory it takes.
    pub(crate) fn weight(&self) -> usize {
        let inside = match self {
            Self::Name(name) => name.0.len(),
            Self::String(string) => string.bytes.len(),
            Self::Array(items) => items
                .iter()
                .map(Self::weight)
                .fold(0, usize::saturating_add),
            Self::Dictionary(dictionary) => dictionary.weight(),
            Self::Stream(stream) => stream.dictionary.weight(),
            _ => 0,
        };
        inside.saturating_add(size_of::<Self>())
    }

    pub(crate) fn as_integer(&self) -> Option<i64> {
        match self {
            Self::Integer(value) => Some(*value),
            _ => None,
        }
    }

    /// An integer or a real.
    #[expect(clippy::cast_precision_loss, reason = "coordinates lie far below 2^52")]
    pub(crate) fn as_number(&self) -> Option<f64> {
        match self {
            Self::Integer(value) => Some(*value as f64),
            Self::Real(value) => Some(*value),
            _ => None,
        }
    }

    pub(crate) fn as_name(&self) -> Option<&[u8]> {
        match self {
            Self::Name(name) => Some(&name.0),
            _ => None,
        }
    }

    pub(crate) fn is_name(&self, text: &str) -> bool {
        self.as_name() == Some(text.as_bytes())
    }

    pub(crate) fn as_string(&self) -> Option<&PdfString> {
        match self {
            Self::String(string) => Some(string),
            _ => None,
        }
    }

    pub(crate) fn as_array(&self) -> Option<&[Object]> {
        match self {
            Self::Array(items) => Some(items),
            _ => None,
        }
    }

    /// The dictionary of a dictionary or of a stream.
    pub(crate) fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(dictionary) => Some(dictionary),
            Self::Stream(stream) => Some(&stream.dictionary),
            _ => None,
        }
    }

    pub(crate) fn as_stream(&self) -> Option<&Stream> {
        match self {
            Self::Stream(stream) => Some(stream),
            _ => None,
        }
    }

    pub(crate) fn as_reference(&self) -> Option<ObjectId> {
        match self {
            Self::Reference(id) => Some(*id),
            _ => None,
        }
    }
}

impl From<i64> for Object {
    fn from(value: i64) -> Self {
        Self::Integer(value)
    }
}

impl From<ObjectId> for Object {
    fn from(id: ObjectId) -> Self {
        Self::Reference(id)
    }
}

impl From<Dictionary> for Object {
    fn from(dictionary: Dictionary) -> Self {
        Self::Dictionary(dictionary)
    }
}

impl From<Vec<Object>> for Object {
    fn from(items: Vec<Object>) -> Self {
        Self::Array(items)
    }
}

impl From<Stream> for Object {
    fn from(stream: Stream) -> Self {
        Self::Stream(stream)
    }
}
