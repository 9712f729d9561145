//! What is kept: in the memory of a context, shared by its threads, and in a folder.

use std::{
    fs,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use kyso::{
    Context, Fetch, FetchFailure, FetchRequest, FileVerdict, HttpFetch, Material, MaterialFile,
    Options, check_certificate,
};

use crate::{
    pki::{check, file, right, server},
    server::{Reply, Server},
};

fn context(server: &Server, more: &str) -> Context {
    let mirror = server.url("");
    let json = format!(
        r#"{{"mirror": ["ca.test={mirror}", "dead.test={mirror}/dead"], "allow-host": ["127.0.0.1"]{more}}}"#
    );
    let options = Options::from_json(&json).unwrap();
    let fetch = HttpFetch::new(&options).unwrap();
    let mut material = Material::default();
    material.anchors = vec![MaterialFile::new("root", file("root.pem"))];
    Context::new(options, material)
        .unwrap()
        .with_fetch(Arc::new(fetch))
}

fn verdict(context: &Context, name: &str) -> FileVerdict {
    let leaf = file(&format!("{name}.pem"));
    check_certificate(context, &leaf, None).unwrap().verdict
}

#[test]
fn what_one_check_fetched_serves_the_next() {
    let server = server(|_| None);
    let context = context(&server, "");
    assert_eq!(verdict(&context, "good"), FileVerdict::Passed);
    let asked = server.asked().len();
    let clone = context.with_options(context.options().clone());
    assert_eq!(verdict(&clone, "good"), FileVerdict::Passed);
    assert_eq!(server.asked().len(), asked);
    // Its issuer and the status of that are known, too.
    assert_eq!(verdict(&context, "listed"), FileVerdict::Passed);
    assert_eq!(server.asked()[asked..], ["GET /issuing.crl"]);
}

#[test]
fn eight_threads_ask_once() {
    let server = server(|asked| {
        thread::sleep(Duration::from_millis(200));
        Some(right(asked))
    });
    let context = context(&server, "");
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| assert_eq!(verdict(&context, "good"), FileVerdict::Passed));
        }
    });
    let mut asked = server.asked();
    asked.sort();
    assert_eq!(asked, ["GET /issuing.crt", "GET /root.crl", "POST /ocsp"]);
}

#[test]
fn a_dead_host_is_left_alone_after_a_few_failures() {
    let server = Server::new(|_| Reply::Raw(Vec::new()));
    let context = context(&server, "");
    for name in ["good", "listed", "gone"] {
        assert_eq!(verdict(&context, name), FileVerdict::Undetermined);
    }
    assert_eq!(
        server.asked().len(),
        1,
        "one address, remembered as failed: {:?}",
        server.asked()
    );
    // Other addresses of it: three failures in a row are enough.
    let fetch = HttpFetch::new(context.options()).unwrap();
    let before = server.asked().len();
    let request = |path: &str| {
        let taken: Arc<Mutex<Option<FetchRequest>>> = Arc::default();
        let spy = Spy(taken.clone());
        let _ = verdict(&context.with_fetch(Arc::new(spy)), "good");
        let mut request = taken.lock().unwrap().take().unwrap();
        request.url = format!("http://ca.test/{path}");
        request
    };
    let mut last = Ok(Vec::new());
    for path in ["a", "b", "c", "d", "e"] {
        last = fetch.fetch(&[request(path)]).remove(0);
    }
    assert_eq!(last, Err(FetchFailure::Suspended));
    assert_eq!(server.asked().len(), before + 3);
}

/// Keeps the first request that it sees.
#[derive(Debug)]
struct Spy(Arc<Mutex<Option<FetchRequest>>>);

impl Fetch for Spy {
    fn fetch(&self, batch: &[FetchRequest]) -> Vec<Result<Vec<u8>, FetchFailure>> {
        let mut taken = self.0.lock().unwrap();
        if taken.is_none() {
            *taken = batch.first().cloned();
        }
        Vec::new()
    }
}

/// A network of the host's own, in which a request waits until another thread has made a whole check: so no lock is held meanwhile.
#[derive(Debug)]
struct Slow(Arc<AtomicUsize>);

