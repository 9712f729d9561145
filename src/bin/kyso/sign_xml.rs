//! `kyso sign xml`.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use kyso::{
    FileSource, Options, SecretSource, Signed, check_replaceable, load_context, replace, sign_xml,
};
use serde_json::{Map, Value, json};

use crate::{
    args::{Format, LangArg, LaterSign, rfc3339, set_lang, voice},
    bar::Bar,
    failure::{Exit, Failure, Voice},
    keys::{self, KeySpec},
    settings::Overlay,
    sign::{notes, tell},
};

#[derive(Args, Debug)]
#[command(after_help = "\
The kind of document is found out by its root element, or named by --profile. Places (--parent) by kind:
  einvoice  NBan (seller), NMua (buyer), CCKSKhac, CQT (tax authority); NNT, TTCQT in other messages
  tax       CKyDTu        health  CHUKYDONVI        edxml  edXMLHeader
  school    GVBM, GVCN, CBQL, KY_PHAT_HANH (with several: path or #id)
  generic   a path like /a/b[2], or #id; the end of the root element where absent

Examples / Ví dụ:
  kyso sign xml hoa-don.xml da-ky.xml --key p12:nguoi-ban.p12
  kyso sign xml da-ky.xml da-ky.xml --force --key p12:nguoi-mua.p12 --parent NMua
  kyso sign xml to-khai.xml da-ky.xml --key \"pkcs11:/usr/lib/token.so?token=KE TOAN\" --profile tax
  kyso sign xml a.xml b.xml --key p12:k.p12 --reference \"#data\" --signer-role \"Giám đốc\" --commitment proof-of-approval
  kyso sign xml van-ban.pdf van-ban.pdf.xml --form detached --key p12:k.p12")]
pub(crate) struct SignXmlArgs {
    /// The document / Tệp cần ký
    #[arg(value_name = "IN")]
    input: PathBuf,
    /// Where the signed document goes; may be IN / Tệp kết quả
    #[arg(value_name = "OUT")]
    output: PathBuf,
    /// The key: p12:FILE, pem:KEYFILE,CERTFILE[,CHAINFILE] or pkcs11:MODULE?token=LABEL&object=LABEL, with ?pin-env=NAME or ?pin-file=FILE / Khóa ký
    #[arg(long, value_name = "KEY")]
    key: KeySpec,
    /// Kind of document; found out by its root where absent / Loại tài liệu
    #[arg(long, value_parser = ["generic", "einvoice", "tax", "health", "school", "edxml"])]
    profile: Option<String>,
    /// Where the signature goes: a place of the profile, a path, or #id / Vị trí đặt chữ ký
    #[arg(long, value_name = "PLACE")]
    parent: Option<String>,
    /// What is signed: "" for the whole document, #id, a path, cid:ID, the name of a file; repeatable / Nội dung được ký
    #[arg(long, value_name = "URI")]
    reference: Vec<String>,
    /// Attribute that is an id, instead of Id, ID, id and xml:id; repeatable / Thuộc tính định danh
    #[arg(long, value_name = "NAME")]
    id_attr: Vec<String>,
    /// Canonicalisation: inclusive, inclusive11, exclusive, each with -comments, or edxml-alias; or its URI / Chuẩn hóa XML
    #[arg(long, value_name = "METHOD")]
    c14n: Option<String>,
    /// none (XMLDSig alone) or b-b (XAdES) / Mức chữ ký
    #[arg(long, value_parser = ["none", "b-b", "b-t", "b-lt", "b-lta"])]
    level: Option<String>,
    /// Where the signature stands to what it signs / Dạng chữ ký
    #[arg(long, value_parser = ["enveloped", "enveloping", "detached"])]
    form: Option<String>,
    /// Leave room for further signatures: none covers another / Cho phép ký thêm về sau
    #[arg(long)]
    coexist: bool,
    /// Countersign this signature: its id, or its number from 1 / Ký xác nhận chữ ký khác
    #[arg(long, value_name = "ID|N")]
    countersign: Option<String>,
    /// Role that the signer claims; repeatable / Vai trò người ký
    #[arg(long, value_name = "TEXT")]
    signer_role: Vec<String>,
    /// proof-of-origin, -receipt, -delivery, -sender, -approval, -creation, a URI or an OID / Cam kết khi ký
    #[arg(long, value_name = "NAME")]
    commitment: Option<String>,
    /// City where it is signed / Nơi ký
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,
    /// Where it is signed, part by part: city, street, state, postal-code, country / Nơi ký, từng phần
    #[arg(long, value_name = "PART=TEXT,…", value_parser = parts, conflicts_with = "location")]
    production_place: Option<Value>,
    /// Signature policy: a URI, an OID or implied / Chính sách chữ ký
    #[arg(long, value_name = "ID")]
    signature_policy: Option<String>,
    /// Digest of the policy document, hexadecimal / Giá trị băm của chính sách
    #[arg(long, value_name = "HEX", requires = "signature_policy")]
    signature_policy_digest: Option<String>,
    /// Where the policy document can be got / Địa chỉ của chính sách
    #[arg(long, value_name = "URI", requires = "signature_policy")]
    signature_policy_location: Option<String>,
    /// Folder of the files that references name / Thư mục của các tệp được tham chiếu
    #[arg(long, value_name = "DIR")]
    reference_folder: Option<String>,
    /// File with the octets of cid:ID; repeatable / Tệp chứa nội dung của cid:ID
    #[arg(long, value_name = "ID=FILE", value_parser = pair)]
    cid: Vec<(String, String)>,
    /// Which octets of an attachment in the package cid: takes / Phần nội dung được băm của tệp đính kèm
    #[arg(long, value_parser = ["decoded", "text", "file"])]
    cid_octets: Option<String>,
    /// Replace OUT when it exists / Ghi đè tệp kết quả nếu đã có
    #[arg(long)]
    force: bool,
    /// Environment variable with the password of keys that name none / Biến môi trường chứa mật khẩu
    #[arg(long, value_name = "NAME", conflicts_with = "pin_file")]
    pin_env: Option<String>,
    /// File with the password of keys that name none, in its first line / Tệp chứa mật khẩu ở dòng đầu
    #[arg(long, value_name = "FILE")]
    pin_file: Option<PathBuf>,
    /// Signing time instead of now / Thời điểm ký, mặc định là hiện tại
    #[arg(long, value_name = "RFC3339", value_parser = rfc3339)]
    at: Option<String>,
    /// Digest algorithm / Hàm băm
    #[arg(long, value_parser = ["sha256", "sha384", "sha512"])]
    digest: Option<String>,
    /// Padding of RSA signatures / Kiểu đệm RSA
    #[arg(long, value_parser = ["pkcs1", "pss"])]
    rsa_padding: Option<String>,
    /// Form of errors and of the result / Dạng kết quả và lỗi
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    /// Language of messages; vi unless --options says otherwise / Ngôn ngữ thông báo
    #[arg(long, value_enum)]
    lang: Option<LangArg>,
    /// Settings, one JSON object (kyso.options/1); the command line wins / Tệp thiết lập
    #[arg(long, value_name = "FILE")]
    options: Option<PathBuf>,
    #[command(flatten)]
    later: LaterSign,
}

impl SignXmlArgs {
    /// How errors are told.
    pub(crate) fn voice(&self) -> Voice {
        voice(self.lang, self.format, self.options.as_deref())
    }

    fn secret(&self) -> Option<SecretSource> {
        let environment = self.pin_env.clone().map(SecretSource::Environment);
        environment.or_else(|| self.pin_file.clone().map(SecretSource::File))
    }

    fn settings(&self) -> Result<Options, Failure> {
        if self.format == Format::Html {
            return Err(Failure::usage("unsupported").with("sign --format html"));
        }
        self.later.refuse()?;
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
        overlay.set("reference-folder", self.reference_folder.clone());
        let cid = self.cid.iter();
        let cid: Map<String, Value> = cid
            .map(|(id, file)| (id.clone(), Value::from(file.clone())))
            .collect();
        overlay.set("cid", (!cid.is_empty()).then_some(cid));
        overlay.set("cid-octets", self.cid_octets.clone());
        overlay.set_switch("force", self.force);
        overlay.set("at", self.at.clone());
        overlay.set("digest", self.digest.clone());
        overlay.set("rsa-padding", self.rsa_padding.clone());
        set_lang(&mut overlay, self.lang);
        overlay.over(self.options.as_deref())
    }

    /// A detached signature names the file by its name where nobody says otherwise.
    fn references(&self) -> Vec<String> {
        let own = self.input.file_name().and_then(|name| name.to_str());
        match (self.form.as_deref(), self.reference.as_slice(), own) {
            (Some("detached"), [], Some(name)) => vec![encoded(name)],
            _ => self.reference.clone(),
        }
    }
}

/// One signature.
pub(crate) fn run(args: &SignXmlArgs) -> Result<Exit, Failure> {
    let context = load_context(args.settings()?)?;
    let options = context.options();
    check_replaceable(&args.output, options.force)?;
    let key = keys::open(&args.key, args.secret().as_ref(), options.lang)?;
    let bar = Bar::new(&[&args.input], options.lang);
    let source = Arc::new(FileSource::open(&args.input)?);
    let signed: Signed = sign_xml(&bar.watch(&context, 0), source, &key)
        .map_err(|error| Failure::from(error).about(&args.input))?;
    replace(&args.output, options.force, |out| signed.write_to(out))?;
    drop(bar);
    notes(&signed, options.lang);
    tell(&args.output, &signed, args.format, options.lang)
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

pub(crate) fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((id, file)) if !id.is_empty() && !file.is_empty() => {
            Ok((id.to_owned(), file.to_owned()))
        }
        _ => Err("write ID=FILE".to_owned()),
    }
}

fn parts(text: &str) -> Result<Value, String> {
    let mut place = Map::new();
    for part in text.split(',') {
        let (name, value) = part.split_once('=').ok_or("write city=…,country=…")?;
        place.insert(name.trim().to_owned(), Value::from(value.trim()));
    }
    Ok(Value::Object(place))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uris_and_pairs_are_pairs() {
        assert_eq!(encoded("công văn.pdf"), "c%C3%B4ng%20v%C4%83n.pdf");
        assert!(pair("a=b").is_ok() && pair("=b").is_err() && pair("ab").is_err());
        assert_eq!(parts("city=Hà Nội, country=VN").unwrap()["country"], "VN");
        assert!(parts("Hà Nội").is_err());
    }
}
