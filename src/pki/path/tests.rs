//! Names, policies, purposes and anchors along a path, and what attackers make of them.

use std::{sync::Arc, time::Instant};

use super::{Demands, PathOutcome, PolicyInputs, Purpose, evaluate, evaluate_for};
use crate::{
    cms::testing::{Identity, Template, at, extension, key, key_usage, name},
    pki::{Store, trust_class},
    report::{Finding, PathStatus, TrustClass},
    text::{Rule, rules::path as rules, rules::pki},
    time::Time,
    x509::{Certificate, policies::PolicyId},
};

fn now() -> Time {
    at("2026-03-05T02:30:15Z")
}

/// A DER value with a length of any size.
fn der(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut bytes = vec![tag];
    match u8::try_from(length) {
        Ok(short @ 0..=127) => bytes.push(short),
        _ => {
            let octets = length.to_be_bytes();
            let octets = &octets[octets.iter().position(|octet| *octet != 0).unwrap()..];
            bytes.push(0x80 | u8::try_from(octets.len()).unwrap());
            bytes.extend_from_slice(octets);
        }
    }
    bytes.extend_from_slice(content);
    bytes
}

fn dns(name: &str) -> Vec<u8> {
    der(0x82, name.as_bytes())
}

fn email(name: &str) -> Vec<u8> {
    der(0x81, name.as_bytes())
}

fn directory(name: &[u8]) -> Vec<u8> {
    der(0xA4, name)
}

fn alt_names(names: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.17", false, &der(0x30, &names.concat()))
}

fn constraints(permitted: &[Vec<u8>], excluded: &[Vec<u8>]) -> Vec<u8> {
    let part = |tag, names: &[Vec<u8>]| {
        let trees: Vec<_> = names.iter().map(|name| der(0x30, name)).collect();
        (!names.is_empty()).then(|| der(tag, &trees.concat()))
    };
    let parts: Vec<_> = [part(0xA0, permitted), part(0xA1, excluded)]
        .into_iter()
        .flatten()
        .collect();
    extension("2.5.29.30", true, &der(0x30, &parts.concat()))
}

/// Policies by their number below 1.3.6.1.4.1.99999; 0 is anyPolicy.
fn policy(number: u8) -> Vec<u8> {
    match number {
        0 => der(6, &[0x55, 0x1D, 0x20, 0]),
        n => der(6, &[0x2B, 6, 1, 4, 1, 0x86, 0x8D, 0x1F, n]),
    }
}

fn policy_id(number: u8) -> PolicyId {
    match number {
        0 => PolicyId::any(),
        n => PolicyId::from_text(&format!("1.3.6.1.4.1.99999.{n}")).unwrap(),
    }
}

fn policies(numbers: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let infos: Vec<_> = numbers.into_iter().map(|n| der(0x30, &policy(n))).collect();
    extension("2.5.29.32", false, &der(0x30, &infos.concat()))
}

fn mappings(pairs: impl IntoIterator<Item = (u8, u8)>) -> Vec<u8> {
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(from, to)| der(0x30, &[policy(from), policy(to)].concat()))
        .collect();
    extension("2.5.29.33", true, &der(0x30, &pairs.concat()))
}

fn require_explicit(skip: u8) -> Vec<u8> {
    extension("2.5.29.36", true, &[0x30, 3, 0x80, 1, skip])
}

fn with(template: Template, extensions: impl IntoIterator<Item = Vec<u8>>) -> Template {
    let mut template = template;
    template.extensions.extend(extensions);
    template
}

/// A chain of authorities below a root, and a leaf: its certificates, leaf first.
fn chain(templates: Vec<Template>) -> Vec<Arc<Certificate>> {
    let mut templates = templates.into_iter();
    let mut above: Identity = templates.next().unwrap().self_signed();
    let mut certificates = vec![above.certificate.clone()];
    for template in templates {
        above = template.issued_by(&above);
        certificates.push(above.certificate.clone());
    }
    certificates.reverse();
    certificates
}

