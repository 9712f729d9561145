//! Tokens of SoftHSM2 in a folder of their own, filled by SoftHSM's and OpenSC's tools. `make test` installs them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

/// A folder with tokens.
pub(crate) struct Hsm {
    folder: tempfile::TempDir,
}

/// Runs a tool to its end; without it the test cannot say anything, so it fails.
pub(crate) fn tool(command: &mut Command) -> String {
    let output = command
        .output()
        .unwrap_or_else(|error| panic!("{command:?}: {error}; run scripts/setup-tests.sh"));
    assert!(
        output.status.success(),
        "{command:?}: {}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// SoftHSM's module, wherever the distribution has it.
pub(crate) fn module() -> &'static str {
    let places = [
        "/usr/lib/softhsm/libsofthsm2.so",
        "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
        "/usr/lib64/pkcs11/libsofthsm2.so",
        "/usr/local/lib/softhsm/libsofthsm2.so",
    ];
    let found = places.into_iter().find(|path| Path::new(path).is_file());
    found.expect("softhsm2 is installed by scripts/setup-tests.sh")
}

/// The module that counts and fails as it is told, compiled once a test program.
pub(crate) fn shim() -> &'static Path {
    static SHIM: OnceLock<PathBuf> = OnceLock::new();
    SHIM.get_or_init(|| {
        let path =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("shim-{}.so", std::process::id()));
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/keys/shim.c");
        tool(
            Command::new("gcc")
                .args(["-shared", "-fPIC", "-O1", "-o"])
                .args([&path, &source])
                .args(["-ldl", "-lpthread"]),
        );
        path
    })
}

impl Hsm {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let hsm = Self { folder };
        fs::create_dir(hsm.file("tokens")).unwrap();
        let configuration = format!(
            "directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n",
            hsm.file("tokens").display()
        );
        fs::write(hsm.file("softhsm2.conf"), configuration).unwrap();
        hsm
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What the module reads at its start.
    pub(crate) fn environment(&self) -> [(&'static str, PathBuf); 3] {
        [
            ("SOFTHSM2_CONF", self.file("softhsm2.conf")),
            ("KYSO_SHIM_REAL", module().into()),
            ("KYSO_SHIM_LOG", self.file("calls")),
        ]
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.envs(self.environment());
        command
    }

    pub(crate) fn token(&self, label: &str, pin: &str) {
        tool(
            self.command("softhsm2-util")
                .args(["--init-token", "--free", "--label", label])
                .args(["--pin", pin, "--so-pin", "so-pin-1234"]),
        );
    }

    /// OpenSC's tool on a token, logged in.
    pub(crate) fn opensc(&self, token: &str, pin: &str, arguments: &[&str]) -> String {
        tool(
            self.command("pkcs11-tool")
                .args(["--module", module(), "--token-label", token])
                .args(["--login", "--pin", pin])
                .args(arguments),
        )
    }

    /// Puts a private key (PKCS#8 in PEM) onto a token.
    pub(crate) fn key(&self, (token, pin): (&str, &str), key: &Path, label: &str, id: &str) {
        tool(
            self.command("softhsm2-util")
                .args(["--import", key.to_str().unwrap()])
                .args(["--token", token, "--pin", pin, "--label", label, "--id", id]),
        );
    }

    /// Puts a certificate (PEM) onto a token.
    pub(crate) fn certificate(
        &self,
        (token, pin): (&str, &str),
        certificate: &Path,
        label: &str,
        id: &str,
    ) {
        let der = self.file("certificate.der");
        tool(
            Command::new("openssl")
                .args(["x509", "-outform", "DER", "-in"])
                .arg(certificate)
                .arg("-out")
                .arg(&der),
        );
        let der = der.to_str().unwrap();
        let object = ["--write-object", der, "--type", "cert"];
        self.opensc(
            token,
            pin,
            &[&object[..], &["--label", label, "--id", id]].concat(),
        );
    }

    /// A key and its certificate out of a PKCS#12 file of the demo; `also` adds the issuer.
    pub(crate) fn import(
        &self,
        token: (&str, &str),
        p12: &Path,
        (label, id): (&str, &str),
        also: Option<&Path>,
    ) {
        let (key, leaf) = (self.file("key.pem"), self.file("leaf.pem"));
        let split = |what: &str, out: &Path| {
            tool(
                Command::new("openssl")
                    .args(["pkcs12", "-passin", "pass:kyso-demo", what, "-nodes", "-in"])
                    .arg(p12)
                    .arg("-out")
                    .arg(out),
            );
        };
        split("-nocerts", &key);
        split("-clcerts", &leaf);
        let pkcs8 = self.file("pkcs8.pem");
        tool(
            Command::new("openssl")
                .args(["pkcs8", "-topk8", "-nocrypt", "-in"])
                .args([&key, Path::new("-out"), &pkcs8]),
        );
        self.key(token, &pkcs8, label, id);
        self.certificate(token, &leaf, label, id);
        if let Some(issuer) = also {
            self.certificate(token, issuer, "issuer", "ee");
        }
    }

    /// Lines of the shim's log that begin with a name.
    pub(crate) fn calls(&self, name: &str) -> Vec<String> {
        let log = fs::read_to_string(self.file("calls")).unwrap_or_default();
        log.lines()
            .filter(|line| line.starts_with(name))
            .map(str::to_owned)
            .collect()
    }

    pub(crate) fn forget_calls(&self) {
        let _ = fs::remove_file(self.file("calls"));
    }
}
