//! Documents that are more than their pages: each kind is told when it is signed and when it is checked, or refused.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_in_result,
    reason = "a test fails by panicking"
)]

#[path = "support/program.rs"]
#[expect(dead_code, reason = "shared with the tests of the command line")]
mod program;

use std::{fs, sync::Arc};

use kyso::{
    ChangeLevel, Context, Error, ErrorKind, Finding, Key, Lang, Material, MemorySource, Options,
    Signed, sign_pdf, verify,
};
use program::Demo;

/// A sound file: objects 1 (the catalog) to 3 (a page), and what the case adds from 4 on.
fn file(catalog: &str, more: &[&str]) -> Vec<u8> {
    let catalog = format!("<</Type/Catalog/Pages 2 0 R{catalog}>>");
    let mut objects = vec![
        catalog.as_str(),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>",
    ];
    objects.extend(more);
    let mut out = String::from("%PDF-1.7\n");
    let mut table = String::from("0000000000 65535 f \n");
    for (number, object) in (1..).zip(&objects) {
        table += &format!("{:010} 00000 n \n", out.len());
        out += &format!("{number} 0 obj\n{object}\nendobj\n");
    }
    let (start, size) = (out.len(), objects.len() + 1);
    out += &format!(
        "xref\n0 {size}\n{table}trailer\n<</Root 1 0 R/Size {size}>>\nstartxref\n{start}\n%%EOF\n"
    );
    out.into_bytes()
}

fn sign(file: &[u8]) -> Result<Signed, Error> {
    let key = fs::read(Demo::get().file("person.p12")).unwrap();
    let key = Key::from_pkcs12(&key, "kyso-demo").unwrap();
    sign_pdf(&context(), Arc::new(MemorySource::new(file.to_vec())), &key)
}

fn context() -> Context {
    Context::new(Options::default(), Material::default()).unwrap()
}

fn codes(findings: &[Finding], prefixes: &[&str]) -> Vec<&'static str> {
    let codes = findings.iter().map(Finding::code);
    codes
        .filter(|code| prefixes.iter().any(|prefix| code.starts_with(prefix)))
        .collect()
}

const USAGE_RIGHTS: &str = "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached\
    /ByteRange[0 1 2 3]/Contents<3000>/Reference[<</Type/SigRef/TransformMethod/UR3\
    /TransformParams<</Type/TransformParams/V/2.2/Form[/FillIn]>>>>]>>";

#[test]
fn what_is_special_is_told_when_signing_and_when_checking() {
    type Codes = &'static [&'static str];
    let cases: [(&str, Codes, Codes, Codes); 5] = [
        ("", &[], &[], &[]),
        (
            "/AcroForm<</Fields[]/XFA[(template)4 0 R]>>",
            &["<</Length 3>>\nstream\n<a>\nendstream"],
            &["PDF-SIGN-001"],
            &["SIG-021"],
        ),
        (
            "/AcroForm<</Fields[]/NeedAppearances true>>",
            &[],
            &["PDF-SIGN-010"],
            &["SIG-022"],
        ),
        (
            "/Perms<</UR3 4 0 R>>",
            &[USAGE_RIGHTS],
            &["PDF-SIGN-011"],
            &["SIG-023"],
        ),
        (
            "/Collection<</Type/Collection/View/D>>",
            &[],
            &["PDF-SIGN-012"],
            &["SIG-024"],
        ),
    ];
    for (catalog, more, signing, checking) in cases {
        let base = file(catalog, more);
        let signed = sign(&base).unwrap_or_else(|error| panic!("{catalog}: {error:?}"));
        assert_eq!(
            codes(signed.findings(), &["PDF-SIGN"]),
            signing,
            "{catalog}"
        );
        let report = verify(&context(), signed.into_source(), None);
        assert_eq!(codes(&report.findings, &["SIG-02"]), checking, "{catalog}");
        // Rights are granted by Adobe; nobody signed with them.
        assert_eq!(report.signatures.len(), 1, "{catalog}");
        let changes = &report.signatures[0].changes;
        assert_eq!(changes.after, ChangeLevel::None, "{catalog}");
        for finding in &report.findings {
            assert!(!finding.message(Lang::Vi).is_empty());
        }
    }
}

#[test]
fn a_form_that_is_drawn_when_it_is_opened_is_not_signed() {
    let base = file(
        "/NeedsRendering true/AcroForm<</Fields[]/XFA[(template)4 0 R]>>",
        &["<</Length 3>>\nstream\n<a>\nendstream"],
    );
    let error = sign(&base).unwrap_err();
    assert_eq!(
        (error.kind(), error.code()),
        (ErrorKind::Refused, "xfa-dynamic")
    );
    let report = verify(&context(), Arc::new(MemorySource::new(base)), None);
    assert_eq!(codes(&report.findings, &["SIG-02"]), ["SIG-020"]);
}
