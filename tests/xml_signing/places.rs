//! The places of the profiles, and who signs when.

use super::{
    context,
    judges::{Case, xmlsec1},
    keys::{self, rsa},
    others::checked,
    refused, signatures, signed, signed_in, text,
};

const INVOICE: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?><HDon><DLHDon Id=\"_5\"><TTChung>Hoá đơn</TTChung></DLHDon><MCCQT Id=\"m5\">00AB</MCCQT><DLQRCode>1</DLQRCode><DSCKS><NBan /><NMua></NMua><CQT/></DSCKS></HDon>";

/// How xmlsec1 learns what is an id.
const IDS: &[(&str, &str)] = &[("DLHDon", "Id"), ("MCCQT", "Id"), ("DLTBao", "Id")];

/// By xmlsec1 and by the own check of this document's profile.
fn accepted(document: &[u8], signature: &str, references: usize) {
    let report = checked(document, "{}");
    let json = report.to_json(kyso::Lang::En);
    assert_eq!(report.verdict, kyso::FileVerdict::Passed, "{json}");
    let whole = |one: &kyso::SignatureReport| one.coverage.scope == kyso::Scope::WholeFile;
    assert!(report.signatures.iter().all(whole), "{json}");
    let mut case = Case::new(document, &keys::of("rsa").certificate);
    case.ids = IDS;
    case.signature = signature;
    assert_eq!(
        xmlsec1(&case),
        Ok(references),
        "{signature}: {}",
        text(document)
    );
}

