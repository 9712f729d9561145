//! One document, read once: well-formed, without a DTD, with the places of the elements that matter.

use std::{
    borrow::Cow,
    collections::{HashMap, hash_map::RandomState},
    hash::BuildHasher,
    ops::Range,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use super::{
    encoding::Text,
    fault,
    general::Budget,
    names::{is_name_octet, split},
    scan::{Attribute, Scanner, Token},
    scope::{Scope, XML},
    values,
};
use crate::{
    error::{Error, ErrorKind, Result},
    limits::{
        MAX_XML_WRITTEN_TIMES, MAX_XPATH_WORK, MAX_XPATH_WORK_FACTOR, XML_WRITTEN_SLACK_BYTES,
    },
};

/// The namespace of XMLDSig, whose signatures are noted while a document is read.
const DSIG: &str = "http://www.w3.org/2000/09/xmldsig#";

/// Elements with one id that are told of.
const MOST_ALIKE: usize = 16;

/// Stands for every name of an id; no attribute is called so.
const ANY_ID: &str = "*";

/// An XML document. Positions are those of the file's own octets.
#[derive(Debug)]
pub(crate) struct Document {
    text: Text,
    /// Signatures in document order.
    signatures: Vec<ElementId>,
    /// Attributes by the name of `Id`, in any letter case and namespace: a digest of name and value, in order, and the element. A
    /// document of 20 MB may have a million of them, so there is no more.
    ids: Vec<(u64, ElementId)>,
    hashing: RandomState,
    /// Names of namespaces that are written with references or odd white space, by how they are written.
    odd_namespaces: HashMap<Box<str>, Box<str>>,
    /// Elements are noted when they are asked for.
    records: Mutex<Records>,
    /// What filters of this document may still do.
    filtering: Mutex<u64>,
    /// Attributes that elements inside may ask for: looked up once, however often they ask.
    frames: Mutex<HashMap<ElementId, Frame>>,
    /// Canonical octets that were written.
    written: AtomicU64,
}

/// What is found while a document is read.
#[derive(Debug, Default)]
struct Index {
    signatures: Vec<ElementId>,
    ids: Vec<(u64, ElementId)>,
    odd_namespaces: HashMap<Box<str>, Box<str>>,
}

/// An element of one document; of no meaning in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ElementId(u32);

/// Where an element stands, in the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Record {
    pub(super) start: usize,
    /// Behind the start tag.
    open_end: usize,
    /// Before the end tag.
    close: usize,
    pub(super) end: usize,
    parent: Option<ElementId>,
}

/// The same as it is kept.
#[derive(Clone, Copy, Debug)]
struct Kept {
    start: u32,
    open_end: u32,
    close: u32,
    end: u32,
    /// The root is its own.
    parent: ElementId,
}

impl Kept {
    fn close(&mut self, scanner: &Scanner<'_>) {
        (self.close, self.end) = (short(scanner.start()), short(scanner.end()));
    }
}

/// Texts are no longer than this.
fn short(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn long(place: u32) -> usize {
    usize::try_from(place).unwrap_or(usize::MAX)
}

#[derive(Debug, Default)]
struct Records {
    list: Vec<Kept>,
    by_start: HashMap<u32, ElementId>,
    /// Child elements that were asked for, or will be.
    children: HashMap<ElementId, Vec<ElementId>>,
}

impl Records {
    fn note(&mut self, record: Kept) -> ElementId {
        *self.by_start.entry(record.start).or_insert_with(|| {
            self.list.push(record);
            ElementId(short(self.list.len()).saturating_sub(1))
        })
    }

    fn get(&self, id: ElementId) -> Option<&Kept> {
        self.list.get(long(id.0))
    }

    fn get_mut(&mut self, id: ElementId) -> Option<&mut Kept> {
        self.list.get_mut(long(id.0))
    }
}

/// The declarations of an element and its attributes in the namespace of XML: name and value, where they stand.
#[derive(Clone, Debug)]
pub(super) struct Frame(Arc<[[Range<u32>; 2]]>);

impl Frame {
    /// They themselves, in the document that they were found in.
    pub(super) fn attributes<'a>(
        &self,
        document: &'a Document,
    ) -> impl Iterator<Item = Attribute<'a>> + use<'a, '_> {
        self.0.iter().map(|[name, value]| Attribute {
            name: document.part(name),
            value: document.part(value),
        })
    }
}

