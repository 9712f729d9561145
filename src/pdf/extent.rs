//! Where stream data ends (ISO 32000-1 clause 7.3.8.2): as /Length says, or where `endstream` is found.

use std::ops::Range;

use super::{lex::is_space, window::Forward};
use crate::{error::Result, source, source::Source};

/// White space between data and `endstream` that is borne.
const SLACK_BYTES: u64 = 256;

/// The bytes of a stream's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) data: Range<u64>,
    /// Behind `endstream` and, where it follows, `endobj`.
    pub(crate) end: u64,
    /// `endstream` stands where /Length says.
    pub(crate) as_stated: bool,
}

/// The extent of data that starts at `start`, of a stated length. `bound` is how far `endstream` is looked for.
///
/// # Errors
/// Those of the source.
pub(crate) fn of_stream(
    source: &dyn Source,
    start: u64,
    length: Option<i64>,
    bound: u64,
) -> Result<Extent> {
    let stated = length.and_then(|length| u64::try_from(length).ok());
    let stated = stated
        .and_then(|length| start.checked_add(length))
        .filter(|end| *end <= source.len());
    if let Some(end) = stated
        && let Some(behind) = keyword_behind(source, end, b"endstream")?
    {
        let closed = keyword_behind(source, behind, b"endobj")?;
        return Ok(Extent {
            data: start..end,
            end: closed.unwrap_or(behind),
            as_stated: true,
        });
    }
    let mut forward = Forward::new(source, start);
    let found = match forward.find(b"endstream", bound)? {
        Some(at) => Some((at, at.saturating_add(9))),
        None => {
            let mut forward = Forward::new(source, start);
            forward.find(b"endobj", bound)?.map(|at| (at, at))
        }
    };
    let Some((at, behind)) = found else {
        let end = bound.max(start).min(source.len());
        return Ok(Extent {
            data: start..end,
            end,
            as_stated: false,
        });
    };
    // The end of line before `endstream` is not data.
    let tail = source::window(
        source,
        at.saturating_sub(2).max(start),
        2.min(at.saturating_sub(start)),
    )?;
    let eol = match *tail {
        [b'\r', b'\n'] => 2,
        [.., b'\r' | b'\n'] => 1,
        _ => 0,
    };
    let closed = keyword_behind(source, behind, b"endobj")?;
    Ok(Extent {
        data: start..at.saturating_sub(eol),
        end: closed.unwrap_or(behind),
        as_stated: false,
    })
}

/// Behind a keyword that follows an offset and white space.
fn keyword_behind(source: &dyn Source, offset: u64, keyword: &[u8]) -> Result<Option<u64>> {
    let bytes = source::window(
        source,
        offset,
        SLACK_BYTES.saturating_add(keyword.len() as u64),
    )?;
    let space = bytes.iter().take_while(|byte| is_space(**byte)).count();
    let found = bytes
        .get(space..)
        .is_some_and(|rest| rest.starts_with(keyword));
    let behind = offset
        .saturating_add(space as u64)
        .saturating_add(keyword.len() as u64);
    Ok(found.then_some(behind))
}
