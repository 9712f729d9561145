//! The standard security handler, on files that qpdf encrypts.

use std::{fs, process::Command, sync::OnceLock};

use proptest::prelude::*;

use super::{arbitrary::walk, build::Pdf, id, open};
use crate::{
    error::ErrorKind,
    pdf::{
        Dictionary, Document, Object, ObjectId,
        encryption::{Access, Method},
        field::{SignatureDictionary, signature_dictionary, signature_fields},
        object::Name,
    },
    report::Finding,
};

/// All schemes, as qpdf's options after the passwords.
const SCHEMES: [&[&str]; 9] = [
    &["40"],
    &["128", "--use-aes=n"],
    &["128", "--use-aes=n", "--cleartext-metadata"],
    &["128", "--force-V4"],
    &["128", "--use-aes=y"],
    &["128", "--use-aes=y", "--cleartext-metadata"],
    &["256"],
    &["256", "--cleartext-metadata"],
    &["256", "--force-R5"],
];

/// How objects are laid out.
const LAYOUTS: [&[&str]; 3] = [
    &["--object-streams=disable"],
    &["--object-streams=generate"],
    &["--object-streams=generate", "--linearize"],
];

/// Two fields, one of them signed, and a metadata stream.
fn plain() -> Vec<u8> {
    let mut pdf = Pdf::new();
    pdf.object(
        1,
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[4 0 R]/SigFlags 3>>/Metadata 8 0 R>>",
    );
    pdf.object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>");
    pdf.object(
        3,
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[5 0 R 6 0 R]/Contents 9 0 R>>",
    );
    pdf.object(4, "<</T<FEFF01A0>/FT/Sig/Kids[5 0 R 6 0 R]>>");
    pdf.object(
        5,
        "<</T(signed)/Parent 4 0 R/Type/Annot/Subtype/Widget/V 7 0 R/Rect[0 0 1 1]/P 3 0 R>>",
    );
    pdf.object(
        6,
        "<</T()/Parent 4 0 R/Type/Annot/Subtype/Widget/Rect[0 0 1 1]/P 3 0 R>>",
    );
    pdf.object(
        7,
        "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/ByteRange[0 1 2 3]\
        /Contents<3003020100>/Reason(Ph\\352 duy\\347t)/Location(H\\340 N\\351i)>>",
    );
    pdf.stream(8, "/Type/Metadata/Subtype/XML", b"<x:xmpmeta/>");
    pdf.stream(9, "", b"0 0 9 9 re f");
    pdf.table("/ID[<00112233><44>]").take()
}

fn encrypted(user: &str, scheme: &[&str], layout: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    fs::write(&from, plain()).unwrap();
    let done = Command::new("qpdf")
        .args(layout)
        .args(["--allow-weak-crypto", "--encrypt", user, "owner"])
        .args(scheme)
        .arg("--")
        .args([&from, &to])
        .output()
        .expect("qpdf is installed by make test");
    assert!(done.status.success(), "{scheme:?}: {done:?}");
    fs::read(to).unwrap()
}

/// Names of the fields, the dictionary of the signed one, the data of /Contents of the page and of /Metadata.
fn seen(document: &Document) -> (Vec<String>, SignatureDictionary, Vec<Vec<u8>>) {
    let newest = document.revisions().len() - 1;
    let (fields, findings) = signature_fields(document, newest).unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let mut signed = fields
        .iter()
        .filter_map(|field| signature_dictionary(document, newest, field).unwrap());
    let signature = signed.next().unwrap();
    let catalog = document.catalog_at(newest).unwrap();
    let at = |object: &Object, key| {
        let value = object.as_dictionary().unwrap().get(key).unwrap().clone();
        document.resolve(&value).unwrap()
    };
    let pages = at(&catalog.clone().into(), "Pages");
    let kids = at(&pages, "Kids");
    let page = document.resolve(&kids.as_array().unwrap()[0]).unwrap();
    let streams = [at(&page, "Contents"), at(&catalog.into(), "Metadata")]
        .map(|stream| document.stream_data(stream.as_stream().unwrap()).unwrap());
    let names = fields.into_iter().map(|field| field.name).collect();
    (names, signature, streams.to_vec())
}

