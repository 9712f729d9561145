//! Cross-reference streams (ISO 32000-1 clause 7.5.8).

use super::{Broken, Loader, Section, broken, is_usable};
use crate::{
    error::{Error, Place, Result},
    limits::{MAX_STREAM_BYTES, MAX_XREF_ENTRIES},
    pdf::{
        budget::{charge_parsing, exceeded},
        extent,
        filter::{self, FilterError},
        object::{Dictionary, Object},
        parse::Parser,
        revision::{Entry, XrefForm},
        window::parse_counted,
    },
    report::Finding,
    source,
    text::rules,
};

impl Loader<'_> {
    /// The cross-reference stream at an offset.
    pub(super) fn stream(&mut self, offset: u64) -> Result<std::result::Result<Section, Broken>> {
        let place = Place::offset(offset);
        let (parsed, read) =
            parse_counted(self.source, offset, |lexer| Parser::new(lexer).indirect())?;
        charge_parsing(&self.budgets.parsed, read, offset)?;
        let parsed = match parsed {
            Ok(parsed) => parsed,
            Err(stop) => return Ok(Err(broken(stop, offset))),
        };
        let (Object::Dictionary(trailer), Some(start)) = (parsed.object, parsed.data) else {
            return Ok(Err(Finding::new(&rules::pdf::NO_SECTION)
                .with(offset)
                .at(place)));
        };
        if !trailer.get("Type").is_some_and(|kind| kind.is_name("XRef")) {
            return Ok(Err(Finding::new(&rules::pdf::NO_SECTION)
                .with(offset)
                .at(place)));
        }
        let length = trailer.get("Length").and_then(Object::as_integer);
        let extent = extent::of_stream(self.source, start, length, &self.budgets.searched)?;
        if !extent.as_stated && !matches!(trailer.get("Length"), Some(Object::Reference(_))) {
            self.notes
                .ambiguous(Finding::new(&rules::pdf::WRONG_LENGTH).at(place));
        }
        let decoded = match self.decode(&trailer, extent.data.start, extent.data.end)? {
            Ok(decoded) => decoded,
            Err(what) => {
                return Ok(Err(Finding::new(&rules::pdf::BAD_XREF_STREAM)
                    .with(what)
                    .at(place)));
            }
        };
        if decoded.damaged {
            self.notes
                .ambiguous(Finding::new(&rules::pdf::DAMAGED_STREAM).at(place));
        }
        let mut entries = Vec::new();
        let shift = self.shift;
        let mut zero = None;
        let bounded = self.entries;
        let outcome = rows(&trailer, &decoded.data, |number, entry| {
            let entry = match entry {
                Entry::InFile {
                    offset: 0,
                    generation,
                } => {
                    zero.get_or_insert(number);
                    Entry::Free { generation }
                }
                Entry::InFile { offset, generation } => Entry::InFile {
                    offset: offset.saturating_add(shift),
                    generation,
                },
                other => other,
            };
            if entries.len() <= bounded {
                entries.push((number, entry));
            }
        });
        self.charge(entries.len(), offset)?;
        if let Some(number) = zero {
            self.notes.note(
                Finding::new(&rules::pdf::ZERO_OFFSET)
                    .with(number)
                    .at(place),
            );
        }
        match outcome {
            Err(what) => {
                return Ok(Err(Finding::new(&rules::pdf::BAD_XREF_STREAM)
                    .with(what)
                    .at(place)));
            }
            Ok(false) => {
                self.notes
                    .ambiguous(Finding::new(&rules::pdf::SHORT_SUBSECTION).at(place));
            }
            Ok(true) => {}
        }
        self.settle(&mut entries, &trailer, offset);
        Ok(Ok(Section {
            offset,
            end: extent.end,
            form: XrefForm::Stream,
            trailer,
            entries,
        }))
    }

    fn decode(
        &self,
        dictionary: &Dictionary,
        start: u64,
        end: u64,
    ) -> Result<std::result::Result<filter::Decoded, String>> {
        let length = end.saturating_sub(start);
        let limit = || exceeded("inflated bytes", Place::offset(start));
        if length > MAX_STREAM_BYTES {
            return Err(limit());
        }
        // Its own dictionary must not hold references: nothing can be resolved yet.
        let steps = filter::steps(dictionary, |object| Ok::<_, Error>(object.clone()))?;
        let raw = source::window(self.source, start, length)?;
        let bound = usize::try_from(self.budgets.inflated.left().min(MAX_STREAM_BYTES));
        let decoded =
            steps.and_then(|steps| filter::decode(&raw, &steps, bound.unwrap_or(usize::MAX)));
        match decoded {
            Ok(decoded)
                if self
                    .budgets
                    .inflated
                    .take(length.max(decoded.data.len() as u64)) =>
            {
                Ok(Ok(decoded))
            }
            Ok(_) | Err(FilterError::Limit) => Err(limit()),
            Err(FilterError::Unsupported(what)) => Ok(Err(what)),
        }
    }
}