fn judge(chain: &[Arc<Certificate>], demands: &Demands) -> PathOutcome {
    let (leaf, above) = chain.split_first().unwrap();
    let (root, held) = above.split_last().unwrap();
    let store = Store::new(vec![root.clone()], Vec::new(), Vec::new());
    evaluate_for(leaf, held, &store, now(), demands)
}

fn code(outcome: &PathOutcome) -> Option<&'static str> {
    outcome.reason.as_ref().map(Finding::code)
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
    let excluded = Some(rules::NAME_EXCLUDED.code);
    let outside = Some(rules::NAME_NOT_PERMITTED.code);
    let san = |names: &[Vec<u8>]| vec![alt_names(names)];
    let other_form = der(0xA0, &[der(6, &[0x2A, 3]), der(0xA0, &[5, 0])].concat());
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
            Some(rules::NAME_UNSUPPORTED.code),
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
        (Some(rules::NAME_NOT_PERMITTED.code), PathStatus::Valid)
    );
}

#[test]
fn addresses_inside_the_subject_count() {
    let value = |text: &str| {
        let kind = der(6, &[0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 1]);
        let attribute = der(0x30, &[kind, der(0x16, text.as_bytes())].concat());
        der(0x30, &der(0x31, &attribute))
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
    assert_eq!(code(&outcome), Some(rules::NAME_BUDGET.code));
    assert_eq!(outcome.status, PathStatus::Undetermined);
    assert!(started.elapsed().as_secs() < 20);
}

fn demanding(initial: &[u8], explicit: bool) -> Demands {
    Demands {
        policies: PolicyInputs {
            initial: initial.iter().copied().map(policy_id).collect(),
            explicit,
            ..PolicyInputs::default()
        },
        ..Demands::default()
    }
}

fn sets(outcome: &PathOutcome) -> (Vec<PolicyId>, Vec<PolicyId>) {
    let policies = &outcome.policies;
    (
        policies.authority_constrained.clone(),
        policies.user_constrained.clone(),
    )
}

fn ids(numbers: &[u8]) -> Vec<PolicyId> {
    numbers.iter().copied().map(policy_id).collect()
}

#[test]
fn policies_are_what_all_authorities_leave() {
    let chain_of = |ca: &[u8], leaf: &[u8]| {
        chain(vec![
            Template::authority("Root"),
            with(
                Template::authority("Issuing"),
                [policies(ca.iter().copied())],
            ),
            with(Template::leaf("Person"), [policies(leaf.iter().copied())]),
        ])
    };
    let common = chain_of(&[1, 2], &[2, 3]);
    let outcome = judge(&common, &Demands::default());
    assert_eq!(sets(&outcome), (ids(&[2]), ids(&[2])));
    let outcome = judge(&common, &demanding(&[1], false));
    assert_eq!(sets(&outcome), (ids(&[2]), ids(&[])));
    assert_eq!(
        code(&judge(&common, &demanding(&[1], true))),
        Some(rules::NO_POLICY.code)
    );
    assert_eq!(
        judge(&common, &demanding(&[1, 2], true)).status,
        PathStatus::Valid
    );
    // anyPolicy stands for each that is asked for.
    let any = chain_of(&[0], &[0]);
    assert_eq!(
        sets(&judge(&any, &Demands::default())),
        (ids(&[0]), ids(&[0]))
    );
    assert_eq!(sets(&judge(&any, &demanding(&[7], true))).1, ids(&[7]));
    let inhibited = Demands {
        policies: PolicyInputs {
            inhibit_any: true,
            explicit: true,
            ..PolicyInputs::default()
        },
        ..Demands::default()
    };
    assert_eq!(code(&judge(&any, &inhibited)), Some(rules::NO_POLICY.code));
    // Nothing in common is no fault unless a policy is demanded.
    let apart = chain_of(&[1], &[2]);
    let outcome = judge(&apart, &Demands::default());
    assert_eq!(
        (outcome.status, sets(&outcome)),
        (PathStatus::Valid, (ids(&[]), ids(&[])))
    );
}

#[test]
fn policies_are_mapped_into_the_terms_of_the_first_authority() {
    let mapped = |pairs: &[(u8, u8)]| {
        chain(vec![
            Template::authority("Root"),
            with(
                Template::authority("Issuing"),
                [
                    policies([1]),
                    mappings(pairs.iter().copied()),
                    require_explicit(0),
                ],
            ),
            with(Template::leaf("Person"), [policies([9])]),
        ])
    };
    let outcome = judge(&mapped(&[(1, 9)]), &Demands::default());
    assert_eq!(sets(&outcome), (ids(&[1]), ids(&[1])));
    let inhibited = Demands {
        policies: PolicyInputs {
            inhibit_mapping: true,
            ..PolicyInputs::default()
        },
        ..Demands::default()
    };
    assert_eq!(
        code(&judge(&mapped(&[(1, 9)]), &inhibited)),
        Some(rules::NO_POLICY.code)
    );
    assert_eq!(
        code(&judge(&mapped(&[(2, 9)]), &Demands::default())),
        Some(rules::NO_POLICY.code)
    );
    for any in [(0, 9), (1, 0)] {
        let outcome = judge(&mapped(&[any]), &Demands::default());
        assert_eq!(code(&outcome), Some(rules::ANY_MAPPED.code));
    }
}

/// RFC 9618 clause 1.1: each authority maps each of its policies to all of the next. The tree would have 50 to the power of ten leaves.
#[test]
fn policies_that_all_map_to_all_stay_a_graph() {
    let crowd = 1..=50_u8;
    let all = || {
        crowd
            .clone()
            .flat_map(|from| (1..=50_u8).map(move |to| (from, to)))
    };
    let mut templates = vec![Template::authority("Root")];
    for number in 0..10 {
        templates.push(with(
            Template::authority(&format!("CA {number}")),
            [policies(crowd.clone()), mappings(all())],
        ));
    }
    templates.push(with(Template::leaf("Person"), [policies([50])]));
    let chain = chain(templates);
    let started = Instant::now();
    let outcome = judge(&chain, &demanding(&[1], true));
    assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
    assert_eq!(outcome.policies.authority_constrained.len(), 50);
    assert!(started.elapsed().as_secs() < 20);
}

#[test]
fn the_certificate_of_an_anchor_can_demand_a_policy_and_limit_them() {
    let chain_of = |root: Vec<Vec<u8>>, leaf: Vec<Vec<u8>>| {
        chain(vec![
            with(Template::authority("Root"), root),
            with(Template::leaf("Person"), leaf),
        ])
    };
    let strict = chain_of(vec![require_explicit(0)], Vec::new());
    assert_eq!(
        code(&judge(&strict, &Demands::default())),
        Some(rules::NO_POLICY.code)
    );
    let free = Demands {
        anchor_constraints: false,
        ..Demands::default()
    };
    assert_eq!(judge(&strict, &free).status, PathStatus::Valid);
    let limited = chain_of(vec![policies([1])], vec![policies([1, 2])]);
    assert_eq!(
        sets(&judge(&limited, &Demands::default())),
        (ids(&[1, 2]), ids(&[1]))
    );
}

#[test]
fn each_purpose_has_its_certificates() {
    let usage = |purposes: &[&[u8]]| {
        let all: Vec<_> = purposes.iter().map(|oid| der(6, oid)).collect();
        extension("2.5.29.37", true, &der(0x30, &all.concat()))
    };
    let stamping: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 8];
    let answering: &[u8] = &[0x2B, 6, 1, 5, 5, 7, 3, 9];
    let long = [[0x81; 60].as_slice(), &[1]].concat();
    for (leaf, purposes) in [
        (vec![], [true, false, false]),
        (vec![usage(&[stamping])], [true, true, false]),
        (vec![usage(&[stamping, answering])], [true, false, true]),
        (vec![usage(&[stamping, &long])], [true, false, false]),
    ] {
        let chain = chain(vec![
            Template::authority("Root"),
            with(Template::leaf("Person"), leaf),
        ]);
        let fits = [Purpose::Sign, Purpose::Timestamp, Purpose::Ocsp].map(|purpose| {
            let demands = Demands {
                purpose,
                ..Demands::default()
            };
            judge(&chain, &demands).status == PathStatus::Valid
        });
        assert_eq!(fits, purposes);
    }
    // A key for encryption signs nothing, but may be asked about.
    let encryption = Template {
        extensions: vec![key_usage(0b100)],
        ..Template::leaf("Person")
    };
    let chain = chain(vec![Template::authority("Root"), encryption]);
    let any = Demands {
        purpose: Purpose::Any,
        ..Demands::default()
    };
    assert_eq!(judge(&chain, &any).status, PathStatus::Valid);
    assert_eq!(
        code(&judge(&chain, &Demands::default())),
        Some(pki::NO_SIGNING.code)
    );
}

