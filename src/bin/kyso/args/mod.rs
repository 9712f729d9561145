//! Options that several commands share, in groups. What one command alone takes stands beside that command.

pub(crate) mod later;
pub(crate) mod outside;
pub(crate) mod report;
pub(crate) mod trust;
pub(crate) mod values;

/// Headings of the help.
pub(crate) mod heading {
    pub(crate) const KEYS: &str = "Keys / Khóa";
    pub(crate) const SIGNATURE: &str = "Signature / Chữ ký";
    pub(crate) const PLACE: &str = "Place / Vị trí";
    pub(crate) const LOOK: &str = "Look / Hình thức";
    pub(crate) const TRUST: &str = "Trust / Tin cậy";
    pub(crate) const POLICY: &str = "Demands / Yêu cầu";
    pub(crate) const NETWORK: &str = "Network / Mạng";
    pub(crate) const XML: &str = "XML";
    pub(crate) const RESULT: &str = "Result / Kết quả";
}
