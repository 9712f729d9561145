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
