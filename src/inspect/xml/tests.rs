use std::sync::Arc;

use crate::{
    cms::testing::Template,
    context::{Context, Material},
    error::Result,
    inspect::{Inspection, inspect},
    options::{Options, XmlProfile},
    source::MemorySource,
    text::Lang,
    xmldsig::base64,
};

fn look(options: Options, text: &str) -> Result<Inspection> {
    let context = Context::new(options, Material::default())?;
    let source = MemorySource::new(text.as_bytes());
    inspect(&context, Arc::new(source), Some("x.xml"))
}

fn json(options: Options, text: &str) -> serde_json::Value {
    let inspection = look(options, text).unwrap();
    serde_json::from_str(&inspection.to_json(Lang::En)).unwrap()
}

/// An invoice whose seller signed with XAdES, with a time-stamp and a countersignature; nothing of it is sound.
fn invoice() -> String {
    let certificate = Template::leaf("Nguoi ban").self_signed().certificate;
    let certificate = base64::encode(certificate.der());
    let info = |reference: &str| {
        format!(
            "<SignedInfo><CanonicalizationMethod Algorithm=\"http://www.w3.org/TR/2001/REC-xml-c14n-20010315\"/>\
             <SignatureMethod Algorithm=\"http://www.w3.org/2001/04/xmldsig-more#rsa-sha256\"/>\
             <Reference URI=\"{reference}\"><Transforms>\
             <Transform Algorithm=\"http://www.w3.org/2000/09/xmldsig#enveloped-signature\"/></Transforms>\
             <DigestMethod Algorithm=\"http://www.w3.org/2001/04/xmlenc#sha256\"/><DigestValue>AQID</DigestValue>\
             </Reference></SignedInfo>"
        )
    };
    let (outer, inner) = (info("#inv"), info("#value"));
    format!(
        "<HDon><DLHDon Id=\"inv\">x</DLHDon><DSCKS><NBan>\
         <Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\" Id=\"s\">{outer}\
         <SignatureValue Id=\"value\">AAAA</SignatureValue>\
         <KeyInfo><KeyValue/><X509Data><X509Certificate>{certificate}</X509Certificate></X509Data></KeyInfo><Object>\
         <q:QualifyingProperties xmlns:q=\"http://uri.etsi.org/01903/v1.3.2#\" Target=\"#s\"><q:SignedProperties>\
         <q:SignedSignatureProperties><q:SigningTime>2026-03-01T07:00:00+07:00</q:SigningTime>\
         <q:SignaturePolicyIdentifier><q:SignaturePolicyImplied/></q:SignaturePolicyIdentifier>\
         <q:SignerRoleV2><q:ClaimedRoles><q:ClaimedRole>K\u{1EBF} to\u{E1}n</q:ClaimedRole></q:ClaimedRoles></q:SignerRoleV2>\
         </q:SignedSignatureProperties></q:SignedProperties><q:UnsignedProperties><q:UnsignedSignatureProperties>\
         <q:SignatureTimeStamp><q:EncapsulatedTimeStamp>AAAA</q:EncapsulatedTimeStamp></q:SignatureTimeStamp>\
         <q:CounterSignature><Signature>{inner}<SignatureValue>AAAA</SignatureValue></Signature></q:CounterSignature>\
         </q:UnsignedSignatureProperties></q:UnsignedProperties></q:QualifyingProperties></Object></Signature>\
         </NBan></DSCKS></HDon>"
    )
}

#[test]
fn signatures_their_places_and_what_they_bring_along_are_told() {
    let text = invoice();
    let view = json(Options::default(), &text);
    assert_eq!(
        (&view["format"], &view["profile"], &view["root"]),
        (&"xml".into(), &"einvoice".into(), &"HDon".into())
    );
    let one = &view["signatures"][0];
    assert_eq!(one["path"], "/HDon/DSCKS/NBan/Signature");
    assert_eq!(one["slot"], "NBan");
    let span = [&one["span"][0], &one["span"][1]].map(|at| {
        let at = at.as_u64().unwrap();
        usize::try_from(at).unwrap()
    });
    let element = &text[span[0]..span[1]];
    assert!(element.starts_with("<Signature ") && element.ends_with("</Signature>"));
    let signature = &one["signature"];
    let reference = &signature["references"][0];
    assert_eq!(reference["uri"], "#inv");
    assert_eq!(reference["digest"], "010203");
    assert_eq!(
        reference["transforms"],
        serde_json::json!(["enveloped-signature"])
    );
    assert_eq!(signature["certificates"][0]["subject"], "CN=Nguoi ban");
    assert_eq!(signature["key_value"], true);
    let xades = &signature["xades"];
    assert_eq!(
        (&xades["level"], &xades["policy_implied"]),
        (&"B-T".into(), &true.into())
    );
    assert_eq!(xades["roles"], serde_json::json!(["K\u{1EBF} to\u{E1}n"]));
    assert_eq!(xades["time_stamps"][0]["kind"], "signature");
    // The countersignature stands among the signatures as well.
    let counter = &view["signatures"][1];
    assert_eq!(signature["counter_signatures"][0], counter["path"]);
    assert_eq!(counter["slot"], serde_json::Value::Null);
    assert_eq!(
        counter["signature"]["references"][0]["uri"],
        serde_json::json!("#value")
    );
}

#[test]
fn the_text_says_the_same_in_both_languages() {
    let inspection = look(Options::default(), &invoice()).unwrap();
    for (lang, words) in [
        (
            Lang::En,
            ["kind einvoice", "countersigned by", "claimed roles"],
        ),
        (
            Lang::Vi,
            [
                "lo\u{1EA1}i einvoice",
                "x\u{E1}c nh\u{1EAD}n",
                "vai tr\u{F2}",
            ],
        ),
    ] {
        let text = inspection.to_text(lang);
        for word in words.into_iter().chain(["#inv", "CN=Nguoi ban", "(NBan)"]) {
            assert!(text.contains(word), "{word}: {text}");
        }
    }
}

#[test]
fn who_names_the_kind_gets_it_and_what_is_no_signature_is_told() {
    let generic = Options {
        profile: Some(XmlProfile::Generic),
        ..Options::default()
    };
    let view = json(generic, &invoice());
    assert_eq!(view["profile"], "generic");
    assert_eq!(view["signatures"][0]["slot"], serde_json::Value::Null);
    let empty = "<a><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\"/></a>";
    let view = json(Options::default(), empty);
    let one = &view["signatures"][0];
    assert_eq!(one["signature"], serde_json::Value::Null);
    assert_eq!(one["findings"].as_array().unwrap().len(), 1);
    assert_eq!(
        json(Options::default(), "<a/>")["signatures"],
        serde_json::json!([])
    );
    assert!(look(Options::default(), "<a>").is_err());
}
