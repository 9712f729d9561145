//! Where the signed document refers to what changed later: one pass over everything but stream data, for all
//! revisions and all signatures.
//!
//! Two questions are answered with it. Whoever prepares a document can leave references in it that lead nowhere, and
//! define their targets after it was signed; and an object that may change in one place of the document may be used
//! in another, too. The pass looks for the numbers that later revisions brought or changed; it may see a reference
//! too many (in a string), never one too few.

mod lexical;

use std::collections::{BTreeMap, HashMap};

use memchr::{memchr, memmem};

use self::lexical::End;
use super::{Doubt, to_u32};
use crate::{
    error::Place,
    limits::MAX_REFERRERS,
    pdf::{Document, Object, ObjectId, document::Entry, extent},
    report::Finding,
    source,
    text::rules::{appended, changes as rules},
};

/// Bytes read at first of each object; streams rarely have longer dictionaries.
const FIRST_WINDOW: u64 = 4096;

/// What is known of a number that is looked for; revisions as indexes.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Wanted {
    /// The revision that brings it, where none knew it before: what refers to it earlier led nowhere.
    pub(super) brought: Option<usize>,
    /// The last revision that changes or frees it: what refers to it earlier is a use of it.
    pub(super) changed: Option<usize>,
}

impl Wanted {
    /// References in revisions before this one are looked for.
    fn until(self) -> usize {
        self.brought.max(self.changed).unwrap_or(0)
    }
}

/// Something that refers to a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Referrer {
    /// The revision in which it stands, as an index.
    pub(super) revision: usize,
    /// The object; `None` for the trailer.
    pub(super) number: Option<u32>,
}

/// What the pass found.
#[derive(Debug, Default)]
pub(super) struct Index {
    /// New numbers that an earlier revision refers to, with the revision that defines them.
    pub(super) filled: BTreeMap<u32, usize>,
    /// What refers to the others.
    referrers: BTreeMap<u32, Vec<Referrer>>,
    /// What could not be read without doubt.
    pub(super) doubt: Option<Finding>,
    /// The first object that does not end with its revision, and that revision.
    pub(super) reaches: Option<(usize, Finding)>,
}

/// Looks for references to `wanted` in the revisions before the one that brings or changes each, all of them before `last`.
pub(super) fn references(document: &Document, wanted: &HashMap<u32, Wanted>, last: usize) -> Index {
    let mut search = Search::new(document, wanted);
    let outcome = search
        .in_trailers(last)
        .and_then(|()| search.in_objects(last));
    let mut found = search.found;
    if let Err(Doubt(doubt)) = outcome {
        found.doubt = Some(doubt);
    }
    found
}

/// Reads what [`references`] reads where something was changed in every revision: what cannot be read then is found before
/// it is changed. Gives what would be in doubt.
pub(crate) fn doubt(document: &Document) -> Option<Finding> {
    let nothing = HashMap::new();
    let mut search = Search::new(document, &nothing);
    let outcome = search.in_objects(document.revisions().len());
    let reaches = search.found.reaches.map(|(_, finding)| finding);
    outcome.err().map(|Doubt(doubt)| doubt).or(reaches)
}

impl Index {
    /// What refers to a number.
    pub(super) fn referrers(&self, number: u32) -> &[Referrer] {
        self.referrers.get(&number).map_or(&[], Vec::as_slice)
    }
}

struct Search<'a> {
    document: &'a Document,
    wanted: &'a HashMap<u32, Wanted>,
    /// A bit for each wanted number, modulo 4096: most numbers of a document are told apart by it.
    marks: [u64; 64],
    /// Numbers that the object in hand refers to; kept for its room.
    numbers: Vec<u32>,
    /// What is being read.
    at: Referrer,
    /// How many referrers may still be kept.
    room: usize,
    found: Index,
}

impl<'a> Search<'a> {
    fn new(document: &'a Document, wanted: &'a HashMap<u32, Wanted>) -> Self {
        let mut marks = [0; 64];
        for number in wanted.keys() {
            let (word, bit) = mark(*number);
            if let Some(word) = marks.get_mut(word) {
                *word |= bit;
            }
        }
        Self {
            document,
            wanted,
            marks,
            numbers: Vec::new(),
            at: Referrer {
                revision: 0,
                number: None,
            },
            room: MAX_REFERRERS,
            found: Index::default(),
        }
    }

    /// What is wanted of a number here.
    fn wants(&self, number: u32) -> Option<Wanted> {
        let (word, bit) = mark(number);
        self.marks.get(word).filter(|word| **word & bit != 0)?;
        let wanted = self.wanted.get(&number)?;
        (self.at.revision < wanted.until()).then_some(*wanted)
    }

