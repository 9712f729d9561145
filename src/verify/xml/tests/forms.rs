//! The forms that real documents have.

use std::sync::Arc;

use super::workshop::{
    BASE64, ENVELOPED, EXCLUSIVE, Files, World, check, codes, fill, key_info, reference, signature,
};
use crate::{
    cms::testing::Template,
    options::{Options, XmlProfile},
    report::{DigestStatus, FileVerdict, Level, Scope, Verdict},
    text::Severity,
};

#[test]
fn enveloping_signatures_cover_their_objects() {
    let world = World::new();
    let object = |id: &str, inside: &str| format!("<Object Id=\"{id}\">{inside}</Object>");
    let first = object("o1", "<a xmlns=\"\">x</a>");
    let (_, one) = world.signed(&world.signature(&reference("#o1", "", &[]), &first));
    assert_eq!(
        (one.verdict, one.coverage.scope),
        (Verdict::Passed, Scope::WholeFile)
    );
    assert_eq!(one.coverage.covered, ["/Signature/Object#o1"]);
    // A second object that nobody signed.
    let both = first + &object("o2", "<b xmlns=\"\">y</b>");
    let (_, one) = world.signed(&world.signature(&reference("#o1", "", &[]), &both));
    assert_eq!(
        (one.verdict, one.coverage.scope),
        (Verdict::Failed, Scope::Partial)
    );
    // Octets in base64, decoded before they are digested.
    let coded = object("o3", "eMOhYyDEkeG7i25o\n");
    let (text, one) = world.signed(&world.signature(&reference("#o3", "", &[BASE64]), &coded));
    assert_eq!(
        (one.verdict, one.coverage.scope),
        (Verdict::Passed, Scope::WholeFile)
    );
    let respaced = text.replace("eMOhYyDEkeG7i25o\n", "eMOh YyDEkeG7 i25o");
    assert_eq!(world.check(&respaced).verdict, FileVerdict::Passed);
    let report = world.check(&text.replace("eMOhYyDE", "eMOhYyDF"));
    assert_eq!(
        report.signatures[0].cryptography.digest,
        DigestStatus::Mismatch
    );
}

#[test]
fn several_references_all_count() {
    let world = World::new();
    let references = reference("#a", "", &[]) + &reference("#b", "", &[EXCLUSIVE, EXCLUSIVE]);
    let signature = world.signature(&references, "");
    let (text, one) = world.signed(&format!(
        "<d><a Id=\"a\">1</a><b ID=\"b\">2</b>{signature}</d>"
    ));
    assert_eq!(one.cryptography.digest, DigestStatus::Ok);
    assert_eq!(one.coverage.covered, ["/d/a#a", "/d/b#b"]);
    for (from, to) in [(">1<", ">9<"), (">2<", ">9<")] {
        let report = world.check(&text.replacen(from, to, 1));
        assert_eq!(
            report.signatures[0].cryptography.digest,
            DigestStatus::Mismatch
        );
    }
}

#[test]
fn what_a_manifest_covers_has_to_fit_and_counts_only_if_the_manifest_is_signed() {
    let world = World::new();
    let manifest = format!(
        "<Object><Manifest Id=\"m\">{}</Manifest></Object>",
        reference("", "", &[ENVELOPED])
    );
    let of_type = " Type=\"http://www.w3.org/2000/09/xmldsig#Manifest\"";
    let signature = world.signature(&reference("#m", of_type, &[]), &manifest);
    let (text, one) = world.signed(&format!("<doc><p>1</p>{signature}</doc>"));
    assert_eq!(
        (one.verdict, one.coverage.scope),
        (Verdict::Passed, Scope::WholeFile),
        "{:?}",
        one.findings
    );
    let report = world.check(&text.replace("<p>1", "<p>2"));
    let one = &report.signatures[0];
    assert_eq!(one.cryptography.digest, DigestStatus::Mismatch);
    assert!(codes(one).contains(&"XSIG-017"));
    // A manifest that nobody signed.
    let signature = world.signature(&reference("#x", "", &[]), &manifest);
    let (_, one) = world.signed(&format!("<doc><p Id=\"x\">1</p>{signature}</doc>"));
    assert!(codes(&one).contains(&"XSIG-042"));
    assert_eq!(one.coverage.scope, Scope::Partial);
}

