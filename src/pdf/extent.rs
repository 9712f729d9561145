//! Where stream data ends (ISO 32000-1 clause 7.3.8.2): as /Length says, or where `endstream` is found.

use std::ops::Range;

use super::{
    budget::{Budget, exceeded},
    lex::is_space,
    window::Forward,
};
use crate::{
    error::{Place, Result},
    source,
    source::Source,
};

/// White space between data and `endstream` that is borne.
const SLACK_BYTES: usize = 256;

/// The bytes of a stream's data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) data: Range<u64>,
    /// Behind `endstream` and, where it follows, `endobj`.
    pub(crate) end: u64,
    /// `endstream` stands where /Length says.
    pub(crate) as_stated: bool,
}

/// The extent of data that starts at `start`, of a stated length; where that is wrong, `endstream` is searched for.
///
/// # Errors
/// Those of the source; `Limit` when too much was searched already.
pub(crate) fn of_stream(
    source: &dyn Source,
    start: u64,
    length: Option<i64>,
    searched: &Budget,
) -> Result<Extent> {
    if let Some(stated) = as_stated(source, start, length)? {
        return Ok(stated);
    }
    let left = searched.left();
    if left == 0 {
        return Err(exceeded("searched bytes", Place::offset(start)));
    }
    let bound = start.saturating_add(left).min(source.len());
    let extent = search(source, start, bound)?;
    searched.take(extent.end.saturating_sub(start).max(1));
    Ok(extent)
}

/// The extent that /Length tells, if `endstream` follows it.
///
/// # Errors
/// Those of the source.
pub(crate) fn as_stated(
    source: &dyn Source,
    start: u64,
    length: Option<i64>,
) -> Result<Option<Extent>> {
    let end = length
        .and_then(|length| u64::try_from(length).ok())
        .and_then(|length| start.checked_add(length))
        .filter(|end| *end <= source.len());
    let Some(end) = end else { return Ok(None) };
    let Some(behind) = keyword_behind(source, end, b"endstream")? else {
        return Ok(None);
    };
    let closed = keyword_behind(source, behind, b"endobj")?;
    Ok(Some(Extent {
        data: start..end,
        end: closed.unwrap_or(behind),
        as_stated: true,
    }))
}

/// The extent up to `endstream`, else `endobj`, else the bound.
///
/// # Errors
/// Those of the source.
pub(crate) fn search(source: &dyn Source, start: u64, bound: u64) -> Result<Extent> {
    let mut forward = Forward::new(source, start);
    let found = match forward.find(b"endstream", bound)? {
        Some(at) => Some((at, at.saturating_add(9))),
        None => {
            forward.seek(start);
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
    let length = at.saturating_sub(start).min(2);
    let tail = source::window(source, at.saturating_sub(length), length)?;
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
        SLACK_BYTES.saturating_add(keyword.len()) as u64,
    )?;
    Ok(keyword_in(&bytes, 0, keyword).map(|behind| offset.saturating_add(behind as u64)))
}

/// The same in bytes.
fn keyword_in(bytes: &[u8], at: usize, keyword: &[u8]) -> Option<usize> {
    let rest = bytes.get(at..)?;
    let space = rest.iter().take(SLACK_BYTES);
    let space = space.take_while(|byte| is_space(**byte)).count();
    let rest = rest.get(space..)?.strip_prefix(keyword)?;
    bytes.len().checked_sub(rest.len())
}

/// Behind the `endobj` of a stream whose data ends at a place of these bytes; `None` where they do not show that.
pub(crate) fn closed_in(bytes: &[u8], end: usize) -> Option<usize> {
    let behind = keyword_in(bytes, end, b"endstream")?;
    keyword_in(bytes, behind, b"endobj")
}
