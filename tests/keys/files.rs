//! Key files of other programs: OpenSSL, Java, NSS (Firefox, Thunderbird), and the way Windows writes them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use kyso::{Error, Key};

use super::{each, kyso, report, run, softhsm::tool};
use crate::program::Demo;

/// Java takes no other letters.
const ASCII: &str = "changeit 1";

/// A password with Vietnamese letters: PKCS#12 has it in UTF-16.
pub(super) const PASSWORD: &str = "mật khẩu số 1";

/// The demo's two keys and the chain in PEM, and room for files.
pub(super) struct Bench {
    folder: tempfile::TempDir,
}

impl Bench {
    pub(super) fn get() -> &'static Self {
        static BENCH: OnceLock<Bench> = OnceLock::new();
        BENCH.get_or_init(|| {
            let bench = Self {
                folder: tempfile::tempdir().unwrap(),
            };
            let demo = Demo::get();
            for name in ["person", "organisation"] {
                let p12 = demo.file(&format!("{name}.p12"));
                let p12 = p12.to_str().unwrap();
                let split = ["pkcs12", "-passin", "pass:kyso-demo", "-nodes", "-in", p12];
                bench.openssl(&[&split[..], &["-nocerts", "-out", "raw.pem"]].concat());
                let leaf = format!("{name}.crt");
                bench.openssl(&[&split[..], &["-clcerts", "-nokeys", "-out", &leaf]].concat());
                let key = format!("{name}.key");
                bench.openssl(&[
                    "pkcs8", "-topk8", "-nocrypt", "-in", "raw.pem", "-out", &key,
                ]);
            }
            let chain = ["issuing.pem", "root.pem"].map(|name| fs::read(demo.file(name)).unwrap());
            fs::write(bench.file("chain.pem"), chain.concat()).unwrap();
            bench
        })
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(super) fn openssl(&self, arguments: &[&str]) {
        tool(
            Command::new("openssl")
                .args(arguments)
                .current_dir(self.folder.path()),
        );
    }

    /// `openssl pkcs12 -export` of the person, with the chain up to the root.
    fn export(&self, out: &str, more: &[&str]) {
        let pass = format!("pass:{PASSWORD}");
        let arguments = [
            "pkcs12",
            "-export",
            "-inkey",
            "person.key",
            "-in",
            "person.crt",
            "-certfile",
            "chain.pem",
            "-name",
            "Nguyễn Văn An",
            "-passout",
            &pass,
            "-out",
            out,
        ];
        self.openssl(&[&arguments[..], more].concat());
    }

    fn bytes(&self, name: &str) -> Vec<u8> {
        fs::read(self.file(name)).unwrap()
    }

    fn open(&self, name: &str, password: &str, alias: Option<&str>) -> Result<Key, Error> {
        Key::from_pkcs12_alias(&self.bytes(name), password, alias)
    }

    fn keytool(&self, options: &[&str], arguments: &[&str]) {
        // Java reads the command line in the locale's encoding.
        tool(
            Command::new("keytool")
                .args(options.iter().map(|option| format!("-J{option}")))
                .args(["-J-Dsun.jnu.encoding=UTF-8", "-J-Dfile.encoding=UTF-8"])
                .args(arguments)
                .env("LC_ALL", "C.UTF-8")
                .current_dir(self.folder.path()),
        );
    }
}

/// The key signs, and with the chain: the demo's root alone makes the verdict.
fn signs(file: &Path, more: &str) {
    signs_with(file, PASSWORD, more);
}

fn signs_with(file: &Path, password: &str, more: &str) {
    let out = tempfile::tempdir().unwrap();
    let signed = out.path().join("signed.pdf");
    let mut command = kyso();
    command
        .args(["sign", "pdf"])
        .arg(Demo::get().file("input.pdf"))
        .arg(&signed);
    command
        .arg("--key")
        .arg(format!("p12:{}?pin-env=PASSWORD{more}", file.display()));
    let ran = run(command.env("PASSWORD", password));
    assert_eq!(ran.code, 0, "{}: {}", file.display(), ran.err);
    let report = report(&signed);
    assert_eq!(each(&report, "/verdict"), ["passed"], "{}", file.display());
}

pub(super) fn code(result: Result<Key, Error>) -> &'static str {
    result.expect_err("refused").code()
}

