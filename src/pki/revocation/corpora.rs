//! Responses and lists of other people: OpenSSL, certvalidator, Botan.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use super::{Held, Policy, Query, evaluate};
use crate::{
    asn1::pem,
    cms::testing::at,
    crypto::TestProvider,
    pki::{Store, path},
    report::RevocationStatus,
    time::Time,
    x509::{Certificate, Crl, OcspResponse},
};

fn certificate(path: &Path) -> Arc<Certificate> {
    let bytes = fs::read(path).unwrap_or_else(|_| panic!("{}", path.display()));
    let der = match pem::blocks(&bytes) {
        Some(blocks) if !blocks.is_empty() => blocks[0].bytes.to_vec(),
        _ => bytes,
    };
    Certificate::parse(&der, &TestProvider).unwrap()
}

/// DER, or base64 as OpenSSL's tests have it.
fn response(path: &Path) -> Option<Arc<OcspResponse>> {
    let bytes = fs::read(path).unwrap();
    let text = std::str::from_utf8(&bytes).ok();
    let framed = text.map(|text| format!("-----BEGIN X-----\n{}\n-----END X-----\n", text.trim()));
    let der = framed
        .and_then(|framed| Some(pem::blocks(framed.as_bytes())?.first()?.bytes.to_vec()))
        .unwrap_or(bytes);
    OcspResponse::parse(der, &TestProvider)
}

fn crl(path: &Path) -> Arc<Crl> {
    let bytes = fs::read(path).unwrap();
    let der = match pem::blocks(&bytes) {
        Some(blocks) if !blocks.is_empty() => blocks[0].bytes.to_vec(),
        _ => bytes,
    };
    Crl::parse(der).unwrap()
}

/// The status of the first certificate of a chain that is taken as it is, and why.
fn status(
    chain: &[Arc<Certificate>],
    crls: Vec<Arc<Crl>>,
    ocsps: Vec<Arc<OcspResponse>>,
    time: Time,
    policy: &Policy,
) -> (RevocationStatus, String) {
    let (anchor, others) = chain.split_last().unwrap();
    let store = Store::new(vec![anchor.clone()], others.to_vec(), crls).with_ocsps(ocsps);
    let outcome = evaluate(&Query {
        chain,
        store: &store,
        held: &Held::default(),
        provider: &TestProvider,
        policy,
        at: time,
        now: time,
    });
    let report = &outcome.reports[0];
    let why = report.reason.as_ref();
    let why = why.map(|reason| format!("{} {}", reason.code(), reason.message(crate::Lang::En)));
    (report.status, why.unwrap_or_default())
}

/// What the ledger says: answers that differ from those of the corpus, each with a reason.
fn ledger() -> BTreeMap<&'static str, &'static str> {
    let lines = include_str!("../../../tests/ledger/revocation.tsv").lines();
    lines
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| line.split_once('\t').unwrap())
        .collect()
}

