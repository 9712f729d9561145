//! Errors of PKCS#11 modules, tokens and their PINs.

rules! {
    /// A PIN is needed and none was given.
    PIN_REQUIRED = "pin-required", Error, en "token {0} needs its PIN and none was given", vi "thiết bị {0} cần mã PIN nhưng chưa được cung cấp";
    /// The PIN is wrong; the token does not say how many tries are left.
    PIN_WRONG = "pin-wrong", Error, en "wrong PIN for token {0}; it does not say how many tries remain", vi "sai mã PIN của thiết bị {0}; thiết bị không cho biết còn được thử mấy lần";
    /// The PIN is wrong; wrong tries are counted, more than one remains.
    PIN_WRONG_COUNTED = "pin-wrong-counted", Error, en "wrong PIN for token {0}; it counts wrong tries and will lock itself, more than one try remains", vi "sai mã PIN của thiết bị {0}; thiết bị đang đếm số lần sai và sẽ tự khóa, còn được thử hơn một lần";
    /// The PIN is wrong, and the next wrong one locks the token.
    PIN_WRONG_FINAL_TRY = "pin-wrong-final-try", Error, en "wrong PIN for token {0}; ONE try remains, after another wrong PIN the token is locked", vi "sai mã PIN của thiết bị {0}; CHỈ CÒN MỘT lần thử, nhập sai nữa thiết bị sẽ bị khóa";
    /// This PIN was refused before; it is not sent again.
    PIN_WRONG_BEFORE = "pin-wrong-before", Error, en "token {0} has refused this PIN already; it was not sent again, so that the token does not get locked", vi "thiết bị {0} đã từ chối mã PIN này; không gửi lại để tránh thiết bị bị khóa";
    /// The token is in use with another PIN.
    PIN_DIFFERS = "pin-differs", Error, en "token {0} is in use with another PIN; this one was not tried", vi "thiết bị {0} đang được dùng với mã PIN khác; mã PIN này chưa được thử";
    /// The PIN is locked.
    PIN_LOCKED = "pin-locked", Error, en "the PIN of token {0} is locked after too many wrong tries; its issuer can unlock it", vi "mã PIN của thiết bị {0} đã bị khóa do nhập sai nhiều lần; liên hệ đơn vị cấp để mở khóa";
    /// The PIN has a length or letters that the token never has.
    PIN_UNFIT = "pin-unfit", Error, en "the PIN is shorter, longer or of other letters than token {0} allows", vi "mã PIN ngắn hơn, dài hơn hoặc có ký tự mà thiết bị {0} không cho phép";
    /// The PIN has to be changed first.
    PIN_EXPIRED = "pin-expired", Error, en "the PIN of token {0} must be changed before the token can sign", vi "phải đổi mã PIN của thiết bị {0} trước khi ký";
    /// The token has no PIN yet.
    PIN_NOT_SET = "pin-not-set", Error, en "token {0} has no PIN yet; it must be set up first", vi "thiết bị {0} chưa được đặt mã PIN; cần thiết lập trước";
    /// The person cancelled at the reader.
    PIN_CANCELLED = "pin-cancelled", Error, en "entering the PIN of token {0} was cancelled", vi "việc nhập mã PIN của thiết bị {0} đã bị hủy";
    /// The reference to a token or key cannot be read.
    URI_MALFORMED = "pkcs11-uri-malformed", Error, en "the PKCS#11 URI cannot be read at \"{0}\"; write pkcs11:MODULE?token=LABEL&object=LABEL or a URI by RFC 7512", vi "không đọc được địa chỉ PKCS#11 tại \"{0}\"; hãy viết pkcs11:MODULE?token=NHÃN&object=NHÃN hoặc theo RFC 7512";
    /// An attribute that kyso does not know, or knows and does not support.
    URI_ATTRIBUTE = "pkcs11-uri-attribute", Error, en "the PKCS#11 URI has the attribute {0}, which is not supported", vi "địa chỉ PKCS#11 có thuộc tính {0} chưa được hỗ trợ";
    /// An attribute twice.
    URI_TWICE = "pkcs11-uri-twice", Error, en "the PKCS#11 URI has the attribute {0} twice", vi "địa chỉ PKCS#11 có thuộc tính {0} hai lần";
    /// A PIN inside the URI.
    URI_PIN = "pkcs11-uri-pin", Error, en "the PKCS#11 URI holds a PIN ({0}), which others could read; use pin-source, pin-file or pin-env", vi "địa chỉ PKCS#11 chứa mã PIN ({0}), người khác có thể đọc được; hãy dùng pin-source, pin-file hoặc pin-env";
    /// No module is named.
    MODULE_REQUIRED = "pkcs11-module-required", Error, en "the PKCS#11 URI names no module; write pkcs11:MODULE?… or add module-path=FILE", vi "địa chỉ PKCS#11 không nêu thư viện của thiết bị; hãy viết pkcs11:MODULE?… hoặc thêm module-path=TỆP";
    /// The module cannot be loaded.
    MODULE_MISSING = "pkcs11-module-missing", Error, en "the PKCS#11 module {0} cannot be loaded: {1}", vi "không nạp được thư viện PKCS#11 {0}: {1}";
    /// The library is no PKCS#11 module, or does not start.
    MODULE_UNFIT = "pkcs11-module-unfit", Error, en "{0} does not work as a PKCS#11 module: {1}", vi "{0} không hoạt động như thư viện PKCS#11: {1}";
    /// No token fits.
    TOKEN_MISSING = "token-missing", Error, en "no token is {0}; there are: {1}", vi "không có thiết bị nào là {0}; hiện có: {1}";
    /// Several tokens fit.
    TOKEN_AMBIGUOUS = "token-ambiguous", Error, en "several tokens are {0}: {1}; name one by its serial number", vi "có nhiều thiết bị là {0}: {1}; hãy nêu số sê-ri (serial)";
    /// The token has gone.
    TOKEN_REMOVED = "token-removed", Error, en "token {0} was removed", vi "thiết bị {0} đã bị rút ra";
    /// The token is there, but what was opened on it is lost.
    TOKEN_SESSION = "token-session-lost", Error, en "the session with token {0} is lost (the token was taken out and put back, or its module reset it); open the key again", vi "mất phiên làm việc với thiết bị {0} (thiết bị bị rút rồi cắm lại, hoặc thư viện đã khởi động lại); hãy mở lại khóa";
    /// The process was forked since.
    TOKEN_FORKED = "token-forked", Error, en "token {0} was opened by the parent process; open it again in this one", vi "thiết bị {0} do tiến trình cha mở; hãy mở lại trong tiến trình này";
    /// No key fits.
    KEY_MISSING = "token-key-missing", Error, en "token {0} has no private key that is {1}; there are: {2}", vi "thiết bị {0} không có khóa bí mật nào là {1}; hiện có: {2}";
    /// Several keys fit.
    KEY_AMBIGUOUS = "token-key-ambiguous", Error, en "token {0} has several private keys that are {1}: {2}; name one by object= or id=", vi "thiết bị {0} có nhiều khóa bí mật là {1}: {2}; hãy nêu rõ bằng object= hoặc id=";
    /// No certificate for the key.
    CERTIFICATE_MISSING = "token-certificate-missing", Error, en "token {0} has no certificate for the key {1}; name its file by cert=FILE", vi "thiết bị {0} không có chứng thư số cho khóa {1}; hãy nêu tệp bằng cert=TỆP";
    /// The token cannot sign this way.
    MECHANISM = "token-mechanism", Error, en "token {0} cannot sign this way: {1}", vi "thiết bị {0} không ký được theo cách này: {1}";
    /// Something else failed inside the module.
    TOKEN_FAILED = "token-failed", Error, en "token {0}: {1} failed with {2}", vi "thiết bị {0}: {1} báo lỗi {2}";
    /// The build has no PKCS#11.
    NO_PKCS11 = "pkcs11-not-built", Error, en "this build has no PKCS#11", vi "bản dựng này không có PKCS#11";
}
