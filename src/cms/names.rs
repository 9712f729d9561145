//! Names of algorithms, for findings: what is not supported is said by name.

use super::signed_data::Algorithm;
use crate::{
    asn1::{Reader, Tag, Tlv},
    x509::{
        Certificate,
        oid::{self, Oid},
    },
};

/// Algorithms and curves that signed documents have, and that no provider here offers.
const KNOWN: [(&str, &str); 60] = [
    ("1.2.840.10040.4.1", "DSA"),
    ("1.2.840.10040.4.3", "DSA with SHA-1"),
    ("1.3.14.3.2.12", "DSA"),
    ("1.3.14.3.2.27", "DSA with SHA-1"),
    ("2.16.840.1.101.3.4.3.1", "DSA with SHA-224"),
    ("2.16.840.1.101.3.4.3.2", "DSA with SHA-256"),
    ("2.16.840.1.101.3.4.3.3", "DSA with SHA-384"),
    ("2.16.840.1.101.3.4.3.4", "DSA with SHA-512"),
    ("1.2.643.2.2.3", "GOST R 34.10-2001"),
    ("1.2.643.2.2.9", "GOST R 34.11-94"),
    ("1.2.643.2.2.19", "GOST R 34.10-2001"),
    ("1.2.643.7.1.1.1.1", "GOST R 34.10-2012, 256 bits"),
    ("1.2.643.7.1.1.1.2", "GOST R 34.10-2012, 512 bits"),
    ("1.2.643.7.1.1.2.2", "GOST R 34.11-2012, 256 bits"),
    ("1.2.643.7.1.1.2.3", "GOST R 34.11-2012, 512 bits"),
    ("1.2.643.7.1.1.3.2", "GOST R 34.10-2012, 256 bits"),
    ("1.2.643.7.1.1.3.3", "GOST R 34.10-2012, 512 bits"),
    ("1.2.804.2.1.1.1.1.2.1", "GOST 34.311-95"),
    ("1.2.804.2.1.1.1.1.3.1.1", "DSTU 4145-2002"),
    ("1.2.156.10197.1.301", "SM2"),
    ("1.2.156.10197.1.401", "SM3"),
    ("1.2.156.10197.1.501", "SM2 with SM3"),
    ("1.3.101.110", "X25519"),
    ("1.3.101.113", "Ed448"),
    ("1.2.840.113549.2.2", "MD2"),
    ("1.2.840.113549.2.4", "MD4"),
    ("1.2.840.113549.2.5", "MD5"),
    ("1.2.840.113549.1.1.2", "RSA with MD2"),
    ("1.2.840.113549.1.1.3", "RSA with MD4"),
    ("1.2.840.113549.1.1.10", "RSASSA-PSS"),
    ("1.2.840.113549.1.1.8", "MGF1"),
    ("1.2.840.113549.1.1.15", "RSA with SHA-512/224"),
    ("1.2.840.113549.1.1.16", "RSA with SHA-512/256"),
    ("1.3.36.3.2.1", "RIPEMD-160"),
    ("1.3.36.3.3.1.2", "RSA with RIPEMD-160"),
    ("1.3.36.3.3.2.1", "ECDSA with SHA-1 (BSI)"),
    ("1.0.10118.3.0.55", "Whirlpool"),
    ("2.16.840.1.101.3.4.2.5", "SHA-512/224"),
    ("2.16.840.1.101.3.4.2.6", "SHA-512/256"),
    ("2.16.840.1.101.3.4.2.7", "SHA3-224"),
    ("2.16.840.1.101.3.4.2.8", "SHA3-256"),
    ("2.16.840.1.101.3.4.2.9", "SHA3-384"),
    ("2.16.840.1.101.3.4.2.10", "SHA3-512"),
    ("2.16.840.1.101.3.4.2.11", "SHAKE128"),
    ("2.16.840.1.101.3.4.2.12", "SHAKE256"),
    ("2.16.840.1.101.3.4.3.10", "ECDSA with SHA3-256"),
    ("2.16.840.1.101.3.4.3.14", "RSA with SHA3-256"),
    ("2.16.840.1.101.3.4.3.17", "ML-DSA-44"),
    ("2.16.840.1.101.3.4.3.18", "ML-DSA-65"),
    ("2.16.840.1.101.3.4.3.19", "ML-DSA-87"),
    ("0.4.0.127.0.7.1.1.4.1.3", "plain ECDSA with SHA-256 (BSI)"),
    ("1.3.132.0.10", "secp256k1"),
    ("1.2.840.10045.3.1.1", "secp192r1"),
    ("1.3.132.0.33", "secp224r1"),
    ("1.3.36.3.3.2.8.1.1.7", "brainpoolP256r1"),
    ("1.3.36.3.3.2.8.1.1.8", "brainpoolP256t1"),
    ("1.3.36.3.3.2.8.1.1.9", "brainpoolP320r1"),
    ("1.3.36.3.3.2.8.1.1.11", "brainpoolP384r1"),
    ("1.3.36.3.3.2.8.1.1.13", "brainpoolP512r1"),
    ("1.2.250.1.223.101.256.1", "FRP256v1"),
];

