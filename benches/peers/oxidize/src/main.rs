//! `oxidize-verify ROUNDS (ROOT.pem FILE)...` prints `oxidize-pdf TAB file TAB ms`: CPU time, median, warm.

use std::{env, fs, io::Cursor};

use cpu_time::ProcessTime;
use oxidize_pdf::{parser::PdfReader, signatures::TrustStore};

fn main() {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let rounds: usize = arguments[0].parse().expect("ROUNDS");
    for pair in arguments[1..].chunks_exact(2) {
        let root = pem::parse(fs::read(&pair[0]).expect("root")).expect("PEM");
        let file = fs::read(&pair[1]).expect("file");
        let check = || {
            let start = ProcessTime::now();
            let trust = TrustStore::from_der_certificates(vec![root.contents().to_vec()]).expect("root");
            let mut reader = PdfReader::new(Cursor::new(&file)).expect("PDF");
            let results = reader.verify_signatures_with_trust_store(trust).expect("signatures");
            // Its whole verdict asks for revocation data, which these files do not have.
            assert!(!results.is_empty() && results.iter().all(|r| r.hash_valid && r.signature_valid));
            start.elapsed().as_secs_f64() * 1e3
        };
        check();
        let rounds = if file.len() < 20_000_000 { rounds } else { 1 };
        let mut times: Vec<f64> = (0..rounds).map(|_| check()).collect();
        times.sort_by(f64::total_cmp);
        println!("oxidize-pdf\t{}\t{:.3}", pair[1], times[times.len() / 2]);
    }
}
