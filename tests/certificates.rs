//! Path validation as the public suites have it: NIST PKITS, x509-limbo, Botan's BSI and x509test sets, and the real certificates of Viet Nam.
//!
//! Deviations stand in `tests/ledger`, with their reasons. What is about TLS alone is listed as not applicable.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "support/corpora.rs"]
mod corpora;
#[path = "support/ledger.rs"]
mod ledger;

#[path = "certificates/botan.rs"]
mod botan;
#[path = "certificates/openssl.rs"]
mod openssl;
#[path = "certificates/pyca.rs"]
mod pyca;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use kyso::{
    CertificateCheck, Context, FileVerdict, Lang, Material, MaterialFile, Options,
    RevocationStatus, TrustClass, check_certificate,
};
use serde_json::{Value, json};

/// One call of `check_certificate`.
struct Case {
    leaf: Vec<u8>,
    trust: Vec<Vec<u8>>,
    intermediate: Vec<Vec<u8>>,
    crls: Vec<Vec<u8>>,
    options: Value,
    /// The policy for algorithms; the default one where absent.
    policy: Option<&'static str>,
}

/// What the algorithms of old suites need, so that the rule that a case is about decides.
const OLD: &str =
    r#"{"schema": "kyso.policy/1", "digests": {"sha1": null}, "keys": {"rsa": [{"bits": 1024}]}}"#;

impl Case {
    fn check(&self) -> CertificateCheck {
        let files = |all: &[Vec<u8>]| {
            let file = |bytes: &Vec<u8>| MaterialFile::new("corpus", bytes.clone());
            all.iter().map(file).collect()
        };
        let mut material = Material::default();
        material.anchors = files(&self.trust);
        material.intermediates = files(&self.intermediate);
        material.crls = files(&self.crls);
        material.policy = self.policy.map(|text| MaterialFile::new("policy", text));
        let mut options = self.options.clone();
        options["purpose"] = options.get("purpose").cloned().unwrap_or(json!("any"));
        let known = options.get("revocation").cloned();
        let fitting = if self.crls.is_empty() {
            "ignore"
        } else {
            "require"
        };
        options["revocation"] = known.unwrap_or(json!(fitting));
        let options = Options::from_json(&options.to_string()).unwrap();
        // Material that cannot be read is left out: `kyso` refuses to start with it, which no suite counts as a pass.
        let Ok(context) = Context::new(options, material) else {
            let context = Context::new(Options::default(), Material::default()).unwrap();
            return check_certificate(&context, b"", None).unwrap();
        };
        check_certificate(&context, &self.leaf, None).unwrap()
    }
}

/// What a suite expects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expect {
    Pass,
    Fail,
    Revoked,
}