/// An element that is open while the document is read.
struct Open {
    record: Kept,
    id: Option<ElementId>,
}

impl Open {
    fn of(scanner: &Scanner<'_>, id: Option<ElementId>) -> Self {
        let end = short(scanner.end());
        Self {
            record: Kept {
                start: short(scanner.start()),
                open_end: end,
                close: end,
                end,
                parent: ElementId(0),
            },
            id,
        }
    }
}

impl Document {
    /// Reads a document: UTF-8, UTF-16, ISO-8859-1 or US-ASCII.
    ///
    /// # Errors
    /// `Unreadable` where it is not well-formed (XML 1.0, Namespaces in XML 1.0); `Unsupported` for document type declarations,
    /// XML 1.1 and other encodings; `Limit`.
    pub(crate) fn read(bytes: Arc<[u8]>) -> Result<Self> {
        let text = Text::read(bytes)?;
        let size = u64::try_from(text.octets().len()).unwrap_or(u64::MAX);
        let most = long(u32::MAX).saturating_sub(1);
        if text.utf8().len() > most || text.octets().len() > most {
            return Err(fault::limit("…", most, 0));
        }
        let mut document = Self {
            text,
            signatures: Vec::new(),
            ids: Vec::new(),
            hashing: RandomState::new(),
            frames: Mutex::default(),
            odd_namespaces: HashMap::new(),
            records: Mutex::default(),
            filtering: Mutex::new(
                size.saturating_mul(MAX_XPATH_WORK_FACTOR)
                    .saturating_add(MAX_XPATH_WORK),
            ),
            written: AtomicU64::new(0),
        };
        let walked = document.walk();
        let index = walked.map_err(|error| document.placed(error))?;
        (document.signatures, document.ids) = (index.signatures, index.ids);
        document.odd_namespaces = index.odd_namespaces;
        Ok(document)
    }

