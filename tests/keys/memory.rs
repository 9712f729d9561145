//! Secrets leave no trace: after keys were opened, used and dropped, and after every kind of failure, neither PINs and passwords nor
//! private keys are anywhere in the memory of the process.
//!
//! The secrets stand in files, encrypted there by nothing but a mask, so that this test's own memory does not hold them.

use std::{
    env,
    fs::{self, File},
    os::unix::fs::FileExt,
    path::Path,
    process::Command,
    sync::{Arc, Mutex},
};

use kyso::{
    FileSource, Key, Options, SecretSource, load_context, read_key_file, read_secret, sign_pdf,
};

use super::{
    Demo,
    softhsm::{Hsm, shim, tool},
};

const PIN: &str = "Pin-of-the-memory-test-4711";
const WRONG: &str = "Wrong-Pin-of-the-memory-test-0815";
const PASSWORD: &str = "Password-of-the-memory-test-1234";

/// Bytes as they stand in the files of needles: never in memory unmasked.
fn masked(bytes: &[u8]) -> Vec<u8> {
    bytes.iter().map(|byte| byte ^ 0xA5).collect()
}

/// Pages of this process that can be written, searched for masked needles. Gives the names of those that were found, and where.
fn found(needles: &[(String, Vec<u8>)]) -> Vec<String> {
    let memory = File::open("/proc/self/mem").unwrap();
    let maps = fs::read_to_string("/proc/self/maps").unwrap();
    let mut found = Vec::new();
    // One block for ever: a freed one would stay behind with what was read.
    static BLOCK: Mutex<Vec<u8>> = Mutex::new(Vec::new());
    let mut block = BLOCK.lock().unwrap();
    block.resize(1 << 20, 0);
    // What is read into the block would be found there once more.
    let own = block.as_ptr() as u64..block.as_ptr() as u64 + block.len() as u64;
    let mut searched = 0;
    for line in maps.lines() {
        let mut parts = line.split_whitespace();
        let (range, rights) = (parts.next().unwrap(), parts.next().unwrap());
        let name = parts.nth(3).unwrap_or_default();
        let (from, to) = range.split_once('-').unwrap();
        let [from, to] = [from, to].map(|n| u64::from_str_radix(n, 16).unwrap());
        if !rights.starts_with("rw") {
            continue;
        }
        for (from, to) in [(from, to.min(own.start)), (from.max(own.end), to)] {
            let mut at = from;
            while at < to {
                let length = usize::try_from((to - at).min(block.len() as u64)).unwrap();
                let piece = &mut block[..length];
                if memory.read_exact_at(piece, at).is_err() {
                    break;
                }
                searched += length;
                piece.iter_mut().for_each(|octet| *octet ^= 0xA5);
                for (what, needle) in needles {
                    if contains(piece, needle) {
                        found.push(format!("{what} in {name} {range}"));
                    }
                }
                // Overlapping, for what lies across.
                at += if at + (length as u64) < to {
                    (length - 256) as u64
                } else {
                    length as u64
                };
            }
        }
    }
    assert!(
        searched > 100_000,
        "{searched} bytes of memory could be read"
    );
    found.sort();
    found.dedup();
    found
}

fn contains(piece: &[u8], needle: &[u8]) -> bool {
    let starts = |at: &usize| piece[*at..].starts_with(needle);
    piece
        .iter()
        .enumerate()
        .filter(|(_, octet)| **octet == needle[0])
        .map(|(at, _)| at)
        .any(|at| starts(&at))
}

/// Masked needles out of the files beside the tokens.
fn needles(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut needles = Vec::new();
    for entry in fs::read_dir(folder.join("needles")).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        needles.push((name, fs::read(entry.path()).unwrap()));
    }
    needles.sort();
    assert!(needles.len() >= 6);
    needles
}

