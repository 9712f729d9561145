//! What is sound by its numbers and says something else.

use super::workshop::{
    ENVELOPED, EXCLUSIVE, World, check, codes, fill, key_info, reference, signature,
};
use crate::{
    cms::testing::Template,
    options::Options,
    report::{DigestStatus, FileVerdict, Scope, SubIndication, ValueStatus, Verdict},
};

const HMAC: &str = "http://www.w3.org/2000/09/xmldsig#hmac-sha1";
const ECDSA: &str = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256";

/// A sound enveloped signature over everything.
fn sound(world: &World) -> String {
    let reference = reference("", "", &[ENVELOPED, EXCLUSIVE]);
    let signature = world.signature(&reference, "");
    world.fill(&format!("<doc><pay>100</pay>{signature}</doc>"))
}

#[test]
fn what_is_sound_passes_and_what_was_changed_does_not() {
    let world = World::new();
    let text = sound(&world);
    let report = world.check(&text);
    assert_eq!(report.verdict, FileVerdict::Passed, "{report:?}");
    let one = &report.signatures[0];
    assert_eq!(one.coverage.scope, Scope::WholeFile);
    assert_eq!(one.coverage.covered, ["/"]);
    assert_eq!(one.coverage.elements[0].without, ["/doc/Signature"]);
    assert!(one.coverage.outside.is_empty());
    let report = world.check(&text.replace("<pay>100", "<pay>900"));
    assert_eq!(report.verdict, FileVerdict::Failed);
    assert_eq!(
        report.signatures[0].cryptography.digest,
        DigestStatus::Mismatch
    );
    assert_eq!(
        report.signatures[0].sub_indication,
        Some(SubIndication::HashFailure)
    );
    // The signed reference itself.
    let report = world.check(&text.replace("<SignatureMethod ", "<SignatureMethod  Id='a' "));
    assert_eq!(
        report.signatures[0].cryptography.signature,
        ValueStatus::Invalid
    );
}

/// Anybody who has the certificate could make the HMAC.
#[test]
fn hmac_and_dsa_are_refused_by_name() {
    let world = World::new();
    for (uri, name) in [
        (HMAC, "HMAC"),
        ("http://www.w3.org/2001/04/xmldsig-more#hmac-sha256", "HMAC"),
        ("http://www.w3.org/2000/09/xmldsig#dsa-sha1", "DSA"),
    ] {
        let text = sound(&world).replace(ECDSA, uri);
        let report = world.check(&text);
        let one = &report.signatures[0];
        assert_eq!(
            (one.verdict, one.cryptography.signature),
            (Verdict::Failed, ValueStatus::NotChecked)
        );
        let refused = one
            .findings
            .iter()
            .find(|it| it.code() == "XSIG-009")
            .unwrap();
        assert!(refused.message(crate::text::Lang::En).contains(name));
    }
}

#[test]
fn an_output_length_is_refused_whatever_the_method() {
    let world = World::new();
    let method = format!("<SignatureMethod Algorithm=\"{ECDSA}\"/>");
    let short = method.replace(
        "/>",
        "><HMACOutputLength>8</HMACOutputLength></SignatureMethod>",
    );
    let reference = reference("", "", &[ENVELOPED]);
    let signature = world.signature(&reference, "").replace(&method, &short);
    let (_, one) = world.signed(&format!("<doc>{signature}</doc>"));
    assert_eq!(one.verdict, Verdict::Failed);
    assert!(codes(&one).contains(&"XSIG-011"));
}

#[test]
fn a_signature_over_nothing_or_over_something_else_does_not_count_for_the_data() {
    let world = World::new();
    let (_, one) = world.signed(&format!(
        "<doc><a Id=\"x\">1</a><b>2</b>{}</doc>",
        world.signature(&reference("#x", "", &[]), "")
    ));
    assert_eq!(one.cryptography.digest, DigestStatus::Ok);
    assert_eq!(
        (one.coverage.scope, one.verdict),
        (Scope::Partial, Verdict::Failed)
    );
    assert_eq!(one.coverage.covered, ["/doc/a#x"]);
    assert_eq!(one.coverage.outside, ["/doc/b"]);
    assert!(codes(&one).contains(&"XSIG-031"));
    // No reference at all, and one that leaves out what it points at.
    let report = world.check(&format!("<doc>{}</doc>", world.signature("", "")));
    assert!(codes(&report.signatures[0]).contains(&"XSIG-007"));
    assert_eq!(report.verdict, FileVerdict::Failed);
    let (_, one) = world.signed(&format!(
        "<doc>{}</doc>",
        world.signature(&reference("#sig", "", &[ENVELOPED]), "")
    ));
    assert!(codes(&one).contains(&"XSIG-025"));
    assert_eq!(one.verdict, Verdict::Failed);
}

