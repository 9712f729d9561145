//! `kyso sign six`: the six signatures of Circular 01/2019, or the two of Decree 30/2020.

use clap::Args;
use kyso::sign_six;

use super::{SignArgs, page::PageArgs};
use crate::{
    args::heading::{KEYS, PLACE},
    failure::{Exit, Failure},
    keys::KeySpec,
    settings::Overlay,
};

#[derive(Args, Debug)]
#[command(after_help = "\
The person's key signs NguoiKy, first; the organisation's key So, Ngay, Thang, Nam and, last, CoQuan.
Người có thẩm quyền ký trước (NguoiKy); cơ quan ký So, Ngay, Thang, Nam và sau cùng CoQuan.

Examples / Ví dụ:
  kyso sign six cong-van.pdf da-ky.pdf --number 12/QĐ-UBND --date 2026-03-05 --images hinh-anh \\
      --person p12:lanh-dao.p12?pin-env=PIN1 --organisation p12:co-quan.p12?pin-env=PIN2
  kyso sign six cong-van.pdf da-ky.pdf --number 12/QĐ-UBND \\
      --person \"pkcs11:/usr/lib/token.so?token=LANH DAO\" \\
      --organisation \"pkcs11:/usr/lib/token.so?token=CO QUAN\"
      one login for each token / mỗi thiết bị đăng nhập một lần")]
pub(crate) struct SignSixArgs {
    /// Key of the competent person / Khóa của người có thẩm quyền
    #[arg(long, help_heading = KEYS, value_name = "KEY")]
    person: KeySpec,
    /// Key of the organisation / Khóa của cơ quan, tổ chức
    #[arg(long, help_heading = KEYS, value_name = "KEY")]
    organisation: KeySpec,
    #[command(flatten)]
    pages: PageArgs,
    /// Layout scheme / Thể thức
    #[arg(long, help_heading = PLACE, value_name = "NAME", value_parser = ["circular-01", "decree-30"])]
    scheme: Option<String>,
    #[command(flatten)]
    pub(crate) sign: SignArgs,
}

pub(crate) fn run(args: &SignSixArgs) -> Result<Exit, Failure> {
    let mut overlay = Overlay::default();
    args.pages.lay_over(&mut overlay)?;
    overlay.set("scheme", args.scheme.clone());
    args.sign.run(
        overlay,
        Some(&args.pages.password),
        |keys| Ok((keys.open(&args.person)?, keys.open(&args.organisation)?)),
        |context, source, (person, organisation)| sign_six(context, source, person, organisation),
    )
}
