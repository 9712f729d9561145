//! What is trusted, how strictly, and what may be fetched.

use clap::Args;

use super::{
    heading::{NETWORK, POLICY, TRUST},
    values::{rfc3339, seconds},
};
use crate::settings::Overlay;

/// For every command that judges certificates.
#[derive(Args, Debug)]
#[command(next_help_heading = TRUST)]
pub(crate) struct TrustArgs {
    /// Trust anchors: root certificates in PEM or DER, or a folder of them; repeatable / Chứng thư gốc tin cậy
    #[arg(long, value_name = "FILE|DIR")]
    trust: Vec<String>,
    /// Further CA certificates for building paths; repeatable / Chứng thư trung gian
    #[arg(long, value_name = "FILE|DIR")]
    intermediate: Vec<String>,
    /// Certificate revocation lists; repeatable / Danh sách chứng thư bị thu hồi
    #[arg(long, value_name = "FILE|DIR")]
    crl: Vec<String>,
    /// OCSP responses (DER); repeatable / Phản hồi OCSP
    #[arg(long, value_name = "FILE|DIR")]
    ocsp: Vec<String>,
    /// Oldest revocation information that is accepted, in seconds; nextUpdate does not count then / Tuổi tối đa của thông tin thu hồi
    #[arg(long, value_name = "SECONDS")]
    revocation_max_age: Option<u64>,
    /// Judge as of this time instead of now / Thời điểm xét, mặc định là hiện tại
    #[arg(long, value_name = "RFC3339", value_parser = rfc3339)]
    at: Option<String>,
    #[command(flatten)]
    policy: PolicyArgs,
    #[command(flatten)]
    network: NetworkArgs,
}

impl TrustArgs {
    pub(crate) fn lay_over(&self, overlay: &mut Overlay) {
        overlay.set_list("trust", self.trust.iter().cloned());
        overlay.set_list("intermediate", self.intermediate.iter().cloned());
        overlay.set_list("crl", self.crl.iter().cloned());
        overlay.set_list("ocsp", self.ocsp.iter().cloned());
        overlay.set("revocation-max-age", self.revocation_max_age);
        overlay.set("at", self.at.clone());
        self.policy.lay_over(overlay);
        self.network.lay_over(overlay);
    }
}

/// What is demanded, whether the evidence is at hand or in facts.
#[derive(Args, Debug)]
#[command(next_help_heading = POLICY)]
pub(crate) struct PolicyArgs {
    /// What an unknown revocation status means / Khi không biết tình trạng thu hồi
    #[arg(long, value_name = "MODE", value_parser = ["require", "report", "ignore"])]
    revocation: Option<String>,
    /// Demand a path to an authority of this class; any other fails / Yêu cầu loại chứng thư số
    #[arg(long, value_name = "CLASS", value_parser = ["vn-gov", "vn-public"])]
    trust_class: Option<String>,
    /// Which algorithms are accepted until when (kyso.policy/1) / Tệp chính sách thuật toán
    #[arg(long, value_name = "FILE")]
    policy_file: Option<String>,
}

impl PolicyArgs {
    pub(crate) fn lay_over(&self, overlay: &mut Overlay) {
        overlay.set("revocation", self.revocation.clone());
        overlay.set("trust-class", self.trust_class.clone());
        overlay.set("policy-file", self.policy_file.clone());
    }
}

/// Whether and how evidence is fetched.
#[derive(Args, Debug)]
#[command(next_help_heading = NETWORK)]
struct NetworkArgs {
    /// No network at all / Không dùng mạng
    #[arg(long)]
    offline: bool,
    /// Time for all fetching together, 60 unless given / Thời gian tối đa để tải dữ liệu qua mạng
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    deadline: Option<f64>,
    /// Proxy, http://[USER:PASSWORD@]HOST:PORT / Máy chủ proxy
    #[arg(long, value_name = "URL")]
    proxy: Option<String>,
    /// Fetch what stands on HOST from URL or out of a folder; repeatable / Lấy dữ liệu của HOST từ nơi khác
    #[arg(long, value_name = "HOST=URL|DIR")]
    mirror: Vec<String>,
    /// Host, address or network that is asked although it is not public; repeatable / Cho phép máy chủ nội bộ
    #[arg(long, value_name = "HOST|CIDR")]
    allow_host: Vec<String>,
    /// Folder that keeps what was fetched / Thư mục lưu dữ liệu đã tải
    #[arg(long, value_name = "DIR")]
    cache: Option<String>,
    /// What to make of the nonce of OCSP responses / Cách xử lý nonce của OCSP
    #[arg(long, value_name = "MODE", value_parser = ["if-present", "require", "ignore"])]
    ocsp_nonce: Option<String>,
}

impl NetworkArgs {
    fn lay_over(&self, overlay: &mut Overlay) {
        overlay.set_switch("offline", self.offline);
        overlay.set("deadline", self.deadline);
        overlay.set("proxy", self.proxy.clone());
        overlay.set_list("mirror", self.mirror.iter().cloned());
        overlay.set_list("allow-host", self.allow_host.iter().cloned());
        overlay.set("cache", self.cache.clone());
        overlay.set("ocsp-nonce", self.ocsp_nonce.clone());
    }
}
