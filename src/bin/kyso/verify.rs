//! `kyso verify`.

use std::path::PathBuf;

use clap::Args;
use kyso::{FileVerdict, Options, verify_file};

use crate::{
    args::{
        later::LaterVerify,
        outside::OutsideArgs,
        report::{Format, ReportArgs},
        trust::TrustArgs,
    },
    bar::Bar,
    failure::{Exit, Failure},
    network::{self, Budget},
    output::print_report,
    password::PasswordArgs,
    settings::Overlay,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Examples / Ví dụ:
  kyso verify --trust root.pem --crl root.crl --crl issuing.crl da-ky.pdf
  kyso verify --format json --lang en --trust ca-folder *.pdf > reports.ndjson

Exit status, the worst of all files / Mã kết thúc, lấy tệp xấu nhất:
  0 passed / đạt, 1 failed / không đạt, 2 undetermined / chưa xác định, 3 no signature / không có
  chữ ký, 4 unreadable / không đọc được, 64 wrong usage / sai cách dùng")]
pub(crate) struct VerifyArgs {
    /// Files to check / Các tệp cần kiểm tra
    #[arg(required = true, value_name = "FILE")]
    pub(crate) files: Vec<PathBuf>,
    #[command(flatten)]
    pub(crate) password: PasswordArgs,
    #[command(flatten)]
    trust: TrustArgs,
    #[command(flatten)]
    outside: OutsideArgs,
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
        self.report.settings.over(overlay)
    }
}

/// One report a file, in the order of the command line; the worst verdict is the exit status.
pub(crate) fn run(args: &VerifyArgs) -> Result<Exit, Failure> {
    args.refuse_unsupported()?;
    if args.report.format == Format::Html && args.files.len() > 1 {
        return Err(Failure::usage("argument")
            .with("--format html")
            .with("one file at a time"));
    }
    let context = network::context(args.settings()?)?;
    let budget = Budget::new(&context);
    let password = args.password.apply(context);
    let context = password.map_err(|failure| failure.ending(Exit::Usage))?;
    let lang = context.options().lang;
    let mut worst = Exit::Done;
    let bar = Bar::new(&args.files, lang);
    for (index, file) in args.files.iter().enumerate() {
        let mut report = verify_file(&bar.watch(&budget.next(&context), index), file);
        if let Some(error) = &report.error
            && let Some(context) = bar.aside(|| args.password.ask(&context, error, file))
        {
            report = verify_file(&bar.watch(&budget.next(&context), index), file);
        }
        worst = worst.max(report.verdict.into());
        bar.aside(|| print_report(&report, args.report.format, lang, index == 0, worst))?;
        if args.report.format != Format::Text
            && report.verdict == FileVerdict::Unreadable
            && let Some(error) = &report.error
        {
            bar.aside(|| eprintln!("kyso: {}: {}", file.display(), error.message(lang)));
        }
    }
    Ok(worst)
}
