//! Findings of what a rule explains after a signature, and of permissions (`PDF-DIFF-1…`).

rules! {
    /// Validation data (DSS, VRI) was added.
    VALIDATION_DATA = "PDF-DIFF-101", Info, en "validation data was added after signing", vi "dữ liệu kiểm tra chữ ký được bổ sung sau khi ký";
    /// A field got another value.
    FILLED = "PDF-DIFF-102", Info, en "the field {0} was filled in after signing", vi "trường {0} được điền sau khi ký";
    /// A field looks otherwise, though its value is what it was.
    REDRAWN = "PDF-DIFF-103", Error, en "the field {0} looks different than when it was signed, although its value is the same", vi "trường {0} hiển thị khác lúc ký dù giá trị không đổi";
    /// Annotations came, went or changed.
    ANNOTATED = "PDF-DIFF-104", Info, en "annotations were added, changed or removed after signing ({0})", vi "chú thích được thêm, sửa hoặc xóa sau khi ký ({0})";
    /// XMP metadata was replaced.
    METADATA = "PDF-DIFF-105", Info, en "the metadata was replaced after signing", vi "siêu dữ liệu được thay thế sau khi ký";
    /// Dates or producer in the information dictionary changed.
    INFORMATION = "PDF-DIFF-106", Info, en "dates or producer in the document information were changed after signing", vi "ngày tháng hoặc phần mềm tạo tệp trong thông tin tài liệu bị thay đổi sau khi ký";
    /// New objects that nothing leads to.
    ORPHANS = "PDF-DIFF-107", Info, en "{0} objects were added after signing that nothing refers to", vi "có {0} đối tượng được thêm sau khi ký mà không nơi nào tham chiếu tới";
    /// The form's defaults for new text grew.
    FORM_DEFAULTS = "PDF-DIFF-108", Info, en "defaults of the form were added after signing ({0})", vi "thiết lập mặc định của biểu mẫu được bổ sung sau khi ký ({0})";
    /// Version or extensions of the catalog were raised.
    RAISED_VERSION = "PDF-DIFF-109", Info, en "a later version of PDF was named after signing ({0})", vi "phiên bản PDF cao hơn được ghi sau khi ký ({0})";
    /// An entry of the trailer that only its writer knew is not in a later one.
    TRAILER_ENTRY_GONE = "PDF-DIFF-110", Info, en "an entry of the trailer that no reader uses was left out after signing (/{0})", vi "một mục riêng trong phần cuối tệp (trailer), không chương trình đọc nào dùng tới, đã bị bỏ sau khi ký (/{0})";

    /// The change of validation data is not only that.
    NOT_VALIDATION_DATA = "PDF-DIFF-121", Error, en "the validation data was changed after signing by something else ({0})", vi "phần dữ liệu kiểm tra bị thay đổi sau khi ký bởi nội dung khác ({0})";
    /// A field was changed by more than its value and its look.
    NOT_FILLING = "PDF-DIFF-122", Error, en "the field {0} was changed after signing by more than its value ({1})", vi "trường {0} bị thay đổi sau khi ký ngoài giá trị của nó ({1})";
    /// A changed object is used in another place than the one that its change is explained for.
    OTHER_PATH = "PDF-DIFF-123", Error, en "an object that was changed after signing is used elsewhere as well ({0})", vi "đối tượng bị thay đổi sau khi ký còn được dùng ở nơi khác ({0})";
    /// An annotation that acts or is of a kind that is no mark.
    NOT_MARKUP = "PDF-DIFF-124", Error, en "an annotation was changed after signing that is more than a mark ({0})", vi "có chú thích bị thay đổi sau khi ký không chỉ là ghi chú ({0})";
    /// Metadata of an unexpected form.
    NOT_METADATA = "PDF-DIFF-125", Error, en "the metadata was changed after signing by something else", vi "siêu dữ liệu bị thay đổi sau khi ký bởi nội dung khác";
    /// /Extensions did not grow but changed.
    VERSION = "PDF-DIFF-126", Error, en "the extensions that the document names were changed after signing ({0})", vi "các phần mở rộng mà tài liệu nêu bị thay đổi sau khi ký ({0})";
    /// More than a signature permits.
    NOT_PERMITTED = "PDF-DIFF-127", Error, en "the change after it goes beyond what the signature {0} permits (P={1})", vi "thay đổi sau đó vượt quá phạm vi mà chữ ký {0} cho phép (P={1})";
    /// Annotations, where no signature permits them.
    ANNOTATIONS_NOT_PERMITTED = "PDF-DIFF-128", Error, en "annotations were changed after signing, and no signature permits that", vi "chú thích bị thay đổi sau khi ký mà không chữ ký nào cho phép";
    /// /Perms and the signatures do not agree.
    PERMISSIONS = "PDF-DIFF-130", Warning, en "the permission dictionary does not name the certification signature ({0})", vi "từ điển quyền hạn không nêu đúng chữ ký chứng nhận ({0})";
    /// Form filling that no later signature covers.
    UNSIGNED_FILLING = "PDF-DIFF-131", Warning, en "fields were filled in after the last signature", vi "có trường được điền sau chữ ký cuối cùng";
    /// Validation data was replaced.
    VALIDATION_DATA_DROPPED = "PDF-DIFF-134", Warning, en "validation data was replaced after signing; some that was there is gone", vi "dữ liệu kiểm tra chữ ký được thay thế sau khi ký; một phần dữ liệu cũ không còn";
    /// The first part of /ID changed; nothing depends on it where nothing is encrypted.
    IDENTIFIER = "PDF-DIFF-132", Warning, en "the file's identifier was changed after signing", vi "mã định danh của tệp bị thay đổi sau khi ký";
}