#[test]
fn the_ocsp_tests_of_openssl() {
    let Some(corpus) = crate::corpora::folder("cms-openssl") else {
        return;
    };
    let text = fs::read(corpus.join("expected-ocsp.json")).unwrap();
    let cases: serde_json::Value = serde_json::from_slice(&text).unwrap();
    let folder = corpus.join("ocsp-tests");
    let (mut wrong, mut passed) = (Vec::new(), 0);
    let ledger = ledger();
    for case in cases["tests"].as_array().unwrap() {
        let (file, issuer) = (
            case["response"].as_str().unwrap(),
            case["issuer_or_root"].as_str().unwrap(),
        );
        // The certificate is that of the case's family: D1, ND3 …
        let family = file.trim_end_matches(".ors").rsplit('_').next().unwrap();
        let leaf = ["EE", "ICA"].map(|kind| folder.join(format!("{family}_Cert_{kind}.pem")));
        let leaf = certificate(leaf.iter().find(|path| path.is_file()).unwrap());
        let issuer = certificate(&folder.join(issuer));
        let response = response(&folder.join(file));
        let time = response
            .as_ref()
            .and_then(|one| Some(one.answers().first()?.this_update.max(one.produced_at()?)));
        let time = time.unwrap_or(at("2012-12-19T00:00:00Z"));
        // OpenSSL takes the issuer as it is given; whether it issued the certificate is the path's business.
        let store = Store::new(vec![issuer.clone()], Vec::new(), Vec::new());
        let outcome = path::evaluate(&leaf, &[], &store, time);
        let linked = outcome.chain.len() == 2;
        let (status, why) = status(
            &[leaf, issuer],
            Vec::new(),
            response.into_iter().collect(),
            time,
            &Policy::default(),
        );
        let accepted = linked && status == RevocationStatus::Good;
        let name = format!(
            "openssl {} {}",
            file,
            case["issuer_or_root"].as_str().unwrap()
        );
        let differs = accepted != (case["expected"] == "accept");
        if differs != ledger.contains_key(name.as_str()) {
            wrong.push(format!(
                "{name}: {status:?} {why}, linked {linked}, expected {}",
                case["expected"]
            ));
        }
        passed += usize::from(!differs);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(passed > 25, "{passed}");
}

#[test]
fn the_freshness_set_of_certvalidator() {
    let Some(corpus) = crate::corpora::folder("x509-certvalidator") else {
        return;
    };
    for set in ["freshness", "ades/time-slide"] {
        let folder = corpus.join(set);
        let one = |name: &str| certificate(&folder.join("certs").join(name));
        let chain = [one("alice.crt"), one("interm.crt"), one("root.crt")];
        let on = |day: &str, time: &str, policy: &Policy| {
            let ocsp = response(&folder.join(format!("alice-{day}.ors"))).unwrap();
            status(&chain, Vec::new(), vec![ocsp], at(time), policy).0
        };
        let default = Policy::default();
        let first = |time: &str, policy: &Policy| on("2020-10-01", time, policy);
        let second = |time: &str, policy: &Policy| on("2020-11-29", time, policy);
        let third = |time: &str, policy: &Policy| on("2020-12-10", time, policy);
        assert_eq!(
            first("2020-10-01T00:05:00Z", &default),
            RevocationStatus::Good
        );
        assert_eq!(
            first("2020-12-10T00:05:00Z", &default),
            RevocationStatus::Undetermined
        );
        assert_eq!(
            second("2020-11-29T00:05:00Z", &default),
            RevocationStatus::Good
        );
        assert_eq!(
            second("2020-12-10T00:05:00Z", &default),
            RevocationStatus::Undetermined
        );
        assert_eq!(
            third("2020-12-10T00:05:00Z", &default),
            RevocationStatus::Revoked
        );
        // A wider window of the policy takes the answer from before the revocation: that is what it asks for.
        let month = Policy {
            max_age: Some(30 * 86_400),
            ..Policy::default()
        };
        assert_eq!(
            second("2020-12-10T00:05:00Z", &month),
            RevocationStatus::Good
        );
        assert_eq!(
            first("2020-12-10T00:05:00Z", &month),
            RevocationStatus::Undetermined
        );
        // The list of the root, which tells that another certificate of the authority was revoked.
        let list = |day: &str| crl(&folder.join(format!("root-{day}.crl")));
        let of = |name: &str, day: &str, time: &str| {
            status(
                &[one(name), chain[2].clone()],
                vec![list(day)],
                Vec::new(),
                at(time),
                &default,
            )
            .0
        };
        assert_eq!(
            of("interm.crt", "2020-12-10", "2020-12-10T00:05:00Z"),
            RevocationStatus::Good
        );
        assert_eq!(
            of("interm-revoked.crt", "2020-12-10", "2020-12-10T00:05:00Z"),
            RevocationStatus::Revoked
        );
        assert_eq!(
            of("interm-revoked.crt", "2020-11-29", "2020-11-29T00:05:00Z"),
            RevocationStatus::Good
        );
        assert_eq!(
            of("interm.crt", "2020-10-01", "2020-12-10T00:05:00Z"),
            RevocationStatus::Undetermined
        );
    }
}

#[test]
fn one_responder_for_two_authorities() {
    let Some(corpus) = crate::corpora::folder("x509-certvalidator") else {
        return;
    };
    let folder = corpus.join("multitasking-ocsp");
    let one = |name: &str| certificate(&folder.join(format!("{name}.cert.pem")));
    let answer = |name: &str| response(&folder.join(format!("ocsp-resp-{name}.der"))).unwrap();
    let (alice, interm, root) = (one("alice"), one("interm"), one("root"));
    let time = at("2021-08-19T12:20:00Z");
    let both = vec![answer("alice"), answer("interm")];
    for chain in [
        vec![alice.clone(), interm.clone(), root.clone()],
        vec![interm, root],
    ] {
        let (found, why) = status(&chain, Vec::new(), both.clone(), time, &Policy::default());
        assert_eq!(found, RevocationStatus::Good, "{why}");
    }
}

#[test]
fn the_ocsp_responses_of_botan() {
    let Some(corpus) = crate::corpora::folder("x509-botan") else {
        return;
    };
    let folder = corpus.join("ocsp");
    if !folder.join("mychain_root.pem").is_file() {
        eprintln!("!!! only a part of x509-botan is here: THIS TEST CHECKED NOTHING");
        return;
    }
    let one = |name: &str| certificate(&folder.join(format!("{name}.pem")));
    use RevocationStatus::{Good, Undetermined};
    let (root, authority, person) = (one("mychain_root"), one("mychain_int"), one("mychain_ee"));
    let chain = [person, authority.clone(), root.clone()];
    let time = at("2022-09-22T22:30:42Z");
    for (file, expected) in [
        ("mychain_ocsp_for_ee", Good),
        ("mychain_ocsp_for_ee_delegate_signed", Good),
        (
            "mychain_ocsp_for_ee_delegate_signed_malformed",
            Undetermined,
        ),
        ("mychain_ocsp_for_ee_root_signed", Undetermined),
    ] {
        let answer = response(&folder.join(format!("{file}.der"))).unwrap();
        let (found, why) = status(&chain, Vec::new(), vec![answer], time, &Policy::default());
        assert_eq!(found, expected, "{file}: {why}");
    }
    // An authority may not vouch for itself.
    let own = response(&folder.join("mychain_ocsp_for_int_self_signed.der")).unwrap();
    let found = status(
        &[authority, root],
        Vec::new(),
        vec![own],
        time,
        &Policy::default(),
    );
    assert_eq!(found.0, Undetermined, "{}", found.1);

    let chain = [one("randombit"), one("letsencrypt"), one("identrust")];
    let time = at("2016-11-18T12:30:00Z");
    for (file, expected) in [
        ("randombit_ocsp", Good),
        ("randombit_ocsp_forged_valid", Undetermined),
        ("randombit_ocsp_forged_revoked", Undetermined),
        ("randombit_ocsp_forged_valid_nocerts", Undetermined),
    ] {
        let answer = response(&folder.join(format!("{file}.der"))).unwrap();
        let (found, why) = status(&chain, Vec::new(), vec![answer], time, &Policy::default());
        assert_eq!(found, expected, "{file}: {why}");
    }
    for file in [
        "resp1",
        "resp2",
        "resp3",
        "byKey_responderID",
        "patrickschmidt_ocsp",
    ] {
        assert!(
            response(&folder.join(format!("{file}.der"))).is_some(),
            "{file}"
        );
    }
    let refused = response(&folder.join("patrickschmidt_ocsp_try_later_wrong_sig.der"));
    assert!(refused.is_none_or(|refused| refused.answers().is_empty()));
}
