//! Findings of changes after a signature (`PDF-DIFF-…`).

rules! {
    /// A change that no rule explains.
    FORBIDDEN = "PDF-DIFF-001", Error, en "changed after signing in a way that no rule allows: {0}", vi "bị thay đổi sau khi ký mà không quy tắc nào cho phép: {0}";
    /// A signed object has other content.
    OBJECT_CHANGED = "PDF-DIFF-002", Error, en "a signed object was changed after signing ({0})", vi "một đối tượng đã ký bị thay đổi sau khi ký ({0})";
    /// A signed object was deleted.
    OBJECT_REMOVED = "PDF-DIFF-003", Error, en "a signed object was deleted after signing", vi "một đối tượng đã ký bị xóa sau khi ký";
    /// The number of a deleted object, or another generation, came into use.
    NUMBER_REUSED = "PDF-DIFF-004", Error, en "the number of a deleted object was used again after signing", vi "số hiệu của một đối tượng đã xóa được dùng lại sau khi ký";
    /// A new object stands where signed objects already referred to.
    FILLS_REFERENCE = "PDF-DIFF-005", Error, en "an object added after signing fills a reference that the signed document left empty", vi "đối tượng được thêm sau khi ký lấp vào tham chiếu mà tài liệu đã ký để trống";
    /// New objects that belong to no signature.
    NEW_OBJECT = "PDF-DIFF-006", Error, en "{0} objects were added after signing that belong to no signature", vi "có {0} đối tượng được thêm sau khi ký mà không thuộc chữ ký nào";
    /// The trailer has another value.
    TRAILER = "PDF-DIFF-007", Error, en "the trailer was changed after signing (/{0})", vi "phần đuôi tệp bị thay đổi sau khi ký (/{0})";
    /// Something that must be compared cannot be read.
    NOT_COMPARABLE = "PDF-DIFF-008", Error, en "what was added after signing cannot be read without doubt: {0}", vi "không đọc được chắc chắn phần thêm sau khi ký: {0}";
    /// The form grew by something else than signature fields.
    FORM = "PDF-DIFF-009", Error, en "the form was changed after signing by more than new signature fields ({0})", vi "biểu mẫu bị thay đổi sau khi ký ngoài việc thêm trường chữ ký ({0})";
    /// A new field is not a plain signature field.
    NEW_FIELD = "PDF-DIFF-010", Error, en "a field was added after signing that is not a plain signature field ({0})", vi "có trường được thêm sau khi ký không phải là trường chữ ký thông thường ({0})";
    /// A page's annotations changed by something else than the new signature.
    ANNOTATIONS = "PDF-DIFF-011", Error, en "a page was changed after signing by more than the new signature's box ({0})", vi "trang tài liệu bị thay đổi sau khi ký ngoài khung của chữ ký mới ({0})";
    /// A signature field was filled, but not only that.
    FILLED_FIELD = "PDF-DIFF-012", Error, en "a signature field was changed after signing by more than its signature ({0})", vi "trường chữ ký bị thay đổi sau khi ký ngoài phần chữ ký ({0})";
    /// The signature that would explain the change is not intact itself.
    NOT_INTACT = "PDF-DIFF-013", Error, en "the change belongs to the signature {0}, which is not intact itself", vi "thay đổi này thuộc chữ ký {0}, mà chính chữ ký đó không còn nguyên vẹn";
    /// DocMDP with P=1, or a lock with it.
    NO_CHANGES = "PDF-DIFF-014", Error, en "the signature {0} permits no change at all, yet the document was changed after it", vi "chữ ký {0} không cho phép bất kỳ thay đổi nào, nhưng tài liệu đã bị thay đổi sau đó";
    /// A locked field was filled.
    LOCKED = "PDF-DIFF-015", Error, en "the field {0} was locked by an earlier signature", vi "trường {0} đã bị khóa bởi một chữ ký trước đó";
    /// Bytes behind the last revision.
    BYTES_BEHIND = "PDF-DIFF-016", Error, en "{0} bytes stand behind the end of the last revision", vi "có {0} byte đứng sau điểm kết thúc của phiên bản cuối cùng";
    /// A revision refers to bytes behind its own end.
    POINTS_BEHIND = "PDF-DIFF-017", Error, en "cross-reference data refers to bytes that were added after it", vi "bảng tham chiếu chỉ tới phần dữ liệu được thêm sau nó";
    /// Revisions do not follow one another in the file.
    ORDER = "PDF-DIFF-018", Error, en "the revisions do not stand in the file one behind the other", vi "các phiên bản không nằm nối tiếp nhau trong tệp";
    /// The signature closes no revision, so nothing can be compared with it.
    NOT_ANALYSED = "PDF-DIFF-019", Error, en "changes cannot be judged, because the signature does not close a revision", vi "không thể xét thay đổi vì chữ ký không bao trùm trọn một phiên bản";
    /// The file was repaired, so revisions are guesses.
    REPAIRED = "PDF-DIFF-020", Error, en "the file had to be repaired to be read, so changes after signing cannot be excluded", vi "phải sửa lỗi tệp mới đọc được nên không thể loại trừ thay đổi sau khi ký";
    /// More than is listed.
    MORE = "PDF-DIFF-021", Info, en "{0} further changes are not listed", vi "còn {0} thay đổi khác không liệt kê";
}
