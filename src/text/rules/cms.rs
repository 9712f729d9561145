//! Findings (`CMS-…`) of signature values.

rules! {
    /// The value is not a CMS SignedData.
    NOT_SIGNED_DATA = "CMS-001", Error, en "the signature value is not a CMS SignedData: {0}", vi "giá trị chữ ký không phải CMS SignedData: {0}";
    /// Bytes other than zero follow.
    TRAILING = "CMS-002", Error, en "{0} bytes follow the signature value that are not zero", vi "có {0} byte khác 0 đứng sau giá trị chữ ký";
    /// Too long.
    TOO_LONG = "CMS-003", Error, en "the signature value has {0} bytes, at most {1} are read", vi "giá trị chữ ký dài {0} byte, chỉ đọc tối đa {1} byte";
    /// Not exactly one SignerInfo.
    SIGNER_COUNT = "CMS-004", Error, en "the signature value holds {0} signers; in a PDF it must hold exactly one (ISO 32000-2, 12.8.3.3.1)", vi "giá trị chữ ký có {0} người ký; trong PDF phải có đúng một (ISO 32000-2, 12.8.3.3.1)";
    /// No signed attributes.
    NO_SIGNED_ATTRIBUTES = "CMS-005", Info, en "the signature has no signed attributes: its value was made over the document itself, and says nothing of certificate and time", vi "chữ ký không có thuộc tính được ký (signed attributes): giá trị ký tính trực tiếp trên tài liệu, không gắn với chứng thư số và thời điểm";
    /// A signed attribute that must be there is not.
    ATTRIBUTE_MISSING = "CMS-006", Error, en "the signed attribute {0} is missing", vi "thiếu thuộc tính được ký {0}";
    /// A signed attribute stands twice, or has not exactly one value.
    ATTRIBUTE_REPEATED = "CMS-007", Error, en "the signed attribute {0} must stand once and have one value", vi "thuộc tính được ký {0} phải xuất hiện một lần và có đúng một giá trị";
    /// A signed attribute cannot be read.
    ATTRIBUTE_MALFORMED = "CMS-008", Error, en "the signed attribute {0} cannot be read", vi "không đọc được thuộc tính được ký {0}";
    /// Content-type differs from what is signed.
    CONTENT_TYPE = "CMS-009", Error, en "the signed content type is {0} instead of {1}", vi "kiểu nội dung được ký là {0} thay vì {1}";
    /// Message-digest differs from the document's.
    DIGEST_MISMATCH = "CMS-010", Error, en "the document was changed: its digest is not the signed one", vi "tài liệu đã bị thay đổi: giá trị băm không khớp với giá trị đã ký";
    /// Message-digest differs from the digest of the content inside.
    CONTENT_MISMATCH = "CMS-011", Error, en "the content inside the signature value does not have the signed digest", vi "nội dung nằm trong giá trị chữ ký không khớp với giá trị băm đã ký";
    /// There must be a content inside, and there is none.
    NO_CONTENT = "CMS-012", Error, en "the signature value lacks the content that this kind of signature holds inside", vi "giá trị chữ ký thiếu nội dung bên trong mà loại chữ ký này phải có";
    /// There must be no content inside.
    UNEXPECTED_CONTENT = "CMS-013", Warning, en "the signature value holds a content inside, although it signs the document from outside", vi "giá trị chữ ký có chứa nội dung bên trong, mặc dù là chữ ký tách rời tài liệu";
    /// Digest algorithm not supported.
    DIGEST_ALGORITHM = "CMS-014", Error, en "the digest algorithm {0} is not supported", vi "thuật toán băm {0} chưa được hỗ trợ";
    /// Signature algorithm not supported.
    SIGNATURE_ALGORITHM = "CMS-015", Error, en "the signature algorithm {0} is not supported", vi "thuật toán ký {0} chưa được hỗ trợ";
    /// The signer's key is not supported, or does not fit the algorithm.
    KEY_UNSUPPORTED = "CMS-016", Error, en "the signer's key ({1}) is of a type or size that is not supported with {0}", vi "khóa của người ký ({1}) thuộc loại hoặc độ dài chưa được hỗ trợ với {0}";
    /// The digest of the signature algorithm is another than the digest algorithm.
    DIGEST_DISAGREES = "CMS-017", Error, en "the signature algorithm uses {0}, but the digest algorithm is {1}", vi "thuật toán ký dùng {0} nhưng thuật toán băm lại là {1}";
    /// The signer's certificate is not there.
    NO_CERTIFICATE = "CMS-018", Error, en "the signer's certificate was not found (serial number {0})", vi "không tìm thấy chứng thư số của người ký (số sê-ri {0})";
    /// The signature value is wrong.
    SIGNATURE_INVALID = "CMS-019", Error, en "the signature value was not made with the key of \"{0}\"", vi "giá trị chữ ký không phải do khóa của \"{0}\" tạo ra";
    /// Signing-certificate names another certificate.
    SIGNING_CERTIFICATE = "CMS-020", Error, en "the signature names another certificate as the signer's ({0})", vi "chữ ký chỉ ra một chứng thư số khác là của người ký ({0})";
    /// Signing-certificate is absent, outside of PAdES.
    NO_SIGNING_CERTIFICATE = "CMS-021", Warning, en "the signature does not say which certificate belongs to it (signing-certificate)", vi "chữ ký không ghi rõ chứng thư số nào thuộc về nó (signing-certificate)";
    /// Signing-certificate is absent in PAdES.
    NO_SIGNING_CERTIFICATE_CADES = "CMS-022", Warning, en "the signature claims to be PAdES, but lacks the signing-certificate attribute that PAdES demands", vi "chữ ký khai là PAdES nhưng thiếu thuộc tính signing-certificate mà PAdES bắt buộc";
    /// The issuer or serial number in signing-certificate is another.
    ISSUER_SERIAL = "CMS-023", Warning, en "signing-certificate has the right digest but another serial number", vi "signing-certificate đúng giá trị băm nhưng sai số sê-ri";
    /// CMSAlgorithmProtection names other algorithms.
    ALGORITHM_PROTECTION = "CMS-024", Error, en "the algorithms are not those that the signer protected (CMSAlgorithmProtection)", vi "các thuật toán không khớp với thuật toán người ký đã bảo vệ (CMSAlgorithmProtection)";
    /// Signed attributes are not in DER order.
    ATTRIBUTE_ORDER = "CMS-025", Warning, en "the signed attributes are not in DER order", vi "các thuộc tính được ký không theo thứ tự DER";
    /// The signature is over the DER form of the signed attributes, while the file has another encoding.
    REENCODED = "CMS-026", Info, en "the signed attributes are not DER; the signature was checked over their DER form", vi "các thuộc tính được ký không ở dạng DER; chữ ký được kiểm tra trên dạng DER của chúng";
    /// A certificate inside cannot be read.
    CERTIFICATE_UNREADABLE = "CMS-027", Warning, en "{0} certificates inside the signature value cannot be read", vi "không đọc được {0} chứng thư số trong giá trị chữ ký";
    /// More certificates than are read.
    CERTIFICATE_COUNT = "CMS-028", Warning, en "the signature value holds more than {0} certificates; the rest was not read", vi "giá trị chữ ký chứa hơn {0} chứng thư số; phần còn lại không được đọc";
    /// The digest algorithm is written as a signature algorithm.
    DIGEST_ALIAS = "CMS-029", Warning, en "the digest algorithm is written as the signature algorithm {0}", vi "thuật toán băm được ghi bằng mã của thuật toán ký {0}";
    /// The content inside is not the digest of the document.
    IMPRINT_MISMATCH = "CMS-030", Error, en "the document was changed: it does not have the digest inside the signature value", vi "tài liệu đã bị thay đổi: không khớp với giá trị băm nằm trong giá trị chữ ký";
    /// A signed attribute stands among the unsigned ones.
    ATTRIBUTE_UNSIGNED = "CMS-032", Warning, en "the attribute {0} stands among the unsigned ones, where it means nothing", vi "thuộc tính {0} nằm trong phần không được ký nên không có giá trị";
    /// The content of a time-stamp token cannot be read.
    TST_INFO = "CMS-031", Error, en "the content of the time-stamp cannot be read: {0}", vi "không đọc được nội dung của dấu thời gian: {0}";
    /// Of a signature without signed attributes, value, document and key do not belong together.
    VALUE_OR_DOCUMENT = "CMS-033", Error, en "the signature value was not made over this document with the key of \"{0}\": one of them was changed", vi "giá trị chữ ký không được tạo trên tài liệu này bằng khóa của \"{0}\": một trong hai đã bị thay đổi";
}
