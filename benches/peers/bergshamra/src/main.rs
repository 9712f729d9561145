//! `bergshamra-verify ROUNDS CERTIFICATE.pem FILE...` prints `bergshamra TAB file TAB ms`: CPU time, median, warm, of all
//! signatures of a file, with the key given.

use std::{env, fs};

use bergshamra::{DsigContext, KeysManager, keys::loader::load_x509_cert_pem, verify_all};
use cpu_time::ProcessTime;

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let rounds: usize = arguments[0].parse().expect("ROUNDS");
    let pem = fs::read(&arguments[1]).expect("certificate");
    for path in &arguments[2..] {
        let xml = fs::read_to_string(path).expect("file");
        let check = || {
            let start = ProcessTime::now();
            let mut manager = KeysManager::new();
            manager.add_key(load_x509_cert_pem(&pem).expect("PEM"));
            let context = DsigContext::new_permissive(manager).with_trusted_keys_only(true);
            let results = verify_all(&context, &xml).expect("verified");
            assert!(
                !results.is_empty() && results.iter().all(|result| result.is_valid()),
                "{path}"
            );
            start.elapsed().as_secs_f64() * 1e3
        };
        check();
        let rounds = if xml.len() < 10_000_000 { rounds } else { 1 };
        let mut times: Vec<f64> = (0..rounds).map(|_| check()).collect();
        times.sort_by(f64::total_cmp);
        println!("bergshamra\t{path}\t{:.3}", times[times.len() / 2]);
    }
}
