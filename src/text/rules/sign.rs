//! Errors and refusals of signing.

rules! {
    /// The output exists and `--force` was not given.
    OUTPUT_EXISTS = "output-exists", Error, en "{0} exists already; use --force to replace it", vi "{0} đã tồn tại; dùng --force để ghi đè";
    /// The file would get longer than offsets can say.
    TOO_LARGE = "file-too-large", Error, en "the signed file would be too large", vi "tệp sau khi ký sẽ quá lớn";
    /// Object numbers are used up.
    TOO_MANY_OBJECTS = "too-many-objects", Error, en "the file has more objects than a PDF may have", vi "tệp có nhiều đối tượng hơn mức PDF cho phép";
    /// The signature value is longer than the room that was kept for it.
    NO_ROOM = "signature-too-long", Error, en "the signature value has {0} bytes, the room kept for it {1}; use --reserve", vi "giá trị chữ ký dài {0} byte, chỗ dành sẵn chỉ có {1}; dùng --reserve";
    /// The key is too short for a new signature.
    KEY_TOO_SHORT = "key-too-short", Error, en "the key of {0} is an RSA key of {1} bits; new signatures need 2048 or more", vi "khóa của {0} là RSA {1} bit; chữ ký mới cần từ 2048 bit trở lên";
    /// The key is of a type that kyso does not sign with.
    KEY_TYPE = "key-type", Error, en "the key of {0} is of a type that is not used for new signatures: {1}", vi "khóa của {0} thuộc loại không dùng để ký mới: {1}";
    /// The certificate is not valid now.
    CERTIFICATE_DATE = "certificate-out-of-date", Error, en "the certificate of {0} is valid from {1} to {2}, not at {3}", vi "chứng thư số của {0} có hiệu lực từ {1} đến {2}, không có hiệu lực tại {3}";
    /// The certificate is not made for signing.
    CERTIFICATE_USAGE = "certificate-key-usage", Error, en "the certificate of {0} is not made for signing: its key usage has neither digitalSignature nor nonRepudiation", vi "chứng thư số của {0} không dùng để ký: mục đích sử dụng khóa không có digitalSignature lẫn nonRepudiation";
    /// The permissions of an encrypted document do not allow to fill a signature field, and it was not opened as its owner.
    MAY_NOT_FILL = "permission-fill-fields", Error, en "the document's permissions do not allow signing (bit {0} of /P); give the owner's password, or ask for a copy that may be signed", vi "quyền hạn của tài liệu không cho phép ký (bit {0} của /P); hãy nhập mật khẩu chủ sở hữu hoặc xin bản được phép ký";
    /// The permissions of an encrypted document do not allow to make a signature field, and it was not opened as its owner.
    MAY_NOT_MAKE = "permission-make-fields", Error, en "the document's permissions do not allow new signature fields (bit {0} of /P); give the owner's password, or ask for a copy that may be signed", vi "quyền hạn của tài liệu không cho phép tạo trường chữ ký mới (bit {0} của /P); hãy nhập mật khẩu chủ sở hữu hoặc xin bản được phép ký";
    /// The permissions were changed without the document's key.
    PERMISSIONS_CHANGED = "permissions-changed", Error, en "the document's permissions are not those that were sealed with its key, so it is not known whether it may be signed; give the owner's password", vi "quyền hạn của tài liệu không khớp với bản được niêm phong nên không biết có được phép ký hay không; hãy nhập mật khẩu chủ sở hữu";
    /// The document has a message authentication code (ISO/TS 32004), which every change would have to renew.
    DOCUMENT_MAC = "pdf-mac", Error, en "the encrypted document carries a message authentication code (ISO/TS 32004, /AuthCode), which signing would break; that is not supported", vi "tài liệu mã hóa có mã xác thực thông điệp (ISO/TS 32004, /AuthCode), ký sẽ làm mất hiệu lực mã này; chưa hỗ trợ";
    /// What is shown is made from XFA, and is not what would be signed.
    XFA_DYNAMIC = "xfa-dynamic", Error, en "the document is a dynamic XFA form: what readers show is made when it is opened, and is not what would be signed. Print it to a plain PDF and sign that", vi "tài liệu là biểu mẫu XFA động: nội dung hiển thị được tạo khi mở tệp nên không phải nội dung sẽ được ký. Hãy in ra PDF thường rồi ký";
    /// The file had to be repaired.
    REPAIRED = "pdf-repaired", Error, en "the file is damaged or can be read in two ways ({0}); what would be signed is not certain. Use --force-repaired to sign all the same", vi "tệp bị hỏng hoặc có thể hiểu theo hai cách ({0}); không chắc nội dung nào sẽ được ký. Dùng --force-repaired nếu vẫn muốn ký";
    /// A part of the file that signing must change is not as it has to be.
    STRUCTURE = "pdf-structure", Error, en "the file cannot be signed: {0}", vi "không ký được tệp: {0}";
    /// The document's certification forbids every change.
    DOC_MDP = "certification-forbids", Error, en "the document is certified and allows no further signature (DocMDP {0})", vi "tài liệu đã được ký chứng nhận và không cho phép ký thêm (DocMDP {0})";
    /// A lock of an earlier signature covers the field.
    FIELD_LOCKED = "field-locked", Error, en "the field {0} is locked by the signature in {1}", vi "trường {0} đã bị khóa bởi chữ ký tại {1}";
    /// The field holds a signature.
    FIELD_SIGNED = "field-signed", Error, en "the field {0} is signed already", vi "trường {0} đã được ký";
    /// The name belongs to another kind of field.
    FIELD_TAKEN = "field-taken", Error, en "{0} is a field of another kind or cannot be filled", vi "{0} là trường loại khác hoặc không điền được";
    /// A new field cannot have this name.
    FIELD_NAME = "field-name", Error, en "{0} cannot be the name of a new field: it must not be empty and must have no period", vi "{0} không thể là tên trường mới: tên không được rỗng và không có dấu chấm";
    /// A certification signature must come first.
    NOT_FIRST = "certification-not-first", Error, en "the document is signed already; a certification signature must be the first", vi "tài liệu đã có chữ ký; chữ ký chứng nhận phải là chữ ký đầu tiên";
    /// There is no such page.
    NO_PAGE = "no-such-page", Error, en "there is no page {0}", vi "không có trang {0}";
    /// The document has no page at all.
    NO_PAGES = "no-pages", Error, en "the document has no pages", vi "tài liệu không có trang nào";
    /// An option that this command needs is missing.
    OPTION_REQUIRED = "option-required", Error, en "{0} is needed, for example {0} {1}", vi "cần {0}, ví dụ {0} {1}";
    /// An option has a value that it cannot have.
    OPTION_VALUE = "option-value", Error, en "{0} cannot be {1}", vi "{0} không thể là {1}";
    /// An option makes no sense with this command.
    OPTION_UNFIT = "option-unfit", Error, en "{0} cannot be used here", vi "không dùng được {0} ở đây";
    /// The bundled font cannot be read.
    FONT = "font", Error, en "the bundled font cannot be read", vi "không đọc được phông chữ kèm theo";
    /// The steps of signing were called in a wrong order.
    STEP = "signing-step", Error, en "the steps of signing were called in a wrong order", vi "các bước ký được gọi sai thứ tự";
    /// The result was looked at again and is not right; nothing is written.
    NOT_CONFIRMED = "signature-not-confirmed", Error, en "the new signature in {0} did not stand its check ({1}); nothing was written", vi "chữ ký mới tại {0} không qua được bước kiểm tra lại ({1}); không ghi kết quả";
    /// A form that is drawn from XFA does not show the new fields.
    XFA = "PDF-SIGN-001", Info, en "the form is an XFA form; programs that draw it from XFA do not show the new fields", vi "biểu mẫu là XFA; phần mềm hiển thị theo XFA sẽ không thấy các trường mới";
    /// The metadata got its envelope.
    METADATA = "PDF-SIGN-002", Info, en "the document's metadata was put into the XMP envelope that other programs look for; its content is the same", vi "siêu dữ liệu của tài liệu được đặt vào khung XMP mà phần mềm khác cần; nội dung không đổi";
    /// A certified document got new boxes. ISO 32000-2 table 257 allows to sign; readers differ on whether a new box belongs to it.
    NEW_BOX_AFTER_CERTIFICATION = "PDF-SIGN-003", Warning, en "the document is certified and had no field for this signature; some validators accept only signatures in fields that were there when it was certified", vi "tài liệu đã được ký chứng nhận và chưa có sẵn trường cho chữ ký này; một số phần mềm chỉ chấp nhận chữ ký trong trường có sẵn từ khi chứng nhận";
    /// Readers draw the fields afresh.
    NEED_APPEARANCES = "PDF-SIGN-010", Warning, en "the form asks readers to draw its fields afresh (/NeedAppearances), so they may look different from reader to reader; it was left as it is", vi "biểu mẫu yêu cầu phần mềm vẽ lại các trường (/NeedAppearances) nên hiển thị có thể khác nhau; yêu cầu này được giữ nguyên";
    /// Rights that Acrobat grants to its reader end with any change that others make.
    USAGE_RIGHTS = "PDF-SIGN-011", Warning, en "the document carries usage rights of Adobe Reader (/Perms /UR3); Acrobat takes them away from a document that another program has changed, and says so when it is opened", vi "tài liệu có quyền sử dụng mở rộng của Adobe Reader (/Perms /UR3); Acrobat sẽ gỡ quyền này khi phần mềm khác thay đổi tệp và có thông báo lúc mở";
    /// The pages are only the cover of attached files.
    PORTFOLIO = "PDF-SIGN-012", Warning, en "the document is a portfolio: the signature shows on its cover page; the attached files are covered as bytes, and each has to be signed by itself to stand alone", vi "tài liệu là bộ hồ sơ (portfolio): chữ ký hiển thị ở trang bìa; các tệp đính kèm được bao trùm dưới dạng byte, tệp nào dùng riêng thì phải ký riêng";
    /// `--near` names a text that is not there.
    TEXT_NOT_FOUND = "text-not-found", Error, en "the text \"{0}\" was not found on page {1}", vi "không tìm thấy chữ \"{0}\" trên trang {1}";
    /// The same, and some pages have no text.
    TEXT_NOT_FOUND_SCANNED = "text-not-found-scanned", Error, en "the text \"{0}\" was not found on page {1}; page {2} has no text, only a picture (scanned?)", vi "không tìm thấy chữ \"{0}\" trên trang {1}; trang {2} không có chữ, chỉ có hình (bản quét?)";
    /// No page that was searched has text.
    PAGES_WITHOUT_TEXT = "pages-without-text", Error, en "page {1} has no text, only pictures (scanned?), so \"{0}\" cannot be found; use --page and --rect", vi "trang {1} không có chữ, chỉ có hình (bản quét?) nên không tìm được \"{0}\"; hãy dùng --page và --rect";
    /// `--nth` counts beyond the hits.
    TEXT_NOT_SO_OFTEN = "text-not-so-often", Error, en "the text \"{0}\" stands {2} times on page {1}; there is no hit {3}", vi "chữ \"{0}\" có {2} lần trên trang {1}; không có lần thứ {3}";
    /// Boxes of a scheme whose printed words were not found.
    PLACED_BY_BOX = "PDF-SIGN-020", Info, en "not found in the text of the document: {0}; the boxes concerned stand where Decree 30/2020 has them", vi "không tìm thấy trong văn bản: {0}; các khung liên quan được đặt theo vị trí của Nghị định 30/2020";
    /// Two fields share a part of the page.
    BOXES_OVERLAP = "PDF-SIGN-021", Warning, en "the box of {0} lies over the field {1}", vi "khung của {0} đè lên trường {1}";
    /// A box that nobody sees whole.
    BOX_PARTLY_OUTSIDE = "PDF-SIGN-022", Warning, en "the box of {0} ({1}) lies partly outside the visible page ({2})", vi "khung của {0} ({1}) có phần nằm ngoài trang nhìn thấy ({2})";
    /// A box that nobody sees.
    BOX_OUTSIDE = "PDF-SIGN-023", Warning, en "the box of {0} ({1}) lies outside the visible page ({2}); nobody will see it", vi "khung của {0} ({1}) nằm ngoài trang nhìn thấy ({2}); sẽ không ai thấy";
    /// A tagged document whose structure is broken.
    STRUCTURE_BROKEN = "PDF-SIGN-024", Info, en "the document says that it is tagged, but its structure is broken; the new boxes have no place in it", vi "tài liệu khai là có gắn thẻ nhưng cấu trúc thẻ bị hỏng; các khung mới không được ghi vào cấu trúc";
    /// A tagged document that somebody signed: its structure must stay.
    STRUCTURE_SIGNED = "PDF-SIGN-025", Info, en "the document is tagged and signed already; its structure stays as it was signed, so the new boxes have no place in it", vi "tài liệu có gắn thẻ và đã được ký; cấu trúc thẻ được giữ như khi ký nên các khung mới không được ghi vào cấu trúc";
    /// Pictures lose their soft edges.
    ARCHIVE_FLAT = "PDF-SIGN-026", Info, en "the document is {0}, which allows no transparency here; pictures are cut out along a hard edge", vi "tài liệu là {0}, không cho phép trong suốt ở đây; hình được cắt theo đường viền cứng";
    /// One certificate for both parties of a scheme.
    SAME_SIGNER = "PDF-SIGN-027", Warning, en "the same certificate signs for the competent person and for the organisation; Decree 30/2020 asks for one of each", vi "cùng một chứng thư số ký cho cả người có thẩm quyền và cơ quan, tổ chức; Nghị định 30/2020 yêu cầu mỗi bên một chứng thư số";
    /// A scheme's signatures once more.
    SIGNED_BEFORE = "PDF-SIGN-028", Warning, en "the document already carried the signatures {0}; these were added beside them", vi "tài liệu đã có sẵn các chữ ký {0}; các chữ ký này được thêm bên cạnh";
}
