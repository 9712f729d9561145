//! Keys for tests: those that `kyso demo` makes, made once a test program.

use std::{env, fs, path::PathBuf, process::Command, sync::OnceLock};

use kyso::Key;

/// The throw-away keys of the demo, and the folder with its files.
#[derive(Clone, Debug)]
pub(crate) struct Keys {
    pub(crate) folder: PathBuf,
    pub(crate) person: Key,
    pub(crate) organisation: Key,
}

impl Keys {
    /// The same keys for the whole test program.
    pub(crate) fn get() -> Self {
        static KEYS: OnceLock<Keys> = OnceLock::new();
        KEYS.get_or_init(|| {
            let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("keys-{}", std::process::id()));
            let made =
                Command::new(env!("CARGO_BIN_EXE_kyso")).arg("demo").arg("--out").arg(&folder).output().unwrap();
            assert!(made.status.success(), "kyso demo: {}", String::from_utf8_lossy(&made.stderr));
            let key = |name: &str| Key::from_pkcs12(&fs::read(folder.join(name)).unwrap(), "kyso-demo").unwrap();
            Keys { person: key("person.p12"), organisation: key("organisation.p12"), folder }
        })
        .clone()
    }
}

/// A Python that has pyHanko: `KYSO_PYTHON`, else the one that `make test` installs.
pub(crate) fn python() -> PathBuf {
    env::var_os("KYSO_PYTHON")
        .map_or_else(|| PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/target/venv/bin/python")), PathBuf::from)
}
