//! A document as a list of revisions, read lazily.

use std::{
    collections::HashSet,
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    extent,
    filter::{self, FilterError},
    header::{self, Header},
    lex::Stop,
    notes::Notes,
    object::{Dictionary, Object, ObjectId, Stream, StreamData},
    object_stream::{Cache, ObjectStream},
    parse::{Indirect, Parser},
    repair::{self, Scan},
    revisions,
    window::parse_at,
    xref::Loader,
};
use crate::{
    error::{Error, ErrorKind, Place, Result},
    limits::{MAX_INFLATED_AGAIN_BYTES, MAX_INFLATED_BYTES, MAX_REFERENCE_STEPS, MAX_STREAM_BYTES},
    report::Finding,
    source::{self, Source},
    text::rules,
};

pub(crate) use super::revision::{Entry, Revision, XrefForm};

/// How deep reading one object may lead into reading others: a /Length in an object stream whose /Length …
const MAX_DEPTH: usize = 8;

/// An open document. Cheap to share; objects are parsed when asked for.
#[derive(Debug)]
pub(crate) struct Document {
    source: Arc<dyn Source>,
    header: Header,
    shift: u64,
    revisions: Vec<Revision>,
    rebuilt: bool,
    notes: Mutex<Notes>,
    inflatable: AtomicU64,
    inflatable_again: AtomicU64,
    /// Bytes that may still be searched for ends that /Length does not tell.
    searchable: AtomicU64,
    /// Where the object streams stand that were charged to the budget.
    charged: Mutex<HashSet<u64>>,
    cache: Mutex<Cache>,
    /// Every object found in the file, for entries that lead astray.
    scan: OnceLock<Scan>,
}

impl Document {
    /// Reads the cross-reference chain, repairing it where it must; repairs are findings.
    ///
    /// # Errors
    /// `Unreadable` when nothing can be read as PDF, `Limit`, `Io`.
    pub(crate) fn open(source: Arc<dyn Source>) -> Result<Self> {
        let mut notes = Notes::default();
        let header = header::read(&*source, &mut notes)?;
        let mut loader = Loader::new(&*source, &mut notes, MAX_INFLATED_BYTES);
        let chain = loader.chain(header.offset)?;
        let (shift, inflatable) = (loader.shift, loader.inflatable);
        let chain = match chain {
            Ok(sections) => Ok(revisions::from_sections(
                &*source, sections, &header, shift, &mut notes,
            )?),
            Err(broken) => Err(broken),
        };
        let (revisions, broken) = match chain {
            Ok(revisions) => (revisions, None),
            Err(broken) => (Vec::new(), Some(broken)),
        };
        let searchable = source
            .len()
            .saturating_mul(2)
            .saturating_add(MAX_STREAM_BYTES);
        let mut document = Self {
            source,
            header,
            shift,
            revisions,
            rebuilt: false,
            notes: Mutex::new(notes),
            inflatable: AtomicU64::new(inflatable),
            inflatable_again: AtomicU64::new(MAX_INFLATED_AGAIN_BYTES),
            searchable: AtomicU64::new(searchable),
            charged: Mutex::default(),
            cache: Mutex::default(),
            scan: OnceLock::new(),
        };
        match broken {
            Some(broken) => document.rebuild(broken)?,
            None if !document.has_catalog()? => {
                document.rebuild(Finding::new(&rules::pdf::NO_ROOT))?
            }
            None => {}
        }
        if document.is_encrypted() {
            document
                .lock_notes()
                .note(Finding::new(&rules::pdf::IS_ENCRYPTED));
        }
        Ok(document)
    }

    /// Where the bytes come from.
    pub(crate) fn source(&self) -> &Arc<dyn Source> {
        &self.source
    }

    /// Everything that is not as ISO 32000 wants it, in the order in which it was met. Grows while objects are read.
    pub(crate) fn findings(&self) -> Vec<Finding> {
        self.lock_notes().findings().to_vec()
    }

    /// Whether the cross-reference data had to be rebuilt or the file can be read in more than one way.
    /// May become true while objects are read.
    pub(crate) fn repaired(&self) -> bool {
        self.rebuilt || self.lock_notes().is_ambiguous()
    }

    /// Whether there is no cross-reference data that works: a further revision has to name every object.
    pub(crate) fn is_rebuilt(&self) -> bool {
        self.rebuilt
    }

