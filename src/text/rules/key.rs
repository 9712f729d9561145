//! Errors of keys, key files and PINs.

rules! {
    /// A password is needed and none was given.
    PASSWORD_REQUIRED = "password-required", Error, en "{0} needs a password and none was given", vi "{0} cần mật khẩu nhưng chưa được cung cấp";
    /// A password or PIN is wrong.
    PASSWORD_WRONG = "password-wrong", Error, en "wrong password for {0}", vi "sai mật khẩu của {0}";
}
