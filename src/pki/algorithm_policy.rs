//! Which algorithms are accepted as of a time.
//!
//! One dated table. NIST SP 800-131A (2011): RSA below 2048 bits and SHA-1 are not allowed for making signatures after
//! 2013-12-31. RFC 6151 (March 2011): MD5 must not be used for signatures. Circular 15/2025/TT-BKHCN, annex I, asks for the same
//! (RSA of at least 2048 bits, ECDSA of at least 256, SHA-2 or SHA-3).
//!
//! Something weak leaves a verdict open ([`SubIndication`](crate::report::SubIndication) `CryptoConstraintsFailure…`): what is
//! signed with it may be genuine, but nobody can tell.

use crate::{
    crypto::{DigestAlgorithm, SignatureAlgorithm},
    report::Finding,
    text::rules::pki,
    time::Time,
};

/// 2011-03-01T00:00:00Z, RFC 6151.
const MD5_END: i64 = 1_298_937_600;
/// 2014-01-01T00:00:00Z, NIST SP 800-131A tables 2 and 9.
const SHA1_END: i64 = 1_388_534_400;
/// 2014-01-01T00:00:00Z, NIST SP 800-131A table 2.
const RSA_2048_START: i64 = 1_388_534_400;
/// Bits of an RSA modulus from [`RSA_2048_START`].
const RSA_BITS: u32 = 2048;

/// Something that is too weak as of a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Weakness {
    /// What, in the texts of the rule list.
    pub(crate) finding: Finding,
    /// Since when.
    pub(crate) since: Time,
}

/// Whether a digest algorithm is too weak for a signature as of `at`.
pub(crate) fn digest_weakness(digest: DigestAlgorithm, at: Time) -> Option<Weakness> {
    let end = match digest {
        DigestAlgorithm::Md5 => MD5_END,
        DigestAlgorithm::Sha1 => SHA1_END,
        DigestAlgorithm::Sha224
        | DigestAlgorithm::Sha256
        | DigestAlgorithm::Sha384
        | DigestAlgorithm::Sha512 => return None,
    };
    let since = Time::from_unix(end).filter(|since| at >= *since)?;
    Some(Weakness {
        finding: Finding::new(&pki::WEAK_DIGEST)
            .with(digest.name())
            .with(since),
        since,
    })
}

/// Whether a key is too short as of `at`. The curves that kyso knows are all long enough.
fn key_weakness(algorithm: &SignatureAlgorithm, key_bits: u32, at: Time) -> Option<Weakness> {
    match algorithm {
        SignatureAlgorithm::RsaPkcs1(_) | SignatureAlgorithm::RsaPss { .. }
            if key_bits < RSA_BITS =>
        {
            let since = Time::from_unix(RSA_2048_START).filter(|since| at >= *since)?;
            let finding = Finding::new(&pki::WEAK_KEY)
                .with("RSA")
                .with(key_bits)
                .with(RSA_BITS)
                .with(since);
            Some(Weakness { finding, since })
        }
        _ => None,
    }
}

/// Whether a signature algorithm, with a key of so many bits, is too weak as of `at`.
pub(crate) fn assess(algorithm: &SignatureAlgorithm, key_bits: u32, at: Time) -> Option<Weakness> {
    digest_weakness(algorithm.digest(), at).or_else(|| key_weakness(algorithm, key_bits, at))
}

/// The finding of [`assess`].
pub(crate) fn weakness(algorithm: &SignatureAlgorithm, key_bits: u32, at: Time) -> Option<Finding> {
    assess(algorithm, key_bits, at).map(|weakness| weakness.finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> Time {
        Time::from_rfc3339(text).unwrap()
    }

    #[test]
    fn each_cut_off_is_exact_to_the_second() {
        let sha1 = SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha1);
        assert_eq!(weakness(&sha1, 2048, time("2013-12-31T23:59:59Z")), None);
        assert!(
            weakness(&sha1, 2048, time("2014-01-01T00:00:00Z"))
                .unwrap()
                .is(&pki::WEAK_DIGEST)
        );
        let short = SignatureAlgorithm::RsaPss {
            digest: DigestAlgorithm::Sha256,
            mgf1: DigestAlgorithm::Sha256,
            salt_len: 32,
        };
        assert_eq!(weakness(&short, 2047, time("2013-12-31T23:59:59Z")), None);
        assert!(
            weakness(&short, 2047, time("2014-01-01T00:00:00Z"))
                .unwrap()
                .is(&pki::WEAK_KEY)
        );
        assert_eq!(weakness(&short, 2048, time("2026-01-01T00:00:00Z")), None);
        assert_eq!(
            digest_weakness(DigestAlgorithm::Md5, time("2011-02-28T23:59:59Z")),
            None
        );
        assert!(digest_weakness(DigestAlgorithm::Md5, time("2011-03-01T00:00:00Z")).is_some());
        assert_eq!(
            weakness(
                &SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha224),
                256,
                time("2026-01-01T00:00:00Z")
            ),
            None
        );
    }
}
