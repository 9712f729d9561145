use std::path::Path;

use super::*;

#[test]
fn redirects_are_made_whole_and_odd_ones_are_nothing() {
    let from = "http://ca/pki/a.crl";
    for (to, whole) in [
        ("http://other/b", Some("http://other/b")),
        ("/b", Some("http://ca/b")),
        ("b", Some("http://ca/pki/b")),
        ("//other/b", Some("http://other/b")),
        ("file:/etc/passwd", None),
        ("data:,x", None),
    ] {
        assert_eq!(absolute(from, to).as_deref(), whole, "{to}");
    }
}

#[test]
fn nothing_leads_out_of_the_folder_of_a_mirror() {
    let folder = Path::new("/mirror");
    for (path, file) in [
        ("/pki/a.crl", "/mirror/pki/a.crl"),
        ("/../../etc/passwd", "/mirror/etc/passwd"),
        ("//etc/passwd", "/mirror/etc/passwd"),
        ("/./a", "/mirror/a"),
    ] {
        assert_eq!(inside(folder, path), Path::new(file));
    }
}

#[test]
fn settings_that_are_none_are_named() {
    for json in [
        r#"{"allow-host": ["10.0.0.0/99"]}"#,
        r#"{"proxy": "socks5://a"}"#,
        r#"{"mirror": ["ca.gov.vn"]}"#,
    ] {
        let options = Options::from_json(json).unwrap();
        let error = HttpFetch::new(&options).unwrap_err();
        assert_eq!(error.code(), "argument", "{json}");
    }
}
