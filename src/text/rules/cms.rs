//! Findings (`CMS-…`) of signature values.

rules! {
    /// The value is not a CMS SignedData.
    NOT_SIGNED_DATA = "CMS-001", Error, en "the signature value is not a CMS SignedData: {0}", vi "giá trị chữ ký không phải CMS SignedData: {0}";
}
