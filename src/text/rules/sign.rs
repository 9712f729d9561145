//! Errors and refusals of signing.

rules! {
    /// The output exists and `--force` was not given.
    OUTPUT_EXISTS = "output-exists", Error, en "{0} exists already; use --force to replace it", vi "{0} đã tồn tại; dùng --force để ghi đè";
}