#[test]
fn all_schemes_read_as_the_plain_file() {
    let (names, signature, streams) = seen(&open(plain()).unwrap());
    assert_eq!(names.len(), 2);
    for scheme in SCHEMES {
        for layout in LAYOUTS {
            let document = open(encrypted("", scheme, layout)).unwrap();
            assert!(document.is_encrypted() && document.locked(None).is_none());
            let (found, of_signature, data) = seen(&document);
            assert_eq!(found, names, "{scheme:?}");
            assert_eq!(of_signature.reason, signature.reason, "{scheme:?}");
            assert_eq!(of_signature.location, signature.location, "{scheme:?}");
            let (ours, theirs) = (of_signature.contents.unwrap(), signature.contents.as_ref());
            assert_eq!(ours.bytes, theirs.unwrap().bytes, "{scheme:?}");
            assert_eq!(data, streams, "{scheme:?} {layout:?}");
            // The dictionary itself is plain: read again, it opens again.
            let value = |key| document.trailer().get(key).unwrap();
            let again = Access::new(value("Encrypt"), Some(value("ID")), None, |o| {
                document.resolve(o)
            });
            assert!(matches!(again.unwrap(), Access::Open(_)), "{scheme:?}");
            assert!(!document.repaired(), "{:?}", document.findings());
            assert_eq!(super::codes(&document), ["PDF-READ-030"], "{scheme:?}");
        }
    }
}

#[test]
fn the_span_of_a_string_is_that_of_the_ciphertext() {
    let bytes = encrypted("", &["256"], &["--object-streams=disable"]);
    let document = open(bytes.clone()).unwrap();
    let (_, signature, _) = seen(&document);
    let span = signature.contents.unwrap().span.unwrap();
    let range = usize::try_from(span.start).unwrap()..usize::try_from(span.end).unwrap();
    assert_eq!(&bytes[range], b"<3003020100>");
}

#[test]
fn another_password_is_asked_for() {
    for scheme in SCHEMES {
        let document = open(encrypted("secret", scheme, LAYOUTS[1])).unwrap();
        let error = document.locked(Some("a.pdf")).unwrap();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Pin, "password-required"),
            "{scheme:?}"
        );
        assert!(error.to_string().contains("a.pdf"), "{error}");
        let (fields, findings) = signature_fields(&document, 0).unwrap();
        let codes: Vec<_> = findings.iter().map(Finding::code).collect();
        assert!(fields.is_empty() && codes == ["PDF-SIG-009"], "{codes:?}");
    }
}

#[test]
fn broken_cross_reference_data_does_not_hide_the_key() {
    for layout in &LAYOUTS[..2] {
        let mut bytes = encrypted("", &["256"], layout);
        let end = bytes.len() - 9;
        bytes.truncate(end);
        let at = memchr::memmem::rfind(&bytes, b"startxref").unwrap();
        bytes[at..].fill(b' ');
        let document = open(bytes).unwrap();
        assert!(document.is_rebuilt());
        assert_eq!(seen(&document).0, seen(&open(plain()).unwrap()).0);
    }
}

#[test]
fn a_newest_trailer_without_encrypt_locks() {
    let mut pdf = Pdf::document();
    pdf.object(5, "<</Filter/Standard/V 1/R 2>>")
        .table("/Encrypt 5 0 R");
    pdf.stream(4, "", b"plain?").table("");
    let document = open(pdf.take()).unwrap();
    assert_eq!(document.locked(None).unwrap().code(), "pdf-encryption");
}

