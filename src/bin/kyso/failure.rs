//! How the program ends.

use std::{path::Path, process::ExitCode};

use kyso::{Error, ErrorKind, FileVerdict, Lang, all_rules};
use serde_json::{Value, json};

/// The exit statuses of the contract, best first: the greater one wins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Exit {
    /// Done; every signature passed.
    Done,
    /// A file holds no signature.
    NoSignature,
    /// Something could not be judged.
    Undetermined,
    /// A signature failed; the command could not do its work.
    Failed,
    /// A file could not be read at all.
    Unreadable,
    /// Wrong usage.
    Usage,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(match exit {
            Exit::Done => 0,
            Exit::NoSignature => 3,
            Exit::Undetermined => 2,
            Exit::Failed => 1,
            Exit::Unreadable => 4,
            Exit::Usage => 64,
        })
    }
}

impl From<FileVerdict> for Exit {
    fn from(verdict: FileVerdict) -> Self {
        match verdict {
            FileVerdict::Passed => Self::Done,
            FileVerdict::Failed => Self::Failed,
            FileVerdict::Undetermined => Self::Undetermined,
            FileVerdict::NoSignature => Self::NoSignature,
            FileVerdict::Unreadable => Self::Unreadable,
        }
    }
}

/// In which language, and whether to a program.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Voice {
    pub(crate) lang: Lang,
    pub(crate) json: bool,
}

/// Why the program ends early.
#[derive(Debug)]
pub(crate) struct Failure {
    cause: Cause,
    /// The file that it is about, where the text does not name it.
    file: Option<String>,
    exit: Exit,
}

#[derive(Debug)]
enum Cause {
    /// The library could not do it.
    Library(Error),
    /// The program could not: the code of a rule, and its arguments.
    Program(&'static str, Vec<String>),
    /// Whoever read our output has gone.
    Silent,
}

impl Failure {
    /// By the code of a rule; ends with the status for "could not".
    pub(crate) fn new(code: &'static str) -> Self {
        Self {
            cause: Cause::Program(code, Vec::new()),
            file: None,
            exit: Exit::Failed,
        }
    }

    /// By the code of a rule; ends with the status for wrong usage.
    pub(crate) fn usage(code: &'static str) -> Self {
        Self::new(code).ending(Exit::Usage)
    }

    /// Nothing to say, and nobody to say it to.
    pub(crate) fn silent(exit: Exit) -> Self {
        Self {
            cause: Cause::Silent,
            file: None,
            exit,
        }
    }

    /// Adds the next argument of the text.
    pub(crate) fn with(mut self, argument: impl ToString) -> Self {
        if let Cause::Program(_, arguments) = &mut self.cause {
            arguments.push(argument.to_string());
        }
        self
    }

    /// About a file, which is then named before the text.
    pub(crate) fn about(mut self, file: &Path) -> Self {
        self.file = Some(file.display().to_string());
        self
    }

    /// With another exit status.
    pub(crate) fn ending(mut self, exit: Exit) -> Self {
        self.exit = exit;
        self
    }

    /// Says it on standard error and gives the exit status.
    pub(crate) fn tell(self, voice: Voice) -> Exit {
        let (code, message, place) = match &self.cause {
            Cause::Silent => return self.exit,
            Cause::Library(error) => (error.code(), error.message(voice.lang), error.place()),
            Cause::Program(code, arguments) => {
                let rule = all_rules().find(|rule| rule.code == *code);
                let message = rule.map_or_else(String::new, |r| r.message(voice.lang, arguments));
                (*code, message, None)
            }
        };
        let message = match &self.file {
            Some(file) => format!("{file}: {message}"),
            None => message,
        };
        let place = place.map(|place| place.to_string());
        if voice.json {
            let error = json!({
                "schema": "kyso.error/1", "code": code, "message": message,
                "place": place.map_or(Value::Null, Value::String),
            });
            eprintln!("{error}");
        } else {
            let place = place.map(|place| format!(" ({place})")).unwrap_or_default();
            eprintln!("kyso: {message}{place} [{code}]");
        }
        self.exit
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let exit = match error.kind() {
            ErrorKind::Argument => Exit::Usage,
            _ => Exit::Failed,
        };
        Self {
            cause: Cause::Library(error),
            file: None,
            exit,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_worst_status_wins() {
        use Exit::{Done, Failed, NoSignature, Undetermined, Unreadable, Usage};
        let mut all = [Done, Usage, Failed, Undetermined, NoSignature, Unreadable];
        all.sort();
        assert_eq!(
            all,
            [Done, NoSignature, Undetermined, Failed, Unreadable, Usage]
        );
    }

    #[test]
    fn every_code_that_the_program_uses_has_a_row_in_the_rule_list() {
        let mut sources = Vec::new();
        read_all(Path::new("src/bin/kyso"), &mut sources);
        let mut seen = 0;
        for call in sources.iter().flat_map(|s| s.split("Failure::").skip(1)) {
            let Some((start, rest)) = call.split_once("(\"") else {
                continue;
            };
            if start == "new" || start == "usage" {
                let code = rest.split('"').next().unwrap();
                assert!(all_rules().any(|rule| rule.code == code), "{code}");
                seen += 1;
            }
        }
        assert!(seen > 5);
    }

    fn read_all(folder: &Path, sources: &mut Vec<String>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                read_all(&path, sources);
            } else {
                sources.extend(fs::read_to_string(&path));
            }
        }
    }
}
