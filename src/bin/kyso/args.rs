//! The command line. Names are those of the contract; nothing is renamed, only added.

use std::path::{Path, PathBuf};

use clap::{Args, Parser, Subcommand, ValueEnum};
use kyso::{Lang, Options, SecretSource, Time};
use serde_json::{Value, json};

use crate::{
    cert::CertCheckArgs,
    facts::JudgeArgs,
    failure::{Failure, Voice},
    keys::KeySpec,
    outside::OutsideArgs,
    password::PasswordArgs,
    settings::{Overlay, lang_name, lang_of},
    sign_xml::SignXmlArgs,
};

const EXAMPLES: &str = "\
Examples / Ví dụ:
  kyso demo
      try it out: throw-away keys, six signatures, a check / dùng thử
  kyso verify --trust root.pem --crl root.crl --crl issuing.crl cong-van.pdf
      check all signatures of a document / kiểm tra mọi chữ ký
  kyso sign six cong-van.pdf da-ky.pdf --person p12:lanh-dao.p12 --organisation p12:co-quan.p12 --number 12/QĐ-UBND
      all six signatures of Circular 01/2019 / ký đủ sáu chữ ký

Exit status of verify: 0 all passed, 1 failed, 2 undetermined, 3 no signature, 4 unreadable, 64 wrong usage.
Mã kết thúc của verify: 0 đạt, 1 không đạt, 2 chưa kết luận, 3 không có chữ ký, 4 không đọc được, 64 sai cách dùng.";

/// Digital signatures in PDF, made and checked / Ký số và kiểm tra chữ ký số trong tệp PDF
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES, max_term_width = 110)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
#[expect(
    clippy::large_enum_variant,
    reason = "there is one, for as long as the program runs"
)]
pub(crate) enum Command {
    /// Try everything out with throw-away keys / Dùng thử với khóa tạm
    #[cfg(feature = "demo")]
    Demo(DemoArgs),
    /// Check the signatures of files / Kiểm tra chữ ký số của tệp
    Verify(VerifyArgs),
    /// Find out everything about signatures and print it, to be judged later / Ghi lại dữ kiện để xét sau
    Facts(VerifyArgs),
    /// Judge what `facts` printed, without file and network / Xét lại dữ kiện, không cần tệp và mạng
    Judge(JudgeArgs),
    /// Sign a document / Ký số văn bản
    #[command(subcommand)]
    Sign(Sign),
    /// Check certificates by themselves / Kiểm tra chứng thư số
    #[command(subcommand)]
    Cert(Cert),
    /// Show revisions, fields, signatures and certificates, without a verdict / Xem cấu trúc tệp, không kết luận
    Inspect(InspectArgs),
    /// Find keys on tokens / Tìm khóa trên thiết bị
    #[command(subcommand)]
    Keys(Keys),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Keys {
    /// List tokens and their certificates, without a PIN / Liệt kê thiết bị và chứng thư số, không cần mã PIN
    #[command(after_help = "\
Example / Ví dụ:
  kyso keys list /usr/lib/softhsm/libsofthsm2.so")]
    List(ListArgs),
}

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// PKCS#11 module of the token's maker / Thư viện PKCS#11 của thiết bị
    #[arg(value_name = "MODULE")]
    pub(crate) module: String,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cert {
    /// Check one certificate: path, revocation, class, before signing / Kiểm tra một chứng thư số trước khi ký
    Check(CertCheckArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sign {
    /// Put one signature into a PDF / Đặt một chữ ký vào tệp PDF
    #[command(after_help = "\
Example / Ví dụ:
  kyso sign pdf in.pdf out.pdf --key p12:lanh-dao.p12 --page -1 --rect 300,80,540,140 --reason \"Phê duyệt\"
  kyso sign pdf in.pdf out.pdf --key p12:lanh-dao.p12 --role person --images hinh-anh
  kyso sign pdf in.pdf out.pdf --key p12:van-thu.p12 --role copy --copy-form \"SAO Y\"
  kyso sign pdf in.pdf out.pdf --key \"pkcs11:/usr/lib/token.so?token=VP UBND&object=Con dau\"

Keys on tokens: pkcs11:MODULE?token=LABEL&object=LABEL, or a URI by RFC 7512 with module-path. Attributes: token, serial,
manufacturer, model, slot-id, object, id=%01, cert=FILE, pin-env, pin-file, pin-source. kyso keys list MODULE shows them.")]
    Pdf(SignPdfArgs),
    /// Put all six signatures of Circular 01/2019 (or the two of Decree 30/2020) into a PDF / Ký đủ sáu chữ ký theo Thông tư 01/2019
    #[command(after_help = "\
The person's key signs NguoiKy, first; the organisation's key signs So, Ngay, Thang, Nam and, last, CoQuan.
Khóa của người có thẩm quyền ký trước (NguoiKy); khóa của cơ quan ký So, Ngay, Thang, Nam và sau cùng CoQuan.

Example / Ví dụ:
  kyso sign six cong-van.pdf da-ky.pdf --person p12:lanh-dao.p12?pin-env=PIN1 \\
      --organisation p12:co-quan.p12?pin-env=PIN2 --number 12/QĐ-UBND --date 2026-03-05 --images hinh-anh
  kyso sign six cong-van.pdf da-ky.pdf --number 12/QĐ-UBND --person \"pkcs11:/usr/lib/token.so?token=LANH DAO\" \\
      --organisation \"pkcs11:/usr/lib/token.so?token=CO QUAN\"    one login for each token / mỗi thiết bị đăng nhập một lần")]
    Six(SignSixArgs),
    /// Sign an XML document: e-invoice, tax return, health record, edXML, or any other / Ký tài liệu XML: hóa đơn, tờ khai thuế, hồ sơ BHYT, edXML…
    Xml(SignXmlArgs),
}

/// The form of what is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Html,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    Vi,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Vi => Self::Vi,
            LangArg::En => Self::En,
        }
    }
}

