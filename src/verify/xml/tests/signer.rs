//! Whose signature it is.

use super::workshop::{ENVELOPED, World, check, codes, fill, key_info, reference, signature};
use crate::{
    cms::testing::{Identity, Template, key},
    context::{Material, MaterialFile},
    options::Options,
    report::{FileVerdict, ValueStatus, Verdict},
    xmldsig::base64,
};

fn signed(who: &Identity, key_info: &str) -> String {
    let signature = signature(&reference("", "", &[ENVELOPED]), key_info, "");
    fill(&format!("<doc>{signature}</doc>"), who, None)
}

#[test]
fn hints_are_looked_up_among_the_certificates_that_were_given() {
    let world = World::new();
    let certificate = &world.signer.certificate;
    let digest = base64::encode(certificate.sha256());
    let key_id = base64::encode(certificate.subject_key_id().unwrap());
    let data = |inside: &str| format!("<KeyInfo><X509Data>{inside}</X509Data></KeyInfo>");
    let hints = [
        data("<X509SubjectName>CN=Signer</X509SubjectName>"),
        data(
            "<X509IssuerSerial><X509IssuerName>CN=Root</X509IssuerName><X509SerialNumber>9</X509SerialNumber></X509IssuerSerial>",
        ),
        data(&format!("<X509SKI>{key_id}</X509SKI>")),
        data(&format!(
            "<X509Digest xmlns=\"http://www.w3.org/2009/xmldsig11#\" Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\">{digest}</X509Digest>"
        )),
    ];
    let mut material = Material::default();
    material
        .intermediates
        .push(MaterialFile::new("leaf", certificate.der()));
    let given = world.context_with(Options::default(), material);
    for hint in hints {
        let text = signed(&world.signer, &hint);
        assert_eq!(check(&given, &text).verdict, FileVerdict::Passed, "{hint}");
        let report = world.check(&text);
        assert_eq!(report.verdict, FileVerdict::Undetermined, "{hint}");
        assert!(codes(&report.signatures[0]).contains(&"XSIG-032"));
    }
    // A hint at somebody else finds nobody.
    let text = signed(
        &world.signer,
        &data("<X509SubjectName>CN=Other</X509SubjectName>"),
    );
    assert_eq!(check(&given, &text).verdict, FileVerdict::Undetermined);
}

/// Whoever makes a signature can put any key beside it.
#[test]
fn a_bare_key_is_never_believed() {
    let world = World::new();
    let spki = base64::encode(world.signer.certificate.spki());
    let info = format!(
        "<KeyInfo><DEREncodedKeyValue xmlns=\"http://www.w3.org/2009/xmldsig11#\">{spki}</DEREncodedKeyValue></KeyInfo>"
    );
    let report = world.check(&signed(&world.signer, &info));
    let one = &report.signatures[0];
    assert_eq!(
        (one.verdict, one.cryptography.signature),
        (Verdict::Undetermined, ValueStatus::NotChecked)
    );
    assert!(codes(one).contains(&"XSIG-033"));
    // Beside the certificate, another key is odd.
    let other = Template::leaf("Other").issued_by(&world.root);
    let info = key_info(&[&world.signer]).replace(
        "<X509Data>",
        &format!(
            "<DEREncodedKeyValue xmlns=\"http://www.w3.org/2009/xmldsig11#\">{}</DEREncodedKeyValue><X509Data>",
            base64::encode(other.certificate.spki())
        ),
    );
    let report = world.check(&signed(&world.signer, &info));
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert!(codes(&report.signatures[0]).contains(&"XSIG-034"));
}

