//! From octets to text: UTF-8, UTF-16, ISO-8859-1 and US-ASCII (XML 1.0 clause 4.3.3 and appendix F), with the way back to the octets.

use std::sync::Arc;

use memchr::memmem;

use super::names::is_space;
use crate::{
    error::{Error, ErrorKind, Place, Result},
    text::rules::xml as rules,
};

/// The text of a document. Positions in it are turned into positions in the file by `place`.
#[derive(Debug)]
pub(super) struct Text {
    octets: Arc<[u8]>,
    form: Form,
    /// Where the root's prolog begins: behind the XML declaration.
    pub(super) start: usize,
}

#[derive(Debug)]
enum Form {
    /// The octets are the text, behind a byte order mark or none.
    Utf8 { mark: usize },
    /// Another encoding; every `STEP` octets of text, where they stand in the file.
    Other {
        text: String,
        width: Width,
        steps: Vec<(usize, usize)>,
    },
}

/// Octets of a character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Width {
    One,
    /// Two, or four for surrogate pairs.
    Two,
}

const STEP: usize = 1024;

impl Text {
    /// # Errors
    /// `Unsupported` for other encodings and versions, `Unreadable` where the octets are not in the encoding that is named.
    pub(super) fn read(octets: Arc<[u8]>) -> Result<Self> {
        let mut text = Self {
            form: Self::form(&octets)?,
            octets,
            start: 0,
        };
        let (start, declared) = declaration(text.utf8())?;
        let declared = declared.map(|name| name.to_ascii_lowercase());
        if let Some(name) = declared {
            let fits = match &text.form {
                Form::Utf8 { mark } => {
                    name == "utf-8"
                        || *mark == 0
                            && matches!(&*name, "us-ascii" | "ascii")
                            && text.octets.is_ascii()
                }
                Form::Other { width, .. } => {
                    matches!(&*name, "utf-16" | "utf-16le" | "utf-16be") == (*width == Width::Two)
                }
            };
            if !fits {
                return Err(unsupported(&name));
            }
        }
        text.start = start;
        Ok(text)
    }

    fn form(octets: &[u8]) -> Result<Form> {
        Ok(match octets {
            [0xEF, 0xBB, 0xBF, rest @ ..] => {
                utf8(rest, 3)?;
                Form::Utf8 { mark: 3 }
            }
            [0xFE, 0xFF, rest @ ..] => two(rest, u16::from_be_bytes, 2)?,
            [0xFF, 0xFE, rest @ ..] => two(rest, u16::from_le_bytes, 2)?,
            [0, b'<', ..] => two(octets, u16::from_be_bytes, 0)?,
            [b'<', 0, ..] => two(octets, u16::from_le_bytes, 0)?,
            _ if is_latin(octets) => one(octets),
            _ => {
                utf8(octets, 0)?;
                Form::Utf8 { mark: 0 }
            }
        })
    }

    /// The text in UTF-8.
    pub(super) fn utf8(&self) -> &[u8] {
        match &self.form {
            Form::Utf8 { mark } => self.octets.get(*mark..).unwrap_or_default(),
            Form::Other { text, .. } => text.as_bytes(),
        }
    }

    /// The file.
    pub(super) fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// Where a place of the text stands in the file.
    pub(super) fn place(&self, at: usize) -> usize {
        match &self.form {
            Form::Utf8 { mark } => at.saturating_add(*mark),
            Form::Other { text, width, steps } => {
                let step = steps.partition_point(|(known, _)| *known <= at);
                let (from, mut place) = step
                    .checked_sub(1)
                    .and_then(|step| steps.get(step))
                    .copied()
                    .unwrap_or_default();
                for c in text.get(from..at).unwrap_or_default().chars() {
                    place = place.saturating_add(width.of(c));
                }
                place
            }
        }
    }
}

impl Width {
    fn of(self, c: char) -> usize {
        match self {
            Self::One => 1,
            Self::Two => c.len_utf16().saturating_mul(2),
        }
    }
}

/// Finds characters that XML does not have, apart from what the scanner sees: controls and the two non-characters.
fn utf8(octets: &[u8], mark: usize) -> Result<()> {
    if let Err(error) = std::str::from_utf8(octets) {
        return Err(not_in("utf-8", error.valid_up_to().saturating_add(mark)));
    }
    let control = |octet: &u8| *octet < 0x20 && !is_space(*octet);
    // In blocks, which the compiler turns into a few instructions each.
    let mut at = 0_usize;
    for block in octets.chunks(4096) {
        if block
            .iter()
            .fold(false, |found, octet| found | control(octet))
        {
            let inside = block.iter().position(control).unwrap_or_default();
            return Err(super::fault::malformed(
                at.saturating_add(inside).saturating_add(mark),
                "U+00…",
            ));
        }
        at = at.saturating_add(block.len());
    }
    let none = memmem::find_iter(octets, b"\xEF\xBF")
        .find(|at| matches!(octets.get(at.saturating_add(2)), Some(0xBE | 0xBF)));
    match none {
        Some(at) => Err(super::fault::malformed(at.saturating_add(mark), "U+FFFE")),
        None => Ok(()),
    }
}