#[test]
fn parts_that_stand_twice_are_no_signature() {
    let world = World::new();
    let text = sound(&world);
    let start = text.find("<SignedInfo>").unwrap();
    let end = text.find("</SignedInfo>").unwrap() + "</SignedInfo>".len();
    let info = &text[start..end];
    let twice = [&text[..start], info, &text[start..]].concat();
    let behind = text.replace("</KeyInfo>", &format!("</KeyInfo>{info}"));
    for text in [twice, behind] {
        let report = world.check(&text);
        let one = &report.signatures[0];
        assert_eq!(one.verdict, Verdict::Failed);
        assert_eq!(one.sub_indication, Some(SubIndication::FormatFailure));
        let code = codes(one)[0];
        assert!(matches!(code, "XSIG-002" | "XSIG-003"), "{code}");
    }
}

/// Readers differ in which attribute they take for an id.
#[test]
fn an_id_that_stands_twice_is_ambiguous_under_whatever_name() {
    let world = World::new();
    for names in [
        ["Id", "Id"],
        ["Id", "ID"],
        ["id", "ID"],
        ["Id", "xml:id"],
        ["wsu:Id", "Id"],
    ] {
        let [first, second] = names;
        let signature = world.signature(&reference("#x", "", &[]), "");
        let text = format!("<doc xmlns:wsu=\"urn:w\"><a {first}=\"x\">1</a>{signature}<b/></doc>");
        let text = world.fill(&text);
        let text = text.replace("<b/>", &format!("<b {second}=\"x\">evil</b>"));
        let report = world.check(&text);
        let one = &report.signatures[0];
        assert!(codes(one).contains(&"XSIG-020"), "{names:?}");
        assert_eq!(
            (one.verdict, one.cryptography.digest),
            (Verdict::Failed, DigestStatus::NotChecked)
        );
        assert_eq!(one.sub_indication, Some(SubIndication::FormatFailure));
    }
}

/// McIntosh and Austel 2005; Somorovsky et al. 2012, XSW 1 to 8: the signed element is moved, another takes its place.
#[test]
fn wrapping_is_caught_in_all_published_positions() {
    let world = World::new();
    let reference = reference("#ok", "", &[ENVELOPED, EXCLUSIVE]);
    let root = |inside: &str| format!("<Assertion Id=\"ok\"><user>me</user>{inside}</Assertion>");
    let sound = world.fill(&root(&world.signature(&reference, "")));
    let start = sound.find("<Signature").unwrap();
    let end = sound.find("</Signature>").unwrap() + "</Signature>".len();
    let signature = &sound[start..end];
    let bare = root("");
    let evil =
        |inside: &str| format!("<Assertion Id=\"no\"><user>admin</user>{inside}</Assertion>");
    let object = |inside: &str| {
        signature.replace(
            "</Signature>",
            &format!("<Object>{inside}</Object></Signature>"),
        )
    };
    assert_eq!(world.check(&sound).verdict, FileVerdict::Passed);
    let wrapped = [
        // The original inside the signature, the forgery around it, and the other way round.
        evil(&object(&sound)),
        evil(&object(&bare)),
        evil(&format!("{signature}{bare}")),
        // Beside each other.
        format!("<Response>{}{sound}</Response>", evil("")),
        format!("<Response>{sound}{}</Response>", evil("")),
        format!("<Response>{}{bare}</Response>", evil(signature)),
        // The forgery in an extension of the original's envelope, and the original inside the forgery.
        format!(
            "<Response><Extensions>{}</Extensions>{sound}</Response>",
            evil("")
        ),
        evil(&sound),
        evil(&format!("<Extensions>{sound}</Extensions>")),
        format!(
            "<Response><Extensions>{sound}</Extensions>{}</Response>",
            evil("")
        ),
    ];
    for (number, text) in wrapped.iter().enumerate() {
        let report = world.check(text);
        assert_eq!(report.verdict, FileVerdict::Failed, "{number}: {text}");
        for one in &report.signatures {
            assert_eq!(one.coverage.scope, Scope::Partial, "{number}");
        }
    }
}

/// The caller who names the data gets an answer about that very element.
#[test]
fn the_data_is_what_the_caller_says() {
    let world = World::new();
    let signature = world.signature(&reference("#x", "", &[]), "");
    let text = world.fill(&format!(
        "<doc><a Id=\"x\">1</a><b Id=\"y\">2</b>{signature}</doc>"
    ));
    for (names, passes) in [
        (vec!["#x"], true),
        (vec!["/doc/a"], true),
        (vec!["#y"], false),
        (vec!["#x", "#y"], false),
        (vec!["#none"], false),
        (vec!["/doc"], false),
        (vec!["/a"], false),
    ] {
        let options = Options {
            reference: names.iter().map(|it| (*it).to_owned()).collect(),
            ..Options::default()
        };
        let report = check(&world.context(options), &text);
        let expected = if passes {
            FileVerdict::Passed
        } else {
            FileVerdict::Failed
        };
        assert_eq!(report.verdict, expected, "{names:?}");
    }
}

