//! Errors of keys, key files and PINs.

rules! {
    /// A password is needed and none was given.
    PASSWORD_REQUIRED = "password-required", Error, en "{0} needs a password and none was given", vi "{0} cần mật khẩu nhưng chưa được cung cấp";
    /// A password or PIN is wrong.
    PASSWORD_WRONG = "password-wrong", Error, en "wrong password for {0}", vi "sai mật khẩu của {0}";
    /// The private key's bytes are no key, or its numbers contradict each other.
    KEY_MALFORMED = "key-malformed", Error, en "the private key cannot be read", vi "không đọc được khóa bí mật";
    /// The type of the key is not supported.
    KEY_TYPE = "key-type-unsupported", Error, en "keys of type {0} are not supported", vi "không hỗ trợ loại khóa {0}";
    /// An RSA key of a size that is not offered.
    KEY_SIZE = "key-size-unsupported", Error, en "RSA keys of {0} bits do not sign: 2048 to 8192 are needed", vi "khóa RSA {0} bit không dùng để ký được: cần từ 2048 đến 8192 bit";
    /// The key file's format, or the encryption inside it, is not supported.
    KEY_FILE_UNSUPPORTED = "key-file-unsupported", Error, en "{0}: {1} is not supported", vi "{0}: không hỗ trợ {1}";
    /// The key file is damaged or of another format.
    KEY_FILE_MALFORMED = "key-file-malformed", Error, en "{0} cannot be read: {1}", vi "không đọc được {0}: {1}";
    /// No private key in the file.
    KEY_MISSING = "key-missing", Error, en "there is no private key in {0}", vi "không có khóa bí mật trong {0}";
    /// More than one private key in the file.
    KEY_AMBIGUOUS = "key-ambiguous", Error, en "there is more than one private key in {0}: {1}; choose one (p12:FILE?alias=NAME)", vi "có nhiều hơn một khóa bí mật trong {0}: {1}; hãy chọn một (p12:FILE?alias=TÊN)";
    /// No private key has the alias.
    KEY_ALIAS_MISSING = "key-alias-missing", Error, en "there is no private key \"{1}\" in {0}; there are: {2}", vi "không có khóa bí mật \"{1}\" trong {0}; hiện có: {2}";
    /// No certificate for the key.
    CERTIFICATE_MISSING = "certificate-missing", Error, en "there is no certificate for the key in {0}", vi "không có chứng thư số cho khóa trong {0}";
    /// A certificate cannot be read.
    CERTIFICATE_MALFORMED = "certificate-malformed", Error, en "a certificate in {0} cannot be read", vi "không đọc được một chứng thư số trong {0}";
    /// The private key is not the one that the certificate was made for.
    KEY_MISMATCH = "key-certificate-mismatch", Error, en "the private key does not belong to the certificate {0}", vi "khóa bí mật không thuộc về chứng thư số {0}";
    /// The key cannot sign with the algorithm.
    ALGORITHM_UNSUPPORTED = "signature-algorithm-unsupported", Error, en "the key cannot sign with {0}", vi "khóa không ký được bằng thuật toán {0}";
    /// Signing failed inside the provider.
    SIGNING_FAILED = "signing-failed", Error, en "signing failed in the cryptographic library", vi "thư viện mật mã không ký được";
    /// The library was built without a cryptographic provider.
    NO_PROVIDER = "no-crypto-provider", Error, en "this build has no cryptographic provider", vi "bản dựng này không có thư viện mật mã";
    /// The provider does not offer something that is always needed.
    DIGEST_UNSUPPORTED = "digest-unsupported", Error, en "the cryptographic library does not offer {0}", vi "thư viện mật mã không hỗ trợ {0}";
    /// No random bytes.
    NO_RANDOM = "no-random", Error, en "the system gives no random bytes", vi "hệ thống không cấp được số ngẫu nhiên";
    /// The pure Rust provider does not sign with RSA keys.
    RSA_NOT_IN_THIS_BUILD = "rsa-key-not-in-this-build", Error, en "this build cannot sign with RSA keys from files; use the standard build, a token, or an ECDSA key", vi "bản dựng này không ký được bằng khóa RSA trong tệp; hãy dùng bản dựng chuẩn, thiết bị ký số hoặc khóa ECDSA";
}
