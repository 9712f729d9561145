//! What was fetched before, shared by all threads of a context: bounded, with single flight. No lock is held while something is fetched,
//! parsed or checked.
//!
//! It keeps parsed evidence, never judgements: everything that comes out is held against signatures and dates again.

use std::{
    collections::{HashMap, HashSet},
    fmt,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use super::read::Evidence;
use crate::{
    limits::{MAX_EVIDENCE_BYTES, MAX_EVIDENCE_ENTRIES},
    net::{FetchFailure, FetchKind},
};

/// Seconds that lists and answers are taken from here without asking again, if they are current that long. Authorities have to make a
/// revocation known within 60 minutes (EN 319 411-1 clause 6.2.4).
const KEEP_STATUS: i64 = 3_600;

/// Seconds that certificates are taken from here: they never change, but others may come to stand beside them.
const KEEP_CERTIFICATES: i64 = 86_400;

/// Seconds that a failure is remembered: long enough for a batch of documents, short enough for a server that starts again.
const KEEP_FAILURE: i64 = 60;

/// Evidence older than this is fetched anew where it does not settle the matter.
const KEEP_UNSETTLED: i64 = 60;

/// What is here.
#[derive(Clone, Debug)]
pub(super) enum Found {
    /// Evidence; `renew`: where it does not help, newer one may.
    Evidence {
        evidence: Evidence,
        renew: bool,
    },
    Failure(FetchFailure),
}

/// Evidence by what it was asked for.
#[derive(Default)]
pub(crate) struct Cache {
    state: Mutex<State>,
    landed: Condvar,
}

#[derive(Default)]
struct State {
    entries: HashMap<String, Entry>,
    /// What was of use for a certificate, by its SHA-256: taken up at once the next time.
    useful: HashMap<[u8; 32], Vec<String>>,
    /// What somebody is fetching right now.
    in_flight: HashSet<String>,
    bytes: u64,
    /// Counts what was put here.
    puts: u64,
}

struct Entry {
    outcome: Result<Evidence, FetchFailure>,
    kind: FetchKind,
    fetched: i64,
    from_shelf: bool,
    weight: u64,
    /// How much had been put here when it was used last.
    used: u64,
}

impl Entry {
    /// What it is worth at a time.
    fn look(&mut self, now: i64, offline: bool, puts: u64) -> Option<Found> {
        let age = now.saturating_sub(self.fetched);
        let found = match &self.outcome {
            Err(failure) => (0..KEEP_FAILURE)
                .contains(&age)
                .then(|| Found::Failure(failure.clone())),
            Ok(evidence) => {
                let keep = match self.kind {
                    FetchKind::Certificates => KEEP_CERTIFICATES,
                    FetchKind::Crl | FetchKind::Ocsp => KEEP_STATUS,
                };
                let current = evidence.current_until().is_none_or(|until| now <= until);
                // A clock that went back, or somebody who wrote a date of tomorrow: fetched anew.
                let fresh = (-KEEP_UNSETTLED..keep).contains(&age) && current;
                (offline || fresh).then(|| Found::Evidence {
                    evidence: evidence.clone(),
                    renew: self.from_shelf || age > KEEP_UNSETTLED,
                })
            }
        };
        // What is written down each time makes threads wait that only read.
        if found.is_some() && self.used != puts {
            self.used = puts;
        }
        found
    }
}

impl Cache {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What is here under a key at a time (seconds since 1970). `offline`: nothing newer can be had, so its own dates alone say what it is worth.
    pub(super) fn look(&self, key: &str, now: i64, offline: bool) -> Option<Found> {
        let mut state = self.lock();
        let puts = state.puts;
        state.entries.get_mut(key)?.look(now, offline, puts)
    }

    /// Keeps an outcome. What is larger than three quarters of everything is not kept.
    pub(super) fn put(
        &self,
        key: &str,
        kind: FetchKind,
        outcome: Result<Evidence, FetchFailure>,
        fetched: i64,
        from_shelf: bool,
    ) {
        let weight = outcome.as_ref().map_or(512, Evidence::weight);
        if weight > MAX_EVIDENCE_BYTES / 4 * 3 {
            return;
        }
        let mut state = self.lock();
        state.puts = state.puts.wrapping_add(1);
        let entry = Entry {
            outcome,
            kind,
            fetched,
            from_shelf,
            weight,
            used: state.puts,
        };
        state.insert(key, entry, MAX_EVIDENCE_BYTES, MAX_EVIDENCE_ENTRIES);
    }

    /// The evidence that was of use for a certificate the last time, with its key, as far as it can be taken at a time.
    pub(super) fn recall(
        &self,
        leaf: &[u8; 32],
        now: i64,
        offline: bool,
    ) -> Vec<(String, Evidence)> {
        let mut state = self.lock();
        let State {
            entries,
            useful,
            puts,
            ..
        } = &mut *state;
        let keys = useful.get(leaf).map_or(&[][..], Vec::as_slice);
        let evidence = |key: &String| match entries.get_mut(key)?.look(now, offline, *puts)? {
            Found::Evidence { evidence, .. } => Some((key.clone(), evidence)),
            Found::Failure(_) => None,
        };
        keys.iter().filter_map(evidence).collect()
    }

    /// Remembers what was of use for a certificate. A full memo starts afresh.
    pub(super) fn remember(&self, leaf: &[u8; 32], keys: Vec<String>) {
        let mut state = self.lock();
        if state.useful.len() >= MAX_EVIDENCE_ENTRIES {
            state.useful.clear();
        }
        state.useful.insert(*leaf, keys);
    }

    /// Takes what nobody else is fetching. The rest is in flight: [`Cache::wait`] for it.
    pub(super) fn claim(&self, keys: impl IntoIterator<Item = String>) -> Claim<'_> {
        let mut state = self.lock();
        let mine = keys.into_iter();
        let mine = mine.filter(|key| state.in_flight.insert(key.clone()));
        Claim {
            keys: mine.collect(),
            cache: self,
        }
    }

    /// Waits until something has landed, at most so long.
    pub(super) fn wait(&self, key: &str, most: Duration) {
        let state = self.lock();
        if state.in_flight.contains(key) {
            let waited = self.landed.wait_timeout(state, most);
            drop(waited.unwrap_or_else(PoisonError::into_inner));
        }
    }
}

