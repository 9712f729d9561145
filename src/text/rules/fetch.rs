//! Findings (`NET-…`) of fetching certificates, CRLs and OCSP responses. None of them decides anything by itself: what is missing leaves a status open.

rules! {
    /// The time is over.
    DEADLINE = "NET-001", Warning, en "{0} did not answer in time ({1})", vi "máy chủ {0} không trả lời kịp thời gian cho phép ({1})";
    /// Name, connection or transfer failed.
    UNREACHABLE = "NET-002", Warning, en "{0} could not be reached ({1}): {2}", vi "không kết nối được máy chủ {0} ({1}): {2}";
    /// A status other than 200.
    STATUS = "NET-003", Warning, en "{0} refused to answer ({1}): HTTP status {2}", vi "máy chủ {0} từ chối trả lời ({1}): trạng thái HTTP {2}";
    /// More bytes than are taken.
    TOO_LARGE = "NET-004", Warning, en "{0} sent more than {2} bytes ({1})", vi "máy chủ {0} gửi nhiều hơn {2} byte ({1})";
    /// Policy forbids it.
    REFUSED = "NET-005", Warning, en "{0} was not asked ({1}): {2} is not allowed; private addresses need --allow-host", vi "không truy vấn máy chủ {0} ({1}): {2} không được phép; địa chỉ nội bộ cần --allow-host";
    /// The breaker.
    SUSPENDED = "NET-006", Warning, en "{0} failed several times in a row and is left alone for a minute ({1})", vi "máy chủ {0} lỗi nhiều lần liên tiếp nên tạm ngừng truy vấn trong một phút ({1})";
    /// Garbage.
    UNREADABLE = "NET-007", Warning, en "what {0} sent is not what was asked for ({1})", vi "dữ liệu máy chủ {0} gửi không đúng loại yêu cầu ({1})";
    /// An entry of the cache folder.
    CACHE_DAMAGED = "NET-008", Warning, en "a damaged entry of the cache folder was thrown away: {0}", vi "đã bỏ một mục bị hỏng trong thư mục bộ nhớ đệm: {0}";
    /// The network is off.
    OFFLINE = "NET-010", Info, en "{0} was not asked, because the network is off ({1})", vi "không truy vấn máy chủ {0} vì đang tắt mạng ({1})";
    /// Fetched evidence that is left out.
    BUDGET = "NET-009", Warning, en "no more was fetched after {0} addresses", vi "đã dừng tải sau {0} địa chỉ";
}