/// An authority is its key, not its name: two under one DN, told apart without key identifiers too.
#[test]
fn two_authorities_of_one_name_each_have_their_own_certificates() {
    for key_ids in [true, false] {
        let root = Template::authority("Root").self_signed();
        let authority = || Template {
            key_ids,
            ..Template::authority("Issuing")
        };
        let old = authority().issued_by(&root);
        let new = authority().issued_by(&root);
        for issuer in [&old, &new] {
            let person = Template {
                key_ids,
                ..Template::leaf("Person")
            }
            .issued_by(issuer);
            let held = [old.certificate.clone(), new.certificate.clone()];
            let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
            let outcome = evaluate(&person.certificate, &held, &store, now());
            assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
            assert_eq!(outcome.chain[1].sha256(), issuer.certificate.sha256());
        }
    }
}

/// Cross-certificates and a bridge: the only way to the trusted root leads over another hierarchy.
#[test]
fn a_bridge_is_crossed() {
    let home = Template::authority("Home root").self_signed();
    let bridge = Template::authority("Bridge").self_signed();
    let abroad = Template::authority("Abroad root").self_signed();
    let again = |subject: &str, identity: &Identity, issuer: &Identity| {
        Template {
            key: identity.key.clone(),
            ..Template::authority(subject)
        }
        .issued_by(issuer)
        .certificate
    };
    let issuing = Template::authority("Abroad CA").issued_by(&abroad);
    let person = Template::leaf("Person").issued_by(&issuing);
    let held = [
        again("Bridge", &bridge, &home),
        again("Home root", &home, &bridge),
        again("Abroad root", &abroad, &bridge),
        again("Bridge", &bridge, &abroad),
        issuing.certificate.clone(),
        abroad.certificate.clone(),
        bridge.certificate.clone(),
    ];
    let store = Store::new(vec![home.certificate.clone()], Vec::new(), Vec::new());
    let outcome = evaluate(&person.certificate, &held, &store, now());
    assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
    assert_eq!(outcome.chain.len(), 5);
}

