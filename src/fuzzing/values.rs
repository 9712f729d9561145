//! Single values: objects of PDF, ASN.1, certificates, key files, settings.

use std::sync::Arc;

use super::Believer;
use crate::{
    asn1::{Reader, Tag, Tlv, ber_to_der, pem as pem_blocks},
    cms::{self, SignedData},
    crypto::Digest,
    options::Options,
    pdf::{Object, lex::Lexer, parse::Parser, picture::Picture, text_string, write},
    pki::{
        self,
        path::{Demands, Purpose, evaluate_for},
    },
    report::Verdict,
    signer::Key,
    text::Lang,
    time::Time,
    x509::{Certificate, Crl, OcspResponse, name},
};

/// What is written is what is read.
pub(super) fn object(data: &[u8]) {
    let _ = Parser::new(&mut Lexer::new(data, u64::MAX - 9, false)).indirect();
    let _ = text_string::parse_date(data);
    let text = text_string::decode(data);
    assert_eq!(text_string::decode(&text_string::encode(&text)), text);
    let parse = |bytes: &[u8]| Parser::without_spans(&mut Lexer::new(bytes, 0, true)).object();
    let Ok(object) = parse(data) else { return };
    let mut first = Vec::new();
    write::object(&mut first, &object);
    let again = parse(&first).expect("what was written");
    let mut second = Vec::new();
    write::object(&mut second, &again);
    assert_eq!(
        first,
        second,
        "{} {}",
        String::from_utf8_lossy(&first),
        String::from_utf8_lossy(&second)
    );
    assert!(same(&object, &again), "{object:?} {again:?}");
}

/// Equal but for how it was written, and the last digits of a real number.
fn same(a: &Object, b: &Object) -> bool {
    match (a, b) {
        (Object::String(a), Object::String(b)) => a.bytes == b.bytes,
        (Object::Array(a), Object::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Object::Dictionary(a), Object::Dictionary(b)) => {
            let same_entry = |((ka, va), (kb, vb)): (_, (_, _))| {
                let _: (&crate::pdf::Name, &crate::pdf::Name) = (ka, kb);
                ka == kb && same(va, vb)
            };
            a.iter().count() == b.iter().count() && a.iter().zip(b.iter()).all(same_entry)
        }
        _ => match (a.as_number(), b.as_number()) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-4 * a.abs().max(1.0),
            _ => a == b,
        },
    }
}

/// A CMS value, as every kind of signature.
pub(super) fn cms(data: &[u8]) {
    let provider = &Believer::Zeros;
    let Ok(signed) = SignedData::parse(data, provider) else {
        return;
    };
    let zeros = Digest::new(&[0; 32]);
    for kind in [
        cms::Kind::Detached,
        cms::Kind::Cades,
        cms::Kind::Pkcs7Sha1,
        cms::Kind::Timestamp { imprint: &[0; 32] },
    ] {
        for document in [Some(&zeros), None] {
            let checked = cms::check(&signed, document, kind, &[], provider);
            assert_eq!(
                checked.verdict == Verdict::Passed,
                checked.sub_indication.is_none()
            );
            assert!(checked.verdict != Verdict::Passed || checked.certificate.is_some());
            assert!(checked.verdict != Verdict::Passed || document.is_some());
            for finding in &checked.findings {
                let _ = (finding.message(Lang::En), finding.message(Lang::Vi));
            }
        }
    }
}

/// DER stays as it is, and what comes out is DER.
pub(super) fn ber(data: &[u8]) {
    let Ok(der) = ber_to_der(data) else {
        return;
    };
    let again = ber_to_der(&der).expect("DER is BER");
    assert_eq!(der, again);
    assert!(matches!(again, std::borrow::Cow::Borrowed(_)));
    walk(&Tlv::parse(&der).expect("DER"), 0);
    if let Ok(tlv) = Tlv::parse(data) {
        walk(&tlv, 0);
    }
}

fn walk(tlv: &Tlv<'_>, depth: usize) {
    let _ = (
        tlv.octets(),
        tlv.bits(),
        tlv.boolean(),
        tlv.unsigned(),
        tlv.oid(),
    );
    let _ = crate::asn1::time::parse(tlv);
    let _ = crate::asn1::dotted(tlv.content);
    if tlv.tag.constructed && depth < 64 {
        let mut children = tlv.children();
        while let Ok(Some(child)) = children.try_next() {
            assert!(child.offset >= tlv.offset && child.full.len() <= tlv.full.len());
            walk(&child, depth + 1);
        }
    }
}

/// A certificate or a CRL.
pub(super) fn x509(data: &[u8]) {
    let _ = name::to_text(data);
    let _ = name::serial_text(data);
    let _ = name::names_match(data, data);
    if let Some(certificate) = Certificate::parse(data, &Believer::Zeros) {
        assert_eq!(certificate.der(), data);
        let text = certificate.subject_text() + &certificate.issuer_text();
        assert!(!text.contains('\u{1B}'), "{text}");
        let _ = (certificate.report(), certificate.common_name());
        let _ = certificate.key_usage();
        let _ = certificate.refusals();
        let _ = certificate.is_self_issued();
        assert!(name::names_match(
            certificate.subject(),
            certificate.subject()
        ));
    }
    if let Some(crl) = Crl::parse(data.to_vec()) {
        let _ = (crl.this_update(), crl.next_update(), crl.issuer());
        for serial in [&[1][..], &[0], &[], &[0xFF; 20]] {
            let _ = crl.lookup(crl.issuer(), serial);
        }
    }
}

