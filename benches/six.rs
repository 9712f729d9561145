//! What checking six signatures costs, beside the least that it can cost.
//!
//! `L` is one pass of SHA-256 over the file plus the public-key check of each signature and of each distinct
//! chain link, all keys parsed beforehand, with the same provider, looped in this process. Everything that a
//! check does beyond that is overhead: the goal is `1.25 L + 0.1 ms + 0.08 ms` a signature.
//!
//! Times are CPU time of this process, medians over interleaved rounds, warm. The files are made here, with
//! keys that `kyso demo` makes; peers are measured on the same files by `benches/peers.py`.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
};

use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256},
};
use cms::{cert::CertificateChoices, content_info::ContentInfo, signed_data::SignedData};
use der::{Decode, Encode};
use kyso::{Context, FileVerdict, Key, MemorySource, Options};
use rustix::time::{ClockId, clock_gettime};
use x509_cert::Certificate;

type Outcome<T> = Result<T, Box<dyn Error>>;

const PASSWORD: &str = "kyso-demo";
const SIGNATURES: usize = 6;

/// The goal of the issue that this bench belongs to, in milliseconds.
fn goal(limit_ms: f64) -> f64 {
    1.25 * limit_ms + 0.1 + 0.08 * SIGNATURES as f64
}

fn main() -> Outcome<()> {
    let rounds: usize = std::env::var("KYSO_BENCH_ROUNDS")
        .ok()
        .map_or(Ok(61), |n| n.parse())?;
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("bench");
    let demo = folder.join("demo");
    let made = Command::new(env!("CARGO_BIN_EXE_kyso"))
        .arg("demo")
        .arg("--out")
        .arg(&demo)
        .output()?;
    if !made.status.success() {
        return Err(format!("kyso demo: {}", String::from_utf8_lossy(&made.stderr)).into());
    }
    let context = context(&demo)?;
    println!("{}\n", machine());
    println!("| file | bytes | L ms | goal ms | kyso ms | kyso / L | within the goal |");
    println!("|---|---:|---:|---:|---:|---:|---|");
    let mut files = Vec::new();
    for (name, bytes) in [
        ("200K_6", 200_000),
        ("1M_6", 1_000_000),
        ("10M_6", 10_000_000),
    ] {
        let path = folder.join(format!("{name}.pdf"));
        let signed = sign_six(&demo, &base_document(bytes))?;
        fs::write(&path, &signed)?;
        let work = Work::of(&signed, &demo)?;
        let source = Arc::new(MemorySource::new(signed));
        let report = kyso::verify(&context, source.clone(), None);
        if report.verdict != FileVerdict::Passed || report.signatures.len() != SIGNATURES {
            return Err(format!("{name}: {}", report.to_json(kyso::Lang::En)).into());
        }
        let (mut limit, mut check) = (Vec::new(), Vec::new());
        for _ in 0..rounds {
            limit.push(timed(|| work.run()));
            check.push(timed(|| {
                std::hint::black_box(kyso::verify(&context, source.clone(), None));
            }));
        }
        let (limit, check) = (median(&mut limit), median(&mut check));
        println!(
            "| {name} | {} | {limit:.3} | {:.3} | {check:.3} | {:.2} | {} |",
            work.file.len(),
            goal(limit),
            check / limit,
            if check <= goal(limit) {
                "yes"
            } else {
                "**no**"
            },
        );
        files.push(path);
    }
    println!();
    peers(&demo, &files)
}

/// The processor, and whether it has instructions for SHA: ratios differ by it.
fn machine() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let field = |name: &str| {
        let line = info.lines().find(|line| line.starts_with(name));
        line.and_then(|line| line.split_once(": "))
            .map_or("", |(_, value)| value)
    };
    let sha = if field("flags").split(' ').any(|flag| flag == "sha_ni") {
        "with"
    } else {
        "without"
    };
    format!(
        "{}, {sha} SHA extensions; CPU milliseconds, medians",
        field("model name")
    )
}