impl Fetch for Slow {
    fn fetch(&self, batch: &[FetchRequest]) -> Vec<Result<Vec<u8>, FetchFailure>> {
        if batch.iter().any(|one| one.url.contains("dead.test")) {
            while self.0.load(Ordering::SeqCst) == 0 {
                thread::sleep(Duration::from_millis(5));
            }
        }
        let answer = |one: &FetchRequest| {
            let (_, name) = one.url.rsplit_once('/').unwrap();
            let known = ["issuing.crt", "root.crl", "issuing.crl"].contains(&name);
            if known {
                Ok(file(name))
            } else {
                Err(FetchFailure::Status(404))
            }
        };
        batch.iter().map(answer).collect()
    }
}

#[test]
fn while_one_thread_fetches_others_check() {
    let server = server(|_| None);
    let done = Arc::new(AtomicUsize::new(0));
    let context = context(&server, "").with_fetch(Arc::new(Slow(done.clone())));
    thread::scope(|scope| {
        let waiting = scope.spawn(|| verdict(&context, "two"));
        thread::sleep(Duration::from_millis(50));
        assert_eq!(verdict(&context, "listed"), FileVerdict::Passed);
        done.store(1, Ordering::SeqCst);
        assert_eq!(waiting.join().unwrap(), FileVerdict::Passed);
    });
    assert!(server.asked().is_empty());
}

fn entries(folder: &Path) -> Vec<std::path::PathBuf> {
    let all = fs::read_dir(folder).unwrap();
    all.map(|entry| entry.unwrap().path()).collect()
}

#[test]
fn a_folder_outlives_the_program_and_what_was_done_to_it_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().join("cache").display().to_string();
    let with = ["--cache", name.as_str()];
    let server = server(|_| None);
    assert_eq!(check("good", &server, &with).code, 0);
    let asked = server.asked().len();
    let again = check("good", &server, &with);
    assert_eq!((again.code, server.asked().len()), (0, asked), "{again:?}");
    // Without a network it serves as well.
    let offline = check("good", &server, &["--cache", &name, "--offline"]);
    assert_eq!(
        (offline.code, server.asked().len()),
        (0, asked),
        "{offline:?}"
    );

    // An octet more, an octet other, an empty file: told, thrown away, fetched anew.
    let folder = Path::new(&name);
    for (index, path) in entries(folder).iter().enumerate() {
        let mut bytes = fs::read(path).unwrap();
        match index {
            0 => bytes.clear(),
            1 => bytes.push(0),
            _ => bytes[40] ^= 1,
        }
        fs::write(path, bytes).unwrap();
    }
    let told = check("good", &server, &with);
    assert_eq!(
        (told.code, server.asked().len()),
        (0, 2 * asked),
        "{told:?}"
    );
    assert_eq!(told.findings(), ["NET-008"; 3]);
    assert_eq!(check("good", &server, &with).findings(), [""; 0]);
}

#[test]
fn a_poisoned_folder_is_found_out_by_signatures() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let with = ["--cache", name.as_str()];
    // Somebody fills it, in the right form, with the issuer and list of an impostor.
    let evil = server(|asked| match asked.target.as_str() {
        "/issuing.crt" => None,
        "/issuing.crl" => Some(Reply::Bytes(file("impostor.crl"))),
        _ => None,
    });
    assert_eq!(check("gone", &evil, &with).code, 2);
    assert!(!entries(folder.path()).is_empty());
    let right = server(|_| None);
    let told = check("gone", &right, &with);
    assert_eq!(
        (told.code, told.leaf()),
        (1, ("revoked", "PKI-020")),
        "{told:?}"
    );
    assert!(
        right.asked().contains(&"GET /issuing.crl".to_owned()),
        "{:?}",
        right.asked()
    );
    let evil = server(|asked| {
        (asked.target == "/issuing.crt").then(|| Reply::Bytes(file("impostor.crt")))
    });
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let with = ["--cache", name.as_str()];
    assert_eq!(check("listed", &evil, &with).code, 2);
    let told = check("listed", &right, &with);
    assert_eq!((told.code, told.path()), (0, "valid"), "{told:?}");
}
