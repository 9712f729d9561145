//! The first bytes: `%PDF-1.7`, junk before it, the linearization dictionary.

use super::{notes::Notes, object::Object, parse::Parser, window::parse_at};
use crate::{
    error::Result, limits::MAX_HEADER_OFFSET, report::Finding, source, source::Source, text::rules,
};

/// What the first bytes say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Header {
    /// Where `%PDF-` stands.
    pub(crate) offset: u64,
    pub(crate) version: Option<(u8, u8)>,
    /// The first object has /Linearized (ISO 32000-1 annex F.2.2).
    pub(crate) linearized: bool,
}

/// Reads the header.
///
/// # Errors
/// Those of the source.
pub(crate) fn read(source: &dyn Source, notes: &mut Notes) -> Result<Header> {
    let bytes = source::window(source, 0, MAX_HEADER_OFFSET.saturating_add(16))?;
    let Some(at) = memchr::memmem::find(&bytes, b"%PDF-") else {
        notes.note(Finding::new(&rules::pdf::NO_HEADER));
        return Ok(Header::default());
    };
    if at > 0 {
        notes.note(Finding::new(&rules::pdf::JUNK_BEFORE).with(at));
    }
    let version = match bytes.get(at.saturating_add(5)..) {
        Some([major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9', ..]) => {
            Some((major.wrapping_sub(b'0'), minor.wrapping_sub(b'0')))
        }
        _ => None,
    };
    let offset = at as u64;
    let first = parse_at(source, offset, |lexer| Parser::new(lexer).indirect())?;
    let linearized = first.is_ok_and(|first| {
        let dictionary = first.object.as_dictionary();
        dictionary
            .and_then(|d| d.get("Linearized"))
            .and_then(Object::as_number)
            .is_some()
    });
    Ok(Header {
        offset,
        version,
        linearized,
    })
}