/// What every command that prints a report takes.
#[derive(Args, Debug)]
pub(crate) struct ReportArgs {
    /// Form of the result / Dạng kết quả
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Language of messages; vi unless --options says otherwise / Ngôn ngữ thông báo
    #[arg(long, value_enum)]
    pub(crate) lang: Option<LangArg>,
    /// Settings, one JSON object (kyso.options/1); the command line wins / Tệp thiết lập
    #[arg(long, value_name = "FILE")]
    pub(crate) options: Option<PathBuf>,
}

impl ReportArgs {
    /// How errors are told.
    pub(crate) fn voice(&self) -> Voice {
        voice(self.lang, self.format, self.options.as_deref())
    }
}

/// The command line says the language, else the settings, else it is Vietnamese.
pub(crate) fn voice(lang: Option<LangArg>, format: Format, options: Option<&Path>) -> Voice {
    let lang = lang.map(Lang::from).or_else(|| options.and_then(lang_of));
    Voice {
        lang: lang.unwrap_or(Lang::Vi),
        json: format == Format::Json,
    }
}

pub(crate) fn set_lang(overlay: &mut Overlay, lang: Option<LangArg>) {
    overlay.set("lang", lang.map(|lang| lang_name(lang.into())));
}

/// Options that the contract names and that do nothing yet. They are refused by name: an option that is
/// silently ignored would make a check look stricter than it was.
macro_rules! later {
    ($(#[$doc:meta])* $name:ident { $($field:ident = $long:literal,)* }) => {
        $(#[$doc])*
        #[derive(Args, Debug)]
        pub(crate) struct $name {
            $(#[arg(long = $long, value_name = "VALUE", hide = true, num_args = 1)] $field: Vec<String>,)*
        }

        impl $name {
            pub(crate) fn refuse(&self) -> Result<(), Failure> {
                $(if !self.$field.is_empty() {
                    return Err(Failure::usage("unsupported").with(concat!("--", $long)));
                })*
                Ok(())
            }
        }
    };
}

later! {
    LaterVerify {
        detached = "detached",
    }
}

later! {
    LaterSign {
        tsa = "tsa", deadline = "deadline", proxy = "proxy",
    }
}

/// What is trusted, and how strictly: for every command that judges certificates.
#[derive(Args, Debug)]
pub(crate) struct TrustArgs {
    /// Trust anchors: root certificates in PEM or DER, or a folder of them; repeatable / Chứng thư gốc tin cậy
    #[arg(long, value_name = "FILE|DIR")]
    trust: Vec<String>,
    /// Further CA certificates for building paths; repeatable / Chứng thư trung gian
    #[arg(long, value_name = "FILE|DIR")]
    intermediate: Vec<String>,
    /// Certificate revocation lists; repeatable / Danh sách chứng thư bị thu hồi
    #[arg(long, value_name = "FILE|DIR")]
    crl: Vec<String>,
    /// OCSP responses (DER); repeatable / Phản hồi OCSP
    #[arg(long, value_name = "FILE|DIR")]
    ocsp: Vec<String>,
    /// Oldest revocation information that is accepted, in seconds; nextUpdate does not count then / Tuổi tối đa của thông tin thu hồi
    #[arg(long, value_name = "SECONDS")]
    revocation_max_age: Option<u64>,
    /// Judge as of this time instead of now / Thời điểm xét, mặc định là hiện tại
    #[arg(long, value_name = "RFC3339", value_parser = rfc3339)]
    at: Option<String>,
    /// No network at all / Không dùng mạng
    #[arg(long)]
    offline: bool,
    /// Time for all fetching together, 60 unless given / Thời gian tối đa để tải dữ liệu qua mạng
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    deadline: Option<f64>,
    /// Proxy, http://[USER:PASSWORD@]HOST:PORT / Máy chủ proxy
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Fetch what stands on HOST from URL or out of a folder; repeatable / Lấy dữ liệu của HOST từ nơi khác
    #[arg(long, value_name = "HOST=URL|DIR")]
    mirror: Vec<String>,
    /// Host, address or network that is asked although it is not public; repeatable / Cho phép máy chủ nội bộ
    #[arg(long, value_name = "HOST|CIDR")]
    allow_host: Vec<String>,
    /// Folder that keeps what was fetched / Thư mục lưu dữ liệu đã tải
    #[arg(long, value_name = "DIR")]
    cache: Option<String>,
    /// What to make of the nonce of OCSP responses / Cách xử lý nonce của OCSP
    #[arg(long, value_name = "MODE", value_parser = ["if-present", "require", "ignore"])]
    ocsp_nonce: Option<String>,
    /// What an unknown revocation status means / Khi không biết tình trạng thu hồi
    #[arg(long, value_name = "MODE", value_parser = ["require", "report", "ignore"])]
    revocation: Option<String>,
    /// Demand a path to an authority of this class; any other fails / Yêu cầu loại chứng thư số
    #[arg(long, value_name = "CLASS", value_parser = ["vn-gov", "vn-public"])]
    trust_class: Option<String>,
    /// Which algorithms are accepted until when (kyso.policy/1) / Tệp chính sách thuật toán
    #[arg(long, value_name = "FILE")]
    policy_file: Option<String>,
}

impl TrustArgs {
    pub(crate) fn lay_over(&self, overlay: &mut Overlay) {
        overlay.set_list("trust", self.trust.iter().cloned());
        overlay.set_list("intermediate", self.intermediate.iter().cloned());
        overlay.set_list("crl", self.crl.iter().cloned());
        overlay.set_list("ocsp", self.ocsp.iter().cloned());
        overlay.set("revocation-max-age", self.revocation_max_age);
        overlay.set("at", self.at.clone());
        overlay.set_switch("offline", self.offline);
        overlay.set("deadline", self.deadline);
        overlay.set("proxy", self.proxy.clone());
        overlay.set_list("mirror", self.mirror.iter().cloned());
        overlay.set_list("allow-host", self.allow_host.iter().cloned());
        overlay.set("cache", self.cache.clone());
        overlay.set("ocsp-nonce", self.ocsp_nonce.clone());
        overlay.set("revocation", self.revocation.clone());
        overlay.set("trust-class", self.trust_class.clone());
        overlay.set("policy-file", self.policy_file.clone());
    }
}

#[derive(Args, Debug)]
#[command(after_help = "\
Examples / Ví dụ:
  kyso verify --trust root.pem --crl root.crl --crl issuing.crl da-ky.pdf
  kyso verify --format json --lang en --trust ca-folder *.pdf > reports.ndjson

Exit status / Mã kết thúc: 0 passed, 1 failed, 2 undetermined, 3 no signature, 4 unreadable, 64 wrong usage; the worst of all files.")]
pub(crate) struct VerifyArgs {
    /// Files to check / Các tệp cần kiểm tra
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    outside: OutsideArgs,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
    #[command(flatten)]
    later: LaterVerify,
}

impl VerifyArgs {
    pub(crate) fn refuse_unsupported(&self) -> Result<(), Failure> {
        self.later.refuse()
    }

    pub(crate) fn settings(&self) -> Result<Options, Failure> {
        let mut overlay = Overlay::default();
        self.trust.lay_over(&mut overlay);
        self.outside.lay_over(&mut overlay);
        set_lang(&mut overlay, self.report.lang);
        overlay.over(self.report.options.as_deref())
    }
}

#[cfg(feature = "demo")]
#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Folder for the files / Thư mục kết quả
    #[arg(long, value_name = "DIR", default_value = "kyso-demo")]
    pub(crate) out: PathBuf,
    /// Language of messages / Ngôn ngữ thông báo
    #[arg(long, value_enum, default_value = "vi")]
    lang: LangArg,
}

#[cfg(feature = "demo")]
impl DemoArgs {
    pub(crate) fn lang(&self) -> Lang {
        self.lang.into()
    }

    /// How errors are told.
    pub(crate) fn voice(&self) -> Voice {
        voice(Some(self.lang), Format::Text, None)
    }
}

#[derive(Args, Debug)]
pub(crate) struct InspectArgs {
    /// The file to look into / Tệp cần xem
    #[arg(value_name = "FILE")]
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

impl InspectArgs {
    pub(crate) fn settings(&self) -> Result<Options, Failure> {
        let mut overlay = Overlay::default();
        set_lang(&mut overlay, self.report.lang);
        overlay.over(self.report.options.as_deref())
    }
}

/// What every signing command takes.
#[derive(Args, Debug)]
pub(crate) struct SigningArgs {
    /// The document / Tệp cần ký
    #[arg(value_name = "IN")]
    pub(crate) input: PathBuf,
    /// Where the signed document goes; may be IN / Tệp kết quả
    #[arg(value_name = "OUT")]
    pub(crate) output: PathBuf,
    /// Replace OUT when it exists / Ghi đè tệp kết quả nếu đã có
    #[arg(long)]
    force: bool,
    /// Sign even where the file had to be repaired to be read / Vẫn ký khi tệp phải sửa mới đọc được
    #[arg(long)]
    force_repaired: bool,
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
    /// How the signature is embedded / Dạng chữ ký
    #[arg(long, value_parser = ["ETSI.CAdES.detached", "adbe.pkcs7.detached"])]
    subfilter: Option<String>,
    /// Baseline level (only b-b yet) / Mức chữ ký
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,
    /// Reason, written into the signature / Lý do ký
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    /// Place, written into the signature / Địa điểm ký
    #[arg(long, value_name = "TEXT")]
    location: Option<String>,
    /// Bytes to keep free in the signature / Số byte chừa thêm trong chữ ký
    #[arg(long, value_name = "BYTES")]
    reserve: Option<u32>,
    /// Folder with person.png and seal.png; where one is missing, the name is shown / Thư mục hình chữ ký và con dấu
    #[arg(long, value_name = "DIR")]
    images: Option<String>,
    /// Size of the seal; else as its file says, else 36 / Kích thước con dấu, mi-li-mét
    #[arg(long, value_name = "MM")]
    seal_size_mm: Option<f64>,
    /// TrueType font for text, or bundled; else the system's Times New Roman, else the bundled font / Phông chữ
    #[arg(long, value_name = "FILE")]
    font: Option<String>,
    /// TrueType font for the parts of the date / Phông chữ nghiêng cho ngày, tháng, năm
    #[arg(long, value_name = "FILE")]
    font_italic: Option<String>,
    /// Number and notation of the document / Số và ký hiệu văn bản
    #[arg(long, value_name = "TEXT")]
    number: Option<String>,
    /// Date of the document; today in Viet Nam where absent / Ngày văn bản
    #[arg(long, value_name = "YYYY-MM-DD")]
    date: Option<String>,
    /// How boxes find their places: by the text of the page, or fixed (Decree 30/2020) / Cách định vị khung chữ ký
    #[arg(long, value_parser = ["text", "boxes"])]
    placement: Option<String>,
    /// The signer's name as it is printed; the certificate's where absent / Họ tên in trên văn bản
    #[arg(long, value_name = "NAME")]
    signer_name: Option<String>,
    /// Form of errors and of the result / Dạng kết quả và lỗi
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
    /// Language of messages; vi unless --options says otherwise / Ngôn ngữ thông báo
    #[arg(long, value_enum)]
    lang: Option<LangArg>,
    /// Settings, one JSON object (kyso.options/1); the command line wins / Tệp thiết lập
    #[arg(long, value_name = "FILE")]
    options: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    #[command(flatten)]
    later: LaterSign,
}

impl SigningArgs {
    /// How errors are told.
    pub(crate) fn voice(&self) -> Voice {
        voice(self.lang, self.format, self.options.as_deref())
    }

    /// Where the secrets of keys come from that name no source of their own.
    pub(crate) fn secret(&self) -> Option<SecretSource> {
        let environment = self.pin_env.clone().map(SecretSource::Environment);
        environment.or_else(|| self.pin_file.clone().map(SecretSource::File))
    }

    fn refuse_unsupported(&self) -> Result<(), Failure> {
        if self.format == Format::Html {
            return Err(Failure::usage("unsupported").with("sign --format html"));
        }
        match self.level.as_deref() {
            None | Some("b-b") => self.later.refuse(),
            Some(level) => Err(Failure::usage("unsupported").with(format!("--level {level}"))),
        }
    }

    fn overlay(&self) -> Overlay {
        let mut overlay = Overlay::default();
        overlay.set_switch("force", self.force);
        overlay.set_switch("force-repaired", self.force_repaired);
        overlay.set("at", self.at.clone());
        overlay.set("digest", self.digest.clone());
        overlay.set("rsa-padding", self.rsa_padding.clone());
        overlay.set("subfilter", self.subfilter.clone());
        overlay.set("reason", self.reason.clone());
        overlay.set("location", self.location.clone());
        overlay.set("reserve", self.reserve);
        overlay.set("placement", self.placement.clone());
        overlay.set("signer-name", self.signer_name.clone());
        overlay.set("images", self.images.clone());
        overlay.set("seal-size-mm", self.seal_size_mm);
        overlay.set("font", self.font.clone());
        overlay.set("font-italic", self.font_italic.clone());
        overlay.set("number", self.number.clone());
        overlay.set("date", self.date.clone());
        set_lang(&mut overlay, self.lang);
        overlay
    }
}

#[derive(Args, Debug)]
pub(crate) struct SignPdfArgs {
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
    /// The key: p12:FILE, pem:KEYFILE,CERTFILE[,CHAINFILE] or pkcs11:MODULE?token=LABEL&object=LABEL, with ?pin-env=NAME or ?pin-file=FILE / Khóa ký
    #[arg(long, value_name = "KEY")]
    pub(crate) key: KeySpec,
    /// What the signature stands for: gives field name, place and look / Vai trò của chữ ký
    #[arg(long, value_parser = ["person", "organisation", "number", "day", "month", "year", "appendix", "copy", "incoming"])]
    role: Option<String>,
    /// The form of a copy, with --role copy / Hình thức sao
    #[arg(long, value_parser = ["SAO Y", "SAO LỤC", "TRÍCH SAO"])]
    copy_form: Option<String>,
    /// PNG picture to show instead of the signer's name / Hình ảnh hiển thị thay cho tên
    #[arg(long, value_name = "FILE", conflicts_with = "images")]
    image: Option<String>,
    /// Field to fill or to make / Tên trường chữ ký
    #[arg(long, value_name = "NAME")]
    field: Option<String>,
    /// Page, from 1; -1 is the last / Trang, đếm từ 1; -1 là trang cuối
    #[arg(long, value_name = "N", allow_negative_numbers = true)]
    page: Option<i32>,
    /// Left,bottom,right,top in points (1/72 inch) / Khung chữ ký, đơn vị điểm
    #[arg(long, value_name = "L,B,R,T", value_parser = rect, allow_hyphen_values = true)]
    rect: Option<Value>,
    /// Text of the page beside which the box stands / Chữ trên trang mà khung đặt cạnh
    #[arg(long, value_name = "TEXT", conflicts_with = "rect")]
    near: Option<String>,
    /// Which hit of --near, from 1; -1 is the last / Lần xuất hiện thứ mấy của --near
    #[arg(
        long,
        value_name = "N",
        allow_negative_numbers = true,
        requires = "near"
    )]
    nth: Option<i32>,
    /// On which side of --near / Phía nào của --near
    #[arg(long, value_parser = ["right", "left", "above", "below"], requires = "near")]
    near_side: Option<String>,
    /// Width,height in points of the box beside --near / Kích thước khung cạnh --near, đơn vị điểm
    #[arg(long, value_name = "W,H", value_parser = size, requires = "near")]
    near_size: Option<Value>,
    /// Certify: 1 no changes later, 2 form filling and signing, 3 comments as well / Ký chứng nhận
    #[arg(long, value_name = "1|2|3", value_parser = clap::value_parser!(u8).range(1..=3))]
    certify: Option<u8>,
    /// Lock form fields: all, include:A,B or exclude:A,B / Khóa các trường biểu mẫu
    #[arg(long, value_name = "LOCK", value_parser = lock)]
    lock: Option<Value>,
    /// Layout scheme / Thể thức
    #[arg(long, value_parser = ["circular-01", "decree-30"], hide = true)]
    scheme: Option<String>,
}

impl SignPdfArgs {
    pub(crate) fn refuse_unsupported(&self) -> Result<(), Failure> {
        self.signing.refuse_unsupported()
    }

    pub(crate) fn settings(&self) -> Result<Options, Failure> {
        let mut overlay = self.signing.overlay();
        overlay.set("role", self.role.clone());
        overlay.set("copy-form", self.copy_form.clone());
        overlay.set("image", self.image.clone());
        overlay.set("field", self.field.clone());
        overlay.set("page", self.page);
        overlay.set("rect", self.rect.clone());
        overlay.set("near", self.near.clone());
        overlay.set("nth", self.nth);
        overlay.set("near-side", self.near_side.clone());
        overlay.set("near-size", self.near_size.clone());
        overlay.set("certify", self.certify);
        overlay.set("lock", self.lock.clone());
        overlay.set("scheme", self.scheme.clone());
        overlay.over(self.signing.options.as_deref())
    }
}

#[derive(Args, Debug)]
pub(crate) struct SignSixArgs {
    #[command(flatten)]
    pub(crate) signing: SigningArgs,
    /// Key of the competent person / Khóa của người có thẩm quyền
    #[arg(long, value_name = "KEY")]
    pub(crate) person: KeySpec,
    /// Key of the organisation / Khóa của cơ quan, tổ chức
    #[arg(long, value_name = "KEY")]
    pub(crate) organisation: KeySpec,
    /// Layout scheme / Thể thức
    #[arg(long, value_parser = ["circular-01", "decree-30"])]
    scheme: Option<String>,
}

impl SignSixArgs {
    pub(crate) fn refuse_unsupported(&self) -> Result<(), Failure> {
        self.signing.refuse_unsupported()
    }

    pub(crate) fn settings(&self) -> Result<Options, Failure> {
        let mut overlay = self.signing.overlay();
        overlay.set("scheme", self.scheme.clone());
        overlay.over(self.signing.options.as_deref())
    }
}

pub(crate) fn rfc3339(text: &str) -> Result<String, String> {
    match Time::from_rfc3339(text) {
        Some(_) => Ok(text.to_owned()),
        None => Err("write a time like 2026-03-05T09:30:00+07:00".to_owned()),
    }
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(seconds) if seconds.is_finite() && seconds >= 0.0 => Ok(seconds),
        _ => Err("write a number of seconds".to_owned()),
    }
}

