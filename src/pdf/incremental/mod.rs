//! Appended revisions (ISO 32000-1 clause 7.5.6): an editor that never touches the bytes that are there.
//!
//! A revision takes the form of the section before it: readers see nothing of a table behind a cross-reference
//! stream. A hybrid file gets a table without /XRefStm, since the stream it named is the older section's.
//!
//! `section` writes the cross-reference data, `gap` the signature dictionary.

mod gap;
mod section;

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
    sync::Arc,
};

use super::{
    document::{Document, Entry, XrefForm},
    encryption::Random,
    object::{Dictionary, Object, ObjectId, PdfString},
    write,
};
use crate::{
    error::{Error, ErrorKind, Result},
    limits::{MAX_OBJECTS, MAX_REFERENCE_STEPS, MAX_SIGNED_BYTES, MAX_TABLE_OFFSET},
    source,
    text::rules,
};

/// Trailer entries that belong to one section and are not carried over (tables 15, 17 and 5).
const OF_ONE_SECTION: [&str; 13] = [
    "Size",
    "Prev",
    "XRefStm",
    "Type",
    "Index",
    "W",
    "Length",
    "Filter",
    "DecodeParms",
    "F",
    "FFilter",
    "FDecodeParms",
    "DL",
];

/// Where the hole for a signature value lies. Offsets count from the start of the file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// From the `<` to behind the `>` of /Contents.
    pub(crate) range: Range<u64>,
    /// The end of the revision.
    pub(crate) end: u64,
}

/// Makes the second /ID out of the first one and the revision's bytes.
type Fingerprint<'a> = dyn Fn(&[u8], &[u8]) -> Vec<u8> + 'a;

/// What a revision takes from outside.
pub(crate) struct Means<'a> {
    /// Makes the second /ID (clause 14.4).
    pub(crate) fingerprint: &'a Fingerprint<'a>,
    /// Makes initialisation vectors in an encrypted document.
    pub(crate) random: &'a Random<'a>,
}

/// A document with changes: those of revisions that were appended, and those that wait for the next.
pub(crate) struct Editor {
    base: Arc<Document>,
    /// The newest value of each object that was changed or added.
    objects: BTreeMap<u32, (u16, Object)>,
    pending: BTreeSet<u32>,
    appended: Vec<u8>,
    /// What every later trailer repeats.
    trailer: Dictionary,
    form: XrefForm,
    /// The offset of the last section, as a /Prev says it. `None` where there is none that works: then
    /// the next section names every object.
    previous: Option<u64>,
    /// One more than the highest object number that was ever in use or declared.
    size: u32,
}

impl Editor {
    /// Starts behind the newest revision.
    ///
    /// # Errors
    /// `Limit` when the file declares more objects than ISO 32000 allows; `Io`.
    pub(crate) fn new(base: Arc<Document>) -> Result<Self> {
        let mut trailer = base.trailer().clone();
        for key in OF_ONE_SECTION {
            trailer.remove(key);
        }
        let size = base.free_number()?;
        let last = base.revisions().last();
        let form = last.map_or(XrefForm::Table, |revision| revision.form);
        let previous = last
            .map(|revision| revision.xref_offset)
            .filter(|_| !base.is_rebuilt());
        let mut editor = Self {
            base,
            objects: BTreeMap::new(),
            pending: BTreeSet::new(),
            appended: Vec::new(),
            trailer,
            form,
            previous,
            size,
        };
        if previous.is_none() && editor.has_compressed_objects() {
            editor.form = XrefForm::Stream;
        }
        let length = editor.base.source().len();
        let last_byte = source::window(&**editor.base.source(), length.saturating_sub(1), 1)?;
        if !matches!(last_byte.first(), Some(b'\n' | b'\r')) {
            editor.appended.push(b'\n');
        }
        Ok(editor)
    }

    pub(crate) fn base(&self) -> &Arc<Document> {
        &self.base
    }

    /// What every trailer says: /Root, /Info, /ID.
    pub(crate) fn trailer(&self) -> &Dictionary {
        &self.trailer
    }

    /// Everything behind the base.
    pub(crate) fn appended(&self) -> &[u8] {
        &self.appended
    }

    /// Length of base and appended bytes together.
    pub(crate) fn len(&self) -> u64 {
        self.base
            .source()
            .len()
            .saturating_add(self.appended.len() as u64)
    }

    pub(crate) fn into_appended(self) -> Vec<u8> {
        self.appended
    }

