//! What to start from: the inputs of each target that are in a file.

use std::sync::Arc;

use super::{Believer, documents};
use crate::{
    asn1::{Reader, Tag, pem as blocks},
    cms::SignedData,
    source::MemorySource,
    x509::{Certificate, Crl},
};

/// Most inputs that are taken out of one file.
const MAX_PER_FILE: usize = 40;

/// PDF as it is.
pub(super) fn pdf(file: &[u8]) -> Vec<Vec<u8>> {
    let is_pdf = is_pdf(file) && file.len() <= 64 << 10;
    is_pdf.then(|| file.to_vec()).into_iter().collect()
}

fn is_pdf(file: &[u8]) -> bool {
    let start = &file[..file.len().min(1024)];
    memchr::memmem::find(start, b"%PDF-").is_some()
}

/// XML as it is.
pub(super) fn xml(file: &[u8]) -> Vec<Vec<u8>> {
    let fits = is_xml(file) && file.len() <= 8 << 10;
    fits.then(|| file.to_vec()).into_iter().collect()
}

/// Signed XML as it is.
pub(super) fn xmldsig(file: &[u8]) -> Vec<Vec<u8>> {
    let is_signed = is_xml(file) && memchr::memmem::find(file, b"SignedInfo").is_some();
    let is_signed = is_signed && file.len() <= 32 << 10;
    is_signed.then(|| file.to_vec()).into_iter().collect()
}

fn is_xml(file: &[u8]) -> bool {
    let marks: [&[u8]; 5] = [b"<", b"\xEF\xBB\xBF<", b"\xFE\xFF", b"\xFF\xFE", b"\n<"];
    marks.iter().any(|mark| file.starts_with(mark))
}

/// PDF with an encryption dictionary.
pub(super) fn encrypted(file: &[u8]) -> Vec<Vec<u8>> {
    let mut found = pdf(file);
    found.retain(|file| memchr::memmem::find(file, b"/Encrypt").is_some());
    found
}

/// From each `startxref`'s offset to behind the next `trailer` or object.
pub(super) fn xref(file: &[u8]) -> Vec<Vec<u8>> {
    if !is_pdf(file) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for at in memchr::memmem::find_iter(file, b"startxref").take(MAX_PER_FILE) {
        let digits = file[at + 9..].iter().skip_while(|b| !b.is_ascii_digit());
        let digits: String = digits
            .take_while(|b| b.is_ascii_digit())
            .map(|b| char::from(*b))
            .take(12)
            .collect();
        if let Ok(start) = digits.parse::<usize>()
            && start < at
            && at - start <= 4096
        {
            found.push(file[start..at].to_vec());
        }
    }
    found
}

/// What stands between `obj` and `endobj`, streams cut off.
pub(super) fn object(file: &[u8]) -> Vec<Vec<u8>> {
    if !is_pdf(file) {
        return Vec::new();
    }
    let starts = memchr::memmem::find_iter(file, b" obj");
    let bodies = starts.filter_map(|at| {
        let body = &file[at + 4..];
        let end = memchr::memmem::find(&body[..body.len().min(4096)], b"endobj")?;
        let end = memchr::memmem::find(&body[..end], b"stream").unwrap_or(end);
        Some(body[..end].to_vec())
    });
    bodies.take(MAX_PER_FILE).collect()
}

/// Every ASN.1 value of a file: DER, PEM, or the signatures of a PDF.
pub(super) fn asn1(file: &[u8]) -> Vec<Vec<u8>> {
    if is_pdf(file) {
        let source = Arc::new(MemorySource::new(file));
        return documents::contents(source);
    }
    if blocks::is_pem(file) {
        let blocks = blocks::blocks(file).unwrap_or_default();
        return blocks
            .iter()
            .take(MAX_PER_FILE)
            .map(|block| block.bytes.to_vec())
            .collect();
    }
    match Reader::new(file).next() {
        Ok(value) if value.tag == Tag::SEQUENCE && file.len() - value.full.len() < 8 => {
            vec![value.full.to_vec()]
        }
        _ => Vec::new(),
    }
}

/// CMS values, as far as they can be read.
pub(super) fn cms(file: &[u8]) -> Vec<Vec<u8>> {
    let mut found = asn1(file);
    found.retain(|value| SignedData::parse(value, &Believer::Zeros).is_ok());
    for value in &mut found {
        // Without the zeros at the end of /Contents.
        if let Ok(first) = Reader::new(value).next() {
            let length = first.full.len();
            value.truncate(length);
        }
    }
    found
}

