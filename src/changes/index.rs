//! Where the signed document refers to what changed later: one pass over everything but stream data, for all
//! revisions and all signatures.
//!
//! Two questions are answered with it. Whoever prepares a document can leave references in it that lead nowhere, and
//! define their targets after it was signed; and an object that may change in one place of the document may be used
//! in another, too. The pass looks for the numbers that later revisions brought or changed; it may see a reference
//! too many (in a string), never one too few.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use memchr::{memchr, memchr_iter, memchr2, memmem};

use super::{Doubt, to_u32};
use crate::{
    error::Place,
    limits::MAX_REFERRERS,
    pdf::{Document, Object, ObjectId, document::Entry, lex::is_space},
    report::Finding,
    source,
    text::rules::changes as rules,
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
}

/// Looks for references to `wanted` in the revisions before the one that brings or changes each.
pub(super) fn references(document: &Document, wanted: &HashMap<u32, Wanted>) -> Index {
    if wanted.is_empty() {
        return Index::default();
    }
    let last = wanted.values().map(|wanted| wanted.until()).max();
    let last = last.unwrap_or(0);
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

impl Index {
    /// What refers to a number.
    pub(super) fn referrers(&self, number: u32) -> &[Referrer] {
        self.referrers.get(&number).map_or(&[], Vec::as_slice)
    }
}

struct Search<'a> {
    document: &'a Document,
    wanted: &'a HashMap<u32, Wanted>,
    low: u32,
    high: u32,
    /// What is being read.
    at: Referrer,
    /// How many referrers may still be kept.
    room: usize,
    found: Index,
}

impl<'a> Search<'a> {
    fn new(document: &'a Document, wanted: &'a HashMap<u32, Wanted>) -> Self {
        let low = wanted.keys().min().copied().unwrap_or(0);
        let high = wanted.keys().max().copied().unwrap_or(0);
        Self {
            document,
            wanted,
            low,
            high,
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
        if !(self.low..=self.high).contains(&number) {
            return None;
        }
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
                            _ => continue,
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
            self.in_object(*offset, end, *number)?;
        }
        for ((stream, _), members) in containers {
            self.in_container(stream, &members)?;
        }
        Ok(())
    }

    /// One object in the file, up to its stream data; `end` is where the next one starts.
    fn in_object(&mut self, start: u64, end: u64, number: u32) -> Result<(), Doubt> {
        let document = self.document;
        let source = &**document.source();
        let mut length = FIRST_WINDOW.min(end - start);
        loop {
            let whole = length == end - start;
            let bytes = source::window(source, start, length)?;
            match body(&bytes) {
                Some(body) => {
                    return self.in_plain(&body);
                }
                None if !whole => length = (length * 16).min(end - start),
                None => {
                    let place = Place::object(number, 0)
                        .in_revision(to_u32(self.at.revision + 1))
                        .at_offset(start);
                    // Not even a header: no object stands here, so nothing can be read out of it.
                    if memmem::find(&bytes, b"obj").is_none_or(|at| at >= 64) {
                        return Ok(());
                    }
                    return Err(Finding::new(&rules::NOT_COMPARABLE)
                        .with("endobj")
                        .at(place)
                        .into());
                }
            }
        }
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

    /// Every `N G R` in bytes that hold no comments.
    fn in_plain(&mut self, bytes: &[u8]) -> Result<(), Doubt> {
        for at in memchr_iter(b'R', bytes) {
            if let Some(number) = bytes.get(..at).and_then(number_before) {
                self.saw(number)?;
            }
        }
        Ok(())
    }

    /// Whether anything that is wanted is referred to.
    fn mentions(&self, bytes: &[u8]) -> bool {
        memchr_iter(b'R', bytes).any(|at| {
            let number = bytes.get(..at).and_then(number_before);
            number.is_some_and(|number| self.wants(number).is_some())
        })
    }
}

/// The object number of a reference whose `R` follows these bytes.
fn number_before(bytes: &[u8]) -> Option<u32> {
    let (generation, rest) = digits_before(bytes)?;
    let spaced = trim_space(rest);
    if generation > u64::from(u16::MAX) || spaced.len() == rest.len() {
        return None;
    }
    let (number, _) = digits_before(spaced)?;
    u32::try_from(number).ok()
}

/// The number that ends the bytes, white space behind it skipped, and what stands before it.
fn digits_before(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let bytes = trim_space(bytes);
    let (mut value, mut unit, mut rest) = (0_u64, 1_u64, bytes);
    while let Some((digit, before)) = rest
        .split_last()
        .filter(|(digit, _)| digit.is_ascii_digit())
    {
        value = value.saturating_add(unit.saturating_mul(u64::from(digit - b'0')));
        unit = unit.saturating_mul(10);
        rest = before;
    }
    (rest.len() < bytes.len()).then_some((value, rest))
}

fn trim_space(mut bytes: &[u8]) -> &[u8] {
    while let Some((_, before)) = bytes.split_last().filter(|(last, _)| is_space(**last)) {
        bytes = before;
    }
    bytes
}

/// What stands before the stream data or `endobj`; `None` where it does not end within these bytes.
/// Where no string or comment stands before the first `stream` or `endobj`, that word is the real one.
fn body(bytes: &[u8]) -> Option<Cow<'_, [u8]>> {
    let end = memmem::find(bytes, b"endobj");
    let before_end = bytes.get(..end.unwrap_or(bytes.len()))?;
    if let Some(end) = memmem::find(before_end, b"stream").or(end) {
        let (body, rest) = bytes.split_at_checked(end)?;
        if memchr2(b'(', b'%', body).is_none() && ends(body, rest) {
            return Some(Cow::Borrowed(body));
        }
    }
    without_strings(bytes).map(Cow::Owned)
}

