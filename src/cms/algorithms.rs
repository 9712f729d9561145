//! The algorithms of one signature: known, agreeing with each other and with the key, and protected (RFC 6211).

use std::sync::Arc;

use super::{
    attributes::{Attributes, Single},
    check::Checker,
    names,
    signed_data::{Algorithm, SignerInfo, enter},
};
use crate::{
    asn1::{Reader, Tag, Tlv},
    crypto::{PublicKey, SignatureAlgorithm},
    report::{Finding, SubIndication},
    text::rules::cms as rules,
    x509::{Certificate, oid},
};

impl Checker<'_> {
    /// The signature algorithm with the signer's certificate and key; findings where one of them is missing.
    pub(super) fn algorithm(
        &mut self,
        signer: &SignerInfo,
    ) -> Option<(SignatureAlgorithm, Arc<Certificate>, Arc<dyn PublicKey>)> {
        let digest = signer.digest();
        let algorithm = match signer.signature_algorithm.signature(digest) {
            Some(algorithm) => algorithm,
            None => {
                let reason = Finding::new(&rules::SIGNATURE_ALGORITHM)
                    .with(names::of_algorithm(&signer.signature_algorithm));
                self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
                return None;
            }
        };
        self.checked.algorithm = Some(algorithm);
        if !self.checked.digests.contains(&algorithm.digest()) {
            self.checked.digests.push(algorithm.digest());
        }
        // RFC 5652 clause 5.3, RFC 8933 clause 4: one digest algorithm for content and attributes. RFC 8419 fixes SHA-512 for Ed25519.
        if let Some(digest) = digest
            && digest != algorithm.digest()
        {
            let reason = Finding::new(&rules::DIGEST_DISAGREES)
                .with(algorithm.digest().name())
                .with(digest.name());
            self.fail(reason, SubIndication::SigConstraintsFailure);
        }
        let certificate = self.checked.certificate.clone()?;
        match certificate.public_key().cloned() {
            Some(key) => Some((algorithm, certificate, key)),
            None => {
                self.key_unsupported(&algorithm, &certificate);
                None
            }
        }
    }

    pub(super) fn key_unsupported(
        &mut self,
        algorithm: &SignatureAlgorithm,
        certificate: &Certificate,
    ) {
        let reason = Finding::new(&rules::KEY_UNSUPPORTED)
            .with(algorithm)
            .with(names::of_key(certificate));
        self.open(reason, SubIndication::CryptoConstraintsFailureNoPoe);
    }

    /// CMSAlgorithmProtection (RFC 6211): where it is there, it names both algorithms as they stand.
    pub(super) fn algorithm_protection(&mut self, signer: &SignerInfo, attributes: &Attributes) {
        let value = match attributes.single(oid::CMS_ALGORITHM_PROTECTION) {
            Single::Value(value) => value,
            Single::Absent => return,
            Single::Repeated => return self.repeated("CMSAlgorithmProtection"),
        };
        let same = || -> Option<bool> {
            let mut fields = enter(&Tlv::parse(value).ok()?).ok()?;
            let digest = fields.expect(Tag::SEQUENCE).ok()?;
            let signature = fields.optional(Tag::context_constructed(1)).ok()??;
            let digest = read_algorithm(&mut digest.children())?;
            let signature = read_algorithm(&mut signature.children())?;
            Some(
                same_algorithm(&digest, &algorithm_parts(&signer.digest_algorithm)?)
                    && same_algorithm(&signature, &algorithm_parts(&signer.signature_algorithm)?),
            )
        };
        if same() != Some(true) {
            self.fail(
                Finding::new(&rules::ALGORITHM_PROTECTION),
                SubIndication::SigConstraintsFailure,
            );
        }
    }
}

/// Identifier and parameters; absent and NULL parameters are the same.
type AlgorithmParts<'a> = (&'a [u8], &'a [u8]);

pub(super) fn read_algorithm<'a>(fields: &mut Reader<'a>) -> Option<AlgorithmParts<'a>> {
    let oid = fields.expect(Tag::OID).ok()?.content;
    let parameters = fields.rest();
    Some((
        oid,
        if parameters == [5, 0] {
            &[]
        } else {
            parameters
        },
    ))
}

pub(super) fn algorithm_parts(algorithm: &Algorithm) -> Option<AlgorithmParts<'_>> {
    read_algorithm(&mut Tlv::parse(&algorithm.der).ok()?.children())
}

pub(super) fn same_algorithm(a: &AlgorithmParts<'_>, b: &AlgorithmParts<'_>) -> bool {
    a == b
}
