//! Revocation information and certificates that a signature brings along: in the `crls` field (RFC 5652 clause 10.2.1, OCSP by RFC 5940), in
//! the signed attribute of Adobe (ISO 32000-1 clause 12.8.3.3.2), in the unsigned ones of CAdES (RFC 5126 clause 6.3). None of it is believed.

use std::sync::Arc;

use super::{attributes::Single, signed_data::SignedData};
use crate::{
    asn1::{Tag, Tlv},
    crypto::Provider,
    limits::MAX_EMBEDDED_REVOCATION,
    x509::{Certificate, Certificates, Crl, OcspResponse, oid},
};

/// What came along.
#[derive(Clone, Debug, Default)]
pub(crate) struct Enclosed {
    pub(crate) certificates: Vec<Arc<Certificate>>,
    pub(crate) crls: Vec<Arc<Crl>>,
    pub(crate) ocsps: Vec<Arc<OcspResponse>>,
}

impl SignedData {
    /// What the value holds beside the certificates of its own field. What cannot be read is left out: it only helps.
    pub(crate) fn enclosed(&self, provider: &dyn Provider, known: &Certificates) -> Enclosed {
        let mut enclosed = Enclosed::default();
        for choice in &self.revocation {
            enclosed.take_choice(choice, provider);
        }
        for signer in &self.signers {
            if let Some(attributes) = &signer.attributes
                && let Single::Value(value) = attributes.single(oid::ADBE_REVOCATION)
            {
                enclosed.take_lists(value, provider);
            }
            for (kind, value) in &signer.values {
                if *kind == oid::REVOCATION_VALUES {
                    enclosed.take_lists(value, provider);
                } else {
                    enclosed.take_certificates(value, provider, known);
                }
            }
        }
        enclosed
    }
}

impl Enclosed {
    fn is_full(&self) -> bool {
        let lists = self.crls.len().saturating_add(self.ocsps.len());
        lists.saturating_add(self.certificates.len()) >= MAX_EMBEDDED_REVOCATION
    }

    /// `RevocationInfoChoice`: a CRL, or `[1]` with a kind and a value.
    fn take_choice(&mut self, choice: &[u8], provider: &dyn Provider) {
        let Ok(value) = Tlv::parse(choice) else {
            return;
        };
        if value.tag == Tag::SEQUENCE {
            self.take_crl(choice);
        } else if value.tag == Tag::context_constructed(1) {
            let mut fields = value.children();
            let kind = fields.expect(Tag::OID).ok().and_then(|kind| kind.oid());
            if let (Some(oid::RI_OCSP_RESPONSE | oid::OCSP_BASIC), Ok(answer)) =
                (kind, fields.next())
            {
                self.take_ocsp(answer.full, provider);
            }
        }
    }

    /// `RevocationInfoArchival` and `RevocationValues`: `[0]` lists, `[1]` answers, `[2]` others.
    fn take_lists(&mut self, value: &[u8], provider: &dyn Provider) {
        let Ok(value) = Tlv::parse(value) else {
            return;
        };
        let mut parts = value.children();
        while let Ok(Some(part)) = parts.try_next() {
            let (lists, answers) = (Tag::context_constructed(0), Tag::context_constructed(1));
            let Ok(all) = part.only_child() else {
                continue;
            };
            let mut items = all.children();
            while let Ok(Some(item)) = items.try_next() {
                if part.tag == lists {
                    self.take_crl(item.full);
                } else if part.tag == answers {
                    self.take_ocsp(item.full, provider);
                }
            }
        }
    }

    /// `CertificateValues`.
    fn take_certificates(&mut self, value: &[u8], provider: &dyn Provider, known: &Certificates) {
        let Ok(value) = Tlv::parse(value) else {
            return;
        };
        let mut items = value.children();
        while let Ok(Some(item)) = items.try_next() {
            self.take_certificate(item.full, provider, known);
        }
    }

    /// A certificate, unless it is here already.
    pub(crate) fn take_certificate(
        &mut self,
        der: &[u8],
        provider: &dyn Provider,
        known: &Certificates,
    ) {
        if !self.is_full()
            && let Some(one) = known.parse(der, provider)
            && !self.certificates.contains(&one)
        {
            self.certificates.push(one);
        }
    }

    /// A CRL, unless it is here already.
    pub(crate) fn take_crl(&mut self, der: &[u8]) {
        let again = |known: &Arc<Crl>| known.bytes() == der;
        if !self.is_full() && !self.crls.iter().any(again) {
            self.crls.extend(Crl::parse(der.to_vec()));
        }
    }

