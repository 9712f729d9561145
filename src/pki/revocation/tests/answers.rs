//! OCSP responses, and who may sign them.

use super::*;

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
    // Number 128, and that with its octet and no other, which is negative.
    let high = Template {
        serial: 128,
        ..Template::leaf("Person")
    };
    let s = Scene {
        person: high.issued_by(&s.authority),
        ..s
    };
    for (serial, expected) in [
        (vec![0, 0x80], GOOD),
        (vec![0, 0, 0x80], GOOD),
        (vec![0x80], because(Undetermined, &pki::NO_REVOCATION)),
    ] {
        let answer = AnswerTemplate { serial, ..s.good() };
        let response = OcspTemplate::of(vec![answer]).signed_by(&s.authority);
        assert_eq!(s.ocsp(vec![response]), expected);
    }
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
    // Nothing newer takes back what lasts, of whatever kind it is.
    let list = |this: &str| CrlTemplate::new(this, "2026-03-20T00:00:00Z");
    let (old, new) = ("2026-03-01T00:00:00Z", "2026-03-04T00:00:00Z");
    let unlisted = || list(new).issued_by(&s.authority);
    for reason in [None, Some(1), Some(4)] {
        let lasting = || revoked(list(old), 7, reason).issued_by(&s.authority);
        for (lists, answers) in [
            (vec![lasting()], vec![good()]),
            (vec![lasting(), unlisted()], Vec::new()),
            (vec![unlisted(), lasting()], vec![good()]),
        ] {
            assert_eq!(
                told(&s.ask(lists, answers, |_| {})),
                because(Revoked, &pki::REVOKED)
            );
        }
    }
    let held = revoked(list(old), 7, Some(6)).issued_by(&s.authority);
    assert_eq!(
        told(&s.ask(vec![held, unlisted()], Vec::new(), |_| {})),
        GOOD
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
