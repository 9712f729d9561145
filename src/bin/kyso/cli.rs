//! The command line. Names are those of the contract; nothing is renamed, only added.

use clap::{Parser, Subcommand};

#[cfg(feature = "demo")]
use crate::demo::DemoArgs;
use crate::{
    cert::CertCheckArgs,
    facts::JudgeArgs,
    inspect::InspectArgs,
    sign::{pdf::SignPdfArgs, six::SignSixArgs, xml::SignXmlArgs},
    tokens::ListArgs,
    verify::VerifyArgs,
};

const EXAMPLES: &str = "\
Examples / Ví dụ:
  kyso demo
      try it out: throw-away keys, six signatures, a check / dùng thử
  kyso verify --trust root.pem --crl root.crl --crl issuing.crl cong-van.pdf
      check all signatures of a document / kiểm tra mọi chữ ký
  kyso sign six cong-van.pdf da-ky.pdf --number 12/QĐ-UBND \\
      --person p12:lanh-dao.p12 --organisation p12:co-quan.p12
      all six signatures of Circular 01/2019 / ký đủ sáu chữ ký";

/// Digital signatures in PDF and XML, made and checked / Ký số và kiểm tra chữ ký số, tệp PDF và XML
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
    List(ListArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Cert {
    /// Check one certificate: path, revocation, class, before signing / Kiểm tra một chứng thư số trước khi ký
    Check(CertCheckArgs),
}

#[derive(Debug, Subcommand)]
pub(crate) enum Sign {
    /// Put one signature into a PDF / Đặt một chữ ký vào tệp PDF
    Pdf(SignPdfArgs),
    /// Put all six signatures of Circular 01/2019 (or the two of Decree 30/2020) into a PDF / Ký đủ sáu chữ ký theo Thông tư 01/2019
    Six(SignSixArgs),
    /// Sign an XML document: e-invoice, tax return, health record, edXML, or any other / Ký tài liệu XML: hóa đơn, tờ khai thuế, hồ sơ BHYT, edXML…
    Xml(SignXmlArgs),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;
    use kyso::{Lang, LockOption};

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
        let options = args.sign.settings(args.overlay().unwrap()).unwrap();
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
            let settings = args
                .overlay()
                .and_then(|overlay| args.sign.settings(overlay));
            assert!(settings.is_err(), "{option}");
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
