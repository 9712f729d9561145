//! Real and published certificates: those of Viet Nam, and PKITS.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Store, path, revocation, trust_class};
use crate::{
    asn1::pem,
    cms::testing::at,
    crypto::TestProvider,
    report::{Finding, PathStatus, RevocationStatus, SubIndication, TrustClass},
    text::rules::pki,
    time::Time,
    x509::{Certificate, Crl},
};

fn certificate(path: &Path) -> Option<Arc<Certificate>> {
    let bytes = fs::read(path).ok()?;
    match pem::blocks(&bytes) {
        Some(blocks) if !blocks.is_empty() => Certificate::parse(&blocks[0].bytes, &TestProvider),
        _ => Certificate::parse(&bytes, &TestProvider),
    }
}

fn folder(path: PathBuf) -> BTreeMap<String, Arc<Certificate>> {
    let entries = fs::read_dir(path)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    entries
        .filter_map(|path| {
            let name = path.file_name()?.to_str()?.to_owned();
            Some((name, certificate(&path)?))
        })
        .collect()
}

#[test]
fn the_government_paths_of_viet_nam() {
    let Some(corpus) = crate::corpora::folder("vn-pki") else {
        return;
    };
    let roots = folder(corpus.join("roots"));
    let intermediates = folder(corpus.join("intermediates"));
    let store = Store::new(
        roots.values().cloned().collect(),
        intermediates.values().cloned().collect(),
        Vec::new(),
    );
    let judge = |leaf: &str, time: Time| {
        let leaf = certificate(&corpus.join(leaf)).unwrap();
        let outcome = path::evaluate(&leaf, &[], &store, time);
        let code = outcome.reason.as_ref().map(Finding::code);
        (
            outcome.status,
            code,
            trust_class::of(&outcome),
            outcome.chain.len(),
            outcome.sub_indication,
        )
    };
    let second = judge(
        "end-entity/vgca-g2-leaf-cuc-thue-2025.der",
        at("2026-03-05T00:00:00Z"),
    );
    assert_eq!(
        second,
        (PathStatus::Valid, None, TrustClass::VnGov, 3, None)
    );
    // The leaf is signed with SHA-1: accepted before the cut-off only. Its issuer is pinned.
    let leaf = "end-entity/vgca-g1-leaf-cong-thong-tin-dien-tu-chinh-phu-2014.der";
    let known = certificate(&corpus.join(leaf)).unwrap();
    let first = judge(leaf, known.not_before());
    // Made after the cut-off, so there is no doubt that is left to a proof of existence.
    assert_eq!(first.4, Some(SubIndication::CryptoConstraintsFailure));
    assert_eq!(
        (first.0, first.1),
        (PathStatus::Undetermined, Some(pki::WEAK_CERTIFICATE.code))
    );
    for tsa in folder(corpus.join("tsa")).values() {
        assert_eq!(
            path::evaluate(tsa, &[], &store, tsa.not_before()).status,
            PathStatus::Valid
        );
    }
    // The pinned authorities of 2010 are accepted under their root although SHA-1 is not.
    for name in [
        "vgca-g1-cp-chinh-phu.der",
        "vgca-g1-bo-tai-chinh.der",
        "vgca-g1-bo-cong-an.der",
        "vgca-g1-dang-cong-san.der",
    ] {
        let outcome = path::evaluate(
            &intermediates[name],
            &[],
            &store,
            at("2026-03-05T00:00:00Z"),
        );
        let code = outcome.reason.as_ref().map(Finding::code);
        // An authority's key is for certificates, not for documents: that is the only thing against it.
        assert_eq!(code, Some(pki::NO_SIGNING.code), "{name}");
    }
}

/// What may still pass although it must fail, and what must pass although it does not: by section, each with its reason.
const NOT_YET: &[(&str, &str)] = &[
    ("408", "certificate policies"),
    ("409", "requireExplicitPolicy"),
    ("410", "policy mappings"),
    ("411", "inhibitPolicyMapping"),
    ("412", "inhibitAnyPolicy"),
];

#[test]
fn pkits() {
    let Some(corpus) = crate::corpora::folder("pkits") else {
        return;
    };
    let text = fs::read(corpus.join("expected/pkits.json")).unwrap();
    let cases: Vec<serde_json::Value> = serde_json::from_slice(&text).unwrap();
    let certificates = folder(corpus.join("certs"));
    let crls: BTreeMap<String, Arc<Crl>> = fs::read_dir(corpus.join("crls"))
        .unwrap()
        .filter_map(|entry| {
            let entry = entry.unwrap();
            Some((
                entry.file_name().into_string().ok()?,
                Crl::parse(fs::read(entry.path()).unwrap())?,
            ))
        })
        .collect();
    let names = |value: &serde_json::Value| -> Vec<String> {
        let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter()
            .map(|name| name.as_str().unwrap().to_owned())
            .collect()
    };
    let (mut wrong, mut open, mut right, mut absent) = (Vec::new(), Vec::new(), 0, 0);
    for case in &cases {
        let (id, name) = (case["id"].as_str().unwrap(), case["name"].as_str().unwrap());
        let others = names(&case["other_certs"]);
        let mut lists = names(&case["crls"]);
        lists.push("TrustAnchorRootCRL.crl".to_owned());
        let all: Option<Vec<_>> = others
            .iter()
            .map(|name| certificates.get(name).cloned())
            .collect();
        let lists: Option<Vec<_>> = lists.iter().map(|name| crls.get(name).cloned()).collect();
        let leaf = case["cert"]
            .as_str()
            .and_then(|name| certificates.get(name));
        // Half of the certificates are kept elsewhere.
        let (Some(intermediates), Some(lists), Some(leaf)) = (all, lists, leaf) else {
            absent += 1;
            continue;
        };
        let anchor = certificates["TrustAnchorRootCertificate.crt"].clone();
        let store = Store::new(vec![anchor], intermediates, lists);
        let at = at("2026-03-05T00:00:00Z");
        let outcome = path::evaluate(leaf, &[], &store, at);
        let reports = revocation::evaluate(&revocation::Query {
            chain: &outcome.chain,
            store: &store,
            held: &revocation::Held::default(),
            provider: &TestProvider,
            policy: &revocation::Policy::default(),
            at,
            now: at,
        })
        .reports;
        let good = reports
            .iter()
            .all(|report| report.status == RevocationStatus::Good);
        let passes = outcome.status == PathStatus::Valid && good;
        let must_fail = case.get("error").is_some();
        let codes: Vec<_> = reports
            .iter()
            .filter_map(|report| report.reason.as_ref())
            .map(Finding::code)
            .collect();
        let line = format!(
            "{id} {name}: {:?} {:?} {codes:?}",
            outcome.status,
            outcome.reason.as_ref().map(Finding::code)
        );
        match (passes, must_fail) {
            (true, true) if NOT_YET.iter().all(|(section, _)| !id.starts_with(section)) => {
                wrong.push(line)
            }
            (false, false) => open.push(line),
            _ => right += 1,
        }
    }
    eprintln!(
        "{right} right, {absent} not at hand, {} still open:\n{}",
        open.len(),
        open.join("\n")
    );
    assert!(
        wrong.is_empty(),
        "passes and must not:\n{}",
        wrong.join("\n")
    );
    assert!(right > 60);
}
