//! XML: what a check is told about a document, and what lies outside of it.

use clap::Args;
use serde_json::{Map, Value};

use super::{heading::XML, values::pair};
use crate::settings::Overlay;

/// For every command that checks signatures.
#[derive(Args, Debug)]
#[command(next_help_heading = XML)]
pub(crate) struct OutsideArgs {
    /// Certificate or public key of who signed, for signatures that carry none; repeatable / Chứng thư số hoặc khóa công khai của người ký
    #[arg(long, value_name = "FILE")]
    signer: Vec<String>,
    /// Kind of document; found out by its root element otherwise / Loại văn bản XML
    #[arg(long, value_name = "KIND", value_parser = ["generic", "einvoice", "tax", "health", "school", "edxml"])]
    profile: Option<String>,
    /// What a signature has to cover, #id or a path, instead of what the kind of document asks; repeatable / Phần tử phải được ký
    #[arg(long, value_name = "#ID|PATH")]
    reference: Vec<String>,
    #[command(flatten)]
    beside: BesideArgs,
}

impl OutsideArgs {
    pub(crate) fn lay_over(&self, overlay: &mut Overlay) {
        overlay.set_list("signer", self.signer.iter().cloned());
        overlay.set("profile", self.profile.clone());
        overlay.set_list("reference", self.reference.iter().cloned());
        self.beside.lay_over(overlay);
    }
}

/// What lies beside a document, to be signed or checked with it.
#[derive(Args, Debug)]
pub(crate) struct BesideArgs {
    /// Folder of the files that references name; nothing else is ever opened / Thư mục của các tệp được tham chiếu
    #[arg(long, help_heading = XML, value_name = "DIR")]
    reference_folder: Option<String>,
    /// File with the octets of cid:ID; repeatable / Tệp chứa nội dung của cid:ID
    #[arg(long, help_heading = XML, value_name = "ID=FILE", value_parser = pair)]
    cid: Vec<(String, String)>,
    /// Which octets of an attachment in the package cid: takes / Phần nội dung được băm của tệp đính kèm
    #[arg(long, help_heading = XML, value_name = "FORM", value_parser = ["decoded", "text", "file"])]
    cid_octets: Option<String>,
}

impl BesideArgs {
    pub(crate) fn lay_over(&self, overlay: &mut Overlay) {
        overlay.set("reference-folder", self.reference_folder.clone());
        let cid = self.cid.iter();
        let cid: Map<String, Value> = cid
            .map(|(id, file)| (id.clone(), Value::from(file.clone())))
            .collect();
        overlay.set("cid", (!cid.is_empty()).then_some(cid));
        overlay.set("cid-octets", self.cid_octets.clone());
    }
}
