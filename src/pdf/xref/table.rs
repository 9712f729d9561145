//! Cross-reference tables (ISO 32000-1 clause 7.5.4), hybrid ones included (clause 7.5.8.4).

use super::{Broken, Loader, Section, broken, is_usable, offset_of};
use crate::{
    error::{Place, Result},
    pdf::{
        budget::charge_parsing,
        lex::{Lexer, Token, is_space},
        object::Object,
        parse::Parser,
        revision::{Entry, XrefForm},
        window::{Forward, parse_counted},
    },
    report::Finding,
    text::rules,
};

/// Enough for any sane line of a table.
const LINE_BYTES: usize = 64;

impl Loader<'_> {
    /// The table at an offset, with its /XRefStm.
    pub(super) fn table(&mut self, offset: u64) -> Result<std::result::Result<Section, Broken>> {
        let nothing = || {
            Finding::new(&rules::pdf::NO_SECTION)
                .with(offset)
                .at(Place::offset(offset))
        };
        let source = self.source;
        let mut reader = Forward::new(source, offset);
        if !matches!(word(&mut reader)?, Some(Word::Xref)) {
            return Ok(Err(nothing()));
        }
        let mut entries = Vec::new();
        loop {
            match word(&mut reader)? {
                Some(Word::Number(start)) => {
                    let Some(Word::Number(count)) = word(&mut reader)? else {
                        return Ok(Err(nothing()));
                    };
                    self.subsection(&mut reader, start, count, &mut entries, offset)?;
                }
                Some(Word::Trailer) => break,
                _ => return Ok(Err(nothing())),
            }
        }
        let at = reader.offset();
        let (trailer, read) = parse_counted(source, at, |lexer| {
            let trailer = Parser::new(lexer).object()?;
            Ok((trailer, lexer.offset()))
        })?;
        charge_parsing(&self.budgets.parsed, read, at)?;
        let (trailer, end) = match trailer {
            Ok((Object::Dictionary(trailer), end)) => (trailer, end),
            Ok(_) => return Ok(Err(nothing())),
            Err(stop) => return Ok(Err(broken(stop, at))),
        };
        self.settle(&mut entries, &trailer, offset);
        let form = match trailer.get("XRefStm") {
            None => XrefForm::Table,
            Some(stated) => match self.hybrid(stated, &mut entries)? {
                Ok(()) => XrefForm::Hybrid,
                Err(broken) => return Ok(Err(broken)),
            },
        };
        Ok(Ok(Section {
            offset,
            end,
            form,
            trailer,
            entries,
        }))
    }

    /// Entries of a subsection; stops where something else stands.
    fn subsection(
        &mut self,
        reader: &mut Forward<'_>,
        start: u64,
        count: u64,
        entries: &mut Vec<(u32, Entry)>,
        section: u64,
    ) -> Result<()> {
        let mut start = start;
        for index in 0..count {
            let place = Place::offset(reader.offset());
            let Some((offset, generation, in_use)) = row(reader)? else {
                self.notes
                    .ambiguous(Finding::new(&rules::pdf::SHORT_SUBSECTION).at(place));
                return Ok(());
            };
            // The head of the free list can only be object 0 (a known producer bug).
            if index == 0
                && start == 1
                && entries.is_empty()
                && !in_use
                && generation == 65_535
                && offset == 0
            {
                self.notes
                    .ambiguous(Finding::new(&rules::pdf::SHIFTED_NUMBERS).at(place));
                start = 0;
            }
            self.charge(1, section)?;
            let Some(number) = is_usable(start.saturating_add(index)) else {
                continue;
            };
            let generation = u16::try_from(generation).unwrap_or(u16::MAX);
            let entry = if !in_use {
                Entry::Free { generation }
            } else if offset == 0 {
                self.notes.note(
                    Finding::new(&rules::pdf::ZERO_OFFSET)
                        .with(number)
                        .at(place),
                );
                Entry::Free { generation }
            } else {
                Entry::InFile {
                    offset: offset.saturating_add(self.shift),
                    generation,
                }
            };
            entries.push((number, entry));
        }
        Ok(())
    }

    /// Merges the stream that /XRefStm names: it says where the objects stand that the table calls free or
    /// does not name.
    fn hybrid(
        &mut self,
        stated: &Object,
        entries: &mut Vec<(u32, Entry)>,
    ) -> Result<std::result::Result<(), Broken>> {
        let Some(offset) = offset_of(stated) else {
            return Ok(Err(Finding::new(&rules::pdf::NO_SECTION).with("/XRefStm")));
        };
        let hidden = match self.stream(offset.saturating_add(self.shift))? {
            Ok(section) => section.entries,
            Err(broken) => return Ok(Err(broken)),
        };
        let table = std::mem::take(entries);
        let mut hidden = hidden.into_iter().peekable();
        for (number, entry) in table {
            while let Some(earlier) = hidden.next_if(|(other, _)| *other < number) {
                entries.push(earlier);
            }
            let same = hidden.next_if(|(other, _)| *other == number);
            entries.push(match (entry, same) {
                (Entry::Free { .. }, Some(same)) => same,
                _ => (number, entry),
            });
        }
        entries.extend(hidden);
        Ok(Ok(()))
    }
}

