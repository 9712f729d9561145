//! Certificates and CRLs: parsed views that keep the raw DER. No decisions here.

mod certificate;

pub(crate) use certificate::Certificate;
