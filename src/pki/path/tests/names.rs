//! Name constraints of authorities against the names of those below them.

use std::time::Instant;

use super::*;

fn dns(name: &str) -> Vec<u8> {
    tlv(0x82, &[name.as_bytes()])
}

fn email(name: &str) -> Vec<u8> {
    tlv(0x81, &[name.as_bytes()])
}

fn directory(name: &[u8]) -> Vec<u8> {
    tlv(0xA4, &[name])
}

fn alt_names(names: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.17", false, &tlv(0x30, &[&names.concat()]))
}

fn constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let part = |tag, names: &[Vec<u8>]| {
        let trees: Vec<_> = names.iter().map(|name| tlv(0x30, &[name])).collect();
        (!names.is_empty()).then(|| tlv(tag, &[&trees.concat()]))
    };
    let parts: Vec<_> = [part(0xA0, permitted), part(0xA1, excluded)]
        .into_iter()
        .flatten()
        .collect();
    extension("2.5.29.30", true, &tlv(0x30, &[&parts.concat()]))
}

/// The rule that a leaf with these names breaks below an authority with these constraints.
fn names_under(constraint: Vec<u8>, leaf: Vec<Vec<u8>>) -> Option<&'static str> {
    let chain = chain(vec![
        Template::authority("Root"),
        with(Template::authority("Issuing"), [constraint]),
        with(Template::leaf("Person"), leaf),
    ]);
    let outcome = judge(&chain, &Demands::default());
    assert_eq!(
        outcome.status == PathStatus::Valid,
        outcome.reason.is_none()
    );
    code(&outcome)
}

#[test]
fn names_stay_within_what_an_authority_may_issue() {
    let excluded = Some(path_rules::NAME_EXCLUDED.code);
    let outside = Some(path_rules::NAME_NOT_PERMITTED.code);
    let san = |names: &[Vec<u8>]| vec![alt_names(names)];
    let other_form = tlv(0xA0, &[&[6, 2, 0x2A, 3], &[0xA0, 2, 5, 0]]);
    for (constraint, leaf, rule) in [
        (
            constraints(&[dns("gov.vn")], &[]),
            san(&[dns("a.gov.vn")]),
            None,
        ),
        (
            constraints(&[dns("gov.vn")], &[]),
            san(&[dns("a.com.vn")]),
            outside,
        ),
        (
            constraints(&[dns("gov.vn")], &[]),
            san(&[email("an@x.vn")]),
            None,
        ),
        (
            constraints(&[], &[dns("gov.vn")]),
            san(&[dns("x.vn"), dns("a.gov.vn")]),
            excluded,
        ),
        (
            constraints(&[email("x.vn")], &[]),
            san(&[email("an@x.vn")]),
            None,
        ),
        (
            constraints(&[email("x.vn")], &[]),
            san(&[email("an@y.vn")]),
            outside,
        ),
        // What is no address at all is in no permitted and in every excluded subtree.
        (
            constraints(&[email("x.vn")], &[]),
            san(&[email("an@z@x.vn")]),
            outside,
        ),
        (
            constraints(&[], &[email("x.vn")]),
            san(&[email("an")]),
            excluded,
        ),
        (
            constraints(&[directory(&name("person"))], &[]),
            Vec::new(),
            None,
        ),
        (
            constraints(&[directory(&name("Other"))], &[]),
            Vec::new(),
            outside,
        ),
        (
            constraints(&[], &[directory(&name("PERSON"))]),
            Vec::new(),
            excluded,
        ),
        (constraints(&[directory(&[0x30, 0])], &[]), Vec::new(), None),
        (
            constraints(&[], std::slice::from_ref(&other_form)),
            san(std::slice::from_ref(&other_form)),
            Some(path_rules::NAME_UNSUPPORTED.code),
        ),
        (constraints(&[], &[other_form]), san(&[dns("x.vn")]), None),
    ] {
        assert_eq!(
            names_under(constraint.clone(), leaf),
            rule,
            "{constraint:02X?}"
        );
    }
}

#[test]
fn a_longer_chain_cannot_widen_what_is_permitted() {
    let narrow = constraints(&[dns("gov.vn")], &[]);
    let wide = constraints(&[dns("vn"), dns("com")], &[]);
    let of = |leaf: &str| {
        let chain = chain(vec![
            with(Template::authority("Root"), [narrow.clone()]),
            with(Template::authority("Issuing"), [wide.clone()]),
            with(Template::leaf("Person"), [alt_names(&[dns(leaf)])]),
        ]);
        let ignoring = Demands {
            anchor_constraints: false,
            ..Demands::default()
        };
        let judged = judge(&chain, &Demands::default());
        (code(&judged), judge(&chain, &ignoring).status)
    };
    assert_eq!(of("a.gov.vn"), (None, PathStatus::Valid));
    // The anchor's own constraints bind (RFC 5937), unless the caller says otherwise.
    assert_eq!(
        of("a.com"),
        (Some(path_rules::NAME_NOT_PERMITTED.code), PathStatus::Valid)
    );
}

#[test]
fn addresses_inside_the_subject_count() {
    let value = |text: &str| {
        let kind = tlv(6, &[&[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1]]);
        let attribute = tlv(0x30, &[&kind, &tlv(0x16, &[text.as_bytes()])]);
        tlv(0x30, &[&tlv(0x31, &[&attribute])])
    };
    for (address, good) in [("an@x.vn", true), ("an@y.vn", false)] {
        let leaf = Template {
            subject: value(address),
            ..Template::leaf("")
        };
        let chain = chain(vec![
            with(
                Template::authority("Root"),
                [constraints(&[email("x.vn")], &[])],
            ),
            leaf,
        ]);
        let outcome = judge(&chain, &Demands::default());
        assert_eq!(outcome.status == PathStatus::Valid, good, "{address}");
    }
}

#[test]
fn too_many_names_and_constraints_leave_the_path_open() {
    let trees: Vec<_> = (0..2_000).map(|n| dns(&format!("t{n}.vn"))).collect();
    let names: Vec<_> = (0..2_000).map(|n| dns(&format!("n{n}.vn"))).collect();
    let started = Instant::now();
    let chain = chain(vec![
        with(Template::authority("Root"), [constraints(&[], &trees)]),
        with(Template::leaf("Person"), [alt_names(&names)]),
    ]);
    let outcome = judge(&chain, &Demands::default());
    assert_eq!(code(&outcome), Some(path_rules::NAME_BUDGET.code));
    assert_eq!(outcome.status, PathStatus::Undetermined);
    assert!(started.elapsed().as_secs() < 20);
}