    /// An OCSP response, or the BasicOCSPResponse inside one, unless it is here already.
    pub(crate) fn take_ocsp(&mut self, der: &[u8], provider: &dyn Provider) {
        let again = |known: &Arc<OcspResponse>| known.bytes() == der;
        if !self.is_full() && !self.ocsps.iter().any(again) {
            self.ocsps
                .extend(OcspResponse::parse(der.to_vec(), provider));
        }
    }

    /// Lays another's to this.
    pub(crate) fn extend(&mut self, other: Self) {
        for one in other.certificates {
            if !self.is_full() && !self.certificates.contains(&one) {
                self.certificates.push(one);
            }
        }
        for one in other.crls {
            if !self.is_full() && !self.crls.iter().any(|known| known.bytes() == one.bytes()) {
                self.crls.push(one);
            }
        }
        for one in other.ocsps {
            if !self.is_full() && !self.ocsps.iter().any(|known| known.bytes() == one.bytes()) {
                self.ocsps.push(one);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        asn1::write::tlv,
        cms::testing::{CrlTemplate, Template},
        crypto::TestProvider,
    };

    fn crl(day: &str) -> Vec<u8> {
        let authority = Template::authority("A").self_signed();
        let list = CrlTemplate::new(day, "2026-03-08T00:00:00Z").issued_by(&authority);
        list.bytes().to_vec()
    }

    /// A SignedData without signers, as `openssl crl2pkcs7` makes them.
    fn bag(choices: &[&[u8]]) -> SignedData {
        let content = tlv(0x30, &[b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x01"]);
        let data = tlv(
            0x30,
            &[
                &[2, 1, 1],
                &[0x31, 0],
                &content,
                &tlv(0xA1, choices),
                &[0x31, 0],
            ],
        );
        let id = b"\x06\x09\x2A\x86\x48\x86\xF7\x0D\x01\x07\x02";
        let info = tlv(0x30, &[id, &tlv(0xA0, &[&data])]);
        SignedData::parse(&info, &TestProvider).unwrap()
    }

    #[test]
    fn lists_and_answers_of_the_crls_field_are_taken_once_each() {
        let (one, two) = (crl("2026-03-01T00:00:00Z"), crl("2026-03-02T00:00:00Z"));
        // tryLater is the shortest answer there is.
        let answer = tlv(
            0xA1,
            &[
                b"\x06\x08\x2B\x06\x01\x05\x05\x07\x10\x02",
                &[0x30, 3, 0x0A, 1, 3],
            ],
        );
        let other = tlv(0xA1, &[b"\x06\x03\x2A\x03\x04", &[5, 0]]);
        let signed = bag(&[&one, &two, &one, &answer, &other, &[0x30, 0]]);
        let enclosed = signed.enclosed(&TestProvider, &Certificates::default());
        assert_eq!((enclosed.crls.len(), enclosed.ocsps.len()), (2, 1));
    }

    #[test]
    fn the_forms_of_adobe_and_of_cades_are_one() {
        let (list, answer) = (crl("2026-03-01T00:00:00Z"), [0x30, 3, 0x0A, 1, 3]);
        let lists = tlv(0xA0, &[&tlv(0x30, &[&list])]);
        let answers = tlv(0xA1, &[&tlv(0x30, &[&answer])]);
        let others = tlv(0xA2, &[&tlv(0x30, &[&[5, 0]])]);
        let mut enclosed = Enclosed::default();
        enclosed.take_lists(&tlv(0x30, &[&lists, &answers, &others]), &TestProvider);
        assert_eq!((enclosed.crls.len(), enclosed.ocsps.len()), (1, 1));
        let person = Template::leaf("P").self_signed();
        let values = tlv(0x30, &[person.certificate.der(), person.certificate.der()]);
        enclosed.take_certificates(&values, &TestProvider, &Certificates::default());
        assert_eq!(enclosed.certificates, [person.certificate]);
    }

    #[test]
    fn a_crowd_is_cut_off() {
        let mut enclosed = Enclosed::default();
        for serial in 0..=MAX_EMBEDDED_REVOCATION {
            let answer = [0x30, 3, 0x0A, 1, 3];
            // Each a little other: an unknown status of two octets.
            let octets = u16::try_from(serial).unwrap().to_be_bytes();
            let other = [&[0x30, 4, 0x0A, 2][..], &octets].concat();
            enclosed.take_ocsp(if serial == 0 { &answer } else { &other }, &TestProvider);
        }
        assert_eq!(enclosed.ocsps.len(), MAX_EMBEDDED_REVOCATION);
    }

    proptest! {
        #[test]
        fn octets_of_any_kind_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let mut enclosed = Enclosed::default();
            enclosed.take_choice(&bytes, &TestProvider);
            enclosed.take_lists(&bytes, &TestProvider);
            enclosed.take_certificates(&bytes, &TestProvider, &Certificates::default());
        }
    }
}
