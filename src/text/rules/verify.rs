//! Findings of the judgement (`SIG-…`) and of the layout (`VN-…`).

rules! {
    /// Revocation was not looked at, by policy.
    REVOCATION_IGNORED = "SIG-001", Info, en "revocation was not looked at, as the policy asks", vi "không kiểm tra thu hồi, theo chính sách";
    /// /ByteRange is not of the form [0 a b c].
    RANGE_FORM = "SIG-002", Error, en "/ByteRange is not of the form [0 a b c]", vi "/ByteRange không có dạng [0 a b c]";
    /// /ByteRange reaches behind the end of the file.
    RANGE_BEYOND = "SIG-003", Error, en "/ByteRange reaches to byte {0}, behind the end of the file at {1}", vi "/ByteRange kéo tới byte {0}, vượt quá điểm cuối của tệp tại {1}";
    /// The gap is not this signature's /Contents.
    RANGE_GAP = "SIG-004", Error, en "what the signature leaves out is not exactly its own value", vi "phần chữ ký bỏ qua không đúng bằng giá trị của chính chữ ký";
    /// The range ends within a revision.
    RANGE_END = "SIG-005", Error, en "the signature does not reach to the end of a revision of the document", vi "chữ ký không bao trùm tới điểm cuối của một phiên bản tài liệu";
    /// Part of the signature's object lies outside of what it covers.
    RANGE_OBJECT = "SIG-006", Error, en "the signature does not cover its own dictionary", vi "chữ ký không bao trùm từ điển của chính nó";
    /// /Contents is not a clean hex string.
    CONTENTS_FORM = "SIG-007", Error, en "the signature value is not written as a clean hexadecimal string", vi "giá trị chữ ký không được ghi đúng dạng chuỗi thập lục phân";
    /// adbe.x509.rsa_sha1 and the like.
    SUB_FILTER = "SIG-008", Error, en "signatures of the form {0} are not supported", vi "chưa hỗ trợ chữ ký dạng {0}";
    /// No /SubFilter.
    NO_SUB_FILTER = "SIG-009", Error, en "the signature does not say of which form it is (/SubFilter)", vi "chữ ký không ghi dạng của nó (/SubFilter)";
    /// The digest budget was used up.
    BUDGET = "SIG-010", Error, en "the digest was not computed: the signatures of this file together ask for too much work", vi "không tính giá trị băm: các chữ ký trong tệp này đòi hỏi xử lý quá nhiều";
    /// Too many signatures.
    NOT_EXAMINED = "SIG-011", Error, en "not examined: the file has more than {0} signatures", vi "không kiểm tra: tệp có nhiều hơn {0} chữ ký";
    /// The file had to be repaired, or can be read in more than one way.
    AMBIGUOUS = "SIG-012", Error, en "the file had to be repaired or can be read in more than one way, so it may show something else elsewhere", vi "tệp phải sửa lỗi mới đọc được hoặc có thể đọc theo nhiều cách, nên phần mềm khác có thể hiển thị khác";
    /// /M and signing-time are seven hours apart.
    TIME_ZONE = "SIG-013", Warning, en "the two claimed signing times differ by the time zone of Viet Nam: {0} and {1}", vi "hai thời điểm ký được khai lệch nhau đúng múi giờ Việt Nam: {0} và {1}";
    /// /M and signing-time disagree.
    TIMES_DIFFER = "SIG-014", Warning, en "the two claimed signing times differ: {0} and {1}", vi "hai thời điểm ký được khai khác nhau: {0} và {1}";
    /// There is a signature time-stamp, and it is not checked yet.
    TIMESTAMP_UNCHECKED = "SIG-015", Info, en "the time-stamp inside the signature is not checked yet", vi "dấu thời gian trong chữ ký chưa được kiểm tra";
    /// The certificate was not valid yet, or no longer, when the signer says to have signed.
    TIME_OUTSIDE_VALIDITY = "SIG-016", Warning, en "the claimed signing time {0} lies outside of the certificate's validity", vi "thời điểm ký được khai {0} nằm ngoài thời hạn hiệu lực của chứng thư số";
    /// No signature field could be read.
    FIELDS_UNREADABLE = "SIG-017", Error, en "the form could not be read, so signatures may be missing here: {0}", vi "không đọc được biểu mẫu nên có thể thiếu chữ ký ở đây: {0}";
    /// The newest revision has no signature, an earlier one has.
    SIGNATURES_REMOVED = "SIG-018", Error, en "a later save took {0} signatures out of the document; they are judged as they were before", vi "lần lưu sau đã gỡ {0} chữ ký khỏi tài liệu; các chữ ký được xét như trước khi bị gỡ";
    /// The pages are made from XFA when the document is shown.
    XFA_DYNAMIC = "SIG-020", Warning, en "the document is a dynamic XFA form: what readers show is made from a description when it is opened, so the signed bytes do not fix what is seen", vi "tài liệu là biểu mẫu XFA động: nội dung hiển thị được tạo từ mô tả khi mở tệp nên chữ ký không cố định nội dung nhìn thấy";
    /// The form is also described in XFA.
    XFA = "SIG-021", Info, en "the form is also described in XFA; programs that draw it from XFA may show it differently", vi "biểu mẫu còn được mô tả bằng XFA; phần mềm hiển thị theo XFA có thể cho hình ảnh khác";
    /// Readers draw the fields afresh.
    NEED_APPEARANCES = "SIG-022", Info, en "the form asks readers to draw its fields afresh (/NeedAppearances), so fields may look different from reader to reader", vi "biểu mẫu yêu cầu phần mềm vẽ lại các trường (/NeedAppearances) nên các trường có thể hiển thị khác nhau";
    /// A usage rights signature is none of a signer.
    USAGE_RIGHTS = "SIG-023", Info, en "the document carries usage rights of Adobe Reader (/Perms /UR3); that is a permission by Adobe, no signature of a person or organisation, and is not counted", vi "tài liệu có quyền sử dụng mở rộng của Adobe Reader (/Perms /UR3); đó là quyền do Adobe cấp, không phải chữ ký của người hay cơ quan, nên không được tính";
    /// Attached files.
    PORTFOLIO = "SIG-024", Info, en "the document is a portfolio: the signatures cover the attached files as bytes, but say nothing of signatures inside them", vi "tài liệu là bộ hồ sơ (portfolio): chữ ký bao trùm các tệp đính kèm dưới dạng byte, không nói gì về chữ ký bên trong các tệp đó";
    /// A signature that is in the file, but not in the document.
    UNREACHED = "SIG-025", Error, en "bytes that belong to no revision of the document hold a signature; whoever removed it from the document changed the document", vi "có chữ ký nằm trong phần dữ liệu không thuộc phiên bản nào của tài liệu; chữ ký đã bị tách khỏi tài liệu, tài liệu đã bị thay đổi";
    /// A signature that no field shows.
    UNSHOWN = "SIG-026", Error, en "this object is a signature, but no field of the document shows it, so it was not checked; somebody may have taken it out of the form", vi "đối tượng này là chữ ký nhưng không trường nào của tài liệu dẫn tới nên không được kiểm tra; có thể chữ ký đã bị gỡ khỏi biểu mẫu";
    /// What should be facts to judge again is something else.
    FACTS = "facts", Error, en "these are no facts of a check that can be judged again (kyso.facts/1): {0}", vi "đây không phải dữ kiện kiểm tra có thể xét lại (kyso.facts/1): {0}";
    /// The person signed after the organisation.
    PERSON_AFTER_ORGANISATION = "VN-001", Warning, en "the competent person signed after the organisation (Decree 30/2020, art. 32.2d)", vi "người có thẩm quyền ký sau cơ quan, tổ chức (Nghị định 30/2020, điều 32 khoản 2 điểm d)";
}
