//! What is fetched, in which forms, by which ways.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use crate::{
    pki::{RESPONDER, answer, check, check_with, file, openssl, pki, server},
    server::{Reply, Server},
};

#[test]
fn everything_that_is_missing_is_fetched() {
    let server = server(|_| None);
    let good = check("good", &server, &[]);
    assert_eq!((good.code, good.path()), (0, "valid"), "{good:?}");
    assert_eq!((good.leaf(), good.source()), (("good", ""), "ocsp"));
    let mut asked = server.asked();
    asked.sort();
    assert_eq!(asked, ["GET /issuing.crt", "GET /root.crl", "POST /ocsp"]);
    for (name, code, told) in [
        ("revoked", 1, ("revoked", "PKI-020")),
        ("listed", 0, ("good", "")),
        ("gone", 1, ("revoked", "PKI-020")),
    ] {
        let report = check(name, &server, &[]);
        assert_eq!((report.code, report.leaf()), (code, told), "{report:?}");
        assert_eq!(report.findings(), [""; 0]);
    }
}

#[test]
fn issuers_come_in_every_form_and_never_as_anchors() {
    for form in [
        "issuing.crt",
        "issuing.pem",
        "issuing.p7b",
        "issuing.p7b.pem",
    ] {
        let server =
            server(move |asked| (asked.target == "/issuing.crt").then(|| Reply::Bytes(file(form))));
        let told = check("listed", &server, &[]);
        assert_eq!((told.code, told.path()), (0, "valid"), "{form}: {told:?}");
    }
    // The bag holds the root as well; who does not trust it does not by that.
    let server =
        server(|asked| (asked.target == "/issuing.crt").then(|| Reply::Bytes(file("issuing.p7b"))));
    let told = check("listed", &server, &["--trust", "stranger.pem"]);
    assert_eq!(told.code, 0, "both are trusted");
    let mirror = format!("ca.test={}", server.url(""));
    let ran = crate::program::run(
        crate::program::kyso()
            .current_dir(pki())
            .args([
                "cert",
                "check",
                "--format",
                "json",
                "--trust",
                "stranger.pem",
            ])
            .args([
                "--mirror",
                &mirror,
                "--allow-host",
                "127.0.0.1",
                "listed.pem",
            ]),
    );
    assert_eq!(ran.code, 2, "{}", ran.out);
    assert!(ran.out.contains(r#""trust_class":"none""#), "{}", ran.out);
}

#[test]
fn the_next_address_is_asked_where_one_fails() {
    let dead = Server::new(|_| Reply::Status(500));
    let server = server(|_| None);
    let elsewhere = format!("dead.test={}", dead.url(""));
    let told = check("two", &server, &["--mirror", &elsewhere]);
    assert_eq!((told.code, told.leaf()), (0, ("good", "")), "{told:?}");
    // By POST and, without a nonce, by GET.
    let asked = dead.asked();
    assert!(asked.contains(&"GET /issuing.crt".to_owned()), "{asked:?}");
    assert!(asked.contains(&"POST /ocsp".to_owned()), "{asked:?}");
    assert!(
        asked.iter().any(|one| one.starts_with("GET /ocsp/")),
        "{asked:?}"
    );
    assert_eq!(told.findings(), ["NET-003"; 2]);
    // Lists take the place of answers.
    let lists = self::server_without_answers();
    let told = check("good", &lists, &[]);
    assert_eq!((told.code, told.source()), (0, "crl"), "{told:?}");
}

fn server_without_answers() -> Server {
    server(|asked| {
        asked
            .target
            .starts_with("/ocsp")
            .then_some(Reply::Status(503))
    })
}

#[test]
fn requests_go_by_get_without_a_nonce_and_by_post_with_one() {
    let server = server(|asked| {
        let path = asked.target.strip_prefix("/ocsp/")?;
        let base64 = path
            .replace("%2B", "+")
            .replace("%2F", "/")
            .replace("%3D", "=");
        let lines: Vec<&str> = (0..base64.len())
            .step_by(64)
            .map(|at| &base64[at..base64.len().min(at + 64)])
            .collect();
        let base64 = lines.join("\n");
        let pem = format!("-----BEGIN X-----\n{base64}\n-----END X-----\n");
        let (_, request) = der::pem::decode_vec(pem.as_bytes()).unwrap();
        Some(Reply::Bytes(answer(&request, RESPONDER)))
    });
    let told = check("good", &server, &["--ocsp-nonce", "ignore"]);
    assert_eq!((told.code, told.source()), (0, "ocsp"), "{told:?}");
    assert!(server.asked().iter().all(|one| !one.starts_with("POST")));
    let told = check("good", &server, &["--ocsp-nonce", "require"]);
    assert_eq!((told.code, told.source()), (0, "ocsp"), "{told:?}");
    assert!(server.asked().contains(&"POST /ocsp".to_owned()));
}

#[test]
fn a_nonce_that_is_wrong_is_never_accepted_and_an_absent_one_by_policy() {
    let request = |more: &str| {
        openssl(
            pki(),
            &format!("ocsp -issuer issuing.pem -cert good.pem -reqout plain{more}.der {more}"),
        );
        answer(&file(&format!("plain{more}.der")), RESPONDER)
    };
    let (absent, wrong) = (request("-no_nonce"), request("-nonce"));
    let always = |bytes: Vec<u8>| {
        server(move |asked| match asked.target.as_str() {
            "/issuing.crl" => Some(Reply::Status(404)),
            path if path.starts_with("/ocsp") && asked.method == "POST" => {
                Some(Reply::Bytes(bytes.clone()))
            }
            _ => None,
        })
    };
    let told = check("good", &always(absent.clone()), &[]);
    assert_eq!((told.code, told.leaf()), (0, ("good", "")), "{told:?}");
    let told = check("good", &always(absent), &["--ocsp-nonce", "require"]);
    assert_eq!(
        (told.code, told.leaf()),
        (2, ("undetermined", "PKI-091")),
        "{told:?}"
    );
    let told = check("good", &always(wrong), &[]);
    assert_eq!(
        (told.code, told.leaf()),
        (2, ("undetermined", "PKI-091")),
        "{told:?}"
    );
}

#[test]
fn openssl_as_a_responder_that_listens() {
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut responder = Command::new("openssl")
        .args([
            "ocsp",
            "-index",
            "index.txt",
            "-CA",
            "issuing.pem",
            "-port",
            &port.to_string(),
        ])
        .args(RESPONDER.split(' '))
        .args(["-ndays", "1"])
        .current_dir(pki())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let lists = server(|asked| {
        asked
            .target
            .starts_with("/ocsp")
            .then_some(Reply::Status(500))
    });
    let whole = server({
        let to = format!("http://127.0.0.1:{port}");
        move |asked| {
            let path = asked.target.strip_prefix("/ocsp")?;
            Some(Reply::Redirect(307, format!("{to}{path}")))
        }
    });
    thread::sleep(Duration::from_millis(500));
    for (name, code, status) in [("good", 0, "good"), ("revoked", 1, "revoked")] {
        let told = check(name, &whole, &[]);
        assert_eq!(
            (told.code, told.leaf().0, told.source()),
            (code, status, "ocsp"),
            "{told:?}"
        );
        let told = check(name, &lists, &[]);
        assert_eq!(
            (told.code, told.leaf().0, told.source()),
            (code, status, "crl"),
            "{told:?}"
        );
    }
    responder.kill().unwrap();
    responder.wait().unwrap();
}

#[test]
fn a_proxy_is_told_whole_addresses_and_its_password() {
    let proxy = server(|_| None);
    let url = format!("http://clerk:secret@127.0.0.1:{}", proxy.port);
    // The proxy may stand anywhere; the names behind it are its own to resolve.
    let told = check_with("good", &["--proxy", &url]);
    assert_eq!((told.code, told.leaf()), (0, ("good", "")), "{told:?}");
    assert!(
        proxy
            .asked()
            .contains(&"GET http://ca.test/root.crl".to_owned()),
        "{:?}",
        proxy.asked()
    );
    for request in proxy.requests() {
        let header = |line: &String| {
            line.eq_ignore_ascii_case("proxy-authorization: Basic Y2xlcms6c2VjcmV0")
        };
        assert!(request.headers.iter().any(header), "{:?}", request.headers);
    }
}

#[test]
fn a_folder_may_stand_for_a_host_without_any_network() {
    let mirror = format!("ca.test={}", pki().display());
    let told = check_with("listed", &["--offline", "--mirror", &mirror]);
    assert_eq!((told.code, told.leaf()), (0, ("good", "")), "{told:?}");
    let by_url = format!("ca.test=file://{}", pki().display());
    let told = check_with("gone", &["--offline", "--mirror", &by_url]);
    assert_eq!(
        (told.code, told.leaf()),
        (1, ("revoked", "PKI-020")),
        "{told:?}"
    );
}

#[test]
fn offline_asks_nobody() {
    let server = server(|_| None);
    let told = check("good", &server, &["--offline"]);
    assert_eq!((told.code, told.path()), (2, "undetermined"));
    assert!(server.asked().is_empty() && told.findings().is_empty());
}

/// The authorities of the system decide whom HTTPS is spoken with; here the system is a file.
#[test]
fn https_is_spoken_with_servers_that_the_system_trusts() {
    let port = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port();
    let mut server = Command::new("openssl")
        .args([
            "s_server", "-WWW", "-quiet", "-cert", "tls.pem", "-key", "tls.key",
        ])
        .args(["-accept", &format!("127.0.0.1:{port}")])
        .current_dir(pki())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    thread::sleep(Duration::from_millis(500));
    let mirror = format!("ca.test=https://localhost:{port}");
    let check = |trusted: &str| {
        let ran = crate::program::run(
            crate::program::kyso()
                .current_dir(pki())
                .env("SSL_CERT_FILE", pki().join(trusted))
                .args(["cert", "check", "--format", "json", "--lang", "en"])
                .args(["--trust", "root.pem", "--mirror", &mirror])
                .args(["--allow-host", "localhost", "listed.pem"]),
        );
        (ran.code, ran.out)
    };
    let (code, out) = check("root.pem");
    assert_eq!(code, 0, "{out}");
    let (code, out) = check("stranger.pem");
    assert_eq!(code, 2, "{out}");
    assert!(out.contains("NET-002"), "{out}");
    server.kill().unwrap();
    server.wait().unwrap();
}
