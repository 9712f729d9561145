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
#[path = "support/ledger.rs"]
mod ledger;

use std::{
    collections::BTreeMap,
    env, fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
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
    for (name, fault) in judged_by_pyhanko(out.path()) {
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

/// Signs one file and holds it against qpdf and pdfsig.
fn signed_and_judged(file: &Path, out: &Path, person: &Key, organisation: &Key) -> Answer {
    let base = fs::read(file).unwrap();
    let mut options = Options::default();
    options.number = Some("12/QĐ-UBND".into());
    options.date = Some("2026-03-05".into());
    let context = kyso::load_context(options).unwrap();
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
    let pdfsig = Command::new("pdfsig")
        .arg("-nocert")
        .arg(out)
        .output()
        .unwrap();
    let valid = String::from_utf8_lossy(&pdfsig.stdout)
        .matches("Signature is Valid")
        .count();
    if valid < 6 {
        return Some(format!("pdfsig finds {valid} valid"));
    }
    if let Err(fault) = six_fields_by_lopdf(&bytes) {
        return Some(format!("lopdf: {fault}"));
    }
    let (before, after) = (qpdf(file), qpdf(out));
    (after > before).then(|| format!("qpdf --check: {before} before, {after} after"))
}

/// A reader by other people has to find the fields where the catalog says they are.
fn six_fields_by_lopdf(bytes: &[u8]) -> Result<(), lopdf::Error> {
    let document = lopdf::Document::load_mem(bytes)?;
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

/// 0 clean, 1 warnings, 2 errors.
fn qpdf(file: &Path) -> u8 {
    let done = Command::new("qpdf")
        .arg("--check")
        .arg(file)
        .output()
        .unwrap();
    match done.status.code() {
        Some(0) => 0,
        Some(3) => 1,
        _ => 2,
    }
}

/// pyHanko's view of every file of a folder: `name <tab> fault` a line.
fn judged_by_pyhanko(folder: &Path) -> Vec<(String, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/pyhanko_judge.py");
    let mut judge = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python with pyHanko runs");
    let list = walk(folder)
        .iter()
        .map(|f| f.to_string_lossy() + "\n")
        .collect::<String>();
    judge
        .stdin
        .take()
        .unwrap()
        .write_all(list.as_bytes())
        .unwrap();
    let done = judge.wait_with_output().unwrap();
    assert!(done.status.success(), "pyhanko_judge.py failed");
    String::from_utf8(done.stdout)
        .unwrap()
        .lines()
        .map(|line| {
            line.split_once('\t')
                .map(|(a, b)| (a.into(), b.into()))
                .unwrap()
        })
        .collect()
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

/// A Python that has pyHanko: `KYSO_PYTHON`, else the one that `make test` installs.
fn python() -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    env::var_os("KYSO_PYTHON").map_or(installed, PathBuf::from)
}
