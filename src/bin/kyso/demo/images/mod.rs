//! The pictures of the demo, drawn here: the signature of a person in blue, the seal of an organisation in red.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "pixels of small pictures"
)]

mod canvas;
mod seal;
mod signature;

/// 300 dots an inch, in a metre.
const DOTS: u32 = 11_811;

/// The PNG file of a signature.
pub(super) fn person() -> Result<Vec<u8>, String> {
    signature::png(DOTS).map_err(|cause| cause.to_string())
}

/// The PNG file of a seal, as large as it is.
pub(super) fn seal() -> Result<Vec<u8>, String> {
    let drawn = seal::png(DOTS).ok_or_else(|| "the bundled font cannot be read".to_owned())?;
    drawn.map_err(|cause| cause.to_string())
}
