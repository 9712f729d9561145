//! What `kyso sign pdf` and `kyso sign six` share: documents with pages.

use clap::Args;

use crate::{
    args::heading::{LOOK, PLACE, SIGNATURE},
    failure::Failure,
    password::PasswordArgs,
    settings::Overlay,
};

/// For every command that signs a PDF.
#[derive(Args, Debug)]
pub(crate) struct PageArgs {
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    /// Sign even where the file had to be repaired to be read / Vẫn ký khi tệp phải sửa mới đọc được
    #[arg(long)]
    force_repaired: bool,
    /// How the signature is embedded / Dạng chữ ký
    #[arg(long, help_heading = SIGNATURE, value_name = "NAME", value_parser = ["ETSI.CAdES.detached", "adbe.pkcs7.detached"])]
    subfilter: Option<String>,
    /// Baseline level (only b-b yet) / Mức chữ ký
    #[arg(long, help_heading = SIGNATURE, value_name = "LEVEL")]
    level: Option<String>,
    /// Reason, written into the signature / Lý do ký
    #[arg(long, help_heading = SIGNATURE, value_name = "TEXT")]
    reason: Option<String>,
    /// Place, written into the signature / Địa điểm ký
    #[arg(long, help_heading = SIGNATURE, value_name = "TEXT")]
    location: Option<String>,
    /// Bytes to keep free in the signature / Số byte chừa thêm trong chữ ký
    #[arg(long, help_heading = SIGNATURE, value_name = "BYTES")]
    reserve: Option<u32>,
    /// How boxes find their places: by the text of the page, or fixed (Decree 30/2020) / Cách định vị khung chữ ký
    #[arg(long, help_heading = PLACE, value_name = "NAME", value_parser = ["text", "boxes"])]
    placement: Option<String>,
    /// The signer's name as it is printed; the certificate's where absent / Họ tên in trên văn bản
    #[arg(long, help_heading = PLACE, value_name = "NAME")]
    signer_name: Option<String>,
    /// Number and notation of the document / Số và ký hiệu văn bản
    #[arg(long, help_heading = LOOK, value_name = "TEXT")]
    number: Option<String>,
    /// Date of the document; today in Viet Nam where absent / Ngày văn bản
    #[arg(long, help_heading = LOOK, value_name = "YYYY-MM-DD")]
    date: Option<String>,
    /// Folder with person.png and seal.png; where one is missing, the name is shown / Thư mục hình chữ ký và con dấu
    #[arg(long, help_heading = LOOK, value_name = "DIR")]
    images: Option<String>,
    /// Size of the seal; else as its file says, else 36 / Kích thước con dấu, mi-li-mét
    #[arg(long, help_heading = LOOK, value_name = "MM")]
    seal_size_mm: Option<f64>,
    /// TrueType font for text, or bundled; else the system's Times New Roman, else the bundled font / Phông chữ
    #[arg(long, help_heading = LOOK, value_name = "FILE")]
    font: Option<String>,
    /// TrueType font for the parts of the date / Phông chữ nghiêng cho ngày, tháng, năm
    #[arg(long, help_heading = LOOK, value_name = "FILE")]
    font_italic: Option<String>,
}

impl PageArgs {
    pub(crate) fn lay_over(&self, overlay: &mut Overlay) -> Result<(), Failure> {
        if let Some(level) = self.level.as_deref().filter(|level| *level != "b-b") {
            return Err(Failure::usage("unsupported").with(format!("--level {level}")));
        }
        overlay.set_switch("force-repaired", self.force_repaired);
        overlay.set("subfilter", self.subfilter.clone());
        overlay.set("reason", self.reason.clone());
        overlay.set("location", self.location.clone());
        overlay.set("reserve", self.reserve);
        overlay.set("placement", self.placement.clone());
        overlay.set("signer-name", self.signer_name.clone());
        overlay.set("number", self.number.clone());
        overlay.set("date", self.date.clone());
        overlay.set("images", self.images.clone());
        overlay.set("seal-size-mm", self.seal_size_mm);
        overlay.set("font", self.font.clone());
        overlay.set("font-italic", self.font_italic.clone());
        Ok(())
    }
}
