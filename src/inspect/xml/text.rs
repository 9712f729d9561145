//! What is in an XML document, as text.

use super::{Parts, Xml, digest_name};
use crate::{inspect::text::Lines, options::XmlProfile, xmldsig::signature::Transform};

pub(in crate::inspect) fn to_text(xml: &Xml, file: Option<&str>, size: u64, lines: &mut Lines) {
    let file = file.unwrap_or("XML");
    let (root, kind) = (&xml.root, xml.profile.name());
    lines.add(
        0,
        &format!(
            "{file}: XML <{root}>, {size} byte, loại {kind} ({})",
            in_vietnamese(xml.profile)
        ),
        &format!("{file}: XML <{root}>, {size} bytes, kind {kind}"),
    );
    if xml.signatures.is_empty() {
        lines.add(1, "không có chữ ký", "no signature");
    }
    for one in &xml.signatures {
        let slot = one
            .slot
            .map(|slot| format!(" ({slot})"))
            .unwrap_or_default();
        let [start, end] = one.span;
        let path = &one.path;
        lines.add(
            1,
            &format!("chữ ký {path}{slot}: byte {start} đến {end}"),
            &format!("signature {path}{slot}: bytes {start} to {end}"),
        );
        match &one.read {
            Ok(parts) => signature(parts, lines),
            Err(finding) => lines.finding(2, finding),
        }
    }
}

fn in_vietnamese(profile: XmlProfile) -> &'static str {
    match profile {
        XmlProfile::Generic => "văn bản bất kỳ",
        XmlProfile::Einvoice => "hóa đơn điện tử",
        XmlProfile::Tax => "hồ sơ thuế",
        XmlProfile::Health => "hồ sơ bảo hiểm y tế",
        XmlProfile::School => "học bạ",
        XmlProfile::Edxml => "văn bản liên thông edXML",
    }
}

fn signature(parts: &Parts, lines: &mut Lines) {
    let signature = &parts.signature;
    lines.row("mã", "id", signature.id.as_ref());
    lines.row("thuật toán", "method", Some(&signature.method.uri));
    for reference in &signature.references {
        let uri = reference.uri.as_deref().unwrap_or("–");
        let transforms: Vec<String> = reference.transforms.iter().map(Transform::name).collect();
        let digest = digest_name(&reference.digest);
        let text = format!("\"{uri}\" [{}] {digest}", transforms.join(", "));
        lines.row("ký", "signs", Some(text));
    }
    if let Some(properties) = &signature.properties {
        lines.row(
            "thời điểm tự khai",
            "claimed time",
            properties.signing_time.as_ref(),
        );
        let roles = Some(properties.roles.join(", ")).filter(|it| !it.is_empty());
        lines.row("vai trò tự khai", "claimed roles", roles);
        let place = Some(properties.place.join(", ")).filter(|it| !it.is_empty());
        lines.row("địa điểm", "place", place);
        let policy = properties.policy.as_ref();
        let policy = policy.map(|it| it.identifier.clone().unwrap_or_else(|| "implied".into()));
        lines.row("chính sách", "policy", policy);
        let stamps = properties.evidence.stamps.len();
        lines.row(
            "dấu thời gian",
            "time-stamps",
            Some(stamps).filter(|n| *n > 0),
        );
    }
    for path in &parts.counter_signatures {
        lines.row("được ký xác nhận bởi", "countersigned by", Some(path));
    }
    for certificate in &parts.certificates {
        lines.certificate(certificate);
    }
    for finding in &signature.findings {
        lines.finding(2, finding);
    }
}
