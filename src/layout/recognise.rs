//! Which signature is which, and whether the set is complete and in order. Pure functions over plain values.

use std::collections::HashMap;

use super::plan::field_name;
use crate::{
    geometry::Rect,
    report::{LayoutOrder, LayoutReport, LayoutScheme, Role, RoleSource},
};

/// What is known of one signature. The order of a slice is the order of signing.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    /// Fully qualified name of the field.
    pub(crate) field: Option<String>,
    /// SHA-256 of the signer's certificate.
    pub(crate) certificate: Option<[u8; 32]>,
    /// Its subject by RFC 4514.
    pub(crate) subject: Option<String>,
    /// The widget's box.
    pub(crate) rect: Option<Rect>,
    /// A document time-stamp: it has no role.
    pub(crate) timestamp: bool,
}

/// One signature with its role, in the order of signing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Assessed {
    pub(crate) role: Role,
    /// Digest and value hold.
    pub(crate) intact: bool,
}

const SIX: [Role; 6] = [
    Role::Person,
    Role::Number,
    Role::Day,
    Role::Month,
    Role::Year,
    Role::Organisation,
];
const TWO: [Role; 2] = [Role::Person, Role::Organisation];
const NAMED: [Role; 9] = [
    Role::Person,
    Role::Number,
    Role::Day,
    Role::Month,
    Role::Year,
    Role::Organisation,
    Role::Appendix,
    Role::Copy,
    Role::Incoming,
];

/// How the name of a Vietnamese state body or company begins; a person's name never does.
const ORGANISATION_WORDS: [&str; 19] = [
    "ủy ban",
    "uỷ ban",
    "ubnd",
    "hội đồng",
    "hđnd",
    "văn phòng",
    "sở ",
    "bộ ",
    "cục ",
    "tổng cục",
    "chi cục",
    "trung tâm",
    "trường ",
    "phòng ",
    "ban ",
    "công ty",
    "tập đoàn",
    "tổng công ty",
    "bệnh viện",
];

/// The role of each signature, and how it was told. Inferred roles are guesses from names, certificates, order
/// and place; where these do not tell, the role stays unknown.
pub(crate) fn recognise(seen: &[Seen]) -> Vec<(Role, RoleSource)> {
    let named: Vec<Option<Role>> = seen
        .iter()
        .map(|s| s.field.as_deref().and_then(role_of_name))
        .collect();
    if named.iter().any(Option::is_some) {
        return named
            .into_iter()
            .map(|role| {
                role.map_or((Role::Unknown, RoleSource::Inferred), |r| {
                    (r, RoleSource::FieldName)
                })
            })
            .collect();
    }
    let mut roles = vec![Role::Unknown; seen.len()];
    let signatures: Vec<usize> = (0..seen.len()).filter(|&i| !seen[i].timestamp).collect();
    match signatures.as_slice() {
        &[only] if is_organisation(&seen[only]) => roles[only] = Role::Organisation,
        &[first, second] => infer_two(seen, first, second, &mut roles),
        six if six.len() == SIX.len() => infer_six(seen, six, &mut roles),
        _ => {}
    }
    roles
        .into_iter()
        .map(|role| (role, RoleSource::Inferred))
        .collect()
}

/// Scheme, completeness and order (Decree 30/2020, art. 32.2d: the organisation signs what the person signed).
pub(crate) fn assess(signatures: &[Assessed]) -> LayoutReport {
    let has = |role: Role| signatures.iter().any(|s| s.role == role);
    let parts = [Role::Number, Role::Day, Role::Month, Role::Year];
    let (scheme, wanted): (_, &[Role]) = if parts.into_iter().any(has) {
        (LayoutScheme::Circular01, &SIX)
    } else if TWO.into_iter().any(has) {
        (LayoutScheme::Decree30, &TWO)
    } else {
        (LayoutScheme::None, &[])
    };
    let missing: Vec<Role> = wanted.iter().copied().filter(|&role| !has(role)).collect();
    let intact = |role: Role| signatures.iter().any(|s| s.role == role && s.intact);
    let complete = scheme != LayoutScheme::None && wanted.iter().copied().all(intact);
    let first = |role: Role| signatures.iter().position(|s| s.role == role);
    let order = match (first(Role::Person), first(Role::Organisation)) {
        (Some(person), Some(organisation)) if person > organisation => {
            LayoutOrder::PersonAfterOrganisation
        }
        _ => LayoutOrder::Ok,
    };
    LayoutReport {
        scheme,
        complete,
        missing,
        order,
    }
}

/// The role that a field name of the contract stands for, with or without a suffix `_2`.
fn role_of_name(field: &str) -> Option<Role> {
    let base = match field.rsplit_once('_') {
        Some((base, suffix))
            if !suffix.is_empty() && suffix.bytes().all(|b| b.is_ascii_digit()) =>
        {
            base
        }
        _ => field,
    };
    NAMED.into_iter().find(|&role| field_name(role) == base)
}

/// Two signatures with two certificates: the scheme of Decree 30/2020.
fn infer_two(seen: &[Seen], first: usize, second: usize, roles: &mut [Role]) {
    let (a, b) = (&seen[first], &seen[second]);
    if a.certificate.is_none() || b.certificate.is_none() || a.certificate == b.certificate {
        return;
    }
    let reversed = is_organisation(a) && !is_organisation(b);
    let (person, organisation) = if reversed {
        (second, first)
    } else {
        (first, second)
    };
    roles[person] = Role::Person;
    roles[organisation] = Role::Organisation;
}

