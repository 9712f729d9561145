//! How objects and streams are read.

use std::sync::{Arc, PoisonError};

use super::{Document, Entry};
use crate::{
    error::{Error, ErrorKind, Place, Result},
    limits::{MAX_REFERENCE_STEPS, MAX_STREAM_BYTES},
    pdf::{
        budget::{Budget, charge_parsing, exceeded},
        encryption::{Access, Method, is_cross_reference},
        extent,
        filter::{self, FilterError},
        lex::{Lexed, Stop},
        object::{Object, ObjectId, Stream, StreamData},
        object_stream::ObjectStream,
        parse::{Indirect, Parser},
        repair::{self, Scan},
        window::parse_counted,
    },
    report::Finding,
    source,
    text::rules,
};

/// How deep reading one object may lead into reading others: a /Length in an object stream whose /Length …
const MAX_DEPTH: usize = 8;

impl Document {
    pub(super) fn follow(&self, revision: usize, object: &Object, depth: usize) -> Result<Object> {
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

    pub(super) fn fetch(&self, revision: usize, id: ObjectId, depth: usize) -> Result<Object> {
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
        let parsed = self.parse(offset)?;
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
        let id = parsed.id;
        let mut object = parsed.object;
        if let Access::Open(cipher) = &*self.access
            && !cipher.decrypt_strings(id, &mut object)
        {
            self.note(Finding::new(&rules::pdf::STRING_LOCKED).at(place));
        }
        let Some(start) = parsed.data else {
            return Ok(object);
        };
        let extent = self.stream_extent(revision, &object, start, depth)?;
        if !extent.as_stated {
            self.ambiguous(Finding::new(&rules::pdf::WRONG_LENGTH).at(place));
        }
        match object {
            Object::Dictionary(dictionary) => {
                let method = match &*self.access {
                    Access::Open(cipher) => cipher.stream_method(&dictionary, |object| {
                        self.follow(revision, object, depth.saturating_add(1))
                    })?,
                    Access::Plain | Access::Closed(_) => Ok(Method::Identity),
                };
                let data = match method {
                    Ok(Method::Identity) => StreamData::File(extent.data),
                    _ => StreamData::Encrypted(extent.data, id),
                };
                Ok(Object::Stream(Stream { dictionary, data }))
            }
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
        let length = self.stated_length(revision, dictionary, depth)?;
        extent::of_stream(&*self.source, start, length, &self.budgets.searched)
    }

    /// What /Length says.
    fn stated_length(
        &self,
        revision: usize,
        dictionary: &Object,
        depth: usize,
    ) -> Result<Option<i64>> {
        let dictionary = dictionary.as_dictionary();
        Ok(match dictionary.and_then(|stream| stream.get("Length")) {
            Some(reference @ Object::Reference(_)) => self
                .follow(revision, reference, depth.saturating_add(1))?
                .as_integer(),
            Some(length) => length.as_integer(),
            None => None,
        })
    }

    /// Where the object that starts at an offset ends, behind its `endobj`; `None` where none starts there.
    ///
    /// # Errors
    /// `Limit`, `Io`.
    pub(crate) fn end_of(&self, revision: usize, offset: u64) -> Result<Option<u64>> {
        let Ok(parsed) = self.parse(offset)? else {
            return Ok(None);
        };
        match parsed.data {
            Some(start) => {
                let extent = self.stream_extent(revision, &parsed.object, start, 0)?;
                Ok(Some(extent.end))
            }
            None => Ok(Some(parsed.end)),
        }
    }

    /// How far the object that starts at an offset reaches: to its end, or as far as its /Length says, since some readers
    /// take that without a look at what stands there. Nothing where no object starts there.
    ///
    /// # Errors
    /// `Limit`, `Io`.
    pub(crate) fn reach_of(&self, revision: usize, offset: u64) -> Result<u64> {
        let Ok(parsed) = self.parse(offset)? else {
            return Ok(offset);
        };
        let Some(start) = parsed.data else {
            return Ok(parsed.end);
        };
        let stated = self.stated_length(revision, &parsed.object, 0)?;
        let extent = extent::of_stream(&*self.source, start, stated, &self.budgets.searched)?;
        let stated = stated.and_then(|length| u64::try_from(length).ok());
        Ok(extent.end.max(start.saturating_add(stated.unwrap_or(0))))
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
        match self.parse(offset)? {
            Ok(parsed) if parsed.id == id => self.finish(revision, parsed, place, depth),
            _ => Ok(Object::Null),
        }
    }

    fn scan(&self) -> Result<&Scan> {
        if let Some(scan) = self.scan.get() {
            return Ok(scan);
        }
        // A search through the whole file is more than what decides nothing is worth.
        if self.is_aside {
            return Err(exceeded("searched bytes", Place::default()));
        }
        let scan = repair::scan(&*self.source, &self.budgets, &self.watch)?;
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
        let (object, read) = stream.object(at);
        charge_parsing(&self.budgets.parsed, read, offset)?;
        match object {
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
    pub(in crate::pdf) fn object_stream(
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
            &self.budgets.inflated
        } else {
            &self.budgets.inflated_again
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

    pub(super) fn decode(
        &self,
        revision: usize,
        stream: &Stream,
        budget: &Budget,
        depth: usize,
    ) -> Result<Vec<u8>> {
        let (raw, place) = match &stream.data {
            StreamData::Memory(raw) => (raw.as_slice().into(), Place::default()),
            StreamData::File(range) | StreamData::Encrypted(range, _) => {
                let place = Place::offset(range.start);
                if matches!(*self.access, Access::Closed(_))
                    && !is_cross_reference(&stream.dictionary)
                {
                    return Err(
                        Error::new(ErrorKind::Unsupported, &rules::pdf::ENCRYPTED).at(place)
                    );
                }
                let length = range.end.saturating_sub(range.start);
                if length > MAX_STREAM_BYTES {
                    return Err(exceeded("stream bytes", place));
                }
                (source::window(&*self.source, range.start, length)?, place)
            }
        };
        let follow = |object: &Object| self.follow(revision, object, depth.saturating_add(1));
        let mut steps = filter::steps(&stream.dictionary, follow)?;
        let raw = match (&stream.data, &*self.access) {
            (StreamData::Encrypted(_, id), Access::Open(cipher)) => {
                let method = cipher.stream_method(&stream.dictionary, follow)?;
                let method = method.map_err(|name| {
                    Error::new(ErrorKind::Unsupported, &rules::pdf::FILTER_UNSUPPORTED)
                        .with(format_args!("Crypt /{name}"))
                        .at(place)
                })?;
                let (plain, sound) = cipher.decrypt_stream(*id, method, &raw);
                if !sound {
                    self.ambiguous(Finding::new(&rules::pdf::DAMAGED_STREAM).at(place));
                }
                if let Ok(steps) = &mut steps {
                    filter::drop_crypt(steps);
                }
                plain.into()
            }
            _ => raw,
        };
        let bound = usize::try_from(budget.left().min(MAX_STREAM_BYTES)).unwrap_or(usize::MAX);
        match steps.and_then(|steps| filter::decode(&raw, &steps, bound)) {
            Ok(decoded) => {
                // Data that yields nothing is work, too.
                if !budget.take(raw.len().max(decoded.data.len()) as u64) {
                    return Err(exceeded("inflated bytes", place));
                }
                if decoded.damaged {
                    self.ambiguous(Finding::new(&rules::pdf::DAMAGED_STREAM).at(place));
                }
                Ok(decoded.data)
            }
            Err(FilterError::Limit) => Err(exceeded("inflated bytes", place)),
            Err(FilterError::Unsupported(name)) => Err(Error::new(
                ErrorKind::Unsupported,
                &rules::pdf::FILTER_UNSUPPORTED,
            )
            .with(name)
            .at(place)),
        }
    }

    /// What stands at an offset.
    fn parse(&self, offset: u64) -> Result<Lexed<Indirect>> {
        let (parsed, read) =
            parse_counted(&*self.source, offset, |lexer| Parser::new(lexer).indirect())?;
        charge_parsing(&self.budgets.parsed, read, offset)?;
        Ok(parsed)
    }
}

fn too_large(offset: u64) -> Error {
    exceeded("object", Place::offset(offset))
}
