//! A PKI made by OpenSSL, whose certificates say that everything stands on `ca.test`; a mirror says where that is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::Value;

use crate::{
    program::{kyso, run},
    server::{Asked, Reply, Server},
};

/// Runs OpenSSL in a folder; words are split at white space.
pub(crate) fn openssl(folder: &Path, line: &str) -> String {
    let done = Command::new("openssl")
        .args(line.split_whitespace())
        .current_dir(folder)
        .output()
        .expect("openssl is installed");
    let error = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "openssl {line}: {error}");
    String::from_utf8_lossy(&done.stdout).into_owned() + &error
}

/// The folder of a PKI, made once a test program.
///
/// `root` issued `issuing`, which issued `good`, `revoked` (answers and lists), `listed` and `gone` (lists alone), `two` (two of everything, the
/// first on `dead.test`) and `responder`. `other` is a stranger whose authority has the same name as `issuing`.
pub(crate) fn pki() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let folder = folder.join(format!("fetching-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        make(&folder);
        folder
    })
}

const KEY: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes";

fn issue(folder: &Path, name: &str, subject: &str, issuer: &str, serial: u32, extensions: &str) {
    fs::write(folder.join(format!("{name}.ext")), extensions).unwrap();
    openssl(
        folder,
        &format!("req -new {KEY} -keyout {name}.key -out {name}.csr -subj /CN={subject}"),
    );
    openssl(
        folder,
        &format!(
            "x509 -req -in {name}.csr -CA {issuer}.pem -CAkey {issuer}.key -set_serial {serial} -days 60 \
             -extfile {name}.ext -out {name}.pem"
        ),
    );
    openssl(
        folder,
        &format!("x509 -in {name}.pem -outform DER -out {name}.crt"),
    );
}

fn list(folder: &Path, issuer: &str) {
    let settings = "[ca]\ndefault_ca = d\n[d]\ndatabase = index.txt\ndefault_md = sha256\n\
                    default_crl_days = 2\ncrlnumber = number\ncrl_extensions = e\n\
                    [e]\nauthorityKeyIdentifier = keyid\n";
    fs::write(folder.join("ca.cnf"), settings).unwrap();
    fs::write(folder.join("number"), "01\n").unwrap();
    openssl(
        folder,
        &format!(
            "ca -gencrl -config ca.cnf -keyfile {issuer}.key -cert {issuer}.pem -out {issuer}.crl.pem"
        ),
    );
    openssl(
        folder,
        &format!("crl -in {issuer}.crl.pem -outform DER -out {issuer}.crl"),
    );
}

fn make(folder: &Path) {
    for root in ["root", "stranger"] {
        openssl(
            folder,
            &format!(
                "req -x509 {KEY} -keyout {root}.key -out {root}.pem -subj /CN={root} -days 90 \
                 -addext keyUsage=critical,keyCertSign,cRLSign"
            ),
        );
        openssl(
            folder,
            &format!("x509 -in {root}.pem -outform DER -out {root}.crt"),
        );
    }
    let authority = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n\
                     authorityInfoAccess=caIssuers;URI:http://ca.test/root.crt\n\
                     crlDistributionPoints=URI:http://ca.test/root.crl\n";
    issue(folder, "issuing", "Issuing", "root", 16, authority);
    issue(folder, "impostor", "Issuing", "stranger", 16, authority);
    let person = "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\n";
    let with =
        |access: &str, points: &str| format!("{person}authorityInfoAccess={access}\n{points}");
    let issuer = "caIssuers;URI:http://ca.test/issuing.crt";
    let answers = format!("OCSP;URI:http://ca.test/ocsp,{issuer}");
    let lists = "crlDistributionPoints=URI:http://ca.test/issuing.crl\n";
    let second = "OCSP;URI:http://dead.test/ocsp,OCSP;URI:http://ca.test/ocsp,\
                  caIssuers;URI:http://dead.test/issuing.crt,caIssuers;URI:http://ca.test/issuing.crt";
    let both =
        "crlDistributionPoints=URI:http://dead.test/issuing.crl,URI:http://ca.test/issuing.crl\n";
    for (name, serial, extensions) in [
        ("good", 0x1000, with(&answers, lists)),
        ("revoked", 0x1001, with(&answers, lists)),
        ("listed", 0x1002, with(issuer, lists)),
        ("gone", 0x1003, with(issuer, lists)),
        ("two", 0x1004, with(second, both)),
        (
            "responder",
            0x2000,
            "extendedKeyUsage=OCSPSigning\nnoCheck=ignored\n".to_owned(),
        ),
    ] {
        issue(folder, name, name, "issuing", serial, &extensions);
    }
    issue(
        folder,
        "tls",
        "localhost",
        "root",
        32,
        "subjectAltName=DNS:localhost\n",
    );
    let index = "V\t491231000000Z\t\t1000\tunknown\t/CN=good\n\
                 R\t491231000000Z\t250101000000Z,keyCompromise\t1001\tunknown\t/CN=revoked\n\
                 V\t491231000000Z\t\t1002\tunknown\t/CN=listed\n\
                 R\t491231000000Z\t250101000000Z\t1003\tunknown\t/CN=gone\n\
                 V\t491231000000Z\t\t1004\tunknown\t/CN=two\n";
    fs::write(folder.join("index.txt"), index).unwrap();
    fs::write(folder.join("index.txt.attr"), "").unwrap();
    for issuer in ["root", "issuing", "impostor"] {
        list(folder, issuer);
    }
    openssl(
        folder,
        "crl2pkcs7 -nocrl -certfile issuing.pem -certfile root.pem -outform DER -out issuing.p7b",
    );
    openssl(
        folder,
        "crl2pkcs7 -nocrl -certfile issuing.pem -out issuing.p7b.pem",
    );
}

