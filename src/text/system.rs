//! What operating system and libraries say in English, in Vietnamese: whoever reads the message reads all of it.

use std::borrow::Cow;

use super::Lang;

/// As the C library of Linux, Rust's standard library and kyso word it.
const SAID: [(&str, &str); 18] = [
    ("No such file or directory", "không có tệp hoặc thư mục này"),
    ("Permission denied", "không có quyền truy cập"),
    ("Operation not permitted", "không được phép thực hiện"),
    ("File exists", "tệp đã có"),
    ("Is a directory", "đây là thư mục"),
    ("is a directory", "đây là thư mục"),
    ("Not a directory", "đây không phải thư mục"),
    ("not a regular file", "đây không phải tệp thông thường"),
    ("No space left on device", "ổ đĩa đã hết chỗ"),
    ("Disk quota exceeded", "đã hết hạn mức đĩa"),
    ("Read-only file system", "ổ đĩa chỉ cho phép đọc"),
    ("Input/output error", "lỗi đọc ghi thiết bị"),
    ("File name too long", "tên tệp quá dài"),
    ("Too many open files", "có quá nhiều tệp đang mở"),
    ("Connection refused", "máy chủ từ chối kết nối"),
    ("Connection reset by peer", "máy chủ ngắt kết nối"),
    ("Network is unreachable", "không tới được mạng"),
    (
        "environment variable not found",
        "không có biến môi trường này",
    ),
];

/// An argument as it is told in a language. Only what stands at its end is looked at; anything else stays as it is.
pub(super) fn told(argument: &str, lang: Lang) -> Cow<'_, str> {
    let plain = match argument.rsplit_once(" (os error ") {
        Some((plain, number)) if number.ends_with(')') => plain,
        _ => argument,
    };
    let known = |(en, vi): &(&str, &'static str)| {
        let before = plain.strip_suffix(en)?;
        let whole = before.is_empty() || before.ends_with(": ");
        whole.then(|| format!("{before}{vi}"))
    };
    match lang {
        Lang::En => argument.into(),
        Lang::Vi => SAID
            .iter()
            .find_map(known)
            .map_or(argument.into(), Cow::Owned),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_system_speaks_vietnamese_and_names_stay() {
        let missing = std::fs::read("/nowhere/at all").unwrap_err().to_string();
        assert_eq!(told(&missing, Lang::Vi), "không có tệp hoặc thư mục này");
        assert_eq!(told(&missing, Lang::En), missing);
        let inside = "cannot open shared object file: No such file or directory";
        let inside = told(inside, Lang::Vi);
        assert!(
            inside.ends_with(": không có tệp hoặc thư mục này"),
            "{inside}"
        );
        for name in [
            "12/QĐ-UBND",
            "File exists.pdf",
            "My File exists",
            "a (os error b",
        ] {
            assert_eq!(told(name, Lang::Vi), name);
        }
    }
}