/// How an answer falls short.
fn fault(expect: Expect, report: &CertificateCheck) -> Option<String> {
    let passed = report.verdict == FileVerdict::Passed;
    let revoked = report.verdict == FileVerdict::Failed
        && report
            .revocation
            .iter()
            .any(|one| one.status == RevocationStatus::Revoked);
    let right = match expect {
        Expect::Pass => passed,
        Expect::Fail => !passed,
        Expect::Revoked => revoked,
    };
    (!right).then(|| format!("expected {expect:?}: {}", report.to_json(Lang::En)))
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

fn strings(value: &Value) -> Vec<String> {
    let list = value.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter()
        .map(|one| one.as_str().unwrap().to_owned())
        .collect()
}

/// NIST PKITS by the table of pyHanko, and its edition with P-256 keys, whose CRLs are not in the corpus.
#[test]
fn pkits() {
    let Some(corpus) = corpora::folder("pkits") else {
        return;
    };
    let cases = json_of(&corpus.join("expected/pkits.json"));
    let (mut found, mut asked) = (BTreeMap::new(), 0);
    for (edition, folder) in [
        ("RSA", corpus.join("certs")),
        ("P-256", corpus.join("variants/PKITS_data_p256/certs")),
    ] {
        for case in cases.as_array().unwrap() {
            let error = case["error"]["class"].as_str();
            let rsa = edition == "RSA";
            // Without CRLs only the cases about paths can be asked.
            if !rsa && !matches!(error, None | Some("PathValidationError")) {
                continue;
            }
            let read = |name: &str| fs::read(folder.join(name)).ok();
            let all = strings(&case["other_certs"]);
            let all = all
                .iter()
                .map(|name| read(name))
                .collect::<Option<Vec<_>>>();
            let lists = strings(&case["crls"])
                .into_iter()
                .chain(["TrustAnchorRootCRL.crl".into()]);
            let lists = lists.map(|name| fs::read(corpus.join("crls").join(name)).ok());
            let lists = lists.collect::<Option<Vec<_>>>();
            let leaf = read(case["cert"].as_str().unwrap());
            // Half of the suite is kept elsewhere.
            let (Some(leaf), Some(intermediate), Some(crls)) = (leaf, all, lists) else {
                continue;
            };
            let inputs = &case["params"];
            let flag = |name: &str| json!(inputs[name].as_bool().unwrap_or_default());
            let case_of = Case {
                leaf,
                intermediate,
                trust: vec![read("TrustAnchorRootCertificate.crt").unwrap()],
                crls: if rsa { crls } else { Vec::new() },
                options: json!({
                    "at": "2025-06-01T12:00:00Z",
                    "policy": strings(&inputs["user_initial_policy_set"]),
                    "explicit-policy": flag("initial_explicit_policy"),
                    "inhibit-any-policy": flag("initial_any_policy_inhibit"),
                    "inhibit-policy-mapping": flag("initial_policy_mapping_inhibit"),
                }),
                policy: None,
            };
            let expect = match error {
                None => Expect::Pass,
                Some("RevokedError") => Expect::Revoked,
                Some(_) => Expect::Fail,
            };
            asked += 1;
            let report = case_of.check();
            let policies = &report.policies;
            let initial = strings(&inputs["user_initial_policy_set"]);
            let accepted = initial.is_empty()
                || policies
                    .user_constrained
                    .iter()
                    .all(|one| initial.contains(one));
            let name = format!(
                "{edition} {} {}",
                case["id"].as_str().unwrap(),
                case["name"].as_str().unwrap()
            );
            if let Some(fault) = fault(expect, &report) {
                found.insert(name, fault);
            } else if !accepted {
                found.insert(
                    name,
                    format!(
                        "user-constrained {:?} of {initial:?}",
                        policies.user_constrained
                    ),
                );
            }
        }
    }
    assert!(asked > 200, "only {asked} cases");
    ledger::hold(include_str!("ledger/pkits.tsv"), &found);
}

/// The user-constrained policies that PKITS 4.8 states in words, for the default inputs.
#[test]
fn pkits_policy_outcomes() {
    let Some(corpus) = corpora::folder("pkits") else {
        return;
    };
    const ARC: &str = "2.16.840.1.101.3.2.1.48";
    let mut asked = 0;
    for (leaf, others, outcome) in [
        (
            "ValidCertificatePathTest1EE.crt",
            &["GoodCACert.crt"][..],
            &[1][..],
        ),
        (
            "AllCertificatesNoPoliciesTest2EE.crt",
            &["NoPoliciesCACert.crt"],
            &[],
        ),
        (
            "AllCertificatesSamePoliciesTest10EE.crt",
            &["PoliciesP12CACert.crt"],
            &[1, 2],
        ),
        (
            "AllCertificatesSamePoliciesTest13EE.crt",
            &["PoliciesP123CACert.crt"],
            &[1, 2, 3],
        ),
        ("AnyPolicyTest14EE.crt", &["anyPolicyCACert.crt"], &[1]),
        (
            "ValidPolicyMappingTest1EE.crt",
            &["Mapping1to2CACert.crt"],
            &[1],
        ),
    ] {
        let read = |name: &&str| fs::read(corpus.join("certs").join(name)).ok();
        let (Some(leaf), Some(intermediate)) = (
            read(&leaf),
            others.iter().map(read).collect::<Option<Vec<_>>>(),
        ) else {
            continue;
        };
        let case = Case {
            leaf,
            intermediate,
            trust: vec![read(&"TrustAnchorRootCertificate.crt").unwrap()],
            crls: Vec::new(),
            options: json!({"at": "2025-06-01T12:00:00Z"}),
            policy: None,
        };
        let report = case.check();
        let outcome: Vec<_> = outcome.iter().map(|n| format!("{ARC}.{n}")).collect();
        assert_eq!(
            report.policies.user_constrained,
            outcome,
            "{}",
            report.to_json(Lang::En)
        );
        asked += 1;
    }
    assert!(asked > 2, "only {asked} cases");
}

fn pems(value: &Value) -> Vec<Vec<u8>> {
    strings(value).into_iter().map(String::into_bytes).collect()
}

/// x509-limbo. The rules of `webpki::` are those of TLS servers and browsers; each stands in a list of its own.
#[test]
fn limbo() {
    let Some(corpus) = corpora::folder("x509-limbo") else {
        return;
    };
    let cases = json_of(&corpus.join("limbo.json"));
    let (mut found, mut asked, mut left) = (BTreeMap::new(), 0, BTreeSet::new());
    for case in cases["testcases"].as_array().unwrap() {
        let id = case["id"].as_str().unwrap().to_owned();
        if id.starts_with("webpki::") {
            left.insert(id);
            continue;
        }
        let case_of = Case {
            leaf: case["peer_certificate"]
                .as_str()
                .unwrap()
                .as_bytes()
                .to_vec(),
            trust: pems(&case["trusted_certs"]),
            intermediate: pems(&case["untrusted_intermediates"]),
            crls: pems(&case["crls"]),
            options: json!({"at": case["validation_time"]}),
            policy: None,
        };
        let expect = match case["expected_result"].as_str() {
            Some("SUCCESS") => Expect::Pass,
            _ => Expect::Fail,
        };
        asked += 1;
        let started = Instant::now();
        let report = case_of.check();
        let slow = started.elapsed() > Duration::from_secs(20);
        let fault = fault(expect, &report).or_else(|| slow.then(|| "too slow".to_owned()));
        found.extend(fault.map(|fault| (id, fault)));
    }
    assert!(asked > 70, "only {asked} cases");
    ledger::hold(include_str!("ledger/limbo.tsv"), &found);
    let not_applicable = include_str!("ledger/limbo-not-applicable.tsv").lines();
    let known: BTreeSet<_> = not_applicable
        .filter(|line| !line.starts_with('#'))
        .map(|line| {
            line.split_once('\t')
                .expect("name, tab, reason")
                .0
                .to_owned()
        })
        .collect();
    assert_eq!(
        left, known,
        "each rule that is left out is listed with its reason"
    );
}

fn files_below(folder: &Path, fits: &dyn Fn(&str) -> bool) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path, fits));
        } else if path
            .file_name()
            .and_then(|name| name.to_str())
            .is_some_and(fits)
        {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// Every certificate of Viet Nam in its class, a month after it was issued, and none of a public authority where a government's is demanded.
#[test]
fn viet_nam() {
    let Some(corpus) = corpora::folder("vn-pki") else {
        return;
    };
    let read = |folder: &str| -> Vec<Vec<u8>> {
        let files = files_below(&corpus.join(folder), &|name| name.ends_with(".der"));
        files.iter().map(|path| fs::read(path).unwrap()).collect()
    };
    let (roots, intermediates) = (read("roots"), [read("intermediates"), read("tsa")].concat());
    let mut asked = 0;
    for entry in json_of(&corpus.join("index.json")).as_array().unwrap() {
        let file = entry["file"].as_str().unwrap();
        let Some(from) = entry["not_before"]
            .as_str()
            .filter(|_| !file.starts_with("roots/"))
        else {
            continue;
        };
        let from = kyso::Time::from_rfc3339(from).unwrap().unix();
        let at = kyso::Time::from_unix(from + 30 * 86_400)
            .unwrap()
            .to_string();
        let check = |demand: Value| {
            let case = Case {
                leaf: fs::read(corpus.join(file)).unwrap(),
                trust: roots.clone(),
                intermediate: intermediates.clone(),
                crls: Vec::new(),
                options: json!({"at": at, "trust-class": demand}),
                policy: None,
            };
            case.check()
        };
        let government = file.contains("/vgca-");
        let demanded = check(json!("vn-gov"));
        if !government {
            assert_ne!(demanded.verdict, FileVerdict::Passed, "{file}");
        }
        let report = check(Value::Null);
        let sha1 = entry["sig_alg"].as_str().unwrap().contains("sha1");
        let class = if government {
            TrustClass::VnGov
        } else {
            TrustClass::VnPublic
        };
        match report.verdict {
            FileVerdict::Passed => {
                assert_eq!(report.trust_class, class, "{file}");
                let wanted = if government {
                    FileVerdict::Passed
                } else {
                    FileVerdict::Failed
                };
                assert_eq!(demanded.verdict, wanted, "{file}");
                let said = demanded.findings.iter().any(|one| one.code() == "PKI-140");
                assert_eq!(said, !government, "{file}");
                asked += 1;
            }
            // SHA-1 after 2013, which the default policy does not take.
            other => assert!(
                sha1 || file.contains("vgca-g1-leaf"),
                "{file}: {other:?} {}",
                report.to_json(Lang::En)
            ),
        }
    }
    assert!(asked >= 10, "only {asked} certificates");
}
