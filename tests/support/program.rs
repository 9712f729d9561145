//! The program under test, and the files of its demo.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::OnceLock,
    time::{SystemTime, UNIX_EPOCH},
};

/// What a call of the program came to.
#[derive(Debug)]
pub(crate) struct Ran {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
}

/// The program, without a terminal.
pub(crate) fn kyso() -> Command {
    Command::new(env!("CARGO_BIN_EXE_kyso"))
}

/// Runs it to its end. A signal or a panic is a failure of the test.
pub(crate) fn run(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let err = String::from_utf8(output.stderr).unwrap();
    assert!(!err.contains("panicked"), "{command:?}: {err}");
    let code = output
        .status
        .code()
        .unwrap_or_else(|| panic!("{command:?}: {}", output.status));
    Ran {
        code,
        out: String::from_utf8(output.stdout).unwrap(),
        err,
    }
}

/// The time as RFC 3339.
pub(crate) fn now() -> String {
    let seconds = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    kyso::Time::from_unix(i64::try_from(seconds).unwrap())
        .unwrap()
        .to_string()
}

/// The folder of a demo, made once a test program.
pub(crate) struct Demo(PathBuf);

impl Demo {
    pub(crate) fn get() -> &'static Self {
        static DEMO: OnceLock<Demo> = OnceLock::new();
        DEMO.get_or_init(|| {
            let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"))
                .join(format!("demo-{}", std::process::id()));
            let ran = run(kyso().args(["demo", "--out"]).arg(&folder));
            assert_eq!(ran.code, 0, "{}{}", ran.out, ran.err);
            Self(folder)
        })
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// Anchor and CRLs of the demo, as arguments.
    pub(crate) fn trust(&self) -> Vec<String> {
        [
            ("--trust", "root.pem"),
            ("--crl", "root.crl"),
            ("--crl", "issuing.crl"),
        ]
        .iter()
        .flat_map(|(option, name)| [(*option).to_owned(), self.file(name).display().to_string()])
        .collect()
    }

    /// `kyso verify` of files of the demo, trusting its root.
    pub(crate) fn verify(&self, files: &[&str], more: &[&str]) -> Ran {
        let files = files.iter().map(|name| self.file(name));
        run(kyso()
            .arg("verify")
            .args(self.trust())
            .args(more)
            .args(files))
    }

    /// `kyso sign pdf` with the demo's person.
    pub(crate) fn sign(&self, input: &Path, output: &Path, more: &[&str]) -> Ran {
        run(self.sign_arguments(&mut kyso(), input, output).args(more))
    }

    pub(crate) fn sign_arguments<'a>(
        &self,
        command: &'a mut Command,
        input: &Path,
        output: &Path,
    ) -> &'a mut Command {
        command
            .args(["sign", "pdf"])
            .args([input, output])
            .arg("--key")
            .arg(format!(
                "p12:{}?pin-env=KYSO_TEST_PIN",
                self.file("person.p12").display()
            ))
            .env("KYSO_TEST_PIN", "kyso-demo")
    }
}
