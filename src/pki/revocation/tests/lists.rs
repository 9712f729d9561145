//! Lists: deltas, partitions, reasons, keys of the authority.

use super::*;

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
