//! Keys of every type, made by OpenSSL.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use kyso::Key;

/// A key with its self-signed certificate, which judges trust.
pub(crate) struct Held {
    pub(crate) name: &'static str,
    pub(crate) key: Key,
    pub(crate) certificate: PathBuf,
}

const NAMES: [(&str, &[&str]); 5] = [
    (
        "rsa",
        &["-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"],
    ),
    (
        "p256",
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
    ),
    (
        "p384",
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-384"],
    ),
    (
        "p521",
        &["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-521"],
    ),
    ("ed25519", &["-algorithm", "ED25519"]),
];

/// All of them: RSA, P-256, P-384, P-521, Ed25519.
pub(crate) fn all() -> &'static [Held] {
    static ALL: OnceLock<Vec<Held>> = OnceLock::new();
    ALL.get_or_init(|| {
        let folder =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("xml-keys-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        let made = NAMES.iter().map(|(name, how)| held(&folder, name, how));
        made.collect()
    })
}

pub(crate) fn of(name: &str) -> &'static Held {
    all().iter().find(|held| held.name == name).unwrap()
}

/// The RSA key: what most signers have.
pub(crate) fn rsa() -> &'static Key {
    &of("rsa").key
}

fn held(folder: &Path, name: &'static str, how: &[&str]) -> Held {
    let (key, certificate) = (
        folder.join(format!("{name}.key")),
        folder.join(format!("{name}.crt")),
    );
    openssl(
        Command::new("openssl")
            .arg("genpkey")
            .args(how)
            .arg("-out")
            .arg(&key),
    );
    openssl(
        Command::new("openssl")
            .args(["req", "-x509", "-new", "-days", "3000", "-utf8", "-subj"])
            .arg("/C=VN/O=CỤC THUẾ & <Con>/CN=Nguyễn Văn A")
            .arg("-key")
            .arg(&key)
            .arg("-out")
            .arg(&certificate),
    );
    let read = |path: &Path| fs::read(path).unwrap();
    Held {
        name,
        key: Key::from_pem(&read(&key), &read(&certificate), None, None).unwrap(),
        certificate,
    }
}

fn openssl(command: &mut Command) {
    let done = command.output().expect("openssl runs");
    assert!(
        done.status.success(),
        "{command:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}
