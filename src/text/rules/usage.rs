//! Errors of files, arguments and options.

rules! {
    /// The operating system could not read.
    IO_READ = "io-read", Error, en "cannot read {0}: {1}", vi "không đọc được {0}: {1}";
    /// The operating system could not write.
    IO_WRITE = "io-write", Error, en "cannot write {0}: {1}", vi "không ghi được {0}: {1}";
    /// The file changed or shrank while it was read.
    IO_CHANGED = "io-changed", Error, en "the file changed while it was read", vi "tệp bị thay đổi trong khi đang đọc";
    /// An option or argument is not acceptable.
    ARGUMENT = "argument", Error, en "{0}: {1}", vi "{0}: {1}";
    /// A key, certificate, CRL or settings file is too large.
    MATERIAL_TOO_LARGE = "material-too-large", Error, en "{0} is larger than {1} MiB", vi "{0} lớn hơn {1} MiB";
    /// A folder of trust material holds no file with a fitting ending.
    FOLDER_EMPTY = "folder-empty", Error, en "{0} holds no file that ends in {1}", vi "thư mục {0} không có tệp nào có đuôi {1}";
    /// The output exists and nobody may write to it.
    READ_ONLY = "read-only", Error, en "{0} is read-only", vi "{0} là tệp chỉ đọc, không ghi đè được";
    /// A part of the contract that does not work yet.
    UNSUPPORTED = "unsupported", Error, en "{0} is not supported yet", vi "{0} chưa được hỗ trợ";
    /// The environment variable or file that should hold a PIN or password does not.
    PIN_SOURCE = "pin-source", Error, en "no password can be read from {0}: {1}", vi "không lấy được mật khẩu từ {0}: {1}";
    /// A secret on the command line.
    SECRET_IN_THE_OPEN = "secret-in-the-open", Error, en "{0}: a secret on the command line can be seen by others; use pin-env=NAME or pin-file=FILE", vi "{0}: mật khẩu trên dòng lệnh có thể bị người khác thấy; hãy dùng pin-env=TÊN hoặc pin-file=TỆP";
    /// A file with a password, a PIN or a key is too large.
    SECRET_TOO_LARGE = "secret-too-large", Error, en "{0} holds more than {1} bytes, too many for a password, PIN or key", vi "{0} có hơn {1} byte, quá lớn đối với mật khẩu, mã PIN hoặc khóa";
    /// A file of trust material holds no certificate, or a broken one.
    NO_CERTIFICATE = "no-certificate", Error, en "{0} holds no certificate that can be read (PEM or DER)", vi "{0} không chứa chứng thư số đọc được (PEM hoặc DER)";
    /// A file of trust material holds no CRL, or a broken one.
    NO_SIGNER = "no-signer", Error, en "{0} holds no certificate and no public key, in PEM or DER", vi "{0} không chứa chứng thư số hay khóa công khai, dạng PEM hoặc DER";
    /// No CRL.
    NO_CRL = "no-crl", Error, en "{0} holds no CRL that can be read (PEM or DER)", vi "{0} không chứa danh sách thu hồi (CRL) đọc được (PEM hoặc DER)";
    /// A file of trust material holds no OCSP response, or a broken one.
    NO_OCSP = "no-ocsp", Error, en "{0} holds no OCSP response that can be read (DER)", vi "{0} không chứa phản hồi OCSP đọc được (DER)";
    /// The answer of a host's own client.
    FETCH_TOO_LARGE = "fetch-too-large", Error, en "the answer has more than {0} bytes", vi "câu trả lời có hơn {0} byte";
    /// The caller did not want it any more.
    CANCELLED = "cancelled", Error, en "cancelled", vi "đã hủy theo yêu cầu";
    /// The demo could not make its keys or documents.
    DEMO = "demo", Error, en "the demo could not be made: {0}", vi "không tạo được bản trình diễn: {0}";
}
