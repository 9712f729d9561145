//! What counts at which time.

use super::*;

#[test]
fn what_is_issued_after_the_time_that_is_asked_for_says_good_while_the_certificate_lived() {
    let s = Scene::new();
    let later =
        || CrlTemplate::new("2026-03-10T00:00:00Z", "2026-03-17T00:00:00Z").issued_by(&s.authority);
    let asked = |list: Arc<Crl>, today: &str| {
        told(&s.ask(vec![list], Vec::new(), |query| query.now = at(today)))
    };
    assert_eq!(
        asked(later(), "2026-03-05T02:30:15Z"),
        because(Undetermined, &pki::CRL_LATER),
        "from the future"
    );
    assert_eq!(asked(later(), "2026-03-11T00:00:00Z"), GOOD);
    // Revoked since: known, and no fault of what was signed before (EN 319 102-1).
    let mut list = CrlTemplate::new("2026-03-10T00:00:00Z", "2026-03-17T00:00:00Z");
    list.revoked = vec![(7, at("2026-03-09T00:00:00Z"), Some(1))];
    assert_eq!(
        asked(list.issued_by(&s.authority), "2026-03-11T00:00:00Z"),
        because(Good, &pki::REVOKED_LATER)
    );
    // Issued after the certificate expired: it may have been dropped, unless the list says that it keeps those.
    let old = || CrlTemplate::new("2031-03-10T00:00:00Z", "2031-03-17T00:00:00Z");
    assert_eq!(
        asked(old().issued_by(&s.authority), "2031-03-11T00:00:00Z"),
        because(Undetermined, &pki::REVOCATION_FORGOTTEN)
    );
    let keeps = extension("2.5.29.60", false, &generalized(at("2020-01-01T00:00:00Z")));
    assert_eq!(
        asked(
            extended(old(), vec![keeps]).issued_by(&s.authority),
            "2031-03-11T00:00:00Z"
        ),
        GOOD
    );
}

#[test]
fn the_date_since_when_a_key_may_be_in_wrong_hands_counts() {
    let s = Scene::new();
    let answer = |date: &str, since: &str| {
        let status = AnswerStatus::Revoked {
            date: at(date),
            reason: Some(1),
        };
        let extensions = vec![extension("2.5.29.24", false, &generalized(at(since)))];
        OcspTemplate::of(vec![AnswerTemplate {
            status,
            extensions,
            this_update: at("2026-03-07T00:00:00Z"),
            next_update: None,
            ..s.good()
        }])
        .signed_by(&s.authority)
    };
    let asked = |response| {
        told(&s.ask(Vec::new(), vec![response], |query| {
            query.now = at("2026-03-08T00:00:00Z")
        }))
    };
    assert_eq!(
        asked(answer("2026-03-06T00:00:00Z", "2026-03-01T00:00:00Z")),
        because(Revoked, &pki::REVOKED_SINCE)
    );
    assert_eq!(
        asked(answer("2026-03-06T00:00:00Z", "2026-03-05T12:00:00Z")),
        because(Good, &pki::REVOKED_LATER)
    );
}

#[test]
fn freshness_is_the_callers() {
    let s = Scene::new();
    let ask = |policy: Policy| {
        let policy: &'static Policy = Box::leak(Box::new(policy));
        told(
            &s.ask(vec![week().issued_by(&s.authority)], Vec::new(), |query| {
                query.policy = policy
            }),
        )
    };
    assert_eq!(ask(Policy::default()), GOOD);
    assert_eq!(
        ask(Policy {
            max_age: Some(86_400),
            ..Policy::default()
        }),
        because(Undetermined, &pki::REVOCATION_OLD)
    );
    assert_eq!(
        ask(Policy {
            max_age: Some(5 * 86_400),
            ..Policy::default()
        }),
        GOOD
    );
    let signed = Some(at("2026-03-04T00:00:00Z"));
    assert_eq!(
        ask(Policy {
            issued_after: signed,
            ..Policy::default()
        }),
        because(Undetermined, &pki::REVOCATION_OLD)
    );
}
