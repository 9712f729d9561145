use std::{fmt::Write as _, sync::LazyLock};

use const_oid::db::rfc5912;
use der::{AnyRef, Encode};
use p12_keystore::{EncryptionAlgorithm, KeyStore, KeyStoreEntry, MacAlgorithm};
use proptest::prelude::*;

use super::*;
use crate::{
    asn1::{Tag, Tlv, pem},
    crypto::DigestAlgorithm,
    demo_pki::DemoPki,
    error::ErrorKind,
    time::Time,
};

const PASSWORD: &str = "mật khẩu";

static PKI: LazyLock<DemoPki> = LazyLock::new(|| {
    let at = Time::from_rfc3339("2026-03-05T09:30:15+07:00").unwrap();
    DemoPki::create(at, PASSWORD).unwrap()
});

/// The person's key and chain, out of the file and in the clear.
fn entry() -> p12_keystore::PrivateKeyChain {
    let store = KeyStore::from_pkcs12(&PKI.person_p12, PASSWORD).unwrap();
    store.private_key_chain().unwrap().1.clone()
}

fn to_pem(label: &str, der: &[u8]) -> String {
    der::pem::encode_string(label, der::pem::LineEnding::CRLF, der).unwrap()
}

fn code(result: Result<Key>) -> (ErrorKind, &'static str) {
    let error = result.unwrap_err();
    assert!(!error.to_string().contains(PASSWORD));
    (error.kind(), error.code())
}

/// Whether a key signs what its certificate checks.
fn works(key: &Key) {
    let signer = key.signer();
    let algorithm = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256);
    assert!(signer.supports(&algorithm));
    let digest = crate::crypto::default_provider()
        .unwrap()
        .digest_of(DigestAlgorithm::Sha256, b"b")
        .unwrap();
    let values = signer.sign(
        &algorithm,
        &[ToBeSigned::Message(b"a"), ToBeSigned::Digest(&digest)],
    );
    let public = signer.certificate().public_key().unwrap();
    for (message, value) in [b"a", b"b"].into_iter().zip(values) {
        let value = value.unwrap();
        assert_eq!(value.len(), signer.signature_len(&algorithm));
        assert_eq!(public.verify(&algorithm, message, &value), Ok(()));
    }
}

#[test]
fn a_modern_pkcs12_file_gives_key_certificate_and_issuer() {
    for (file, name) in [
        (&PKI.person_p12, "Nguyễn Văn An"),
        (&PKI.organisation_p12, "Ủy ban nhân dân tỉnh An Bình"),
        (&PKI.tsa_p12, "Máy chủ cấp dấu thời gian thử nghiệm"),
    ] {
        let key = Key::from_pkcs12(file, PASSWORD).unwrap();
        assert_eq!(
            key.signer().certificate().common_name().as_deref(),
            Some(name)
        );
        assert_eq!(key.signer().chain().len(), 1);
        assert_eq!(
            (key.signer().key_type(), key.signer().key_bits()),
            (KeyType::Rsa, 2048)
        );
        works(&key);
        assert!(!format!("{key:?}").contains("30"), "{key:?}");
    }
}

#[test]
fn old_encryption_of_pkcs12_is_read() {
    for encryption in [
        EncryptionAlgorithm::PbeWithShaAnd3KeyTripleDesCbc,
        EncryptionAlgorithm::PbeWithShaAnd40BitRc4Cbc, // RC2, whatever its name says
    ] {
        for password in [PASSWORD, ""] {
            let mut store = KeyStore::new();
            store.add_entry("key", KeyStoreEntry::PrivateKeyChain(entry()));
            let writer = store.writer(password).encryption_algorithm(encryption);
            let file = writer
                .mac_algorithm(MacAlgorithm::HmacSha1)
                .write()
                .unwrap();
            works(&Key::from_pkcs12(&file, password).unwrap());
            let wrong = (ErrorKind::Pin, "password-wrong");
            assert_eq!(code(Key::from_pkcs12(&file, "x")), wrong);
        }
    }
}

