//! Findings (`PKI-1…`) of certification paths: extensions, names, policies, purposes, class.

rules! {
    /// An extension cannot be read.
    EXTENSION_MALFORMED = "PKI-101", Error, en "the certificate of \"{0}\" has a malformed extension: {1}", vi "chứng thư số của \"{0}\" có phần mở rộng sai cấu trúc: {1}";
    /// An extension stands twice.
    EXTENSION_TWICE = "PKI-102", Error, en "the certificate of \"{0}\" holds an extension twice: {1}", vi "chứng thư số của \"{0}\" có phần mở rộng bị lặp lại: {1}";
    /// RFC 5280 forbids it.
    FORBIDDEN = "PKI-103", Error, en "the certificate of \"{0}\" breaks a rule of RFC 5280: {1}", vi "chứng thư số của \"{0}\" trái quy định của RFC 5280: {1}";

    /// A name is in an excluded subtree.
    NAME_EXCLUDED = "PKI-110", Error, en "\"{1}\" ({2}) in the certificate of \"{0}\" is a name for which \"{3}\" must not issue certificates", vi "tên \"{1}\" ({2}) trong chứng thư số của \"{0}\" thuộc phạm vi mà \"{3}\" không được cấp";
    /// A name is in no permitted subtree.
    NAME_NOT_PERMITTED = "PKI-111", Error, en "\"{1}\" ({2}) in the certificate of \"{0}\" is outside of the names for which \"{3}\" may issue certificates", vi "tên \"{1}\" ({2}) trong chứng thư số của \"{0}\" nằm ngoài phạm vi mà \"{3}\" được phép cấp";
    /// A constraint of a form that is not processed.
    NAME_UNSUPPORTED = "PKI-112", Error, en "\"{3}\" constrains names of the form {2}, which is not supported, and the certificate of \"{0}\" has one: {1}", vi "\"{3}\" giới hạn tên dạng {2}, dạng này chưa được hỗ trợ, mà chứng thư số của \"{0}\" có tên như vậy: {1}";
    /// Too many names and constraints.
    NAME_BUDGET = "PKI-113", Error, en "the names in the certificate of \"{0}\" were not all checked: too many names and constraints (at {1}, {2}, of \"{3}\")", vi "chưa kiểm tra hết các tên trong chứng thư số của \"{0}\": quá nhiều tên và giới hạn (dừng ở {1}, {2}, của \"{3}\")";

    /// No policy is left where one is demanded.
    NO_POLICY = "PKI-120", Error, en "the path to the certificate of \"{0}\" is valid for no accepted certificate policy, and one is demanded", vi "đường dẫn chứng thực tới chứng thư số của \"{0}\" không có chính sách chứng thư nào được chấp nhận, trong khi bắt buộc phải có";
    /// anyPolicy is mapped.
    ANY_MAPPED = "PKI-121", Error, en "the certificate of \"{0}\" maps anyPolicy, which is forbidden", vi "chứng thư số của \"{0}\" ánh xạ anyPolicy, điều bị cấm";

    /// The certificate is not made for the purpose.
    PURPOSE = "PKI-130", Error, en "the certificate of \"{0}\" is not made for this purpose: {1}", vi "chứng thư số của \"{0}\" không dùng được cho mục đích này: {1}";

    /// Another class of anchor than the caller demands.
    TRUST_CLASS = "PKI-140", Error, en "the certificate of \"{0}\" belongs to the class {1}, but {2} is demanded", vi "chứng thư số của \"{0}\" thuộc loại {1}, trong khi yêu cầu loại {2}";

    /// The certificate ends soon.
    EXPIRES_SOON = "PKI-150", Warning, en "the certificate of \"{0}\" expires on {1}, in {2} days", vi "chứng thư số của \"{0}\" sẽ hết hạn ngày {1}, còn {2} ngày";
}