impl State {
    fn insert(&mut self, key: &str, entry: Entry, most_bytes: u64, most_entries: usize) {
        self.remove(key);
        while self.entries.len() >= most_entries
            || self.bytes.saturating_add(entry.weight) > most_bytes
        {
            let oldest = self.entries.iter().min_by_key(|(_, entry)| entry.used);
            let Some(oldest) = oldest.map(|(key, _)| key.clone()) else {
                break;
            };
            self.remove(&oldest);
        }
        self.bytes = self.bytes.saturating_add(entry.weight);
        self.entries.insert(key.to_owned(), entry);
    }

    fn remove(&mut self, key: &str) {
        if let Some(old) = self.entries.remove(key) {
            self.bytes = self.bytes.saturating_sub(old.weight);
        }
    }
}

/// What this thread fetches. Others may take it up again once this is dropped, however that comes about.
pub(super) struct Claim<'a> {
    keys: HashSet<String>,
    cache: &'a Cache,
}

impl Claim<'_> {
    pub(super) fn has(&self, key: &str) -> bool {
        self.keys.contains(key)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

impl Drop for Claim<'_> {
    fn drop(&mut self) {
        let mut state = self.cache.lock();
        for key in &self.keys {
            state.in_flight.remove(key);
        }
        drop(state);
        self.cache.landed.notify_all();
    }
}