#[test]
fn signed_properties_are_this_signatures_own() {
    let world = World::new();
    let properties = |target: &str| {
        format!(
            "<Object><xa:QualifyingProperties xmlns:xa=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"{target}\">\
             <xa:SignedProperties Id=\"props\"><xa:SignedSignatureProperties>\
             <xa:SigningTime>2026-03-01T00:00:00Z</xa:SigningTime>\
             </xa:SignedSignatureProperties></xa:SignedProperties></xa:QualifyingProperties></Object>"
        )
    };
    let data = reference("", "", &[ENVELOPED]);
    let typed = " Type=\"http://uri.etsi.org/01903#SignedProperties\"";
    let both = data.clone() + &reference("#props", typed, &[]);
    let (text, one) = world.signed(&format!(
        "<doc>{}</doc>",
        world.signature(&both, &properties("#sig"))
    ));
    assert_eq!(one.verdict, Verdict::Passed, "{:?}", one.findings);
    assert!(one.time.claimed.is_some());

    // About another signature.
    let (_, one) = world.signed(&format!(
        "<doc>{}</doc>",
        world.signature(&both, &properties("#other"))
    ));
    assert_eq!(one.verdict, Verdict::Failed);
    assert!(codes(&one).contains(&"XSIG-046"));

    // Moved out, with others in their place: what is signed is somebody else's now.
    let start = text.find("<Object>").unwrap();
    let end = text.find("</Object>").unwrap() + "</Object>".len();
    let moved = &text[start..end].replace(
        " Target=\"#sig\"",
        " Target=\"#sig\" xmlns=\"http://www.w3.org/2000/09/xmldsig#\"",
    );
    let fake = text[start..end]
        .replace("props", "fake")
        .replace("2026-03-01", "2020-01-01");
    let text = [&text[..start], &fake, &text[end..]].concat();
    let text = text.replace(
        "</doc>",
        &format!(
            "<Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\">{moved}</Signature></doc>"
        ),
    );
    let report = world.check(&text);
    assert!(
        codes(&report.signatures[0]).contains(&"XSIG-045"),
        "{:?}",
        report.signatures[0].findings
    );
    assert_eq!(report.signatures[0].verdict, Verdict::Failed);
    assert_eq!(report.signatures[0].time.claimed, None);

    // Added later: they are there, and count for nothing.
    let (_, one) = world.signed(&format!(
        "<doc>{}</doc>",
        world.signature(&data, &properties("#sig"))
    ));
    assert_eq!((one.verdict, one.time.claimed), (Verdict::Passed, None));
    assert!(codes(&one).contains(&"XSIG-043"));
    // Without their Type they are signed all the same.
    let both = data + &reference("#props", "", &[]);
    let (_, one) = world.signed(&format!(
        "<doc>{}</doc>",
        world.signature(&both, &properties("#sig"))
    ));
    assert!(codes(&one).contains(&"XSIG-044") && one.time.claimed.is_some());
}

/// A reference to the network is no reason to go there, and nothing outside is covered by not looking.
#[test]
fn nothing_is_fetched_and_what_is_missing_is_open() {
    let world = World::new();
    for uri in [
        "http://127.0.0.1:9/x.xml",
        "file:///etc/passwd",
        "../x.xml",
        "x.xml",
        "cid:part",
    ] {
        let references = reference("", "", &[ENVELOPED])
            + &reference(uri, "", &[]).replace(
                "<DigestValue></DigestValue>",
                "<DigestValue>AAAA</DigestValue>",
            );
        let (_, one) = world.signed(&format!("<doc>{}</doc>", world.signature(&references, "")));
        assert_eq!(
            (one.verdict, one.cryptography.digest),
            (Verdict::Undetermined, DigestStatus::NotChecked)
        );
        assert_eq!(one.sub_indication, Some(SubIndication::SignedDataNotFound));
        assert!(codes(&one).contains(&"XSIG-022"), "{uri}");
    }
}

/// The key that fits is the signer's, and a second certificate in front of it changes nothing.
#[test]
fn a_certificate_in_front_is_not_the_signers() {
    let world = World::new();
    let other = Template::leaf("Famous").issued_by(&world.root);
    for order in [[&other, &world.signer], [&world.signer, &other]] {
        let text = signature(&reference("", "", &[ENVELOPED]), &key_info(&order), "");
        let text = fill(&format!("<doc>{text}</doc>"), &world.signer, None);
        let report = world.check(&text);
        assert_eq!(report.verdict, FileVerdict::Passed);
        let certificate = report.signatures[0].certificate.as_ref().unwrap();
        assert_eq!(certificate.subject, "CN=Signer");
    }
    // Nobody's key fits.
    let text = signature(&reference("", "", &[ENVELOPED]), &key_info(&[&other]), "");
    let report = world.check(&fill(&format!("<doc>{text}</doc>"), &world.signer, None));
    assert_eq!(
        report.signatures[0].cryptography.signature,
        ValueStatus::Invalid
    );
}
