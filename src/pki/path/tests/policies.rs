//! Certificate policies: what all authorities of a path leave of them.

use std::time::Instant;

use super::*;

/// Policies by their number below 1.3.6.1.4.1.99999; 0 is anyPolicy.
fn policy(number: u8) -> Vec<u8> {
    match number {
        0 => tlv(6, &[&[0x55, 0x1D, 0x20, 0]]),
        n => tlv(6, &[&[0x2B, 6, 1, 4, 1, 0x86, 0x8D, 0x1F, n]]),
    }
}

fn policy_id(number: u8) -> PolicyId {
    match number {
        0 => PolicyId::any(),
        n => PolicyId::from_text(&format!("1.3.6.1.4.1.99999.{n}")).unwrap(),
    }
}

fn policies(numbers: impl IntoIterator<Item = u8>) -> Vec<u8> {
    let infos: Vec<_> = numbers
        .into_iter()
        .map(|n| tlv(0x30, &[&policy(n)]))
        .collect();
    extension("2.5.29.32", false, &tlv(0x30, &[&infos.concat()]))
}

fn mappings(pairs: impl IntoIterator<Item = (u8, u8)>) -> Vec<u8> {
    let pairs: Vec<_> = pairs
        .into_iter()
        .map(|(from, to)| tlv(0x30, &[&policy(from), &policy(to)]))
        .collect();
    extension("2.5.29.33", true, &tlv(0x30, &[&pairs.concat()]))
}

fn require_explicit(skip: u8) -> Vec<u8> {
    extension("2.5.29.36", true, &[0x30, 3, 0x80, 1, skip])
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
        Some(path_rules::NO_POLICY.code)
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
    assert_eq!(
        code(&judge(&any, &inhibited)),
        Some(path_rules::NO_POLICY.code)
    );
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
        Some(path_rules::NO_POLICY.code)
    );
    assert_eq!(
        code(&judge(&mapped(&[(2, 9)]), &Demands::default())),
        Some(path_rules::NO_POLICY.code)
    );
    for any in [(0, 9), (1, 0)] {
        let outcome = judge(&mapped(&[any]), &Demands::default());
        assert_eq!(code(&outcome), Some(path_rules::ANY_MAPPED.code));
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
        Some(path_rules::NO_POLICY.code)
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