enum Word {
    Xref,
    Trailer,
    Number(u64),
}

/// The next word of a table, outside its rows.
fn word(reader: &mut Forward<'_>) -> Result<Option<Word>> {
    let offset = reader.offset();
    let result = parse_at_reader(reader, |lexer| match lexer.token() {
        Ok(Token::Integer(number)) => u64::try_from(number).ok().map(Word::Number),
        Ok(Token::Keyword(word)) => {
            // `trailer<<` ends at its delimiter; `xref0 5` only by mistake, but is read so.
            let extra = |keyword: &[u8]| word.strip_prefix(keyword).map(<[u8]>::len);
            let (word, extra) = match (extra(b"xref"), extra(b"trailer")) {
                (Some(extra), _) => (Word::Xref, extra),
                (_, Some(extra)) => (Word::Trailer, extra),
                _ => return None,
            };
            lexer.seek(lexer.position().saturating_sub(extra));
            Some(word)
        }
        _ => None,
    })?;
    if result.is_none() {
        reader.seek(offset);
    }
    Ok(result)
}

/// One row: offset, generation, whether in use. The usual 20 bytes are read at once; others by tokens.
fn row(reader: &mut Forward<'_>) -> Result<Option<(u64, u64, bool)>> {
    let ahead = reader.ahead(LINE_BYTES)?;
    // Behind the head of the subsection, or a row that was read by tokens, the end of the line is left.
    let blank = ahead.iter().take_while(|byte| is_space(**byte)).count();
    if let Some(line) = ahead.get(blank..).and_then(|rest| rest.get(..20))
        && let [
            offset @ ..,
            b' ',
            g0,
            g1,
            g2,
            g3,
            g4,
            b' ',
            kind @ (b'n' | b'f'),
            e0,
            e1,
        ] = line
        && matches!((e0, e1), (b' ', b'\r' | b'\n') | (b'\r', b'\n'))
        && let Some(offset) = digits(offset)
        && let Some(generation) = digits(&[*g0, *g1, *g2, *g3, *g4])
    {
        let in_use = *kind == b'n';
        reader.skip(blank.saturating_add(20));
        return Ok(Some((offset, generation, in_use)));
    }
    let before = reader.offset();
    let found = parse_at_reader(reader, |lexer| {
        let mut integer = || match lexer.token() {
            Ok(Token::Integer(value)) => u64::try_from(value).ok(),
            _ => None,
        };
        let (offset, generation) = (integer()?, integer()?);
        match lexer.token() {
            Ok(Token::Keyword(b"n")) => Some((offset, generation, true)),
            Ok(Token::Keyword(b"f")) => Some((offset, generation, false)),
            _ => None,
        }
    })?;
    if found.is_none() {
        reader.seek(before);
    }
    Ok(found)
}

/// Runs a small parser on what lies ahead and goes on behind what it read.
fn parse_at_reader<T>(
    reader: &mut Forward<'_>,
    mut parse: impl FnMut(&mut Lexer<'_>) -> Option<T>,
) -> Result<Option<T>> {
    let mut wanted = LINE_BYTES;
    loop {
        let offset = reader.offset();
        let ahead = reader.ahead(wanted)?;
        let ahead = ahead.get(..wanted).unwrap_or(ahead);
        let complete = ahead.len() < wanted;
        let mut lexer = Lexer::new(ahead, offset, complete);
        let found = parse(&mut lexer);
        let read = lexer.position();
        // White space and comments may be longer than a line.
        let cut_off = found.is_none() && !complete && lexer.rest().len() < LINE_BYTES / 2;
        if cut_off && wanted < 1 << 20 {
            wanted = wanted.saturating_mul(16);
            continue;
        }
        if found.is_some() {
            reader.skip(read);
        }
        return Ok(found);
    }
}

fn digits(text: &[u8]) -> Option<u64> {
    text.iter().try_fold(0_u64, |value, byte| {
        let digit = byte
            .is_ascii_digit()
            .then(|| u64::from(byte.wrapping_sub(b'0')))?;
        value.checked_mul(10)?.checked_add(digit)
    })
}
