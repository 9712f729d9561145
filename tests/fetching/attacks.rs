//! Servers that hang, lie, send too much, or send us elsewhere.

use std::time::{Duration, Instant};

use crate::{
    pki::{answer, check, check_with, file, server},
    server::{Asked, Reply, Server},
};

/// The answers of a responder are wrong in some way, and there are no lists.
fn lying(reply: impl Fn(&Asked) -> Reply + Send + Sync + 'static) -> Server {
    server(move |asked| match asked.target.as_str() {
        "/issuing.crl" => Some(Reply::Status(404)),
        path if path.starts_with("/ocsp") => Some(reply(asked)),
        _ => None,
    })
}

/// Undetermined, for a reason that names the host or the fault, and within the time.
fn open(server: &Server, more: &[&str], reason: &str, finding: &str) {
    let begun = Instant::now();
    let told = check("good", server, &[&["--deadline", "3"], more].concat());
    let took = begun.elapsed();
    assert_eq!((told.code, told.leaf().0), (2, "undetermined"), "{told:?}");
    assert!(
        told.leaf().1 == reason && told.findings().contains(&finding),
        "{reason} {finding}: {told:?}"
    );
    assert!(took < Duration::from_secs(9), "{took:?}");
}

#[test]
fn a_responder_that_hangs_drips_or_breaks_off() {
    open(&lying(|_| Reply::Hang), &[], "NET-001", "NET-001");
    let drip = |_: &Asked| Reply::Drip(vec![0x30; 4_000], Duration::from_millis(30));
    open(&lying(drip), &[], "NET-001", "NET-001");
    open(
        &lying(|_| Reply::Cut(vec![0x30, 0x82])),
        &[],
        "NET-002",
        "NET-002",
    );
    open(
        &lying(|_| Reply::Raw(b"SSH-2.0-x\r\n\r\n".to_vec())),
        &[],
        "NET-002",
        "NET-002",
    );
    open(
        &lying(|_| Reply::Raw(Vec::new())),
        &[],
        "NET-002",
        "NET-002",
    );
}

#[test]
fn a_responder_that_sends_garbage_or_a_gigabyte() {
    open(
        &lying(|_| Reply::Bytes(b"<html>".to_vec())),
        &[],
        "NET-007",
        "NET-007",
    );
    open(
        &lying(|_| Reply::Bytes(Vec::new())),
        &[],
        "NET-007",
        "NET-007",
    );
    for announced in [true, false] {
        let endless = move |_: &Asked| Reply::Endless {
            announced,
            bytes: 1 << 30,
        };
        open(&lying(endless), &[], "NET-004", "NET-004");
    }
    let header = [&b"HTTP/1.1 200 OK\r\nX: "[..], &vec![b'a'; 1 << 20]].concat();
    open(
        &lying(move |_| Reply::Raw(header.clone())),
        &[],
        "NET-002",
        "NET-002",
    );
}

#[test]
fn an_answer_by_the_wrong_key_for_another_certificate_or_with_a_refusal() {
    let stranger = |asked: &Asked| {
        if asked.method == "POST" {
            Reply::Bytes(answer(
                &asked.body,
                "-rsigner impostor.pem -rkey impostor.key",
            ))
        } else {
            Reply::Status(405)
        }
    };
    let told = check("good", &lying(stranger), &[]);
    assert_eq!(
        (told.code, told.leaf()),
        (2, ("undetermined", "PKI-086")),
        "{told:?}"
    );
    // An answer about another certificate says nothing; the status has no reason but that nobody told it.
    crate::pki::openssl(
        crate::pki::pki(),
        "ocsp -issuer issuing.pem -cert two.pem -no_nonce -reqout other.der",
    );
    let other = answer(&file("other.der"), crate::pki::RESPONDER);
    let told = check("good", &lying(move |_| Reply::Bytes(other.clone())), &[]);
    assert_eq!((told.code, told.leaf().0), (2, "undetermined"), "{told:?}");
    // tryLater (RFC 6960 clause 4.2.1).
    open(
        &lying(|_| Reply::Bytes(vec![0x30, 3, 0x0A, 1, 3])),
        &[],
        "PKI-083",
        "PKI-083",
    );
}

#[test]
fn a_list_of_the_impostor_of_the_same_name_is_none() {
    let server = server(|asked| {
        (asked.target == "/issuing.crl").then(|| Reply::Bytes(file("impostor.crl")))
    });
    let told = check("listed", &server, &[]);
    assert_eq!(
        (told.code, told.leaf()),
        (2, ("undetermined", "PKI-022")),
        "{told:?}"
    );
    // Its certificate, given as that of the issuer, is no issuer either.
    let server = crate::pki::server(|asked| {
        (asked.target == "/issuing.crt").then(|| Reply::Bytes(file("impostor.crt")))
    });
    let told = check("listed", &server, &[]);
    assert_eq!((told.code, told.path()), (2, "undetermined"), "{told:?}");
}

