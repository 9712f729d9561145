//! Crowds and damage.

use super::*;

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
