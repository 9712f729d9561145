//! Other people's tools, asked about signed files.

use std::{
    env,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

/// How many valid signatures pdfsig finds. It is asked with the password as the user's and as the owner's.
pub(crate) fn pdfsig(file: &Path, password: &str) -> usize {
    let ask = |option: &str| {
        let mut command = Command::new("pdfsig");
        command.arg("-nocert");
        if !password.is_empty() {
            command.args([option, password]);
        }
        let done = command.arg(file).output().unwrap();
        String::from_utf8_lossy(&done.stdout)
            .matches("Signature is Valid")
            .count()
    };
    match ask("-upw") {
        0 => ask("-opw"),
        valid => valid,
    }
}

/// What `qpdf --check` says: 0 clean, 1 warnings, 2 errors.
pub(crate) fn qpdf(file: &Path, password: &str) -> u8 {
    let done = Command::new("qpdf")
        .args(["--check", "--password-mode=bytes"])
        .arg(format!("--password={password}"))
        .arg(file)
        .output()
        .unwrap();
    match done.status.code() {
        Some(0) => 0,
        Some(3) => 1,
        _ => 2,
    }
}

/// pyHanko's view of files with their passwords: names with a fault.
pub(crate) fn pyhanko(files: &[(PathBuf, &str)]) -> Vec<(String, String)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/pyhanko_judge.py");
    let mut judge = Command::new(python())
        .arg(script)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python with pyHanko runs");
    let list: String = files
        .iter()
        .map(|(file, password)| format!("{}\t{password}\n", file.display()))
        .collect();
    let mut input = judge.stdin.take().unwrap();
    input.write_all(list.as_bytes()).unwrap();
    drop(input);
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

/// A Python that has pyHanko: `KYSO_PYTHON`, else the one that `make test` installs.
pub(crate) fn python() -> PathBuf {
    let installed = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv/bin/python");
    env::var_os("KYSO_PYTHON").map_or(installed, PathBuf::from)
}