/// Prints the peers' table, where a Python with pyHanko is given; otherwise says so.
fn peers(demo: &Path, files: &[PathBuf]) -> Outcome<()> {
    let python = std::env::var("KYSO_PYTHON").unwrap_or_default();
    if python.is_empty() {
        println!("peers not measured: KYSO_PYTHON names no Python with pyHanko");
        return Ok(());
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers.py");
    let done = Command::new(python)
        .arg(script)
        .arg(demo.join("root.pem"))
        .args(files)
        .status()?;
    if done.success() {
        Ok(())
    } else {
        Err("benches/peers.py failed".into())
    }
}

fn context(demo: &Path) -> Outcome<Context> {
    let file = |name: &str| vec![demo.join(name).to_string_lossy().into_owned()];
    let mut options = Options::default();
    options.trust = file("root.pem");
    options.crl = [file("root.crl"), file("issuing.crl")].concat();
    Ok(kyso::load_context(options)?)
}

fn sign_six(demo: &Path, base: &[u8]) -> Outcome<Vec<u8>> {
    let key = |name: &str| -> Outcome<Key> {
        Ok(Key::from_pkcs12(&fs::read(demo.join(name))?, PASSWORD)?)
    };
    let mut options = Options::default();
    options.number = Some("12/QĐ-UBND".into());
    let context = kyso::load_context(options)?;
    let source = Arc::new(MemorySource::new(base.to_vec()));
    let signed = kyso::sign_six(
        &context,
        source,
        &key("person.p12")?,
        &key("organisation.p12")?,
    )?;
    let mut bytes = Vec::new();
    signed.write_to(&mut bytes)?;
    Ok(bytes)
}

/// A PDF of about `bytes`, most of it in one stream that does not compress: what scans and images look like.
fn base_document(bytes: usize) -> Vec<u8> {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let noise: Vec<u8> = (0..bytes)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            b'a' + (state % 26) as u8
        })
        .collect();
    let mut pdf = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut offsets = Vec::new();
    let mut object = |pdf: &mut Vec<u8>, body: &[u8]| {
        offsets.push(pdf.len());
        pdf.extend_from_slice(format!("{} 0 obj\n", offsets.len()).as_bytes());
        pdf.extend_from_slice(body);
        pdf.extend_from_slice(b"\nendobj\n");
    };
    object(&mut pdf, b"<</Type/Catalog/Pages 2 0 R>>");
    object(&mut pdf, b"<</Type/Pages/Kids[3 0 R]/Count 1>>");
    object(&mut pdf, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<<>>/PieceInfo<</Noise 4 0 R>>>>");
    let mut stream = format!("<</Length {}>>\nstream\n", noise.len()).into_bytes();
    stream.extend_from_slice(&noise);
    stream.extend_from_slice(b"\nendstream");
    object(&mut pdf, &stream);
    let xref = pdf.len();
    pdf.extend_from_slice(
        format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).as_bytes(),
    );
    for offset in &offsets {
        pdf.extend_from_slice(format!("{offset:010} 00000 n \n").as_bytes());
    }
    pdf.extend_from_slice(
        format!(
            "trailer\n<</Size {}/Root 1 0 R>>\nstartxref\n{xref}\n%%EOF\n",
            offsets.len() + 1
        )
        .as_bytes(),
    );
    pdf
}

/// One public-key check: what was signed, the value, the place of its key.
struct Check {
    message: Vec<u8>,
    value: Vec<u8>,
    key: usize,
}

/// What no check of a file can do without.
struct Work {
    file: Vec<u8>,
    keys: Vec<ParsedPublicKey>,
    checks: Vec<Check>,
}

impl Work {
    /// Signatures by search (this is a yardstick, not a verifier); links: each distinct certificate up to the root.
    fn of(file: &[u8], demo: &Path) -> Outcome<Self> {
        let root = der::pem::decode_vec(&fs::read(demo.join("root.pem"))?)
            .map_err(|e| e.to_string())?
            .1;
        let mut certificates = vec![Certificate::from_der(&root)?];
        let mut work = Self {
            file: file.to_vec(),
            keys: Vec::new(),
            checks: Vec::new(),
        };
        let mut signed = Vec::new();
        for at in memchr::memmem::find_iter(file, b"/Contents") {
            let Some(open) = file[at..].iter().take(16).position(|c| *c == b'<') else {
                continue;
            };
            let digits: Vec<u8> = file[at + open + 1..]
                .iter()
                .copied()
                .take_while(u8::is_ascii_hexdigit)
                .collect();
            let bytes = digits
                .chunks_exact(2)
                .map(|pair| Ok(u8::from_str_radix(std::str::from_utf8(pair)?, 16)?))
                .collect::<Outcome<Vec<u8>>>()?;
            let header = der::Header::decode(&mut der::SliceReader::new(&bytes)?)?;
            let length = (header.encoded_len()? + header.length)?;
            let info = ContentInfo::from_der(&bytes[..usize::try_from(length)?])?;
            let data: SignedData = info.content.decode_as()?;
            for choice in data.certificates.iter().flat_map(|set| set.0.iter()) {
                if let CertificateChoices::Certificate(certificate) = choice
                    && !certificates.contains(certificate)
                {
                    certificates.push(certificate.clone());
                }
            }
            signed.push(data);
        }
        for certificate in &certificates {
            let spki = certificate
                .tbs_certificate
                .subject_public_key_info
                .to_der()?;
            work.keys
                .push(ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, &spki)?);
        }
        for data in &signed {
            let signer = data.signer_infos.0.as_slice().first().ok_or("no signer")?;
            let cms::signed_data::SignerIdentifier::IssuerAndSerialNumber(id) = &signer.sid else {
                return Err("signer by key identifier".into());
            };
            let key = certificates
                .iter()
                .position(|c| c.tbs_certificate.serial_number == id.serial_number)
                .ok_or("no signer's certificate")?;
            let attributes = signer.signed_attrs.as_ref().ok_or("no signed attributes")?;
            work.checks.push(Check {
                message: attributes.to_der()?,
                value: signer.signature.as_bytes().to_vec(),
                key,
            });
        }
        for certificate in &certificates[1..] {
            let key = certificates
                .iter()
                .position(|c| c.tbs_certificate.subject == certificate.tbs_certificate.issuer)
                .ok_or("no issuer")?;
            work.checks.push(Check {
                message: certificate.tbs_certificate.to_der()?,
                value: certificate.signature.raw_bytes().to_vec(),
                key,
            });
        }
        if signed.len() != SIGNATURES {
            return Err(format!("{} signatures found", signed.len()).into());
        }
        Ok(work)
    }

    fn run(&self) {
        std::hint::black_box(digest(&SHA256, &self.file));
        for check in &self.checks {
            let verified = self.keys[check.key].verify_sig(&check.message, &check.value);
            assert!(verified.is_ok(), "the yardstick's own check fails");
        }
    }
}

fn cpu_ms() -> f64 {
    let now = clock_gettime(ClockId::ProcessCPUTime);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

fn timed(work: impl FnOnce()) -> f64 {
    let start = cpu_ms();
    work();
    cpu_ms() - start
}

fn median(times: &mut [f64]) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}
