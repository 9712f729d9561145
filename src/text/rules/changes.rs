//! Findings of changes after a signature (`PDF-DIFF-…`).

rules! {
    /// A change that no rule explains.
    FORBIDDEN = "PDF-DIFF-001", Error, en "changed after signing in a way that no rule allows: {0}", vi "bị thay đổi sau khi ký mà không quy tắc nào cho phép: {0}";
}
