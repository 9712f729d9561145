//! The program `kyso`: a thin user of the library's public API.

mod args;
mod bar;
mod cert;
mod cli;
#[cfg(feature = "demo")]
mod demo;
mod facts;
mod failure;
mod inspect;
mod keys;
mod network;
mod output;
mod password;
mod settings;
mod sign;
mod tokens;
mod verify;

use std::process::ExitCode;

use clap::Parser;

use crate::{
    cli::{Cert, Cli, Command, Keys, Sign},
    failure::Exit,
};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            // Help and version are answers, everything else is wrong usage.
            let exit = if error.use_stderr() {
                Exit::Usage
            } else {
                Exit::Done
            };
            let _ = error.print();
            return exit.into();
        }
    };
    let (result, voice) = match &cli.command {
        #[cfg(feature = "demo")]
        Command::Demo(args) => (demo::run(args), args.voice()),
        Command::Verify(args) => (verify::run(args), args.report.voice()),
        Command::Facts(args) => (facts::facts(args), args.report.voice()),
        Command::Judge(args) => (facts::judge_facts(args), args.report.voice()),
        Command::Cert(Cert::Check(args)) => (cert::check(args), args.report.voice()),
        Command::Inspect(args) => (inspect::run(args), args.answer.voice()),
        Command::Keys(Keys::List(args)) => (tokens::list(args), args.answer.voice()),
        Command::Sign(Sign::Pdf(args)) => (sign::pdf::run(args), args.sign.answer.voice()),
        Command::Sign(Sign::Six(args)) => (sign::six::run(args), args.sign.answer.voice()),
        Command::Sign(Sign::Xml(args)) => (sign::xml::run(args), args.sign.answer.voice()),
    };
    result.unwrap_or_else(|failure| failure.tell(voice)).into()
}
