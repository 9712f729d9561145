use std::{
    fs::{self, File, Metadata},
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

use tempfile::{Builder, NamedTempFile};

use super::{cannot_write, file_source::not_regular};
use crate::{
    error::{Error, ErrorKind, Result},
    text::rules,
};

/// Symbolic links that are followed one after another: the limit of Linux.
const MAX_LINKS: usize = 40;

/// Writes a file beside its place and renames it into place, so that other programs see the old file or the
/// new one, whole. Symbolic links are followed; an old file's mode is kept. When anything fails, nothing is left behind;
/// on Linux not even when the program is killed, since the new file has no name before it is whole (most file systems).
///
/// # Errors
/// Of kind `Refused` when the file exists and `force` is not set, or may not be written; of kind `Io` when writing
/// fails; whatever `write` answers.
pub fn replace<W>(path: impl AsRef<Path>, force: bool, write: W) -> Result<()>
where
    W: FnOnce(&mut dyn Write) -> Result<()>,
{
    let path = path.as_ref();
    let target = follow(path).map_err(|cause| cannot_write(path, cause))?;
    let old = old_file(path, &target, force)?;
    let folder = match target.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent.to_owned(),
        _ => PathBuf::from("."),
    };
    let failed = |cause| cannot_write(path, cause);

    let mut file = beside(&folder, old.as_ref()).map_err(failed)?;
    let mut buffer = BufWriter::with_capacity(256 << 10, file.as_file_mut());
    write(&mut buffer)?;
    buffer.flush().map_err(failed)?;
    drop(buffer);
    file.as_file().sync_all().map_err(failed)?;

    let placed = file.place(&folder, &target, force);
    placed.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => failed(error),
    })?;
    sync_folder(&folder);
    Ok(())
}

/// [`replace`] with bytes that lie in memory.
///
/// # Errors
/// As [`replace`].
pub fn replace_bytes(path: impl AsRef<Path>, force: bool, bytes: &[u8]) -> Result<()> {
    let path = path.as_ref();
    replace(path, force, |out| {
        out.write_all(bytes)
            .map_err(|cause| cannot_write(path, cause))
    })
}

/// Refuses early what would be refused at the end: nobody wants to sign first and hear it then.
///
/// # Errors
/// As [`replace`] before it writes.
pub fn check_replaceable(path: impl AsRef<Path>, force: bool) -> Result<()> {
    let path = path.as_ref();
    let target = follow(path).map_err(|cause| cannot_write(path, cause))?;
    old_file(path, &target, force).map(drop)
}

/// The file that stands in the place, where it may be replaced.
fn old_file(path: &Path, target: &Path, force: bool) -> Result<Option<Metadata>> {
    let old = match fs::metadata(target) {
        Ok(old) => old,
        Err(cause) if cause.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(cause) => return Err(cannot_write(path, cause)),
    };
    if !old.is_file() {
        return Err(cannot_write(path, not_regular(&old)));
    }
    if !force {
        return Err(exists(path));
    }
    if old.permissions().readonly() {
        return Err(Error::new(ErrorKind::Refused, &rules::usage::READ_ONLY).with(path.display()));
    }
    Ok(Some(old))
}

fn exists(path: &Path) -> Error {
    Error::new(ErrorKind::Refused, &rules::sign::OUTPUT_EXISTS).with(path.display())
}

/// Where a path leads to in the end; that need not exist.
fn follow(path: &Path) -> io::Result<PathBuf> {
    let mut at = path.to_owned();
    for _ in 0..MAX_LINKS {
        match fs::read_link(&at) {
            Ok(next) => at = at.parent().map_or(next.clone(), |parent| parent.join(next)),
            // Not a link, or nothing there.
            Err(_) => return Ok(at),
        }
    }
    Err(io::Error::new(
        io::ErrorKind::InvalidInput,
        "too many symbolic links",
    ))
}