#[test]
fn files_beside_are_covered_where_the_caller_gives_them() {
    let world = World::new();
    let text = signature(&reference("a%20b.bin", "", &[]), &world.key_info(), "");
    let files = Files(vec![("a%20b.bin", b"\x00\x01 octets")]);
    let text = fill(&text, &world.signer, Some(&files));
    assert_eq!(world.check(&text).verdict, FileVerdict::Undetermined);
    let context = world
        .context(Options::default())
        .with_references(Arc::new(files));
    let report = check(&context, &text);
    assert_eq!(report.verdict, FileVerdict::Passed);
    assert_eq!(report.signatures[0].coverage.covered, ["a%20b.bin"]);
    let other = Files(vec![("a%20b.bin", b"\x00\x01 others")]);
    let context = world
        .context(Options::default())
        .with_references(Arc::new(other));
    let report = check(&context, &text);
    assert_eq!(
        report.signatures[0].cryptography.digest,
        DigestStatus::Mismatch
    );
}

#[test]
fn parallel_signatures_stand_for_themselves() {
    let world = World::new();
    let second = Template::leaf("Second").issued_by(&world.root);
    let one = signature(&reference("#x", "", &[]), &key_info(&[&world.signer]), "");
    let two = signature(&reference("#x", "", &[]), &key_info(&[&second]), "")
        .replace("\"sig\"", "\"two\"");
    let text = world.fill(&format!("<d><a Id=\"x\">1</a>{one}</d>"));
    let text = fill(&text.replace("</d>", &format!("{two}</d>")), &second, None);
    let options = Options {
        reference: vec!["#x".to_owned()],
        ..Options::default()
    };
    let report = check(&world.context(options), &text);
    assert_eq!(report.verdict, FileVerdict::Passed);
    let subjects: Vec<_> = report
        .signatures
        .iter()
        .map(|it| &it.certificate.as_ref().unwrap().subject)
        .collect();
    assert_eq!(subjects, ["CN=Signer", "CN=Second"]);
    // One broken value fails one signature, and so the file.
    let at = text.rfind("<SignatureValue>").unwrap() + 20;
    let mut broken = text.into_bytes();
    broken[at] = if broken[at] == b'A' { b'B' } else { b'A' };
    let report = world.check(&String::from_utf8(broken).unwrap());
    assert_eq!(report.verdict, FileVerdict::Failed);
}

#[test]
fn a_counter_signature_covers_the_value_that_it_is_about() {
    let world = World::new();
    let second = Template::leaf("Second").issued_by(&world.root);
    let of_type = " Type=\"http://uri.etsi.org/01903#CountersignedSignature\"";
    let counter = |uri: &str| {
        signature(&reference(uri, of_type, &[]), &key_info(&[&second]), "")
            .replace("\"sig\"", "\"two\"")
    };
    let around = |inside: &str| {
        format!(
            "<Object><q:QualifyingProperties xmlns:q=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#sig\">\
             <q:UnsignedProperties><q:UnsignedSignatureProperties>{inside}\
             </q:UnsignedSignatureProperties></q:UnsignedProperties></q:QualifyingProperties></Object>"
        )
    };
    let outer = world.signature(
        &reference("", "", &[ENVELOPED]),
        &around("<q:CounterSignature>C</q:CounterSignature>"),
    );
    let outer = outer.replace("<SignatureValue>", "<SignatureValue Id=\"value\">");
    let text = world.fill(&format!("<doc><p Id=\"x\">1</p>{outer}</doc>"));
    for (uri, whole) in [("#value", true), ("#x", false)] {
        let text = fill(
            &text.replace(">C<", &format!(">{}<", counter(uri))),
            &second,
            None,
        );
        let report = world.check(&text);
        assert_eq!(report.signatures.len(), 2);
        assert_eq!(report.signatures[0].verdict, Verdict::Passed);
        let inner = &report.signatures[1];
        assert_eq!(inner.coverage.scope == Scope::WholeFile, whole, "{uri}");
        assert_eq!(inner.verdict == Verdict::Passed, whole);
    }
}