/// Certificates, CRLs and OCSP responses, one behind the other: the first is to be proven, the last self-issued one is trusted.
pub(super) fn path(data: &[u8]) {
    let mut reader = Reader::new(data);
    let (mut certificates, mut crls, mut ocsps) = (Vec::new(), Vec::new(), Vec::new());
    while let Ok(value) = reader.next() {
        if let Some(certificate) = Certificate::parse(value.full, &Believer::Zeros) {
            certificates.push(certificate);
        } else if let Some(crl) = Crl::parse(value.full.to_vec()) {
            crls.push(crl);
        } else if let Some(ocsp) = OcspResponse::parse(value.full.to_vec(), &Believer::Zeros) {
            ocsps.push(ocsp);
        }
        if certificates.len() + crls.len() + ocsps.len() > 24 {
            break;
        }
    }
    let Some((leaf, held)) = certificates.split_first() else {
        return;
    };
    let anchor = held.iter().rev().find(|held| held.is_self_issued());
    let anchors: Vec<Arc<Certificate>> = anchor.or(held.last()).into_iter().cloned().collect();
    let store = pki::Store::new(anchors, Vec::new(), crls).with_ocsps(ocsps);
    let at = leaf.not_before().unix().saturating_add(1);
    let at = Time::from_unix(at).unwrap_or(Time::EPOCH);
    let demands = Demands {
        purpose: match data.len() % 3 {
            0 => Purpose::Sign,
            1 => Purpose::Timestamp,
            _ => Purpose::Any,
        },
        ..Demands::default()
    };
    let outcome = evaluate_for(leaf, held, &store, at, &demands);
    if outcome.status == crate::report::PathStatus::Valid {
        assert!(outcome.chain.first().is_some_and(|first| first == leaf));
        assert!(
            outcome
                .chain
                .last()
                .is_some_and(|last| store.is_anchor(last))
        );
        let query = pki::revocation::Query {
            chain: &outcome.chain,
            store: &store,
            held: &pki::revocation::Held::default(),
            provider: &Believer::Zeros,
            policy: &pki::revocation::Policy::default(),
            at,
            now: at,
        };
        let reports = pki::revocation::evaluate(&query).reports;
        assert_eq!(reports.len() + 1, outcome.chain.len());
    } else {
        assert!(outcome.reason.is_some());
    }
}

/// A PKCS#12 file; where the first byte is not that of a SEQUENCE, what would stand in one that is not encrypted.
pub(super) fn pkcs12(data: &[u8]) {
    if let Some((0, bags)) = data.split_first().map(|(first, rest)| (*first, rest)) {
        let _ = Key::from_pkcs12(&plain_pkcs12(bags), "");
        return;
    }
    for password in ["", "1234", "changeit"] {
        let _ = Key::from_pkcs12(data, password);
    }
}

/// SafeContents in a PKCS#12 file without encryption and MAC.
fn plain_pkcs12(bags: &[u8]) -> Vec<u8> {
    const DATA: [u8; 11] = [
        0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x07, 0x01,
    ];
    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        [&[tag, 0x84], &length[..], content].concat()
    }
    let info = |content: &[u8]| {
        let explicit = tlv(0xA0, &tlv(0x04, content));
        tlv(0x30, &[&DATA[..], &explicit].concat())
    };
    let safe = tlv(0x30, &info(&tlv(0x30, bags)));
    tlv(0x30, &[&[0x02, 0x01, 0x03][..], &info(&safe)].concat())
}

/// Key and certificate in one file, PEM or DER.
pub(super) fn pem(data: &[u8]) {
    let _ = Key::from_pem(data, data, None, Some("secret"));
    let _ = Key::from_pem(data, super::CERTIFICATE, Some(data), None);
    if let Some(blocks) = pem_blocks::blocks(data) {
        for block in blocks {
            assert!(block.bytes.len() <= data.len());
        }
    }
}

/// A picture for a signature.
pub(super) fn png(data: &[u8]) {
    if let Ok(picture) = Picture::from_png("fuzz", data) {
        let again = Picture::from_png("fuzz", data).ok();
        assert_eq!(again.as_ref(), Some(&picture));
    }
}

/// Settings come back as they were.
pub(super) fn options(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    let context = crate::context::Context::with_provider(
        Options::default(),
        crate::context::Material::default(),
        &Believer::Zeros,
    );
    let context = context.expect("an empty context");
    let _ = context.with_json(text);
    if let Ok(options) = Options::from_json(text) {
        let json = serde_json::to_string(&options).expect("options are JSON");
        assert_eq!(Options::from_json(&json).expect("our own JSON"), options);
        if let Some(time) = options.at {
            let _ = time.civil(420);
        }
    }
    if let Ok(tag) = Reader::new(data).next() {
        let _ = tag.tag == Tag::SEQUENCE;
    }
}
