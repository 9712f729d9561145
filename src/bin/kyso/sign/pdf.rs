//! `kyso sign pdf`: one signature.

use clap::Args;
use kyso::sign_pdf;
use serde_json::Value;

use super::{SignArgs, page::PageArgs};
use crate::{
    args::{
        heading::{KEYS, LOOK, PLACE, SIGNATURE},
        values::{lock, rect, size},
    },
    failure::{Exit, Failure},
    keys::KeySpec,
    settings::Overlay,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Example / Ví dụ:
  kyso sign pdf in.pdf out.pdf --key p12:lanh-dao.p12 --reason \"Phê duyệt\"
      not to be seen / không hiển thị
  kyso sign pdf in.pdf out.pdf --key p12:lanh-dao.p12 --page -1 --rect 300,80,540,140
  kyso sign pdf in.pdf out.pdf --key p12:lanh-dao.p12 --role person --images hinh-anh
  kyso sign pdf in.pdf out.pdf --key p12:van-thu.p12 --role copy --copy-form \"SAO Y\"
  kyso sign pdf in.pdf out.pdf --key \"pkcs11:/usr/lib/token.so?token=VP UBND&object=Con dau\"

Without --field, --role, --rect and --near the signature is not to be seen on the page.
Không có --field, --role, --rect hoặc --near thì chữ ký không hiển thị trên trang.

Keys on tokens: pkcs11:MODULE?token=LABEL&object=LABEL, or a URI by RFC 7512 with module-path.
Attributes: token, serial, manufacturer, model, slot-id, object, id=%01, cert=FILE, pin-env,
pin-file, pin-source. kyso keys list MODULE shows them.")]
pub(crate) struct SignPdfArgs {
    /// The key: p12:FILE, pem:KEYFILE,CERTFILE[,CHAINFILE] or pkcs11:MODULE?token=LABEL&object=LABEL, with ?pin-env=NAME or ?pin-file=FILE / Khóa ký
    #[arg(long, help_heading = KEYS, value_name = "KEY")]
    key: KeySpec,
    #[command(flatten)]
    pages: PageArgs,
    /// Certify: 1 no changes later, 2 form filling and signing, 3 comments as well / Ký chứng nhận
    #[arg(long, help_heading = SIGNATURE, value_name = "1|2|3", value_parser = clap::value_parser!(u8).range(1..=3))]
    certify: Option<u8>,
    /// Lock form fields: all, include:A,B or exclude:A,B / Khóa các trường biểu mẫu
    #[arg(long, help_heading = SIGNATURE, value_name = "LOCK", value_parser = lock)]
    lock: Option<Value>,
    /// What the signature stands for: gives field name, place and look / Vai trò của chữ ký
    #[arg(long, help_heading = PLACE, value_name = "NAME", value_parser = ["person", "organisation", "number", "day", "month", "year", "appendix", "copy", "incoming"])]
    role: Option<String>,
    /// Field to fill or to make / Tên trường chữ ký
    #[arg(long, help_heading = PLACE, value_name = "NAME")]
    field: Option<String>,
    /// Page, from 1; -1 is the last / Trang, đếm từ 1; -1 là trang cuối
    #[arg(long, help_heading = PLACE, value_name = "N", allow_negative_numbers = true)]
    page: Option<i32>,
    /// Left,bottom,right,top in points (1/72 inch) / Khung chữ ký, đơn vị điểm
    #[arg(long, help_heading = PLACE, value_name = "L,B,R,T", value_parser = rect, allow_hyphen_values = true)]
    rect: Option<Value>,
    /// Text of the page beside which the box stands / Chữ trên trang mà khung đặt cạnh
    #[arg(long, help_heading = PLACE, value_name = "TEXT", conflicts_with = "rect")]
    near: Option<String>,
    /// Which hit of --near, from 1; -1 is the last / Lần xuất hiện thứ mấy của --near
    #[arg(
        long, help_heading = PLACE,
        value_name = "N",
        allow_negative_numbers = true,
        requires = "near"
    )]
    nth: Option<i32>,
    /// On which side of --near / Phía nào của --near
    #[arg(long, help_heading = PLACE, value_name = "NAME", value_parser = ["right", "left", "above", "below"], requires = "near")]
    near_side: Option<String>,
    /// Width,height in points of the box beside --near / Kích thước khung cạnh --near, đơn vị điểm
    #[arg(long, help_heading = PLACE, value_name = "W,H", value_parser = size, requires = "near")]
    near_size: Option<Value>,
    /// PNG picture to show instead of the signer's name / Hình ảnh hiển thị thay cho tên
    #[arg(long, help_heading = LOOK, value_name = "FILE", conflicts_with = "images")]
    image: Option<String>,
    /// The form of a copy, with --role copy / Hình thức sao
    #[arg(long, help_heading = LOOK, value_name = "NAME", value_parser = ["SAO Y", "SAO LỤC", "TRÍCH SAO"])]
    copy_form: Option<String>,
    /// Layout scheme / Thể thức
    #[arg(long, value_name = "NAME", value_parser = ["circular-01", "decree-30"], hide = true)]
    scheme: Option<String>,
    #[command(flatten)]
    pub(crate) sign: SignArgs,
}

impl SignPdfArgs {
    pub(crate) fn overlay(&self) -> Result<Overlay, Failure> {
        let mut overlay = Overlay::default();
        self.pages.lay_over(&mut overlay)?;
        overlay.set("certify", self.certify);
        overlay.set("lock", self.lock.clone());
        overlay.set("role", self.role.clone());
        overlay.set("field", self.field.clone());
        overlay.set("page", self.page);
        overlay.set("rect", self.rect.clone());
        overlay.set("near", self.near.clone());
        overlay.set("nth", self.nth);
        overlay.set("near-side", self.near_side.clone());
        overlay.set("near-size", self.near_size.clone());
        overlay.set("image", self.image.clone());
        overlay.set("copy-form", self.copy_form.clone());
        overlay.set("scheme", self.scheme.clone());
        Ok(overlay)
    }
}

pub(crate) fn run(args: &SignPdfArgs) -> Result<Exit, Failure> {
    args.sign.run(
        args.overlay()?,
        Some(&args.pages.password),
        |keys| keys.open(&args.key),
        sign_pdf,
    )
}
