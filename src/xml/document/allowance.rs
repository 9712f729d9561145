//! What may still be done with a document, by all its signatures together.

use std::sync::{
    Mutex, PoisonError,
    atomic::{AtomicU64, Ordering},
};

use super::Document;
use crate::{
    limits::{
        MAX_XML_WRITTEN_TIMES, MAX_XPATH_WORK, MAX_XPATH_WORK_FACTOR, XML_WRITTEN_SLACK_BYTES,
    },
    xml::general::Budget,
};

/// How much of it is left.
#[derive(Debug)]
pub(super) struct Allowance {
    /// Work of filters.
    filtering: Mutex<u64>,
    /// Canonical octets.
    writing: AtomicU64,
}

impl Allowance {
    /// That of a document with so many octets.
    pub(super) fn of(size: usize) -> Self {
        let size = u64::try_from(size).unwrap_or(u64::MAX);
        let of_size = |times, more| size.saturating_mul(times).saturating_add(more);
        Self {
            filtering: Mutex::new(of_size(MAX_XPATH_WORK_FACTOR, MAX_XPATH_WORK)),
            writing: AtomicU64::new(of_size(MAX_XML_WRITTEN_TIMES, XML_WRITTEN_SLACK_BYTES)),
        }
    }
}

impl Document {
    /// Filters something, with what all filters of this document may still do.
    pub(in crate::xml) fn filtering<T>(&self, work: impl FnOnce(&Budget) -> T) -> T {
        let left = &self.allowance.filtering;
        let mut left = left.lock().unwrap_or_else(PoisonError::into_inner);
        let budget = Budget::new(*left);
        let result = work(&budget);
        *left = budget.left();
        result
    }

    /// Canonical octets that may still be written of this document.
    pub(in crate::xml) fn writing_left(&self) -> u64 {
        self.allowance.writing.load(Ordering::Relaxed)
    }

    /// Takes note of canonical octets that were written.
    pub(in crate::xml) fn written(&self, octets: u64) {
        let less = |left: u64| Some(left.saturating_sub(octets));
        let left = &self.allowance.writing;
        // It always gives something, so this cannot fail.
        let _ = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, less);
    }
}
