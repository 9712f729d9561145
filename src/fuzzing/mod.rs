//! What `fuzz/` drives: one function for each kind of bytes that come from strangers.
//!
//! Compiled with `--cfg fuzzing` only, never by a feature alone: here a provider believes every signature. Each
//! function takes any bytes, and panics where something does not hold that always must.

mod documents;
mod invariants;
mod seeds;
mod signatures;
mod values;
mod xml;

use crate::crypto::Believer;

/// A function to be fuzzed.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Target {
    /// What `fuzz/run.sh` calls it.
    pub name: &'static str,
    /// Takes one input.
    pub run: fn(&[u8]),
    /// The inputs that are in a file of any kind; none where it is of another kind.
    pub seeds: fn(&[u8]) -> Vec<Vec<u8>>,
    /// The dictionary that helps: `pdf`, `asn1`, `png`, `xml` or `json`.
    pub dictionary: &'static str,
    /// Most bytes of an input.
    pub max_len: usize,
}

const fn target(
    name: &'static str,
    dictionary: &'static str,
    max_len: usize,
    run: fn(&[u8]),
    seeds: fn(&[u8]) -> Vec<Vec<u8>>,
) -> Target {
    Target {
        name,
        run,
        seeds,
        dictionary,
        max_len,
    }
}

/// Every target.
pub const TARGETS: &[Target] = &[
    target("pdf", "pdf", 64 << 10, documents::verify, seeds::pdf),
    target("sign", "pdf", 64 << 10, documents::sign, seeds::pdf),
    target("reader", "pdf", 64 << 10, documents::read, seeds::pdf),
    target(
        "encrypted",
        "pdf",
        64 << 10,
        documents::encrypted,
        seeds::encrypted,
    ),
    #[cfg(feature = "near")]
    target("text", "pdf", 64 << 10, documents::text, seeds::pdf),
    target("xref", "pdf", 4 << 10, documents::xref, seeds::xref),
    target("object", "pdf", 4 << 10, values::object, seeds::object),
    target("cms", "asn1", 16 << 10, values::cms, seeds::cms),
    target("ber", "asn1", 4 << 10, values::ber, seeds::asn1),
    target("x509", "asn1", 8 << 10, values::x509, seeds::x509),
    target("path", "asn1", 16 << 10, values::path, seeds::path),
    target("pkcs12", "asn1", 8 << 10, values::pkcs12, seeds::pkcs12),
    target("pem", "asn1", 8 << 10, values::pem, seeds::pem),
    target("png", "png", 8 << 10, values::png, seeds::png),
    target("xml", "xml", 8 << 10, xml::xml, seeds::xml),
    target(
        "xmldsig",
        "xml",
        32 << 10,
        signatures::xmldsig,
        seeds::xmldsig,
    ),
    target("xades", "asn1", 16 << 10, signatures::xades, seeds::path),
    target("options", "json", 2 << 10, values::options, seeds::options),
];

/// The certificate of [`Believer`]'s private keys.
const CERTIFICATE: &[u8] = b"-----BEGIN CERTIFICATE-----
MIIBCDCBrgIBATAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARGdXp6MCAXDTAwMDEw
MTAwMDAwMFoYDzIwOTkxMjMxMjM1OTU5WjAPMQ0wCwYDVQQDDARGdXp6MFkwEwYH
KoZIzj0CAQYIKoZIzj0DAQcDQgAED18bKfj2qJZdsopl3ncA6ikP214FzHvVHEYW
Oq8nbM1Vl3/zKbWayIHwKyliwTeqF/4s1i3q2BnrqwumPKx6GDAKBggqhkjOPQQD
AgNJADBGAiEAsk+EC+nu0MHduRCVOemzwCFUlavRi/t1QVpWNDOldikCIQDRg/Gg
qrsl7yQjEodW+kY5bQkcLe6zWAMxfk2v3CbaDw==
-----END CERTIFICATE-----
";

/// A private key that [`Believer`] takes.
const PRIVATE_KEY: &[u8] = &[
    0x30, 0x1A, 0x02, 0x01, 0x00, 0x30, 0x13, 0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01,
    0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x04, 0x00,
];
