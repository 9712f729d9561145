//! Findings of the judgement (`SIG-…`) and of the layout (`VN-…`).

rules! {
    /// Revocation was not looked at, by policy.
    REVOCATION_IGNORED = "SIG-001", Info, en "revocation was not looked at, as the policy asks", vi "không kiểm tra thu hồi, theo chính sách";
}
