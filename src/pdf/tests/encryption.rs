//! The standard security handler, on files that qpdf encrypts.

use std::{fs, process::Command, sync::OnceLock};

use proptest::prelude::*;

use super::{arbitrary::walk, build::Pdf, id, open};
use crate::{
    error::ErrorKind,
    pdf::{
        Dictionary, Document, Object, ObjectId,
        encryption::{Access, Closed, Method},
        field::{SignatureDictionary, signature_dictionary, signature_fields},
        object::{Name, Stream, StreamData},
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
            assert!(document.is_encrypted() && document.locked().is_none());
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
        let error = document.locked().unwrap();
        assert_eq!(
            (error.kind(), error.code()),
            (ErrorKind::Pin, "password-required"),
            "{scheme:?}"
        );
        assert!(error.to_string().contains("PDF"), "{error}");
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
fn an_object_stream_holds_no_encryption_dictionary() {
    let mut bytes = encrypted("", &["256"], LAYOUTS[0]);
    let at = memchr::memmem::rfind(&bytes, b"startxref").unwrap();
    bytes.truncate(at);
    let encrypt = open(bytes.clone()).unwrap();
    let encrypt = encrypt.trailer().get("Encrypt").unwrap().as_reference();
    let inside = format!("{} 0 null", encrypt.unwrap().number);
    let stream = format!(
        "99 0 obj<</Type/ObjStm/N 1/First {}/Filter/Crypt/Length {}>>stream\n{inside}\nendstream endobj\n",
        inside.len() - 4,
        inside.len()
    );
    bytes.extend(stream.into_bytes());
    let document = open(bytes).unwrap();
    assert!(document.is_rebuilt());
    let resolved = document.object(encrypt.unwrap()).unwrap();
    assert!(resolved.as_dictionary().is_some(), "{resolved:?}");
}

#[test]
fn a_newest_trailer_without_encrypt_locks() {
    let mut pdf = Pdf::document();
    pdf.object(5, "<</Filter/Standard/V 1/R 2>>")
        .table("/Encrypt 5 0 R");
    pdf.stream(4, "", b"plain?").table("");
    let document = open(pdf.take()).unwrap();
    assert_eq!(document.locked().unwrap().code(), "pdf-encryption");
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

/// Opens a dictionary in which nothing is a reference.
fn access(encrypt: &Dictionary, trailer_id: &Object) -> Access {
    let resolve = |object: &Object| Ok::<_, ()>(object.clone());
    Access::new(&encrypt.clone().into(), Some(trailer_id), None, resolve).unwrap()
}

/// A dictionary with names as values, as filters have it.
fn names(entries: &[(&str, &str)]) -> Dictionary {
    let mut dictionary = Dictionary::default();
    for (key, value) in entries {
        dictionary.set(*key, Object::name(value));
    }
    dictionary
}

#[test]
fn every_stream_has_its_own_crypt_filter() {
    let (mut encrypt, trailer_id) = sound()[4].clone();
    let method = |encrypt: &Dictionary, dictionary: &Dictionary| {
        let Access::Open(cipher) = access(encrypt, &trailer_id) else {
            panic!("closed: {encrypt:?}");
        };
        let resolve = |object: &Object| Ok::<_, ()>(object.clone());
        cipher.stream_method(dictionary, resolve).unwrap()
    };
    let own = |name: &str| {
        let mut dictionary = Dictionary::default();
        let filters = ["Crypt", "FlateDecode"].map(Object::name);
        dictionary.set("Filter", filters.to_vec());
        let parameters = vec![names(&[("Name", name)]).into(), Object::Null];
        dictionary.set("DecodeParms", parameters);
        dictionary
    };
    assert_eq!(method(&encrypt, &Dictionary::default()), Ok(Method::Aes128));
    assert_eq!(method(&encrypt, &own("StdCF")), Ok(Method::Aes128));
    assert_eq!(method(&encrypt, &own("Identity")), Ok(Method::Identity));
    assert_eq!(method(&encrypt, &own("Odd")), Err("Odd".to_owned()));
    let bare = names(&[("Filter", "Crypt")]);
    assert_eq!(method(&encrypt, &bare), Ok(Method::Identity));
    assert_eq!(
        method(&encrypt, &names(&[("Type", "XRef")])),
        Ok(Method::Identity)
    );
    assert_eq!(
        method(&encrypt, &names(&[("Type", "Metadata")])),
        Ok(Method::Aes128)
    );
    let (cleartext, _) = &sound()[5];
    let of_cleartext = sound()[5].1.clone();
    let Access::Open(cipher) = access(cleartext, &of_cleartext) else {
        panic!("closed");
    };
    let resolve = |object: &Object| Ok::<_, ()>(object.clone());
    let metadata = cipher.stream_method(&names(&[("Type", "Metadata")]), resolve);
    assert_eq!(metadata.unwrap(), Ok(Method::Identity));

    // Strings and streams may differ, and embedded files have their own.
    encrypt.set("StmF", Object::name("Identity"));
    encrypt.set("EFF", Object::name("StdCF"));
    assert_eq!(
        method(&encrypt, &Dictionary::default()),
        Ok(Method::Identity)
    );
    let embedded = names(&[("Type", "EmbeddedFile")]);
    assert_eq!(method(&encrypt, &embedded), Ok(Method::Aes128));
    encrypt.set("StrF", Object::name("Odd"));
    let odd = access(&encrypt, &trailer_id);
    assert!(matches!(odd, Access::Closed(Closed::Dictionary(what)) if what == "/StrF /Odd"));
}

#[test]
fn where_only_attachments_are_encrypted_nobody_needs_a_password() {
    let document = open(encrypted("secret", SCHEMES[4], LAYOUTS[0])).unwrap();
    let value = |key| document.trailer().get(key).unwrap().clone();
    let Object::Dictionary(mut encrypt) = document.resolve(&value("Encrypt")).unwrap() else {
        panic!("no dictionary");
    };
    let closed = access(&encrypt, &value("ID"));
    assert!(matches!(closed, Access::Closed(Closed::PasswordRequired)));
    for key in ["StmF", "StrF"] {
        encrypt.set(key, Object::name("Identity"));
    }
    assert!(matches!(access(&encrypt, &value("ID")), Access::Open(_)));
}

#[test]
fn handlers_and_versions_that_are_not_known_are_named() {
    let (mut encrypt, trailer_id) = sound()[6].clone();
    encrypt.set("R", 9);
    let closed = access(&encrypt, &trailer_id);
    assert!(matches!(closed, Access::Closed(Closed::Dictionary(what)) if what == "V 5 R 9"));
    encrypt.set("Filter", Object::name("Adobe.PubSec"));
    let closed = access(&encrypt, &trailer_id);
    assert!(matches!(closed, Access::Closed(Closed::Handler(name)) if name == "Adobe.PubSec"));
}

#[test]
fn the_value_of_a_signature_is_never_encrypted() {
    let owner = id(7);
    for (encrypt, trailer_id) in sound() {
        let Access::Open(cipher) = access(encrypt, trailer_id) else {
            panic!("closed");
        };
        let mut signature = Dictionary::default();
        signature.set("ByteRange", vec![Object::Integer(0)]);
        signature.set("Contents", Object::string(*b"value"));
        signature.set("Reason", Object::string(*b"reason"));
        let mut object = Object::Dictionary(signature.clone());
        cipher
            .encrypt(owner, &mut object, &|iv| {
                iv.fill(1);
                Ok(())
            })
            .unwrap();
        let secret = object.as_dictionary().unwrap();
        assert_eq!(secret.get("Contents"), signature.get("Contents"));
        assert_ne!(secret.get("Reason"), signature.get("Reason"));
        assert!(cipher.decrypt_strings(owner, &mut object));
        assert_eq!(object, Object::Dictionary(signature));
    }
}

const KEYS: &str = "(Filter|V|R|Length|P|O|U|OE|UE|Perms|EncryptMetadata|CF|StmF|StrF)";

proptest! {
    #[test]
    fn what_is_encrypted_is_decrypted_again(
        which in 0..SCHEMES.len(),
        value in value(),
        data in prop::collection::vec(any::<u8>(), 0..100),
        number: u32,
        generation: u16,
    ) {
        let (encrypt, trailer_id) = &sound()[which];
        let Access::Open(cipher) = access(encrypt, trailer_id) else {
            panic!("closed");
        };
        let owner = ObjectId { number, generation };
        let mut plain = Dictionary::default();
        plain.set("Value", value);
        let data_in = StreamData::Memory(data.clone());
        let stream = Stream { dictionary: plain.clone(), data: data_in };
        let mut object = Object::Stream(stream);
        let random = |iv: &mut [u8]| {
            iv.fill(7);
            Ok(())
        };
        cipher.encrypt(owner, &mut object, &random).unwrap();
        let Object::Stream(Stream { dictionary, data: StreamData::Memory(secret) }) = object else {
            panic!("no stream");
        };
        let resolve = |object: &Object| Ok::<_, ()>(object.clone());
        let method = cipher.stream_method(&dictionary, resolve).unwrap().unwrap();
        prop_assert!(data.len() < 8 || secret != data);
        prop_assert_eq!(cipher.decrypt_stream(owner, method, &secret), (data, true));
        let mut strings = Object::Dictionary(dictionary);
        prop_assert!(cipher.decrypt_strings(owner, &mut strings));
        prop_assert_eq!(strings, Object::Dictionary(plain));
    }

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