#[test]
fn pkcs12_that_cannot_be_used_says_why() {
    let file = &PKI.person_p12;
    assert_eq!(
        code(Key::from_pkcs12(file, "")),
        (ErrorKind::Pin, "password-wrong")
    );
    assert_eq!(
        code(Key::from_pkcs12(file, "kyso-demo")),
        (ErrorKind::Pin, "password-wrong")
    );
    let malformed = (ErrorKind::Key, "key-file-malformed");
    assert_eq!(code(Key::from_pkcs12(b"", PASSWORD)), malformed);
    assert_eq!(
        code(Key::from_pkcs12(&file[..file.len() - 1], PASSWORD)),
        malformed
    );
    assert_eq!(
        code(Key::from_pkcs12(PKI.root_pem.as_bytes(), PASSWORD)),
        malformed
    );
    let big = vec![0x30; crate::limits::MAX_KEY_FILE_BYTES + 1];
    assert_eq!(code(Key::from_pkcs12(&big, PASSWORD)).0, ErrorKind::Limit);

    let store = |entries: &[(&str, KeyStoreEntry)]| {
        let mut store = KeyStore::new();
        for (alias, entry) in entries {
            store.add_entry(alias, entry.clone());
        }
        store
            .writer(PASSWORD)
            .encryption_iterations(10)
            .mac_iterations(10)
            .write()
            .unwrap()
    };
    let root = pem::blocks(PKI.root_pem.as_bytes()).unwrap();
    let root = p12_keystore::Certificate::from_der(&root[0].bytes).unwrap();
    let only = store(&[("root", KeyStoreEntry::Certificate(root.clone()))]);
    assert_eq!(
        code(Key::from_pkcs12(&only, PASSWORD)),
        (ErrorKind::Key, "key-missing")
    );
    let key = entry();
    let other = p12_keystore::PrivateKeyChain::new(key.key(), b"1", [root]);
    let other = KeyStoreEntry::PrivateKeyChain(other);
    let mismatch = (ErrorKind::Key, "key-certificate-mismatch");
    assert_eq!(
        code(Key::from_pkcs12(&store(&[("a", other.clone())]), PASSWORD)),
        mismatch
    );
    let two = store(&[("a", KeyStoreEntry::PrivateKeyChain(key)), ("b", other)]);
    // The same key twice is no question; the certificate that fits is taken.
    works(&Key::from_pkcs12(&two, PASSWORD).unwrap());
}

#[test]
fn one_of_several_keys_is_chosen_by_its_alias() {
    let mut store = KeyStore::new();
    let organisation = KeyStore::from_pkcs12(&PKI.organisation_p12, PASSWORD).unwrap();
    let organisation = organisation.private_key_chain().unwrap().1.clone();
    store.add_entry("Lãnh đạo", KeyStoreEntry::PrivateKeyChain(entry()));
    store.add_entry("Con dấu", KeyStoreEntry::PrivateKeyChain(organisation));
    let writer = store.writer(PASSWORD).encryption_iterations(10);
    let file = writer.mac_iterations(10).write().unwrap();
    let of = |alias| {
        let key = Key::from_pkcs12_alias(&file, PASSWORD, Some(alias))?;
        works(&key);
        Ok(key.signer().certificate().common_name().unwrap())
    };
    assert_eq!(of("Lãnh đạo").unwrap(), "Nguyễn Văn An");
    assert_eq!(of("con dấu").unwrap(), "Ủy ban nhân dân tỉnh An Bình");
    for (error, code) in [
        (of("dấu").unwrap_err(), "key-alias-missing"),
        (
            Key::from_pkcs12(&file, PASSWORD).unwrap_err(),
            "key-ambiguous",
        ),
    ] {
        assert_eq!(error.code(), code);
        let text: String = error.to_string();
        assert!(
            text.contains("Lãnh đạo") && text.contains("Con dấu"),
            "{text}"
        );
    }
    // A file with one key takes its alias, too, and no other.
    assert!(Key::from_pkcs12_alias(&PKI.person_p12, PASSWORD, Some("x")).is_err());
}

#[test]
fn names_of_strangers_are_shown_with_care() {
    let of = |names: &[&str]| listed(names.iter().map(|name| (*name).to_owned()));
    assert_eq!(of(&[]), "-");
    assert_eq!(of(&["a", "b\u{1b}[2J\n"]), "a, b\u{FFFD}[2J\u{FFFD}");
    let many = of(&["x"; 1000]);
    assert!(many.len() < 100 && many.ends_with('…'), "{many}");
    assert!(of(&["y".repeat(10_000).as_str()]).len() < 200);
}