/// A new file that vanishes unless it is placed.
enum Fresh {
    /// Without a name: it vanishes even when the program is killed.
    #[cfg(target_os = "linux")]
    Unnamed(File),
    Named(NamedTempFile),
}

impl Fresh {
    fn as_file(&self) -> &File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => file,
            Self::Named(file) => file.as_file(),
        }
    }

    fn as_file_mut(&mut self) -> &mut File {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => file,
            Self::Named(file) => file.as_file_mut(),
        }
    }

    /// Gives it its name; without `force` only where nothing stands.
    fn place(self, folder: &Path, target: &Path, force: bool) -> io::Result<()> {
        match self {
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) if force => {
                // A link replaces nothing; a renamed one does.
                let beside = names().make_in(folder, |path| unnamed::link(&file, path))?;
                beside.persist(target).map_err(|error| error.error)
            }
            #[cfg(target_os = "linux")]
            Self::Unnamed(file) => {
                let _ = folder;
                unnamed::link(&file, target)
            }
            Self::Named(file) if force => kept(file.persist(target)),
            Self::Named(file) => kept(file.persist_noclobber(target)),
        }
    }
}

fn kept(placed: std::result::Result<File, tempfile::PersistError>) -> io::Result<()> {
    placed.map(drop).map_err(|error| error.error)
}

/// Files without a name (O_TMPFILE of open(2)).
#[cfg(target_os = "linux")]
mod unnamed {
    use std::{fs::File, io, os::fd::AsRawFd, path::Path};

    use rustix::fs::{AtFlags, CWD, Mode, OFlags, linkat, open};

    /// Where the system shows open files; needed to name one.
    const OPEN_FILES: &str = "/proc/self/fd";

    /// `None` where the file system or the system cannot do it.
    pub(super) fn open_in(folder: &Path, mode: u32) -> Option<File> {
        if !Path::new(OPEN_FILES).is_dir() {
            return None;
        }
        let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
        open(folder, flags, Mode::from_raw_mode(mode))
            .ok()
            .map(File::from)
    }

    /// Names it; an error where something has the name already.
    pub(super) fn link(file: &File, path: &Path) -> io::Result<()> {
        let from = format!("{OPEN_FILES}/{}", file.as_raw_fd());
        Ok(linkat(CWD, from, CWD, path, AtFlags::SYMLINK_FOLLOW)?)
    }
}

fn names() -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".kyso-").suffix(".tmp");
    builder
}

/// A new file in the folder. Its mode is that of the old file, or what the umask leaves.
fn beside(folder: &Path, old: Option<&Metadata>) -> io::Result<Fresh> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::{MetadataExt, PermissionsExt, fchown};
        let mode = if old.is_some() { 0o600 } else { 0o666 };
        #[cfg(target_os = "linux")]
        let unnamed = unnamed::open_in(folder, mode).map(Fresh::Unnamed);
        #[cfg(not(target_os = "linux"))]
        let unnamed = None;
        let file = match unnamed {
            Some(file) => file,
            None => {
                let mut names = names();
                let named = names.permissions(fs::Permissions::from_mode(mode));
                Fresh::Named(named.tempfile_in(folder)?)
            }
        };
        if let Some(old) = old {
            let new = file.as_file().metadata()?;
            if (new.uid(), new.gid()) != (old.uid(), old.gid()) {
                // Only root may give files away; for others the new file is theirs, as with any editor.
                let _ = fchown(file.as_file(), Some(old.uid()), Some(old.gid()));
            }
            file.as_file().set_permissions(old.permissions())?;
        }
        Ok(file)
    }
    #[cfg(not(unix))]
    {
        let _ = old;
        names().tempfile_in(folder).map(Fresh::Named)
    }
}

