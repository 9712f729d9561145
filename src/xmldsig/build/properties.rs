//! XAdES: the signed properties of EN 319 132-1 clause 5.2, as level B-B asks for (clause 6.3).

use super::text::Text;
use crate::{
    crypto::DigestAlgorithm,
    time::Time,
    x509::Certificate,
    xmldsig::{
        base64,
        uri::{self, XADES},
    },
};

/// What the signer says, covered by the signature.
#[derive(Clone, Debug)]
pub(crate) struct Properties {
    pub(crate) signing_time: Time,
    pub(crate) policy: Option<Policy>,
    pub(crate) place: Option<Place>,
    /// ClaimedRoles.
    pub(crate) roles: Vec<String>,
    /// URI of the commitment, for all that is signed.
    pub(crate) commitment: Option<String>,
}

/// SignaturePolicyIdentifier (clause 5.2.9).
#[derive(Clone, Debug)]
pub(crate) enum Policy {
    /// What is signed says itself which policy it is.
    Implied,
    /// A policy document, by its name and digest.
    Named {
        /// A URI; an OID as `urn:oid:1.2.3`.
        id: String,
        digest: DigestAlgorithm,
        value: Vec<u8>,
        /// Where it can be got.
        location: Option<String>,
    },
}

/// SignatureProductionPlaceV2 (clause 5.2.5). At least one part is there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Place {
    pub(crate) city: Option<String>,
    pub(crate) street: Option<String>,
    pub(crate) state: Option<String>,
    pub(crate) postal_code: Option<String>,
    pub(crate) country: Option<String>,
}

/// The ids that properties need.
pub(super) struct Ids<'a> {
    pub(super) signature: &'a str,
    pub(super) properties: &'a str,
}

impl Properties {
    /// QualifyingProperties. `formats` names references with their MIME types. `None` where a digest has no URI.
    pub(super) fn write(
        &self,
        text: &mut Text,
        ids: &Ids<'_>,
        certificate: &Certificate,
        formats: &[(String, &'static str)],
    ) -> Option<()> {
        let target = format!("#{}", ids.signature);
        text.open(
            "xades:QualifyingProperties",
            &[("xmlns:xades", XADES), ("Target", &target)],
        );
        text.open("xades:SignedProperties", &[("Id", ids.properties)]);
        text.open("xades:SignedSignatureProperties", &[]);
        text.leaf("xades:SigningTime", &[], &self.signing_time.to_string());
        text.open("xades:SigningCertificateV2", &[]);
        text.open("xades:Cert", &[]);
        text.open("xades:CertDigest", &[]);
        digest(text, DigestAlgorithm::Sha256, certificate.sha256())?;
        text.close("xades:CertDigest");
        text.close("xades:Cert");
        text.close("xades:SigningCertificateV2");
        if let Some(policy) = &self.policy {
            policy.write(text)?;
        }
        if let Some(place) = &self.place {
            place.write(text);
        }
        if !self.roles.is_empty() {
            text.open("xades:SignerRoleV2", &[]);
            text.open("xades:ClaimedRoles", &[]);
            for role in &self.roles {
                text.leaf("xades:ClaimedRole", &[], role);
            }
            text.close("xades:ClaimedRoles");
            text.close("xades:SignerRoleV2");
        }
        text.close("xades:SignedSignatureProperties");
        if !formats.is_empty() || self.commitment.is_some() {
            self.of_data(text, formats);
        }
        text.close("xades:SignedProperties");
        text.close("xades:QualifyingProperties");
        Some(())
    }

    fn of_data(&self, text: &mut Text, formats: &[(String, &'static str)]) {
        text.open("xades:SignedDataObjectProperties", &[]);
        for (reference, mime) in formats {
            text.open(
                "xades:DataObjectFormat",
                &[("ObjectReference", reference.as_str())],
            );
            text.leaf("xades:MimeType", &[], mime);
            text.close("xades:DataObjectFormat");
        }
        if let Some(commitment) = &self.commitment {
            text.open("xades:CommitmentTypeIndication", &[]);
            text.open("xades:CommitmentTypeId", &[]);
            identifier(text, commitment);
            text.close("xades:CommitmentTypeId");
            text.empty("xades:AllSignedDataObjects", &[]);
            text.close("xades:CommitmentTypeIndication");
        }
        text.close("xades:SignedDataObjectProperties");
    }
}

impl Policy {
    fn write(&self, text: &mut Text) -> Option<()> {
        text.open("xades:SignaturePolicyIdentifier", &[]);
        match self {
            Self::Implied => text.empty("xades:SignaturePolicyImplied", &[]),
            Self::Named {
                id,
                digest: algorithm,
                value,
                location,
            } => {
                text.open("xades:SignaturePolicyId", &[]);
                text.open("xades:SigPolicyId", &[]);
                identifier(text, id);
                text.close("xades:SigPolicyId");
                text.open("xades:SigPolicyHash", &[]);
                digest(text, *algorithm, value)?;
                text.close("xades:SigPolicyHash");
                if let Some(location) = location {
                    text.open("xades:SigPolicyQualifiers", &[]);
                    text.open("xades:SigPolicyQualifier", &[]);
                    text.leaf("xades:SPURI", &[], location);
                    text.close("xades:SigPolicyQualifier");
                    text.close("xades:SigPolicyQualifiers");
                }
                text.close("xades:SignaturePolicyId");
            }
        }
        text.close("xades:SignaturePolicyIdentifier");
        Some(())
    }
}

impl Place {
    fn write(&self, text: &mut Text) {
        text.open("xades:SignatureProductionPlaceV2", &[]);
        let parts = [
            ("xades:City", &self.city),
            ("xades:StreetAddress", &self.street),
            ("xades:StateOrProvince", &self.state),
            ("xades:PostalCode", &self.postal_code),
            ("xades:CountryName", &self.country),
        ];
        for (name, part) in parts {
            if let Some(part) = part {
                text.leaf(name, &[], part);
            }
        }
        text.close("xades:SignatureProductionPlaceV2");
    }
}

/// `ObjectIdentifierType`: an OID needs its qualifier (EN 319 132-1 clause 5.1.2).
fn identifier(text: &mut Text, id: &str) {
    let qualifier: &[(&str, &str)] = match id.starts_with("urn:oid:") {
        true => &[("Qualifier", "OIDAsURN")],
        false => &[],
    };
    text.leaf("xades:Identifier", qualifier, id);
}

fn digest(text: &mut Text, algorithm: DigestAlgorithm, value: &[u8]) -> Option<()> {
    text.empty("DigestMethod", &[("Algorithm", uri::of_digest(algorithm)?)]);
    text.leaf("DigestValue", &[], &base64::encode(value));
    Some(())
}
