//! Rebuilding cross-reference data by one scan of the file. The last definition of an object counts.

use super::{
    budget::{Budget, Budgets, exceeded},
    document::{Document, Entry, Revision, XrefForm},
    extent,
    lex::{is_regular, is_space},
    object::{Dictionary, Object, ObjectId},
    parse::Parser,
    window::{Forward, find_last, parse_counted},
};
use crate::{
    error::{ErrorKind, Place, Result},
    limits::{MAX_OBJECTS, MAX_XREF_ENTRIES},
    progress::{Stage, Watch},
    source::{self, Source},
};

/// Bytes before `obj` that can hold its number and generation.
const HEADER_BYTES: u64 = 32;

/// What stands in the file.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    /// Sorted by number, then by offset.
    objects: Vec<(ObjectId, u64)>,
    /// The trailer that counts: all, the later over the earlier.
    trailer: Dictionary,
    /// Object streams in the order of the file.
    object_streams: Vec<(ObjectId, u64)>,
    catalog: Option<ObjectId>,
}

impl Scan {
    /// The last definition of an object that starts before `end`.
    pub(crate) fn last_before(&self, id: ObjectId, end: u64) -> Option<u64> {
        let behind = self
            .objects
            .partition_point(|(other, offset)| (*other, *offset) < (id, end));
        let (found, offset) = self.objects.get(behind.checked_sub(1)?)?;
        (*found == id).then_some(*offset)
    }

    /// How many definitions were found.
    pub(crate) fn len(&self) -> usize {
        self.objects.len()
    }

    /// All of it as one revision.
    ///
    /// # Errors
    /// Those of the source.
    pub(crate) fn revision(&self, source: &dyn Source) -> Result<Revision> {
        let mut latest: Vec<(u32, (u64, u16))> = self
            .objects
            .iter()
            .map(|(id, offset)| (id.number, (*offset, id.generation)))
            .collect();
        latest.sort_unstable();
        // Of equal numbers keep the last.
        latest.reverse();
        latest.dedup_by_key(|(number, _)| *number);
        latest.reverse();
        let entries = latest
            .into_iter()
            .map(|(number, (offset, generation))| (number, Entry::InFile { offset, generation }))
            .collect();
        let eof = find_last(source, b"%%EOF", 0, source.len())?;
        let end = eof.map_or(source.len(), |eof| eof.saturating_add(5));
        Ok(Revision {
            xref_offset: 0,
            form: XrefForm::Table,
            end,
            ends: vec![end],
            is_stated: true,
            trailer: self.trailer.clone(),
            entries,
        })
    }
}

/// Scans a file for objects and trailers.
///
/// # Errors
/// `Limit`, `Io`, `Cancelled`.
pub(crate) fn scan(source: &dyn Source, budgets: &Budgets, watch: &Watch) -> Result<Scan> {
    let mut scan = Scan::default();
    let end = source.len();
    let mut meter = watch.stage(Stage::Repairing, end)?;
    let mut trailers = Forward::new(source, 0);
    let mut trailer = trailers.find(b"trailer", end)?;
    let mut forward = Forward::new(source, 0);
    // Once no `endstream` follows, none follows further on.
    let mut streams_end = true;
    loop {
        let found = forward.find(b"obj", end)?;
        // Trailers that stand before it: what is said later counts.
        while let Some(at) = trailer.filter(|at| found.is_none_or(|found| *at < found)) {
            scan.read_trailer(source, at, &budgets.parsed)?;
            trailers.seek(at.saturating_add(7));
            trailer = trailers.find(b"trailer", end)?;
        }
        meter.reach(found.unwrap_or(end))?;
        let Some(at) = found else { break };
        forward.seek(at.saturating_add(3));
        let Some((id, start)) = header_before(source, at)? else {
            continue;
        };
        if scan.objects.len() >= MAX_XREF_ENTRIES {
            return Err(exceeded("objects", Place::offset(at)));
        }
        scan.objects.push((id, start));
        if budgets.parsed.left() == 0 {
            continue;
        }
        let (parsed, read) = parse_counted(source, start, |lexer| Parser::new(lexer).indirect())?;
        budgets.parsed.take(read);
        let Ok(parsed) = parsed else { continue };
        forward.seek(parsed.end);
        let Object::Dictionary(dictionary) = parsed.object else {
            continue;
        };
        scan.learn(id, start, &dictionary, parsed.data.is_some());
        let Some(data) = parsed.data else { continue };
        let length = dictionary.get("Length").and_then(Object::as_integer);
        if let Some(stated) = extent::as_stated(source, data, length)? {
            forward.seek(stated.end);
        } else if streams_end {
            // What stands in a stream is no object of this file.
            match forward.find(b"endstream", end)? {
                Some(at) => forward.seek(at.saturating_add(9)),
                None => {
                    streams_end = false;
                    forward.seek(data);
                }
            }
        }
    }
    scan.objects.sort_unstable();
    Ok(scan)
}

impl Scan {
    fn learn(&mut self, id: ObjectId, offset: u64, dictionary: &Dictionary, is_stream: bool) {
        let is = |name| {
            dictionary
                .get("Type")
                .is_some_and(|kind| kind.is_name(name))
        };
        if is_stream && is("ObjStm") {
            self.object_streams.push((id, offset));
        } else if is_stream && is("XRef") {
            self.merge_trailer(dictionary);
        } else if is("Catalog") {
            self.catalog = Some(id);
        }
    }

