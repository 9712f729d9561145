//! Numbers for parsed objects: what memos know them by.

use std::sync::atomic::{AtomicU64, Ordering};

static LAST: AtomicU64 = AtomicU64::new(0);

/// A number that no other parsed object of this process has. Its bytes never change, so what was found out about them stays true.
pub(super) fn next() -> u64 {
    LAST.fetch_add(1, Ordering::Relaxed)
}
