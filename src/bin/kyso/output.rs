//! Standard output: only the result.

use std::io::{self, Write};

use kyso::{Lang, Report};

use crate::{
    args::report::Format,
    failure::{Exit, Failure},
};

/// Writes a piece of the result. A reader that went away (`kyso … | head`) ends the program quietly.
pub(crate) fn print(text: &str, so_far: Exit) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())
        .and_then(|()| out.flush())
        .map_err(|cause| {
            if cause.kind() == io::ErrorKind::BrokenPipe {
                Failure::silent(so_far)
            } else {
                Failure::new("io-write")
                    .with("standard output")
                    .with(cause)
                    .ending(Exit::Unreadable)
            }
        })
}

/// The same with a line end, unless the text brings one.
pub(crate) fn print_line(text: &str, so_far: Exit) -> Result<(), Failure> {
    if text.ends_with('\n') {
        return print(text, so_far);
    }
    print(&format!("{text}\n"), so_far)
}

/// Writes a report. In text, an empty line stands before each but the first.
pub(crate) fn print_report(
    report: &Report,
    format: Format,
    lang: Lang,
    is_first: bool,
    so_far: Exit,
) -> Result<(), Failure> {
    match format {
        Format::Json => print_line(&report.to_json(lang), so_far),
        Format::Html => print_line(&report.to_html(lang), so_far),
        Format::Text => {
            if !is_first {
                print_line("", so_far)?;
            }
            print_line(&report.to_text(lang), so_far)
        }
    }
}
