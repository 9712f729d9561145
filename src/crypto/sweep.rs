//! One pass over a file that gives the digest of every signature's byte range (ARCHITECTURE.md, idea 1).

use super::{Digest, DigestAlgorithm, Provider};
use crate::{error::Result, source::Source};

/// What one signature covers: `[0, gap_start)` and `[gap_end, end)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Range {
    pub(crate) algorithm: DigestAlgorithm,
    pub(crate) gap_start: u64,
    pub(crate) gap_end: u64,
    pub(crate) end: u64,
}

/// The outcome for one range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    Digest(Digest),
    /// `gap_start <= gap_end <= end <= size` does not hold.
    OutOfBounds,
    /// The provider does not offer the algorithm.
    Unsupported,
    /// The budget was used up before the range was done.
    Budget,
}

/// All outcomes, in the order of the ranges, and SHA-256 of the whole file.
#[derive(Debug)]
pub(crate) struct Swept {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) sha256: [u8; 32],
}

/// Reads the source once, from its start to its end.
///
/// # Errors
/// Of kind `Io` when the source cannot be read, or shrinks meanwhile.
pub(crate) fn sweep(_provider: &dyn Provider, _source: &dyn Source, _ranges: &[Range]) -> Result<Swept> {
    todo!()
}