    fn walk(&self) -> Result<Index> {
        let mut index = Index::default();
        let mut records = self.records();
        let mut scanner = Scanner::document(self.utf8(), self.text.start);
        let mut scope = Scope::default();
        let mut open: Vec<Open> = Vec::new();
        let mut upper = Upper::default();
        while let Some(token) = scanner.next()? {
            match token {
                Token::Open { name, .. } => {
                    let attributes = scanner.attributes();
                    scope.enter(attributes, scanner.start())?;
                    check_names(name, attributes, &scope, scanner.start())?;
                    open.push(Open::of(&scanner, None));
                    upper.note(&mut open, &mut records);
                    let signature = name.ends_with("Signature") && {
                        let (prefix, local) = split(name);
                        local == "Signature" && scope.lookup(prefix) == Some(DSIG)
                    };
                    let is_id = |one: &&Attribute<'_>| {
                        matches!(one.name.as_bytes(), [.., b'i' | b'I', b'd' | b'D'])
                            && one.local().len() == 2
                            && one.declares().is_none()
                    };
                    let mut carried = attributes.iter().filter(is_id).peekable();
                    if signature || carried.peek().is_some() || open.len() == 1 {
                        let id = note(&mut open, &mut records);
                        index.signatures.extend(signature.then_some(id));
                        for one in carried {
                            let value = values::of_attribute(one.value);
                            index.ids.push((self.digest(one.name, &value), id));
                            if matches!(one.local(), "Id" | "ID" | "id") {
                                index.ids.push((self.digest(ANY_ID, &value), id));
                            }
                        }
                    }
                    for one in attributes.iter().filter(|one| one.declares().is_some()) {
                        if let Cow::Owned(name) = values::of_attribute(one.value) {
                            let written = Box::from(one.value);
                            index.odd_namespaces.insert(written, name.into_boxed_str());
                        }
                    }
                }
                Token::Close { .. } => {
                    scope.leave();
                    if let Some(Open { id: Some(id), .. }) = open.pop()
                        && let Some(record) = records.get_mut(id)
                    {
                        record.close(&scanner);
                    }
                }
                _ => {}
            }
        }
        records.children = upper.children;
        index.ids.sort_unstable();
        index.ids.shrink_to_fit();
        Ok(index)
    }

    /// What ids are found by. Nobody can foresee it, so nobody can make many alike.
    fn digest(&self, name: &str, value: &str) -> u64 {
        self.hashing.hash_one((name, value))
    }

    fn part(&self, range: &Range<u32>) -> &str {
        let part = self.utf8().get(long(range.start)..long(range.end));
        std::str::from_utf8(part.unwrap_or_default()).unwrap_or_default()
    }

    /// What an element gives to those inside it.
    pub(super) fn frame(&self, id: ElementId) -> Frame {
        let frames = || self.frames.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = frames().get(&id) {
            return known.clone();
        }
        let mut scanner = Scanner::element(self.utf8(), self.record(id).start);
        // It was found well-formed when it was read.
        let _ = scanner.next();
        let base = self.utf8().as_ptr().addr();
        let range = |part: &str| {
            let at = short(part.as_ptr().addr().wrapping_sub(base));
            at..at.saturating_add(short(part.len()))
        };
        let given = scanner.attributes().iter();
        let given = given.filter(|one| one.declares().is_some() || one.prefix() == "xml");
        let frame = Frame(
            given
                .map(|one| [range(one.name), range(one.value)])
                .collect(),
        );
        frames().insert(id, frame.clone());
        frame
    }

    /// The same error with its place in the file.
    pub(super) fn placed(&self, error: Error) -> Error {
        let Some(at) = error.place().and_then(|place| place.offset) else {
            return error;
        };
        let at = self.text.place(usize::try_from(at).unwrap_or(usize::MAX));
        error.at(crate::error::Place::offset(
            u64::try_from(at).unwrap_or(u64::MAX),
        ))
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Canonical octets that may still be written of this document, by all signatures together.
    pub(super) fn writing_left(&self) -> u64 {
        let most = u64::try_from(self.bytes().len())
            .unwrap_or(u64::MAX)
            .saturating_mul(MAX_XML_WRITTEN_TIMES)
            .saturating_add(XML_WRITTEN_SLACK_BYTES);
        most.saturating_sub(self.written.load(Ordering::Relaxed))
    }

    /// Takes note of canonical octets that were written.
    pub(super) fn written(&self, octets: u64) {
        self.written.fetch_add(octets, Ordering::Relaxed);
    }

    /// The file's octets.
    pub(crate) fn bytes(&self) -> &[u8] {
        self.text.octets()
    }

    /// The text in UTF-8, whatever the encoding; records refer to it.
    pub(super) fn utf8(&self) -> &[u8] {
        self.text.utf8()
    }

    /// Behind the XML declaration, in the text.
    pub(super) fn start(&self) -> usize {
        self.text.start
    }

    /// The root element.
    pub(crate) fn root(&self) -> ElementId {
        ElementId(0)
    }

    /// An element.
    pub(crate) fn element(&self, id: ElementId) -> Element<'_> {
        Element {
            document: self,
            record: self.record(id),
        }
    }

    pub(super) fn record(&self, id: ElementId) -> Record {
        let records = self.records();
        let found = records.get(id).or_else(|| records.get(self.root()));
        let Some(kept) = found else {
            return Record::default();
        };
        Record {
            start: long(kept.start),
            open_end: long(kept.open_end),
            close: long(kept.close),
            end: long(kept.end),
            parent: Some(kept.parent).filter(|parent| *parent != id),
        }
    }

    /// An element that was noted, by where it starts in the text.
    pub(super) fn noted(&self, start: usize) -> Option<ElementId> {
        self.records().by_start.get(&short(start)).copied()
    }

    /// Child elements in order.
    pub(crate) fn children(&self, id: ElementId) -> Vec<ElementId> {
        if let Some(known) = self.records().children.get(&id) {
            return known.clone();
        }
        let found = self.below(id, Some(2), &mut |_, _| true);
        let mut records = self.records();
        if found.len() <= MOST_UPPER && records.children.len() < MOST_UPPER {
            records.children.insert(id, found.clone());
        }
        found
    }

    /// Elements in one that fit, itself included; at one depth alone (1 for itself), or at any.
    fn below(
        &self,
        id: ElementId,
        depth: Option<usize>,
        fits: &mut dyn FnMut(&Scanner<'_>, &str) -> bool,
    ) -> Vec<ElementId> {
        let top = self.record(id);
        let mut scanner = Scanner::element(self.utf8(), top.start);
        let mut open: Vec<Open> = Vec::new();
        let mut found = Vec::new();
        let mut records = self.records();
        // It was found well-formed when it was read.
        while let Ok(Some(token)) = scanner.next() {
            match token {
                Token::Open { name, .. } => {
                    let known = match open.is_empty() {
                        true => Some(id),
                        false => records.by_start.get(&short(scanner.start())).copied(),
                    };
                    open.push(Open::of(&scanner, known));
                    if depth.is_none_or(|depth| depth == scanner.depth()) && fits(&scanner, name) {
                        found.push(note(&mut open, &mut records));
                    }
                }
                Token::Close { .. } => {
                    if let Some(Open { id: Some(id), .. }) = open.pop()
                        && let Some(record) = records.get_mut(id)
                    {
                        record.close(&scanner);
                    }
                }
                _ => {}
            }
        }
        found
    }

    /// Elements by a path of local names from the root on.
    #[cfg(test)]
    pub(crate) fn find(&self, path: &[&str]) -> Vec<ElementId> {
        let Some((first, rest)) = path.split_first() else {
            return Vec::new();
        };
        let mut found: Vec<_> = Some(self.root())
            .filter(|root| self.element(*root).local() == *first)
            .into_iter()
            .collect();
        for wanted in rest {
            let inside = |id| self.below(id, Some(2), &mut |_, name| split(name).1 == *wanted);
            found = found.into_iter().flat_map(inside).collect();
        }
        found
    }

    /// Elements by namespace and local name, in document order.
    pub(crate) fn named(&self, namespace: &str, local: &str) -> Vec<ElementId> {
        if (namespace, local) == (DSIG, "Signature") {
            return self.signatures.clone();
        }
        let of_name = self.below(self.root(), None, &mut |_, name| split(name).1 == local);
        of_name
            .into_iter()
            .filter(|id| self.element(*id).namespace().unwrap_or_default() == namespace)
            .collect()
    }

    /// The first sixteen elements that have an attribute of one of these qualified names and this value, with the name of the
    /// attribute, in document order: two are too many already.
    pub(crate) fn by_id(&self, value: &str, names: &[&str]) -> Vec<(ElementId, String)> {
        let is_noted = |name: &&str| split(name).1.eq_ignore_ascii_case("id");
        let mut found: Vec<(usize, ElementId, String)> = Vec::new();
        for name in names.iter().filter(|name| is_noted(name)) {
            let alike = self.alike(name, value);
            found.extend(alike.map(|id| (self.record(id).start, id, (*name).to_owned())));
        }
        let others: Vec<&str> = names.iter().copied().filter(|it| !is_noted(it)).collect();
        if !others.is_empty() {
            let mut attributes = Vec::new();
            let elements = self.below(self.root(), None, &mut |scanner, _| {
                let one = scanner.attributes().iter().find(|one| {
                    others.contains(&one.name) && values::of_attribute(one.value) == value
                });
                attributes.extend(one.map(|one| one.name.to_owned()));
                one.is_some() && attributes.len() <= MOST_ALIKE
            });
            let both = elements.into_iter().zip(attributes);
            found.extend(both.map(|(id, name)| (self.record(id).start, id, name)));
        }
        found.sort_unstable();
        found.truncate(MOST_ALIKE);
        found.into_iter().map(|(_, id, name)| (id, name)).collect()
    }

    /// The first sixteen elements with this value in an attribute whose local name is an id's, of whatever namespace: `Id`, `ID`,
    /// `id`. Two are too many already.
    pub(crate) fn by_any_id(&self, value: &str) -> Vec<ElementId> {
        let mut elements: Vec<ElementId> = self.alike(ANY_ID, value).collect();
        elements.dedup();
        elements.truncate(MOST_ALIKE);
        elements
    }

    /// Elements with this attribute and value, in document order, more than are told of.
    fn alike(&self, name: &str, value: &str) -> impl Iterator<Item = ElementId> + '_ {
        let digest = self.digest(name, value);
        let from = self.ids.partition_point(|(one, _)| *one < digest);
        let alike = self.ids.get(from..).unwrap_or_default().iter();
        let alike = alike.take_while(move |(one, _)| *one == digest);
        // One element may have three such attributes.
        let most = MOST_ALIKE.saturating_mul(4);
        alike.map(|(_, id)| *id).take(most)
    }

    /// The local names on the way to an element: `/HDon/DLHDon`.
    pub(crate) fn path(&self, id: ElementId) -> String {
        let mut names = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let element = self.element(id);
            names.push(element.local());
            next = element.parent();
        }
        names
            .iter()
            .rev()
            .fold(String::new(), |path, name| path + "/" + name)
    }

    /// The characters of an element that has no elements in it, comments left out.
    ///
    /// # Errors
    /// `Unreadable` where there are elements.
    pub(crate) fn text(&self, id: ElementId) -> Result<String> {
        let record = self.record(id);
        let mut scanner = Scanner::element(self.utf8(), record.start);
        let mut text = String::new();
        while let Some(token) = scanner.next()? {
            match token {
                Token::Open { .. } if scanner.depth() > 1 => {
                    let rule = &crate::text::rules::xml::NOT_TEXT;
                    return Err(Error::new(ErrorKind::Unreadable, rule).with(self.path(id)));
                }
                Token::Text(raw) => text.push_str(&values::of_text(raw)),
                Token::CData(raw) => text.push_str(&values::of_cdata(raw)),
                _ => {}
            }
        }
        Ok(text)
    }

    /// Filters something, with what all filters of this document may still do.
    pub(super) fn filtering<T>(&self, work: impl FnOnce(&Budget) -> T) -> T {
        let mut left = self
            .filtering
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let budget = Budget::new(*left);
        let result = work(&budget);
        *left = budget.left();
        result
    }

    /// The element and those around it, outermost first.
    pub(super) fn ancestry(&self, id: ElementId) -> Vec<(ElementId, Record)> {
        let mut all = Vec::new();
        let mut next = Some(id);
        while let Some(id) = next {
            let record = self.record(id);
            all.push((id, record));
            next = record.parent;
        }
        all.reverse();
        all
    }
}