#[test]
fn the_new_mac_of_pkcs12_is_checked() {
    // Made with Python's hashlib and OpenSSL: PBMAC1 with PBKDF2 over HMAC-SHA-512, and HMAC-SHA-256.
    let file = &pem::blocks(PBMAC1.as_bytes()).unwrap()[0].bytes;
    let key = Key::from_pkcs12_alias(file, PASSWORD, Some("pbmac1")).unwrap();
    assert_eq!(key.signer().key_type(), KeyType::EcP256);
    let wrong = (ErrorKind::Pin, "password-wrong");
    assert_eq!(code(Key::from_pkcs12(file, "mật khẩu ")), wrong);
    let mut damaged = file.to_vec();
    let at = damaged.len() - 25;
    damaged[at] ^= 1;
    assert_eq!(code(Key::from_pkcs12(&damaged, PASSWORD)), wrong);
    let salt = damaged.windows(8).position(|w| w == b"NOT USED").unwrap();
    damaged[salt] = b'n';
    damaged[at] ^= 1;
    assert!(
        Key::from_pkcs12(&damaged, PASSWORD).is_ok(),
        "the old salt is not used"
    );
}

const PBMAC1: &str = "-----BEGIN PKCS12-----
MIIEBwIBAzCCA4IGCSqGSIb3DQEHAaCCA3MEggNvMIIDazCCAgYGCSqGSIb3DQEHAaCCAfcEggHzMIIB7zCCAesGCyqGSIb3DQEM
CgEDoIIBljCCAZIGCiqGSIb3DQEJFgGgggGCBIIBfjCCAXowggEfoAMCAQICFBPcWZRGNSKC/bVnSodwCzB8Zw15MAoGCCqGSM49
BAMCMBExDzANBgNVBAMMBnBibWFjMTAgFw0yNjExMjIyMTEzMzNaGA8yMTI2MTAyOTIxMTMzM1owETEPMA0GA1UEAwwGcGJtYWMx
MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEIXiHyjVHh967y/rKhu+KQ7VHxlTS9Uwso7cBHpwq2aDUMj9IAg0ggpwjHUk2KIxA
8/p/XARt0rk0zUOmDS36SqNTMFEwHQYDVR0OBBYEFA26SVsJoc1MzlP/Wz4FbfAXuJ16MB8GA1UdIwQYMBaAFA26SVsJoc1MzlP/
Wz4FbfAXuJ16MA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSQAwRgIhANQiCCc04Q/g9/pPV/amxiKVvWtglKZZOadfpdgI
Q+2zAiEAzBAZ80TStdFaHthcLGyOuwKFIq4ad8XHwOKsOj6YhGQxQjAbBgkqhkiG9w0BCRQxDh4MAHAAYgBtAGEAYwAxMCMGCSqG
SIb3DQEJFTEWBBQWPNEDLoRuF2GkcDhNKQATDGTYizCCAV0GCSqGSIb3DQEHAaCCAU4EggFKMIIBRjCCAUIGCyqGSIb3DQEMCgEC
oIHuMIHrMFYGCSqGSIb3DQEFDTBJMCgGCSqGSIb3DQEFDDAbBAjAp9b291Dk+QIBZDAMBggqhkiG9w0CCQUAMB0GCWCGSAFlAwQB
KgQQeXuQZxsjDK/VIOcZTvVvwwSBkAUSh44RBxHahVTEwUKABAxalq+eVZj1GptHBNYhOBcJaaSOzaOYb1d/y+yRcITfTvJIjS9s
KdBEni2XK/5R0MKBWwWHVawDbbnA97hUEKqlSW31xkbaTcM3utpiB7X5+YCdsDHRhmwfLh3sutS2CxdBEcPtTFaamhokXXJSgk9c
Q8fxuQkbVPYHfcQ94A5rszFCMBsGCSqGSIb3DQEJFDEOHgwAcABiAG0AYQBjADEwIwYJKoZIhvcNAQkVMRYEFBY80QMuhG4XYaRw
OE0pABMMZNiLMHwwbTBJBgkqhkiG9w0BBQ4wPDAsBgkqhkiG9w0BBQwwHwQIN7cVKvz4wZcCAggAAgEgMAwGCCqGSIb3DQILBQAw
DAYIKoZIhvcNAgkFAAQgnE68RS4KvfhRtVPOrl72VPLqIcdu+EDyvxayz8B/MqoECE5PVCBVU0VEAgEB
-----END PKCS12-----
";