#[test]
fn neither_pins_nor_keys_stay_in_memory() {
    let (hsm, demo) = (Hsm::new(), Demo::get());
    hsm.token("M", PIN);
    hsm.import(("M", PIN), &demo.file("person.p12"), ("person", "01"), None);
    let folder = hsm.file("");
    let file = |name: &str| hsm.file(name);
    fs::write(file("pin"), PIN).unwrap();
    fs::write(file("wrong"), WRONG).unwrap();
    fs::write(file("password"), PASSWORD).unwrap();
    fs::copy(demo.file("input.pdf"), file("input.pdf")).unwrap();
    // The demo's key in every kind of file.
    let openssl = |arguments: &[&str]| {
        tool(Command::new("openssl").args(arguments).current_dir(&folder));
    };
    let pass = format!("pass:{PASSWORD}");
    openssl(&[
        "pkcs8",
        "-topk8",
        "-in",
        "pkcs8.pem",
        "-passout",
        &pass,
        "-out",
        "encrypted.pem",
    ]);
    openssl(&[
        "rsa",
        "-traditional",
        "-in",
        "pkcs8.pem",
        "-out",
        "pkcs1.pem",
    ]);
    let export = [
        "pkcs12",
        "-export",
        "-inkey",
        "pkcs8.pem",
        "-in",
        "leaf.pem",
        "-passout",
        &pass,
    ];
    openssl(&[&export[..], &["-out", "modern.p12"]].concat());
    openssl(&[&export[..], &["-legacy", "-out", "legacy.p12"]].concat());
    openssl(
        &[
            &export[..],
            &["-keypbe", "NONE", "-certpbe", "NONE", "-out", "bare.p12"],
        ]
        .concat(),
    );
    openssl(&[
        "ecparam",
        "-name",
        "prime256v1",
        "-genkey",
        "-noout",
        "-out",
        "sec1.pem",
    ]);
    openssl(&[
        "req",
        "-x509",
        "-key",
        "sec1.pem",
        "-subj",
        "/CN=ec",
        "-days",
        "30",
        "-out",
        "ec-leaf.pem",
    ]);
    openssl(&[
        "pkcs8",
        "-topk8",
        "-nocrypt",
        "-in",
        "pkcs8.pem",
        "-outform",
        "DER",
        "-out",
        "key.der",
    ]);
    openssl(&["ec", "-in", "sec1.pem", "-outform", "DER", "-out", "ec.der"]);

    for (bits, name) in [("128", "aes-128.pdf"), ("256", "aes-256.pdf")] {
        let aes: &[&str] = if bits == "128" { &["--use-aes=y"] } else { &[] };
        tool(
            Command::new("qpdf")
                .args(["--encrypt", PASSWORD, "owner", bits])
                .args(aes)
                .args(["--", "input.pdf", name])
                .current_dir(&folder),
        );
    }

    // What must not be found: the secrets, pieces of the numbers in the key files, and lines of their PEM.
    let key = fs::read(file("key.der")).unwrap();
    let ec = fs::read(file("ec.der")).unwrap();
    let pem = fs::read_to_string(file("pkcs8.pem")).unwrap();
    let line = pem.lines().nth(12).unwrap();
    fs::create_dir(file("needles")).unwrap();
    let needle = |name: &str, bytes: &[u8]| {
        fs::write(file("needles").join(name), masked(bytes)).unwrap();
    };
    needle("PIN", PIN.as_bytes());
    needle("wrong PIN", WRONG.as_bytes());
    needle("password", PASSWORD.as_bytes());
    let bmp: Vec<u8> = PASSWORD.encode_utf16().flat_map(u16::to_be_bytes).collect();
    needle("password in UTF-16", &bmp);
    needle("PEM of the key", line.as_bytes());
    // The private exponent of a 2048-bit key in PKCS#8 begins at 26 + 11 + 4 + 256 + 6; its middle is private in any case.
    needle("private exponent", &key[400..432]);
    needle("first prime", &key[620..652]);
    needle(
        "reversed private exponent",
        &key[400..432].iter().rev().copied().collect::<Vec<_>>(),
    );
    needle("EC key", &ec[7..39]);
    let decoy: String = (0..100).map(|n| format!("decoy {n} ")).collect();
    fs::write(file("decoy"), &decoy).unwrap();
    needle("decoy", &decoy.as_bytes()[400..440]);

    let mut command = Command::new(env::current_exe().unwrap());
    command.args([
        "--exact",
        "memory::opens_everything",
        "--ignored",
        "--nocapture",
    ]);
    command.args(["--test-threads", "1"]).current_dir(&folder);
    command
        .envs(hsm.environment())
        .env("KYSO_TEST_CHILD", &folder);
    let said = tool(&mut command);
    assert!(said.contains("1 passed"), "{said}");
}

