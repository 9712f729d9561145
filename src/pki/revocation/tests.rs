//! One rule each of RFC 5280 clause 6.3 and RFC 6960.

use std::sync::Arc;

use proptest::prelude::*;

use super::{
    Held, Nonce, OcspRequest, Policy, Query, Wanted, WantedKind, evaluate,
    testing::{AnswerTemplate, OcspTemplate, generalized},
};
use crate::{
    asn1::write::tlv,
    cms::testing::{
        CrlTemplate, Identity, SIGN, Template, at, basic_constraints, extension, key, key_usage,
        name,
    },
    crypto::{DigestAlgorithm, TestProvider},
    pki::Store,
    report::{Finding, RevocationSource, RevocationStatus},
    text::{Rule, rules::pki},
    time::Time,
    x509::{AnswerStatus, Certificate, Crl, OcspResponse},
};

use RevocationStatus::{Good, Revoked, Undetermined};

fn now() -> Time {
    at("2026-03-05T02:30:15Z")
}

/// Root, authority, person; lists and answers of the authority are what the tests are about.
struct Scene {
    root: Identity,
    authority: Identity,
    person: Identity,
    more: Vec<Arc<Certificate>>,
}

impl Scene {
    fn new() -> Self {
        Self::with(Vec::new())
    }

    /// With these extensions of the person's certificate.
    fn with(extensions: Vec<Vec<u8>>) -> Self {
        let root = Template::authority("Root").self_signed();
        let authority = Template::authority("Authority").issued_by(&root);
        let mut person = Template::leaf("Person");
        person.extensions.extend(extensions);
        let person = person.issued_by(&authority);
        Self {
            root,
            authority,
            person,
            more: Vec::new(),
        }
    }

    fn chain(&self) -> Vec<Arc<Certificate>> {
        [&self.person, &self.authority, &self.root]
            .map(|one| one.certificate.clone())
            .to_vec()
    }