/// An anchor other than the demanded one does not count: who speaks for an authority stands under the same one.
#[test]
fn the_anchor_can_be_fixed() {
    let root = Template::authority("Root").self_signed();
    let person = Template::leaf("Person").issued_by(&root);
    let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
    for (anchor, status) in [
        (*root.certificate.sha256(), PathStatus::Valid),
        ([0; 32], PathStatus::Undetermined),
    ] {
        let demands = Demands {
            anchor: Some(anchor),
            ..Demands::default()
        };
        let outcome = evaluate_for(&person.certificate, &[], &store, now(), &demands);
        assert_eq!(outcome.status, status);
    }
}

/// Certificates with one serial number of one issuer are still two certificates.
#[test]
fn one_serial_number_twice_is_two_certificates() {
    let root = Template::authority("Root").self_signed();
    let good = Template::leaf("Person").issued_by(&root);
    let bad = Template {
        not_after: at("2025-06-01T00:00:00Z"),
        ..Template::leaf("Person")
    }
    .issued_by(&root);
    assert_eq!(good.certificate.serial(), bad.certificate.serial());
    let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
    let status = |one: &Identity| evaluate(&one.certificate, &[], &store, now()).status;
    assert_eq!(
        (status(&good), status(&bad)),
        (PathStatus::Valid, PathStatus::Invalid)
    );
    assert_eq!(
        (status(&bad), status(&good)),
        (PathStatus::Invalid, PathStatus::Valid)
    );
}