    fn saw(&mut self, number: u32) -> Result<(), Doubt> {
        let Some(wanted) = self.wants(number) else {
            return Ok(());
        };
        if let Some(brought) = wanted.brought
            && self.at.revision < brought
        {
            self.found.filled.insert(number, brought);
        }
        if wanted
            .changed
            .is_none_or(|changed| self.at.revision >= changed)
        {
            return Ok(());
        }
        let referrers = self.found.referrers.entry(number).or_default();
        if referrers.last() == Some(&self.at) {
            return Ok(());
        }
        self.room = self.room.checked_sub(1).ok_or_else(|| {
            Finding::new(&rules::NOT_COMPARABLE)
                .with("references")
                .at(Place::object(number, 0))
        })?;
        referrers.push(self.at);
        Ok(())
    }

    fn in_trailers(&mut self, last: usize) -> Result<(), Doubt> {
        for (index, revision) in self.document.revisions().iter().enumerate().take(last) {
            self.at = Referrer {
                revision: index,
                number: None,
            };
            for (_, value) in revision.trailer.iter() {
                self.in_value(value)?;
            }
        }
        Ok(())
    }

    /// All references in a parsed value; the parser bounds its depth.
    fn in_value(&mut self, value: &Object) -> Result<(), Doubt> {
        match value {
            Object::Reference(id) => self.saw(id.number)?,
            Object::Array(items) => {
                for item in items {
                    self.in_value(item)?;
                }
            }
            other => {
                for (_, value) in other.as_dictionary().into_iter().flat_map(|d| d.iter()) {
                    self.in_value(value)?;
                }
            }
        }
        Ok(())
    }

    /// The objects of the revisions before `last`, each place of the file once.
    fn in_objects(&mut self, last: usize) -> Result<(), Doubt> {
        let mut places: Vec<(u64, usize, u32)> = Vec::new();
        let mut containers: BTreeMap<(u32, u64), Vec<(usize, u32)>> = BTreeMap::new();
        for (index, revision) in self.document.revisions().iter().enumerate().take(last) {
            for (number, entry) in &revision.entries {
                match *entry {
                    Entry::InFile { offset, .. } => places.push((offset, index, *number)),
                    Entry::InStream { stream, .. } => {
                        let place = match self.document.entry_at(index, stream) {
                            Some(Entry::InFile { offset, .. }) => offset,
                            // Who brings the stream brings the object.
                            _ => {
                                self.at = Referrer {
                                    revision: index,
                                    number: Some(*number),
                                };
                                self.saw(stream)?;
                                continue;
                            }
                        };
                        containers
                            .entry((stream, place))
                            .or_default()
                            .push((index, *number));
                    }
                    Entry::Free { .. } => {}
                }
            }
        }
        places.sort_unstable();
        places.dedup_by_key(|(offset, ..)| *offset);
        let mut later = self.places_from(last).into_iter().peekable();
        let size = self.document.source().len();
        let mut ends = places
            .iter()
            .skip(1)
            .map(|(offset, ..)| *offset)
            .chain([size]);
        for (offset, revision, number) in &places {
            self.at = Referrer {
                revision: *revision,
                number: Some(*number),
            };
            let end = ends.next().unwrap_or(size).max(*offset);
            while later.next_if(|place| place <= offset).is_some() {}
            let near = later.peek().map_or(end, |place| end.min(*place));
            self.in_object(*offset, near, end, *number)?;
        }
        for ((stream, _), members) in containers {
            self.in_container(stream, &members)?;
        }
        Ok(())
    }

    /// Where objects of the revisions from `first` on stand, in order.
    fn places_from(&self, first: usize) -> Vec<u64> {
        let revisions = self.document.revisions().iter().skip(first);
        let mut places: Vec<u64> = revisions
            .flat_map(|revision| &revision.entries)
            .filter_map(|(_, entry)| match *entry {
                Entry::InFile { offset, .. } => Some(offset),
                _ => None,
            })
            .collect();
        places.sort_unstable();
        places
    }

    /// One object in the file, up to its stream data; `end` is where the next one of these revisions starts, `near` where
    /// any does. Only the latter bounds an object that lacks its `endobj`, and only where it is whole until there: the
    /// places of later revisions are not to be trusted.
    fn in_object(&mut self, start: u64, near: u64, end: u64, number: u32) -> Result<(), Doubt> {
        let mut numbers = std::mem::take(&mut self.numbers);
        let mut length = FIRST_WINDOW.min(near - start);
        loop {
            let bytes = source::window(&**self.document.source(), start, length)?;
            numbers.clear();
            if let Some(behind) = lexical::references(&bytes, &mut numbers) {
                self.ends(start, &bytes, behind, number)?;
                break;
            }
            let signed = usize::try_from(self.revision_end().saturating_sub(start));
            let signed = bytes.get(..signed.unwrap_or(usize::MAX)).unwrap_or(&bytes);
            if (length == near - start || length == end - start)
                && let Some(value) = lexical::unclosed(signed, start)
            {
                self.numbers = numbers;
                return self.in_value(&value);
            }
            if length == end - start {
                // Not even a header: no object stands here, so nothing can be read out of it.
                if memmem::find(&bytes, b"obj").is_none_or(|at| at >= 64) {
                    return Ok(());
                }
                // What it is may end behind all objects of these revisions.
                let reach = self.document.reach_of(self.at.revision, start)?;
                self.ends_at(start, reach, number);
                let place = self.place(number, start);
                let finding = Finding::new(&rules::NOT_COMPARABLE).with("endobj");
                return Err(finding.at(place).into());
            }
            let bound = if length < near - start { near } else { end };
            length = (length * 16).min(bound - start);
        }
        for number in &numbers {
            self.saw(*number)?;
        }
        self.numbers = numbers;
        Ok(())
    }

