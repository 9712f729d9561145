//! Pictures and fonts from files and from the system.

use std::{
    collections::VecDeque,
    env, fs, io,
    path::{Path, PathBuf},
};

use super::{cannot_read, load::read_small};
use crate::{
    error::{Error, ErrorKind, Result},
    layout::{Assets, Face},
    limits::MAX_FONT_FOLDERS,
    options::Options,
    text::rules,
};

/// The value of the setting `font` that means: not the system's.
const BUNDLED: &str = "bundled";

/// How systems name the files of Times New Roman: upright, italic.
const TIMES: [[&str; 3]; 2] = [
    ["times.ttf", "Times_New_Roman.ttf", "Times New Roman.ttf"],
    [
        "timesi.ttf",
        "Times_New_Roman_Italic.ttf",
        "Times New Roman Italic.ttf",
    ],
];

/// Reads the pictures and fonts that the settings name.
///
/// # Errors
/// `Io` when a file cannot be read; `Argument`, `Limit`, `Refused` when it is not what it should be.
pub(super) fn load(options: &Options) -> Result<Assets> {
    let mut assets = Assets::new();
    if options.font.is_none() {
        assets = assets.system_fonts(system_fonts);
    }
    if let Some(folder) = &options.images {
        let file = |name: &str| optional(&Path::new(folder).join(name));
        let (person, seal) = (file("person.png")?, file("seal.png")?);
        if person.is_none() && seal.is_none() {
            return Err(Error::new(ErrorKind::Argument, &rules::picture::NO_PICTURES).with(folder));
        }
        if let Some((name, png)) = person {
            assets = assets.person_named(&name, &png)?;
        }
        if let Some((name, png)) = seal {
            assets = assets.seal_named(&name, &png)?;
        }
    }
    if let Some(path) = &options.image {
        assets = assets.image_named(path, &read_small(path)?)?;
    }
    for (face, path) in [
        (Face::Upright, &options.font),
        (Face::Italic, &options.font_italic),
    ] {
        if let Some(path) = path.as_deref().filter(|path| *path != BUNDLED) {
            assets = assets.font_named(face, path, read_small(path)?)?;
        }
    }
    Ok(assets)
}

/// A file with its name, if it is there.
fn optional(path: &Path) -> Result<Option<(String, Vec<u8>)>> {
    match fs::metadata(path) {
        Ok(_) => Ok(Some((path.display().to_string(), read_small(path)?))),
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(cause) => Err(cannot_read(path, cause)),
    }
}

/// Times New Roman of this system, which Decree 30/2020 prescribes; where it is not there, or lacks a letter, the
/// bundled Liberation Serif is used, so that no other font of the system need be looked for.
fn system_fonts() -> [Option<Vec<u8>>; 2] {
    let files = font_files(&font_folders());
    TIMES.map(|names| {
        let named = |path: &&PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| names.iter().any(|known| known.eq_ignore_ascii_case(name)))
        };
        files
            .iter()
            .find(named)
            .and_then(|path| read_small(path).ok())
    })
}

/// The usual folders of Linux, macOS and Windows.
fn font_folders() -> Vec<PathBuf> {
    let home = env::home_dir().unwrap_or_default();
    let windows = env::var_os("WINDIR").map(|folder| Path::new(&folder).join("Fonts"));
    let mut folders: Vec<PathBuf> = windows.into_iter().collect();
    folders.extend([".local/share/fonts", ".fonts", "Library/Fonts"].map(|name| home.join(name)));
    let of_all = [
        "/usr/local/share/fonts",
        "/usr/share/fonts",
        "/Library/Fonts",
        "/System/Library/Fonts",
    ];
    folders.extend(of_all.map(PathBuf::from));
    folders.retain(|folder| folder.is_absolute());
    folders
}

/// The font files in folders and in the folders inside, each sorted by name: the first that fits does so every time.
fn font_files(folders: &[PathBuf]) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut open: VecDeque<PathBuf> = folders.iter().cloned().collect();
    for _ in 0..MAX_FONT_FOLDERS {
        let Some(folder) = open.pop_front() else {
            break;
        };
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut entries: Vec<_> = entries
            .map(|entry| (entry.path(), entry.file_type()))
            .collect();
        entries.sort_by(|one, other| one.0.cmp(&other.0));
        for (path, kind) in entries {
            // A link may lead in circles; it is followed to files only.
            match kind {
                Ok(kind) if kind.is_dir() => open.push_back(path),
                _ => files.push(path),
            }
        }
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn font_folders_are_searched_in_order_and_into_their_depth() {
        let folder = tempfile::tempdir().unwrap();
        let inner = folder.path().join("truetype/msttcorefonts");
        fs::create_dir_all(&inner).unwrap();
        for name in ["Times_New_Roman.ttf", "Arial.ttf"] {
            fs::write(inner.join(name), name).unwrap();
        }
        fs::write(folder.path().join("readme"), "").unwrap();
        let files = font_files(&[folder.path().join("none"), folder.path().to_owned()]);
        let names: Vec<_> = files.iter().filter_map(|path| path.file_name()).collect();
        assert_eq!(names, ["readme", "Arial.ttf", "Times_New_Roman.ttf"]);
    }

    #[test]
    fn a_folder_of_pictures_may_lack_one_but_not_both() {
        let folder = tempfile::tempdir().unwrap();
        let options = Options {
            images: Some(folder.path().display().to_string()),
            ..Options::default()
        };
        assert_eq!(load(&options).unwrap_err().code(), "picture-folder");
        fs::write(folder.path().join("seal.png"), b"\xff\xd8\xff\xe0 JFIF").unwrap();
        let error = load(&options).unwrap_err();
        assert_eq!(error.code(), "picture-format");
        assert!(error.to_string().contains("JPEG") && error.to_string().contains("seal.png"));
    }

    #[test]
    fn a_named_font_must_be_one() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(&file, "no font").unwrap();
        let options = Options {
            font: Some(file.path().display().to_string()),
            ..Options::default()
        };
        assert_eq!(load(&options).unwrap_err().code(), "font-unreadable");
        let options = Options {
            font: Some("bundled".into()),
            ..Options::default()
        };
        load(&options).unwrap();
    }
}
