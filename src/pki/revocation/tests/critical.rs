//! What is critical and not understood, in a list or in one of its entries: the list says nothing about anybody (RFC 5280 clauses 5.2, 5.3).

use super::*;

/// An entry with one extension more.
fn entry(serial: u8, extension: &[u8]) -> Vec<u8> {
    let extensions = tlv(0x30, &[extension]);
    tlv(
        0x30,
        &[&[2, 1, serial], b"\x17\x0D260201000000Z", &extensions],
    )
}

fn odd(critical: bool) -> Vec<u8> {
    extension("1.3.6.1.4.1.99999.1", critical, &[5, 0])
}

/// The person's number is 7.
fn entries_with(extension: &[u8]) -> [Vec<u8>; 3] {
    let plain = extension_of_reason(false);
    [
        [entry(8, extension), entry(9, &plain)].concat(),
        [entry(8, extension), entry(7, &plain)].concat(),
        [entry(8, &plain), entry(7, extension)].concat(),
    ]
}

fn extension_of_reason(critical: bool) -> Vec<u8> {
    extension("2.5.29.21", critical, &[0x0A, 1, 1])
}

#[test]
fn an_entry_with_an_unknown_critical_extension_spoils_the_list_for_everybody() {
    let s = Scene::new();
    let told = |entries: &[u8], extensions: &[u8]| {
        s.status(vec![list_of(&s.authority, entries, extensions)])
    };
    let open = because(Undetermined, &pki::CRL_CRITICAL);
    let revoked = because(Revoked, &pki::REVOKED);
    // Another's entry, the person listed beside it or not, and the person's own.
    let expected = [GOOD, revoked, revoked];
    for entries in entries_with(&odd(true)) {
        assert_eq!(told(&entries, &number(1)), open);
    }
    for (entries, known) in entries_with(&odd(false)).iter().zip(expected) {
        assert_eq!(told(entries, &number(1)), known, "not critical");
        assert_eq!(told(entries, &odd(true)), open, "in the list itself");
    }
    for (entries, known) in entries_with(&extension_of_reason(true))
        .iter()
        .zip(expected)
    {
        assert_eq!(told(entries, &number(1)), known, "critical, but understood");
    }
}

#[test]
fn what_such_a_list_has_against_a_certificate_is_not_overruled_by_an_older_one() {
    let s = Scene::new();
    let older = || {
        let list = CrlTemplate::new("2026-02-27T00:00:00Z", "2026-03-08T00:00:00Z");
        list.issued_by(&s.authority)
    };
    let [other, listed, own] = entries_with(&odd(true));
    let told = |entries: &[u8]| s.status(vec![older(), list_of(&s.authority, entries, &number(1))]);
    assert_eq!(told(&other), GOOD, "the older list is still current");
    for against in [listed, own] {
        assert_eq!(told(&against), because(Undetermined, &pki::CRL_CRITICAL));
    }
}

#[test]
fn a_delta_with_such_an_entry_is_none() {
    let s = Scene::new();
    let base = || extended(week(), vec![number(5)]).issued_by(&s.authority);
    let [other, listed, own] = entries_with(&odd(true));
    let told = |entries: &[u8]| {
        let extensions = [number(6), delta_of(5)].concat();
        s.status(vec![base(), list_of(&s.authority, entries, &extensions)])
    };
    assert_eq!(told(&other), GOOD, "its list is still current");
    for against in [listed, own] {
        assert_eq!(told(&against), because(Undetermined, &pki::CRL_CRITICAL));
    }
}