/// A chain of a thousand authorities ends at the limit, within the budget.
#[test]
fn a_thousand_authorities_end_within_the_budget() {
    let mut templates: Vec<_> = (0..1_000)
        .map(|number| Template::authority(&format!("CA {number}")))
        .collect();
    templates.push(Template::leaf("Person"));
    let chain = chain(templates);
    let started = Instant::now();
    let outcome = judge(&chain, &Demands::default());
    assert_eq!(outcome.status, PathStatus::Undetermined);
    assert_eq!(code(&outcome), Some(pki::PATH_BUDGET.code));
    assert!(started.elapsed().as_secs() < 20);
}

/// Authorities that all certify each other have more ways than anybody can walk.
#[test]
fn a_mesh_without_an_anchor_ends_within_the_budget() {
    let keys: Vec<_> = (0..9).map(|_| key()).collect();
    let mut held = Vec::new();
    for (to, subject) in keys.iter().enumerate() {
        for (from, issuer) in keys.iter().enumerate().filter(|(from, _)| *from != to) {
            let template = Template {
                key: subject.clone(),
                ..Template::authority(&format!("CA {to}"))
            };
            let issuer_name = name(&format!("CA {from}"));
            held.push(template.signed_with(&issuer_name, issuer).certificate);
        }
    }
    let leaf = Template::leaf("Person").signed_with(&name("CA 0"), &keys[0]);
    let started = Instant::now();
    let outcome = evaluate(&leaf.certificate, &held, &Store::default(), now());
    assert_eq!(outcome.status, PathStatus::Undetermined);
    // Dead ends are known after one look at each certificate.
    assert_eq!(code(&outcome), Some(pki::NO_PATH.code));
    assert!(started.elapsed().as_secs() < 20);
    // The one way out is the last that is tried, at the end of the mesh.
    let root = Template::authority("Root").self_signed();
    let way = Template {
        key: keys[8].clone(),
        not_before: at("2020-01-01T00:00:00Z"),
        ..Template::authority("CA 8")
    };
    held.push(way.issued_by(&root).certificate);
    let store = Store::new(vec![root.certificate], Vec::new(), Vec::new());
    let outcome = evaluate(&leaf.certificate, &held, &store, now());
    assert_eq!(outcome.status, PathStatus::Valid, "{:?}", outcome.reason);
}

/// An authority that only lies beside the signature is no evidence for a class; see also the corpus test of real ones.
#[test]
fn what_is_merely_enclosed_gives_no_class() {
    let root = Template::authority("Root").self_signed();
    let person = Template::leaf("Person").issued_by(&root);
    let held = [root.certificate.clone()];
    let outcome = evaluate(&person.certificate, &held, &Store::default(), now());
    assert_eq!(trust_class::of(&outcome), TrustClass::None);
}

#[track_caller]
fn refused(chain: &[Arc<Certificate>], rule: &'static Rule) {
    assert_eq!(code(&judge(chain, &Demands::default())), Some(rule.code));
}

#[test]
fn an_authority_without_a_name_is_none() {
    let nameless = Template {
        subject: vec![0x30, 0],
        ..Template::authority("")
    };
    refused(
        &chain(vec![
            Template::authority("Root"),
            nameless,
            Template::leaf("Person"),
        ]),
        &rules::FORBIDDEN,
    );
}
