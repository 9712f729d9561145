//! The cases of OpenSSL's `verify` tests that name all of their files; those about trust settings inside PEM files and about TLS names none.

use std::{collections::BTreeMap, fs};

use serde_json::{Value, json};

use super::{Case, Expect, corpora, fault, json_of, ledger, strings};

/// What the security levels of OpenSSL ask of keys and digests, in the words of our policy.
fn policy(level: Option<u32>) -> &'static str {
    match level {
        Some(0) => {
            r#"{"schema": "kyso.policy/1", "digests": {"sha1": null, "md5": null}, "keys": {"rsa": [{"bits": 512}]}}"#
        }
        Some(3) => r#"{"schema": "kyso.policy/1", "keys": {"rsa": [{"bits": 3072}]}}"#,
        _ => r#"{"schema": "kyso.policy/1", "keys": {"rsa": [{"bits": 1024}]}}"#,
    }
}

#[test]
fn verify() {
    let Some(corpus) = corpora::folder("cms-openssl") else {
        return;
    };
    let tests = json_of(&corpus.join("expected-verify.json"));
    let (mut found, mut asked) = (BTreeMap::new(), 0);
    for test in tests["tests"].as_array().unwrap() {
        let read = |names: &Value| -> Vec<Vec<u8>> {
            let names = strings(names);
            let read = |name: &String| fs::read(corpus.join("certs").join(name)).unwrap();
            names.iter().map(read).collect()
        };
        let (trust, options) = (read(&test["trusted"]), strings(&test["options"]));
        let settings = |pem: &Vec<u8>| pem.windows(19).any(|some| some == b"TRUSTED CERTIFICATE");
        if trust.is_empty() || trust.iter().any(settings) {
            continue;
        }
        let value_of = |name: &str| {
            let at = options.iter().position(|option| option == name)?;
            options.get(at + 1).cloned()
        };
        let level = value_of("-auth_level").map(|level| level.parse().unwrap());
        let at = value_of("-attime").map_or("2030-01-01T00:00:00Z".to_owned(), |seconds| {
            let time = kyso::Time::from_unix(seconds.parse().unwrap());
            time.unwrap().to_string()
        });
        let case = Case {
            leaf: fs::read(corpus.join("certs").join(test["cert"].as_str().unwrap())).unwrap(),
            trust,
            intermediate: read(&test["untrusted"]),
            crls: Vec::new(),
            options: json!({
                "at": at,
                "policy": value_of("-policy").into_iter().collect::<Vec<_>>(),
                "explicit-policy": options.iter().any(|option| option == "-explicit_policy"),
            }),
            policy: Some(policy(level)),
        };
        let accept = test["expected"] == "accept";
        let expect = if accept { Expect::Pass } else { Expect::Fail };
        asked += 1;
        let fault = fault(expect, &case.check());
        let title = test["title"].as_str().unwrap().to_owned();
        found.extend(fault.map(|fault| (title, fault)));
    }
    assert!(asked > 8, "only {asked} cases");
    ledger::hold(include_str!("../ledger/openssl-verify.tsv"), &found);
}
