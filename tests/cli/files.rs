//! Files: what is replaced, what is left when something fails, and who decides the exit status.

use super::*;

#[test]
fn the_worst_file_decides_and_every_file_gets_its_line() {
    let demo = Demo::get();
    for (files, code) in [
        (&["six.pdf"][..], 0),
        (&["six.pdf", "input.pdf"], 3),
        (&["input.pdf", "six.pdf", "tampered.pdf"], 1),
        (&["root.pem", "tampered.pdf", "six.pdf"], 4),
        (&["nowhere.pdf", "six.pdf"], 4),
    ] {
        let ran = demo.verify(files, &["--format", "json"]);
        assert_eq!(ran.code, code, "{files:?}: {}", ran.err);
        let lines: Vec<Value> = ran
            .out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect();
        assert_eq!(lines.len(), files.len());
        for (line, file) in lines.iter().zip(files) {
            assert!(line["file"].as_str().unwrap().ends_with(file));
            assert_eq!(line["schema"], "kyso.report/1");
        }
    }
    let untrusted = run(kyso()
        .args(["verify", "--format", "json"])
        .arg(demo.file("six.pdf")));
    assert_eq!(untrusted.code, 2, "without an anchor nothing passes");
}

#[test]
fn nothing_is_replaced_without_force_and_a_failure_leaves_nothing() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pdf");
    let sign = |more: &[&str]| demo.sign(&demo.file("input.pdf"), &out, more);
    assert_eq!(sign(&[]).code, 0);
    let first = fs::read(&out).unwrap();
    let refused = sign(&[]);
    assert_eq!(refused.code, 1);
    assert!(refused.err.contains("[output-exists]"), "{}", refused.err);
    assert_eq!(fs::read(&out).unwrap(), first);
    fs::set_permissions(&out, fs::Permissions::from_mode(0o640)).unwrap();
    assert_eq!(sign(&["--force"]).code, 0);
    assert_eq!(
        fs::metadata(&out).unwrap().permissions().mode() & 0o777,
        0o640
    );

    fs::set_permissions(&out, fs::Permissions::from_mode(0o444)).unwrap();
    let read_only = sign(&["--force", "--format", "json"]);
    assert_eq!(read_only.code, 1);
    let error: Value = serde_json::from_str(&read_only.err).unwrap();
    assert_eq!(
        (&error["code"], &error["place"]),
        (&"read-only".into(), &Value::Null)
    );
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);

    // IN = OUT
    fs::set_permissions(&out, fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(demo.sign(&out, &out, &["--force"]).code, 0);
    let again: Value = serde_json::from_str(
        &run(kyso()
            .args(["verify", "--format", "json"])
            .args(demo.trust())
            .arg(&out))
        .out,
    )
    .unwrap();
    assert_eq!(again["signatures"].as_array().unwrap().len(), 2);
}

#[test]
fn a_full_disk_is_an_error_and_leaves_nothing() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out.pdf");
    // A limit on the size of files fails writes as a full disk does, and needs no disk.
    let mut shell = std::process::Command::new("sh");
    shell
        .args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$@\"", "sh"])
        .arg(env!("CARGO_BIN_EXE_kyso"));
    let ran = run(demo.sign_arguments(&mut shell, &demo.file("input.pdf"), &out));
    assert_eq!(ran.code, 1, "{}", ran.err);
    assert!(ran.err.contains("[io-write]"), "{}", ran.err);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);

    for bad in ["/dev/full", "/", "/nowhere/out.pdf"] {
        let ran = demo.sign(&demo.file("input.pdf"), Path::new(bad), &["--force"]);
        assert_eq!(ran.code, 1, "{bad}");
        assert!(ran.err.contains("[io-write]"), "{bad}: {}", ran.err);
    }
    let full = fs::OpenOptions::new()
        .write(true)
        .open("/dev/full")
        .unwrap();
    let mut verify = kyso();
    verify
        .arg("verify")
        .args(demo.trust())
        .arg(demo.file("six.pdf"));
    let ran = verify.stdout(full).output().unwrap();
    assert_eq!(
        ran.status.code(),
        Some(4),
        "a report that nobody got is no pass"
    );
}

#[test]
fn a_reader_that_goes_away_ends_the_program_quietly() {
    let demo = Demo::get();
    let mut command = kyso();
    command
        .arg("verify")
        .args(demo.trust())
        .args(vec![demo.file("tampered.pdf"); 200]);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    BufReader::with_capacity(16, child.stdout.take().unwrap())
        .read_line(&mut first)
        .unwrap();
    let mut error = String::new();
    child
        .stderr
        .take()
        .unwrap()
        .read_to_string(&mut error)
        .unwrap();
    let status = child.wait().unwrap();
    assert!(first.contains("tampered.pdf"));
    assert_eq!((status.code(), error.as_str()), (Some(1), ""));
}
