//! Every PDF of the public corpora goes through the reader: no panic, bounded time, and nothing that qpdf
//! finds sound counts as repaired.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

#[path = "support/corpora.rs"]
mod corpora;
#[path = "support/ledger.rs"]
mod ledger;

use std::{
    collections::BTreeMap,
    fs,
    io::Read,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant},
};

use kyso::{Context, Lang, Material, MemorySource, Options, Source};

/// Seconds of one core for one file, in the unoptimised build: the project's limit is 2.
const LIMIT: Duration = Duration::from_secs(2);

/// All corpora with PDF files.
const CORPORA: [&str; 9] = [
    "pdf-plain",
    "pdf-malformed",
    "pdf-signed-misc",
    "pdf-pyhanko",
    "pdf-dss",
    "pdf-itext",
    "pdf-attacks",
    "pdf-libreoffice",
    "vn-docs",
];

/// Files that hold no PDF are good input, too; but keys, text and archives teach nothing.
const LEFT_OUT: [&str; 16] = [
    "json",
    "txt",
    "md",
    "pem",
    "yml",
    "yaml",
    "py",
    "java",
    "xml",
    "html",
    "properties",
    "crt",
    "der",
    "p12",
    "cert",
    "sh",
];

#[test]
fn every_file_is_read_within_bounds() {
    let context = context();
    let mut slow = Vec::new();
    let mut read = 0_usize;
    for (path, bytes) in CORPORA
        .iter()
        .filter_map(|name| corpora::folder(name))
        .flat_map(|f| files(&f))
    {
        let start = Instant::now();
        let outcome = catch_unwind(AssertUnwindSafe(|| inspect(&context, bytes)));
        let spent = start.elapsed();
        if spent > LIMIT {
            slow.push(format!("{}: {spent:?}", path.display()));
        }
        match outcome {
            Ok(Ok(json)) => assert!(json["size"].is_u64(), "{}", path.display()),
            // Every refusal has a code from the list, and a text in both languages.
            Ok(Err(error)) => assert!(
                error.code().starts_with("pdf-"),
                "{}: {error:?}",
                path.display()
            ),
            Err(_) => panic!("{}: panicked", path.display()),
        }
        read += 1;
    }
    assert!(slow.is_empty(), "too slow:\n{}", slow.join("\n"));
    println!("{read} files read");
}

#[test]
fn what_qpdf_finds_sound_is_never_repaired() {
    let context = context();
    let mut faults = BTreeMap::new();
    for name in ["pdf-plain", "pdf-malformed"] {
        let Some(folder) = corpora::folder(name) else {
            continue;
        };
        for entry in index(&folder) {
            let file = entry["file"].as_str().unwrap();
            if entry["ref"]["qpdf_check_rc"] != 0 || !file.ends_with(".pdf") {
                continue;
            }
            let bytes = fs::read(folder.join(file)).unwrap();
            match inspect(&context, bytes) {
                Ok(json) if json["repaired"] == false => {}
                Ok(json) => drop(faults.insert(file.to_owned(), json["findings"].to_string())),
                Err(error) => drop(faults.insert(file.to_owned(), format!("{error:?}"))),
            }
        }
    }
    assert!(faults.is_empty(), "{faults:#?}");
}

#[test]
fn signatures_are_seen_as_others_see_them() {
    let context = context();
    let mut faults = BTreeMap::new();
    let folders: Vec<PathBuf> = CORPORA
        .iter()
        .filter_map(|name| corpora::folder(name))
        .collect();
    for folder in &folders {
        for entry in index(folder) {
            let witnesses = &entry["ref"];
            let Some(theirs) = witnesses["pyhanko"]["sigs"].as_array() else {
                continue;
            };
            let file = entry["file"].as_str().unwrap();
            let Ok(json) = inspect(&context, fs::read(folder.join(file)).unwrap()) else {
                faults.insert(file.to_owned(), "not read".to_owned());
                continue;
            };
            let fields = json["fields"].as_array().unwrap();
            let ours = names(
                fields.iter().filter(|field| !field["signature"].is_null()),
                "name",
            );
            let theirs = names(theirs.iter(), "field");
            // pdfsig lists fields without a signature, too.
            let pdfsig = witnesses["pdfsig"]["sigs"]
                .as_array()
                .map(|sigs| names(sigs.iter(), "field"));
            if ours != theirs && Some(&ours) != pdfsig.as_ref() {
                faults.insert(
                    file.to_owned(),
                    format!("{ours:?}, pyHanko: {theirs:?}, pdfsig: {pdfsig:?}"),
                );
            }
        }
    }
    if folders.len() == CORPORA.len() {
        ledger::hold(include_str!("ledger/reading.tsv"), &faults);
    }
}

/// Names out of a list of objects, sorted.
fn names<'a>(all: impl Iterator<Item = &'a serde_json::Value>, key: &str) -> Vec<&'a str> {
    let mut names: Vec<&str> = all.filter_map(|one| one[key].as_str()).collect();
    names.sort_unstable();
    names
}

fn context() -> Context {
    Context::new(Options::default(), Material::default()).unwrap()
}

fn inspect(context: &Context, bytes: Vec<u8>) -> kyso::Result<serde_json::Value> {
    let source: Arc<dyn Source> = Arc::new(MemorySource::new(bytes));
    let inspection = kyso::inspect(context, source, None)?;
    assert!(!inspection.to_text(Lang::Vi).is_empty());
    Ok(serde_json::from_str(&inspection.to_json(Lang::En)).unwrap())
}

fn index(folder: &Path) -> Vec<serde_json::Value> {
    let text = fs::read(folder.join("index.json")).unwrap_or_default();
    serde_json::from_slice(&text).unwrap_or_default()
}

/// The files of a corpus, one at a time, gzip taken off.
fn files(folder: &Path) -> impl Iterator<Item = (PathBuf, Vec<u8>)> + use<> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().flatten() {
            let path = entry.path();
            let extension = path
                .extension()
                .unwrap_or_default()
                .to_string_lossy()
                .to_lowercase();
            if path.is_dir() {
                folders.push(path);
            } else if !LEFT_OUT.contains(&extension.as_str()) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    paths.into_iter().map(|path| {
        let mut bytes = fs::read(&path).unwrap();
        if path.extension().is_some_and(|extension| extension == "gz") {
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(bytes.as_slice())
                .read_to_end(&mut plain)
                .unwrap();
            bytes = plain;
        }
        (path, bytes)
    })
}