fn value() -> impl Strategy<Value = Object> {
    let leaf = prop_oneof![
        Just(Object::Null),
        any::<bool>().prop_map(Object::Boolean),
        any::<i64>().prop_map(Object::Integer),
        (-2_i64..300).prop_map(Object::Integer),
        prop::collection::vec(any::<u8>(), 0..70).prop_map(Object::string),
        "(Identity|StdCF|V2|AESV2|AESV3|None|Standard|Odd)".prop_map(|name| Object::name(&name)),
        any::<u32>().prop_map(|number| id(number).into()),
    ];
    leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Object::Array),
            prop::collection::vec(("(CFM|StdCF|Length)", inner), 0..4).prop_map(dictionary),
        ]
    })
}

fn dictionary(entries: Vec<(String, Object)>) -> Object {
    let entries = entries
        .into_iter()
        .map(|(key, value)| (key.as_str().into(), value));
    Dictionary::from_file(entries.collect::<Vec<(Name, Object)>>()).into()
}

/// Tries the empty password and, where it opens, everything behind it.
fn attempt(encrypt: &Object, trailer_id: Option<&Object>, data: &[u8], owner: ObjectId) {
    let resolve = |object: &Object| match object {
        Object::Reference(_) => Ok::<_, ()>(Object::Null),
        other => Ok(other.clone()),
    };
    if let Ok(Access::Open(cipher)) = Access::new(encrypt, trailer_id, None, resolve) {
        let mut object = Object::Array(vec![Object::string(data), encrypt.clone()]);
        let _ = cipher.decrypt_strings(owner, &mut object);
        for method in [Method::Rc4, Method::Aes128, Method::Aes256] {
            let _ = cipher.decrypt_stream(owner, method, data);
        }
        let _ = cipher.encrypt(owner, &mut object, &|_| Ok(()));
    }
}

/// Encryption dictionaries of files that the empty password opens, with their /ID.
fn sound() -> &'static [(Dictionary, Object)] {
    static SOUND: OnceLock<Vec<(Dictionary, Object)>> = OnceLock::new();
    SOUND.get_or_init(|| {
        let one = |scheme: &&[&str]| {
            let document = open(encrypted("", scheme, LAYOUTS[0])).unwrap();
            let value = |key| document.trailer().get(key).unwrap().clone();
            let Object::Dictionary(encrypt) = document.resolve(&value("Encrypt")).unwrap() else {
                panic!("no dictionary");
            };
            (encrypt, value("ID"))
        };
        SCHEMES.iter().map(one).collect()
    })
}

const KEYS: &str = "(Filter|V|R|Length|P|O|U|OE|UE|Perms|EncryptMetadata|CF|StmF|StrF)";

proptest! {
    #[test]
    fn no_dictionary_does_harm(
        entries in prop::collection::vec((KEYS, value()), 0..14),
        version in 0_i64..7,
        revision in 1_i64..8,
        trailer_id in prop::option::of(value()),
        data in prop::collection::vec(any::<u8>(), 0..100),
        number: u32,
        generation: u16,
    ) {
        let Object::Dictionary(mut made) = dictionary(entries) else { return Ok(()) };
        made.set("Filter", Object::name("Standard"));
        made.set("V", version);
        made.set("R", revision);
        attempt(&made.into(), trailer_id.as_ref(), &data, ObjectId { number, generation });
    }

    #[test]
    fn no_change_of_a_sound_dictionary_does_harm(
        which in 0..SCHEMES.len(),
        changes in prop::collection::vec((KEYS, value()), 0..3),
        data in prop::collection::vec(any::<u8>(), 0..100),
        number: u32,
        generation: u16,
    ) {
        let (mut made, trailer_id) = sound()[which].clone();
        for (key, value) in changes {
            made.set(key.as_str(), value);
        }
        attempt(&made.into(), Some(&trailer_id), &data, ObjectId { number, generation });
    }

    #[test]
    fn no_change_of_an_encrypted_file_does_harm(
        aes: bool,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        static FILES: OnceLock<[Vec<u8>; 2]> = OnceLock::new();
        let files = FILES.get_or_init(|| {
            [SCHEMES[1], SCHEMES[6]].map(|scheme| encrypted("", scheme, LAYOUTS[1]))
        });
        let mut bytes = files[usize::from(aes)].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        walk(bytes);
    }
}
