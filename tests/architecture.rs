//! The layers of the crate, tested: one package has no other fence between its modules.
//!
//! `LAYERS` is the one truth. A module names only rows above its own, and in its own row only what stands to its left.
//! So there can be no cycle either.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

#[path = "architecture/names.rs"]
mod names;
#[path = "architecture/rules.rs"]
mod rules;

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The root modules, row by row.
const LAYERS: [&[&str]; 6] = [
    &[
        "text", "error", "time", "limits", "geometry", "report", "progress", "source", "net",
        "options",
    ],
    &["crypto", "asn1", "x509", "pdf", "xml"],
    &["cms", "pki", "xmldsig", "changes", "signer", "layout"],
    &["timestamp", "evidence"],
    &["context", "inspect", "sign", "verify"],
    &["io", "ffi", "fuzzing"],
];

/// Jobs that do not know each other, though they share a row: both stand on what is above them.
const STRANGERS: [(&str, &str); 2] = [("verify", "sign"), ("verify", "inspect")];

/// Lines of a file, its tests not counted. Above this it no longer fits in anybody's head.
const MAX_LINES: usize = 500;

/// A root module's place: row and column.
fn place(module: &str) -> Option<(usize, usize)> {
    LAYERS.iter().enumerate().find_map(|(row, names)| {
        names
            .iter()
            .position(|name| *name == module)
            .map(|column| (row, column))
    })
}

/// Every Rust file of the library, with its path below `src`.
fn library() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, files);
            } else if path.extension().is_some_and(|e| e == "rs") {
                files.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    walk(&root, &mut files);
    files.sort();
    let texts: Vec<(PathBuf, String)> = files
        .into_iter()
        .map(|path| {
            (
                path.strip_prefix(&root).unwrap().to_owned(),
                fs::read_to_string(&path).unwrap(),
            )
        })
        .filter(|(path, _)| !path.starts_with("bin"))
        .collect();
    let for_tests: Vec<Vec<String>> = texts
        .iter()
        .flat_map(|(path, text)| names::test_modules(&module_of(path), text))
        .collect();
    let is_for_tests = |path: &Path| {
        for_tests
            .iter()
            .any(|test| module_of(path).starts_with(test))
    };
    texts
        .into_iter()
        .filter(|(path, _)| !is_for_tests(path))
        .collect()
}

/// The module path of a file: `pdf/lex/mod.rs` and `pdf/lex.rs` are both `["pdf", "lex"]`.
fn module_of(path: &Path) -> Vec<String> {
    let mut parts: Vec<String> = path
        .with_extension("")
        .iter()
        .map(|part| part.to_str().unwrap().to_owned())
        .collect();
    if parts
        .last()
        .is_some_and(|last| last == "mod" || last == "lib")
    {
        parts.pop();
    }
    parts
}

fn check(rule: impl Fn(&[String], &str) -> Vec<String>) {
    let mut faults = Vec::new();
    for (path, text) in library() {
        for fault in rule(&module_of(&path), &text) {
            faults.push(format!("src/{}: {fault}", path.display()));
        }
    }
    assert!(faults.is_empty(), "\n{}\n", faults.join("\n"));
}

#[test]
fn every_root_module_has_a_place() {
    let mut seen = 0;
    for (path, _) in library() {
        if let Some(root) = module_of(&path).first() {
            assert!(place(root).is_some(), "{root} stands in no row of LAYERS");
            seen += 1;
        }
    }
    assert!(seen > 20);
}

#[test]
fn modules_name_only_what_stands_above_or_to_their_left() {
    check(rules::upward_names);
}

#[test]
fn no_clock_files_network_environment_or_threads_below_layer_4() {
    check(rules::outside_world);
}

#[test]
fn every_c_function_stands_behind_the_barrier() {
    check(rules::missing_barrier);
}

#[test]
fn every_file_fits_in_the_head() {
    check(rules::too_long);
}