/// The levels are told by what stands there, and it is said that nobody looked.
#[test]
fn levels_are_named() {
    let world = World::new();
    let digest = crate::xmldsig::base64::encode(world.signer.certificate.sha256());
    let properties = |unsigned: &str| {
        format!(
            "<Object><q:QualifyingProperties xmlns:q=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#sig\">\
             <q:SignedProperties Id=\"props\"><q:SignedSignatureProperties><q:SigningTime>2026-03-01T07:00:00+07:00</q:SigningTime>\
             <q:SigningCertificateV2><q:Cert><q:CertDigest>\
             <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><DigestValue>{digest}</DigestValue>\
             </q:CertDigest></q:Cert></q:SigningCertificateV2></q:SignedSignatureProperties></q:SignedProperties>\
             <q:UnsignedProperties><q:UnsignedSignatureProperties>{unsigned}\
             </q:UnsignedSignatureProperties></q:UnsignedProperties></q:QualifyingProperties></Object>"
        )
    };
    let stamp = "<q:SignatureTimeStamp><q:EncapsulatedTimeStamp>MAMCAQE=</q:EncapsulatedTimeStamp></q:SignatureTimeStamp>";
    let values = "<q:RevocationValues/>";
    let archive = "<q:ArchiveTimeStamp><q:EncapsulatedTimeStamp>MAMCAQE=</q:EncapsulatedTimeStamp></q:ArchiveTimeStamp>";
    let typed = " Type=\"http://uri.etsi.org/01903#SignedProperties\"";
    let references = reference("", "", &[ENVELOPED]) + &reference("#props", typed, &[]);
    for (unsigned, level) in [
        (String::new(), Level::BB),
        (stamp.to_owned(), Level::BT),
        (format!("{stamp}{values}"), Level::BLt),
        (format!("{stamp}{values}{archive}"), Level::BLta),
    ] {
        let signature = world.signature(&references, &properties(&unsigned));
        let (_, one) = world.signed(&format!("<doc>{signature}</doc>"));
        assert_eq!(one.level, level);
        assert_eq!(
            one.time.claimed.unwrap().to_string(),
            "2026-03-01T00:00:00Z"
        );
        assert_eq!(
            codes(&one).contains(&"SIG-015"),
            level != Level::BB,
            "{:?}",
            one.findings
        );
    }
}

/// An e-invoice as sellers sign it, and the authority behind them.
#[test]
fn profiles_know_slots_data_and_order() {
    let world = World::new();
    let time = "<Object Id=\"t\"><SignatureProperties xmlns=\"\"><SignatureProperty Target=\"#sig\">\
                <SigningTime>2026-03-01T07:30:00</SigningTime></SignatureProperty></SignatureProperties></Object>";
    let references = reference("#inv", "", &[ENVELOPED]) + &reference("#t", "", &[]);
    let seller = world.signature(&references, time);
    let authority = |references: &str| {
        signature(references, &world.key_info(), "").replace("\"sig\"", "\"cqt\"")
    };
    let invoice = |seller: &str, authority: &str| {
        format!(
            "<HDon><DLHDon Id=\"inv\"><TTChung>x</TTChung></DLHDon><MCCQT Id=\"code\">M1</MCCQT>\
             <DSCKS><NBan>{seller}</NBan><CQT>{authority}</CQT></DSCKS></HDon>"
        )
    };
    let (text, one) = world.signed(&invoice(&seller, ""));
    assert_eq!(
        (one.verdict, one.coverage.scope),
        (Verdict::Passed, Scope::WholeFile),
        "{:?}",
        one.findings
    );
    assert_eq!(one.field.as_deref(), Some("/HDon/DSCKS/NBan"));
    assert_eq!(one.coverage.covered[0], "/HDon/DLHDon#inv");
    assert_eq!(one.coverage.outside, ["/HDon/MCCQT", "/HDon/DSCKS/CQT"]);
    assert_eq!(
        one.time.claimed.unwrap().to_string(),
        "2026-03-01T00:30:00Z"
    );
    assert!(codes(&one).contains(&"XSIG-051") && codes(&one).contains(&"XSIG-056"));
    // The authority's signature has to cover its code as well.
    let code = reference("#inv", "", &[]) + &reference("#code", "", &[]);
    for (references, whole) in [(code.clone(), true), (reference("#inv", "", &[]), false)] {
        let filled = world.fill(&text.replace(
            "<CQT></CQT>",
            &format!("<CQT>{}</CQT>", authority(&references)),
        ));
        let report = world.check(&filled);
        assert_eq!(
            report.signatures[1].coverage.scope == Scope::WholeFile,
            whole
        );
        assert!(!codes(&report.signatures[1]).contains(&"XSIG-055"));
    }
    // Alone it makes no sense.
    let (_, one) = world.signed(&invoice("", &authority(&code)));
    let order = one
        .findings
        .iter()
        .find(|it| it.code() == "XSIG-055")
        .unwrap();
    assert_eq!(order.severity(), Severity::Warning);
    // The same element twice, or the signature over something else in the right slot.
    let report = world.check(&text.replace("<MCCQT", "<DLHDon>evil</DLHDon><MCCQT"));
    assert_eq!(report.signatures[0].coverage.scope, Scope::Partial);
    // Who says that it is generic gets the generic answer.
    let options = Options {
        profile: Some(XmlProfile::Generic),
        ..Options::default()
    };
    let report = check(&world.context(options), &text);
    assert_eq!(report.signatures[0].coverage.scope, Scope::Partial);
}