#[test]
fn redirects_lead_to_public_web_addresses_only() {
    let elsewhere = server(|_| None);
    let allowed = elsewhere.url("/issuing.crl");
    let redirecting = |to: String, status: u16| {
        server(move |asked| {
            (asked.target == "/issuing.crl").then(|| Reply::Redirect(status, to.clone()))
        })
    };
    for status in [301, 302, 303, 307, 308] {
        let told = check("listed", &redirecting(allowed.clone(), status), &[]);
        assert_eq!(told.code, 0, "{told:?}");
    }
    for forbidden in [
        "file:///etc/passwd".to_owned(),
        "file:/etc/passwd".to_owned(),
        "ftp://127.0.0.1/a".to_owned(),
        "gopher://127.0.0.1/a".to_owned(),
        format!("http://127.0.0.2:{}/issuing.crl", elsewhere.port),
        format!("http://[::ffff:127.0.0.2]:{}/issuing.crl", elsewhere.port),
        "http://169.254.169.254/latest/meta-data".to_owned(),
        "http://[::1]/issuing.crl".to_owned(),
        // Another way to write 127.0.0.2, which resolvers understand.
        format!("http://2130706434:{}/issuing.crl", elsewhere.port),
        format!("http://0x7f.2:{}/issuing.crl", elsewhere.port),
    ] {
        let told = check("listed", &redirecting(forbidden.clone(), 302), &[]);
        assert_eq!(
            (told.code, told.leaf()),
            (2, ("undetermined", "NET-005")),
            "{forbidden}: {told:?}"
        );
    }
    let circle = server(|asked| {
        (asked.target == "/issuing.crl").then(|| Reply::Redirect(302, "/issuing.crl".to_owned()))
    });
    let told = check("listed", &circle, &[]);
    assert_eq!(
        (told.code, told.leaf()),
        (2, ("undetermined", "NET-002")),
        "{told:?}"
    );
    let asked = circle
        .asked()
        .into_iter()
        .filter(|one| one.ends_with("/issuing.crl"));
    assert_eq!(asked.count(), 4);
}

/// A name that stands for a private address is judged by the address, when it is connected to.
#[test]
fn private_addresses_are_not_connected_to_whatever_name_leads_there() {
    let server = server(|_| None);
    for host in ["127.0.0.1", "localhost"] {
        let mirror = format!("ca.test=http://{host}:{}", server.port);
        let told = check_with("listed", &["--mirror", &mirror]);
        assert_eq!((told.code, told.path()), (2, "undetermined"), "{told:?}");
        assert_eq!(told.findings(), ["NET-005"], "{told:?}");
        let allowed = check_with("listed", &["--mirror", &mirror, "--allow-host", host]);
        assert_eq!(allowed.code, 0, "{allowed:?}");
    }
    let before = server.asked().len();
    let mirror = format!("ca.test=http://localhost:{}", server.port);
    let told = check_with(
        "listed",
        &["--mirror", &mirror, "--allow-host", "10.0.0.0/8"],
    );
    assert_eq!((told.code, server.asked().len()), (2, before));
}

#[test]
fn the_deadline_is_one_for_everything() {
    let server = Server::new(|_| Reply::Hang);
    for deadline in ["0", "1"] {
        let begun = Instant::now();
        let told = check("two", &server, &["--deadline", deadline]);
        assert_eq!((told.code, told.path()), (2, "undetermined"));
        assert!(
            begun.elapsed() < Duration::from_secs(6),
            "{:?}",
            begun.elapsed()
        );
    }
}

/// The content of a DER value, and what follows it.
fn split(der: &[u8]) -> (&[u8], &[u8]) {
    let (length, head) = match der[1] {
        short @ 0..=0x7F => (usize::from(short), 2),
        long => {
            let octets = usize::from(long & 0x7F);
            let length = der[2..2 + octets].iter();
            (
                length.fold(0, |sum, octet| sum << 8 | usize::from(*octet)),
                2 + octets,
            )
        }
    };
    der[head..].split_at(length)
}

fn sequence(parts: &[&[u8]]) -> Vec<u8> {
    let length: usize = parts.iter().map(|part| part.len()).sum();
    let head = [
        &[0x30, 0x84][..],
        &u32::try_from(length).unwrap().to_be_bytes(),
    ]
    .concat();
    [&[&head[..]], parts].concat().concat()
}

/// A list of a hundred megabytes, which OpenSSL signs: it is fetched, read and asked within the time.
#[test]
fn a_list_of_a_hundred_megabytes() {
    let small = file("issuing.crl");
    let (tbs, after) = split(split(&small).0);
    let (algorithm, _) = after.split_at(2 + usize::from(after[1]));
    // Version, algorithm, issuer, two dates; then the entries.
    let mut rest = tbs;
    for _ in 0..5 {
        rest = split(rest).1;
    }
    let (head, more) = tbs.split_at(tbs.len() - rest.len());
    let (entries, extensions) = split(more);
    // A number that nobody has, and the day of the revocation.
    let entry = sequence(&[b"\x02\x08\x7F\xFF\xFF\xFF\xFF\xFF\xFF\xFF\x17\x0D250101000000Z"]);
    let count = (100 << 20) / entry.len();
    let many = sequence(&[entries, &entry.repeat(count)]);
    let tbs = sequence(&[head, &many, extensions]);
    let folder = crate::pki::pki();
    std::fs::write(folder.join("large.tbs"), &tbs).unwrap();
    crate::pki::openssl(
        folder,
        "dgst -sha256 -sign issuing.key -out large.sig large.tbs",
    );
    let signature = file("large.sig");
    let bits = [
        &[3, u8::try_from(signature.len() + 1).unwrap(), 0][..],
        &signature,
    ]
    .concat();
    let large = sequence(&[&tbs, algorithm, &bits]);
    std::fs::remove_file(folder.join("large.tbs")).unwrap();
    let server =
        server(move |asked| (asked.target == "/issuing.crl").then(|| Reply::Bytes(large.clone())));
    let begun = Instant::now();
    // One certificate that it names, among three million that nobody has.
    let told = check("gone", &server, &[]);
    assert_eq!(
        (told.code, told.leaf()),
        (1, ("revoked", "PKI-020")),
        "{told:?}"
    );
    eprintln!("a list of 100 MB: {:?}", begun.elapsed());
}
