//! What a document may cost. Shared by threads; a race may let through a little more, never less.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::{
    error::{Error, ErrorKind, Place, Result},
    limits::{MAX_INFLATED_AGAIN_BYTES, MAX_INFLATED_BYTES, MAX_PARSED_BYTES, MAX_STREAM_BYTES},
    text::rules,
};

/// A number of bytes that may still be used.
#[derive(Debug)]
pub(crate) struct Budget(AtomicU64);

impl Budget {
    pub(crate) fn new(bytes: u64) -> Self {
        Self(AtomicU64::new(bytes))
    }

    /// What is left.
    pub(crate) fn left(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }

    /// Takes bytes; whether there were as many.
    pub(crate) fn take(&self, bytes: u64) -> bool {
        let left = self.left();
        self.0.store(left.saturating_sub(bytes), Ordering::Relaxed);
        bytes <= left
    }
}

/// The budgets of one document.
#[derive(Debug)]
pub(crate) struct Budgets {
    /// For parsing objects, each time anew.
    pub(crate) parsed: Budget,
    /// For undoing the filters of streams.
    pub(crate) inflated: Budget,
    /// For object streams that left the cache.
    pub(crate) inflated_again: Budget,
    /// For searching the ends that /Length does not tell.
    pub(crate) searched: Budget,
}

impl Budgets {
    /// For a file of so many bytes.
    pub(crate) fn new(size: u64) -> Self {
        Self {
            parsed: Budget::new(MAX_PARSED_BYTES),
            inflated: Budget::new(MAX_INFLATED_BYTES),
            inflated_again: Budget::new(MAX_INFLATED_AGAIN_BYTES),
            searched: Budget::new(size.saturating_mul(2).saturating_add(MAX_STREAM_BYTES)),
        }
    }

    /// For a look that decides nothing, and searches for nothing.
    pub(crate) fn aside(bytes: u64) -> Self {
        Self {
            parsed: Budget::new(bytes),
            inflated: Budget::new(bytes),
            inflated_again: Budget::new(bytes),
            searched: Budget::new(0),
        }
    }
}

/// The error of a budget that is used up.
#[cold]
pub(crate) fn exceeded(what: &str, place: Place) -> Error {
    Error::new(ErrorKind::Limit, &rules::pdf::LIMIT)
        .with(what)
        .at(place)
}

/// Takes bytes of parsing.
///
/// # Errors
/// `Limit`.
pub(crate) fn charge_parsing(budget: &Budget, bytes: u64, offset: u64) -> Result<()> {
    if budget.take(bytes) {
        Ok(())
    } else {
        Err(exceeded("parsed bytes", Place::offset(offset)))
    }
}