    fn read_trailer(&mut self, source: &dyn Source, at: u64, budget: &Budget) -> Result<()> {
        if budget.left() == 0 {
            return Ok(());
        }
        let (parsed, read) = parse_counted(source, at, |lexer| {
            lexer.advance(b"trailer".len());
            Parser::new(lexer).object()
        })?;
        budget.take(read);
        if let Ok(Object::Dictionary(trailer)) = parsed {
            self.merge_trailer(&trailer);
        }
        Ok(())
    }

    fn merge_trailer(&mut self, dictionary: &Dictionary) {
        for key in ["Root", "Info", "ID", "Encrypt", "Size"] {
            if let Some(value) = dictionary.get(key) {
                self.trailer.set(key, value.clone());
            }
        }
    }
}

/// `N G ` before the `obj` at an offset: the id and where it starts.
fn header_before(source: &dyn Source, at: u64) -> Result<Option<(ObjectId, u64)>> {
    let start = at.saturating_sub(HEADER_BYTES);
    let bytes = source::window(source, start, at.saturating_sub(start))?;
    let mut rest: &[u8] = &bytes;
    let space = |rest: &mut &[u8]| {
        let before = rest.len();
        *rest = rest.trim_ascii_end();
        while let Some((last, head)) = rest.split_last() {
            if !is_space(*last) {
                break;
            }
            *rest = head;
        }
        before != rest.len()
    };
    let number = |rest: &mut &[u8]| {
        let digits = rest
            .iter()
            .rev()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let (head, text) = rest.split_at_checked(rest.len().checked_sub(digits)?)?;
        *rest = head;
        std::str::from_utf8(text).ok()?.parse::<u64>().ok()
    };
    space(&mut rest);
    let Some(generation) = number(&mut rest) else {
        return Ok(None);
    };
    if !space(&mut rest) {
        return Ok(None);
    }
    let Some(found) = number(&mut rest) else {
        return Ok(None);
    };
    // `x1 0 obj` is no header; but `endobj1 0 obj` is one for a scan.
    if rest.last().is_some_and(|byte| is_regular(*byte)) && !rest.ends_with(b"endobj") {
        return Ok(None);
    }
    let offset = start.saturating_add(rest.len() as u64);
    match (u32::try_from(found), u16::try_from(generation)) {
        (Ok(number), Ok(generation)) if number <= MAX_OBJECTS => {
            Ok(Some((ObjectId { number, generation }, offset)))
        }
        _ => Ok(None),
    }
}

/// Adds the objects of object streams: a definition in a stream counts where no later one stands in the file. The
/// encryption dictionary never stands in one (ISO 32000-1 clause 7.5.7): what is said there about its number does not count.
///
/// # Errors
/// `Limit` and `Io`.
pub(crate) fn add_object_streams(document: &mut Document, scan: &Scan) -> Result<()> {
    let Some(revision) = document.revisions().last() else {
        return Ok(());
    };
    let encrypt = revision.trailer.get("Encrypt");
    let encrypt = encrypt.and_then(Object::as_reference).map(|id| id.number);
    let mut all: Vec<(u32, u64, Entry)> = revision
        .entries
        .iter()
        .map(|(number, entry)| match entry {
            Entry::InFile { offset, .. } => (*number, *offset, *entry),
            _ => (*number, 0, *entry),
        })
        .collect();
    for (id, offset) in &scan.object_streams {
        // Only the definition that counts is a container.
        if !matches!(document.entry_at(0, id.number), Some(Entry::InFile { offset: o, .. }) if o == *offset)
        {
            continue;
        }
        let stream = match document.object_stream(0, *id, *offset, 0) {
            Ok(Some(stream)) => stream,
            Ok(None) => continue,
            Err(error) if error.kind() == ErrorKind::Unsupported => continue,
            Err(error) => return Err(error),
        };
        for (index, number) in stream.numbers().enumerate() {
            let Ok(index) = u32::try_from(index) else {
                break;
            };
            if number <= MAX_OBJECTS && Some(number) != encrypt {
                all.push((
                    number,
                    *offset,
                    Entry::InStream {
                        stream: id.number,
                        index,
                    },
                ));
            }
        }
        if all.len() > MAX_XREF_ENTRIES {
            return Err(exceeded("objects", Place::offset(*offset)));
        }
    }
    all.sort_by_key(|(number, offset, _)| (*number, *offset));
    all.reverse();
    all.dedup_by_key(|(number, ..)| *number);
    all.reverse();
    document.add_entries(
        all.into_iter()
            .map(|(number, _, entry)| (number, entry))
            .collect(),
    );
    Ok(())
}

/// A catalog, where no trailer names one.
///
/// # Errors
/// `Limit` and `Io`.
pub(crate) fn find_catalog(document: &Document, scan: &Scan) -> Result<Option<ObjectId>> {
    if scan.catalog.is_some() {
        return Ok(scan.catalog);
    }
    let Some(revision) = document.revisions().last() else {
        return Ok(None);
    };
    for (number, entry) in revision.entries.iter().rev() {
        if let Entry::InStream { .. } = entry {
            let id = ObjectId {
                number: *number,
                generation: 0,
            };
            let object = match document.object(id) {
                Ok(object) => object,
                Err(error) if error.kind() == ErrorKind::Unsupported => continue,
                Err(error) => return Err(error),
            };
            let kind = object
                .as_dictionary()
                .and_then(|dictionary| dictionary.get("Type"));
            if kind.is_some_and(|kind| kind.is_name("Catalog")) {
                return Ok(Some(id));
            }
        }
    }
    Ok(None)
}