#[test]
fn pkcs12_by_openssl_in_every_encryption() {
    let bench = Bench::get();
    let windows = [
        "-LMK",
        "-CSP",
        "Microsoft Enhanced Cryptographic Provider v1.0",
    ];
    for (name, more) in [
        ("modern", &[][..]),
        ("legacy", &["-legacy"]),
        (
            "3des",
            &[
                "-certpbe",
                "PBE-SHA1-3DES",
                "-keypbe",
                "PBE-SHA1-3DES",
                "-macalg",
                "sha1",
            ],
        ),
        (
            "aes128",
            &[
                "-certpbe",
                "AES-128-CBC",
                "-keypbe",
                "AES-192-CBC",
                "-macalg",
                "sha512",
            ],
        ),
        (
            "rc2-128",
            &[
                "-legacy",
                "-certpbe",
                "PBE-SHA1-RC2-128",
                "-keypbe",
                "PBE-SHA1-RC2-40",
            ],
        ),
        ("bare", &["-certpbe", "NONE", "-keypbe", "NONE"]),
        ("bare-certificates", &["-certpbe", "NONE"]),
        ("one-iteration", &["-noiter", "-nomaciter"]),
        ("nomac", &["-nomac"]),
        ("sha384", &["-macalg", "sha384", "-iter", "100000"]),
        (
            "windows",
            &[
                &["-legacy", "-macalg", "sha1", "-iter", "2000"],
                &windows[..],
            ]
            .concat(),
        ),
    ] {
        let file = format!("{name}.p12");
        bench.export(&file, more);
        signs(&bench.file(&file), "");
        signs(&bench.file(&file), "&alias=Nguyễn Văn An");
        assert_eq!(
            code(bench.open(&file, PASSWORD, Some("x"))),
            "key-alias-missing"
        );
        let bytes = fs::read(bench.file(&file)).unwrap();
        let wrong = Key::from_pkcs12(&bytes, "wrong");
        // Without a MAC and with nothing encrypted there is nothing that a password opens.
        assert_eq!(code(wrong), "password-wrong", "{name}");
    }
    // OpenSSL 3.4 and newer.
    let pbmac1 = Command::new("openssl")
        .args(["pkcs12", "-help"])
        .output()
        .unwrap();
    if String::from_utf8_lossy(&pbmac1.stderr).contains("-pbmac1_pbkdf2") {
        bench.export(
            "pbmac1.p12",
            &["-pbmac1_pbkdf2", "-pbmac1_pbkdf2_md", "sha512"],
        );
        signs(&bench.file("pbmac1.p12"), "");
    }
}

#[test]
fn pkcs12_by_java_with_two_keys() {
    let bench = Bench::get();
    // Older Java wrote the old encryption; both with the password of the store.
    for (name, options) in [
        ("java.p12", &[][..]),
        ("java-legacy.p12", &["-Dkeystore.pkcs12.legacy"]),
    ] {
        let one = |key: &str, alias: &str| {
            let pass = format!("pass:{ASCII}");
            bench.openssl(&[
                "pkcs12",
                "-export",
                "-inkey",
                &format!("{key}.key"),
                "-in",
                &format!("{key}.crt"),
                "-certfile",
                "chain.pem",
                "-name",
                alias,
                "-passout",
                &pass,
                "-out",
                &format!("{key}-{name}"),
            ]);
            bench.keytool(
                options,
                &[
                    "-importkeystore",
                    "-noprompt",
                    "-srckeystore",
                    &format!("{key}-{name}"),
                    "-srcstoretype",
                    "PKCS12",
                    "-srcstorepass",
                    ASCII,
                    "-destkeystore",
                    name,
                    "-deststoretype",
                    "PKCS12",
                    "-deststorepass",
                    ASCII,
                ],
            );
        };
        one("person", "Lanh-Dao");
        signs_with(&bench.file(name), ASCII, "");
        one("organisation", "con-dau");
        let error = bench.open(name, ASCII, None).unwrap_err();
        assert_eq!(error.code(), "key-ambiguous");
        let text = error.to_string();
        assert!(
            text.contains("lanh-dao") && text.contains("con-dau"),
            "{text}"
        );
        // Java writes aliases in lower case.
        signs_with(&bench.file(name), ASCII, "&alias=Lanh-Dao");
        signs_with(&bench.file(name), ASCII, "&alias=con-dau");
        let person = format!("{:?}", bench.open(name, ASCII, Some("lanh-dao")).unwrap());
        let office = format!("{:?}", bench.open(name, ASCII, Some("con-dau")).unwrap());
        assert!(
            person.contains("Nguyễn Văn An") && office.contains("Ủy ban"),
            "{person} {office}"
        );
        assert_eq!(
            code(bench.open(name, ASCII, Some("dau"))),
            "key-alias-missing"
        );
    }
}

#[test]
fn pkcs12_by_nss() {
    let bench = Bench::get();
    bench.export("for-nss.p12", &[]);
    let database = format!("sql:{}", bench.folder.path().display());
    let nss = |program: &str, arguments: &[&str]| {
        tool(
            Command::new(program)
                .args(arguments)
                .args(["-d", &database]),
        );
    };
    nss("certutil", &["-N", "--empty-password"]);
    let from = bench.file("for-nss.p12");
    nss("pk12util", &["-i", from.to_str().unwrap(), "-W", PASSWORD]);
    let listed = tool(Command::new("certutil").args(["-L", "-d", &database]));
    assert!(listed.contains("Nguyễn Văn An"), "{listed}");
    for (name, more) in [
        ("nss.p12", &[][..]),
        (
            "nss-aes.p12",
            &["-c", "AES-256-CBC", "-C", "AES-128-CBC", "-M", "SHA-256"],
        ),
        (
            "nss-3des.p12",
            &[
                "-c",
                "PKCS #12 V2 PBE With SHA-1 And 3KEY Triple DES-CBC",
                "-C",
                "PKCS #12 V2 PBE With SHA-1 And 40 Bit RC2 CBC",
            ],
        ),
        ("nss-none.p12", &["-C", "NONE"]),
    ] {
        let out = bench.file(name);
        let export = [
            "-o",
            out.to_str().unwrap(),
            "-n",
            "Nguyễn Văn An",
            "-W",
            PASSWORD,
        ];
        nss("pk12util", &[&export[..], more].concat());
        signs(&out, "");
        signs(&out, "&alias=Nguyễn Văn An");
    }
}
