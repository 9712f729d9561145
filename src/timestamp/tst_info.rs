use crate::{
    asn1::{Asn1Error, Asn1ErrorKind, Tag, Tlv, time},
    cms::SignedData,
    crypto::DigestAlgorithm,
    report::Finding,
    text::rules::cms as rules,
    time::Time,
    x509::{AlgorithmIdentifier, oid},
};

/// What a time-stamp says (RFC 3161 clause 2.4.2).
///
/// ```text
/// TSTInfo ::= SEQUENCE {
///   version INTEGER { v1(1) }, policy TSAPolicyId, messageImprint SEQUENCE { hashAlgorithm, hashedMessage OCTET STRING },
///   serialNumber INTEGER, genTime GeneralizedTime, accuracy OPTIONAL, ordering DEFAULT FALSE, nonce OPTIONAL, tsa [0] OPTIONAL, extensions [1] OPTIONAL }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TstInfo {
    /// The policy of the authority, dotted.
    pub(crate) policy: String,
    /// The algorithm of the imprint; `None` where it is not known.
    pub(crate) imprint_algorithm: Option<DigestAlgorithm>,
    /// The digest of what was stamped.
    pub(crate) imprint: Vec<u8>,
    /// Content of the serial number.
    pub(crate) serial: Vec<u8>,
    /// The time, fractions of a second cut off.
    pub(crate) time: Time,
}

impl TstInfo {
    /// The TSTInfo inside a SignedData.
    ///
    /// # Errors
    /// The finding that says why there is none.
    pub(crate) fn of(signed: &SignedData) -> Result<Self, Finding> {
        if signed.content_type() != oid::TST_INFO {
            return Err(Finding::new(&rules::CONTENT_TYPE)
                .with(signed.content_type())
                .with(oid::TST_INFO));
        }
        let content = signed
            .encapsulated()
            .ok_or_else(|| Finding::new(&rules::NO_CONTENT))?;
        Self::parse(content).map_err(|error| Finding::new(&rules::TST_INFO).with(error))
    }

    /// Reads a TSTInfo.
    fn parse(bytes: &[u8]) -> Result<Self, Asn1Error> {
        let tlv = Tlv::parse(bytes)?;
        if tlv.tag != Tag::SEQUENCE {
            return Err(Asn1ErrorKind::Unexpected.at(0));
        }
        let mut fields = tlv.children();
        fields.expect(Tag::INTEGER)?;
        let policy = fields.expect(Tag::OID)?;
        let policy = policy
            .oid()
            .ok_or_else(|| Asn1ErrorKind::Malformed.at(policy.offset))?
            .to_string();
        let mut imprint = fields.expect(Tag::SEQUENCE)?.children();
        let algorithm = AlgorithmIdentifier::parse(&imprint.expect(Tag::SEQUENCE)?);
        let hashed = imprint.expect(Tag::OCTET_STRING)?.octets()?.into_owned();
        imprint.finish()?;
        let serial = fields.expect(Tag::INTEGER)?.content.to_vec();
        let moment = fields.expect(Tag::GENERALIZED_TIME)?;
        let time =
            time::parse(&moment).ok_or_else(|| Asn1ErrorKind::Malformed.at(moment.offset))?;
        let imprint_algorithm = algorithm
            .and_then(|algorithm| algorithm.digest())
            .filter(|algorithm| algorithm.len() == hashed.len());
        Ok(Self {
            policy,
            imprint_algorithm,
            imprint: hashed,
            serial,
            time,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn value(tag: u8, parts: &[&[u8]]) -> Vec<u8> {
        let content = parts.concat();
        [&[tag, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    }

    fn tst_info(imprint: &[u8], time: &[u8]) -> Vec<u8> {
        let sha1 = value(0x30, &[b"\x06\x05\x2B\x0E\x03\x02\x1A\x05\x00"]);
        let imprint = value(0x30, &[&sha1, &value(4, &[imprint])]);
        let time = value(0x18, &[time]);
        value(
            0x30,
            &[
                b"\x02\x01\x01\x06\x03\x2A\x03\x04",
                &imprint,
                b"\x02\x01\x05",
                &time,
                b"\x01\x01\xFF",
            ],
        )
    }

    #[test]
    fn a_tst_info_needs_its_fields() {
        let good = tst_info(b"01234567890123456789", b"20260305023015.25Z");
        let info = TstInfo::parse(&good).unwrap();
        assert_eq!(
            (info.policy.as_str(), info.imprint_algorithm),
            ("1.2.3.4", Some(DigestAlgorithm::Sha1))
        );
        assert_eq!(
            (info.imprint.as_slice(), info.serial.as_slice()),
            (&b"01234567890123456789"[..], &[5][..])
        );
        assert_eq!(
            info.time,
            Time::from_rfc3339("2026-03-05T02:30:15Z").unwrap()
        );
        // SHA-1 values have 20 bytes, so this is none.
        assert_eq!(
            TstInfo::parse(&tst_info(b"0123", b"20260305023015Z"))
                .unwrap()
                .imprint_algorithm,
            None
        );
        assert!(TstInfo::parse(&tst_info(b"01234567890123456789", b"20261305023015Z")).is_err());
        assert!(TstInfo::parse(&good[..40]).is_err());
        assert!(TstInfo::parse(b"\x04\x00").is_err());
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic(bytes in prop::collection::vec(any::<u8>(), 0..256)) {
            let _ = TstInfo::parse(&bytes);
        }
    }
}
