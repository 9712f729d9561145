//! Where the public test corpora are. The only place that knows.
//!
//! `KYSO_CORPORA` names a folder of unpacked corpora, or one with their archives and `unpack.sh`; without it,
//! `../shared/corpora` beside the project. In CI a corpus that is not there fails the test; elsewhere it is said loudly.

use std::{
    env,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

static UNPACKING: Mutex<()> = Mutex::new(());

/// The folder of an unpacked corpus, or `None` outside CI where there is none.
pub(crate) fn folder(name: &str) -> Option<PathBuf> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let base = env::var_os("KYSO_CORPORA")
        .map_or_else(|| project.join("../shared/corpora"), PathBuf::from);
    let plain = base.join(name);
    if plain.join("index.json").is_file() || plain.is_dir() {
        return Some(plain);
    }
    if base.join(format!("{name}.tar.xz")).is_file() {
        return Some(unpacked(&base, project, name));
    }
    assert!(
        env::var_os("CI").is_none(),
        "corpus {name} is not in {}",
        base.display()
    );
    eprintln!(
        "!!! corpus {name} is not in {}: THIS TEST CHECKED NOTHING",
        base.display()
    );
    None
}

/// Unpacks once; the script marks what is done. Several test programs may come at once, so they take turns.
fn unpacked(base: &Path, project: &Path, name: &str) -> PathBuf {
    let _turn = UNPACKING.lock();
    let folder = project.join("target/corpora");
    std::fs::create_dir_all(&folder).expect("target/corpora can be made");
    let done = Command::new("flock")
        .arg(folder.join(".lock"))
        .arg(base.join("unpack.sh"))
        .args([&folder, Path::new(name)])
        .output()
        .expect("flock and unpack.sh run");
    assert!(
        done.status.success(),
        "unpack.sh {name}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
    folder.join(name)
}
