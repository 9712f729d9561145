//! Long work: it tells how far it is, ends when it is cancelled, and leaves nothing half done, not even when it is killed.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]
#![cfg(unix)]

#[path = "support/program.rs"]
#[expect(dead_code, reason = "other tests use more of it")]
mod program;

use std::{
    fs,
    ops::ControlFlow,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use kyso::{
    Context, FileSource, FileVerdict, Key, MemorySource, Options, Progress, Source, Stage,
    load_context, replace, sign_six, verify, verify_file,
};
use program::{Demo, kyso, run};

/// Notes what it is told, and says no at one call.
#[derive(Clone, Default)]
struct Told {
    calls: Arc<Mutex<Vec<Progress>>>,
}

impl Told {
    fn watching(&self, context: &Context, cancel_at: Option<usize>) -> Context {
        self.calls.lock().unwrap().clear();
        let calls = Arc::clone(&self.calls);
        context.with_progress(Arc::new(move |progress| {
            let mut calls = calls.lock().unwrap();
            calls.push(progress);
            match cancel_at == Some(calls.len()) {
                true => ControlFlow::Break(()),
                false => ControlFlow::Continue(()),
            }
        }))
    }

    fn calls(&self) -> Vec<Progress> {
        self.calls.lock().unwrap().clone()
    }
}

fn context(demo: &Demo) -> Context {
    let mut options = Options::default();
    options.number = Some("12/QĐ-UBND".into());
    options.trust = vec![demo.file("root.pem").display().to_string()];
    options.crl = ["root.crl", "issuing.crl"]
        .map(|name| demo.file(name).display().to_string())
        .into();
    load_context(options).unwrap()
}

fn key(demo: &Demo, name: &str) -> Key {
    Key::from_pkcs12(&fs::read(demo.file(name)).unwrap(), "kyso-demo").unwrap()
}

/// The demo's document with so many bytes in a comment before its cross-reference table would be another document; so
/// they stand in a stream of a later revision.
fn long_document(demo: &Demo, bytes: usize) -> Vec<u8> {
    let mut pdf = fs::read(demo.file("input.pdf")).unwrap();
    let text = String::from_utf8_lossy(&pdf).into_owned();
    let number = |behind: &str| -> u64 {
        let at = text.rfind(behind).unwrap() + behind.len();
        let digits: String = text[at..]
            .chars()
            .skip_while(|c| c.is_whitespace())
            .take_while(char::is_ascii_digit)
            .collect();
        digits.parse().unwrap()
    };
    let (size, previous, root) = (number("/Size"), number("startxref"), number("/Root"));
    let at = pdf.len();
    pdf.extend_from_slice(format!("{size} 0 obj\n<</Length {bytes}>>\nstream\n").as_bytes());
    pdf.resize(pdf.len() + bytes, b'x');
    pdf.extend_from_slice(b"\nendstream\nendobj\n");
    let xref = pdf.len();
    let section = format!(
        "xref\n{size} 1\n{at:010} 00000 n \ntrailer\n<</Size {}/Prev {previous}/Root {root} 0 R>>\nstartxref\n{xref}\n%%EOF\n",
        size + 1
    );
    pdf.extend_from_slice(section.as_bytes());
    pdf
}

/// A folder of its own for each test.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("progress-{name}"));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

#[test]
fn every_stage_is_told_from_start_to_end() {
    let demo = Demo::get();
    let told = Told::default();
    let base = long_document(demo, 5 << 20);
    let watched = told.watching(&context(demo), None);
    let source = Arc::new(MemorySource::new(base.clone()));
    let (person, organisation) = (key(demo, "person.p12"), key(demo, "organisation.p12"));
    let signed = sign_six(&watched, source, &person, &organisation).unwrap();
    let mut out = Vec::new();
    signed.write_to(&mut out).unwrap();
    let calls = told.calls();
    let of = |stage| calls.iter().filter(move |told| told.stage == stage);
    for stage in [Stage::Digesting, Stage::Confirming, Stage::Writing] {
        let first = of(stage).next().unwrap();
        let last = of(stage).next_back().unwrap();
        assert_eq!((first.done, last.done), (0, last.total), "{stage:?}");
        assert!(of(stage).is_sorted_by_key(|told| told.done));
    }
    assert_eq!(
        of(Stage::Digesting).next_back().unwrap().total,
        base.len() as u64
    );
    assert_eq!(
        of(Stage::Writing).next_back().unwrap().total,
        out.len() as u64
    );
    assert!(
        of(Stage::Digesting).count() >= 6 && of(Stage::Digesting).count() <= 8,
        "about once a MiB"
    );
    let keys: Vec<u64> = of(Stage::Signing).map(|told| told.done).collect();
    assert_eq!(keys, [0, 1, 2, 3, 4, 5, 6]);
    assert_eq!(of(Stage::Repairing).count(), 0);

    let watched = told.watching(&context(demo), None);
    let report = verify(&watched, Arc::new(MemorySource::new(out)), None);
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert!(
        told.calls()
            .iter()
            .all(|told| told.stage == Stage::Digesting)
    );
}

#[test]
fn signing_can_be_cancelled_anywhere_and_leaves_no_file() {
    let demo = Demo::get();
    let told = Told::default();
    let folder = folder("cancel");
    let input = folder.join("in.pdf");
    fs::write(&input, long_document(demo, 3 << 20)).unwrap();
    let (person, organisation) = (key(demo, "person.p12"), key(demo, "organisation.p12"));
    let sign = |context: &Context| {
        let source = Arc::new(FileSource::open(&input)?);
        let signed = sign_six(context, source, &person, &organisation)?;
        replace(folder.join("out.pdf"), false, |out| signed.write_to(out))
    };
    sign(&told.watching(&context(demo), None)).unwrap();
    fs::remove_file(folder.join("out.pdf")).unwrap();
    let all = told.calls().len();
    assert!(all > 15, "{all}");
    for at in 1..=all {
        let error = sign(&told.watching(&context(demo), Some(at))).unwrap_err();
        assert_eq!(error.code(), "cancelled", "{at}");
        assert_eq!(told.calls().len(), at, "nobody is asked again");
        assert_eq!(names(&folder), ["in.pdf"]);
    }
}

#[test]
fn a_check_that_is_cancelled_says_so_and_passes_nothing() {
    let demo = Demo::get();
    let told = Told::default();
    let six = fs::read(demo.file("six.pdf")).unwrap();
    // Sound, damaged in the chain, and damaged so that an object is searched later.
    let mut damaged = six.clone();
    let at = damaged.len() - 12;
    damaged[at..].fill(b' ');
    for file in [six, damaged] {
        let source: Arc<dyn Source> = Arc::new(MemorySource::new(file));
        let report = verify(
            &told.watching(&context(demo), None),
            Arc::clone(&source),
            None,
        );
        assert_ne!(report.verdict, FileVerdict::Unreadable);
        for at in 1..=told.calls().len() {
            let watched = told.watching(&context(demo), Some(at));
            let report = verify(&watched, Arc::clone(&source), None);
            assert_eq!(report.verdict, FileVerdict::Unreadable);
            assert_eq!(report.error.unwrap().code(), "cancelled");
            assert_eq!((report.sha256, report.signatures.len()), (None, 0));
            assert_eq!(told.calls().len(), at);
        }
    }
    // Also where the file is none.
    let watched = told.watching(&context(demo), Some(1));
    let report = verify_file(&watched, demo.file("root.pem"));
    assert_eq!(report.error.unwrap().code(), "cancelled");
}

#[test]
fn an_interrupt_leaves_no_half_file() {
    let demo = Demo::get();
    let folder = folder("interrupt");
    let input = folder.join("in.pdf");
    fs::write(&input, long_document(demo, 64 << 20)).unwrap();
    fs::write(folder.join("old.pdf"), "old").unwrap();
    let mut interrupted = 0;
    for (round, pause) in [10, 30, 60, 100, 150, 200, 300, 400]
        .into_iter()
        .enumerate()
    {
        let (name, force) = match round % 2 {
            0 => ("new.pdf", false),
            _ => ("old.pdf", true),
        };
        let mut command = kyso();
        command
            .args(["sign", "pdf"])
            .arg(&input)
            .arg(folder.join(name));
        command
            .arg("--key")
            .arg(format!("p12:{}", demo.file("person.p12").display()));
        command.args(force.then_some("--force"));
        let child = command
            .args(["--pin-env", "KYSO_TEST_PIN"])
            .env("KYSO_TEST_PIN", "kyso-demo")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        thread::sleep(Duration::from_millis(pause));
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .stderr(Stdio::null())
            .status();
        assert!(killed.is_ok());
        let status = child.wait().unwrap();
        interrupted += usize::from(status.code().is_none());
        let found = names(&folder);
        assert!(
            found == ["in.pdf", "old.pdf"] || found == ["in.pdf", "new.pdf", "old.pdf"],
            "{found:?}"
        );
        if status.code().is_some() {
            assert_eq!(status.code(), Some(0));
            assert!(fs::metadata(folder.join(name)).unwrap().len() > 64 << 20);
        }
        let _ = fs::remove_file(folder.join("new.pdf"));
        fs::write(folder.join("old.pdf"), "old").unwrap();
    }
    assert!(interrupted > 0, "the file is too small to be caught at it");
}

#[test]
fn the_bar_is_for_terminals_only() {
    let demo = Demo::get();
    let folder = folder("bar");
    let big = folder.join("big.pdf");
    fs::write(&big, long_document(demo, 64 << 20)).unwrap();
    let command = format!(
        "{} verify --lang en --trust {} {}",
        env!("CARGO_BIN_EXE_kyso"),
        demo.file("root.pem").display(),
        big.display()
    );
    let plain = run(kyso()
        .args(["verify", "--lang", "en", "--trust"])
        .arg(demo.file("root.pem"))
        .arg(&big));
    assert_eq!(plain.err, "", "no terminal, no bar");
    assert!(!plain.out.contains('%'));
    let on_a_terminal = |command: &str| {
        let mut script = Command::new("script");
        run(script
            .args(["-qec", command, "/dev/null"])
            .env("TERM", "xterm"))
        .out
    };
    assert!(on_a_terminal(&command).contains("Reading ["));
    assert!(!on_a_terminal(&format!("{command} 2>/dev/null")).contains("Reading"));
    assert!(!on_a_terminal(&format!("{command} >/dev/null")).contains("Reading"));
    let small = command.replace("big.pdf", "../../tmp/none.pdf");
    assert!(!on_a_terminal(&small).contains("Reading"));
}
