//! `kyso.options/1` from a file, with the command line laid over it.

use std::path::Path;

use kyso::{Lang, Options, read_small};
use serde_json::{Map, Value};

use crate::failure::{Exit, Failure};

/// Settings by the names of `kyso.options/1`.
#[derive(Debug, Default)]
pub(crate) struct Overlay(Map<String, Value>);

impl Overlay {
    /// Lays a value over, if there is one.
    pub(crate) fn set<T: Into<Value>>(&mut self, name: &str, value: Option<T>) {
        if let Some(value) = value {
            self.0.insert(name.to_owned(), value.into());
        }
    }

    /// Lays a list over, unless it is empty.
    pub(crate) fn set_list<T: Into<Value>>(
        &mut self,
        name: &str,
        list: impl IntoIterator<Item = T>,
    ) {
        let list: Vec<Value> = list.into_iter().map(Into::into).collect();
        self.set(name, (!list.is_empty()).then_some(list));
    }

    /// Lays `true` over, if the switch was given.
    pub(crate) fn set_switch(&mut self, name: &str, given: bool) {
        self.set(name, given.then_some(true));
    }

    /// The settings of the file, with these laid over. Messages are Vietnamese unless somebody says otherwise.
    pub(crate) fn over(self, file: Option<&Path>) -> Result<Options, Failure> {
        let mut settings = match file {
            Some(file) => read_settings(file)?,
            None => Map::new(),
        };
        settings
            .entry("lang")
            .or_insert_with(|| Value::from(lang_name(Lang::Vi)));
        settings.extend(self.0);
        Options::from_json(&Value::Object(settings).to_string()).map_err(Failure::from)
    }
}

fn read_settings(file: &Path) -> Result<Map<String, Value>, Failure> {
    let bytes = read_small(file).map_err(|error| Failure::from(error).ending(Exit::Usage))?;
    match serde_json::from_slice(&bytes) {
        Ok(Value::Object(settings)) => Ok(settings),
        Ok(_) => Err(Failure::usage("argument")
            .with(file.display())
            .with("no JSON object")),
        Err(cause) => Err(Failure::usage("argument").with(file.display()).with(cause)),
    }
}

/// The language that a settings file names, however wrong the rest of it may be.
pub(crate) fn lang_of(file: &Path) -> Option<Lang> {
    match read_settings(file).ok()?.get("lang")?.as_str()? {
        "vi" => Some(Lang::Vi),
        "en" => Some(Lang::En),
        _ => None,
    }
}

/// The name of a language in the settings.
pub(crate) fn lang_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Vi => "vi",
        Lang::En => "en",
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn the_command_line_wins_over_the_file_and_unknown_keys_are_refused() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        file.write_all(br#"{"number": "1", "reason": "file", "lang": "en"}"#)
            .unwrap();
        let mut overlay = Overlay::default();
        overlay.set("reason", Some("line"));
        overlay.set("location", None::<&str>);
        let options = overlay.over(Some(file.path())).unwrap();
        assert_eq!(options.number.as_deref(), Some("1"));
        assert_eq!(
            (options.reason.as_deref(), options.location),
            (Some("line"), None)
        );
        assert_eq!(options.lang, Lang::En);
        assert_eq!(Overlay::default().over(None).unwrap().lang, Lang::Vi);

        file.write_all(b"x").unwrap();
        assert!(Overlay::default().over(Some(file.path())).is_err());
        let mut overlay = Overlay::default();
        overlay.set("unknown", Some(1));
        assert!(overlay.over(None).is_err());
    }
}
