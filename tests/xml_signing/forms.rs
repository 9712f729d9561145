//! Every form, key, algorithm and canonicalisation, before the judges.

use std::fs;

use kyso::{MemorySource, References, Source};

use super::{
    Context, context,
    judges::{Asked, Case, dss, signxml, xmlsec1},
    keys::{self, rsa},
    signatures, signed, signed_in, text, try_signed,
};

/// What canonicalisation has to get right: defaults, inheritance, references, CDATA, line ends, comments.
const RICH: &[u8] = b"<a xmlns=\"urn:x\" xmlns:y=\"urn:y\" xml:lang=\"vi\" b='1' y:a=\"&quot;&#10;\">\r\n  <b Id=\"data\">t&#233; <![CDATA[<&]]><y:c xmlns:y=\"urn:z\"/></b><!-- c --><d xmlns=\"\"/>\r\n</a>";

/// Without namespaces on the root: signxml canonicalises SignedInfo apart from its document, so with inclusive
/// canonicalisation it refuses what every other judge accepts wherever there are some.
const PLAIN: &[u8] = b"<a b='1'>\r\n  <b Id=\"data\">t&#233; <![CDATA[<&]]></b><!-- c -->\r\n</a>";

#[test]
fn every_key_and_digest_with_every_canonicalisation() {
    let mut asked = Vec::new();
    let methods = [
        ("inclusive", PLAIN),
        ("inclusive-comments", PLAIN),
        ("inclusive11", PLAIN),
        ("exclusive", RICH),
        ("exclusive-comments", RICH),
    ];
    for held in keys::all() {
        for digest in ["sha256", "sha384", "sha512"] {
            for (c14n, document) in methods {
                // Each key with each method, RSA keys with each digest; the provider pairs curves with digests of their own.
                if digest != "sha256" && (c14n != "exclusive" || held.name != "rsa") {
                    continue;
                }
                let settings = format!(r#"{{"digest":"{digest}","c14n":"{c14n}"}}"#);
                let made = signed(document, &held.key, &settings);
                if let Some(answers) = dss(&made, &[&held.certificate]) {
                    // DSS's policy of 6.4 has no date for Ed25519.
                    let indication = match held.name {
                        "ed25519" => "INDETERMINATE",
                        _ => "TOTAL_PASSED",
                    };
                    let wanted = (indication.into(), true, "XAdES_BASELINE_B".into());
                    assert_eq!(answers, [wanted], "{} {settings}", held.name);
                }
                // Neither xmlsec 1.2 nor signxml knows Ed25519.
                if held.name != "ed25519" {
                    let case = Case::new(&made, &held.certificate);
                    assert_eq!(xmlsec1(&case), Ok(2), "{} {settings}", held.name);
                    // signxml canonicalises comments where the transform would, though "" selects none (XMLDSig 1.1
                    // clause 4.4.3.3; xmlsec1 and DSS agree).
                    if !c14n.ends_with("comments") {
                        asked.push((format!("{} {settings}", held.name), made, held));
                    }
                }
            }
        }
    }
    let pss = signed(RICH, rsa(), r#"{"rsa-padding":"pss"}"#);
    asked.push(("pss".to_owned(), pss, keys::of("rsa")));
    let cases: Vec<Asked<'_>> = asked
        .iter()
        .map(|(_, made, held)| Asked {
            document: made,
            certificate: &held.certificate,
            references: 2,
            xades: true,
        })
        .collect();
    for ((what, ..), answer) in asked.iter().zip(signxml(&cases)) {
        assert_eq!(answer, "ok", "{what}");
    }
}

#[test]
fn rich_documents_with_inclusive_canonicalisation() {
    for c14n in ["inclusive", "inclusive11"] {
        let settings = format!(r#"{{"c14n":"{c14n}"}}"#);
        let made = signed(RICH, rsa(), &settings);
        let case = Case::new(&made, &keys::of("rsa").certificate);
        assert_eq!(xmlsec1(&case), Ok(2), "{c14n}");
    }
}

/// XMLDSig alone, of an element, with the signature beside it.
#[test]
fn an_element_by_its_id() {
    for (form, reference) in [("#data", "#data"), ("/a/b", "#data")] {
        let settings = format!(r#"{{"reference":["{form}"],"level":"none"}}"#);
        let made = signed(RICH, rsa(), &settings);
        let written = text(&made);
        assert!(written.contains(&format!("URI=\"{reference}\"")));
        // It stands outside of what it signs.
        assert!(!written.contains("enveloped-signature"), "{written}");
        let mut case = Case::new(&made, &keys::of("rsa").certificate);
        case.ids = &[("urn:x:b", "Id")];
        assert_eq!(xmlsec1(&case), Ok(1));
    }
    let settings = r##"{"reference":["#data"],"parent":"/a/b","level":"none"}"##;
    let made = signed(RICH, rsa(), settings);
    assert!(text(&made).contains("enveloped-signature"));
    let mut case = Case::new(&made, &keys::of("rsa").certificate);
    case.ids = &[("urn:x:b", "Id")];
    assert_eq!(xmlsec1(&case), Ok(1));
}

#[test]
fn several_references() {
    let document = b"<a><b Id='b'>1</b><c Id='c'>2</c><d>3</d></a>";
    let settings = r##"{"reference":["#b","#c",""]}"##;
    let made = signed(document, rsa(), settings);
    let mut case = Case::new(&made, &keys::of("rsa").certificate);
    case.ids = &[("b", "Id"), ("c", "Id")];
    assert_eq!(xmlsec1(&case), Ok(4));
    if let Some(answers) = dss(&made, &[&keys::of("rsa").certificate]) {
        assert_eq!(answers[0].0, "TOTAL_PASSED");
    }
    assert_eq!(text(&made).matches("<xades:DataObjectFormat ").count(), 3);
}

#[test]
fn enveloping() {
    let document = b"\xef\xbb\xbf<?xml version='1.0'?>\r\n<!-- before --><p:a xmlns:p='urn:p'>\r\n<b/></p:a>\r\n<!-- behind -->";
    let made = signed(document, rsa(), r#"{"form":"enveloping"}"#);
    let written = text(&made);
    assert!(
        written.contains("<p:a xmlns:p='urn:p'>\r\n<b/></p:a></ds:Object>"),
        "{written}"
    );
    let case = Case::new(&made, &keys::of("rsa").certificate);
    assert_eq!(xmlsec1(&case), Ok(2));
    let answers = signxml(&[Asked {
        document: &made,
        certificate: &keys::of("rsa").certificate,
        references: 2,
        xades: true,
    }]);
    assert_eq!(answers, ["ok"]);
    if let Some(answers) = dss(&made, &[&keys::of("rsa").certificate]) {
        assert_eq!(answers[0].0, "TOTAL_PASSED");
    }
}

#[test]
fn detached_with_further_files() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a b.bin"), b"\0\x01first").unwrap();
    fs::write(folder.path().join("second.txt"), b"second").unwrap();
    let settings = format!(
        r#"{{"form":"detached","reference":["a%20b.bin","second.txt"],"reference-folder":"{}"}}"#,
        folder.path().display()
    );
    let mut options = kyso::Options::from_json(&settings).unwrap();
    options.at = Some(super::at());
    let context = kyso::load_context(options).unwrap();
    let made = signed_in(&context, b"\0\x01first", rsa()).unwrap();
    let mut case = Case::new(&made, &keys::of("rsa").certificate);
    // xmlsec1 takes names as they are, so it gets the file under the name in the URI.
    fs::write(folder.path().join("a%20b.bin"), b"\0\x01first").unwrap();
    case.folder = Some(folder.path());
    assert_eq!(xmlsec1(&case), Ok(3), "{}", text(&made));
    fs::write(folder.path().join("second.txt"), b"secondX").unwrap();
    assert!(xmlsec1(&case).is_err(), "the judge sees a changed file");
}

/// Octets that the caller gives.
struct Given;

impl References for Given {
    fn open(&self, uri: &str) -> kyso::Result<Option<std::sync::Arc<dyn Source>>> {
        Ok((uri == "cid:part@x").then(|| {
            let source: std::sync::Arc<dyn Source> =
                std::sync::Arc::new(MemorySource::new(b"octets".to_vec()));
            source
        }))
    }
}

#[test]
fn parts_of_messages_come_from_the_caller_alone() {
    let settings = r##"{"reference":["","cid:part@x"],"level":"none"}"##;
    let context: Context = context(settings).with_references(std::sync::Arc::new(Given));
    let made = signed_in(&context, b"<a/>", rsa()).unwrap();
    // SHA-256 of `octets`.
    let digest = "<ds:DigestValue>7KVOvSjaYgTEIQS9ZuZdijOjSvQpWkc+9bJYNnml4uE=</ds:DigestValue>";
    let written = text(&made);
    assert_eq!(written.matches("<ds:Reference ").count(), 2);
    assert!(written.contains(digest), "{written}");
    let error = signed_in(&self::context(settings), b"<a/>", rsa()).unwrap_err();
    assert_eq!(error.code(), "xml-reference-outside");
    let error = try_signed(b"<a/>", rsa(), r#"{"reference":["http://127.0.0.1/x"]}"#).unwrap_err();
    assert_eq!(error.code(), "xml-reference-outside");
}

#[test]
fn countersigning_once_and_twice() {
    let first = signed(RICH, rsa(), "{}");
    let p256 = keys::of("p256");
    let second = signed(&first, &p256.key, r#"{"countersign":"1"}"#);
    let p384 = keys::of("p384");
    let third = signed(&second, &p384.key, r#"{"countersign":"1"}"#);
    let nested = signed(&third, &p384.key, r#"{"countersign":"2"}"#);
    for (document, counters) in [(&second, 1), (&third, 2), (&nested, 3)] {
        let case = Case::new(document, &keys::of("rsa").certificate);
        assert_eq!(xmlsec1(&case), Ok(2));
        assert_eq!(
            text(document).matches("<xades:CounterSignature>").count(),
            counters
        );
        // Whoever is countersigned keeps his own.
        let mut case = Case::new(document, &p256.certificate);
        case.ids = &[("http://www.w3.org/2000/09/xmldsig#:SignatureValue", "Id")];
        case.signature = "(//*[local-name()='CounterSignature']/*)[1]";
        assert_eq!(xmlsec1(&case), Ok(2), "{counters}");
    }
    if let Some(answers) = dss(
        &third,
        &[
            &keys::of("rsa").certificate,
            &p256.certificate,
            &p384.certificate,
        ],
    ) {
        assert_eq!(answers.len(), 3);
        for answer in answers {
            assert_eq!(
                answer,
                ("TOTAL_PASSED".into(), true, "XAdES_BASELINE_B".into())
            );
        }
    }
}

/// A signature by others, without an id on its value.
#[test]
fn a_value_without_id_gets_one() {
    let first = signed(RICH, rsa(), "{}");
    let bare = text(&first);
    let (head, rest) = bare.split_once("<ds:SignatureValue Id=\"").unwrap();
    let (_, tail) = rest.split_once("\">").unwrap();
    let bare = format!("{head}<ds:SignatureValue>{tail}");
    let made = signed(
        bare.as_bytes(),
        &keys::of("p256").key,
        r#"{"countersign":"1"}"#,
    );
    assert_eq!(
        xmlsec1(&Case::new(&made, &keys::of("rsa").certificate)),
        Ok(2)
    );
    let mut case = Case::new(&made, &keys::of("p256").certificate);
    case.ids = &[("http://www.w3.org/2000/09/xmldsig#:SignatureValue", "Id")];
    case.signature = "//*[local-name()='CounterSignature']/*";
    assert_eq!(xmlsec1(&case), Ok(2));
}

#[test]
fn signatures_that_leave_room_for_each_other() {
    let coexist = r#"{"coexist":true}"#;
    let mut document = RICH.to_vec();
    let signers = ["rsa", "p256", "p521"].map(keys::of);
    for held in signers {
        document = signed(&document, &held.key, coexist);
    }
    for (index, held) in signers.iter().enumerate() {
        let mut case = Case::new(&document, &held.certificate);
        let path = format!("(//*[local-name()='Signature'])[{}]", index + 1);
        case.signature = &path;
        assert_eq!(xmlsec1(&case), Ok(2), "{}", held.name);
    }
    let trusted = signers.map(|held| held.certificate.as_path());
    if let Some(answers) = dss(&document, &trusted) {
        assert!(
            answers.iter().all(|one| one.0 == "TOTAL_PASSED"),
            "{answers:?}"
        );
    }
    assert_eq!(signatures(text(&document)).len(), 3);
}

#[test]
fn everything_that_a_signer_says() {
    let settings = r#"{
        "signer-role": ["Giám đốc & <Sở>", "B"], "commitment": "proof-of-approval",
        "production-place": {"city": "Hà Nội", "street": "1 Đội Cấn", "state": "HN", "postal-code": "100000", "country": "VN"},
        "signature-policy": {"id": "1.2.3.4", "digest": "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881", "location": "http://x/y?a=1&b=2"}
    }"#;
    let made = signed(RICH, rsa(), settings);
    let written = text(&made);
    for part in [
        "<xades:ClaimedRole>Giám đốc &amp; &lt;Sở&gt;</xades:ClaimedRole>",
        "01903/v1.2.2#ProofOfApproval</xades:Identifier>",
        "<xades:City>Hà Nội</xades:City>",
        "<xades:Identifier Qualifier=\"OIDAsURN\">urn:oid:1.2.3.4</xades:Identifier>",
        "<xades:SPURI>http://x/y?a=1&amp;b=2</xades:SPURI>",
    ] {
        assert!(written.contains(part), "{part} in {written}");
    }
    assert_eq!(
        xmlsec1(&Case::new(&made, &keys::of("rsa").certificate)),
        Ok(2)
    );
    let implied = signed(RICH, rsa(), r#"{"signature-policy":{"id":"implied"}}"#);
    for made in [made, implied] {
        if let Some(answers) = dss(&made, &[&keys::of("rsa").certificate]) {
            assert_eq!(
                answers,
                [("TOTAL_PASSED".into(), true, "XAdES_BASELINE_B".into())]
            );
        }
    }
}