impl fmt::Debug for Cache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Cache")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cms::testing::{CrlTemplate, Template, at},
        crypto::TestProvider,
        x509::Certificates,
    };

    fn crl(next: &str) -> Evidence {
        let authority = Template::authority("A").self_signed();
        let list = CrlTemplate::new("2026-03-01T00:00:00Z", next).issued_by(&authority);
        let bytes = list.bytes().to_vec();
        Evidence::read(
            FetchKind::Crl,
            bytes,
            &TestProvider,
            &Certificates::default(),
        )
        .unwrap()
    }

    const HOUR: i64 = 3_600;

    #[test]
    fn evidence_is_kept_while_it_is_current_and_failures_for_a_minute() {
        let (cache, start) = (Cache::default(), at("2026-03-05T00:00:00Z").unix());
        let list = crl("2026-03-05T00:30:00Z");
        cache.put("a", FetchKind::Crl, Ok(list.clone()), start, false);
        let is_there = |after: i64| cache.look("a", start + after, false).is_some();
        assert!(is_there(0) && is_there(HOUR / 2) && !is_there(HOUR / 2 + 1));
        assert!(!is_there(-HOUR), "fetched in the future");
        assert!(cache.look("a", start + 9 * HOUR, true).is_some(), "offline");
        let long = crl("2026-03-12T00:00:00Z");
        cache.put("a", FetchKind::Crl, Ok(long), start, false);
        assert!(cache.look("a", start + HOUR - 1, false).is_some());
        assert!(cache.look("a", start + HOUR, false).is_none());

        cache.put(
            "b",
            FetchKind::Crl,
            Err(FetchFailure::Suspended),
            start,
            false,
        );
        let failed = |after: i64| cache.look("b", start + after, true).is_some();
        assert!(failed(0) && failed(59) && !failed(60) && !failed(-1));
    }

    #[test]
    fn old_evidence_and_such_from_a_folder_is_fetched_anew_where_it_does_not_help() {
        let (cache, start) = (Cache::default(), at("2026-03-05T00:00:00Z").unix());
        let list = crl("2026-03-12T00:00:00Z");
        let renews = |key: &str, after: i64| {
            let found = cache.look(key, start + after, false);
            matches!(found, Some(Found::Evidence { renew: true, .. }))
        };
        cache.put("a", FetchKind::Crl, Ok(list.clone()), start, false);
        cache.put("b", FetchKind::Crl, Ok(list), start, true);
        assert!(!renews("a", 0) && renews("a", 61) && renews("b", 0));
    }

    #[test]
    fn the_longest_unused_entry_leaves_first() {
        let mut state = State::default();
        let entry = |used: u64| Entry {
            outcome: Err(FetchFailure::Suspended),
            kind: FetchKind::Crl,
            fetched: 0,
            from_shelf: false,
            weight: 10,
            used,
        };
        for (key, used) in [("a", 5), ("b", 1), ("c", 3)] {
            state.insert(key, entry(used), 30, 9);
        }
        state.insert("d", entry(9), 30, 9);
        assert!(!state.entries.contains_key("b") && state.bytes == 30);
        state.insert("e", entry(10), 99, 3);
        assert!(!state.entries.contains_key("c") && state.entries.len() == 3);
        state.insert("e", entry(11), 99, 3);
        assert_eq!((state.entries.len(), state.bytes), (3, 30));
    }

    #[test]
    fn what_is_claimed_is_free_again_even_after_a_panic() {
        let cache = Cache::default();
        let keys = |all: &[&str]| all.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        let first = cache.claim(keys(&["a", "b"]));
        let second = cache.claim(keys(&["b", "c"]));
        assert!(first.has("b") && !second.has("b") && second.has("c"));
        let ended = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _first = first;
            panic!("the fetcher of a host fails");
        }));
        assert!(ended.is_err());
        cache.wait("b", Duration::from_secs(60));
        assert!(cache.claim(keys(&["b"])).has("b"));
    }
}