#[test]
fn the_caller_can_say_who_signed() {
    let world = World::new();
    let text = signed(&world.signer, "");
    let with = |bytes: &[u8]| {
        let mut material = Material::default();
        material.signers.push(MaterialFile::new("signer", bytes));
        check(&world.context_with(Options::default(), material), &text)
    };
    assert_eq!(
        with(world.signer.certificate.der()).verdict,
        FileVerdict::Passed
    );
    let report = with(world.signer.certificate.spki());
    let one = &report.signatures[0];
    assert_eq!(
        (one.verdict, one.cryptography.signature),
        (Verdict::Undetermined, ValueStatus::Ok)
    );
    assert!(codes(one).contains(&"XSIG-035") && one.certificate.is_none());
    let report = with(world.root.certificate.der());
    assert_eq!(
        report.signatures[0].cryptography.signature,
        ValueStatus::Invalid
    );
    // A key of a type that nobody offers: DSA.
    let dsa = [
        0x30, 15, 0x30, 9, 6, 7, 0x2A, 0x86, 0x48, 0xCE, 0x38, 4, 1, 3, 2, 0, 1,
    ];
    let report = with(&dsa);
    assert_eq!(report.verdict, FileVerdict::Undetermined);
}

/// Two certificates with one key, as after a renewal: the signed properties say which of them is meant.
#[test]
fn signed_properties_choose_among_certificates_with_one_key() {
    let world = World::new();
    let shared = key();
    let of = |name: &str| Template {
        key: shared.clone(),
        ..Template::leaf(name)
    };
    let (old, new) = (
        of("Old").issued_by(&world.root),
        of("New").issued_by(&world.root),
    );
    let other = Template::leaf("Other").issued_by(&world.root);
    let typed = " Type=\"http://uri.etsi.org/01903#SignedProperties\"";
    let references = reference("", "", &[ENVELOPED]) + &reference("#p", typed, &[]);
    let document_with = |digest: &str, inside: &[&Identity]| {
        let properties = format!(
            "<Object><q:QualifyingProperties xmlns:q=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#sig\">\
             <q:SignedProperties Id=\"p\"><q:SignedSignatureProperties><q:SigningCertificate><q:Cert><q:CertDigest>\
             <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><DigestValue>{digest}</DigestValue>\
             </q:CertDigest><q:IssuerSerial><X509IssuerName>CN=Root</X509IssuerName><X509SerialNumber>7</X509SerialNumber>\
             </q:IssuerSerial></q:Cert></q:SigningCertificate></q:SignedSignatureProperties></q:SignedProperties>\
             </q:QualifyingProperties></Object>"
        );
        let text = signature(&references, &key_info(inside), &properties);
        fill(&format!("<doc>{text}</doc>"), &new, None)
    };
    let document = |named: &Identity, inside: &[&Identity]| {
        document_with(&base64::encode(named.certificate.sha256()), inside)
    };
    for (named, subject) in [(&old, "CN=Old"), (&new, "CN=New")] {
        for inside in [[&old, &new], [&new, &old]] {
            let report = world.check(&document(named, &inside));
            assert_eq!(report.verdict, FileVerdict::Passed);
            let certificate = report.signatures[0].certificate.as_ref().unwrap();
            assert_eq!(certificate.subject, subject);
        }
    }
    // They name a certificate whose key it is not, or one that nobody has.
    let report = world.check(&document(&other, &[&new, &other]));
    assert_eq!(
        report.signatures[0].cryptography.signature,
        ValueStatus::Invalid
    );
    let unread = |digest| document_with(digest, &[&new]);
    for nobody in [document(&other, &[&new]), unread("..."), unread("")] {
        let report = world.check(&nobody);
        assert_eq!(report.verdict, FileVerdict::Failed);
        assert!(codes(&report.signatures[0]).contains(&"XSIG-037"));
    }
    // Without properties one of them is taken, and it is said.
    let text = signature(
        &reference("", "", &[ENVELOPED]),
        &key_info(&[&old, &new]),
        "",
    );
    let report = world.check(&fill(&format!("<doc>{text}</doc>"), &new, None));
    assert!(codes(&report.signatures[0]).contains(&"XSIG-039"));
}