/// Levels whose elements are noted while a document is read, as everybody asks for them: to find them again would take another
/// pass over the document.
const UPPER_LEVELS: usize = 3;

/// More of them are found when they are asked for.
const MOST_UPPER: usize = 1024;

/// The elements of the upper levels, by the element around them.
#[derive(Debug, Default)]
struct Upper {
    children: HashMap<ElementId, Vec<ElementId>>,
    noted: usize,
}

impl Upper {
    fn note(&mut self, open: &mut [Open], records: &mut Records) {
        if open.len() > UPPER_LEVELS || self.noted > MOST_UPPER {
            return;
        }
        self.noted = self.noted.saturating_add(1);
        if self.noted > MOST_UPPER {
            // What is not whole is of no use.
            self.children.clear();
            return;
        }
        let id = note(open, records);
        if open.len() < UPPER_LEVELS {
            self.children.entry(id).or_default();
        }
        let around = open.len().checked_sub(2).and_then(|at| open.get(at)?.id);
        if let Some(around) = around {
            self.children.entry(around).or_default().push(id);
        }
    }
}

/// Notes the innermost open element, and those around it first.
fn note(open: &mut [Open], records: &mut Records) -> ElementId {
    let mut parent = None;
    for one in open {
        let id = *one.id.get_or_insert_with(|| {
            one.record.parent = parent.unwrap_or(ElementId(0));
            records.note(one.record)
        });
        parent = Some(id);
    }
    parent.unwrap_or(ElementId(0))
}

