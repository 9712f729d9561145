//! Errors and refusals of signing XML.

rules! {
    /// The document is not of the profile that was asked for.
    PROFILE = "xml-profile", Error, en "the document is not of the profile {0}: its root element is {1}", vi "tài liệu không thuộc loại {0}: phần tử gốc là {1}";
    /// There is no such place for a signature.
    NO_SLOT = "xml-no-slot", Error, en "the document has no place for a signature called {0}; it has: {1}", vi "tài liệu không có vị trí ký {0}; có: {1}";
    /// Several places fit.
    SLOT_AMBIGUOUS = "xml-slot-ambiguous", Error, en "{0} can be signed in {1} places; name one with --parent (path or #id) or the data with --reference #id", vi "{0} có {1} vị trí có thể ký; hãy chọn bằng --parent (đường dẫn hoặc #id) hoặc --reference #id";
    /// The place holds a signature.
    SLOT_SIGNED = "xml-slot-signed", Error, en "{0} is signed already; name another place with --parent", vi "{0} đã được ký; hãy chọn vị trí khác bằng --parent";
    /// Somebody else signs first.
    SLOT_NEEDS = "xml-slot-needs", Error, en "{0} signs after {1}, which is not signed yet", vi "{0} ký sau {1}, nhưng {1} chưa được ký";
    /// Somebody who signs later has signed.
    SLOT_LATE = "xml-slot-late", Error, en "{0} signs before {1}, which is signed already", vi "{0} phải ký trước {1}, nhưng {1} đã được ký";
    /// The data node is missing.
    NO_DATA = "xml-no-data", Error, en "the document has no element that {0} signs: {1}", vi "tài liệu không có phần tử dữ liệu mà {0} ký: {1}";
    /// The data node has no id.
    NO_ID = "xml-no-id", Error, en "{0} has no id to refer to; give it an attribute {1} before it is signed", vi "{0} không có mã định danh để tham chiếu; hãy thêm thuộc tính {1} trước khi ký";
    /// An id stands more than once.
    ID_TWICE = "xml-id-twice", Error, en "the id {0} stands in the document more than once ({1}), so it is not certain what would be signed", vi "mã định danh {0} xuất hiện nhiều lần trong tài liệu ({1}) nên không chắc nội dung nào sẽ được ký";
    /// Nothing has the id, or nothing stands on the path.
    NOT_FOUND = "xml-not-found", Error, en "the document has no {0}", vi "tài liệu không có {0}";
    /// A path fits several elements.
    PATH_AMBIGUOUS = "xml-path-ambiguous", Error, en "{0} fits {1} elements; number them, as in /a/b[2]", vi "{0} ứng với {1} phần tử; hãy đánh số, ví dụ /a/b[2]";
    /// What a reference names was not given.
    OUTSIDE = "xml-reference-outside", Error, en "the octets of {0} are not known: give a file of --reference-folder, or --cid ID=FILE; nothing is fetched", vi "không có nội dung của {0}: hãy dùng tệp trong --reference-folder hoặc --cid ID=FILE; không tải gì từ mạng";
    /// A name that leads out of the folder.
    REFERENCE_NAME = "xml-reference-name", Error, en "{0} is no name of a file inside the folder", vi "{0} không phải tên tệp nằm trong thư mục";
    /// An earlier signature covers the place.
    WOULD_BREAK = "xml-would-break", Error, en "signing here would break the signature in {0}, which covers {1}", vi "ký ở đây sẽ làm hỏng chữ ký tại {0}, chữ ký đó bao trùm {1}";
    /// What is countersigned is no signature with room for it.
    NOT_COUNTERSIGNABLE = "xml-not-countersignable", Error, en "the signature {0} cannot be countersigned: it has no XAdES properties", vi "không thể ký xác nhận chữ ký {0}: chữ ký không có thuộc tính XAdES";
    /// A root element that is itself a signature has no room for another one of this kind.
    ROOT_IS_SIGNATURE = "xml-root-is-signature", Error, en "the document is itself a signature; countersign it, or name a place with --parent", vi "bản thân tài liệu là một chữ ký; hãy ký xác nhận hoặc chọn vị trí bằng --parent";
    /// Signed references that XAdES baseline does not have.
    LEVEL = "xml-level", Error, en "the level {0} is not made here yet; b-b and none are", vi "chưa tạo được mức {0}; hiện có b-b và none";
    /// An attachment of a package has another form than its octets need.
    PACKAGE = "xml-package", Error, en "the attachment {0} cannot be taken out of the package: {1}", vi "không lấy được tệp đính kèm {0} ra khỏi gói: {1}";
    /// The profile asks for more than was given.
    NOT_WITH_PROFILE = "xml-not-with-profile", Error, en "{0} cannot be used with the profile {1}", vi "không dùng được {0} với loại tài liệu {1}";
    /// Many e-invoice readers know one way only.
    UNUSUAL = "XML-SIGN-001", Warning, en "documents of the profile {0} are signed with {1}; with other settings their readers may refuse them", vi "tài liệu loại {0} thường được ký với {1}; với thiết lập khác, phần mềm nhận có thể từ chối";
    /// The slot was made.
    SLOT_MADE = "XML-SIGN-002", Info, en "the element {0} was missing and was made", vi "thiếu phần tử {0} nên đã được tạo";
    /// Not the document as a whole is signed, as it was asked.
    PARTS_ONLY = "XML-SIGN-003", Info, en "the signature covers {0} and not the whole document: a check says so, unless it is asked for the same parts (verify --reference)", vi "chữ ký chỉ bao trùm {0}, không phải toàn bộ tài liệu: khi kiểm tra sẽ có cảnh báo, trừ khi nêu đúng các phần đó (verify --reference)";
}
