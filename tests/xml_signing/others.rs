//! What others sign is accepted here, and what is signed here as well: every signature of these tests is checked.

use std::{fs, path::Path, process::Command, sync::Arc};

use kyso::{
    Context, FileVerdict, Material, MaterialFile, MemorySource, Options, Report, Scope, verify,
};

use super::{
    judges::python,
    keys::{self, Held, rsa},
    signed,
};

/// A context that trusts the test's keys.
pub(crate) fn trusting(settings: &str) -> Context {
    let mut options = Options::from_json(settings).unwrap();
    options.revocation = kyso::RevocationMode::Ignore;
    options.at = Some(super::at());
    let mut material = Material::default();
    for held in keys::all() {
        let pem = fs::read(&held.certificate).unwrap();
        material.anchors.push(MaterialFile::new(held.name, pem));
    }
    Context::new(options, material).unwrap()
}

pub(crate) fn checked(document: &[u8], settings: &str) -> Report {
    let source = Arc::new(MemorySource::new(document.to_vec()));
    verify(&trusting(settings), source, None)
}

/// Every signature passes and covers the data node.
fn passes(document: &[u8], count: usize, what: &str) {
    let report = checked(document, "{}");
    let json = || report.to_json(kyso::Lang::En);
    assert_eq!(report.verdict, FileVerdict::Passed, "{what}: {}", json());
    assert_eq!(report.signatures.len(), count, "{what}: {}", json());
    for signature in &report.signatures {
        assert_eq!(
            signature.coverage.scope,
            Scope::WholeFile,
            "{what}: {}",
            json()
        );
    }
}