    /// Oldest first. Never empty.
    pub(crate) fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The trailer dictionary that counts: the newest one.
    pub(crate) fn trailer(&self) -> &Dictionary {
        static NONE: OnceLock<Dictionary> = OnceLock::new();
        match self.revisions.last() {
            Some(newest) => &newest.trailer,
            None => NONE.get_or_init(Dictionary::default),
        }
    }

    /// The version in the header, `(1, 7)` for `%PDF-1.7`.
    pub(crate) fn header_version(&self) -> Option<(u8, u8)> {
        self.header.version
    }

    /// Whether the file starts with a linearization dictionary (ISO 32000-1 annex F).
    pub(crate) fn is_linearized(&self) -> bool {
        self.header.linearized
    }

    /// What has to be added to the offsets that the file states: bytes of junk before the header.
    /// [`Entry`] offsets have it in them already.
    pub(crate) fn shift(&self) -> u64 {
        self.shift
    }

    /// Whether the trailer has /Encrypt.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.revisions.iter().any(|revision| {
            revision
                .trailer
                .get("Encrypt")
                .is_some_and(|value| *value != Object::Null)
        })
    }

    /// The object as of the newest revision; `Null` for one that is free, absent or of another generation.
    ///
    /// # Errors
    /// `Limit`, `Io`; `Unsupported` in an encrypted object stream. What cannot be parsed is null and a finding.
    pub(crate) fn object(&self, id: ObjectId) -> Result<Object> {
        self.fetch(self.newest(), id, 0)
    }

    /// The object as of a revision (index into `revisions`).
    ///
    /// # Errors
    /// As [`Document::object`].
    pub(crate) fn object_at(&self, revision: usize, id: ObjectId) -> Result<Object> {
        self.fetch(revision, id, 0)
    }

    /// The entry in force as of a revision.
    pub(crate) fn entry_at(&self, revision: usize, number: u32) -> Option<Entry> {
        let known = self.revisions.get(..=revision).unwrap_or(&self.revisions);
        known
            .iter()
            .rev()
            .find_map(|revision| revision.entry(number))
    }

    /// Follows references until something else stands there (at most 32 steps).
    ///
    /// # Errors
    /// As [`Document::object`].
    pub(crate) fn resolve(&self, object: &Object) -> Result<Object> {
        self.resolve_at(self.newest(), object)
    }

    /// The same as of a revision.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub(crate) fn resolve_at(&self, revision: usize, object: &Object) -> Result<Object> {
        self.follow(revision, object, 0)
    }

    /// The stream's data with its filters undone, within the document's budget.
    ///
    /// # Errors
    /// `Limit`, `Io`; `Unsupported` for image filters and encrypted data.
    pub(crate) fn stream_data(&self, stream: &Stream) -> Result<Vec<u8>> {
        self.stream_data_at(self.newest(), stream)
    }

    /// The same as of a revision.
    ///
    /// # Errors
    /// As [`Document::stream_data`].
    pub(crate) fn stream_data_at(&self, revision: usize, stream: &Stream) -> Result<Vec<u8>> {
        self.decode(revision, stream, &self.inflatable, 0)
    }

    /// The catalog as of a revision.
    ///
    /// # Errors
    /// `Unreadable` when it has none; as [`Document::object`].
    pub(crate) fn catalog_at(&self, revision: usize) -> Result<Dictionary> {
        let known = self.revisions.get(..=revision).unwrap_or(&self.revisions);
        let root = known
            .iter()
            .rev()
            .find_map(|revision| revision.trailer.get("Root"));
        match self.resolve_at(revision, root.unwrap_or(&Object::Null))? {
            Object::Dictionary(catalog) => Ok(catalog),
            _ => Err(Error::new(ErrorKind::Unreadable, &rules::pdf::NOT_PDF).with("/Root")),
        }
    }

    /// The bytes of the file that an entry stands for: from `N G obj` to behind `endobj`; of an object in an
    /// object stream, those of that stream. `None` where no object can be read.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub(crate) fn extent(&self, revision: usize, entry: Entry) -> Result<Option<Range<u64>>> {
        let offset = match entry {
            Entry::Free { .. } => return Ok(None),
            Entry::InFile { offset, .. } => offset,
            Entry::InStream { stream, .. } => match self.entry_at(revision, stream) {
                Some(Entry::InFile { offset, .. }) => offset,
                _ => return Ok(None),
            },
        };
        let Ok(parsed) = parse_at(&*self.source, offset, |lexer| Parser::new(lexer).indirect())?
        else {
            return Ok(None);
        };
        let Some(start) = parsed.data else {
            return Ok(Some(offset..parsed.end));
        };
        let extent = self.stream_extent(revision, &parsed.object, start, 0)?;
        Ok(Some(offset..extent.end))
    }

    /// Adds a finding that does not make the document ambiguous.
    pub(crate) fn note(&self, finding: Finding) {
        self.lock_notes().note(finding);
    }

    fn newest(&self) -> usize {
        self.revisions.len().saturating_sub(1)
    }

    fn lock_notes(&self) -> MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn ambiguous(&self, finding: Finding) {
        self.lock_notes().ambiguous(finding);
    }

    fn follow(&self, revision: usize, object: &Object, depth: usize) -> Result<Object> {
        let Object::Reference(mut id) = *object else {
            return Ok(object.clone());
        };
        for _ in 0..MAX_REFERENCE_STEPS {
            match self.fetch(revision, id, depth)? {
                Object::Reference(next) => id = next,
                other => return Ok(other),
            }
        }
        let place = Place::object(id.number, id.generation);
        self.note(Finding::new(&rules::pdf::REFERENCE_LOOP).at(place));
        Ok(Object::Null)
    }

    fn fetch(&self, revision: usize, id: ObjectId, depth: usize) -> Result<Object> {
        if depth > MAX_DEPTH {
            let place = Place::object(id.number, id.generation);
            self.note(Finding::new(&rules::pdf::REFERENCE_LOOP).at(place));
            return Ok(Object::Null);
        }
        match self.entry_at(revision, id.number) {
            None | Some(Entry::Free { .. }) => Ok(Object::Null),
            Some(Entry::InFile { offset, generation }) if generation == id.generation => {
                self.in_file(revision, id, offset, depth)
            }
            Some(Entry::InStream { stream, index }) if id.generation == 0 => {
                self.in_stream(revision, id.number, stream, index, depth)
            }
            Some(_) => Ok(Object::Null),
        }
    }

    /// The object that stands at an offset.
    fn in_file(&self, revision: usize, id: ObjectId, offset: u64, depth: usize) -> Result<Object> {
        let parsed = parse_at(&*self.source, offset, |lexer| Parser::new(lexer).indirect())?;
        let place = Place::object(id.number, id.generation).at_offset(offset);
        match parsed {
            Ok(parsed) if parsed.id == id => self.finish(revision, parsed, place, depth),
            Ok(_) => self.misplaced(revision, id, offset, depth),
            Err(Stop::Limit { offset }) => Err(too_large(offset)),
            Err(Stop::Malformed {
                expected: "N G obj",
                ..
            }) => self.misplaced(revision, id, offset, depth),
            Err(Stop::Malformed { offset, expected }) => {
                self.ambiguous(
                    Finding::new(&rules::pdf::BAD_OBJECT)
                        .with(expected)
                        .at(place.at_offset(offset)),
                );
                Ok(Object::Null)
            }
            Err(Stop::Incomplete) => Ok(Object::Null),
        }
    }

    /// A parsed object, as a stream where data follows it.
    fn finish(
        &self,
        revision: usize,
        parsed: Indirect,
        place: Place,
        depth: usize,
    ) -> Result<Object> {
        if !parsed.proper {
            self.note(Finding::new(&rules::pdf::NO_ENDOBJ).at(place));
        }
        let Some(start) = parsed.data else {
            return Ok(parsed.object);
        };
        let extent = self.stream_extent(revision, &parsed.object, start, depth)?;
        if !extent.as_stated {
            self.ambiguous(Finding::new(&rules::pdf::WRONG_LENGTH).at(place));
        }
        match parsed.object {
            Object::Dictionary(dictionary) => Ok(Object::Stream(Stream {
                dictionary,
                data: StreamData::File(extent.data),
            })),
            other => Ok(other),
        }
    }

    fn stream_extent(
        &self,
        revision: usize,
        dictionary: &Object,
        start: u64,
        depth: usize,
    ) -> Result<extent::Extent> {
        let length = match dictionary
            .as_dictionary()
            .and_then(|dictionary| dictionary.get("Length"))
        {
            Some(reference @ Object::Reference(_)) => self
                .follow(revision, reference, depth.saturating_add(1))?
                .as_integer(),
            Some(length) => length.as_integer(),
            None => None,
        };
        let left = self.searchable.load(Ordering::Relaxed);
        let bound = start.saturating_add(left).min(self.source.len());
        let extent = extent::of_stream(&*self.source, start, length, bound)?;
        if !extent.as_stated {
            if left == 0 {
                return Err(Error::new(ErrorKind::Limit, &rules::pdf::LIMIT)
                    .with("searched bytes")
                    .at(Place::offset(start)));
            }
            let searched = extent.end.saturating_sub(start).max(1);
            self.searchable
                .store(left.saturating_sub(searched), Ordering::Relaxed);
        }
        Ok(extent)
    }

    /// An entry that does not lead to its object: the last definition that the revision could know.
    fn misplaced(
        &self,
        revision: usize,
        id: ObjectId,
        offset: u64,
        depth: usize,
    ) -> Result<Object> {
        let place = Place::object(id.number, id.generation).at_offset(offset);
        self.ambiguous(
            Finding::new(&rules::pdf::MISPLACED)
                .with(id.number)
                .at(place),
        );
        let end = self
            .revisions
            .get(revision)
            .map_or(u64::MAX, |revision| revision.end);
        let found = self.scan()?.last_before(id, end);
        let Some(offset) = found else {
            return Ok(Object::Null);
        };
        match parse_at(&*self.source, offset, |lexer| Parser::new(lexer).indirect())? {
            Ok(parsed) if parsed.id == id => self.finish(revision, parsed, place, depth),
            _ => Ok(Object::Null),
        }
    }

    fn scan(&self) -> Result<&Scan> {
        if let Some(scan) = self.scan.get() {
            return Ok(scan);
        }
        let scan = repair::scan(&*self.source)?;
        Ok(self.scan.get_or_init(|| scan))
    }

    /// An object of an object stream.
    fn in_stream(
        &self,
        revision: usize,
        number: u32,
        container: u32,
        index: u32,
        depth: usize,
    ) -> Result<Object> {
        let place = Place::object(container, 0);
        let Some(Entry::InFile { offset, generation }) = self.entry_at(revision, container) else {
            self.ambiguous(
                Finding::new(&rules::pdf::BAD_OBJECT_STREAM)
                    .with("cross-reference")
                    .at(place),
            );
            return Ok(Object::Null);
        };
        let id = ObjectId {
            number: container,
            generation,
        };
        let Some(stream) = self.object_stream(revision, id, offset, depth.saturating_add(1))?
        else {
            return Ok(Object::Null);
        };
        let place = Place::object(number, 0);
        let Some((at, as_stated)) = stream.find(number, index) else {
            self.ambiguous(Finding::new(&rules::pdf::MISPLACED).with(number).at(place));
            return Ok(Object::Null);
        };
        if !as_stated {
            self.note(
                Finding::new(&rules::pdf::WRONG_INDEX)
                    .with(number)
                    .at(place),
            );
        }
        match stream.object(at) {
            Ok(object) => Ok(object),
            Err(Stop::Malformed { expected, .. }) => {
                self.ambiguous(
                    Finding::new(&rules::pdf::BAD_OBJECT)
                        .with(expected)
                        .at(place),
                );
                Ok(Object::Null)
            }
            Err(_) => Err(too_large(offset)),
        }
    }

    /// An object stream, out of the cache where it is there.
    pub(super) fn object_stream(
        &self,
        revision: usize,
        id: ObjectId,
        offset: u64,
        depth: usize,
    ) -> Result<Option<Arc<ObjectStream>>> {
        if let Some(stream) = self
            .cache
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(offset)
        {
            return Ok(Some(stream));
        }
        let place = Place::object(id.number, id.generation).at_offset(offset);
        let Object::Stream(stream) = self.fetch(revision, id, depth)? else {
            self.ambiguous(
                Finding::new(&rules::pdf::BAD_OBJECT_STREAM)
                    .with("stream")
                    .at(place),
            );
            return Ok(None);
        };
        let first_time = self
            .charged
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(offset);
        let budget = if first_time {
            &self.inflatable
        } else {
            &self.inflatable_again
        };
        let data = self.decode(revision, &stream, budget, depth)?;
        match ObjectStream::new(&stream.dictionary, data) {
            Ok(stream) => {
                let stream = Arc::new(stream);
                self.cache
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .put(offset, &stream);
                Ok(Some(stream))
            }
            Err(what) => {
                self.ambiguous(
                    Finding::new(&rules::pdf::BAD_OBJECT_STREAM)
                        .with(what)
                        .at(place),
                );
                Ok(None)
            }
        }
    }

    fn decode(
        &self,
        revision: usize,
        stream: &Stream,
        budget: &AtomicU64,
        depth: usize,
    ) -> Result<Vec<u8>> {
        let (raw, place) = match &stream.data {
            StreamData::Memory(raw) => (raw.as_slice().into(), Place::default()),
            StreamData::File(range) => {
                let place = Place::offset(range.start);
                if self.is_encrypted()
                    && !stream
                        .dictionary
                        .get("Type")
                        .is_some_and(|t| t.is_name("XRef"))
                {
                    return Err(
                        Error::new(ErrorKind::Unsupported, &rules::pdf::ENCRYPTED).at(place)
                    );
                }
                let length = range.end.saturating_sub(range.start);
                if length > MAX_STREAM_BYTES {
                    return Err(limit("stream bytes", place));
                }
                (source::window(&*self.source, range.start, length)?, place)
            }
        };
        let steps = filter::steps(&stream.dictionary, |object| {
            self.follow(revision, object, depth.saturating_add(1))
        })?;
        let bound = budget.load(Ordering::Relaxed).min(MAX_STREAM_BYTES);
        let bound = usize::try_from(bound).unwrap_or(usize::MAX);
        match steps.and_then(|steps| filter::decode(&raw, &steps, bound)) {
            Ok(decoded) => {
                let used = decoded.data.len() as u64;
                let left = budget.load(Ordering::Relaxed).saturating_sub(used);
                budget.store(left, Ordering::Relaxed);
                if decoded.damaged {
                    self.ambiguous(Finding::new(&rules::pdf::DAMAGED_STREAM).at(place));
                }
                Ok(decoded.data)
            }
            Err(FilterError::Limit) => Err(limit("inflated bytes", place)),
            Err(FilterError::Unsupported(name)) => Err(Error::new(
                ErrorKind::Unsupported,
                &rules::pdf::FILTER_UNSUPPORTED,
            )
            .with(name)
            .at(place)),
        }
    }

    /// Whether the newest trailer leads to a catalog. One that is encrypted away counts.
    fn has_catalog(&self) -> Result<bool> {
        match self.catalog_at(self.newest()) {
            Ok(catalog) => Ok(catalog.get("Pages").is_some()),
            Err(error) => match error.kind() {
                ErrorKind::Unreadable => Ok(false),
                ErrorKind::Unsupported if self.is_encrypted() => Ok(true),
                _ => Err(error),
            },
        }
    }

    /// Replaces the cross-reference data by what a scan of the file finds.
    fn rebuild(&mut self, cause: Finding) -> Result<()> {
        let scan = repair::scan(&*self.source)?;
        let count = scan.len();
        self.lock_notes().ambiguous(cause);
        self.rebuilt = true;
        self.scan = OnceLock::new();
        self.revisions = vec![scan.revision(&*self.source)?];
        repair::add_object_streams(self, &scan)?;
        if self.trailer().get("Root").is_none()
            && let Some(root) = repair::find_catalog(self, &scan)?
            && let Some(newest) = self.revisions.last_mut()
        {
            newest.trailer.set("Root", root);
        }
        if !self.has_catalog()? {
            return Err(Error::new(ErrorKind::Unreadable, &rules::pdf::NOT_PDF).with("/Root"));
        }
        self.note(Finding::new(&rules::pdf::REBUILT).with(count));
        let _ = self.scan.set(scan);
        Ok(())
    }

    /// For repair: entries of object streams that the scan could not see.
    pub(super) fn add_entries(&mut self, entries: Vec<(u32, Entry)>) {
        if let Some(newest) = self.revisions.last_mut() {
            newest.entries = entries;
        }
    }
}

fn limit(what: &str, place: Place) -> Error {
    Error::new(ErrorKind::Limit, &rules::pdf::LIMIT)
        .with(what)
        .at(place)
}

fn too_large(offset: u64) -> Error {
    limit("object", Place::offset(offset))
}
