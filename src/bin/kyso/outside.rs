//! What a check is told about XML documents: their kind, their data, and what stands outside of them.

use clap::Args;
use serde_json::{Map, Value};

use crate::settings::Overlay;

/// For every command that checks signatures.
#[derive(Args, Debug)]
pub(crate) struct OutsideArgs {
    /// Certificate or public key of who signed, for signatures that carry none; repeatable / Chứng thư số hoặc khóa công khai của người ký
    #[arg(long, value_name = "FILE")]
    signer: Vec<String>,
    /// XML: the kind of document; found out by its root element otherwise / Loại văn bản XML
    #[arg(long, value_parser = ["generic", "einvoice", "tax", "health", "school", "edxml"])]
    profile: Option<String>,
    /// XML: what a signature has to cover, #id or a path, instead of what the kind of document asks; repeatable / Phần tử phải được ký
    #[arg(long, value_name = "#ID|PATH")]
    reference: Vec<String>,
    /// XML: folder of the files that references name; nothing else is ever opened / Thư mục của các tệp được tham chiếu
    #[arg(long, value_name = "DIR")]
    reference_folder: Option<String>,
    /// XML: file with the octets of cid:ID; repeatable / Tệp chứa nội dung của cid:ID
    #[arg(long, value_name = "ID=FILE", value_parser = crate::sign_xml::pair)]
    cid: Vec<(String, String)>,
    /// XML: which octets of an attachment in the package cid: takes / Phần nội dung được băm của tệp đính kèm
    #[arg(long, value_parser = ["decoded", "text", "file"])]
    cid_octets: Option<String>,
}

impl OutsideArgs {
    pub(crate) fn lay_over(&self, overlay: &mut Overlay) {
        overlay.set_list("signer", self.signer.iter().cloned());
        overlay.set("profile", self.profile.clone());
        overlay.set_list("reference", self.reference.iter().cloned());
        overlay.set("reference-folder", self.reference_folder.clone());
        let cid = self.cid.iter();
        let cid: Map<String, Value> = cid
            .map(|(id, file)| (id.clone(), Value::from(file.clone())))
            .collect();
        overlay.set("cid", (!cid.is_empty()).then_some(cid));
        overlay.set("cid-octets", self.cid_octets.clone());
    }
}
