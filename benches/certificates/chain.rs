//! What the check of a signer's certificate costs: leaf, issuing authority, root, a list by each of the two authorities; RSA-2048.
//!
//! `L` is its four public-key checks, keys parsed, each with the digest of what was signed. Cold takes DER alone: certificates and lists
//! are read, a context is made, all is checked, the report is given. Another leaf is what a service meets all day: a certificate that the
//! context has not seen, by authorities that it knows. Cached is the next check of the same certificate in that context.
//! Peers do the same: OpenSSL through its library (`peers/openssl/verify.c`) and rustls-webpki in this process, with the same provider as
//! kyso. Both keep parsed lists and anchors where a caller keeps them ("kept"), and check every signature again.
//!
//! rustls-webpki checks the same four signatures and the dates of the lists, and says yes or no. It sets a key up for each signature,
//! kyso once for each of the two keys. kyso's time has the report in it: fingerprints, names as text, the status of each certificate,
//! the class of trust.

use std::{fs, path::Path, process::Command, sync::Arc, time::Duration};

use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256};
use kyso::{
    Context, Fetch, FetchFailure, FetchRequest, Lang, Material, MaterialFile, Options,
    check_certificate,
};
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use webpki::{
    BorrowedCertRevocationList, CertRevocationList, EndEntityCert, ExpirationPolicy, KeyUsage,
    RevocationCheckDepth, RevocationOptionsBuilder, anchor_from_trusted_cert,
};

use crate::{
    measure::{Outcome, interleaved},
    pki::{Party, Role},
    verdict,
};

/// The time of judgement, within the dates of everything; the same in seconds since 1970.
const AT: &str = "2026-03-05T00:00:00Z";
const AT_SECONDS: u64 = 1_772_668_800;
/// Checks that are measured at once, and how often.
const BATCH: u32 = 100;
const ROUNDS: u32 = 41;
/// As many as are checked once each; the first round, which warms up, counts.
const LEAVES: u32 = BATCH * (ROUNDS + 1);
/// Goals: cold, in public-key operations; cached, in microseconds.
const COLD: f64 = 1.5;
const CACHED_US: f64 = 10.0;
/// Where the lists are, for those who fetch them.
const URLS: [&str; 2] = ["http://root.example/list", "http://issuing.example/list"];

/// Certificates and lists in DER.
pub(crate) struct Chain {
    pub(crate) root: Vec<u8>,
    pub(crate) issuing: Vec<u8>,
    pub(crate) leaves: Vec<Vec<u8>>,
    pub(crate) lists: [Vec<u8>; 2],
    /// Whose key signed what: the root's first.
    keys: [ParsedPublicKey; 2],
}

impl Chain {
    /// With so many leaves.
    pub(crate) fn new(leaves: u32) -> Outcome<Self> {
        Self::of(
            leaves,
            &Party::rsa("Root")?,
            &Party::rsa("Issuing authority")?,
        )
    }

    /// With so many leaves, by authorities that publish their lists.
    pub(crate) fn published(leaves: u32) -> Outcome<Self> {
        Self::of(
            leaves,
            &Party::rsa("Root")?.publishing(URLS[0]),
            &Party::rsa("Issuing authority")?.publishing(URLS[1]),
        )
    }

    fn of(leaves: u32, root: &Party, issuing: &Party) -> Outcome<Self> {
        let person = Party::rsa("Nguyễn Văn Ế")?;
        let serial = |number: u32| [&[0x22; 12], &number.to_be_bytes()[..]].concat();
        let leaves = (0..leaves).map(|n| issuing.certify(&person, &serial(n), Role::Person));
        let key = |party: &Party| ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, party.public());
        Ok(Self {
            root: root.certify(root, &[1], Role::Authority)?,
            issuing: root.certify(issuing, &[2], Role::Authority)?,
            leaves: leaves.collect::<Outcome<_>>()?,
            lists: [root.list(&[])?, issuing.list(&[])?],
            keys: [key(root)?, key(issuing)?],
        })
    }

    /// A context that knows everything but the leaf.
    pub(crate) fn context(&self) -> Outcome<Context> {
        context(&[&self.root], &[&self.issuing], self.lists.to_vec())
    }

    /// The same, but the lists are fetched.
    pub(crate) fn fetching_context(&self) -> Outcome<Context> {
        let context = context(&[&self.root], &[&self.issuing], Vec::new())?;
        Ok(context.with_fetch(Arc::new(Publisher(self.lists.clone()))))
    }

    fn leaf(&self) -> &[u8] {
        self.leaves.first().map_or(&[], |leaf| leaf)
    }

    /// `L`.
    fn public_key_operations(&self) {
        let signed: [(&[u8], usize); 4] = [
            (self.leaf(), 1),
            (&self.issuing, 0),
            (&self.lists[0], 0),
            (&self.lists[1], 1),
        ];
        for (whole, key) in signed {
            // A sequence of more than 255 octets; its last 256 are the value, before that its header (5) and the algorithm (15).
            let message = &whole[4..whole.len() - 276];
            let verified = self.keys[key].verify_sig(message, &whole[whole.len() - 256..]);
            assert!(verified.is_ok(), "the yardstick's own check fails");
        }
    }
}

