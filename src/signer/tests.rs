use super::*;

use crate::demo_pki::DemoPki;

#[test]
fn dump() {
    let at = crate::time::Time::from_rfc3339("2026-11-22T00:00:00Z").unwrap();
    let started = std::time::Instant::now();
    let pki = DemoPki::create(at, "kyso-demo").unwrap();
    println!("{:?}", started.elapsed());
    let d = std::path::Path::new("/tmp/demo"); std::fs::create_dir_all(d).unwrap();
    std::fs::write(d.join("root.pem"), &pki.root_pem).unwrap();
    std::fs::write(d.join("issuing.pem"), &pki.issuing_pem).unwrap();
    std::fs::write(d.join("root.crl"), &pki.root_crl).unwrap();
    std::fs::write(d.join("issuing.crl"), &pki.issuing_crl).unwrap();
    std::fs::write(d.join("person.p12"), &pki.person_p12).unwrap();
    std::fs::write(d.join("organisation.p12"), &pki.organisation_p12).unwrap();
    std::fs::write(d.join("tsa.p12"), &pki.tsa_p12).unwrap();
    let key = Key::from_pkcs12(&pki.person_p12, "kyso-demo").unwrap();
    println!("{key:?} {:?}", key.signer().chain());
}