/// Makes the new name last. The file is in place already, so a file system that cannot do it is no failure.
fn sync_folder(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

#[cfg(all(test, unix))]
mod tests {
    use std::os::unix::fs::{PermissionsExt, symlink};

    use super::*;

    fn put(path: &Path, force: bool, text: &str) -> Result<()> {
        replace(path, force, |out| {
            out.write_all(text.as_bytes())
                .map_err(|cause| cannot_write(path, cause))
        })
    }

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut names: Vec<_> = entries
            .map(|e| e.file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        names
    }

    #[test]
    fn a_new_file_gets_the_mode_of_the_umask_and_an_old_one_keeps_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let (ours, plain) = (folder.path().join("ours"), folder.path().join("plain"));
        put(&ours, false, "new").unwrap();
        File::create(&plain).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
        assert_eq!(mode(&ours), mode(&plain));
        fs::set_permissions(&ours, fs::Permissions::from_mode(0o640)).unwrap();
        put(&ours, true, "newer").unwrap();
        assert_eq!(
            (
                fs::read_to_string(&ours).unwrap().as_str(),
                mode(&ours) & 0o777
            ),
            ("newer", 0o640)
        );
        assert_eq!(names(folder.path()), ["ours", "plain"]);
    }

    #[test]
    fn an_old_file_stays_without_force_or_when_it_is_read_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.pdf");
        fs::write(&path, "old").unwrap();
        assert_eq!(
            put(&path, false, "new").unwrap_err().code(),
            "output-exists"
        );
        assert_eq!(
            check_replaceable(&path, false).unwrap_err().code(),
            "output-exists"
        );
        fs::set_permissions(&path, fs::Permissions::from_mode(0o444)).unwrap();
        assert_eq!(put(&path, true, "new").unwrap_err().code(), "read-only");
        assert_eq!(fs::read_to_string(&path).unwrap(), "old");
        assert_eq!(names(folder.path()), ["out.pdf"]);
    }

    #[test]
    fn a_file_that_appears_meanwhile_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.pdf");
        let error = replace(&path, false, |_| {
            fs::write(&path, "other").unwrap();
            Ok(())
        });
        assert_eq!(error.unwrap_err().code(), "output-exists");
        assert_eq!(fs::read_to_string(&path).unwrap(), "other");
        assert_eq!(names(folder.path()), ["out.pdf"]);
    }

    #[test]
    fn links_are_followed_also_to_what_is_not_there_yet() {
        let folder = tempfile::tempdir().unwrap();
        let (link, deep) = (folder.path().join("link"), folder.path().join("deep"));
        fs::create_dir(&deep).unwrap();
        symlink("deep/second", &link).unwrap();
        symlink("real", deep.join("second")).unwrap();
        put(&link, false, "new").unwrap();
        put(&link, true, "newer").unwrap();
        assert_eq!(fs::read_to_string(deep.join("real")).unwrap(), "newer");
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        symlink("round", folder.path().join("round")).unwrap();
        assert_eq!(
            put(&folder.path().join("round"), true, "x")
                .unwrap_err()
                .code(),
            "io-write"
        );
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_being_written_has_no_name() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.pdf");
        for force in [false, true] {
            replace(&path, force, |out| {
                out.write_all(b"half").unwrap();
                out.flush().unwrap();
                let expected: &[&str] = if force { &["out.pdf"] } else { &[] };
                assert_eq!(names(folder.path()), expected);
                Ok(())
            })
            .unwrap();
            assert_eq!(names(folder.path()), ["out.pdf"]);
        }
    }

    #[test]
    fn a_failure_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("out.pdf");
        let failure = replace(&path, false, |out| {
            let _ = out.write_all(b"half");
            Err(cannot_write(&path, io::ErrorKind::StorageFull.into()))
        });
        assert_eq!(failure.unwrap_err().kind(), ErrorKind::Io);
        assert_eq!(names(folder.path()), Vec::<String>::new());
        for bad in ["/dev/full", "/", "/nowhere/at/all/out.pdf", "/proc/out.pdf"] {
            assert_eq!(
                put(Path::new(bad), true, "x").unwrap_err().code(),
                "io-write",
                "{bad}"
            );
        }
    }
}
