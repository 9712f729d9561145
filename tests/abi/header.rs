//! `include/kyso.h` equals the code.

use std::{collections::BTreeSet, env, fs, path::Path};

pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn generated() -> String {
    let config = cbindgen::Config::from_file(root().join("cbindgen.toml")).unwrap();
    let builder = cbindgen::Builder::new()
        .with_config(config)
        .with_src(root().join("src/ffi/mod.rs"));
    let mut header = Vec::new();
    builder.generate().unwrap().write(&mut header);
    String::from_utf8(header).unwrap()
}

/// Every `kyso_…` function that the header declares.
pub(crate) fn declared() -> BTreeSet<String> {
    let header = fs::read_to_string(root().join("include/kyso.h")).unwrap();
    let code = header
        .lines()
        .filter(|line| !line.trim_start().starts_with(['*', '/']));
    let code = code.collect::<Vec<_>>().join("\n");
    code.match_indices("kyso_")
        .filter_map(|(at, _)| code[at..].split_once('('))
        .map(|(name, _)| name)
        .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn header_equals_the_code() {
    let path = root().join("include/kyso.h");
    let generated = generated();
    if env::var_os("UPDATE").is_some() {
        fs::write(&path, &generated).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == generated,
        "include/kyso.h is stale; run: UPDATE=1 cargo test --test abi header"
    );
}

#[test]
fn every_file_of_the_abi_is_looked_at() {
    let mut exported = BTreeSet::new();
    for entry in fs::read_dir(root().join("src/ffi")).unwrap() {
        let path = entry.unwrap().path();
        // Its callbacks are exported to nobody.
        if path.ends_with("tests") {
            continue;
        }
        let text = fs::read_to_string(path).unwrap();
        for (_, rest) in text
            .match_indices("extern \"C\" fn ")
            .map(|(at, _)| text[at..].split_at(14))
        {
            exported.insert(rest.split('(').next().unwrap().to_owned());
        }
    }
    assert_eq!(exported, declared());
    assert!(exported.len() > 15 && exported.iter().all(|name| name.starts_with("kyso_")));
}

#[test]
fn every_status_has_the_number_of_the_contract() {
    let header = fs::read_to_string(root().join("include/kyso.h")).unwrap();
    let names = [
        "OK",
        "PANIC",
        "NULL",
        "ARGUMENT",
        "UTF8",
        "IO",
        "UNREADABLE",
        "REFUSED",
        "KEY",
        "PIN",
        "UNSUPPORTED",
        "LIMIT",
        "CANCELLED",
    ];
    for (number, name) in names.iter().enumerate() {
        assert!(
            header.contains(&format!("KYSO_STATUS_{name} = {number},")),
            "{name}"
        );
    }
    assert_eq!(header.matches("    KYSO_STATUS_").count(), names.len());
    let verdicts = [
        "PASSED",
        "FAILED",
        "UNDETERMINED",
        "NO_SIGNATURE",
        "UNREADABLE",
    ];
    for (number, name) in verdicts.iter().enumerate() {
        assert!(
            header.contains(&format!("KYSO_VERDICT_{name} = {number},")),
            "{name}"
        );
    }
    assert_eq!(header.matches("    KYSO_VERDICT_").count(), verdicts.len());
}
