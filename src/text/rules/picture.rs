//! Pictures and fonts of appearances.

rules! {
    /// A picture in another format.
    OTHER_FORMAT = "picture-format", Error, en "{0} is a {1} file; a picture must be a PNG with a transparent background (Decree 30/2020, annex I)", vi "{0} là tệp {1}; hình ảnh phải là tệp PNG nền trong suốt (Nghị định 30/2020, Phụ lục I)";
    /// Something that is no picture.
    NO_PNG = "picture-not-png", Error, en "{0} is no PNG picture", vi "{0} không phải ảnh PNG";
    /// A PNG that cannot be read to its end.
    DAMAGED = "picture-damaged", Error, en "{0} is a damaged PNG picture: {1}", vi "{0} là ảnh PNG bị hỏng: {1}";
    /// More pixels or bytes than a picture in a box can need.
    TOO_LARGE = "picture-too-large", Error, en "{0} is too large: a picture may have {1} million pixels and {2} MiB", vi "{0} quá lớn: mỗi ảnh tối đa {1} triệu điểm ảnh và {2} MiB";
    /// Every pixel is transparent.
    EMPTY = "picture-empty", Error, en "{0} shows nothing: all of it is transparent", vi "{0} không hiển thị gì: toàn bộ ảnh trong suốt";
    /// A folder of pictures without any.
    NO_PICTURES = "picture-folder", Error, en "{0} holds neither person.png nor seal.png", vi "thư mục {0} không có person.png lẫn seal.png";
    /// A font file that cannot be read.
    FONT_UNREADABLE = "font-unreadable", Error, en "{0} cannot be read as a TrueType font", vi "không đọc được {0} như một phông chữ TrueType";
    /// The font's licence bits forbid to embed it (OpenType, OS/2 fsType).
    FONT_FORBIDS = "font-embedding", Error, en "{0} does not allow to be embedded in documents", vi "phông chữ {0} không cho phép nhúng vào tài liệu";
    /// A picture that covers what lies below it. Decree 30/2020, annex I, II.7.d and II.8.a: transparent background.
    OPAQUE = "PDF-LOOK-001", Warning, en "the picture {0} has no transparent background; Decree 30/2020 asks for one", vi "hình ảnh {0} không có nền trong suốt như Nghị định 30/2020 yêu cầu";
    /// Letters that no font has.
    LETTERS = "PDF-LOOK-002", Warning, en "no font at hand has these letters; they are shown as question marks: {0}", vi "không phông chữ nào có các ký tự sau, nên chúng hiện thành dấu hỏi: {0}";
}
