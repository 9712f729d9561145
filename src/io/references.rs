//! Files that references of XML signatures name: those of one folder, and parts of messages by their content ids.

use std::{
    collections::BTreeMap,
    fs,
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use super::{FileSource, cannot_read};
use crate::{
    error::{Error, ErrorKind, Result},
    options::Options,
    source::{References, Source},
    text::rules,
};

/// The files that the settings name.
#[derive(Debug)]
struct Files {
    folder: Option<PathBuf>,
    cid: BTreeMap<String, String>,
}

/// What the settings let references name; `None` where they name nothing.
pub(super) fn load(options: &Options) -> Option<Arc<dyn References>> {
    let folder = options.reference_folder.as_ref().map(PathBuf::from);
    if folder.is_none() && options.cid.is_empty() {
        return None;
    }
    let strip = |id: &String| id.strip_prefix("cid:").unwrap_or(id).to_owned();
    let cid = options.cid.iter();
    let cid = cid.map(|(id, path)| (strip(id), path.clone())).collect();
    Some(Arc::new(Files { folder, cid }))
}

impl References for Files {
    fn open(&self, uri: &str) -> Result<Option<Arc<dyn Source>>> {
        if let Some(id) = uri.strip_prefix("cid:") {
            let path = self.cid.get(id);
            return path.map(|path| source(Path::new(path))).transpose();
        }
        let Some(folder) = &self.folder else {
            return Ok(None);
        };
        let refused = || Error::new(ErrorKind::Refused, &rules::xml_sign::REFERENCE_NAME).with(uri);
        let name = relative(uri).ok_or_else(refused)?;
        let path = folder.join(name);
        if !path.exists() {
            return Ok(None);
        }
        // A link inside the folder may lead out of it.
        let real = |path: &Path| fs::canonicalize(path).map_err(|cause| cannot_read(path, cause));
        if !real(&path)?.starts_with(real(folder)?) {
            return Err(refused());
        }
        source(&path).map(Some)
    }
}

fn source(path: &Path) -> Result<Arc<dyn Source>> {
    Ok(Arc::new(FileSource::open(path)?))
}

/// The path that a relative URI stands for; `None` where it has a scheme, a host, a query, a fragment, is absolute, or
/// goes up.
fn relative(uri: &str) -> Option<PathBuf> {
    if uri.is_empty() || uri.contains([':', '?', '#', '\\', '\0']) {
        return None;
    }
    let path = PathBuf::from(decoded(uri)?);
    let plain = |part: Component<'_>| matches!(part, Component::Normal(_) | Component::CurDir);
    path.components().all(plain).then_some(path)
}

/// Percent-decoding (RFC 3986 clause 2.1). `None` where it is broken, no UTF-8, or hides a separator.
fn decoded(uri: &str) -> Option<String> {
    let mut octets = Vec::new();
    let mut bytes = uri.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            octets.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let value = digit(bytes.next())? * 16 + digit(bytes.next())?;
        octets.push(u8::try_from(value).ok()?);
    }
    let text = String::from_utf8(octets).ok()?;
    (!text.contains(['\0', '\\'])).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_inside_the_folder_are_opened() {
        let folder = tempfile::tempdir().unwrap();
        let inside = folder.path().join("in");
        fs::create_dir(&inside).unwrap();
        fs::write(inside.join("a b.txt"), "ab").unwrap();
        fs::write(folder.path().join("secret"), "s").unwrap();
        std::os::unix::fs::symlink(folder.path().join("secret"), inside.join("link")).unwrap();
        let options = Options {
            reference_folder: Some(inside.display().to_string()),
            cid: [(
                "x@y".to_owned(),
                folder.path().join("secret").display().to_string(),
            )]
            .into(),
            ..Options::default()
        };
        let files = load(&options).unwrap();
        assert_eq!(files.open("a%20b.txt").unwrap().unwrap().len(), 2);
        assert_eq!(files.open("cid:x@y").unwrap().unwrap().len(), 1);
        assert!(files.open("cid:other").unwrap().is_none());
        assert!(files.open("missing").unwrap().is_none());
        for bad in [
            "../secret",
            "%2e%2e/secret",
            "/etc/passwd",
            "file:///etc/passwd",
            "http://x/",
            "link",
            "a%00b",
            "..",
            "%zz",
            "x?y",
        ] {
            let error = files.open(bad).err();
            assert_eq!(error.map(|e| e.code()), Some("xml-reference-name"), "{bad}");
        }
        assert!(load(&Options::default()).is_none());
    }
}