fn two(octets: &[u8], unit: fn([u8; 2]) -> u16, mark: usize) -> Result<Form> {
    if !octets.len().is_multiple_of(2) {
        return Err(not_in("utf-16", octets.len().saturating_add(mark)));
    }
    let units = octets.chunks_exact(2).map(|pair| {
        let pair: [u8; 2] = pair.try_into().unwrap_or_default();
        unit(pair)
    });
    let mut made = Made::new(Width::Two, mark);
    for c in char::decode_utf16(units) {
        made.push(c.map_err(|_| not_in("utf-16", made.place))?);
    }
    made.finish()
}

fn one(octets: &[u8]) -> Form {
    let mut made = Made::new(Width::One, 0);
    octets
        .iter()
        .for_each(|octet| made.push(char::from(*octet)));
    made.form()
}

/// A text in the making.
struct Made {
    text: String,
    width: Width,
    steps: Vec<(usize, usize)>,
    place: usize,
}

impl Made {
    fn new(width: Width, place: usize) -> Self {
        Self {
            text: String::new(),
            width,
            steps: vec![(0, place)],
            place,
        }
    }

    fn push(&mut self, c: char) {
        let last = self.steps.last().map_or(0, |(text, _)| *text);
        if self.text.len() >= last.saturating_add(STEP) {
            self.steps.push((self.text.len(), self.place));
        }
        self.text.push(c);
        self.place = self.place.saturating_add(self.width.of(c));
    }

    fn finish(self) -> Result<Form> {
        utf8(self.text.as_bytes(), 0)?;
        Ok(self.form())
    }

    fn form(self) -> Form {
        let Self {
            text, width, steps, ..
        } = self;
        Form::Other { text, width, steps }
    }
}

/// Whether the declaration names ISO-8859-1: only then octets are anything else than UTF-8.
fn is_latin(octets: &[u8]) -> bool {
    let end = memmem::find(octets.get(..256).unwrap_or(octets), b"?>").unwrap_or_default();
    let head = octets.get(..end.saturating_add(2)).unwrap_or_default();
    let named = declaration(head).ok().and_then(|(_, name)| name);
    let named = named.map(|name| name.to_ascii_lowercase());
    matches!(named.as_deref(), Some("iso-8859-1" | "latin1"))
}

/// Reads the XML declaration, or finds that there is none: where it ends, and the encoding that it names.
fn declaration(octets: &[u8]) -> Result<(usize, Option<String>)> {
    let Some(rest) = octets.strip_prefix(b"<?xml") else {
        return Ok((0, None));
    };
    if !rest.first().copied().is_some_and(is_space) {
        return Ok((0, None));
    }
    let broken = || super::fault::malformed(0, "<?xml");
    let inside = memmem::find(rest, b"?>").and_then(|end| rest.get(..end));
    let inside = inside.and_then(|inside| std::str::from_utf8(inside).ok());
    let inside = inside.ok_or_else(broken)?;
    let mut rest = inside;
    let mut found: Vec<(&str, &str)> = Vec::new();
    loop {
        let trimmed = rest.trim_start_matches([' ', '\t', '\r', '\n']);
        if trimmed.is_empty() {
            break;
        }
        let (name, value) = trimmed.split_once('=').ok_or_else(broken)?;
        let value = value.trim_start_matches([' ', '\t', '\r', '\n']);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let value = quote.and_then(|quote| value.strip_prefix(quote)?.split_once(quote));
        let (value, after) = value.ok_or_else(broken)?;
        // White space stands between the parts.
        if trimmed.len() == rest.len() {
            return Err(broken());
        }
        found.push((name.trim_end_matches([' ', '\t', '\r', '\n']), value));
        rest = after;
    }
    let order: Vec<&str> = found.iter().map(|(name, _)| *name).collect();
    let known = matches!(
        &*order,
        ["version"]
            | ["version", "encoding"]
            | ["version", "standalone"]
            | ["version", "encoding", "standalone"]
    );
    let value = |wanted: &str| {
        let found = found.iter().find(|(name, _)| *name == wanted);
        found.map(|(_, value)| *value)
    };
    if !known || !matches!(value("standalone"), None | Some("yes" | "no")) {
        return Err(broken());
    }
    match value("version") {
        Some("1.0") => {}
        version => {
            return Err(Error::new(ErrorKind::Unsupported, &rules::VERSION)
                .with(version.unwrap_or_default()));
        }
    }
    let length = inside.len().saturating_add("<?xml?>".len());
    Ok((length, value("encoding").map(str::to_owned)))
}

fn unsupported(name: &str) -> Error {
    let name: String = name.chars().take(40).collect();
    Error::new(ErrorKind::Unsupported, &rules::ENCODING).with(name)
}

fn not_in(name: &str, at: usize) -> Error {
    Error::new(ErrorKind::Unreadable, &rules::NOT_IN_ENCODING)
        .with(name)
        .at(Place::offset(u64::try_from(at).unwrap_or(u64::MAX)))
}