#[test]
fn a_file_that_wants_hours_of_key_derivation_is_refused_at_once() {
    let mut file = PKI.person_p12.clone();
    // INTEGER 10000, three times: MAC, certificates, key. The MAC's comes last.
    let at = file
        .windows(4)
        .rposition(|w| w == [2, 2, 0x27, 0x10])
        .unwrap();
    file.splice(at..at + 4, [2, 4, 0x7F, 0xFF, 0xFF, 0xFF]);
    // Two octets longer: the PFX and the MacData, the last one in it.
    let length = u16::from_be_bytes([file[2], file[3]]) + 2;
    file[2..4].copy_from_slice(&length.to_be_bytes());
    let mut fields = Tlv::parse(&file).unwrap().children();
    fields.next().unwrap();
    fields.next().unwrap();
    let mac = fields.offset();
    file[mac + 1] += 2;
    let started = std::time::Instant::now();
    assert_eq!(code(Key::from_pkcs12(&file, PASSWORD)).0, ErrorKind::Limit);
    assert!(started.elapsed() < std::time::Duration::from_secs(1));
}

#[test]
fn pem_in_all_its_forms() {
    let entry = entry();
    let (pkcs8, leaf) = (entry.key(), entry.chain()[0].as_der());
    let issuing = entry.chain()[1].as_der();
    let leaf_pem = to_pem("CERTIFICATE", leaf);
    let mut everything = PKI.root_pem.clone();
    write!(everything, "{}subject=whoever\n{leaf_pem}", PKI.issuing_pem).unwrap();

    // PKCS#8, PEM and DER, with the chain in several places.
    let key_pem = to_pem("PRIVATE KEY", pkcs8);
    for (key, certificate, chain, links) in [
        (key_pem.as_bytes(), leaf_pem.as_bytes(), None, 0),
        (pkcs8, leaf, Some(issuing), 1),
        (key_pem.as_bytes(), everything.as_bytes(), None, 1),
        (pkcs8, leaf_pem.as_bytes(), Some(everything.as_bytes()), 1),
    ] {
        let key = Key::from_pem(key, certificate, chain, None).unwrap();
        assert_eq!(key.signer().certificate().der(), leaf);
        assert_eq!(key.signer().chain().len(), links, "the root stays out");
        works(&key);
    }

    // PKCS#1
    let pkcs1 = Tlv::parse(pkcs8).unwrap().children();
    let mut fields = pkcs1;
    fields.next().unwrap();
    fields.next().unwrap();
    let pkcs1 = fields.expect(Tag::OCTET_STRING).unwrap().content;
    works(
        &Key::from_pem(
            to_pem("RSA PRIVATE KEY", pkcs1).as_bytes(),
            leaf,
            None,
            None,
        )
        .unwrap(),
    );

    // PBES2, with PBKDF2 and scrypt.
    let info = pkcs8::PrivateKeyInfo::try_from(pkcs8).unwrap();
    let pbkdf2 =
        pkcs8::pkcs5::pbes2::Parameters::pbkdf2_sha256_aes256cbc(100, b"saltsalt", &[7; 16]);
    let scrypt = pkcs8::pkcs5::scrypt::Params::new(4, 8, 1, 32).unwrap();
    let scrypt = pkcs8::pkcs5::pbes2::Parameters::scrypt_aes256cbc(scrypt, b"saltsalt", &[7; 16]);
    for parameters in [pbkdf2.unwrap(), scrypt.unwrap()] {
        let encrypted = info.encrypt_with_params(parameters, PASSWORD).unwrap();
        let key = to_pem("ENCRYPTED PRIVATE KEY", encrypted.as_bytes());
        works(&Key::from_pem(key.as_bytes(), leaf, None, Some(PASSWORD)).unwrap());
        works(&Key::from_pem(encrypted.as_bytes(), leaf, None, Some(PASSWORD)).unwrap());
        let missing = (ErrorKind::Pin, "password-required");
        assert_eq!(
            code(Key::from_pem(key.as_bytes(), leaf, None, None)),
            missing
        );
        for wrong in ["", "x", "y", "z"] {
            let result = code(Key::from_pem(key.as_bytes(), leaf, None, Some(wrong)));
            assert_eq!(result, (ErrorKind::Pin, "password-wrong"));
        }
    }
}