    fn ask(
        &self,
        crls: Vec<Arc<Crl>>,
        ocsps: Vec<Arc<OcspResponse>>,
        change: impl FnOnce(&mut Query<'_>),
    ) -> super::Outcome {
        let more = [vec![self.authority.certificate.clone()], self.more.clone()].concat();
        let store = Store::new(vec![self.root.certificate.clone()], more, crls).with_ocsps(ocsps);
        let (chain, held, policy) = (self.chain(), Held::default(), Policy::default());
        let mut query = Query {
            chain: &chain,
            store: &store,
            held: &held,
            provider: &TestProvider,
            policy: &policy,
            at: now(),
            now: now(),
        };
        change(&mut query);
        evaluate(&query)
    }

    fn status(&self, crls: Vec<Arc<Crl>>) -> (RevocationStatus, Option<&'static str>) {
        told(&self.ask(crls, Vec::new(), |_| {}))
    }

    fn ocsp(&self, ocsps: Vec<Arc<OcspResponse>>) -> (RevocationStatus, Option<&'static str>) {
        told(&self.ask(Vec::new(), ocsps, |_| {}))
    }

    fn good(&self) -> AnswerTemplate {
        AnswerTemplate::good(
            &self.person.certificate,
            &self.authority.certificate,
            at("2026-03-05T00:00:00Z"),
            Some(at("2026-03-06T00:00:00Z")),
        )
    }

    fn delegate(&self, extensions: Vec<Vec<u8>>) -> Identity {
        let template = Template {
            serial: 90,
            extensions,
            ..Template::leaf("Responder")
        };
        template.issued_by(&self.authority)
    }
}

fn told(outcome: &super::Outcome) -> (RevocationStatus, Option<&'static str>) {
    let report = &outcome.reports[0];
    (report.status, report.reason.as_ref().map(Finding::code))
}

fn because(
    status: RevocationStatus,
    rule: &'static Rule,
) -> (RevocationStatus, Option<&'static str>) {
    (status, Some(rule.code))
}

const GOOD: (RevocationStatus, Option<&str>) = (Good, None);

fn week() -> CrlTemplate {
    CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")
}

fn day() -> CrlTemplate {
    CrlTemplate::new("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
}

fn number(value: u8) -> Vec<u8> {
    extension("2.5.29.20", false, &[2, 1, value])
}

fn delta_of(value: u8) -> Vec<u8> {
    extension("2.5.29.27", true, &[2, 1, value])
}

/// fullName with one address.
fn place(uri: &str) -> Vec<u8> {
    tlv(0xA0, &[&tlv(0xA0, &[&tlv(0x86, &[uri.as_bytes()])])])
}

fn issuing(parts: &[&[u8]]) -> Vec<u8> {
    extension("2.5.29.28", true, &tlv(0x30, parts))
}

fn points(all: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.31", false, &tlv(0x30, &[&all.concat()]))
}

/// ReasonFlags of these bits.
fn flags(tag: u8, bits: u16) -> Vec<u8> {
    let [high, low] = bits.reverse_bits().to_be_bytes();
    tlv(tag, &[&[7, high, low]])
}

const COMPROMISE: u16 = 1 << 1 | 1 << 2;
const OTHERS: u16 = 0x1FE & !COMPROMISE;

fn revoked(list: CrlTemplate, serial: u32, reason: Option<u8>) -> CrlTemplate {
    CrlTemplate {
        revoked: vec![(serial, at("2026-02-01T00:00:00Z"), reason)],
        ..list
    }
}

fn extended(list: CrlTemplate, extensions: Vec<Vec<u8>>) -> CrlTemplate {
    CrlTemplate { extensions, ..list }
}

#[test]
fn a_delta_goes_with_a_list_of_its_numbers_only() {
    let s = Scene::new();
    let base = |reason: Option<Option<u8>>| {
        let list = extended(week(), vec![number(5)]);
        match reason {
            Some(reason) => revoked(list, 7, reason),
            None => list,
        }
        .issued_by(&s.authority)
    };
    let delta = |from, own, reason| {
        revoked(
            extended(day(), vec![number(own), delta_of(from)]),
            7,
            reason,
        )
        .issued_by(&s.authority)
    };
    let both = |base, delta| s.status(vec![base, delta]);
    let removed = both(base(Some(Some(6))), delta(5, 6, Some(8)));
    assert_eq!(removed, GOOD, "the delta lifts what its list suspends");
    assert_eq!(
        both(base(None), delta(4, 6, Some(6))),
        because(Revoked, &pki::ON_HOLD)
    );
    assert_eq!(
        both(base(None), delta(4, 6, Some(1))),
        because(Revoked, &pki::REVOKED)
    );
    // Counted from a younger list, or older than the list: not of it. What lasts is believed all the same, what may be lifted is not.
    assert_eq!(
        both(base(Some(Some(6))), delta(6, 7, Some(8))),
        because(Undetermined, &pki::CRL_DELTA)
    );
    assert_eq!(
        both(base(None), delta(6, 7, Some(6))),
        because(Undetermined, &pki::CRL_DELTA)
    );
    assert_eq!(
        both(base(None), delta(6, 7, Some(1))),
        because(Revoked, &pki::REVOKED)
    );
    assert_eq!(
        both(base(Some(Some(1))), delta(5, 6, Some(8))).0,
        Good,
        "removeFromCRL is the authority's word"
    );
    // The delta's freshness is that of both.
    let stale = extended(
        CrlTemplate::new("2026-02-01T00:00:00Z", "2026-02-08T00:00:00Z"),
        vec![number(5)],
    );
    let empty = || extended(day(), vec![number(6), delta_of(5)]).issued_by(&s.authority);
    let outcome = s.ask(
        vec![stale.clone().issued_by(&s.authority), empty()],
        Vec::new(),
        |_| {},
    );
    assert_eq!(
        (told(&outcome), outcome.reports[0].this_update),
        (GOOD, Some(at("2026-03-05T00:00:00Z")))
    );
    assert_eq!(
        s.status(vec![stale.issued_by(&s.authority)]),
        because(Undetermined, &pki::CRL_STALE)
    );
    assert_eq!(
        s.status(vec![empty()]),
        because(Undetermined, &pki::CRL_DELTA)
    );
    // Another scope, another key.
    let other = extended(
        day(),
        vec![number(6), delta_of(5), issuing(&[&[0x81, 1, 0xFF]])],
    );
    assert_eq!(
        s.status(vec![
            base(Some(Some(6))),
            revoked(other, 7, Some(8)).issued_by(&s.authority)
        ])
        .0,
        Undetermined
    );
}

#[test]
fn a_list_for_one_place_serves_those_that_name_it() {
    let s = Scene::with(vec![points(&[tlv(0x30, &[&place("http://a/1")])])]);
    let list = |uri: &str| extended(week(), vec![issuing(&[&place(uri)])]).issued_by(&s.authority);
    assert_eq!(s.status(vec![list("http://a/1")]), GOOD);
    assert_eq!(
        s.status(vec![list("http://a/2")]),
        because(Undetermined, &pki::CRL_SCOPE)
    );
    assert_eq!(
        s.status(vec![week().issued_by(&s.authority)]),
        GOOD,
        "a list for all is for this one, too"
    );
    let plain = Scene::new();
    let list = extended(week(), vec![issuing(&[&place("http://a/1")])]).issued_by(&plain.authority);
    assert_eq!(
        plain.status(vec![list]),
        because(Undetermined, &pki::CRL_SCOPE)
    );
    // The name of the issuer is the place of certificates that name none.
    for (s, expected) in [(&s, because(Undetermined, &pki::CRL_SCOPE)), (&plain, GOOD)] {
        let issuer = tlv(0xA4, &[s.authority.certificate.subject()]);
        let list = extended(
            week(),
            vec![issuing(&[&tlv(0xA0, &[&tlv(0xA0, &[&issuer])])])],
        );
        assert_eq!(s.status(vec![list.issued_by(&s.authority)]), expected);
    }
    // Relative names: the last attribute, added to the name of the authority.
    let attribute = tlv(0x30, &[b"\x06\x03\x55\x04\x03", &tlv(0x0C, &[b"CRL1"])]);
    let relative = tlv(0xA0, &[&tlv(0xA1, &[&attribute])]);
    let s = Scene::with(vec![points(&[tlv(0x30, &[&relative])])]);
    let mut full = s.authority.certificate.subject()[2..].to_vec();
    full.extend(tlv(0x31, &[&attribute]));
    let full = tlv(0xA0, &[&tlv(0xA0, &[&tlv(0xA4, &[&tlv(0x30, &[&full])])])]);
    for name in [&relative, &full] {
        let list = extended(week(), vec![issuing(&[name])]).issued_by(&s.authority);
        assert_eq!(s.status(vec![list]), GOOD);
    }
}

#[test]
fn lists_for_some_reasons_must_cover_all_together() {
    let s = Scene::new();
    let list = |bits, entry: Option<u8>| {
        let list = extended(week(), vec![issuing(&[&flags(0x83, bits)])]);
        match entry {
            Some(reason) => revoked(list, 7, Some(reason)),
            None => list,
        }
        .issued_by(&s.authority)
    };
    assert_eq!(
        s.status(vec![list(COMPROMISE, None)]),
        because(Undetermined, &pki::CRL_REASONS)
    );
    assert_eq!(
        s.status(vec![list(COMPROMISE, None), list(OTHERS, None)]),
        GOOD
    );
    assert_eq!(
        s.status(vec![list(COMPROMISE, None), list(OTHERS, Some(4))]),
        because(Revoked, &pki::REVOKED)
    );
    assert_eq!(
        s.status(vec![list(COMPROMISE, Some(1))]),
        because(Revoked, &pki::REVOKED)
    );
    for (flag, serves) in [(0x81_u8, true), (0x82, false), (0x85, false)] {
        let list = extended(week(), vec![issuing(&[&[flag, 1, 0xFF]])]).issued_by(&s.authority);
        assert_eq!(s.status(vec![list]).0 == Good, serves, "{flag:x}");
    }
}

/// A list of another signer, with entries of the authority's certificates.
fn indirect(issuer: &Certificate, serials: &[u8]) -> Vec<u8> {
    let names = tlv(0x30, &[&tlv(0xA4, &[issuer.subject()])]);
    let of = extension("2.5.29.29", true, &names);
    let mut entries = Vec::new();
    for (index, serial) in serials.iter().enumerate() {
        // The first entry names the issuer for all that follow.
        let extensions = if index == 0 {
            tlv(0x30, &[&of])
        } else {
            Vec::new()
        };
        entries.extend(tlv(
            0x30,
            &[&[2, 1, *serial], b"\x17\x0D260201000000Z", &extensions],
        ));
    }
    entries
}

fn indirect_list(signer: &Identity, entries: &[u8], flag: bool) -> Arc<Crl> {
    let algorithm = tlv(0x30, &[b"\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02"]);
    let flag: &[u8] = if flag { &[0x84, 1, 0xFF] } else { &[] };
    let extensions = tlv(0xA0, &[&tlv(0x30, &[&issuing(&[flag])])]);
    let entries = if entries.is_empty() {
        Vec::new()
    } else {
        tlv(0x30, &[entries])
    };
    let tbs = tlv(
        0x30,
        &[
            &[2, 1, 1],
            &algorithm,
            signer.certificate.subject(),
            b"\x17\x0D260301000000Z",
            b"\x17\x0D260308000000Z",
            &entries,
            &extensions,
        ],
    );
    let signature = signer.key.sign(&crate::cms::testing::ECDSA, &tbs).unwrap();
    Crl::parse(tlv(0x30, &[&tbs, &algorithm, &tlv(3, &[&[0], &signature])])).unwrap()
}

#[test]
fn an_indirect_list_counts_where_the_certificate_names_its_signer() {
    let point = tlv(0x30, &[&tlv(0xA2, &[&tlv(0xA4, &[&name("Lists")])])]);
    let mut s = Scene::with(vec![points(std::slice::from_ref(&point))]);
    let lists = |parent: &Identity| {
        Template {
            extensions: vec![key_usage(0x40)],
            serial: 40,
            ..Template::leaf("Lists")
        }
        .issued_by(parent)
    };
    let signer = lists(&s.root);
    s.more.push(signer.certificate.clone());
    // The signer's own status comes from the root's list.
    let of_root = || week().issued_by(&s.root);
    let list = |entries: &[u8], flag| indirect_list(&signer, entries, flag);
    let other = Template::authority("Other").self_signed();
    assert_eq!(s.status(vec![list(b"", true), of_root()]), GOOD);
    let entries = indirect(&s.authority.certificate, &[3, 7]);
    assert_eq!(
        s.status(vec![list(&entries, true), of_root()]),
        because(Revoked, &pki::REVOKED),
        "the issuer of the entry before goes on"
    );
    assert_eq!(
        s.status(vec![
            list(&indirect(&other.certificate, &[7]), true),
            of_root()
        ]),
        GOOD,
        "the same number of another authority"
    );
    assert_eq!(
        s.status(vec![list(&entries, false), of_root()]).0,
        Undetermined
    );
    assert_eq!(
        s.status(vec![list(b"", true)]),
        because(Undetermined, &pki::SIGNER_STATUS),
        "nobody knows about the signer"
    );
    let bad = revoked(week(), 40, Some(1)).issued_by(&s.root);
    assert_eq!(
        s.status(vec![list(b"", true), bad]),
        because(Undetermined, &pki::SIGNER_STATUS)
    );
    // A certificate that does not name it.
    let mut plain = Scene::new();
    let signer = lists(&plain.root);
    plain.more.push(signer.certificate.clone());
    let list = indirect_list(&signer, b"", true);
    assert_eq!(
        plain.status(vec![list, week().issued_by(&plain.root)]),
        because(Undetermined, &pki::NO_REVOCATION)
    );
}

#[test]
fn a_signer_of_lists_that_is_listed_in_its_own_is_no_circle_but_two_are() {
    let point = |who: &str| points(&[tlv(0x30, &[&tlv(0xA2, &[&tlv(0xA4, &[&name(who)])])])]);
    let mut s = Scene::with(vec![point("Lists")]);
    let signer = |subject: &str, serial, of: &str| {
        let extensions = vec![key_usage(0x40), point(of)];
        Template {
            extensions,
            serial,
            ..Template::leaf(subject)
        }
        .issued_by(&s.authority)
    };
    let own = signer("Lists", 40, "Lists");
    let (one, two) = (
        signer("Lists", 41, "Lists B"),
        signer("Lists B", 42, "Lists"),
    );
    s.more = vec![own.certificate.clone()];
    assert_eq!(s.status(vec![indirect_list(&own, b"", true)]), GOOD);
    let listed = indirect(&s.authority.certificate, &[40]);
    assert_eq!(
        s.status(vec![indirect_list(&own, &listed, true)]),
        because(Undetermined, &pki::SIGNER_STATUS)
    );
    s.more = vec![one.certificate.clone(), two.certificate.clone()];
    let lists = vec![
        indirect_list(&one, b"", true),
        indirect_list(&two, b"", true),
    ];
    assert_eq!(s.status(lists), because(Undetermined, &pki::SIGNER_STATUS));
}

#[test]
fn an_authority_may_sign_its_lists_with_another_key_of_its_own() {
    let mut s = Scene::new();
    let renewed = Template {
        serial: 50,
        ..Template::authority("Authority")
    }
    .issued_by(&s.root);
    let list = || week().issued_by(&renewed);
    assert_eq!(
        s.status(vec![list()]),
        because(Undetermined, &pki::CRL_SIGNATURE),
        "its certificate is not at hand"
    );
    s.more.push(renewed.certificate.clone());
    assert_eq!(s.status(vec![list(), week().issued_by(&s.root)]), GOOD);
    // One of the same name under another anchor is somebody else.
    let mut s = Scene::new();
    let elsewhere = Template::authority("Elsewhere").self_signed();
    let same_name = Template::authority("Authority").issued_by(&elsewhere);
    s.more.push(same_name.certificate.clone());
    let list = week().issued_by(&same_name);
    let trusted = vec![s.root.certificate.clone(), elsewhere.certificate.clone()];
    let store = Store::new(
        trusted,
        vec![
            s.authority.certificate.clone(),
            same_name.certificate.clone(),
        ],
        vec![list],
    );
    let store: &'static Store = Box::leak(Box::new(store));
    let outcome = s.ask(Vec::new(), Vec::new(), |query| query.store = store);
    assert_eq!(told(&outcome), because(Undetermined, &pki::CRL_SIGNER_PATH));
}

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

#[test]
fn an_issuer_answers_by_name_or_key_with_either_digest() {
    let s = Scene::new();
    for (by_key, digest) in [
        (false, DigestAlgorithm::Sha1),
        (true, DigestAlgorithm::Sha256),
        (true, DigestAlgorithm::Sha512),
    ] {
        let answer = AnswerTemplate { digest, ..s.good() };
        let template = OcspTemplate {
            by_key,
            ..OcspTemplate::of(vec![answer])
        };
        let outcome = s.ask(Vec::new(), vec![template.signed_by(&s.authority)], |_| {});
        assert_eq!(told(&outcome), GOOD);
        assert_eq!(outcome.reports[0].source, Some(RevocationSource::Ocsp));
        assert_eq!(
            outcome.reports[0].next_update,
            Some(at("2026-03-06T00:00:00Z"))
        );
        let basic = OcspResponse::parse(template.basic(&s.authority), &TestProvider).unwrap();
        assert_eq!(s.ocsp(vec![basic]), GOOD, "as archives keep it");
    }
}

#[test]
fn each_fault_of_a_response_leaves_the_status_open() {
    let s = Scene::new();
    let one = |template: OcspTemplate| s.ocsp(vec![template.signed_by(&s.authority)]);
    let of = |answer: AnswerTemplate| OcspTemplate::of(vec![answer]);
    assert_eq!(
        one(OcspTemplate {
            spoilt: true,
            ..of(s.good())
        }),
        because(Undetermined, &pki::OCSP_SIGNATURE)
    );
    let unknown = AnswerTemplate {
        status: AnswerStatus::Unknown,
        ..s.good()
    };
    assert_eq!(one(of(unknown)), because(Undetermined, &pki::OCSP_UNKNOWN));
    let stale = AnswerTemplate {
        this_update: at("2026-03-01T00:00:00Z"),
        next_update: Some(at("2026-03-02T00:00:00Z")),
        ..s.good()
    };
    assert_eq!(one(of(stale)), because(Undetermined, &pki::CRL_STALE));
    let future = AnswerTemplate {
        this_update: at("2026-03-05T12:00:00Z"),
        ..s.good()
    };
    assert_eq!(one(of(future)), because(Undetermined, &pki::CRL_LATER));
    let open = AnswerTemplate {
        next_update: None,
        ..s.good()
    };
    assert_eq!(
        one(of(open.clone())),
        GOOD,
        "newer information is available all the time"
    );
    let open = AnswerTemplate {
        this_update: at("2026-03-01T00:00:00Z"),
        ..open
    };
    assert_eq!(one(of(open)), because(Undetermined, &pki::CRL_NO_NEXT));
    let upside_down = AnswerTemplate {
        next_update: Some(at("2026-03-04T00:00:00Z")),
        ..s.good()
    };
    assert_eq!(
        one(of(upside_down)),
        because(Undetermined, &pki::REVOCATION_DATES)
    );
    let critical = extension("1.3.6.1.4.1.99999.1", true, &[5, 0]);
    let answer = AnswerTemplate {
        extensions: vec![critical.clone()],
        ..s.good()
    };
    assert_eq!(one(of(answer)), because(Undetermined, &pki::OCSP_CRITICAL));
    assert_eq!(
        one(OcspTemplate {
            extensions: vec![critical],
            ..of(s.good())
        }),
        because(Undetermined, &pki::OCSP_CRITICAL)
    );
    // Another authority of the same name: its key tells.
    let twin = Template::authority("Authority").self_signed();
    let answer = AnswerTemplate {
        issuer: twin.certificate.clone(),
        ..s.good()
    };
    assert_eq!(one(of(answer)), because(Undetermined, &pki::OCSP_OTHER));
    assert_eq!(
        s.ocsp(vec![of(s.good()).signed_by(&twin)]),
        because(Undetermined, &pki::OCSP_SIGNATURE)
    );
    let other = AnswerTemplate {
        serial: vec![8],
        ..s.good()
    };
    assert_eq!(
        one(of(other.clone())),
        because(Undetermined, &pki::NO_REVOCATION)
    );
    let both = OcspTemplate::of(vec![other, s.good()]);
    assert_eq!(one(both), GOOD, "one of several answers");
    for (code, name) in [
        (1_u8, "malformedRequest"),
        (3, "tryLater"),
        (6, "unauthorized"),
    ] {
        let refused = OcspResponse::parse(vec![0x30, 3, 0x0A, 1, code], &TestProvider).unwrap();
        let outcome = s.ask(Vec::new(), vec![refused], |_| {});
        assert_eq!(told(&outcome), because(Undetermined, &pki::OCSP_STATUS));
        assert!(
            outcome.reports[0]
                .reason
                .as_ref()
                .unwrap()
                .message(crate::Lang::En)
                .contains(name)
        );
    }
}

#[test]
fn a_responder_must_be_appointed_by_the_key_of_the_issuer() {
    let s = Scene::new();
    let purpose = || {
        extension(
            "2.5.29.37",
            false,
            &tlv(0x30, &[b"\x06\x08\x2B\x06\x01\x05\x05\x07\x03\x09"]),
        )
    };
    let no_check = || extension("1.3.6.1.5.5.7.48.1.5", false, &[5, 0]);
    let by = |responder: &Identity| {
        let certificates = vec![responder.certificate.clone()];
        OcspTemplate {
            certificates,
            ..OcspTemplate::of(vec![s.good()])
        }
        .signed_by(responder)
    };
    let right = s.delegate(vec![purpose(), no_check(), key_usage(SIGN)]);
    assert_eq!(s.ocsp(vec![by(&right)]), GOOD);
    let outside = OcspTemplate {
        by_key: true,
        ..OcspTemplate::of(vec![s.good()])
    }
    .signed_by(&right);
    assert_eq!(
        s.ocsp(vec![outside.clone()]),
        because(Undetermined, &pki::OCSP_SIGNER)
    );
    let held = Held {
        certificates: vec![right.certificate.clone()],
        ..Held::default()
    };
    let held: &'static Held = Box::leak(Box::new(held));
    assert_eq!(
        told(&s.ask(Vec::new(), vec![outside], |query| query.held = held)),
        GOOD
    );
    for wrong in [
        s.delegate(vec![no_check()]),
        s.delegate(vec![purpose(), no_check(), key_usage(0x20)]),
        s.delegate(vec![
            purpose(),
            no_check(),
            extension("1.3.6.1.4.1.99999.1", true, &[5, 0]),
        ]),
        Template {
            extensions: vec![purpose(), no_check()],
            ..Template::leaf("Responder")
        }
        .issued_by(&s.root),
        Template {
            extensions: vec![purpose(), no_check()],
            ..Template::leaf("Responder")
        }
        .issued_by(&Template::authority("Authority").self_signed()),
        Template {
            extensions: vec![purpose(), no_check()],
            not_after: at("2026-03-01T00:00:00Z"),
            ..Template::leaf("Responder")
        }
        .issued_by(&s.authority),
    ] {
        assert_eq!(
            s.ocsp(vec![by(&wrong)]),
            because(Undetermined, &pki::OCSP_PURPOSE)
        );
    }
    // Without nocheck its own status is asked for: by a list, not by itself.
    let checked = s.delegate(vec![purpose()]);
    assert_eq!(
        s.ocsp(vec![by(&checked)]),
        because(Undetermined, &pki::SIGNER_STATUS)
    );
    let old = CrlTemplate::new("2026-03-04T00:00:00Z", "2026-03-08T00:00:00Z");
    let own = AnswerTemplate {
        serial: vec![90],
        ..s.good()
    };
    let certificates = vec![checked.certificate.clone()];
    let about_itself = OcspTemplate {
        certificates,
        ..OcspTemplate::of(vec![s.good(), own])
    }
    .signed_by(&checked);
    assert_eq!(
        s.ocsp(vec![about_itself]),
        because(Undetermined, &pki::SIGNER_STATUS)
    );
    let outcome = s.ask(
        vec![old.clone().issued_by(&s.authority)],
        vec![by(&checked)],
        |_| {},
    );
    assert_eq!(
        (told(&outcome), outcome.reports[0].source),
        (GOOD, Some(RevocationSource::Ocsp))
    );
    let outcome = s.ask(
        vec![revoked(old, 90, Some(1)).issued_by(&s.authority)],
        vec![by(&checked)],
        |_| {},
    );
    assert_eq!(
        outcome.reports[0].source,
        Some(RevocationSource::Crl),
        "a revoked responder is not heard"
    );
}

#[test]
fn of_list_and_answer_the_newer_counts_and_what_lasts_lasts() {
    let s = Scene::new();
    let answer = |status| {
        OcspTemplate::of(vec![AnswerTemplate { status, ..s.good() }]).signed_by(&s.authority)
    };
    let date = at("2026-02-01T00:00:00Z");
    let good = || answer(AnswerStatus::Good);
    let hold = revoked(week(), 7, Some(6)).issued_by(&s.authority);
    assert_eq!(
        told(&s.ask(vec![hold], vec![good()], |_| {})),
        GOOD,
        "lifted since"
    );
    let newer = |reason| {
        revoked(
            CrlTemplate::new("2026-03-05T01:00:00Z", "2026-03-06T00:00:00Z"),
            7,
            reason,
        )
        .issued_by(&s.authority)
    };
    assert_eq!(
        told(&s.ask(vec![newer(Some(1))], vec![good()], |_| {})),
        because(Revoked, &pki::REVOKED)
    );
    assert_eq!(
        told(&s.ask(vec![newer(Some(6))], vec![good()], |_| {})),
        because(Revoked, &pki::ON_HOLD)
    );
    let revoked = answer(AnswerStatus::Revoked {
        date,
        reason: Some(4),
    });
    let list = week().issued_by(&s.authority);
    assert_eq!(
        told(&s.ask(vec![list.clone()], vec![revoked], |_| {})),
        because(Revoked, &pki::REVOKED)
    );
    let unknown = answer(AnswerStatus::Unknown);
    assert_eq!(
        told(&s.ask(vec![list], vec![unknown], |_| {})),
        GOOD,
        "the list knows"
    );
}

#[test]
fn what_is_missing_is_told_with_its_places() {
    let access = |method: u8, uri: &str| {
        let method = [b"\x06\x08\x2B\x06\x01\x05\x05\x07\x30", &[method][..]].concat();
        tlv(0x30, &[&method, &tlv(0x86, &[uri.as_bytes()])])
    };
    let extensions = vec![
        extension(
            "1.3.6.1.5.5.7.1.1",
            false,
            &tlv(
                0x30,
                &[&access(2, "http://a/ca"), &access(1, "http://a/ocsp")],
            ),
        ),
        points(&[tlv(0x30, &[&place("http://a/crl")])]),
        extension(
            "2.5.29.46",
            false,
            &tlv(0x30, &[&tlv(0x30, &[&place("http://a/delta")])]),
        ),
    ];
    let s = Scene::with(extensions);
    let outcome = s.ask(Vec::new(), Vec::new(), |_| {});
    let wanted: Vec<_> = outcome
        .wanted
        .iter()
        .map(|one| (one.kind, one.url.as_str()))
        .collect();
    assert_eq!(
        wanted,
        [
            (WantedKind::Ocsp, "http://a/ocsp"),
            (WantedKind::Crl, "http://a/crl"),
            (WantedKind::DeltaCrl, "http://a/delta"),
            (WantedKind::Issuer, "http://a/ca"),
        ]
    );
    let first: &Wanted = &outcome.wanted[0];
    assert_eq!(first.of, s.person.certificate);
    assert_eq!(first.issuer, s.authority.certificate);
    assert_eq!(super::issuers(&first.of), ["http://a/ca"]);
    let lists = vec![week().issued_by(&s.authority), week().issued_by(&s.root)];
    assert!(s.ask(lists, Vec::new(), |_| {}).wanted.is_empty());
}

#[test]
fn requests_are_der_and_nonces_a_matter_of_policy() {
    let s = Scene::new();
    let (person, authority) = (&s.person.certificate, &s.authority.certificate);
    let request = OcspRequest::new(
        person,
        authority,
        DigestAlgorithm::Sha1,
        Some(&[9; 16]),
        &TestProvider,
    )
    .unwrap();
    let der = request.der();
    assert_eq!(crate::asn1::ber_to_der(der).unwrap(), der);
    assert!(
        OcspRequest::new(
            person,
            authority,
            DigestAlgorithm::Sha256,
            None,
            &TestProvider
        )
        .unwrap()
        .nonce()
        .is_none()
    );
    let nonce = extension("1.3.6.1.5.5.7.48.1.2", false, &tlv(4, &[&[9; 16]]));
    let response = OcspTemplate {
        extensions: vec![nonce],
        ..OcspTemplate::of(vec![s.good()])
    }
    .signed_by(&s.authority);
    let (asked, answered) = (request.nonce(), response.nonce());
    assert_eq!(Nonce::Require.fits(asked, answered), Ok(()));
    assert!(Nonce::IfPresent.fits(Some(&[8; 16]), answered).is_err());
    assert_eq!(Nonce::IfPresent.fits(asked, None), Ok(()));
    assert!(Nonce::Require.fits(asked, None).is_err());
    assert_eq!(Nonce::Ignore.fits(asked, Some(&[1])), Ok(()));
}

#[test]
fn a_crowd_of_lists_costs_a_bounded_number_of_signature_checks() {
    let s = Scene::new();
    let stranger = key();
    let lists = (0..200)
        .map(|_| week().signed_with(s.authority.certificate.subject(), &stranger))
        .collect();
    assert_eq!(
        s.status(lists),
        because(Undetermined, &pki::REVOCATION_BUDGET)
    );
    let many = (0..40).map(|n| {
        let template = Template {
            serial: 100 + n,
            extensions: vec![basic_constraints(true, None)],
            ..Template::authority("Authority")
        };
        template.issued_by(&s.root).certificate
    });
    let crowded = Scene {
        more: many.collect(),
        ..Scene::new()
    };
    let lists = (0..40)
        .map(|_| week().signed_with(crowded.authority.certificate.subject(), &stranger))
        .collect();
    assert_eq!(
        crowded.status(lists),
        because(Undetermined, &pki::REVOCATION_BUDGET)
    );
}

proptest! {
    #[test]
    fn damaged_responses_never_panic(at in any::<prop::sample::Index>(), octet in any::<u8>(), cut in any::<bool>()) {
        let (der, scene) = &*RESPONSE;
        let mut der = der.clone();
        let place = at.index(der.len());
        if cut { der.truncate(place) } else { der[place] = octet }
        if let Some(response) = OcspResponse::parse(der.clone(), &TestProvider) {
            let _ = format!("{response:?}");
            // What is signed says good, and nothing else is believed.
            prop_assert!(scene.ocsp(vec![response]).0 != Revoked);
        }
    }

    #[test]
    fn octets_of_any_kind_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = OcspResponse::parse(bytes, &TestProvider);
    }
}

static RESPONSE: std::sync::LazyLock<(Vec<u8>, Scene)> = std::sync::LazyLock::new(|| {
    let scene = Scene::new();
    let nonce = extension("1.3.6.1.5.5.7.48.1.2", false, &tlv(4, &[&[9; 16]]));
    let template = OcspTemplate {
        extensions: vec![nonce],
        certificates: scene.chain(),
        ..OcspTemplate::of(vec![scene.good()])
    };
    (template.der(&scene.authority), scene)
});