/// Whether an object ends between these bytes: `stream` stands behind a dictionary, `endobj` behind a token.
fn ends(body: &[u8], rest: &[u8]) -> bool {
    if rest.starts_with(b"stream") {
        return trim_space(body).ends_with(b">>");
    }
    rest.starts_with(b"endobj")
        && body
            .last()
            .is_none_or(|last| is_space(*last) || matches!(last, b'>' | b']'))
}

/// Copies up to the keyword `stream` or `endobj`, strings left out and comments made spaces; `None` where
/// neither keyword comes.
fn without_strings(bytes: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(bytes.len().min(4096));
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let rest = bytes.get(at..)?;
        match byte {
            b'(' => {
                at = behind_string(bytes, at)?;
                out.push(b']');
            }
            b'%' => {
                at += memchr2(b'\r', b'\n', rest)?;
                out.push(b' ');
            }
            b'<' if rest.starts_with(b"<<") => {
                out.push(b' ');
                at += 2;
            }
            b'<' => {
                at += memchr(b'>', rest)? + 1;
                out.push(b']');
            }
            b's' | b'e' if ends(&out, rest) => return Some(out),
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    None
}

/// The index behind a literal string (ISO 32000-1 clause 7.3.4.2).
fn behind_string(bytes: &[u8], start: usize) -> Option<usize> {
    let (mut at, mut depth) = (start, 0_usize);
    loop {
        match bytes.get(at)? {
            b'\\' => at += 1,
            b'(' => depth += 1,
            b')' => depth -= 1,
            _ => {}
        }
        at += 1;
        if depth == 0 {
            return Some(at);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(bytes: &[u8]) -> Vec<u32> {
        memchr_iter(b'R', bytes)
            .filter_map(|at| number_before(&bytes[..at]))
            .collect()
    }

    #[test]
    fn references_are_read_backwards_from_their_r() {
        assert_eq!(
            numbers(b"<</Root 12 0 R/P 007\n\t1\0R /R 3 0 R]"),
            [12, 7, 3]
        );
        assert_eq!(numbers(b"/R (R) R 5R 70000 R 1 99999 R"), Vec::<u32>::new());
        assert_eq!(numbers(b"4294967296 0 R 0 0R"), [0]);
    }

    #[test]
    fn an_object_ends_where_its_own_keyword_stands() {
        let text = |bytes| match body(bytes) {
            Some(body) => String::from_utf8_lossy(&body).into_owned(),
            None => "open".to_owned(),
        };
        assert_eq!(
            text(b"1 0 obj<</A 2 0 R>>stream\n9 0 R endobj"),
            "1 0 obj<</A 2 0 R>>"
        );
        assert_eq!(
            text(b"1 0 obj [(endobj stream\\) () ) 2 0 R] endobj 3 0 R"),
            "1 0 obj [] 2 0 R] "
        );
        assert_eq!(
            text(b"1 0 obj [<28> 2 %endobj\n0 R] endobj"),
            "1 0 obj [] 2  \n0 R] "
        );
        assert_eq!(text(b"1 0 obj [(endobj"), "open");
        assert_eq!(
            text(b"1 0 obj <</stream 2 0 R/endobj 3 0 R>> endobj"),
            "1 0 obj  /stream 2 0 R/endobj 3 0 R>> "
        );
    }
}
