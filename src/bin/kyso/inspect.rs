//! `kyso inspect`: what is in a file, and what each revision changed.

use std::{path::PathBuf, sync::Arc};

use clap::Args;
use kyso::{FileSource, Options, inspect, load_context};

use crate::{
    args::report::{AnswerArgs, Plain},
    bar::Bar,
    failure::{Exit, Failure},
    output::print_line,
    password::PasswordArgs,
    settings::Overlay,
};

#[derive(Args, Debug)]
#[command(after_help = "\
Example / Ví dụ:
  kyso inspect --lang en da-ky.pdf")]
pub(crate) struct InspectArgs {
    /// The file to look into / Tệp cần xem
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    password: PasswordArgs,
    #[command(flatten)]
    pub(crate) answer: AnswerArgs,
}

impl InspectArgs {
    fn settings(&self) -> Result<Options, Failure> {
        self.answer.settings.over(Overlay::default())
    }
}

/// What is in a file, without any verdict.
pub(crate) fn run(args: &InspectArgs) -> Result<Exit, Failure> {
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
    let text = match args.answer.format {
        Plain::Json => inspection.to_json(lang),
        Plain::Text => inspection.to_text(lang),
    };
    print_line(&text, Exit::Done)?;
    Ok(Exit::Done)
}
