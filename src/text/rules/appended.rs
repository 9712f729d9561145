//! Findings of what was appended after a signature, beside those of changed objects (`PDF-DIFF-05…`).

rules! {
    /// A box of a later signature lies over something.
    OVERLAP = "PDF-DIFF-050", Warning, en "the box of the later signature {0} lies over something that the page had before", vi "khung của chữ ký thêm sau {0} nằm đè lên nội dung đã có trên trang";
    /// Bytes that no cross-reference data names.
    UNLISTED = "PDF-DIFF-051", Error, en "bytes were added after signing that the cross-reference data of their revision does not name; another reader may see objects in them", vi "phần dữ liệu được thêm sau khi ký có những byte mà bảng tham chiếu không nhắc tới; phần mềm khác có thể đọc thấy đối tượng ở đó";
    /// A box of a later signature covers text of the page.
    COVERS_TEXT = "PDF-DIFF-052", Warning, en "the box of the later signature {0} covers text that page {1} showed before", vi "khung của chữ ký thêm sau {0} che mất chữ đã có trên trang {1}; hãy xem lại trang này";
    /// Whether it does could not be looked at.
    NOT_LOOKED_AT = "PDF-DIFF-053", Warning, en "whether the box of the later signature {0} covers text of page {1} could not be looked at", vi "không xem được khung của chữ ký thêm sau {0} có che mất chữ trên trang {1} hay không";
    /// A signed object goes on in what came later.
    REACHES_BEHIND = "PDF-DIFF-054", Error, en "a signed object reaches into bytes that were added after signing", vi "một đối tượng đã ký kéo dài sang phần dữ liệu được thêm sau khi ký";
    /// The `startxref` of a signed revision names another section than the one by which it is read.
    OTHER_SECTION = "PDF-DIFF-055", Error, en "later cross-reference data leads past the section that the signed bytes name", vi "bảng tham chiếu thêm sau không dẫn tới bảng mà phần đã ký nêu ra";
}
