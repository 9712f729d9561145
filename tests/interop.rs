//! Six signatures on every plain PDF of the corpora, judged by other people's tools.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::panic_in_result_fn,
    reason = "a test fails by panicking"
)]

#[path = "support/corpora.rs"]
mod corpora;
#[path = "support/judges.rs"]
mod judges;
#[path = "support/ledger.rs"]
mod ledger;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use kyso::{Key, MemorySource, Options};

/// `None`: six signatures that everybody accepts. Otherwise what is wrong, or why it was refused.
type Answer = Option<String>;

#[test]
fn six_signatures_on_every_plain_file() {
    let Some(folder) = corpora::folder("pdf-plain") else {
        return;
    };
    let mut files: Vec<PathBuf> = walk(&folder);
    files.sort();
    assert!(files.len() >= 90, "only {} files", files.len());
    let out = tempfile::tempdir().unwrap();
    let (person, organisation) = demo_keys();
    let answers: Mutex<BTreeMap<String, Answer>> = Mutex::default();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                while let Some(file) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let name = file
                        .strip_prefix(&folder)
                        .unwrap()
                        .to_string_lossy()
                        .into_owned();
                    let signed = out.path().join(name.replace('/', "__"));
                    let answer = signed_and_judged(file, &signed, &person, &organisation);
                    answers.lock().unwrap().insert(name, answer);
                }
            });
        }
    });
    let mut found: BTreeMap<String, String> = answers
        .into_inner()
        .unwrap()
        .into_iter()
        .filter_map(|(name, a)| Some((name, a?)))
        .collect();
    let signed: Vec<(PathBuf, &str)> = walk(out.path())
        .into_iter()
        .map(|file| {
            let password = password_of(&file);
            (file, password)
        })
        .collect();
    for (name, fault) in judges::pyhanko(&signed) {
        found.entry(name.replace("__", "/")).or_insert(fault);
    }
    ledger::hold(include_str!("ledger/plain.tsv"), &found);
}

/// The throw-away keys that `kyso demo` makes: person and organisation.
fn demo_keys() -> (Key, Key) {
    let folder = tempfile::tempdir().unwrap();
    let kyso = env!("CARGO_BIN_EXE_kyso");
    let made = Command::new(kyso)
        .arg("demo")
        .arg("--out")
        .arg(folder.path())
        .output()
        .unwrap();
    assert!(
        made.status.success(),
        "kyso demo: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let key = |name: &str| {
        let file = fs::read(folder.path().join(name)).unwrap();
        Key::from_pkcs12(&file, "kyso-demo").unwrap()
    };
    (key("person.p12"), key("organisation.p12"))
}

/// The password of an encrypted file: what its name says, as `…-pw=secret.pdf`.
fn password_of(file: &Path) -> &'static str {
    let name = file.file_stem().unwrap_or_default().to_string_lossy();
    let known = ["asdfasdf"];
    let known = known
        .into_iter()
        .find(|password| name.ends_with(&format!("-pw={password}")));
    known.unwrap_or_default()
}

/// Signs one file and holds it against qpdf and pdfsig.
fn signed_and_judged(file: &Path, out: &Path, person: &Key, organisation: &Key) -> Answer {
    let base = fs::read(file).unwrap();
    let mut options = Options::default();
    options.number = Some("12/QĐ-UBND".into());
    options.date = Some("2026-03-05".into());
    let password = password_of(file);
    let context = kyso::load_context(options).unwrap().with_password(password);
    let source = Arc::new(MemorySource::new(base.clone()));
    let signed = match kyso::sign_six(&context, source, person, organisation) {
        Ok(signed) => signed,
        Err(error) => return Some(format!("refused: {} {error}", error.code())),
    };
    let mut bytes = Vec::new();
    signed.write_to(&mut bytes).unwrap();
    fs::write(out, &bytes).unwrap();
    if !bytes.starts_with(&base) {
        return Some("old bytes changed".into());
    }
    let valid = judges::pdfsig(out, password);
    if valid < 6 {
        return Some(format!("pdfsig finds {valid} valid"));
    }
    // lopdf cannot read some of the files as they are.
    if lopdf::Document::load_mem(&base).is_ok()
        && let Err(fault) = six_fields_by_lopdf(&bytes, password)
    {
        return Some(format!("lopdf: {fault}"));
    }
    let (before, after) = (judges::qpdf(file, password), judges::qpdf(out, password));
    (after > before).then(|| format!("qpdf --check: {before} before, {after} after"))
}

/// A reader by other people has to find the fields where the catalog says they are.
fn six_fields_by_lopdf(bytes: &[u8], password: &str) -> Result<(), lopdf::Error> {
    let mut document = lopdf::Document::load_mem(bytes)?;
    if document.is_encrypted() {
        document.decrypt(password)?;
    }
    let form = document
        .catalog()?
        .get_deref(b"AcroForm", &document)?
        .as_dict()?;
    let fields = form.get_deref(b"Fields", &document)?.as_array()?;
    let mut signed = 0;
    for field in fields {
        let field = document.dereference(field)?.1.as_dict()?;
        if field
            .get_deref(b"V", &document)
            .and_then(lopdf::Object::as_dict)
            .is_ok()
        {
            signed += 1;
        }
    }
    assert!(signed >= 6, "lopdf finds {signed} signed fields");
    Ok(())
}

fn walk(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(walk(&path));
        } else if path
            .extension()
            .is_some_and(|e| e.eq_ignore_ascii_case("pdf"))
        {
            found.push(path);
        }
    }
    found
}