#[test]
fn sec1_keys_are_taken() {
    use aws_lc_rs::{encoding::AsDer as _, signature as alg};
    let pair = alg::EcdsaKeyPair::generate(&alg::ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let sec1 = pair.private_key().as_der().unwrap();
    let text = to_pem("EC PRIVATE KEY", sec1.as_ref());
    // Its certificate is another's: the key itself was read.
    let result = code(Key::from_pem(
        text.as_bytes(),
        PKI.issuing_pem.as_bytes(),
        None,
        None,
    ));
    assert_eq!(result.1, "key-certificate-mismatch");
}

#[test]
fn pem_that_cannot_be_used_says_why() {
    let entry = entry();
    let (key, leaf) = (
        to_pem("PRIVATE KEY", entry.key()),
        entry.chain()[0].as_der(),
    );
    let read = |key: &str, certificate: &[u8]| {
        code(Key::from_pem(key.as_bytes(), certificate, None, None)).1
    };
    assert_eq!(
        read(&key, PKI.root_pem.as_bytes()),
        "key-certificate-mismatch"
    );
    let same_size = PKI.issuing_pem.as_bytes();
    assert_eq!(read(&key, same_size), "key-certificate-mismatch");
    assert_eq!(read(&key, b""), "certificate-missing");
    assert_eq!(read(&key, key.as_bytes()), "certificate-missing");
    assert_eq!(read(&key, b"\x30\x03"), "certificate-malformed");
    assert_eq!(read(&PKI.root_pem, leaf), "key-missing");
    assert_eq!(read(&format!("{key}{key}"), leaf), "key-ambiguous");
    assert_eq!(read("", leaf), "key-file-malformed");
    assert_eq!(
        read("-----BEGIN PRIVATE KEY-----\n", leaf),
        "key-file-malformed"
    );
    let old = "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X\n\nAAAA\n-----END RSA PRIVATE KEY-----\n";
    assert_eq!(read(old, leaf), "key-file-unsupported");
    let algorithm = pkcs8::AlgorithmIdentifierRef {
        oid: rfc5912::ID_DSA,
        parameters: Some(AnyRef::NULL),
    };
    let dsa = pkcs8::PrivateKeyInfo::new(algorithm, b"x")
        .to_der()
        .unwrap();
    assert_eq!(
        read(&to_pem("PRIVATE KEY", &dsa), leaf),
        "key-type-unsupported"
    );
    let mut damaged = entry.key().to_vec();
    let middle = damaged.len() / 2;
    damaged[middle] ^= 1;
    assert_eq!(
        read(&to_pem("PRIVATE KEY", &damaged), leaf),
        "key-malformed"
    );
}

#[test]
fn no_wrong_password_is_taken_for_a_damaged_file() {
    // 600 wrong passwords: some of them give a padding that looks right.
    let info = entry_pkcs8();
    let info = pkcs8::PrivateKeyInfo::try_from(info.as_slice()).unwrap();
    let parameters =
        pkcs8::pkcs5::pbes2::Parameters::pbkdf2_sha256_aes256cbc(1, b"saltsalt", &[7; 16]);
    let encrypted = info
        .encrypt_with_params(parameters.unwrap(), PASSWORD)
        .unwrap();
    for n in 0..600 {
        let wrong = Some(n.to_string());
        let key = Key::from_pem(encrypted.as_bytes(), b"", None, wrong.as_deref());
        assert_eq!(code(key), (ErrorKind::Pin, "password-wrong"));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn damaged_files_never_panic(at in any::<prop::sample::Index>(), octet in any::<u8>(), cut in any::<bool>()) {
        let mut file = PKI.person_p12.clone();
        let at = at.index(file.len());
        if cut { file.truncate(at) } else { file[at] = octet }
        let _ = Key::from_pkcs12(&file, PASSWORD);
        let entry = entry_pkcs8();
        let mut key = entry.clone();
        let at = at % key.len();
        if cut { key.truncate(at) } else { key[at] = octet }
        let _ = Key::from_pem(&key, PKI.issuing_pem.as_bytes(), None, Some(PASSWORD));
    }
}

fn entry_pkcs8() -> Vec<u8> {
    static KEY: LazyLock<Vec<u8>> = LazyLock::new(|| entry().key().to_vec());
    KEY.clone()
}
