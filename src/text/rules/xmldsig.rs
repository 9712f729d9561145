//! Findings (`XSIG-…`) of XML signatures.

rules! {
    /// A part is missing.
    MISSING = "XSIG-001", Error, en "{1} has no {0}, which XMLDSig asks for", vi "{1} không có {0} mà chuẩn XMLDSig yêu cầu";
    /// A part stands more than once.
    REPEATED = "XSIG-002", Error, en "{0} stands {1} times in {2}, where it may stand once", vi "{0} xuất hiện {1} lần trong {2}, chỉ được phép một lần";
    /// A part stands in the wrong place.
    MISPLACED = "XSIG-003", Error, en "{0} does not belong here in {1}", vi "{0} nằm sai vị trí trong {1}";
    /// An element of another namespace.
    STRANGER = "XSIG-004", Warning, en "{0} in {1} is no part of XMLDSig and counts for nothing", vi "{0} trong {1} không thuộc XMLDSig nên không có giá trị";
    /// A value that cannot be read.
    MALFORMED = "XSIG-005", Error, en "{0} cannot be read: {1}", vi "không đọc được {0}: {1}";
    /// A limit.
    TOO_MANY = "XSIG-006", Error, en "not examined: more than {1} of {0}", vi "không kiểm tra: có nhiều hơn {1} phần tử {0}";
    /// Nothing is signed.
    NO_REFERENCE = "XSIG-007", Error, en "the signature has no Reference: it signs nothing", vi "chữ ký không có Reference nào: không ký nội dung gì";
    /// An identifier that no standard has.
    ODD_IDENTIFIER = "XSIG-008", Warning, en "the identifier {0} stands in no standard; it is read as what it must mean", vi "định danh {0} không có trong chuẩn nào; được hiểu theo nghĩa duy nhất có thể";
    /// HMAC or DSA.
    METHOD_REFUSED = "XSIG-009", Error, en "{0} is not accepted ({1})", vi "không chấp nhận {0} ({1})";
    /// An algorithm that is not known.
    METHOD_UNKNOWN = "XSIG-010", Error, en "the signature algorithm is not supported: {0}", vi "chưa hỗ trợ thuật toán ký: {0}";
    /// HMACOutputLength.
    OUTPUT_LENGTH = "XSIG-011", Error, en "the signature names HMACOutputLength, which would let anybody forge it", vi "chữ ký khai HMACOutputLength, khiến ai cũng có thể giả mạo";
    /// An unknown digest.
    DIGEST_UNKNOWN = "XSIG-012", Error, en "the digest algorithm is not supported: {0}", vi "chưa hỗ trợ thuật toán băm: {0}";
    /// An unknown canonicalisation.
    CANONICAL_UNKNOWN = "XSIG-013", Error, en "the canonicalisation is not supported: {0}", vi "chưa hỗ trợ cách chuẩn hóa: {0}";
    /// XSLT and its like.
    TRANSFORM_REFUSED = "XSIG-014", Error, en "the transform {0} is not accepted", vi "không chấp nhận phép biến đổi {0}";
    /// An unknown transform.
    TRANSFORM_UNKNOWN = "XSIG-015", Error, en "the transform is not supported: {0}", vi "chưa hỗ trợ phép biến đổi: {0}";
    /// The covered octets are others.
    DIGEST_MISMATCH = "XSIG-016", Error, en "what \"{0}\" points at was changed after signing", vi "nội dung mà \"{0}\" trỏ tới đã bị thay đổi sau khi ký";
    /// The octets that a manifest covers are others.
    MANIFEST_MISMATCH = "XSIG-017", Error, en "what \"{0}\" of the manifest points at was changed after signing", vi "nội dung mà \"{0}\" trong Manifest trỏ tới đã bị thay đổi sau khi ký";
    /// The value does not verify.
    VALUE_INVALID = "XSIG-018", Error, en "the signature value does not fit the key of \"{0}\"", vi "giá trị chữ ký không khớp với khóa của \"{0}\"";
    /// No element has the id.
    ID_NOWHERE = "XSIG-019", Error, en "no element has the id \"{0}\" that is signed", vi "không có phần tử nào mang id \"{0}\" được ký";
    /// Several elements have the id.
    ID_TWICE = "XSIG-020", Error, en "several elements have the id \"{0}\": it is not clear which one is signed", vi "có nhiều phần tử cùng mang id \"{0}\" nên không rõ phần tử nào được ký";
    /// Another XPointer.
    POINTER_UNKNOWN = "XSIG-021", Error, en "references of this form are not supported: {0}", vi "chưa hỗ trợ tham chiếu dạng này: {0}";
    /// A file that nobody gave.
    ELSEWHERE = "XSIG-022", Error, en "the signature covers \"{0}\", which is not in the document; it was not fetched, and nobody gave it", vi "chữ ký bao trùm \"{0}\" nằm ngoài tài liệu; nội dung này không được tải về và không được cung cấp";
    /// A file that must not be opened.
    ELSEWHERE_REFUSED = "XSIG-023", Error, en "the signature covers \"{0}\", which was not read: {1}", vi "chữ ký bao trùm \"{0}\" nhưng không đọc được nội dung này: {1}";
    /// No URI.
    URI_OMITTED = "XSIG-024", Error, en "a reference does not say what it covers, and nobody gave it", vi "một tham chiếu không cho biết nội dung được ký và không ai cung cấp nội dung đó";
    /// The reference leaves nothing.
    COVERS_NOTHING = "XSIG-025", Error, en "a reference covers nothing: what it points at is left out again", vi "một tham chiếu không bao trùm gì: phần được trỏ tới lại bị loại bỏ";
    /// A filter could not be applied.
    FILTER = "XSIG-026", Error, en "a filter could not be applied: {0}", vi "không áp dụng được phép lọc: {0}";
    /// The base64 transform on something else.
    NOT_BASE64 = "XSIG-027", Error, en "what is to be decoded is no base64", vi "nội dung cần giải mã không phải base64";
    /// Octets between transforms are no XML.
    OCTETS_UNREADABLE = "XSIG-028", Error, en "what a transform needs as XML cannot be read ({0})", vi "phép biến đổi cần XML nhưng không đọc được nội dung ({0})";
    /// enveloped-signature on another document.
    ENVELOPED_ELSEWHERE = "XSIG-029", Error, en "enveloped-signature is asked of something that does not hold the signature", vi "enveloped-signature được dùng cho nội dung không chứa chữ ký";
    /// The canonical form could not be made.
    CANONICAL_FAILED = "XSIG-030", Error, en "the canonical form could not be made ({0})", vi "không tạo được dạng chuẩn hóa ({0})";
    /// The data node is not covered.
    PARTIAL = "XSIG-031", Error, en "the signature does not cover {0}, but {1}", vi "chữ ký không bao trùm {0} mà chỉ bao trùm {1}";
    /// No certificate.
    NO_CERTIFICATE = "XSIG-032", Error, en "the signature brings no certificate, and none that was given fits it", vi "chữ ký không kèm chứng thư số và không có chứng thư nào được cung cấp phù hợp";
    /// A bare key alone.
    KEY_VALUE_ALONE = "XSIG-033", Error, en "the signature brings a bare public key, which proves nothing about who signed; it was not used", vi "chữ ký chỉ kèm khóa công khai, không chứng minh được ai đã ký nên không được dùng";
    /// A bare key beside a certificate with another one.
    KEY_VALUE_DIFFERS = "XSIG-034", Warning, en "the bare public key in KeyInfo is not that of the signer's certificate", vi "khóa công khai trong KeyInfo không phải khóa của chứng thư người ký";
    /// The caller gave a bare key.
    BARE_KEY = "XSIG-035", Warning, en "the value fits the public key that was given; without a certificate nothing is known of the signer", vi "giá trị chữ ký khớp với khóa công khai được cung cấp; không có chứng thư số nên không biết người ký là ai";
    /// The key is not supported.
    KEY_UNSUPPORTED = "XSIG-036", Error, en "{0} is not supported with the key of \"{1}\"", vi "chưa hỗ trợ {0} với khóa của \"{1}\"";
    /// The signed properties name another certificate.
    SIGNING_CERTIFICATE = "XSIG-037", Error, en "the signed properties name another certificate than the one whose key made the signature", vi "thuộc tính được ký ghi chứng thư số khác với chứng thư có khóa đã tạo chữ ký";
    /// Nothing signed names the certificate.
    NO_SIGNING_CERTIFICATE = "XSIG-038", Info, en "the signed properties do not name the signer's certificate, as EN 319 132-1 asks", vi "thuộc tính được ký không ghi chứng thư số của người ký như EN 319 132-1 yêu cầu";
    /// Several certificates have the key.
    SEVERAL_CERTIFICATES = "XSIG-039", Info, en "{0} certificates have the key of this signature; nothing signed says which is meant, \"{1}\" was taken", vi "có {0} chứng thư số dùng khóa của chữ ký này; không có gì được ký cho biết chứng thư nào, đã lấy \"{1}\"";
    /// Something in place of a certificate.
    CERTIFICATE_UNREADABLE = "XSIG-040", Warning, en "{0} of the certificates inside cannot be read", vi "không đọc được {0} chứng thư số đi kèm";
    /// Parts of KeyInfo that are not read.
    KEY_INFO_UNREAD = "XSIG-041", Info, en "not read in KeyInfo: {0}", vi "không đọc trong KeyInfo: {0}";
    /// A manifest that nothing covers.
    MANIFEST_UNSIGNED = "XSIG-042", Warning, en "a manifest stands in the signature that is not signed and counts for nothing", vi "chữ ký chứa một Manifest không được ký nên không có giá trị";
    /// XAdES properties are not covered.
    PROPERTIES_UNSIGNED = "XSIG-043", Warning, en "there are XAdES properties that the signature does not cover: they were added later and count for nothing", vi "có thuộc tính XAdES không được chữ ký bao trùm: chúng được thêm sau và không có giá trị";
    /// The reference does not say what it is.
    PROPERTIES_TYPE = "XSIG-044", Warning, en "the reference to the signed properties does not have their Type", vi "tham chiếu tới thuộc tính được ký không ghi đúng Type";
    /// The signed properties belong to something else.
    PROPERTIES_FOREIGN = "XSIG-045", Error, en "the signature covers signed properties that are not its own", vi "chữ ký bao trùm thuộc tính không phải của chính nó";
    /// Target is another signature.
    PROPERTIES_TARGET = "XSIG-046", Error, en "the XAdES properties are about another signature (Target)", vi "thuộc tính XAdES nói về chữ ký khác (Target)";
    /// Several QualifyingProperties.
    PROPERTIES_SEVERAL = "XSIG-047", Warning, en "the signature has {0} QualifyingProperties; one is read", vi "chữ ký có {0} phần QualifyingProperties; chỉ đọc một";
    /// QualifyingPropertiesReference.
    PROPERTIES_ELSEWHERE = "XSIG-048", Warning, en "XAdES properties in another document are not read", vi "không đọc thuộc tính XAdES nằm ở tài liệu khác";
    /// DataObjectFormat points nowhere.
    FORMAT_DANGLING = "XSIG-049", Warning, en "DataObjectFormat describes \"{0}\", which is no reference of this signature", vi "DataObjectFormat mô tả \"{0}\" không phải tham chiếu của chữ ký này";
    /// SigningTime is not covered.
    TIME_UNSIGNED = "XSIG-050", Warning, en "SigningTime stands there, but the signature does not cover it", vi "có SigningTime nhưng chữ ký không bao trùm";
    /// SigningTime has no zone.
    TIME_WITHOUT_ZONE = "XSIG-051", Info, en "the claimed signing time {0} has no time zone; it is taken for the time of Viet Nam", vi "thời điểm ký được khai {0} không ghi múi giờ; được hiểu là giờ Việt Nam";
    /// SigningTime cannot be read.
    TIME_UNREADABLE = "XSIG-052", Warning, en "the claimed signing time cannot be read: {0}", vi "không đọc được thời điểm ký được khai: {0}";
    /// Comments in what is covered.
    COMMENTS = "XSIG-053", Warning, en "there are comments inside signed text that the signature does not cover; programs that read only part of such text see something else", vi "có chú thích nằm giữa nội dung được ký mà chữ ký không bao trùm; phần mềm chỉ đọc một phần nội dung sẽ thấy khác";
    /// The order of parties.
    ORDER = "XSIG-055", Warning, en "{0} signs after {1} by the rules of this kind of document, but {1} has no valid signature here", vi "theo quy định với loại văn bản này, {0} ký sau {1}, nhưng ở đây chưa có chữ ký hợp lệ của {1}";
    /// Which kind of document, which slot.
    SLOT = "XSIG-056", Info, en "a signature in the place of {1} in a document of the kind {0}", vi "chữ ký ở vị trí {1} của văn bản loại {0}";
    /// The order of parties, by the times that they claim.
    ORDER_TIME = "XSIG-057", Warning, en "{0} signs after {1} by the rules of this kind of document, but claims an earlier time ({2}) than {1} ({3})", vi "theo quy định với loại văn bản này, {0} ký sau {1}, nhưng thời điểm ký được khai ({2}) lại sớm hơn của {1} ({3})";
}
