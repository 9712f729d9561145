//! `kyso facts` and `kyso judge`: the two halves of `kyso verify`, one with the files, the other without.

use std::{fs, io, path::PathBuf, sync::Arc};

use clap::Args;
use kyso::{Facts, FileSource, Options, gather, judge, load_context};

use crate::{
    args::{report::ReportArgs, trust::PolicyArgs},
    bar::Bar,
    failure::{Exit, Failure},
    network::{self, Budget},
    output::{print_line, print_report},
    settings::Overlay,
    verify::VerifyArgs,
};

/// What judging facts takes: demands only. Certificates, revocation and the time are in the facts.
#[derive(Args, Debug)]
#[command(after_help = "\
Examples / Ví dụ:
  kyso facts --trust root.pem --crl root.crl --crl issuing.crl da-ky.pdf > da-ky.facts
  kyso judge --lang en --trust-class vn-gov da-ky.facts

Exit status / Mã kết thúc: as for verify / như lệnh verify.")]
pub(crate) struct JudgeArgs {
    /// Files with facts, one JSON object a line / Các tệp dữ kiện, mỗi dòng một đối tượng JSON
    #[arg(required = true, value_name = "FACTS")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) report: ReportArgs,
}

impl JudgeArgs {
    fn settings(&self) -> Result<Options, Failure> {
        let mut overlay = Overlay::default();
        self.policy.lay_over(&mut overlay);
        self.report.settings.over(overlay)
    }
}

/// Prints what is known of each file, without a verdict.
pub(crate) fn facts(args: &VerifyArgs) -> Result<Exit, Failure> {
    args.refuse_unsupported()?;
    let context = network::context(args.settings()?)?;
    let budget = Budget::new(&context);
    let context = args.password.apply(context)?;
    let bar = Bar::new(&args.files, context.options().lang);
    let mut worst = Exit::Done;
    for (index, file) in args.files.iter().enumerate() {
        let context = bar.watch(&budget.next(&context), index);
        let name = file.to_string_lossy();
        let found = FileSource::open(file)
            .and_then(|source| gather(&context, Arc::new(source), Some(&name)));
        match found {
            Ok(facts) => bar.aside(|| print_line(&facts.to_json(), worst))?,
            Err(error) => {
                worst = Exit::Unreadable;
                bar.aside(|| Failure::from(error).about(file).tell(args.report.voice()));
            }
        }
    }
    Ok(worst)
}

/// Judges facts as often as wanted, without the files that they are about.
pub(crate) fn judge_facts(args: &JudgeArgs) -> Result<Exit, Failure> {
    let usage = |error| Failure::from(error).ending(Exit::Usage);
    let context = load_context(args.settings()?).map_err(usage)?;
    let lang = context.options().lang;
    let mut worst = Exit::Done;
    let mut is_first = true;
    for file in &args.files {
        let text = fs::read_to_string(file).map_err(|cause| {
            let failure = match cause.kind() {
                io::ErrorKind::InvalidData => Failure::new("facts").with("UTF-8").about(file),
                _ => Failure::new("io-read").with(file.display()).with(cause),
            };
            failure.ending(Exit::Unreadable)
        })?;
        for line in text.lines().filter(|line| !line.trim().is_empty()) {
            let unreadable = |error| {
                let failure = Failure::from(error).about(file);
                failure.ending(Exit::Unreadable)
            };
            let facts = Facts::from_json(&context, line).map_err(unreadable)?;
            let report = judge(&context, facts);
            worst = worst.max(report.verdict.into());
            print_report(&report, args.report.format, lang, is_first, worst)?;
            is_first = false;
        }
    }
    Ok(worst)
}
