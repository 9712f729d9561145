//! `kyso inspect`: what is in a file, and what each revision changed.

use std::sync::Arc;

use kyso::{FileSource, inspect, load_context};

use crate::{
    args::{Format, InspectArgs},
    bar::Bar,
    failure::{Exit, Failure},
    output::print_line,
};

/// What is in a file, without any verdict.
pub(crate) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
    if args.report.format == Format::Html {
        return Err(Failure::usage("unsupported").with("inspect --format html"));
    }
    let context = args.password.apply(load_context(args.settings()?)?)?;
    let lang = context.options().lang;
    let inspection = {
        let name = args.file.to_string_lossy();
        let bar = Bar::new(std::slice::from_ref(&args.file), lang);
        inspect(
            &bar.watch(&context, 0),
            Arc::new(FileSource::open(&args.file)?),
            Some(&name),
        )?
    };
    let text = match args.report.format {
        Format::Json => inspection.to_json(lang),
        _ => inspection.to_text(lang),
    };
    print_line(&text, Exit::Done)?;
    Ok(Exit::Done)
}