    /// The object as it stands now.
    pub(crate) fn get(&self, id: ObjectId) -> Result<Object> {
        match self.objects.get(&id.number) {
            Some((generation, object)) if *generation == id.generation => Ok(object.clone()),
            Some(_) => Ok(Object::Null),
            None => self.base.object(id),
        }
    }

    /// Follows references until something else stands there.
    pub(crate) fn resolve(&self, object: &Object) -> Result<Object> {
        Ok(self.locate(object)?.1)
    }

    /// The same, with the id of what was found, where it is an indirect object.
    pub(crate) fn locate(&self, object: &Object) -> Result<(Option<ObjectId>, Object)> {
        let mut found = (None, object.clone());
        for _ in 0..MAX_REFERENCE_STEPS {
            match found {
                (_, Object::Reference(id)) => found = (Some(id), self.get(id)?),
                other => return Ok(other),
            }
        }
        Ok((None, Object::Null))
    }

    /// What stands at a key, references followed; `Null` where nothing does.
    pub(crate) fn value(&self, dictionary: &Dictionary, key: &str) -> Result<Object> {
        dictionary
            .get(key)
            .map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// Changes an object that exists.
    pub(crate) fn set(&mut self, id: ObjectId, object: impl Into<Object>) {
        self.objects
            .insert(id.number, (id.generation, object.into()));
        self.pending.insert(id.number);
    }

    /// Takes a new object number.
    pub(crate) fn reserve(&mut self) -> ObjectId {
        let number = self.size;
        self.size = self.size.saturating_add(1);
        ObjectId {
            number,
            generation: 0,
        }
    }

    /// Adds an object under a new number.
    pub(crate) fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.reserve();
        self.set(id, object);
        id
    }

    /// Appends a revision with the pending changes. The signature dictionary stands last, with a /ByteRange
    /// over everything but its /Contents, which has room for `room` bytes and is filled with zeros. In an encrypted
    /// document everything is encrypted but that value (ISO 32000-2 clause 7.6.2).
    ///
    /// # Errors
    /// `Limit` when the file would get too large or have too many objects; those of `means`.
    pub(crate) fn append_signed(
        &mut self,
        signature: ObjectId,
        dictionary: &Dictionary,
        room: usize,
        means: &Means<'_>,
    ) -> Result<Gap> {
        let start = self.appended.len();
        let mut offsets = BTreeMap::new();
        for number in std::mem::take(&mut self.pending) {
            if let Some((generation, object)) = self.objects.get(&number) {
                let id = ObjectId {
                    number,
                    generation: *generation,
                };
                offsets.insert(number, (self.len(), id.generation));
                match self.base.cipher() {
                    Some(cipher) => {
                        let mut secret = object.clone();
                        cipher.encrypt(id, &mut secret, means.random)?;
                        write::indirect(&mut self.appended, id, &secret);
                    }
                    None => write::indirect(&mut self.appended, id, object),
                }
            }
        }

        offsets.insert(signature.number, (self.len(), signature.generation));
        self.objects.insert(
            signature.number,
            (signature.generation, dictionary.clone().into()),
        );
        // Twice the room for the hex digits, and what follows them.
        let estimate = self
            .len()
            .saturating_add((room as u64).saturating_mul(2))
            .saturating_add(1 << 24);
        let mut value = Object::Dictionary(dictionary.clone());
        if let Some(cipher) = self.base.cipher() {
            cipher.encrypt(signature, &mut value, means.random)?;
        }
        let slots = gap::write(&mut self.appended, signature, &value, room, estimate);
        let gap_start = self.absolute(slots.contents.start);
        let gap_end = self.absolute(slots.contents.end);

        self.change_id(start, means.fingerprint);
        self.write_section(offsets)?;
        let end = self.len();
        if end > MAX_SIGNED_BYTES {
            return Err(Error::new(ErrorKind::Limit, &rules::sign::TOO_LARGE));
        }
        let numbers = [gap_start, gap_end, end.saturating_sub(gap_end)];
        for (slot, number) in slots.numbers.into_iter().zip(numbers) {
            gap::fill(&mut self.appended, slot, &number.to_string());
        }
        Ok(Gap {
            range: gap_start..gap_end,
            end,
        })
    }

