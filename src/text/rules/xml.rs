//! Errors of reading and canonicalising XML.

rules! {
    /// XML 1.0 or its namespaces.
    NOT_WELL_FORMED = "xml-not-well-formed", Error, en "the XML is not well-formed here: {0}", vi "XML sai cú pháp tại đây: {0}";
    /// A document type declaration.
    DTD = "xml-dtd", Error, en "the document has a document type declaration (DTD), which could change what it says; kyso does not read such documents", vi "tài liệu có khai báo kiểu (DTD), có thể làm thay đổi nội dung; kyso không đọc tài liệu như vậy";
    /// Not XML 1.0.
    VERSION = "xml-version", Error, en "XML {0} is not supported, only 1.0", vi "chưa hỗ trợ XML {0}, chỉ hỗ trợ bản 1.0";
    /// An encoding that is not known, or that the octets contradict.
    ENCODING = "xml-encoding", Error, en "the encoding {0} is not supported, or the document is not in it", vi "chưa hỗ trợ bảng mã {0}, hoặc tài liệu không dùng bảng mã này";
    /// Octets that mean nothing in the encoding.
    NOT_IN_ENCODING = "xml-not-in-encoding", Error, en "the document is not in {0} here", vi "tài liệu không đúng bảng mã {0} tại đây";
    /// A prefix or declaration.
    NAMESPACE = "xml-namespace", Error, en "a namespace is not declared, or must not be declared so: {0}", vi "không gian tên chưa khai báo hoặc khai báo sai: {0}";
    /// Canonical XML 1.0 and 1.1 clause 1.3.
    RELATIVE_NAMESPACE = "xml-relative-namespace", Error, en "the name of a namespace is relative, so there is no canonical form: {0}", vi "tên không gian tên là địa chỉ tương đối nên không có dạng chuẩn tắc: {0}";
    /// More than there may be.
    LIMIT = "xml-limit", Error, en "too much in one place: {0}, more than {1}", vi "quá nhiều tại một chỗ: {0}, hơn {1}";
    /// Elements where text is due.
    NOT_TEXT = "xml-not-text", Error, en "{0} holds elements where text is due", vi "{0} chứa phần tử, trong khi chỉ được chứa chữ";
    /// An XPath expression.
    XPATH = "xml-xpath", Error, en "the XPath expression cannot be evaluated: {0}", vi "không tính được biểu thức XPath: {0}";
    /// here()
    HERE = "xml-here", Error, en "the XPath expression uses here(), which is not supported", vi "biểu thức XPath dùng here(), chưa được hỗ trợ";
    /// XPath that takes too long.
    XPATH_WORK = "xml-xpath-work", Error, en "the XPath expressions of the document look at too many nodes for its size", vi "các biểu thức XPath của tài liệu phải xét quá nhiều nút so với kích thước tài liệu";
}