/// A part of the work, and its name.
type Round = (&'static str, fn(&mut String));

#[test]
#[ignore = "run by another test in a process of its own"]
fn opens_everything() {
    let Some(folder) = env::var_os("KYSO_TEST_CHILD") else {
        return;
    };
    let mut needles = needles(Path::new(&folder));
    let decoy = needles
        .iter()
        .position(|(name, _)| name == "decoy")
        .unwrap();
    let decoy = [needles.remove(decoy)];
    let before = found(&needles);
    assert!(before.is_empty(), "before anything was opened: {before:?}");

    // The net catches: a secret that is held is found.
    let pin = read_secret(&SecretSource::File("pin".into())).unwrap();
    assert!(found(&needles).iter().any(|what| what.starts_with("PIN")));
    let bare = read_key_file("pkcs8.pem").unwrap();
    assert!(
        found(&needles)
            .iter()
            .any(|what| what.starts_with("PEM of"))
    );
    drop((pin, bare));
    // And one that was read without care and freed.
    drop(fs::read_to_string("decoy").unwrap());
    assert!(found(&decoy).iter().any(|what| what.starts_with("decoy")));

    let mut shown = String::new();
    let rounds: [Round; 3] = [
        ("files", files),
        ("documents", documents),
        ("tokens", tokens),
    ];
    for (round, run) in rounds {
        run(&mut shown);
        let left = found(&needles);
        assert!(left.is_empty(), "after {round}: {left:#?}");
    }
    let mask = masked(shown.as_bytes());
    for (what, needle) in &needles {
        let is_shown = mask.windows(needle.len()).any(|window| window == needle);
        assert!(!is_shown, "{what} in {shown}");
    }
}

/// Notes what an outcome shows of itself in every way that it can be shown.
fn show(shown: &mut String, result: kyso::Result<Key>) -> Option<Key> {
    use std::fmt::Write as _;
    match result {
        Ok(key) => {
            writeln!(shown, "{key:?} {key:#?}").unwrap();
            Some(key)
        }
        Err(error) => {
            let causes = std::error::Error::source(&error).map(ToString::to_string);
            let vi = error.message(kyso::Lang::Vi);
            writeln!(shown, "{error} {error:?} {error:#?} {vi} {causes:?}").unwrap();
            None
        }
    }
}

fn sign(key: &Key) {
    let context = load_context(Options::from_json("{}").unwrap()).unwrap();
    let source = Arc::new(FileSource::open("input.pdf").unwrap());
    sign_pdf(&context, source, key).unwrap();
}

fn secret(name: &str) -> kyso::Secret {
    read_secret(&SecretSource::File(name.into())).unwrap()
}

/// Encrypted documents, opened with the right and with a wrong password, checked and signed.
fn documents(shown: &mut String) {
    let key = Key::from_pkcs12(
        read_key_file("modern.p12").unwrap().as_bytes(),
        secret("password").as_text().unwrap(),
    )
    .unwrap();
    for name in ["aes-128.pdf", "aes-256.pdf"] {
        for (password, right) in [("password", true), ("wrong", false)] {
            let context = load_context(Options::from_json("{}").unwrap()).unwrap();
            let context = context.with_password(secret(password).as_text().unwrap());
            let source: Arc<FileSource> = Arc::new(FileSource::open(name).unwrap());
            let report = kyso::verify(&context, source.clone(), Some(name));
            let signed = sign_pdf(&context, source, &key);
            assert_eq!(report.error.is_none(), right, "{name}: {:?}", report.error);
            assert_eq!(signed.is_ok(), right, "{name}: {:?}", signed.err());
            shown.push_str(&format!("{context:?} {report:?} {:?}", signed.err()));
        }
    }
}

fn files(shown: &mut String) {
    let password = secret("password");
    let wrong = secret("wrong");
    for (name, right) in [
        ("modern.p12", true),
        ("legacy.p12", true),
        ("bare.p12", true),
        ("modern.p12", false),
        ("legacy.p12", false),
        ("bare.p12", false),
        ("pkcs8.pem", false),
    ] {
        let file = read_key_file(name).unwrap();
        let text = if right { &password } else { &wrong };
        let text = text.as_text().unwrap();
        let key = show(shown, Key::from_pkcs12(file.as_bytes(), text));
        assert_eq!(key.is_some(), right, "{name}");
        if let Some(key) = key {
            sign(&key);
        }
        // Damaged in the middle and cut short.
        let mut damaged = file.as_bytes().to_vec();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        show(shown, Key::from_pkcs12(&damaged, text));
        show(shown, Key::from_pkcs12(&damaged[..middle], text));
        zeroize::Zeroize::zeroize(&mut damaged);
    }
    for (name, leaf, with) in [
        ("pkcs8.pem", "leaf.pem", None),
        ("pkcs1.pem", "leaf.pem", None),
        ("encrypted.pem", "leaf.pem", Some(&password)),
        ("encrypted.pem", "leaf.pem", Some(&wrong)),
        ("encrypted.pem", "leaf.pem", None),
        ("key.der", "leaf.pem", None),
        ("key.der", "ec-leaf.pem", None),
        ("sec1.pem", "ec-leaf.pem", None),
        ("sec1.pem", "leaf.pem", None),
        ("leaf.pem", "leaf.pem", Some(&password)),
    ] {
        // The file of the certificate holds the key once more, as many do.
        let (file, leaf) = (read_key_file(name).unwrap(), read_key_file(leaf).unwrap());
        let leaf = leaf.as_bytes();
        let with = with.and_then(|secret| secret.as_text());
        if let Some(key) = show(shown, Key::from_pem(file.as_bytes(), leaf, None, with)) {
            sign(&key);
        }
        let cut = file.as_bytes().len() / 2;
        show(
            shown,
            Key::from_pem(&file.as_bytes()[..cut], leaf, None, with),
        );
    }
    shown.push_str(&format!("{password:?} {wrong:?}"));
}

fn tokens(shown: &mut String) {
    let uri = |more: &str| format!("pkcs11:{}?token=M{more}", shim().display());
    for (more, works) in [
        ("&pin-file=pin", true),
        ("&pin-source=file:wrong", false),
        ("&pin-file=pin&object=none", false),
        ("", false),
    ] {
        let key = show(shown, Key::from_pkcs11(&uri(more), None));
        assert_eq!(key.is_some(), works, "{more}");
        if let Some(key) = key {
            sign(&key);
            // In use with another PIN.
            show(shown, Key::from_pkcs11(&uri("&pin-file=wrong"), None));
        }
    }
    let pin = secret("pin");
    let token = kyso::Token::open(&uri("")).unwrap();
    token.login(pin.as_text()).unwrap();
    shown.push_str(&format!(
        "{token:?} {:?} {:?}",
        token.keys(),
        token.certificates()
    ));
}