/// Calls `found` for each row. Whether there were as many as /Index says is the answer, or what is wrong.
fn rows(
    dictionary: &Dictionary,
    data: &[u8],
    mut found: impl FnMut(u32, Entry),
) -> std::result::Result<bool, &'static str> {
    let widths = dictionary.get("W").and_then(Object::as_array).ok_or("/W")?;
    let mut width = widths.iter().map(|width| {
        let width = width
            .as_integer()
            .and_then(|width| usize::try_from(width).ok());
        width.filter(|width| *width <= 8).ok_or("/W")
    });
    let (kind, second, third) = match (width.next(), width.next(), width.next()) {
        (Some(kind), Some(second), Some(third)) => (kind?, second?, third?),
        _ => return Err("/W"),
    };
    let total = kind.saturating_add(second).saturating_add(third);
    if total == 0 || second == 0 {
        return Err("/W");
    }
    let size = dictionary
        .get("Size")
        .and_then(Object::as_integer)
        .unwrap_or(0);
    let whole = [Object::Integer(0), Object::Integer(size)];
    let index = match dictionary.get("Index") {
        Some(Object::Array(items)) => items.as_slice(),
        None | Some(Object::Null) => &whole,
        Some(_) => return Err("/Index"),
    };
    if index.len() > MAX_XREF_ENTRIES {
        return Err("/Index");
    }
    let mut rows = data.chunks_exact(total);
    for pair in index.chunks(2) {
        let mut number = pair
            .iter()
            .map(|n| n.as_integer().and_then(|n| u64::try_from(n).ok()));
        let (Some(Some(start)), Some(Some(count))) = (number.next(), number.next()) else {
            return Err("/Index");
        };
        for offset in 0..count {
            let Some(row) = rows.next() else {
                return Ok(false);
            };
            let (first, rest) = row.split_at_checked(kind).ok_or("/W")?;
            let (middle, last) = rest.split_at_checked(second).ok_or("/W")?;
            let (middle, last) = (big_endian(middle), big_endian(last));
            let generation = u16::try_from(last).unwrap_or(u16::MAX);
            let entry = match if kind == 0 { 1 } else { big_endian(first) } {
                0 => Entry::Free { generation },
                1 => Entry::InFile {
                    offset: middle,
                    generation,
                },
                2 => match (u32::try_from(middle), u32::try_from(last)) {
                    (Ok(stream), Ok(index)) => Entry::InStream { stream, index },
                    _ => continue,
                },
                // Other types stand for null (clause 7.5.8.3).
                _ => Entry::Free { generation: 0 },
            };
            if let Some(number) = is_usable(start.saturating_add(offset)) {
                found(number, entry);
            }
        }
    }
    Ok(true)
}

fn big_endian(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, byte| value << 8 | u64::from(*byte))
}
