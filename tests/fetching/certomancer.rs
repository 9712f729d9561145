//! Certomancer, a PKI that somebody else wrote, live: suspended, revoked later, expired before anybody asked.

use std::{
    env, fs,
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use serde_json::Value;

use crate::{
    pki::openssl,
    program::{kyso, run},
};

/// A Python that has Certomancer. In CI a missing one fails the test; elsewhere it is said loudly.
fn python() -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let installed = project.join("target/venv/bin/python");
    let python = env::var_os("KYSO_PYTHON").map_or(installed, PathBuf::from);
    let has = Command::new(&python)
        .args(["-c", "import certomancer.integrations.animator"])
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if has {
        return Some(python);
    }
    assert!(
        env::var_os("CI").is_none(),
        "no Certomancer: run scripts/setup-tests.sh"
    );
    eprintln!("!!! no Certomancer: THIS TEST CHECKED NOTHING");
    None
}

struct Animator(Child);

impl Drop for Animator {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_odd_cases_of_certomancer() {
    let Some(python) = python() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let settings = include_str!("../support/certomancer.yml");
    fs::write(folder.join("certomancer.yml"), settings).unwrap();
    fs::create_dir(folder.join("keys")).unwrap();
    for name in ["root", "interm", "responder", "person"] {
        openssl(
            folder,
            &format!("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out keys/{name}.pem"),
        );
    }
    let certomancer = |arguments: &[&str]| {
        let mut command = Command::new(&python);
        command.args(["-m", "certomancer"]).args(arguments);
        command
            .current_dir(folder)
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    };
    let made = certomancer(&["mass-summon", "odd", "out"])
        .status()
        .unwrap();
    assert!(made.success());
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let animate = ["animate", "--no-web-ui", "--port", &port.to_string()];
    let _animator = Animator(certomancer(&animate).spawn().unwrap());
    let there = (0..300).any(|_| {
        thread::sleep(Duration::from_millis(100));
        TcpStream::connect(("127.0.0.1", port)).is_ok()
    });
    assert!(there, "Certomancer does not listen");
    let check = |name: &str, more: &[&str]| -> (i32, String, String, String) {
        let mirror = format!("ca.test=http://127.0.0.1:{port}");
        let ran = run(kyso()
            .current_dir(folder)
            .args(["cert", "check", "--format", "json", "--lang", "en"])
            .args(["--trust", "out/root/root.cert.pem", "--mirror", &mirror])
            .args(["--allow-host", "127.0.0.1"])
            .args(more)
            .arg(format!("out/interm/{name}.cert.pem")));
        let report: Value =
            serde_json::from_str(&ran.out).unwrap_or_else(|_| panic!("{}", ran.err));
        let leaf = &report["revocation"][0];
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let (status, source) = (text(&leaf["status"]), text(&leaf["source"]));
        (ran.code, status, source, text(&leaf["reason"]["code"]))
    };
    for (name, more, code, status, source, reason) in [
        ("good", &[][..], 0, "good", "ocsp", ""),
        ("stolen", &[], 1, "revoked", "ocsp", "PKI-020"),
        ("held", &[], 1, "revoked", "ocsp", "PKI-071"),
        // What is told now counts for then: it was not revoked yet.
        (
            "later",
            &["--at", "2026-08-01T00:00:00Z"],
            0,
            "good",
            "ocsp",
            "PKI-072",
        ),
        (
            "later",
            &["--at", "2026-09-02T00:00:00Z"],
            1,
            "revoked",
            "ocsp",
            "PKI-020",
        ),
        // It expired since, and nobody says that he still remembers it.
        (
            "expired",
            &["--at", "2025-06-01T00:00:00Z"],
            2,
            "undetermined",
            "",
            "PKI-082",
        ),
        ("good", &["--ocsp-nonce", "require"], 0, "good", "ocsp", ""),
    ] {
        let expected = (
            code,
            status.to_owned(),
            source.to_owned(),
            reason.to_owned(),
        );
        assert_eq!(check(name, more), expected, "{name} {more:?}");
    }
}
