//! `kyso verify`.

use std::path::Path;

use kyso::{FileVerdict, Lang, Report, verify_file};

use crate::{
    args::{Format, VerifyArgs},
    bar::Bar,
    failure::{Exit, Failure},
    network::{self, Budget},
    output::print_line,
};

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
        bar.aside(|| tell(args, file, &report, index, worst, lang))?;
    }
    Ok(worst)
}

/// Prints one report.
fn tell(
    args: &VerifyArgs,
    file: &Path,
    report: &Report,
    index: usize,
    worst: Exit,
    lang: Lang,
) -> Result<(), Failure> {
    match args.report.format {
        Format::Json => print_line(&report.to_json(lang), worst)?,
        Format::Html => print_line(&report.to_html(lang), worst)?,
        Format::Text => {
            if index > 0 {
                print_line("", worst)?;
            }
            print_line(&report.to_text(lang), worst)?;
        }
    }
    if args.report.format != Format::Text
        && report.verdict == FileVerdict::Unreadable
        && let Some(error) = &report.error
    {
        eprintln!("kyso: {}: {}", file.display(), error.message(lang));
    }
    Ok(())
}
