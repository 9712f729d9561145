//! What a signature brings along for the judgement of certificates: CertificateValues, RevocationValues and their like among the
//! properties of XAdES, CRLs and OCSP responses in KeyInfo. Nothing of it need be signed: each certificate, list and answer proves
//! itself by its issuer's signature.

use super::signature::Signature;
use crate::{cms::Enclosed, crypto::Provider, x509::Certificates};

impl Signature {
    /// What cannot be read is left out: it only helps.
    pub(crate) fn enclosed(&self, provider: &dyn Provider, known: &Certificates) -> Enclosed {
        let evidence = self.properties.iter().map(|it| &it.evidence);
        let info = &self.key_info;
        let mut enclosed = Enclosed::default();
        for der in evidence.clone().flat_map(|it| &it.certificates) {
            enclosed.take_certificate(der, provider, known);
        }
        for der in evidence.clone().flat_map(|it| &it.crls).chain(&info.crls) {
            enclosed.take_crl(der);
        }
        for der in evidence.flat_map(|it| &it.ocsps).chain(&info.ocsps) {
            enclosed.take_ocsp(der, provider);
        }
        enclosed
    }
}