/// Prefixes are declared, and no two attributes have one name (Namespaces in XML 1.0, clauses 4, 5 and 6.3).
fn check_names(
    name: &str,
    attributes: &[Attribute<'_>],
    scope: &Scope<'_>,
    at: usize,
) -> Result<()> {
    let (prefix, _) = split(name);
    if prefix == "xmlns" || !prefix.is_empty() && scope.lookup(prefix).is_none() {
        return Err(fault::namespace(at, name));
    }
    if attributes.iter().all(|one| one.prefix().is_empty()) && attributes.len() <= 8 {
        // Most elements: the names need no namespaces to be told apart.
        let mut rest = attributes;
        while let Some((one, others)) = rest.split_first() {
            if others.iter().any(|other| other.name == one.name) {
                return Err(fault::malformed(at, name));
            }
            rest = others;
        }
        return Ok(());
    }
    let mut seen: Vec<(&str, &str)> = Vec::with_capacity(attributes.len());
    for attribute in attributes {
        let (prefix, local) = split(attribute.name);
        let namespace = match (attribute.declares(), prefix) {
            (Some(_), _) => Some(super::scope::XMLNS),
            (None, "") => Some(""),
            (None, prefix) => scope.lookup(prefix),
        };
        let namespace = namespace.ok_or_else(|| fault::namespace(at, attribute.name))?;
        seen.push((namespace, local));
    }
    if seen.len() > 8 {
        seen.sort_unstable();
    }
    let twice = if seen.len() > 8 {
        seen.windows(2).any(|pair| pair.first() == pair.last())
    } else {
        let mut rest = seen.as_slice();
        let mut twice = false;
        while let Some((one, others)) = rest.split_first() {
            twice |= others.contains(one);
            rest = others;
        }
        twice
    };
    if twice {
        return Err(fault::malformed(at, name));
    }
    Ok(())
}

/// An element as it stands.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Element<'a> {
    document: &'a Document,
    record: Record,
}

