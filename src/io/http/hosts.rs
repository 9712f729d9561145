//! How hosts are treated: a few connections each at the same time, and none for a while after several failures in a row.

use std::{
    collections::HashMap,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// Connections to one host at the same time. Browsers have six (RFC 7230 clause 6.4 asks to be modest); this is no browser.
const MOST_AT_ONCE: usize = 4;

/// Failures in a row after which a host is left alone, and for how long: a server that starts again is asked again soon, and a batch of
/// documents does not wait for a dead one each time.
const MOST_FAILURES: u32 = 3;
const PAUSE: Duration = Duration::from_secs(60);

/// Hosts that are remembered; a full memo starts afresh.
const MOST_HOSTS: usize = 1_024;

#[derive(Debug, Default)]
pub(super) struct Hosts {
    known: Mutex<HashMap<String, Host>>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Host {
    busy: usize,
    failures: u32,
    pause: Option<Instant>,
}

/// Why a host is not asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Closed {
    Suspended,
    Deadline,
}

impl Hosts {
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Host>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for a turn until `end`. The host is busy as long as the turn lives.
    pub(super) fn enter(&self, name: &str, end: Instant) -> Result<Turn<'_>, Closed> {
        let mut known = self.lock();
        if known.len() >= MOST_HOSTS {
            known.retain(|_, host| host.busy > 0);
        }
        loop {
            let now = Instant::now();
            let host = known.entry(name.to_owned()).or_default();
            if host.pause.is_some_and(|pause| now < pause) {
                return Err(Closed::Suspended);
            }
            if host.busy < MOST_AT_ONCE {
                host.busy += 1;
                return Ok(Turn {
                    hosts: self,
                    name: name.to_owned(),
                });
            }
            let Some(left) = end
                .checked_duration_since(now)
                .filter(|left| !left.is_zero())
            else {
                return Err(Closed::Deadline);
            };
            let waited = self.left.wait_timeout(known, left);
            known = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Whether a host answered at all.
    pub(super) fn note(&self, name: &str, answered: bool) {
        let mut known = self.lock();
        let host = known.entry(name.to_owned()).or_default();
        if answered {
            (host.failures, host.pause) = (0, None);
            return;
        }
        host.failures = host.failures.saturating_add(1);
        if host.failures >= MOST_FAILURES {
            host.pause = Instant::now().checked_add(PAUSE);
            // After the pause one more failure is enough.
            host.failures = MOST_FAILURES - 1;
        }
    }
}

/// One connection to a host.
#[derive(Debug)]
pub(super) struct Turn<'a> {
    hosts: &'a Hosts,
    name: String,
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        if let Some(host) = self.hosts.lock().get_mut(&self.name) {
            host.busy = host.busy.saturating_sub(1);
        }
        self.hosts.left.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn soon() -> Instant {
        Instant::now() + Duration::from_millis(50)
    }

    #[test]
    fn a_host_is_left_alone_after_failures_in_a_row_and_others_are_not() {
        let hosts = Hosts::default();
        for answered in [false, false, true, false, false] {
            hosts.note("a", answered);
            assert!(hosts.enter("a", soon()).is_ok());
        }
        hosts.note("a", false);
        assert_eq!(hosts.enter("a", soon()).unwrap_err(), Closed::Suspended);
        assert!(hosts.enter("b", soon()).is_ok());
        if let Some(host) = hosts.lock().get_mut("a") {
            host.pause = Some(Instant::now());
        }
        assert!(hosts.enter("a", soon()).is_ok(), "the pause is over");
    }

    #[test]
    fn turns_are_counted_and_waiting_ends() {
        let hosts = Hosts::default();
        let mut turns: Vec<_> = (0..MOST_AT_ONCE)
            .map(|_| hosts.enter("a", soon()).unwrap())
            .collect();
        assert_eq!(hosts.enter("a", soon()).unwrap_err(), Closed::Deadline);
        turns.pop();
        assert!(hosts.enter("a", soon()).is_ok());
    }
}
