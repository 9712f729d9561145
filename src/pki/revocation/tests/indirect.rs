//! Lists that are signed by somebody else.

use super::*;

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
