//! The fixed words of the text and HTML reports, in both languages.

use super::{
    ChangeLevel, DigestStatus, FileVerdict, PathStatus, Purpose, RevocationStatus, Role, Scope,
    SignatureKind, TrustClass, ValueStatus, Verdict,
};
use crate::{
    error::Place,
    text::{Lang, Severity},
    time::Time,
};

/// Picks by language.
pub(super) fn pick(lang: Lang, vi: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Vi => vi,
        Lang::En => en,
    }
}

macro_rules! words {
    ($($name:ident: $type:ident { $($value:ident = $vi:literal, $en:literal;)* })*) => {
        $(pub(super) fn $name(lang: Lang, value: $type) -> &'static str {
            match value { $($type::$value => pick(lang, $vi, $en)),* }
        })*
    };
}

words! {
    file_verdict: FileVerdict {
        Passed = "HỢP LỆ", "VALID";
        Failed = "KHÔNG HỢP LỆ", "NOT VALID";
        Undetermined = "CHƯA XÁC ĐỊNH", "UNDETERMINED";
        NoSignature = "KHÔNG CÓ CHỮ KÝ SỐ", "NOT SIGNED";
        Unreadable = "KHÔNG ĐỌC ĐƯỢC", "UNREADABLE";
    }
    verdict: Verdict {
        Passed = "HỢP LỆ", "VALID";
        Failed = "KHÔNG HỢP LỆ", "NOT VALID";
        Undetermined = "CHƯA XÁC ĐỊNH", "UNDETERMINED";
    }
    kind: SignatureKind {
        Approval = "chữ ký phê duyệt", "approval signature";
        Certification = "chữ ký chứng nhận", "certification signature";
        DocumentTimestamp = "dấu thời gian của tài liệu", "document time-stamp";
        Xml = "chữ ký XML", "XML signature";
    }
    role: Role {
        Person = "người có thẩm quyền", "competent person";
        Organisation = "cơ quan, tổ chức", "organisation";
        Number = "số và ký hiệu văn bản", "number and notation";
        Day = "ngày", "day";
        Month = "tháng", "month";
        Year = "năm", "year";
        Appendix = "phụ lục", "appendix";
        Copy = "bản sao", "copy";
        Incoming = "văn bản đến", "incoming document";
        Unknown = "chưa rõ vai trò", "role not known";
    }
    purpose: Purpose {
        Sign = "để ký tài liệu", "to sign documents";
        Timestamp = "để cấp dấu thời gian", "to issue time-stamps";
        Ocsp = "để trả lời OCSP", "to answer OCSP requests";
        Any = "cho mục đích chung", "for general purposes";
    }
    trust_class: TrustClass {
        VnGov = "chứng thư số chuyên dùng của Chính phủ", "government-specialised certificate";
        VnPublic = "chứng thư số công cộng tại Việt Nam", "Vietnamese public certificate";
        Other = "gốc tin cậy khác, do người dùng chọn", "another trust anchor chosen by the user";
        None = "chưa có đường dẫn chứng thực tin cậy", "no trusted certification path";
    }
    severity: Severity {
        Info = "Ghi chú", "Note";
        Warning = "Cảnh báo", "Warning";
        Error = "Lỗi", "Error";
    }
}

/// What the clerk reads about the signed bytes.
pub(super) fn integrity(
    lang: Lang,
    digest: DigestStatus,
    value: ValueStatus,
    scope: Scope,
    after: ChangeLevel,
) -> &'static str {
    match (digest, value) {
        (DigestStatus::Mismatch, _) => pick(
            lang,
            "tài liệu đã bị thay đổi sau khi ký",
            "the document was changed after signing",
        ),
        (_, ValueStatus::Invalid) => pick(
            lang,
            "giá trị chữ ký sai, không khớp với chứng thư số",
            "the signature value is wrong for the certificate",
        ),
        (DigestStatus::NotChecked, _) | (_, ValueStatus::NotChecked) => {
            pick(lang, "chưa kiểm tra được", "could not be checked")
        }
        _ if scope == Scope::Partial => pick(
            lang,
            "chữ ký không bao trùm hết nội dung",
            "the signature does not cover all content",
        ),
        _ => match after {
            ChangeLevel::None => pick(
                lang,
                "nội dung đã ký chưa bị thay đổi",
                "the signed content is unchanged",
            ),
            ChangeLevel::Forbidden => pick(
                lang,
                "tài liệu đã có thay đổi không được phép sau khi ký",
                "the document was changed after signing in a way that is not allowed",
            ),
            _ => pick(
                lang,
                "nội dung đã ký chưa bị thay đổi; sau đó tài liệu chỉ có bổ sung trong giới hạn cho phép",
                "the signed content is unchanged; later additions stay within what is allowed",
            ),
        },
    }
}

/// What the clerk reads about the certificate at the time of judgement.
pub(super) fn validity(
    lang: Lang,
    path: PathStatus,
    revocation: Option<RevocationStatus>,
) -> &'static str {
    match (path, revocation) {
        (_, Some(RevocationStatus::Revoked)) => pick(
            lang,
            "chứng thư số đã bị thu hồi",
            "a certificate was revoked",
        ),
        (PathStatus::Invalid, _) => pick(
            lang,
            "chứng thư số không có hiệu lực",
            "the certificate is not valid",
        ),
        (PathStatus::Undetermined, _) => pick(
            lang,
            "chưa kiểm tra được đường dẫn chứng thực",
            "the certification path could not be checked",
        ),
        (PathStatus::Valid, Some(RevocationStatus::Good)) => {
            pick(lang, "có hiệu lực, chưa bị thu hồi", "valid, not revoked")
        }
        (PathStatus::Valid, _) => pick(
            lang,
            "có hiệu lực; CẢNH BÁO: chưa kiểm tra được việc thu hồi",
            "valid; WARNING: revocation could not be checked",
        ),
    }
}

/// A time as a clock in Viet Nam shows it.
pub(super) fn time(time: Time) -> String {
    let (year, month, day, hour, minute, second) = time.civil(7 * 60);
    format!("{day:02}/{month:02}/{year:04} {hour:02}:{minute:02}:{second:02} +07:00")
}

/// A day as a calendar in Viet Nam shows it.
pub(super) fn day(time: Time) -> String {
    let (year, month, day, ..) = time.civil(7 * 60);
    format!("{day:02}/{month:02}/{year:04}")
}

/// A place in words.
pub(super) fn place(lang: Lang, place: Place) -> String {
    match lang {
        Lang::En => place.to_string(),
        Lang::Vi => place
            .to_string()
            .replace("object", "đối tượng")
            .replace("revision", "phiên bản")
            .replace("offset", "vị trí"),
    }
}