    /// Writes a signature value into its gap; what is left of the gap stays zero.
    ///
    /// # Errors
    /// `Limit` when it does not fit.
    pub(crate) fn fill(&mut self, gap: &Gap, value: &[u8]) -> Result<()> {
        let base = self.base.source().len();
        let digits = usize::try_from(gap.range.start.saturating_sub(base).saturating_add(1))
            .ok()
            .zip(usize::try_from(gap.range.end.saturating_sub(base).saturating_sub(1)).ok())
            .and_then(|(from, to)| self.appended.get_mut(from..to));
        match digits {
            Some(digits) if digits.len() / 2 >= value.len() => {
                for (pair, byte) in digits.chunks_exact_mut(2).zip(value) {
                    pair.copy_from_slice(&gap::hex_digits(*byte));
                }
                Ok(())
            }
            _ => Err(Error::new(ErrorKind::Limit, &rules::sign::NO_ROOM)
                .with(value.len())
                .with(digits.map_or(0, |digits| digits.len() / 2))),
        }
    }

    fn absolute(&self, position: usize) -> u64 {
        self.base.source().len().saturating_add(position as u64)
    }

    fn has_compressed_objects(&self) -> bool {
        let newest = self.base.revisions().len().saturating_sub(1);
        (0..self.size)
            .any(|n| matches!(self.base.entry_at(newest, n), Some(Entry::InStream { .. })))
    }

    /// The first /ID stays, the second is that of this revision. A file without one stays without.
    fn change_id(&mut self, start: usize, fingerprint: &Fingerprint<'_>) {
        let Ok(Object::Array(parts)) = self.value(&self.trailer, "ID") else {
            return;
        };
        let [Object::String(first), _] = parts.as_slice() else {
            return;
        };
        let bytes = fingerprint(&first.bytes, self.appended.get(start..).unwrap_or_default());
        let second = PdfString {
            bytes,
            hex: true,
            span: None,
            malformed: false,
        };
        let first = PdfString {
            hex: true,
            ..first.clone()
        };
        self.trailer
            .set("ID", vec![Object::String(first), Object::String(second)]);
    }

    /// The cross-reference section with its trailer, `startxref` and `%%EOF`.
    fn write_section(&mut self, mut offsets: BTreeMap<u32, (u64, u16)>) -> Result<()> {
        let at = self.len();
        let as_stream = self.form == XrefForm::Stream || at > MAX_TABLE_OFFSET;
        if as_stream {
            let id = self.reserve();
            offsets.insert(id.number, (at, 0));
        }
        if self.size > MAX_OBJECTS {
            return Err(Error::new(ErrorKind::Limit, &rules::sign::TOO_MANY_OBJECTS));
        }
        let mut rows = BTreeMap::new();
        if self.previous.is_none() {
            rows.extend(self.all_rows());
        }
        rows.extend(
            offsets.into_iter().map(|(number, (offset, generation))| {
                (number, Entry::InFile { offset, generation })
            }),
        );

        let mut trailer = Dictionary::default();
        trailer.set("Size", i64::from(self.size));
        if let Some(previous) = self.previous {
            trailer.set("Prev", i64::try_from(previous).unwrap_or(i64::MAX));
        }
        for (key, value) in self.trailer.iter() {
            trailer.set(key.clone(), value.clone());
        }
        let shift = self.base.shift();
        let start = self.written_offset(at);
        if as_stream {
            let id = ObjectId {
                number: self.size.saturating_sub(1),
                generation: 0,
            };
            write::indirect(
                &mut self.appended,
                id,
                &section::stream(&rows, trailer, shift).into(),
            );
            self.form = XrefForm::Stream;
        } else {
            section::table(&mut self.appended, &rows, shift);
            self.appended.extend_from_slice(b"trailer\n");
            write::dictionary(&mut self.appended, &trailer);
            self.appended.push(b'\n');
        }
        self.appended
            .extend_from_slice(format!("startxref\n{start}\n%%EOF\n").as_bytes());
        self.previous = Some(start);
        Ok(())
    }

    /// As the base's own offsets count: from the `%` of `%PDF`, where it counts so.
    fn written_offset(&self, absolute: u64) -> u64 {
        absolute.saturating_sub(self.base.shift())
    }

    /// Every object of the base, for a section that stands alone.
    fn all_rows(&self) -> BTreeMap<u32, Entry> {
        let newest = self.base.revisions().len().saturating_sub(1);
        let mut rows: BTreeMap<u32, Entry> = (0..self.size)
            .filter_map(|n| Some((n, self.base.entry_at(newest, n)?)))
            .collect();
        rows.insert(
            0,
            Entry::Free {
                generation: u16::MAX,
            },
        );
        rows
    }
}

impl std::fmt::Debug for Editor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "Editor({} bytes appended, {} pending)",
            self.appended.len(),
            self.pending.len()
        )
    }
}
