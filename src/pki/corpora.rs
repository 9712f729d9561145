//! The real certificates of Viet Nam: the dates and pins that `tests/certificates` cannot ask for.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{Store, path, trust_class};
use crate::{
    asn1::pem,
    cms::testing::at,
    crypto::TestProvider,
    report::{Finding, PathStatus, SubIndication, TrustClass},
    text::rules::pki,
    time::Time,
    x509::Certificate,
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
