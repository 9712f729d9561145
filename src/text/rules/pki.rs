//! Findings (`PKI-…`) of certificates, paths and revocation.

rules! {
    /// No path to an anchor.
    NO_PATH = "PKI-001", Error, en "no certification path to a trust anchor: {0}", vi "không dựng được đường dẫn chứng thực tới gốc tin cậy: {0}";
}