#[test]
fn what_is_signed_here_passes_here() {
    let rich: &[u8] = b"<a xmlns=\"urn:x\" xml:lang=\"vi\" b='1'>\r\n  <b Id=\"data\">t&#233; <![CDATA[<&]]></b><!-- c -->\r\n</a>";
    for held in keys::all() {
        for settings in [
            "{}",
            r#"{"level":"none"}"#,
            r#"{"c14n":"inclusive"}"#,
            r#"{"c14n":"inclusive11-comments"}"#,
            r#"{"form":"enveloping"}"#,
        ] {
            let what = format!("{} {settings}", held.name);
            passes(&signed(rich, &held.key, settings), 1, &what);
        }
    }
    passes(&signed(rich, rsa(), r#"{"rsa-padding":"pss"}"#), 1, "pss");
    let counter = signed(
        &signed(rich, rsa(), "{}"),
        &keys::of("p256").key,
        r#"{"countersign":"1"}"#,
    );
    passes(&counter, 2, "countersigned");
    let alone = signed(
        b"%PDF-1.7",
        rsa(),
        r#"{"form":"detached","reference":["a.pdf"]}"#,
    );
    let report = checked(&alone, "{}");
    assert_eq!(
        report.verdict,
        FileVerdict::Undetermined,
        "its file was not given"
    );
}

/// Any octet of the data that is changed is noticed; so is another signature's properties.
#[test]
fn what_was_changed_afterwards_fails() {
    let document = b"<HDon><DLHDon Id=\"_1\"><A>100</A></DLHDon><DSCKS><NBan/></DSCKS></HDon>";
    let made = signed(document, rsa(), "{}");
    passes(&made, 1, "untouched");
    let text = String::from_utf8(made).unwrap();
    let time = text
        .split_once("<SigningTime>")
        .unwrap()
        .1
        .split_once('T')
        .unwrap()
        .0;
    let later = text.replace(&format!("<SigningTime>{time}"), "<SigningTime>2031-01-01");
    for changed in [text.replace("100", "900"), later] {
        assert_ne!(changed, text);
        let report = checked(changed.as_bytes(), "{}");
        assert_eq!(report.verdict, FileVerdict::Failed);
    }
}

fn signxml(held: &Held, folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/support/xml_signers.py");
    let mut command = Command::new(python());
    command
        .arg(script)
        .arg(held.certificate.with_extension("key"));
    command.arg(&held.certificate).arg(folder);
    if held.name != "rsa" {
        command.arg("--ec");
    }
    let done = command.output().expect("a Python with signxml runs");
    assert!(
        done.status.success(),
        "{}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn what_signxml_signs_is_accepted() {
    for held in ["rsa", "p256", "p384"].map(keys::of) {
        let folder = tempfile::tempdir().unwrap();
        signxml(held, folder.path());
        let mut count = 0;
        for entry in fs::read_dir(folder.path()).unwrap() {
            let path = entry.unwrap().path();
            let what = format!("{} {}", held.name, path.display());
            let report = checked(&fs::read(&path).unwrap(), "{}");
            let json = report.to_json(kyso::Lang::En);
            assert_eq!(report.verdict, FileVerdict::Passed, "{what}: {json}");
            count += 1;
        }
        assert!(count >= 16, "{count}");
    }
}

const TEMPLATE: &str = r##"<a xmlns="urn:x" xml:space="preserve"><b Id="data">1 &amp; 2<!-- c --></b><ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo><ds:CanonicalizationMethod Algorithm="C14N"/><ds:SignatureMethod Algorithm="METHOD"/><ds:Reference URI="URI">TRANSFORMS<ds:DigestMethod Algorithm="http://www.w3.org/2001/04/xmlenc#sha256"/><ds:DigestValue/></ds:Reference></ds:SignedInfo><ds:SignatureValue/><ds:KeyInfo><ds:X509Data/></ds:KeyInfo></ds:Signature></a>"##;

#[test]
fn what_xmlsec1_signs_is_accepted() {
    let enveloped =
        r#"<ds:Transform Algorithm="http://www.w3.org/2000/09/xmldsig#enveloped-signature"/>"#;
    let exclusive = r#"<ds:Transform Algorithm="http://www.w3.org/2001/10/xml-exc-c14n#"/>"#;
    let c14n = [
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
        "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments",
        "http://www.w3.org/2006/12/xml-c14n11",
        "http://www.w3.org/2001/10/xml-exc-c14n#",
    ];
    let folder = tempfile::tempdir().unwrap();
    for (held, method) in [
        ("rsa", "rsa-sha256"),
        ("rsa", "rsa-sha512"),
        ("p256", "ecdsa-sha256"),
        ("p521", "ecdsa-sha512"),
    ] {
        let held = keys::of(held);
        for c14n in c14n {
            for (uri, transforms) in [
                ("", format!("<ds:Transforms>{enveloped}</ds:Transforms>")),
                (
                    "",
                    format!("<ds:Transforms>{enveloped}{exclusive}</ds:Transforms>"),
                ),
                ("#data", String::new()),
                (
                    "#data",
                    format!("<ds:Transforms>{exclusive}</ds:Transforms>"),
                ),
                ("#xpointer(id('data'))", String::new()),
            ] {
                let template = TEMPLATE
                    .replace("C14N", c14n)
                    .replace(
                        "METHOD",
                        &format!("http://www.w3.org/2001/04/xmldsig-more#{method}"),
                    )
                    .replace("URI=\"URI\"", &format!("URI=\"{uri}\""))
                    .replace("TRANSFORMS", &transforms);
                let (from, to) = (folder.path().join("t.xml"), folder.path().join("s.xml"));
                fs::write(&from, &template).unwrap();
                let key = held.certificate.with_extension("key");
                let done = Command::new("xmlsec1")
                    .args(["--sign", "--id-attr:Id", "urn:x:b", "--privkey-pem"])
                    .arg(format!("{},{}", key.display(), held.certificate.display()))
                    .arg("--output")
                    .arg(&to)
                    .arg(&from)
                    .output()
                    .expect("xmlsec1 runs");
                let what = format!("{} {method} {c14n} {uri} {transforms}", held.name);
                assert!(
                    done.status.success(),
                    "{what}: {}",
                    String::from_utf8_lossy(&done.stderr)
                );
                let settings = if uri.is_empty() {
                    "{}"
                } else {
                    r##"{"reference":["#data"]}"##
                };
                let report = checked(&fs::read(&to).unwrap(), settings);
                let json = report.to_json(kyso::Lang::En);
                assert_eq!(report.verdict, FileVerdict::Passed, "{what}: {json}");
            }
        }
    }
}
