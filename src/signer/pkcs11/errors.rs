//! What modules answer, by name. Return values stay as they are in the text, so that a vendor can be asked about them.

use cryptoki::error::{Error as Cryptoki, RvError};

use crate::{
    error::{Error, ErrorKind},
    text::{Rule, rules::token as rules},
};

/// What a failed call means for a token.
pub(super) fn failed(token: &str, cause: &Cryptoki) -> Error {
    let (kind, rule) = match cause {
        Cryptoki::Pkcs11(value, _) => meaning(*value),
        _ => (ErrorKind::Key, &rules::TOKEN_FAILED),
    };
    let error = Error::new(kind, rule).with(token);
    if *rule == rules::MECHANISM {
        return error.with(text(cause));
    }
    if *rule == rules::TOKEN_FAILED {
        let (function, value) = parts(cause);
        return error.with(function).with(value);
    }
    error
}

/// Whether a call failed because what was opened on the token is gone.
pub(super) fn is_lost(cause: &Cryptoki) -> bool {
    let Cryptoki::Pkcs11(value, _) = cause else {
        return false;
    };
    [&rules::TOKEN_REMOVED, &rules::TOKEN_SESSION].contains(&meaning(*value).1)
}

fn meaning(value: RvError) -> (ErrorKind, &'static Rule) {
    use RvError as Rv;
    match value {
        Rv::PinIncorrect => (ErrorKind::Pin, &rules::PIN_WRONG),
        Rv::PinLocked => (ErrorKind::Pin, &rules::PIN_LOCKED),
        Rv::PinExpired => (ErrorKind::Pin, &rules::PIN_EXPIRED),
        Rv::PinInvalid | Rv::PinLenRange => (ErrorKind::Pin, &rules::PIN_UNFIT),
        Rv::UserPinNotInitialized => (ErrorKind::Pin, &rules::PIN_NOT_SET),
        Rv::FunctionCanceled | Rv::Cancel => (ErrorKind::Pin, &rules::PIN_CANCELLED),
        Rv::DeviceRemoved | Rv::TokenNotPresent | Rv::SlotIdInvalid => {
            (ErrorKind::Key, &rules::TOKEN_REMOVED)
        }
        Rv::SessionHandleInvalid
        | Rv::SessionClosed
        | Rv::KeyHandleInvalid
        | Rv::ObjectHandleInvalid
        | Rv::UserNotLoggedIn
        | Rv::CryptokiNotInitialized => (ErrorKind::Key, &rules::TOKEN_SESSION),
        Rv::MechanismInvalid
        | Rv::MechanismParamInvalid
        | Rv::FunctionNotSupported
        | Rv::KeySizeRange
        | Rv::KeyTypeInconsistent
        | Rv::KeyFunctionNotPermitted => (ErrorKind::Unsupported, &rules::MECHANISM),
        _ => (ErrorKind::Key, &rules::TOKEN_FAILED),
    }
}

/// Function and return value, as the standard writes them: `C_Sign`, `CKR_DEVICE_ERROR`.
fn parts(cause: &Cryptoki) -> (String, String) {
    match cause {
        Cryptoki::Pkcs11(value, function) => {
            let value = match value {
                RvError::VendorDefined(code) | RvError::UnknownErrorCode(code) => {
                    format!("0x{code:08X}")
                }
                named => format!("CKR_{}", upper_snake(&format!("{named:?}"))),
            };
            (format!("C_{function:?}"), value)
        }
        other => ("PKCS#11".to_owned(), other.to_string()),
    }
}

/// One line: `C_Sign: CKR_DEVICE_ERROR`.
pub(super) fn text(cause: &Cryptoki) -> String {
    let (function, value) = parts(cause);
    format!("{function}: {value}")
}

/// `PinLenRange` as `PIN_LEN_RANGE`.
fn upper_snake(name: &str) -> String {
    let mut text = String::new();
    for (index, letter) in name.char_indices() {
        if letter.is_ascii_uppercase() && index > 0 {
            text.push('_');
        }
        text.push(letter.to_ascii_uppercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use cryptoki::context::Function;

    use super::*;

    #[test]
    fn return_values_keep_their_names() {
        let error = failed("T", &Cryptoki::Pkcs11(RvError::DeviceError, Function::Sign));
        assert_eq!(
            error.to_string(),
            "token T: C_Sign failed with CKR_DEVICE_ERROR"
        );
        let vendor = Cryptoki::Pkcs11(RvError::VendorDefined(0x8000_0042), Function::Login);
        assert!(failed("T", &vendor).to_string().contains("0x80000042"));
        let mechanism = Cryptoki::Pkcs11(RvError::MechanismInvalid, Function::SignInit);
        let mechanism = failed("T", &mechanism);
        assert_eq!(mechanism.kind(), ErrorKind::Unsupported);
        assert!(
            mechanism
                .to_string()
                .contains("C_SignInit: CKR_MECHANISM_INVALID")
        );
    }

    #[test]
    fn removed_and_lost_are_told_apart() {
        for (value, code) in [
            (RvError::DeviceRemoved, "token-removed"),
            (RvError::TokenNotPresent, "token-removed"),
            (RvError::SessionHandleInvalid, "token-session-lost"),
            (RvError::UserNotLoggedIn, "token-session-lost"),
        ] {
            let cause = Cryptoki::Pkcs11(value, Function::SignInit);
            assert_eq!(failed("T", &cause).code(), code);
            assert!(is_lost(&cause));
        }
        assert!(!is_lost(&Cryptoki::Pkcs11(
            RvError::DeviceError,
            Function::Sign
        )));
    }
}
