use std::{
    fs::{self, File},
    io::{self, Read},
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{cannot_read, file_source::not_regular, shelf::Folder};
use crate::{
    context::{Context, Material, MaterialFile},
    error::{Error, ErrorKind, Result},
    limits::MAX_MATERIAL_BYTES,
    options::Options,
    text::rules,
};

/// What a folder of trust material is searched for.
const EXTENSIONS: [&str; 7] = ["pem", "crt", "cer", "der", "crl", "ocsp", "ors"];

/// Reads the files and folders that the settings name, pictures and fonts included, and builds the context.
///
/// A folder gives its files with the endings `.pem`, `.crt`, `.cer`, `.der`, `.crl`, `.ocsp` and `.ors`, sorted by name; folders inside it are not entered.
///
/// # Errors
/// Of kind `Io` when a file cannot be read, `Limit` when one is too large, `Argument` when one is not
/// what it should be or a folder holds none.
pub fn load_context(options: Options) -> Result<Context> {
    let mut material = Material::default();
    for (paths, items) in [
        (&options.trust, &mut material.anchors),
        (&options.intermediate, &mut material.intermediates),
        (&options.crl, &mut material.crls),
        (&options.ocsp, &mut material.ocsps),
        (&options.signer, &mut material.signers),
    ] {
        for path in paths {
            read_material(Path::new(path), items)?;
        }
    }
    if let Some(path) = &options.policy_file {
        material.policy = Some(MaterialFile::new(path.as_str(), read_small(path)?));
    }
    let assets = super::assets::load(&options)?;
    let references = super::references::load(&options);
    let cache = options.cache.as_ref().map(Path::new);
    let cache = cache.map(Folder::open).transpose()?;
    let mut context = Context::new(options, material)?.with_assets(assets);
    if let Some(references) = references {
        context = context.with_references(references);
    }
    if let Some(folder) = cache {
        context = context.with_shelf(Arc::new(folder));
    }
    Ok(context)
}

/// Reads a whole file that belongs in memory: a key, a certificate, settings.
///
/// # Errors
/// Of kind `Io` when it cannot be read, `Limit` when it is larger than 128 MiB.
pub fn read_small(path: impl AsRef<Path>) -> Result<Vec<u8>> {
    let path = path.as_ref();
    let metadata = fs::metadata(path).map_err(|cause| cannot_read(path, cause))?;
    if metadata.is_dir() {
        return Err(cannot_read(path, not_regular(&metadata)));
    }
    let file = File::open(path).map_err(|cause| cannot_read(path, cause))?;
    let mut bytes = Vec::new();
    // Pipes and devices have no length beforehand: `--pin-file /dev/fd/3` is one.
    file.take(MAX_MATERIAL_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(|cause| cannot_read(path, cause))?;
    if bytes.len() as u64 > MAX_MATERIAL_BYTES {
        return Err(
            Error::new(ErrorKind::Limit, &rules::usage::MATERIAL_TOO_LARGE)
                .with(path.display())
                .with(MAX_MATERIAL_BYTES >> 20),
        );
    }
    Ok(bytes)
}

fn read_material(path: &Path, items: &mut Vec<MaterialFile>) -> Result<()> {
    let before = items.len();
    let in_folder = path.is_dir();
    for file in files_of(path).map_err(|cause| cannot_read(path, cause))? {
        let bytes = read_small(&file)?;
        let mut item = MaterialFile::new(file.display().to_string(), bytes);
        item.found = in_folder;
        items.push(item);
    }
    if items.len() == before {
        return Err(Error::new(ErrorKind::Argument, &rules::usage::FOLDER_EMPTY)
            .with(path.display())
            .with(EXTENSIONS.map(|ending| format!(".{ending}")).join(" ")));
    }
    Ok(())
}

/// The path itself, or the fitting files of a folder.
fn files_of(path: &Path) -> io::Result<Vec<PathBuf>> {
    if !fs::metadata(path)?.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut files = Vec::new();
    for entry in fs::read_dir(path)? {
        let file = entry?.path();
        let ending = file
            .extension()
            .and_then(|e| e.to_str())
            .map(str::to_ascii_lowercase);
        if ending.is_some_and(|e| EXTENSIONS.contains(&e.as_str())) && file.is_file() {
            files.push(file);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_gives_its_fitting_files_in_order() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["b.PEM", "a.crt", "c.txt", "d.crl"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        fs::create_dir(folder.path().join("e.pem")).unwrap();
        let mut items = Vec::new();
        read_material(folder.path(), &mut items).unwrap();
        let texts: Vec<_> = items
            .iter()
            .map(|i| String::from_utf8_lossy(&i.bytes))
            .collect();
        assert_eq!(texts, ["a.crt", "b.PEM", "d.crl"]);
    }

    #[test]
    fn absent_files_and_empty_folders_are_errors_that_name_them() {
        let folder = tempfile::tempdir().unwrap();
        let name = folder.path().display().to_string();
        for (path, code) in [
            (name.clone(), "folder-empty"),
            (format!("{name}/none.pem"), "io-read"),
        ] {
            let options = Options {
                trust: vec![path.clone()],
                ..Options::default()
            };
            let error = load_context(options).unwrap_err();
            assert_eq!(error.code(), code);
            assert!(error.to_string().contains(&path), "{error}");
        }
    }

    #[test]
    fn what_is_too_large_is_refused() {
        let file = tempfile::NamedTempFile::new().unwrap();
        file.as_file().set_len(MAX_MATERIAL_BYTES + 1).unwrap();
        assert_eq!(
            read_small(file.path()).unwrap_err().kind(),
            ErrorKind::Limit
        );
    }
}