#[test]
fn an_invoice_is_signed_by_seller_buyer_and_authority() {
    let at = super::at();
    let settings = format!(r#"{{"at":"{at}"}}"#);
    let seller = signed(INVOICE.as_bytes(), rsa(), &settings);
    let (year, month, day, hour, minute, second) = at.civil(420);
    let local = format!(
        "<SigningTime>{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}</SigningTime>"
    );
    let written = text(&seller);
    assert!(written.contains(&local), "{written}");
    assert!(written.contains("<NBan ><Signature xmlns=\"http://www.w3.org/2000/09/xmldsig#\""));
    accepted(&seller, "//NBan/*", 2);
    let buyer = signed(&seller, rsa(), r#"{"parent":"NMua"}"#);
    let authority = signed(&buyer, rsa(), r#"{"parent":"CQT"}"#);
    for (slot, references) in [("NBan", 2), ("NMua", 2), ("CQT", 3)] {
        accepted(&authority, &format!("//{slot}/*"), references);
    }
    // The authority's has no transforms and covers the code as well.
    let written = signatures(text(&authority))[2];
    assert!(
        !written.contains("<Transform") && written.contains("URI=\"#m5\""),
        "{written}"
    );
    assert!(signatures(text(&authority))[0].contains("enveloped-signature"));
}

#[test]
fn the_order_of_an_invoice_is_kept() {
    let document = INVOICE.as_bytes();
    assert_eq!(
        refused(document, rsa(), r#"{"parent":"CQT"}"#),
        "xml-slot-needs"
    );
    let buyer = signed(document, rsa(), r#"{"parent":"NMua"}"#);
    assert_eq!(
        refused(&buyer, rsa(), r#"{"parent":"NBan"}"#),
        "xml-slot-late"
    );
    let seller = signed(document, rsa(), "{}");
    for settings in [
        "{}",
        r#"{"parent":"NBan"}"#,
        r#"{"parent":"/HDon/DSCKS/NBan"}"#,
    ] {
        assert_eq!(refused(&seller, rsa(), settings), "xml-slot-signed");
    }
    // Others may sign several times.
    let one = signed(&seller, rsa(), r#"{"parent":"CCKSKhac"}"#);
    let two = signed(&one, rsa(), r#"{"parent":"CCKSKhac"}"#);
    accepted(&two, "//CCKSKhac/*[1]", 2);
    accepted(&two, "//CCKSKhac/*[2]", 2);
}

#[test]
fn missing_places_are_made_where_the_table_has_them() {
    let document = INVOICE.replace("<NMua></NMua>", "");
    let seller = signed(document.as_bytes(), rsa(), "{}");
    let buyer = signed(&seller, rsa(), r#"{"parent":"NMua"}"#);
    let written = text(&buyer);
    let order = ["<NBan ", "<NMua>", "<CQT/>"].map(|name| written.find(name).unwrap());
    assert!(order.is_sorted(), "{written}");
    accepted(&buyer, "//NMua/*", 2);
    accepted(&buyer, "//NBan/*", 2);
    let bare = "<p:HDon xmlns:p=\"urn:p\"><p:DLHDon Id='_1'/></p:HDon>";
    let made = signed(bare.as_bytes(), rsa(), "{}");
    let written = text(&made);
    assert!(
        written.contains("<p:DSCKS><p:NBan><Signature "),
        "{written}"
    );
    assert!(
        written.ends_with("</Signature></p:NBan></p:DSCKS></p:HDon>"),
        "{written}"
    );
}

#[test]
fn one_invoice_of_a_message() {
    let invoice = |number: u32| {
        let start = INVOICE.find("<HDon>").unwrap();
        INVOICE[start..]
            .replace("_5", &format!("_{number}"))
            .replace("m5", &format!("m{number}"))
    };
    let message = format!(
        "<TDiep><TTChung/><DLieu>{}{}</DLieu></TDiep>",
        invoice(1),
        invoice(2)
    );
    assert_eq!(
        refused(message.as_bytes(), rsa(), "{}"),
        "xml-slot-ambiguous"
    );
    let second = signed(message.as_bytes(), rsa(), r##"{"reference":["#_2"]}"##);
    accepted(&second, "//HDon[2]//NBan/*", 2);
    // Only one is left.
    let both = signed(&second, rsa(), "{}");
    accepted(&both, "//HDon[1]//NBan/*", 2);
    accepted(&both, "//HDon[2]//NBan/*", 2);
    let by_path = signed(
        message.as_bytes(),
        rsa(),
        r#"{"parent":"/TDiep/DLieu/HDon[2]/DSCKS/NBan"}"#,
    );
    accepted(&by_path, "//HDon[2]//NBan/*", 2);
}

#[test]
fn notices_declarations_and_summaries() {
    for (document, slot) in [
        (
            "<TBao><DLTBao Id='x'/><DSCKS><TTCQT/><CQT/></DSCKS></TBao>",
            "TTCQT",
        ),
        (
            "<TDiep><DLieu><TBao><DLTBao Id='x'/><DSCKS><CQT/></DSCKS></TBao></DLieu></TDiep>",
            "CQT",
        ),
        ("<TBao><DLTBao Id='x'/><DSCKS><NNT/></DSCKS></TBao>", "NNT"),
        (
            "<TKhai><DLTKhai Id='x'/><DSCKS><NNT/></DSCKS></TKhai>",
            "NNT",
        ),
        (
            "<BTHDLieu><DLBTHop Id='x'/><DSCKS><NNT/></DSCKS></BTHDLieu>",
            "NNT",
        ),
    ] {
        let made = signed(document.as_bytes(), rsa(), "{}");
        assert!(
            text(&made).contains(&format!("<{slot}><Signature ")),
            "{}",
            text(&made)
        );
        let mut case = Case::new(&made, &keys::of("rsa").certificate);
        case.ids = &[("DLTBao", "Id"), ("DLTKhai", "Id"), ("DLBTHop", "Id")];
        assert_eq!(xmlsec1(&case), Ok(2), "{document}");
    }
}

#[test]
fn a_tax_return_and_its_agent() {
    let document = "<HSoThueDTu xmlns=\"http://kekhaithue.gdt.gov.vn/TKhaiThue\"><HSoKhaiThue id=\"NODETOSIGN\"><a/></HSoKhaiThue><CKyDTu/></HSoThueDTu>";
    let one = signed(document.as_bytes(), rsa(), "{}");
    assert!(text(&one).contains("URI=\"#NODETOSIGN\""));
    let two = signed(&one, rsa(), r#"{"profile":"tax"}"#);
    for number in 1..=2 {
        let mut case = Case::new(&two, &keys::of("rsa").certificate);
        case.ids = &[("http://kekhaithue.gdt.gov.vn/TKhaiThue:HSoKhaiThue", "id")];
        let path = format!("(//*[local-name()='Signature'])[{number}]");
        case.signature = &path;
        assert_eq!(xmlsec1(&case), Ok(1));
    }
    let comments = signed(
        document.as_bytes(),
        rsa(),
        r#"{"c14n":"inclusive-comments"}"#,
    );
    assert!(text(&comments).contains("REC-xml-c14n-20010315#WithComments"));
}

#[test]
fn health_records_are_covered_whole() {
    for document in [
        "<GIAMDINHHS xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">\r\n<THONGTINDONVI><a/></THONGTINDONVI><THONGTINHOSO>PD94\r\n</THONGTINHOSO>\r\n<CHUKYDONVI />\r\n</GIAMDINHHS>",
        "<CHI_TIEU_TRANG_THAI_KCB><DSACH_TRANG_THAI_KCB><x/></DSACH_TRANG_THAI_KCB><CHUKYDONVI></CHUKYDONVI></CHI_TIEU_TRANG_THAI_KCB>",
        "<HSCHUNGTU><THONGTINDONVI><CHUKYDONVI/><MACSKCB>1</MACSKCB></THONGTINDONVI><x/></HSCHUNGTU>",
    ] {
        let made = signed(document.as_bytes(), rsa(), "{}");
        assert!(text(&made).contains("<Reference URI=\"\">"));
        accepted(&made, "//CHUKYDONVI/*", 1);
        assert_eq!(refused(&made, rsa(), "{}"), "xml-slot-signed");
    }
    let without = "<GIAMDINHHS><THONGTINDONVI/><CHUKYDONVI/></GIAMDINHHS>";
    assert_eq!(refused(without.as_bytes(), rsa(), "{}"), "xml-no-data");
}

const RECORD: &str = "<HOC_BA><DU_LIEU_HOC_BA Id=\"data\"><THONG_TIN Id=\"thongtinhocba\"><DIEM_TONG_KET Id=\"d1\"><GVBM Id=\"t1\"/></DIEM_TONG_KET><DIEM_TONG_KET Id=\"d2\"><GVBM Id=\"t2\"/></DIEM_TONG_KET></THONG_TIN><DANH_SACH_THONG_TIN_KY><DANH_SACH_GVBM><GVBM Id=\"k1\"/></DANH_SACH_GVBM><GVCN/></DANH_SACH_THONG_TIN_KY></DU_LIEU_HOC_BA><PHAT_HANH_HOC_BA><DS><CBQL/></DS><KY_PHAT_HANH/></PHAT_HANH_HOC_BA></HOC_BA>";

#[test]
fn a_school_record_is_signed_from_the_inside_out() {
    // The slot of a teacher has the id by which the marks name him: two elements, so one of them is not an id.
    let document = RECORD.replace("\"k1\"", "\"t1\"");
    let ids = r#""id-attr":["Id"]"#;
    let teacher = signed(
        document.as_bytes(),
        rsa(),
        &format!(r#"{{"parent":"GVBM",{ids}}}"#),
    );
    assert!(text(&teacher).contains("URI=\"#d1\""), "{}", text(&teacher));
    let head = signed(&teacher, rsa(), r#"{"parent":"GVCN"}"#);
    let management = signed(&head, rsa(), r#"{"parent":"CBQL"}"#);
    let release = signed(&management, rsa(), r#"{"parent":"KY_PHAT_HANH"}"#);
    for slot in ["GVCN", "CBQL", "KY_PHAT_HANH"] {
        let mut case = Case::new(&release, &keys::of("rsa").certificate);
        case.ids = &[("DU_LIEU_HOC_BA", "Id"), ("THONG_TIN", "Id")];
        let path = format!("//{slot}/*[local-name()='Signature']");
        case.signature = &path;
        assert_eq!(xmlsec1(&case), Ok(1), "{slot}");
    }
    // What management signed holds the teachers' places.
    let late = refused(&management, rsa(), r#"{"parent":"GVCN"}"#);
    assert_eq!(late, "xml-slot-signed");
    let skipped = signed(document.as_bytes(), rsa(), r#"{"parent":"CBQL"}"#);
    assert_eq!(
        refused(&skipped, rsa(), r#"{"parent":"GVCN"}"#),
        "xml-slot-late"
    );
}

const PACKAGE: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<edXML xmlns=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"><edXML:edXMLEnvelope xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\"><edXML:edXMLHeader><edXML:MessageHeader/></edXML:edXMLHeader><edXML:edXMLBody/></edXML:edXMLEnvelope><AttachmentEncoded><Attachment><ContentId>cid:1@x</ContentId><edXML:ContentTransferEncoded xmlns:edXML=\"http://www.mic.gov.vn/TBT/QCVN_102_2016\">a3lz\r\nbw==</edXML:ContentTransferEncoded></Attachment></AttachmentEncoded></edXML>";

#[test]
fn a_package_is_signed_in_its_header() {
    let made = signed(PACKAGE.as_bytes(), rsa(), "{}");
    let written = text(&made);
    assert!(
        written.contains("</ds:Signature></edXML:edXMLHeader>"),
        "{written}"
    );
    accepted(
        &made,
        "//*[local-name()='edXMLHeader']/*[local-name()='Signature']",
        1,
    );
    let alias = signed(PACKAGE.as_bytes(), rsa(), r#"{"c14n":"edxml-alias"}"#);
    assert!(
        text(&alias).contains("<ds:Transform Algorithm=\"http://www.w3.org/TR/xml-exc-c14n#\"/>")
    );
    assert!(text(&alias).contains(
        "<ds:CanonicalizationMethod Algorithm=\"http://www.w3.org/2001/10/xml-exc-c14n#\"/>"
    ));
    assert_eq!(
        digest_of(text(&alias), ""),
        digest_of(written, ""),
        "one algorithm, two names"
    );
}

/// The digest of a reference of the first signature.
fn digest_of<'a>(document: &'a str, uri: &str) -> &'a str {
    let rest = document.split_once(&format!("URI=\"{uri}\"")).unwrap().1;
    let rest = rest.split_once("DigestValue>").unwrap().1;
    rest.split_once('<').unwrap().0
}

#[test]
fn attachments_of_a_package_in_the_octets_that_are_asked_for() {
    let ask = |octets: &str| {
        let settings = format!(r#"{{"reference":["cid:1@x"],"cid-octets":"{octets}"}}"#);
        let made = signed(PACKAGE.as_bytes(), rsa(), &settings);
        digest_of(text(&made), "cid:1@x").to_owned()
    };
    // SHA-256 of `kyso`, and of the base64 with its line end.
    assert_eq!(
        ask("decoded"),
        "zSia/8wwAor5l1v18xxqhb/A5PFJ4+O9jvX2ibS+vz8="
    );
    assert_ne!(ask("text"), ask("decoded"));
    let settings = r#"{"reference":["cid:1@x"],"cid-octets":"file"}"#;
    assert_eq!(refused(PACKAGE.as_bytes(), rsa(), settings), "xml-package");
    let settings = r#"{"reference":["cid:2@x"]}"#;
    assert_eq!(
        refused(PACKAGE.as_bytes(), rsa(), settings),
        "xml-reference-outside"
    );
}

#[test]
fn unusual_settings_are_said() {
    let source = std::sync::Arc::new(kyso::MemorySource::new(INVOICE.as_bytes().to_vec()));
    let context = context(r#"{"c14n":"exclusive"}"#);
    let made = kyso::sign_xml(&context, source, rsa()).unwrap();
    let codes: Vec<&str> = made
        .findings()
        .iter()
        .map(|finding| finding.code())
        .collect();
    assert_eq!(codes, ["XML-SIGN-001"]);
    let octets = signed_in(&context, INVOICE.as_bytes(), rsa()).unwrap();
    accepted(&octets, "//NBan/*", 2);
}
