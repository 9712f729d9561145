//! Mirrors that are folders.

use std::{
    fs::File,
    io::Read,
    path::{Component, Path, PathBuf},
};

use super::Answer;
use crate::net::FetchFailure;

/// Where a mirror has something.
pub(super) enum Place {
    File(PathBuf),
    Url(String),
}

/// A mirror that is a folder: a path, or an address with `file:`.
pub(super) fn folder_of(mirror: &str) -> Option<PathBuf> {
    let path = match mirror.strip_prefix("file://") {
        Some(path) => path,
        None if mirror.contains("://") => return None,
        None => mirror,
    };
    Some(PathBuf::from(path))
}

/// The file of a folder that a path of an address means. Nothing leads out of the folder.
pub(super) fn inside(folder: &Path, path: &str) -> PathBuf {
    let parts = Path::new(path.trim_start_matches('/')).components();
    let plain = parts.filter(|part| matches!(part, Component::Normal(_)));
    plain.fold(folder.to_owned(), |file, part| file.join(part))
}

pub(super) fn read_file(path: &Path, most: u64) -> Answer {
    let failed =
        |cause: std::io::Error| FetchFailure::Unreachable(format!("{}: {cause}", path.display()));
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(failed)?;
    file.take(most.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(failed)?;
    if bytes.len() as u64 > most {
        return Err(FetchFailure::TooLarge(most));
    }
    Ok(bytes)
}