    /// Where the revision in hand ends.
    fn revision_end(&self) -> u64 {
        let revision = self.document.revisions().get(self.at.revision);
        revision.map_or(u64::MAX, |revision| revision.end)
    }

    /// An object ends with the revision that brought it, at the latest: one that goes on in what was added later changes
    /// though nobody changes it.
    fn ends(&mut self, start: u64, bytes: &[u8], behind: End, number: u32) -> Result<(), Doubt> {
        let end = match behind {
            End::Object(length) => start.saturating_add(length as u64),
            End::Data(length) => {
                let head = bytes.get(..length).unwrap_or(bytes);
                let data = bytes.get(length..).unwrap_or_default();
                match self.stated_end(start, head, data)? {
                    Some(end) => end,
                    None => self.document.reach_of(self.at.revision, start)?,
                }
            }
        };
        self.ends_at(start, end, number);
        Ok(())
    }

    fn ends_at(&mut self, start: u64, end: u64, number: u32) {
        if end > self.revision_end() && self.found.reaches.is_none() {
            let place = self.place(number, start);
            let finding = Finding::new(&appended::REACHES_BEHIND).at(place);
            self.found.reaches = Some((self.at.revision, finding));
        }
    }

    fn place(&self, number: u32, start: u64) -> Place {
        let place = Place::object(number, 0).in_revision(to_u32(self.at.revision + 1));
        place.at_offset(start)
    }

    /// Where a stream ends, if its dictionary says so plainly and it is so.
    fn stated_end(&self, start: u64, head: &[u8], data: &[u8]) -> Result<Option<u64>, Doubt> {
        let eol = match data {
            [b'\r', b'\n', ..] => 2,
            [b'\n', ..] => 1,
            _ => return Ok(None),
        };
        let Some(length) = lexical::stated_length(head) else {
            return Ok(None);
        };
        // Small streams are in hand as a whole.
        let in_hand = usize::try_from(length).ok();
        let in_hand = in_hand.and_then(|length| length.checked_add(eol));
        if let Some(end) = in_hand.and_then(|end| extent::closed_in(data, end)) {
            let head = start.saturating_add(head.len() as u64);
            return Ok(Some(head.saturating_add(end as u64)));
        }
        let data = start.saturating_add(head.len() as u64);
        let data = data.saturating_add(eol as u64);
        let extent = extent::as_stated(&**self.document.source(), data, Some(length))?;
        Ok(extent.map(|extent| extent.end))
    }

    /// All objects of an object stream; `members` are those that cross-reference data names, oldest first.
    fn in_container(&mut self, number: u32, members: &[(usize, u32)]) -> Result<(), Doubt> {
        let revision = members.first().map_or(0, |(revision, _)| *revision);
        self.at = Referrer {
            revision,
            number: None,
        };
        let id = ObjectId {
            number,
            generation: 0,
        };
        let object = self.document.object_at(revision, id)?;
        let Some(stream) = object.as_stream() else {
            return Ok(());
        };
        let data = self.document.stream_data_at(revision, stream)?;
        // A comment could part a reference: then the objects are read as the reader does. So they are where
        // something is referred to, to learn by which of them.
        if memchr(b'%', &data).is_none() && !self.mentions(&data) {
            return Ok(());
        }
        for (revision, member) in members {
            self.at = Referrer {
                revision: *revision,
                number: Some(*member),
            };
            let id = ObjectId {
                number: *member,
                generation: 0,
            };
            let object = self.document.object_at(*revision, id)?;
            self.in_value(&object)?;
        }
        Ok(())
    }

    /// Whether anything that is wanted is referred to.
    fn mentions(&self, bytes: &[u8]) -> bool {
        lexical::mentions(bytes, |number| self.wants(number).is_some())
    }
}

/// Where the bit of a number is: the word, and the bit in it.
fn mark(number: u32) -> (usize, u64) {
    (((number / 64) % 64) as usize, 1 << (number % 64))
}
