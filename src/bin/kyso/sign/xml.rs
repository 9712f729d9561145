//! `kyso sign xml`: one signature in an XML document.

use clap::Args;
use kyso::sign_xml;
use serde_json::{Value, json};

use super::SignArgs;
use crate::{
    args::{
        heading::{KEYS, PLACE, SIGNATURE, XML},
        outside::BesideArgs,
        values::parts,
    },
    failure::{Exit, Failure},
    keys::KeySpec,
    settings::Overlay,
};

#[derive(Args, Debug)]
#[command(after_help = "\
The root element tells the kind of document, or --profile does. Places (--parent) by kind:
  einvoice  NBan (seller), NMua (buyer), CCKSKhac, CQT (tax authority); NNT, TTCQT in other messages
  tax       CKyDTu        health  CHUKYDONVI        edxml  edXMLHeader
  school    GVBM, GVCN, CBQL, KY_PHAT_HANH (with several: path or #id)
  generic   a path like /a/b[2], or #id; the end of the root element where absent

Examples / Ví dụ:
  kyso sign xml hoa-don.xml da-ky.xml --key p12:nguoi-ban.p12
  kyso sign xml da-ky.xml da-ky.xml --force --key p12:nguoi-mua.p12 --parent NMua
  kyso sign xml to-khai.xml da-ky.xml --key \"pkcs11:/usr/lib/token.so?token=KE TOAN\" --profile tax
  kyso sign xml a.xml b.xml --key p12:k.p12 --reference \"#data\" \\
      --signer-role \"Giám đốc\" --commitment proof-of-approval
  kyso sign xml van-ban.pdf van-ban.pdf.xml --form detached --key p12:k.p12")]
pub(crate) struct SignXmlArgs {
    /// The key: p12:FILE, pem:KEYFILE,CERTFILE[,CHAINFILE] or pkcs11:MODULE?token=LABEL&object=LABEL, with ?pin-env=NAME or ?pin-file=FILE / Khóa ký
    #[arg(long, help_heading = KEYS, value_name = "KEY")]
    key: KeySpec,
    /// Kind of document; found out by its root where absent / Loại tài liệu
    #[arg(long, help_heading = XML, value_name = "KIND", value_parser = ["generic", "einvoice", "tax", "health", "school", "edxml"])]
    profile: Option<String>,
    /// Where the signature goes: a place of the profile, a path, or #id / Vị trí đặt chữ ký
    #[arg(long, help_heading = PLACE, value_name = "PLACE")]
    parent: Option<String>,
    /// What is signed: "" for the whole document, #id, a path, cid:ID, the name of a file; repeatable / Nội dung được ký
    #[arg(long, help_heading = XML, value_name = "URI")]
    reference: Vec<String>,
    /// Attribute that is an id, instead of Id, ID, id and xml:id; repeatable / Thuộc tính định danh
    #[arg(long, help_heading = XML, value_name = "NAME")]
    id_attr: Vec<String>,
    /// Canonicalisation: inclusive, inclusive11, exclusive, each with -comments, or edxml-alias; or its URI / Chuẩn hóa XML
    #[arg(long, help_heading = XML, value_name = "METHOD")]
    c14n: Option<String>,
    /// none (XMLDSig alone) or b-b (XAdES) / Mức chữ ký
    #[arg(long, help_heading = SIGNATURE, value_name = "LEVEL", value_parser = ["none", "b-b", "b-t", "b-lt", "b-lta"])]
    level: Option<String>,
    /// Where the signature stands to what it signs / Dạng chữ ký
    #[arg(long, help_heading = PLACE, value_name = "FORM", value_parser = ["enveloped", "enveloping", "detached"])]
    form: Option<String>,
    /// Leave room for further signatures: none covers another / Cho phép ký thêm về sau
    #[arg(long, help_heading = XML)]
    coexist: bool,
    /// Countersign this signature: its id, or its number from 1 / Ký xác nhận chữ ký khác
    #[arg(long, help_heading = PLACE, value_name = "ID|N")]
    countersign: Option<String>,
    /// Role that the signer claims; repeatable / Vai trò người ký
    #[arg(long, help_heading = SIGNATURE, value_name = "TEXT")]
    signer_role: Vec<String>,
    /// proof-of-origin, -receipt, -delivery, -sender, -approval, -creation, a URI or an OID / Cam kết khi ký
    #[arg(long, help_heading = SIGNATURE, value_name = "NAME")]
    commitment: Option<String>,
    /// City where it is signed / Nơi ký
    #[arg(long, help_heading = SIGNATURE, value_name = "TEXT")]
    location: Option<String>,
    /// Where it is signed, part by part: city, street, state, postal-code, country / Nơi ký, từng phần
    #[arg(long, help_heading = SIGNATURE, value_name = "PART=TEXT,…", value_parser = parts, conflicts_with = "location")]
    production_place: Option<Value>,
    /// Signature policy: a URI, an OID or implied / Chính sách chữ ký
    #[arg(long, help_heading = SIGNATURE, value_name = "ID")]
    signature_policy: Option<String>,
    /// Digest of the policy document, hexadecimal / Giá trị băm của chính sách
    #[arg(long, help_heading = SIGNATURE, value_name = "HEX", requires = "signature_policy")]
    signature_policy_digest: Option<String>,
    /// Where the policy document can be got / Địa chỉ của chính sách
    #[arg(long, help_heading = SIGNATURE, value_name = "URI", requires = "signature_policy")]
    signature_policy_location: Option<String>,
    #[command(flatten)]
    beside: BesideArgs,
    #[command(flatten)]
    pub(crate) sign: SignArgs,
}

impl SignXmlArgs {
    fn overlay(&self) -> Overlay {
        let mut overlay = Overlay::default();
        overlay.set("profile", self.profile.clone());
        overlay.set("parent", self.parent.clone());
        overlay.set_list("reference", self.references());
        overlay.set_list("id-attr", self.id_attr.iter().cloned());
        overlay.set("c14n", self.c14n.clone());
        overlay.set("level", self.level.clone());
        overlay.set("form", self.form.clone());
        overlay.set_switch("coexist", self.coexist);
        overlay.set("countersign", self.countersign.clone());
        overlay.set_list("signer-role", self.signer_role.iter().cloned());
        overlay.set("commitment", self.commitment.clone());
        overlay.set("location", self.location.clone());
        overlay.set("production-place", self.production_place.clone());
        overlay.set(
            "signature-policy",
            self.signature_policy.as_ref().map(|id| {
                json!({
                    "id": id, "digest": self.signature_policy_digest,
                    "location": self.signature_policy_location,
                })
            }),
        );
        self.beside.lay_over(&mut overlay);
        overlay
    }

    /// A detached signature names the file by its name where nobody says otherwise.
    fn references(&self) -> Vec<String> {
        let own = self.sign.input.file_name().and_then(|name| name.to_str());
        match (self.form.as_deref(), self.reference.as_slice(), own) {
            (Some("detached"), [], Some(name)) => vec![encoded(name)],
            _ => self.reference.clone(),
        }
    }
}

pub(crate) fn run(args: &SignXmlArgs) -> Result<Exit, Failure> {
    args.sign
        .run(args.overlay(), None, |keys| keys.open(&args.key), sign_xml)
}

/// A file's name as a relative URI (RFC 3986).
fn encoded(name: &str) -> String {
    let mut uri = String::new();
    for byte in name.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                uri.push(char::from(byte));
            }
            _ => uri.push_str(&format!("%{byte:02X}")),
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uris() {
        assert_eq!(encoded("công văn.pdf"), "c%C3%B4ng%20v%C4%83n.pdf");
    }
}
