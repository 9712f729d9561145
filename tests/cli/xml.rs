//! `kyso sign xml` and `kyso verify` of what it made.

use super::*;

const INVOICE: &str =
    "<HDon><DLHDon Id=\"_1\"><A>1</A></DLHDon><DSCKS><NBan/><NMua/></DSCKS></HDon>";

#[test]
fn xml_is_signed_in_its_place_and_in_place() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("hoa đơn.xml");
    fs::write(&file, INVOICE).unwrap();
    let key = format!("p12:{}", demo.file("person.p12").display());
    let sign = |output: &Path, more: &[&str]| {
        let mut command = kyso();
        command.args(["sign", "xml"]).arg(&file).arg(output);
        command
            .args(["--key", &key, "--pin-env", "P", "--lang", "en"])
            .args(more);
        run(command.env("P", "kyso-demo"))
    };
    let out = folder.path().join("out.xml");
    let ran = sign(&out, &["--format", "json"]);
    assert_eq!(ran.code, 0, "{}", ran.err);
    let said: Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(said["schema"], "kyso.signed/1");
    assert_eq!(said["size"], fs::metadata(&out).unwrap().len());
    assert_eq!(sign(&out, &[]).code, 1, "no --force");
    // In place.
    assert_eq!(sign(&file, &["--force"]).code, 0);
    let ran = sign(&file, &["--force"]);
    assert_eq!(ran.code, 1);
    assert!(ran.err.contains("[xml-slot-signed]"), "{}", ran.err);
    assert_eq!(sign(&file, &["--force", "--parent", "NMua"]).code, 0);
    let both = fs::read_to_string(&file).unwrap();
    assert_eq!(both.matches("<SignatureValue ").count(), 2);
    // A refusal leaves the file as it is.
    let ran = sign(&file, &["--force", "--profile", "tax"]);
    assert!(ran.err.contains("[xml-profile]"), "{}", ran.err);
    assert_eq!(fs::read_to_string(&file).unwrap(), both);
}

#[test]
fn a_file_gets_a_detached_signature_that_names_it() {
    let demo = Demo::get();
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("input.pdf.xml");
    let key = format!("p12:{}", demo.file("person.p12").display());
    let mut command = kyso();
    command
        .args(["sign", "xml"])
        .arg(demo.file("input.pdf"))
        .arg(&out);
    command.args([
        "--key",
        &key,
        "--pin-env",
        "P",
        "--form",
        "detached",
        "--level",
        "none",
    ]);
    assert_eq!(run(command.env("P", "kyso-demo")).code, 0);
    let signature = fs::read_to_string(&out).unwrap();
    assert!(
        signature.contains("<ds:Reference URI=\"input.pdf\">"),
        "{signature}"
    );
    for (option, value) in [
        ("--level", "b-t"),
        ("--tsa", "http://x"),
        ("--c14n", "xslt"),
    ] {
        let mut command = kyso();
        command.args(["sign", "xml", "a", "b", "--key", &key, option, value]);
        let ran = run(&mut command);
        assert_eq!(
            ran.code,
            if option == "--level" { 1 } else { 64 },
            "{}",
            ran.err
        );
    }
}