impl<'a> Element<'a> {
    fn tag(&self) -> Vec<Attribute<'a>> {
        let mut scanner = Scanner::element(self.document.utf8(), self.record.start);
        // It was found well-formed when it was read.
        let _ = scanner.next();
        scanner.attributes().to_vec()
    }

    /// The qualified name.
    pub(crate) fn name(&self) -> &'a str {
        let rest = self
            .document
            .utf8()
            .get(self.record.start.saturating_add(1)..);
        let rest = rest.unwrap_or_default();
        let end = rest.iter().position(|octet| !is_name_octet(*octet));
        let name = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
        std::str::from_utf8(name).unwrap_or_default()
    }

    /// The prefix.
    pub(crate) fn prefix(&self) -> Option<&'a str> {
        let (prefix, _) = split(self.name());
        (!prefix.is_empty()).then_some(prefix)
    }

    /// The local part of the name.
    pub(crate) fn local(&self) -> &'a str {
        split(self.name()).1
    }

    /// The namespace; `None` where it is in none.
    pub(crate) fn namespace(&self) -> Option<&'a str> {
        let name = self.resolve(self.prefix().unwrap_or_default());
        name.filter(|name| !name.is_empty())
    }

    /// The namespace that a prefix is bound to here; the default one for the empty prefix.
    pub(crate) fn resolve(&self, prefix: &str) -> Option<&'a str> {
        if prefix == "xml" {
            return Some(XML);
        }
        let mut next = self.document.noted(self.record.start);
        while let Some(id) = next {
            let frame = self.document.frame(id);
            let found = frame
                .attributes(self.document)
                .find(|it| it.declares() == Some(prefix));
            if let Some(found) = found {
                let odd = self.document.odd_namespaces.get(found.value);
                return Some(odd.map_or(found.value, |name| name));
            }
            next = self.document.record(id).parent;
        }
        prefix.is_empty().then_some("")
    }

    /// From the start tag to behind the end tag, in the file.
    pub(crate) fn span(&self) -> Range<usize> {
        self.place(self.record.start)..self.place(self.record.end)
    }

    /// What stands between the tags, in the file; empty and behind the tag for `<a/>`.
    pub(crate) fn content(&self) -> Range<usize> {
        self.place(self.record.open_end)..self.place(self.record.close)
    }

    /// Whether it is written as `<a/>`.
    #[cfg(test)]
    pub(crate) fn is_empty_tag(&self) -> bool {
        self.record.open_end == self.record.end
    }

    /// The element around it.
    pub(crate) fn parent(&self) -> Option<ElementId> {
        self.record.parent
    }

    /// The value of an attribute: by local name in a namespace, or in none.
    pub(crate) fn attribute(&self, namespace: Option<&str>, local: &str) -> Option<Cow<'a, str>> {
        let attributes = self.tag();
        let found = attributes.iter().find(|one| {
            one.local() == local
                && one.declares().is_none()
                && match (namespace, one.prefix()) {
                    (None, prefix) => prefix.is_empty(),
                    (Some(_), "") => false,
                    (Some(namespace), prefix) => self.resolve(prefix) == Some(namespace),
                }
        });
        found.map(|one| values::of_attribute(one.value))
    }

    fn place(&self, at: usize) -> usize {
        self.document.text.place(at)
    }
}
