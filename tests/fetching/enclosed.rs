//! Revocation information that a document brings along.

use std::fmt::Write;

use crate::program::{Demo, kyso, run};

/// A page, and the objects that `more` gives, the first of which is number 4; `catalog` goes into the catalog.
fn pdf(catalog: &str, more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{catalog}>>").into_bytes(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>".to_vec(),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>>>".to_vec(),
    ];
    objects.extend_from_slice(more);
    let mut file = b"%PDF-1.7\n%\xE2\xE3\xCF\xD3\n".to_vec();
    let mut table = "0000000000 65535 f \n".to_owned();
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend(format!("{} 0 obj\n", index + 1).bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let (at, size) = (file.len(), objects.len() + 1);
    file.extend(
        format!(
            "xref\n0 {size}\n{table}trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{at}\n%%EOF\n"
        )
        .bytes(),
    );
    file
}

fn stream(bytes: &[u8]) -> Vec<u8> {
    let head = format!("<</Length {}>>stream\n", bytes.len());
    [head.as_bytes(), bytes, b"\nendstream"].concat()
}

fn der(name: &str) -> Vec<u8> {
    let bytes = std::fs::read(Demo::get().file(name)).unwrap();
    if !bytes.starts_with(b"-----") {
        return bytes;
    }
    der::pem::decode_vec(&bytes).unwrap().1
}

/// Signs a document with the demo's person, and checks it with the root alone.
fn verdict(document: &[u8]) -> (i32, String) {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&input, document).unwrap();
    let demo = Demo::get();
    let signed = demo.sign(&input, &output, &[]);
    assert_eq!(signed.code, 0, "{}", signed.err);
    let ran = run(kyso()
        .args([
            "verify",
            "--offline",
            "--format",
            "json",
            "--lang",
            "en",
            "--trust",
        ])
        .arg(demo.file("root.pem"))
        .arg(&output));
    (ran.code, ran.out)
}

#[test]
fn the_security_store_of_a_document_counts() {
    let lists = [stream(&der("root.crl")), stream(&der("issuing.crl"))];
    let (code, out) = verdict(&pdf("/DSS<</CRLs[4 0 R 5 0 R]>>", &lists));
    assert_eq!(code, 0, "{out}");
    assert!(out.contains(r#""source":"crl""#), "{out}");
    // Without it nobody knows.
    let (code, out) = verdict(&pdf("", &[]));
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("PKI-021"), "{out}");
}

#[test]
fn a_broken_store_is_no_store_and_an_anchor_in_it_is_none() {
    let root = stream(&der("root.pem"));
    let garbage = stream(b"garbage");
    for catalog in [
        "/DSS 9 0 R",
        "/DSS[4 0 R]",
        "/DSS<</CRLs 4 0 R/OCSPs[4 0 R 5 0 R 77 0 R null 3 0 R]/Certs[[4 0 R]]>>",
    ] {
        let (code, out) = verdict(&pdf(catalog, &[root.clone(), garbage.clone()]));
        assert_eq!(code, 2, "{catalog}: {out}");
    }
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&input, pdf("/DSS<</Certs[4 0 R]>>", &[root])).unwrap();
    assert_eq!(Demo::get().sign(&input, &output, &[]).code, 0);
    let ran = run(kyso()
        .args([
            "verify",
            "--offline",
            "--format",
            "json",
            "--revocation",
            "ignore",
        ])
        .arg(&output));
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.out.contains(r#""trust_class":"none""#), "{}", ran.out);
}