pub(crate) fn file(name: &str) -> Vec<u8> {
    fs::read(pki().join(name)).unwrap()
}

/// OpenSSL's answer to a request. `more` says who signs it.
pub(crate) fn answer(request: &[u8], more: &str) -> Vec<u8> {
    static COUNT: AtomicUsize = AtomicUsize::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    let (asked, answered) = (
        format!("request-{number}.der"),
        format!("response-{number}.der"),
    );
    fs::write(pki().join(&asked), request).unwrap();
    openssl(
        pki(),
        &format!(
            "ocsp -index index.txt -CA issuing.pem {more} -reqin {asked} -respout {answered} -ndays 1"
        ),
    );
    file(&answered)
}

pub(crate) const RESPONDER: &str = "-rsigner responder.pem -rkey responder.key";

/// What a right server says: files by their names, and answers.
pub(crate) fn right(asked: &Asked) -> Reply {
    let path = asked.target.rsplit_once('/').map_or("", |(_, name)| name);
    match path {
        "ocsp" if asked.method == "POST" => Reply::Bytes(answer(&asked.body, RESPONDER)),
        "root.crt" | "issuing.crt" | "root.crl" | "issuing.crl" => Reply::Bytes(file(path)),
        _ => Reply::Status(404),
    }
}

/// A server that is right but for what `wrong` says.
pub(crate) fn server(wrong: impl Fn(&Asked) -> Option<Reply> + Send + Sync + 'static) -> Server {
    Server::new(move |asked| wrong(asked).unwrap_or_else(|| right(asked)))
}

/// What the program says of a certificate.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) code: i32,
    pub(crate) report: Value,
}

impl Told {
    /// Status of the leaf and the code of its reason.
    pub(crate) fn leaf(&self) -> (&str, &str) {
        let one = &self.report["revocation"][0];
        (text_of(&one["status"]), text_of(&one["reason"]["code"]))
    }

    pub(crate) fn source(&self) -> &str {
        text_of(&self.report["revocation"][0]["source"])
    }

    pub(crate) fn path(&self) -> &str {
        text_of(&self.report["path"]["status"])
    }

    /// Codes of all findings.
    pub(crate) fn findings(&self) -> Vec<&str> {
        let findings = self.report["findings"].as_array().unwrap().iter();
        findings.map(|one| text_of(&one["code"])).collect()
    }
}

fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// `kyso cert check`, trusting the root, with `ca.test` on a server.
pub(crate) fn check(name: &str, server: &Server, more: &[&str]) -> Told {
    let mirror = format!("ca.test={}", server.url(""));
    let common = ["--mirror", &mirror, "--allow-host", "127.0.0.1"];
    check_with(name, &[&common[..], more].concat())
}

pub(crate) fn check_with(name: &str, more: &[&str]) -> Told {
    let ran = run(kyso()
        .current_dir(pki())
        .args(["cert", "check", "--format", "json", "--lang", "en"])
        .args(["--trust", "root.pem"])
        .args(more)
        .arg(format!("{name}.pem")));
    let report = serde_json::from_str(&ran.out);
    Told {
        code: ran.code,
        report: report.unwrap_or_else(|_| panic!("{}", ran.err)),
    }
}