/// `Ed448 (1.3.101.113)`; the number alone where nobody here knows it.
pub(super) fn of_oid(oid: Oid) -> String {
    let number = oid.to_string();
    let known = KNOWN.iter().find(|(known, _)| *known == number);
    let name = known
        .map(|(_, name)| *name)
        .or_else(|| const_oid::db::DB.by_oid(&oid));
    match name {
        Some(name) => format!("{name} ({number})"),
        None => number,
    }
}

/// A signature algorithm; of RSASSA-PSS, with the algorithms that its parameters name.
pub(super) fn of_algorithm(algorithm: &Algorithm) -> String {
    let mut name = of_oid(algorithm.oid);
    if algorithm.oid == oid::RSASSA_PSS
        && let Ok(tlv) = Tlv::parse(&algorithm.der)
    {
        let mut parts = Vec::new();
        let mut fields = tlv.children();
        // The first is RSASSA-PSS itself.
        let _ = fields.next();
        collect(&mut fields, &mut parts, 0);
        if !parts.is_empty() {
            name = format!("{name}: {}", parts.join(", "));
        }
    }
    name
}

/// The type of a certificate's key: its algorithm, for elliptic curves with the curve, and its size where it is known.
pub(super) fn of_key(certificate: &Certificate) -> String {
    let named = || {
        let mut fields = Tlv::parse(certificate.spki()).ok()?.children();
        let mut algorithm = fields.expect(Tag::SEQUENCE).ok()?.children();
        let kind = algorithm.expect(Tag::OID).ok()?.oid()?;
        let curve = algorithm.try_next().ok()?.and_then(|tlv| tlv.oid());
        Some(match curve {
            Some(curve) if kind == oid::EC_PUBLIC_KEY => of_oid(curve),
            _ => of_oid(kind),
        })
    };
    let name = named().unwrap_or_else(|| "?".to_owned());
    match certificate.public_key() {
        Some(key) => format!("{name}, {} bit", key.bits()),
        None => name,
    }
}

/// Object identifiers in parameters, by name; a few levels deep.
fn collect(fields: &mut Reader<'_>, parts: &mut Vec<String>, depth: usize) {
    while let Ok(Some(tlv)) = fields.try_next() {
        if parts.len() >= 8 || depth > 6 {
            return;
        }
        match tlv.oid() {
            Some(oid) if tlv.tag == Tag::OID => parts.push(of_oid(oid)),
            _ if tlv.tag.constructed => {
                collect(&mut tlv.children(), parts, depth.saturating_add(1));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_numbers_stand_with_them() {
        for (number, name) in KNOWN {
            let oid = Oid::new(number).unwrap();
            assert_eq!(of_oid(oid), format!("{name} ({number})"));
            assert_eq!(
                KNOWN.iter().filter(|(n, _)| *n == number).count(),
                1,
                "{number}"
            );
        }
        assert_eq!(of_oid(Oid::new("1.2.3.4").unwrap()), "1.2.3.4");
    }
}