/// Has the lists.
#[derive(Debug)]
struct Publisher([Vec<u8>; 2]);

impl Fetch for Publisher {
    fn fetch(&self, batch: &[FetchRequest]) -> Vec<Result<Vec<u8>, FetchFailure>> {
        let list = |request: &FetchRequest| {
            let at = URLS.iter().position(|url| *url == request.url);
            at.map(|at| self.0[at].clone())
                .ok_or(FetchFailure::Status(404))
        };
        batch.iter().map(list).collect()
    }
}

/// A context that judges at the time of the bench.
pub(crate) fn context(
    anchors: &[&[u8]],
    others: &[&[u8]],
    lists: Vec<Vec<u8>>,
) -> Outcome<Context> {
    let mut material = Material::default();
    let files = |all: &[&[u8]]| -> Vec<_> {
        let all = all.iter();
        all.map(|bytes| MaterialFile::new("certificate", *bytes))
            .collect()
    };
    material.anchors = files(anchors);
    material.intermediates = files(others);
    let lists = lists.into_iter();
    material.crls = lists.map(|list| MaterialFile::new("list", list)).collect();
    let options = Options::from_json(&format!(r#"{{"at": "{AT}"}}"#))?;
    Ok(Context::new(options, material)?)
}

/// Fails unless the certificate passes.
pub(crate) fn passes(context: &Context, leaf: &[u8]) -> Outcome<()> {
    let told = check_certificate(context, leaf, None)?.to_json(Lang::En);
    match told.contains("\"verdict\":\"passed\"") {
        true => Ok(()),
        false => Err(told.into()),
    }
}

/// Prints the table.
pub(crate) fn run() -> Outcome<()> {
    let chain = Chain::new(LEAVES)?;
    let kept = chain.context()?;
    passes(&kept, chain.leaf())?;
    let open = chain.context()?;
    let mut leaves = chain.leaves.iter();
    let webpki = Webpki::new(&chain)?;
    webpki.check()?;
    let [limit, cold, another, cached, webpki_cold, webpki_kept] = interleaved(
        ROUNDS as usize,
        [
            &mut || repeat(|| chain.public_key_operations()),
            &mut || {
                repeat(|| {
                    let context = chain.context();
                    let check = |context| Ok(check_certificate(&context, chain.leaf(), None)?);
                    succeeds(context.and_then(check));
                });
            },
            &mut || {
                repeat(|| {
                    // Past the last one the check fails.
                    let leaf = leaves.next().map_or(&[][..], |leaf| leaf);
                    succeeds(check_certificate(&open, leaf, None));
                });
            },
            &mut || {
                repeat(|| succeeds(check_certificate(&kept, chain.leaf(), None)));
            },
            &mut || {
                repeat(|| succeeds(Webpki::new(&chain).and_then(|webpki| webpki.check())));
            },
            &mut || repeat(|| succeeds(webpki.check())),
        ],
    )
    .map(|ms| ms * 1e3 / f64::from(BATCH));
    println!(
        "| a leaf, two authorities, two lists; RSA-2048 | CPU µs | × L | goal µs | within the goal |"
    );
    println!("|---|---:|---:|---:|---|");
    let row = |what: &str, us: f64, goal: Option<f64>| {
        let (goal, within) = match goal {
            Some(goal) => (format!("{goal:.1}"), verdict(us <= goal)),
            None => (String::new(), ""),
        };
        println!(
            "| {what} | {us:.1} | {:.2} | {goal} | {within} |",
            us / limit
        );
    };
    row("L: four public-key checks", limit, None);
    let openssl = openssl(&chain);
    let fastest = |ours: Option<f64>, peer: f64| Some(ours.map_or(peer, |ours| ours.min(peer)));
    let peers = openssl.as_ref().ok().copied();
    row("kyso, cold: 1.5 L", cold, Some(COLD * limit));
    row(
        "kyso, cold: the fastest peer",
        cold,
        fastest(peers.map(|peers| peers[0]), webpki_cold),
    );
    row(
        "kyso, another leaf: the fastest peer, kept",
        another,
        fastest(peers.map(|peers| peers[1]), webpki_kept),
    );
    row("kyso, cached", cached, Some(CACHED_US));
    row("rustls-webpki, cold", webpki_cold, None);
    row("rustls-webpki, kept", webpki_kept, None);
    match openssl {
        Ok([cold, kept]) => {
            row("OpenSSL, cold", cold, None);
            row("OpenSSL, kept", kept, None);
        }
        Err(error) => println!("\n**Not measured**: OpenSSL ({error})"),
    }
    println!();
    Ok(())
}

fn succeeds<T, E: std::fmt::Debug>(told: Result<T, E>) {
    let told = std::hint::black_box(told);
    assert!(told.is_ok(), "{:?}", told.err());
}

fn repeat(mut work: impl FnMut()) {
    for _ in 0..BATCH {
        work();
    }
}

/// rustls-webpki with its anchor and lists parsed.
struct Webpki<'a> {
    anchor: [TrustAnchor<'a>; 1],
    issuing: [CertificateDer<'a>; 1],
    leaf: CertificateDer<'a>,
    lists: Vec<CertRevocationList<'a>>,
}

impl<'a> Webpki<'a> {
    fn new(chain: &'a Chain) -> Outcome<Self> {
        let root = CertificateDer::from(chain.root.as_slice());
        let lists = chain.lists.iter();
        Ok(Self {
            anchor: [anchor_from_trusted_cert(&root)?.to_owned()],
            issuing: [CertificateDer::from(chain.issuing.as_slice())],
            leaf: CertificateDer::from(chain.leaf()),
            lists: lists
                .map(|list| {
                    Ok(BorrowedCertRevocationList::from_der(list)?
                        .to_owned()?
                        .into())
                })
                .collect::<Outcome<_>>()?,
        })
    }

    fn check(&self) -> Outcome<()> {
        let lists: Vec<&CertRevocationList<'_>> = self.lists.iter().collect();
        let revocation = RevocationOptionsBuilder::new(&lists)
            .map_err(|_| "no lists")?
            .with_depth(RevocationCheckDepth::Chain)
            .with_expiration_policy(ExpirationPolicy::Enforce)
            .build();
        EndEntityCert::try_from(&self.leaf)?.verify_for_usage(
            &[webpki::aws_lc_rs::RSA_PKCS1_2048_8192_SHA256],
            &self.anchor,
            &self.issuing,
            UnixTime::since_unix_epoch(Duration::from_secs(AT_SECONDS)),
            KeyUsage::client_auth(),
            Some(revocation),
            None,
        )?;
        Ok(())
    }
}

/// Microseconds of a cold check and of one with kept lists, of OpenSSL's library in a process of its own.
fn openssl(chain: &Chain) -> Outcome<[f64; 2]> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("chain");
    fs::create_dir_all(&folder)?;
    for (name, bytes) in [
        ("root.cer", chain.root.as_slice()),
        ("issuing.cer", &chain.issuing),
        ("leaf.cer", chain.leaf()),
        ("root.crl", &chain.lists[0]),
        ("issuing.crl", &chain.lists[1]),
    ] {
        fs::write(folder.join(name), bytes)?;
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/openssl/verify.c");
    let program = folder.join("verify");
    let built = Command::new("cc")
        .args(["-O2", "-o"])
        .args([&program, &source])
        .arg("-lcrypto")
        .output()?;
    if !built.status.success() {
        return Err("no compiler, or no headers of OpenSSL".into());
    }
    let output = Command::new(&program)
        .current_dir(&folder)
        .args([
            AT_SECONDS.to_string(),
            ROUNDS.to_string(),
            BATCH.to_string(),
        ])
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let text = String::from_utf8(output.stdout)?;
    let numbers: Result<Vec<f64>, _> = text.split_whitespace().map(str::parse).collect();
    Ok(numbers?
        .try_into()
        .map_err(|_| "two numbers are expected")?)
}
