//! What evidence counts as fresh.

use super::{Fault, case::Rank};
use crate::{report::Finding, text::rules::pki, time::Time};

/// Clocks differ: this much into the future is still now. OpenSSL's default for OCSP, 300 seconds.
const CLOCK_SKEW: i64 = 300;

/// How old an OCSP answer may be that does not say when the next one comes ("newer information is available all the time", RFC 6960
/// clause 2.4): authorities must tell a revocation within 24 hours (EN 319 411-1 clause 6.2.4).
const WITHOUT_NEXT_UPDATE: i64 = 24 * 3_600;

/// Freshness: the caller's to set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Policy {
    /// Seconds between the issuance of evidence and the time that is asked for, at most; nextUpdate does not count then.
    pub(crate) max_age: Option<u64>,
    /// Evidence must have been issued at this time or later: the time of signing and a while, for example.
    pub(crate) issued_after: Option<Time>,
}

/// When evidence was issued, when newer one is due, and what says so (for the text).
#[derive(Clone, Copy)]
pub(super) struct Issued<'a> {
    pub(super) by: &'a dyn Fn() -> String,
    pub(super) this: Time,
    pub(super) next: Option<Time>,
    pub(super) list: bool,
    /// The evidence still knows certificates that expired since then.
    pub(super) keeps_since: Option<Time>,
}

impl Policy {
    /// Whether evidence says something about a certificate (that expires at `end`) at the time `at`, asked at `now`.
    pub(super) fn fresh(
        &self,
        issued: &Issued<'_>,
        end: Time,
        at: Time,
        now: Time,
    ) -> Result<(), Fault> {
        let (this, next) = (issued.this, issued.next);
        let dated = |rule| Finding::new(rule).with((issued.by)()).with(this);
        if seconds(now, this) > CLOCK_SKEW {
            return Err((Rank::Later, dated(&pki::CRL_LATER)));
        }
        if next.is_some_and(|next| next < this) {
            return Err((Rank::Stale, dated(&pki::REVOCATION_DATES)));
        }
        if self.issued_after.is_some_and(|earliest| this < earliest) {
            return Err((Rank::Stale, dated(&pki::REVOCATION_OLD)));
        }
        let age = seconds(this, at);
        if age <= 0 {
            // Newer than what is asked for. Expired certificates may have been dropped from it.
            let forgotten = end < this && issued.keeps_since.is_none_or(|since| since > end);
            return if forgotten {
                Err((Rank::Later, dated(&pki::REVOCATION_FORGOTTEN)))
            } else {
                Ok(())
            };
        }
        if let Some(most) = self.max_age {
            let fresh = u64::try_from(age).is_ok_and(|age| age <= most);
            return if fresh {
                Ok(())
            } else {
                Err((Rank::Stale, dated(&pki::REVOCATION_OLD)))
            };
        }
        match next {
            Some(next) if next >= at => Ok(()),
            Some(next) => Err((Rank::Stale, dated(&pki::CRL_STALE).with(next))),
            None if !issued.list && age <= WITHOUT_NEXT_UPDATE => Ok(()),
            None => Err((Rank::Stale, dated(&pki::CRL_NO_NEXT))),
        }
    }
}

fn seconds(from: Time, to: Time) -> i64 {
    to.unix().saturating_sub(from.unix())
}
