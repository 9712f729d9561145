//! Contexts made out of others.

use std::ptr;

use super::{
    super::{
        context::{
            ContextHandle, kyso_context_free, kyso_context_with_images, kyso_context_with_password,
        },
        status::Status,
    },
    code_of, context,
};

#[test]
fn a_context_with_images_is_a_new_one_and_wrong_pictures_are_named() {
    let (_, plain, _) = context("");
    let with = |person: &[u8], seal: &[u8]| {
        let (mut made, mut error) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: a live handle, bytes of live slices, live locals.
        let status = unsafe {
            kyso_context_with_images(
                plain,
                person.as_ptr(),
                person.len(),
                seal.as_ptr(),
                seal.len(),
                &raw mut made,
                &raw mut error,
            )
        };
        (status, made, error)
    };
    let mut png = Vec::new();
    let encoder = png::Encoder::new(&mut png, 1, 1);
    encoder
        .write_header()
        .unwrap()
        .write_image_data(&[7])
        .unwrap();
    for (person, seal) in [(&png[..], &b""[..]), (b"", &png), (&png, &png), (b"", b"")] {
        let (status, made, _) = with(person, seal);
        assert_eq!(status, Status::Ok);
        // SAFETY: a live handle.
        unsafe { kyso_context_free(made) };
    }
    let (status, made, error) = with(b"\xff\xd8\xff", b"");
    assert_eq!((status, made), (Status::Argument, ptr::null_mut()));
    assert_eq!(code_of(error), "picture-format");
    // SAFETY: a live handle.
    unsafe { kyso_context_free(plain) };
}

#[test]
fn a_context_takes_a_password_and_never_tells_it() {
    let (_, plain, _) = context("");
    let password = "mật khẩu";
    let with = |from: *const ContextHandle, bytes: &[u8]| {
        let (mut made, mut error) = (ptr::null_mut(), ptr::null_mut());
        // SAFETY: a live handle or NULL, live locals, and as many bytes as are said.
        let status = unsafe {
            kyso_context_with_password(
                from,
                bytes.as_ptr().cast(),
                bytes.len(),
                &raw mut made,
                &raw mut error,
            )
        };
        (status, made, error)
    };
    let (status, made, _) = with(plain, password.as_bytes());
    assert_eq!(status, Status::Ok);
    // SAFETY: a live handle.
    let shown = unsafe { format!("{:?}", (*made).context) };
    assert!(!shown.contains(password), "{shown}");
    let (status, _, error) = with(ptr::null(), b"x");
    assert_eq!((status, code_of(error)), (Status::Null, "null".to_owned()));
    let (status, _, error) = with(plain, b"\xff");
    assert_eq!((status, code_of(error)), (Status::Utf8, "utf-8".to_owned()));
    // SAFETY: each handle once.
    unsafe {
        kyso_context_free(made);
        kyso_context_free(plain);
    }
}
