//! How a command answers: form, language, and the settings file that names both where the command line does not.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kyso::{Lang, Options};

use super::heading::RESULT;
use crate::{
    failure::{Failure, Voice},
    settings::{Overlay, lang_name, lang_of},
};

/// The form of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
    Html,
}

/// The form of an answer that is no report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Plain {
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LangArg {
    Vi,
    En,
}

impl From<LangArg> for Lang {
    fn from(lang: LangArg) -> Self {
        match lang {
            LangArg::Vi => Self::Vi,
            LangArg::En => Self::En,
        }
    }
}

/// The settings file, and what the command line says over it.
#[derive(Args, Debug)]
#[command(next_help_heading = RESULT)]
pub(crate) struct SettingsArgs {
    /// Language of messages; vi unless --options says otherwise / Ngôn ngữ thông báo
    #[arg(long, value_enum)]
    lang: Option<LangArg>,
    /// Settings, one JSON object (kyso.options/1); the command line wins / Tệp thiết lập
    #[arg(long, value_name = "FILE")]
    options: Option<PathBuf>,
}

impl SettingsArgs {
    /// The settings of the file, with those of the command line over them.
    pub(crate) fn over(&self, mut overlay: Overlay) -> Result<Options, Failure> {
        overlay.set("lang", self.lang.map(|lang| lang_name(lang.into())));
        overlay.over(self.options.as_deref())
    }

    /// The command line says the language, else the settings, else it is Vietnamese.
    fn voice(&self, json: bool) -> Voice {
        let given = self.lang.map(Lang::from);
        let lang = given.or_else(|| self.options.as_deref().and_then(lang_of));
        Voice {
            lang: lang.unwrap_or(Lang::Vi),
            json,
        }
    }
}

/// What every command that prints a report takes.
#[derive(Args, Debug)]
#[command(next_help_heading = RESULT)]
pub(crate) struct ReportArgs {
    /// Form of the report / Dạng báo cáo
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Format,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
}

impl ReportArgs {
    /// How errors are told.
    pub(crate) fn voice(&self) -> Voice {
        self.settings.voice(self.format == Format::Json)
    }
}

/// What every other command takes.
#[derive(Args, Debug)]
#[command(next_help_heading = RESULT)]
pub(crate) struct AnswerArgs {
    /// Form of the result and of errors / Dạng kết quả và lỗi
    #[arg(long, value_enum, default_value = "text")]
    pub(crate) format: Plain,
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
}

impl AnswerArgs {
    /// How errors are told.
    pub(crate) fn voice(&self) -> Voice {
        self.settings.voice(self.format == Plain::Json)
    }
}
