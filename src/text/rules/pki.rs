//! Findings (`PKI-…`) of certificates, paths and revocation.

rules! {
    /// No path to an anchor.
    NO_PATH = "PKI-001", Error, en "no certification path to a trust anchor: the issuer of \"{0}\" was not found", vi "không dựng được đường dẫn chứng thực tới gốc tin cậy: không tìm thấy nơi cấp chứng thư \"{0}\"";
    /// Past its notAfter.
    EXPIRED = "PKI-002", Error, en "the certificate of \"{0}\" expired on {1}", vi "chứng thư số của \"{0}\" đã hết hạn từ {1}";
    /// Before its notBefore.
    NOT_YET_VALID = "PKI-003", Error, en "the certificate of \"{0}\" is valid only from {1}", vi "chứng thư số của \"{0}\" chỉ có hiệu lực từ {1}";
    /// The issuer's signature on a certificate is wrong.
    CERTIFICATE_SIGNATURE = "PKI-004", Error, en "the signature on the certificate of \"{0}\" was not made by \"{1}\"", vi "chữ ký trên chứng thư số của \"{0}\" không phải do \"{1}\" tạo ra";
    /// The issuer's signature on a certificate cannot be checked.
    CERTIFICATE_ALGORITHM = "PKI-005", Error, en "the signature on the certificate of \"{0}\" uses an algorithm or key that is not supported", vi "chữ ký trên chứng thư số của \"{0}\" dùng thuật toán hoặc khóa chưa được hỗ trợ";
    /// Critical extensions that are not processed.
    UNKNOWN_CRITICAL = "PKI-006", Error, en "the certificate of \"{0}\" has critical extensions that are not processed: {1}", vi "chứng thư số của \"{0}\" có phần mở rộng bắt buộc chưa được xử lý: {1}";
    /// An issuer is not a CA.
    NOT_A_CA = "PKI-007", Error, en "\"{0}\" issued a certificate but is not a certification authority (basicConstraints)", vi "\"{0}\" đã cấp chứng thư nhưng không phải tổ chức chứng thực (basicConstraints)";
    /// pathLenConstraint is exceeded.
    PATH_LENGTH = "PKI-008", Error, en "the path is longer than \"{0}\" allows: {1} further authorities, at most {2}", vi "đường dẫn chứng thực dài hơn mức \"{0}\" cho phép: {1} tổ chức chứng thực cấp dưới, tối đa {2}";
    /// keyUsage of an issuer lacks keyCertSign.
    NO_CERT_SIGN = "PKI-009", Error, en "the key of \"{0}\" must not be used to issue certificates (keyUsage)", vi "khóa của \"{0}\" không được dùng để cấp chứng thư (keyUsage)";
    /// keyUsage of a signer lacks digitalSignature and nonRepudiation.
    NO_SIGNING = "PKI-010", Error, en "the key of \"{0}\" must not be used to sign documents (keyUsage)", vi "khóa của \"{0}\" không được dùng để ký tài liệu (keyUsage)";
    /// A digest algorithm that is broken at the time of judgement.
    WEAK_DIGEST = "PKI-011", Error, en "{0} is no longer accepted for signatures since {1}", vi "{0} không còn được chấp nhận cho chữ ký số kể từ {1}";
    /// A key that is too short at the time of judgement.
    WEAK_KEY = "PKI-012", Error, en "{0} keys of {1} bits are no longer accepted since {3}; at least {2} bits are needed", vi "khóa {0} {1} bit không còn được chấp nhận kể từ {3}; cần ít nhất {2} bit";
    /// The search for a path used up its budget.
    PATH_BUDGET = "PKI-013", Error, en "the search for a certification path was given up after too many attempts", vi "đã dừng tìm đường dẫn chứng thực vì phải thử quá nhiều khả năng";
    /// The anchor is outside of its own validity. It is trusted by the caller, so this is only worth knowing.
    ANCHOR_DATES = "PKI-014", Warning, en "the trust anchor \"{0}\" is outside of its own validity ({1} to {2})", vi "gốc tin cậy \"{0}\" nằm ngoài thời hạn của chính nó ({1} đến {2})";
    /// An intermediate certificate of version 1 or 2.
    CA_VERSION = "PKI-015", Error, en "the certificate of \"{0}\" is of version {1} and cannot be that of an intermediate authority", vi "chứng thư số của \"{0}\" thuộc phiên bản {1}, không thể là của tổ chức chứng thực trung gian";
    /// A weak algorithm on a certificate.
    WEAK_CERTIFICATE = "PKI-016", Error, en "the signature on the certificate of \"{0}\" is too weak: {1} with a key of {2} bits, not accepted since {3}", vi "chữ ký trên chứng thư số của \"{0}\" quá yếu: {1} với khóa {2} bit, không còn được chấp nhận kể từ {3}";

    /// Revoked at the time of judgement.
    REVOKED = "PKI-020", Error, en "the certificate of \"{0}\" was revoked on {1} ({2})", vi "chứng thư số của \"{0}\" đã bị thu hồi ngày {1} ({2})";
    /// The CRL is not signed by the issuer's key.
    CRL_SIGNATURE = "PKI-022", Error, en "the revocation list of \"{0}\" of {1} is not signed with the key of this authority", vi "danh sách thu hồi của \"{0}\" ngày {1} không được ký bằng khóa của tổ chức chứng thực này";
    /// keyUsage of the issuer lacks cRLSign.
    NO_CRL_SIGN = "PKI-023", Error, en "the key of \"{0}\" must not be used to sign revocation lists (keyUsage)", vi "khóa của \"{0}\" không được dùng để ký danh sách thu hồi (keyUsage)";
    /// Critical extensions of the CRL that are not processed.
    CRL_CRITICAL = "PKI-024", Error, en "the revocation list of \"{0}\" of {1} has critical extensions that are not processed", vi "danh sách thu hồi của \"{0}\" ngày {1} có phần mở rộng bắt buộc chưa được xử lý";
    /// thisUpdate is later than the time of judgement.
    CRL_LATER = "PKI-026", Error, en "the revocation list of \"{0}\" was issued on {1}, after the time of judgement", vi "danh sách thu hồi của \"{0}\" phát hành ngày {1}, sau thời điểm cần xét";
    /// nextUpdate is over, or absent.
    CRL_STALE = "PKI-027", Error, en "the revocation list of \"{0}\" of {1} is out of date; a newer one was due on {2}", vi "danh sách thu hồi của \"{0}\" ngày {1} đã quá hạn; phải có danh sách mới từ {2}";
    /// nextUpdate is absent.
    CRL_NO_NEXT = "PKI-028", Error, en "the revocation list of \"{0}\" of {1} does not say how long it is valid", vi "danh sách thu hồi của \"{0}\" ngày {1} không ghi thời hạn hiệu lực";
    /// The CRL's signature cannot be checked.
    CRL_ALGORITHM = "PKI-029", Error, en "the revocation list of \"{0}\" of {1} is signed with an algorithm or key that is not supported", vi "danh sách thu hồi của \"{0}\" ngày {1} được ký bằng thuật toán hoặc khóa chưa được hỗ trợ";
    /// A weak algorithm on a CRL.
    CRL_WEAK = "PKI-030", Error, en "the signature on the revocation list of \"{0}\" of {1} is too weak: {2} with a key of {3} bits, not accepted since {4}", vi "chữ ký trên danh sách thu hồi của \"{0}\" ngày {1} quá yếu: {2} với khóa {3} bit, không còn được chấp nhận kể từ {4}";

    /// Revoked, and the key may have been in wrong hands before.
    REVOKED_SINCE = "PKI-070", Error, en "the certificate of \"{0}\" was revoked on {1} ({2}), and is not to be relied on since {3}", vi "chứng thư số của \"{0}\" đã bị thu hồi ngày {1} ({2}) và không còn đáng tin cậy kể từ {3}";
    /// certificateHold.
    ON_HOLD = "PKI-071", Error, en "the certificate of \"{0}\" has been suspended since {1} ({2}); the authority may lift this again", vi "chứng thư số của \"{0}\" bị tạm dừng từ {1} ({2}); tổ chức chứng thực có thể cho hoạt động trở lại";
    /// Revoked after the time of judgement.
    REVOKED_LATER = "PKI-072", Warning, en "the certificate of \"{0}\" was revoked on {1} ({2}), after the time of judgement", vi "chứng thư số của \"{0}\" bị thu hồi ngày {1} ({2}), sau thời điểm cần xét";
    /// Neither CRL nor OCSP response.
    NO_REVOCATION = "PKI-021", Error, en "there is no revocation list or OCSP response of \"{1}\" to check the certificate of \"{0}\"", vi "không có danh sách thu hồi (CRL) hoặc phản hồi OCSP của \"{1}\" để kiểm tra chứng thư số của \"{0}\"";
    /// The CRL is for other certificates.
    CRL_SCOPE = "PKI-073", Error, en "the revocation list of \"{0}\" of {1} is not about certificates such as that of \"{2}\" (issuingDistributionPoint)", vi "danh sách thu hồi của \"{0}\" ngày {1} không áp dụng cho chứng thư số của \"{2}\" (issuingDistributionPoint)";
    /// Lists for some reasons only.
    CRL_REASONS = "PKI-074", Error, en "the revocation lists at hand cover only some of the reasons for which the certificate of \"{0}\" may be revoked", vi "các danh sách thu hồi hiện có chỉ nêu một số lý do thu hồi chứng thư số của \"{0}\"";
    /// A delta CRL without its list.
    CRL_DELTA = "PKI-025", Error, en "the revocation list of \"{0}\" of {1} only lists changes (delta), and the list that it belongs to is missing", vi "danh sách thu hồi của \"{0}\" ngày {1} chỉ liệt kê thay đổi (delta), còn thiếu danh sách gốc của nó";
    /// The signer of a CRL has no valid path.
    CRL_SIGNER_PATH = "PKI-075", Error, en "the signer of a revocation list, \"{0}\", has no valid certification path to the anchor of the certificate: {1}", vi "nơi ký danh sách thu hồi \"{0}\" không có đường dẫn chứng thực hợp lệ tới gốc tin cậy của chứng thư số: {1}";
    /// The signer of revocation information has no good status itself.
    SIGNER_STATUS = "PKI-077", Error, en "\"{0}\" signed revocation information, but the certificate of \"{1}\" is itself {2}", vi "\"{0}\" đã ký thông tin thu hồi, nhưng chứng thư số của \"{1}\" có trạng thái {2}";
    /// A circle of signers.
    REVOCATION_CIRCLE = "PKI-078", Error, en "the status of \"{0}\" depends on itself", vi "trạng thái thu hồi của \"{0}\" phụ thuộc vào chính nó";
    /// Too many lists and answers.
    REVOCATION_BUDGET = "PKI-079", Error, en "the check of revocation was given up after too many lists and answers", vi "đã dừng kiểm tra thu hồi vì có quá nhiều danh sách và phản hồi";
    /// nextUpdate before thisUpdate.
    REVOCATION_DATES = "PKI-080", Error, en "the revocation information of \"{0}\" of {1} has dates that contradict each other", vi "thông tin thu hồi của \"{0}\" ngày {1} có các mốc thời gian mâu thuẫn";
    /// Older than the policy allows.
    REVOCATION_OLD = "PKI-081", Error, en "the revocation information of \"{0}\" of {1} is older than is accepted", vi "thông tin thu hồi của \"{0}\" ngày {1} cũ hơn mức được chấp nhận";
    /// Issued after the certificate expired.
    REVOCATION_FORGOTTEN = "PKI-082", Error, en "the revocation information of \"{0}\" of {1} was issued after the certificate expired, and may no longer mention it", vi "thông tin thu hồi của \"{0}\" phát hành ngày {1}, sau khi chứng thư số hết hạn, nên có thể không còn nêu chứng thư đó";

    /// The responder did not answer.
    OCSP_STATUS = "PKI-083", Error, en "an OCSP responder did not answer: {0}", vi "máy chủ OCSP không trả lời: {0}";
    /// Not signed by one who may.
    OCSP_SIGNER = "PKI-084", Error, en "the OCSP response of {0} about the certificate of \"{1}\" is not signed by its issuer or by one whom the issuer appointed", vi "phản hồi OCSP ngày {0} về chứng thư số của \"{1}\" không do nơi cấp hoặc đơn vị được nơi cấp ủy quyền ký";
    /// The signature is wrong.
    OCSP_SIGNATURE = "PKI-085", Error, en "the signature on the OCSP response of {0} about the certificate of \"{1}\" is wrong", vi "chữ ký trên phản hồi OCSP ngày {0} về chứng thư số của \"{1}\" không đúng";
    /// The responder's certificate does not say that it may.
    OCSP_PURPOSE = "PKI-086", Error, en "the certificate of the OCSP responder \"{0}\" must not be used for OCSP: {1}", vi "chứng thư số của máy chủ OCSP \"{0}\" không được dùng cho OCSP: {1}";
    /// Critical extensions that are not processed.
    OCSP_CRITICAL = "PKI-087", Error, en "the OCSP response of {0} about the certificate of \"{1}\" has critical extensions that are not processed", vi "phản hồi OCSP ngày {0} về chứng thư số của \"{1}\" có phần mở rộng bắt buộc chưa được xử lý";
    /// Status unknown.
    OCSP_UNKNOWN = "PKI-088", Error, en "the OCSP responder does not know the certificate of \"{1}\" ({0})", vi "máy chủ OCSP không biết chứng thư số của \"{1}\" ({0})";
    /// A weak or unsupported algorithm.
    OCSP_WEAK = "PKI-089", Error, en "the signature on the OCSP response of {0} about the certificate of \"{1}\" is too weak or of a kind that is not supported: {2}", vi "chữ ký trên phản hồi OCSP ngày {0} về chứng thư số của \"{1}\" quá yếu hoặc chưa được hỗ trợ: {2}";
    /// The answer is about a certificate of another issuer.
    OCSP_OTHER = "PKI-090", Error, en "the OCSP response of {0} has this serial number, but another issuer than the certificate of \"{1}\"", vi "phản hồi OCSP ngày {0} có số sê-ri này nhưng thuộc nơi cấp khác với chứng thư số của \"{1}\"";
    /// The nonce of the request is not in the response.
    OCSP_NONCE = "PKI-091", Error, en "the OCSP response does not repeat the nonce of the request", vi "phản hồi OCSP không nhắc lại giá trị nonce của yêu cầu";
}