/// Six signatures, one with a certificate of its own and five with another: the scheme of Circular 01/2019.
fn infer_six(seen: &[Seen], six: &[usize], roles: &mut [Role]) {
    let mut by_certificate: HashMap<[u8; 32], Vec<usize>> = HashMap::new();
    for &index in six {
        let Some(certificate) = seen[index].certificate else {
            return;
        };
        by_certificate.entry(certificate).or_default().push(index);
    }
    let mut groups: Vec<Vec<usize>> = by_certificate.into_values().collect();
    groups.sort_by_key(Vec::len);
    let [person, organisation] = groups.as_slice() else {
        return;
    };
    let (&[person], [.., seal]) = (person.as_slice(), organisation.as_slice()) else {
        return;
    };
    roles[person] = Role::Person;
    roles[*seal] = Role::Organisation;
    let mut rest: Vec<usize> = organisation.iter().copied().filter(|i| i != seal).collect();
    // The number stands left of the date, and the date reads from left to right. Invisible ones: by order.
    let left = |index: usize| seen[index].rect.filter(|r| r.width() > 0.0).map(|r| r.left);
    if rest.iter().all(|&index| left(index).is_some()) {
        rest.sort_by(|&a, &b| {
            left(a)
                .partial_cmp(&left(b))
                .unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    for (index, role) in rest
        .into_iter()
        .zip([Role::Number, Role::Day, Role::Month, Role::Year])
    {
        roles[index] = role;
    }
}

/// Whether the subject names an organisation: its CN repeats an O or OU, or begins as such names do.
fn is_organisation(seen: &Seen) -> bool {
    let Some(subject) = &seen.subject else {
        return false;
    };
    let mut common_name = None;
    let mut units = Vec::new();
    for part in subject.split(',') {
        match part.trim_start().split_once('=') {
            Some(("CN", value)) => common_name = Some(value.to_lowercase()),
            Some(("O" | "OU", value)) => units.push(value.to_lowercase()),
            _ => {}
        }
    }
    let Some(name) = common_name else {
        return false;
    };
    units.contains(&name) || ORGANISATION_WORDS.iter().any(|word| name.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(field: Option<&str>, certificate: u8, subject: &str, left: f64) -> Seen {
        Seen {
            field: field.map(str::to_owned),
            certificate: Some([certificate; 32]),
            subject: Some(subject.to_owned()),
            rect: Some(Rect::from_corners(left, 0.0, left + 10.0, 10.0)),
            timestamp: false,
        }
    }

    fn roles(seen: &[Seen]) -> Vec<Role> {
        recognise(seen).into_iter().map(|(role, _)| role).collect()
    }

    #[test]
    fn by_field_name_with_suffix() {
        let all = [
            seen(Some("NguoiKy_2"), 1, "CN=A", 0.0),
            seen(Some("CoQuan"), 2, "CN=B", 0.0),
        ];
        assert_eq!(
            recognise(&all),
            [
                (Role::Person, RoleSource::FieldName),
                (Role::Organisation, RoleSource::FieldName)
            ]
        );
        assert_eq!(role_of_name("So_x"), None);
        assert_eq!(role_of_name("So_"), None);
    }

    #[test]
    fn six_by_counts_order_and_place() {
        let org = "CN=UBND tỉnh,O=UBND tỉnh,C=VN";
        let all = [
            seen(Some("Signature1"), 1, "CN=Nguyễn Văn A", 300.0),
            seen(Some("Signature2"), 2, org, 500.0),
            seen(Some("Signature3"), 2, org, 450.0),
            seen(Some("Signature4"), 2, org, 400.0),
            seen(Some("Signature5"), 2, org, 100.0),
            seen(Some("Signature6"), 2, org, 250.0),
        ];
        assert_eq!(
            roles(&all),
            [
                Role::Person,
                Role::Year,
                Role::Month,
                Role::Day,
                Role::Number,
                Role::Organisation
            ]
        );
        let mut three = all.clone();
        three[3].certificate = Some([3; 32]);
        assert_eq!(
            roles(&three),
            [Role::Unknown; 6],
            "three certificates tell nothing"
        );
    }

    #[test]
    fn two_by_order_or_by_subject() {
        let person = seen(None, 1, "CN=Nguyễn Văn A,O=UBND tỉnh", 0.0);
        let organisation = seen(None, 2, "CN=Ủy ban nhân dân tỉnh", 0.0);
        assert_eq!(roles(&[person.clone(), organisation.clone()]), TWO);
        let reversed = roles(&[organisation, person.clone()]);
        assert_eq!(reversed, [Role::Organisation, Role::Person]);
        let assessed: Vec<_> = reversed
            .iter()
            .map(|&role| Assessed { role, intact: true })
            .collect();
        assert_eq!(
            assess(&assessed).order,
            LayoutOrder::PersonAfterOrganisation
        );
        assert_eq!(roles(&[person.clone(), person]), [Role::Unknown; 2]);
    }

    #[test]
    fn completeness_needs_every_role_intact() {
        let mut all: Vec<_> = SIX.map(|role| Assessed { role, intact: true }).to_vec();
        let report = assess(&all);
        assert!(report.complete && report.missing.is_empty());
        assert_eq!(report.scheme, LayoutScheme::Circular01);
        all[2].intact = false;
        assert!(!assess(&all).complete);
        all.remove(2);
        assert_eq!(assess(&all).missing, [Role::Day]);
        assert_eq!(assess(&[]).scheme, LayoutScheme::None);
        assert!(!assess(&[]).complete);
    }
}