/// Certificates and CRLs, those inside CMS as well.
pub(super) fn x509(file: &[u8]) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for value in asn1(file) {
        if let Ok(signed) = SignedData::parse(&value, &Believer::Zeros) {
            let inside = signed.certificates().iter();
            found.extend(inside.map(|certificate| certificate.der().to_vec()));
        } else if Certificate::parse(&value, &Believer::Zeros).is_some()
            || Crl::parse(value.clone()).is_some()
        {
            found.push(value);
        }
    }
    found
}

/// All certificates of a file, one behind the other.
pub(super) fn path(file: &[u8]) -> Vec<Vec<u8>> {
    let all = x509(file).concat();
    if all.is_empty() {
        return Vec::new();
    }
    vec![all]
}

/// PKCS#12 files; certificates and keys as bags.
pub(super) fn pkcs12(file: &[u8]) -> Vec<Vec<u8>> {
    const PKCS12: [u8; 6] = [0x02, 0x01, 0x03, 0x30, 0x82, 0x00];
    let mut found = Vec::new();
    for value in asn1(file) {
        let start = &value[..value.len().min(16)];
        if memchr::memmem::find(start, &PKCS12[..4]).is_some() {
            found.push(value);
        } else if Certificate::parse(&value, &Believer::Zeros).is_some() {
            found.push(bags(&value));
        }
    }
    found
}

/// A key bag and a bag with a certificate, as [`super::values::pkcs12`] takes them.
fn bags(certificate: &[u8]) -> Vec<u8> {
    fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
        let length = u32::try_from(content.len())
            .unwrap_or(u32::MAX)
            .to_be_bytes();
        [&[tag, 0x84], &length[..], content].concat()
    }
    const KEY_BAG: [u8; 13] = [
        0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x01,
    ];
    const CERT_BAG: [u8; 13] = [
        0x06, 0x0B, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x0C, 0x0A, 0x01, 0x03,
    ];
    const X509: [u8; 12] = [
        0x06, 0x0A, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x09, 0x16, 0x01,
    ];
    let bag = |kind: &[u8], value: &[u8]| tlv(0x30, &[kind, &tlv(0xA0, value)].concat());
    let inner = tlv(
        0x30,
        &[&X509[..], &tlv(0xA0, &tlv(0x04, certificate))].concat(),
    );
    [
        vec![0],
        bag(&KEY_BAG, super::PRIVATE_KEY),
        bag(&CERT_BAG, &inner),
    ]
    .concat()
}

/// PEM and DER files with keys or certificates.
pub(super) fn pem(file: &[u8]) -> Vec<Vec<u8>> {
    if is_pdf(file) || file.len() > 8 << 10 {
        return Vec::new();
    }
    if blocks::is_pem(file) {
        return vec![file.to_vec()];
    }
    asn1(file)
}

/// Settings with every name in them.
pub(super) fn options(_: &[u8]) -> Vec<Vec<u8>> {
    let all = serde_json::to_vec(&crate::options::Options::default()).unwrap_or_default();
    let few = br#"{"at":"2026-03-05T02:30:15Z","revocation":"report","rect":[1,2,3,4],"lock":{"include":["a"]}}"#;
    vec![all, few.to_vec(), b"{}".to_vec()]
}

/// PNG files; beside those, a small one of each colour type.
pub(super) fn png(file: &[u8]) -> Vec<Vec<u8>> {
    use png::{BitDepth, ColorType, Encoder};

    if file.starts_with(b"\x89PNG") {
        return vec![file.to_vec()];
    }
    let kinds = [
        (ColorType::Grayscale, BitDepth::One),
        (ColorType::Grayscale, BitDepth::Sixteen),
        (ColorType::Rgb, BitDepth::Eight),
        (ColorType::Indexed, BitDepth::Two),
        (ColorType::GrayscaleAlpha, BitDepth::Eight),
        (ColorType::Rgba, BitDepth::Eight),
        (ColorType::Rgba, BitDepth::Sixteen),
    ];
    let make = |(colour, depth): (ColorType, BitDepth)| {
        let mut out = Vec::new();
        let mut encoder = Encoder::new(&mut out, 5, 3);
        encoder.set_color(colour);
        encoder.set_depth(depth);
        if colour == ColorType::Indexed {
            encoder.set_palette(vec![255, 0, 0, 0, 0, 255, 9, 9, 9]);
            encoder.set_trns(vec![0, 128, 255]);
        }
        let row = (5 * colour.samples() * depth as usize).div_ceil(8);
        let data: Vec<u8> = (0..row * 3).map(|n| n.to_le_bytes()[0] & 0x66).collect();
        let mut writer = encoder.write_header().ok()?;
        writer.write_image_data(&data).ok()?;
        writer.finish().ok()?;
        Some(out)
    };
    kinds.into_iter().filter_map(make).collect()
}
