//! `kyso cert check`.

use std::path::PathBuf;

use clap::Args;
use kyso::{FileVerdict, Options, check_certificate_file};

use crate::{
    args::{
        report::{Format, ReportArgs},
        trust::TrustArgs,
    },
    failure::{Exit, Failure},
    network,
    output::print_line,
    settings::Overlay,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples / Ví dụ:
  kyso cert check --trust root.pem --intermediate ca.pem --crl root.crl --crl ca.crl lanh-dao.pem
      may this certificate sign now? / chứng thư số này có ký được không?
  kyso cert check --trust roots --trust-class vn-gov --expires-within 60 lanh-dao.cer
      of the government's authority, and good for two more months? / có phải chuyên dùng, còn hạn hai tháng?

Exit status / Mã kết thúc: 0 passed, 1 failed, 2 undetermined, 4 not a certificate, 64 wrong usage.")]
pub(crate) struct CertCheckArgs {
    /// The certificate, PEM or DER / Chứng thư số
    #[arg(value_name = "CERT")]
    certificate: PathBuf,
    /// What it is to be used for / Mục đích sử dụng
    #[arg(long, value_name = "PURPOSE", value_parser = ["sign", "timestamp", "ocsp", "any"])]
    purpose: Option<String>,
    /// Warn when it expires within so many days; 30 unless given / Cảnh báo nếu còn ít hơn số ngày này
    #[arg(long, value_name = "DAYS")]
    expires_within: Option<u32>,
    /// Accepted certificate policy; repeatable, any where absent / Chính sách chứng thư được chấp nhận
    #[arg(long, value_name = "OID")]
    policy: Vec<String>,
    /// A certificate policy is demanded / Bắt buộc có chính sách chứng thư
    #[arg(long)]
    explicit_policy: bool,
    /// anyPolicy does not count / Không tính anyPolicy
    #[arg(long)]
    inhibit_any_policy: bool,
    /// Policies are not mapped / Không ánh xạ chính sách
    #[arg(long)]
    inhibit_policy_mapping: bool,
    /// Constraints in the certificates of trust anchors bind nobody / Bỏ qua giới hạn ghi trong chứng thư gốc
    #[arg(long)]
    ignore_anchor_constraints: bool,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

impl CertCheckArgs {
    fn settings(&self) -> Result<Options, Failure> {
        let mut overlay = Overlay::default();
        self.trust.lay_over(&mut overlay);
        overlay.set("purpose", self.purpose.clone());
        overlay.set("expires-within", self.expires_within);
        overlay.set_list("policy", self.policy.iter().cloned());
        overlay.set_switch("explicit-policy", self.explicit_policy);
        overlay.set_switch("inhibit-any-policy", self.inhibit_any_policy);
        overlay.set_switch("inhibit-policy-mapping", self.inhibit_policy_mapping);
        overlay.set_switch("ignore-anchor-constraints", self.ignore_anchor_constraints);
        self.report.settings.over(overlay)
    }
}

/// One report; its verdict is the exit status.
pub(crate) fn check(args: &CertCheckArgs) -> Result<Exit, Failure> {
    let context = network::context(args.settings()?)?;
    let lang = context.options().lang;
    let report = check_certificate_file(&context, &args.certificate)?;
    let exit = Exit::from(report.verdict);
    let text = match args.report.format {
        Format::Json => report.to_json(lang),
        Format::Html => report.to_html(lang),
        Format::Text => report.to_text(lang),
    };
    print_line(&text, exit)?;
    if args.report.format != Format::Text
        && report.verdict == FileVerdict::Unreadable
        && let Some(error) = &report.error
    {
        eprintln!(
            "kyso: {}: {}",
            args.certificate.display(),
            error.message(lang)
        );
    }
    Ok(exit)
}