/// The buyer signs after the seller. Times are claims, and some programs write local time as UTC.
#[test]
fn parties_that_contradict_the_order_by_their_times_are_told() {
    let world = World::new();
    let party = |id: &str, time: &str| {
        let object = format!(
            "<Object Id=\"t-{id}\"><SignatureProperties xmlns=\"\"><SignatureProperty Target=\"#{id}\">\
             <SigningTime>{time}</SigningTime></SignatureProperty></SignatureProperties></Object>"
        );
        let references =
            reference("#inv", "", &[ENVELOPED]) + &reference(&format!("#t-{id}"), "", &[]);
        world
            .signature(&references, &object)
            .replace("\"sig\"", &format!("\"{id}\""))
    };
    for (seller, buyer, told) in [
        ("2026-03-01T07:30:00", "2026-03-01T07:31:00", false),
        ("2026-03-01T07:30:00", "2026-03-01T07:26:00", false),
        ("2026-03-01T07:30:00", "2026-03-01T07:24:00", true),
        ("2026-03-01T07:30:00", "2026-03-01T00:31:00Z", false),
        ("2026-03-01T07:30:00", "2026-03-01T00:24:00Z", true),
        ("2026-03-01T07:30:00Z", "2026-03-01T07:31:00", false),
        ("2026-03-01T07:30:00Z", "2026-03-01T07:24:00", true),
        ("2026-03-01T07:30:00+07:00", "2026-03-01T07:24:00", true),
    ] {
        let (seller_signed, buyer_signed) = (party("sig", seller), party("buyer", buyer));
        let text = world.fill(&format!(
            "<HDon><DLHDon Id=\"inv\">x</DLHDon><DSCKS><NBan>{seller_signed}</NBan><NMua/></DSCKS></HDon>"
        ));
        let text = world.fill(&text.replace("<NMua/>", &format!("<NMua>{buyer_signed}</NMua>")));
        let report = world.check(&text);
        assert_eq!(report.verdict, FileVerdict::Passed, "{report:?}");
        let findings = codes(&report.signatures[1]);
        assert_eq!(findings.contains(&"XSIG-057"), told, "{seller} {buyer}");
        assert!(!codes(&report.signatures[0]).contains(&"XSIG-057"));
        // Of a seller whose signature does not hold, nothing is told.
        let broken = world.check(&text.replacen("<SigningTime>2026", "<SigningTime>2025", 1));
        assert!(!codes(&broken.signatures[1]).contains(&"XSIG-057"));
    }
}

#[test]
fn a_document_without_signatures_says_so() {
    let report = World::new().check("<doc><Signature>no</Signature></doc>");
    assert_eq!(report.verdict, FileVerdict::NoSignature);
    assert_eq!(report.format.name(), "xml");
}