fn rect(text: &str) -> Result<Value, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(str::parse).collect();
    match numbers {
        Ok(numbers) if numbers.len() == 4 && numbers.iter().all(|n| n.is_finite()) => {
            Ok(numbers.into())
        }
        _ => Err("write four numbers: left,bottom,right,top".to_owned()),
    }
}

fn size(text: &str) -> Result<Value, String> {
    let numbers: Result<Vec<f64>, _> = text.split(',').map(str::parse).collect();
    match numbers {
        Ok(numbers) if numbers.len() == 2 && numbers.iter().all(|n| n.is_finite() && *n > 0.0) => {
            Ok(numbers.into())
        }
        _ => Err("write two numbers: width,height".to_owned()),
    }
}

fn lock(text: &str) -> Result<Value, String> {
    let names = |list: &str| Value::from(list.split(',').map(str::to_owned).collect::<Vec<_>>());
    match text.split_once(':') {
        None if text == "all" => Ok(json!("all")),
        Some((how @ ("include" | "exclude"), list)) if !list.is_empty() => {
            Ok(json!({ how: names(list) }))
        }
        _ => Err("write all, include:A,B or exclude:A,B".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use kyso::LockOption;

    use super::*;

    fn parse(line: &str) -> Result<Cli, clap::Error> {
        Cli::try_parse_from(line.split(' '))
    }

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_option_reaches_the_settings() {
        let line = "kyso sign pdf a.pdf b.pdf --key p12:k.p12 --field F --page -1 --rect 1,2,3.5,4 --certify 2 \
                    --lock include:A,B --at 2026-03-05T09:30:00+07:00 --digest sha512 --rsa-padding pss --force \
                    --subfilter adbe.pkcs7.detached --reason R --location L --reserve 9 --lang en --force-repaired";
        let line = line.split_whitespace().collect::<Vec<_>>().join(" ");
        let Command::Sign(Sign::Pdf(args)) = parse(&line).unwrap().command else {
            panic!()
        };
        let options = args.settings().unwrap();
        assert_eq!(
            (options.page, options.certify, options.reserve),
            (Some(-1), Some(2), 9)
        );
        assert_eq!(options.rect, Some([1.0, 2.0, 3.5, 4.0]));
        assert_eq!(
            options.lock,
            Some(LockOption::Include(vec!["A".into(), "B".into()]))
        );
        assert!(options.force && options.force_repaired && options.at.is_some());
        assert_eq!(
            (options.lang, options.field.as_deref()),
            (Lang::En, Some("F"))
        );
    }

    #[test]
    fn what_does_nothing_yet_is_refused_by_name() {
        let line = "kyso verify --detached a.pdf a.pdf";
        let Command::Verify(args) = parse(line).unwrap().command else {
            panic!()
        };
        assert!(args.refuse_unsupported().is_err());
        for option in ["--tsa http://x", "--level b-t"] {
            let line = format!("kyso sign pdf a b --key p12:k {option}");
            let Command::Sign(Sign::Pdf(args)) = parse(&line).unwrap().command else {
                panic!()
            };
            assert!(args.refuse_unsupported().is_err(), "{option}");
        }
    }

    #[test]
    fn wrong_usage_is_noticed() {
        for line in [
            "kyso",
            "kyso verify",
            "kyso verify --at yesterday a.pdf",
            "kyso verify --trust-class other a.pdf",
            "kyso cert check",
            "kyso cert check a.pem --purpose tls",
            "kyso verify --revocation maybe a.pdf",
            "kyso verify --deadline soon a.pdf",
            "kyso verify --ocsp-nonce maybe a.pdf",
            "kyso sign pdf a b",
            "kyso sign pdf a b --key p12:k --rect 1,2",
            "kyso sign pdf a b --key p12:k --pin-env A --pin-file B",
            "kyso sign six a b --person p12:k",
        ] {
            assert!(parse(line).is_err_and(|error| error.use_stderr()), "{line}");
        }
    }
}
