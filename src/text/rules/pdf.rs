//! Findings (`PDF-READ-…`, `PDF-SIG-…`) and errors (`pdf-…`) of reading PDF files.

rules! {
    /// Nothing in the file can be read as PDF.
    NOT_PDF = "pdf-unreadable", Error, en "this is no PDF, or too badly damaged: no catalog is found ({0})", vi "tệp này không phải PDF hoặc đã hỏng nặng: không tìm thấy mục gốc của tài liệu ({0})";
    /// A budget is used up.
    LIMIT = "pdf-limit", Error, en "the PDF asks for more work than is allowed: {0}", vi "tệp PDF đòi hỏi xử lý vượt giới hạn cho phép: {0}";
    /// A stream filter that is not undone.
    FILTER_UNSUPPORTED = "pdf-filter-unsupported", Error, en "the stream filter {0} is not supported", vi "chưa hỗ trợ bộ lọc luồng dữ liệu {0}";
    /// Data that only a password opens.
    ENCRYPTED = "pdf-encrypted", Error, en "this part of the PDF is encrypted, and the document was not opened", vi "phần này của tệp PDF đã được mã hóa, và tài liệu chưa mở được";
    /// Another security handler than the standard one.
    SECURITY_HANDLER = "pdf-security-handler", Error, en "the PDF is encrypted by the security handler {0}, which kyso does not support; only encryption by password is", vi "tệp PDF được mã hóa bằng bộ bảo mật {0} mà kyso không hỗ trợ; chỉ hỗ trợ mã hóa bằng mật khẩu";
    /// A version of the standard security handler that is not known, or a broken encryption dictionary.
    ENCRYPTION = "pdf-encryption", Error, en "the PDF is encrypted in a way that is damaged or not supported: {0}", vi "cách mã hóa của tệp PDF bị hỏng hoặc không được hỗ trợ: {0}";
    /// A revision that the document does not have.
    NO_REVISION = "pdf-no-revision", Error, en "the document has no revision {0}", vi "tài liệu không có phiên bản {0}";

    /// No `%PDF-` at the start.
    NO_HEADER = "PDF-READ-001", Warning, en "there is no %PDF header at the start of the file", vi "đầu tệp không có dấu hiệu %PDF";
    /// Bytes before `%PDF-`.
    JUNK_BEFORE = "PDF-READ-002", Warning, en "{0} bytes stand before the %PDF header", vi "có {0} byte đứng trước dấu hiệu %PDF";
    /// No `startxref`.
    NO_STARTXREF = "PDF-READ-003", Error, en "the end of the file does not say where its cross-reference data stands", vi "cuối tệp không cho biết vị trí bảng tham chiếu";
    /// `startxref` or /Prev leads nowhere.
    NO_SECTION = "PDF-READ-004", Error, en "there is no readable cross-reference section where one is announced: {0}", vi "không có bảng tham chiếu đọc được tại vị trí đã khai báo: {0}";
    /// /Prev leads in a circle.
    SECTION_LOOP = "PDF-READ-005", Error, en "the chain of cross-reference sections leads in a circle", vi "chuỗi bảng tham chiếu tạo thành vòng lặp";
    /// `/Prev 0`.
    PREV_ZERO = "PDF-READ-006", Info, en "/Prev 0 was taken as: there is no earlier section", vi "/Prev 0 được hiểu là không có bảng tham chiếu trước đó";
    /// The cross-reference data was rebuilt.
    REBUILT = "PDF-READ-007", Error, en "the cross-reference data cannot be used and was rebuilt from the objects found in the file ({0})", vi "bảng tham chiếu không dùng được, đã dựng lại từ các đối tượng tìm thấy trong tệp ({0})";
    /// The first subsection starts at 1 but means 0.
    SHIFTED_NUMBERS = "PDF-READ-008", Warning, en "the cross-reference table counts from 1 instead of 0", vi "bảng tham chiếu đánh số từ 1 thay vì từ 0";
    /// A subsection has fewer entries than it says.
    SHORT_SUBSECTION = "PDF-READ-009", Error, en "a cross-reference section has fewer entries than it says", vi "bảng tham chiếu có ít mục hơn số đã khai báo";
    /// A number stands twice in one section.
    DUPLICATE_ENTRY = "PDF-READ-010", Error, en "one cross-reference section lists object {0} more than once", vi "một bảng tham chiếu liệt kê đối tượng {0} nhiều lần";
    /// Numbers at or beyond /Size.
    BEYOND_SIZE = "PDF-READ-011", Warning, en "object {0} is listed, though /Size is {1}", vi "đối tượng {0} được liệt kê dù /Size là {1}";
    /// /Size is missing or no number.
    NO_SIZE = "PDF-READ-012", Warning, en "the trailer has no usable /Size", vi "phần đuôi tệp không có /Size hợp lệ";
    /// An entry in use with offset 0.
    ZERO_OFFSET = "PDF-READ-013", Warning, en "object {0} is listed at offset 0 and counts as free", vi "đối tượng {0} được ghi ở vị trí 0 nên coi như không có";
    /// An entry leads to another object, or none.
    MISPLACED = "PDF-READ-014", Error, en "the cross-reference data leads to the wrong place for object {0}", vi "bảng tham chiếu chỉ sai vị trí của đối tượng {0}";
    /// An object cannot be parsed.
    BAD_OBJECT = "PDF-READ-015", Error, en "the object cannot be parsed: {0} was expected", vi "không phân tích được đối tượng: lẽ ra phải có {0}";
    /// No `endobj`.
    NO_ENDOBJ = "PDF-READ-016", Warning, en "the object does not end as it should", vi "đối tượng không kết thúc đúng quy cách";
    /// /Length is wrong.
    WRONG_LENGTH = "PDF-READ-017", Error, en "the stream's /Length is wrong; its end was searched for", vi "/Length của luồng dữ liệu sai; đã phải tìm điểm kết thúc";
    /// Filtered data is damaged.
    DAMAGED_STREAM = "PDF-READ-018", Error, en "the stream's data is damaged; what could be read is used", vi "dữ liệu của luồng bị hỏng; chỉ dùng được phần đọc được";
    /// An object stream is not what it says.
    BAD_OBJECT_STREAM = "PDF-READ-019", Error, en "the object stream cannot be read: {0}", vi "không đọc được luồng đối tượng: {0}";
    /// An object is at another index of its object stream.
    WRONG_INDEX = "PDF-READ-020", Warning, en "object {0} stands at another index of its object stream", vi "đối tượng {0} nằm ở chỉ số khác trong luồng đối tượng";
    /// A key stands twice.
    DUPLICATE_KEY = "PDF-READ-021", Warning, en "the key /{0} stands more than once in one dictionary", vi "khóa /{0} xuất hiện nhiều lần trong cùng một từ điển";
    /// No `%%EOF`.
    NO_EOF = "PDF-READ-022", Warning, en "no %%EOF follows this cross-reference section", vi "sau bảng tham chiếu không có %%EOF";
    /// Bytes behind the last revision.
    JUNK_BEHIND = "PDF-READ-023", Warning, en "{0} bytes stand behind the end of the last revision", vi "có {0} byte đứng sau điểm kết thúc của phiên bản cuối cùng";
    /// The `startxref` behind a section is another one's.
    OTHER_STARTXREF = "PDF-READ-024", Warning, en "the startxref behind this cross-reference section names another one", vi "startxref sau bảng tham chiếu này lại chỉ tới bảng khác";
    /// A section stands before the one that it follows, in a file that is not linearized.
    BACKWARDS = "PDF-READ-025", Warning, en "a newer cross-reference section stands before an older one", vi "bảng tham chiếu mới hơn lại đứng trước bảng cũ hơn";
    /// The trailer lacks /Root.
    NO_ROOT = "PDF-READ-026", Error, en "the trailer does not lead to a document catalog", vi "phần đuôi tệp không dẫn tới mục gốc của tài liệu";
    /// References lead in a circle.
    REFERENCE_LOOP = "PDF-READ-027", Error, en "references lead in a circle", vi "các tham chiếu tạo thành vòng lặp";
    /// Findings beyond the limit.
    MORE_FINDINGS = "PDF-READ-028", Warning, en "there are more findings of this kind than are kept", vi "còn nhiều phát hiện khác không được lưu lại";
    /// The /W, /Index or data of a cross-reference stream do not fit.
    BAD_XREF_STREAM = "PDF-READ-029", Error, en "the cross-reference stream is not well formed: {0}", vi "luồng tham chiếu không đúng quy cách: {0}";
    /// The document is encrypted.
    IS_ENCRYPTED = "PDF-READ-030", Info, en "the document is encrypted", vi "tài liệu đã được mã hóa";
    /// A string is no ciphertext, though the document is encrypted.
    STRING_LOCKED = "PDF-READ-031", Warning, en "a string of the object cannot be decrypted; it is used as it stands", vi "không giải mã được một chuỗi của đối tượng; chuỗi được dùng nguyên trạng";

    /// /Perms and /P of the encryption dictionary disagree.
    PERMISSIONS_CHANGED = "PDF-READ-032", Warning, en "the permissions of the encrypted document are not those that were sealed with its key; somebody changed them", vi "quyền hạn của tài liệu mã hóa không khớp với bản được niêm phong bằng khóa của tài liệu; đã có người sửa";
    /// Nobody gave the password, so strings are shown as they stand in the file.
    CLOSED = "PDF-READ-033", Warning, en "the document is encrypted and was not opened; names and texts are shown as they stand in the file", vi "tài liệu được mã hóa và chưa mở được; tên và chữ được hiển thị nguyên trạng như trong tệp";

    /// The field tree has a loop, or is too large.
    FIELD_TREE = "PDF-SIG-001", Error, en "the tree of form fields is not well formed: {0}", vi "cây trường biểu mẫu không đúng quy cách: {0}";
    /// A signature hangs on a widget that is no field of the form.
    OUTSIDE_FORM = "PDF-SIG-002", Warning, en "a signature hangs on an annotation that does not belong to the form; it is not checked", vi "có chữ ký gắn trên chú thích không thuộc biểu mẫu; chữ ký đó không được kiểm tra";
    /// A key that decides the signature stands twice.
    SIGNATURE_KEY_TWICE = "PDF-SIG-003", Error, en "the signature dictionary has /{0} more than once", vi "từ điển chữ ký có /{0} nhiều lần";
    /// /Contents or /ByteRange is a reference.
    SIGNATURE_KEY_INDIRECT = "PDF-SIG-004", Error, en "/{0} of the signature dictionary is not written directly in it", vi "/{0} của từ điển chữ ký không được ghi trực tiếp trong từ điển";
    /// /Contents or /ByteRange is missing or of the wrong kind.
    SIGNATURE_KEY_WRONG = "PDF-SIG-005", Error, en "/{0} of the signature dictionary is missing or wrong", vi "/{0} của từ điển chữ ký bị thiếu hoặc sai";
    /// /V is no dictionary.
    SIGNATURE_VALUE_WRONG = "PDF-SIG-006", Error, en "the value of the signature field {0} is no signature dictionary", vi "giá trị của trường chữ ký {0} không phải từ điển chữ ký";
    /// Two fields have one name.
    FIELD_NAME_TWICE = "PDF-SIG-007", Warning, en "more than one signature field is named {0}", vi "có nhiều trường chữ ký cùng tên {0}";
    /// Two fields have one signature dictionary.
    VALUE_SHARED = "PDF-SIG-008", Warning, en "more than one field has this signature as its value", vi "có nhiều trường dùng chung một chữ ký này làm giá trị";
    /// Parts of the form are encrypted.
    FORM_HIDDEN = "PDF-SIG-009", Warning, en "parts of the form are encrypted; signatures there cannot be seen", vi "một phần biểu mẫu bị mã hóa; không thấy được chữ ký ở đó";
}
