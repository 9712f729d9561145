//! The class of a validated path's anchor, told by fingerprint, never by name.

use super::path::PathOutcome;
use crate::{
    report::{PathStatus, TrustClass},
    x509::Certificate,
};

/// An anchor that is known by its SHA-256 fingerprint.
struct Known {
    sha256: [u8; 32],
    class: TrustClass,
}

/// Reads a fingerprint at compile time; a typing error does not compile.
const fn hex(text: &str) -> [u8; 32] {
    let text = text.as_bytes();
    assert!(text.len() == 64);
    let mut bytes = [0; 32];
    let mut index = 0;
    #[expect(
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects,
        reason = "runs in the compiler only"
    )]
    while index < 32 {
        bytes[index] = nibble(text[2 * index]) << 4 | nibble(text[2 * index + 1]);
        index += 1;
    }
    bytes
}

#[expect(clippy::arithmetic_side_effects, reason = "runs in the compiler only")]
const fn nibble(digit: u8) -> u8 {
    match digit {
        b'0'..=b'9' => digit - b'0',
        b'A'..=b'F' => digit - b'A' + 10,
        _ => panic_on_bad_digit(),
    }
}

#[expect(clippy::panic, reason = "runs in the compiler only")]
const fn panic_on_bad_digit() -> u8 {
    panic!("not an upper-case hexadecimal digit")
}

/// Anchors by class. A subordinate authority counts as well: a caller may trust it directly.
static KNOWN: &[Known] = &[
    // VGCA, first generation. Parsed from the certificates published at ca.gov.vn (see G1_CERTIFICATES).
    gov("F7BC89054CEC7F12730D7B8CD3EB7955B163835087E5EB873EDFB584763B3F90"), // RootCA, 2010-2030
    gov("A262CFA489DBBE666F8B89FAB832547809874D5A06FA9F7A38FC227EBDF40514"), // Bộ Tài chính
    gov("75E969C07BA35C29C72BBC1BFB880F20F3891A619B00B77EB02CA6160736A1FE"), // Chính phủ
    gov("ECBF8428266C549EB1BFDC2715270D5B9DFF3BBBE2D3F0C33E0FD91F70B2D943"), // Bộ Công an
    gov("6E218B3EBC2F31B0D03205C64FD7E8920FB47187D37AFCDB4CB2BB4178BF4635"), // Đảng Cộng sản
    gov("3C4281296F92D292CC952295FE41AD7D0B37438FF1D143B56C4642CC1B14BD93"), // Bộ Ngoại giao
    // VGCA, second generation: http://ca.gov.vn/pki/pub/crt/rootcag2.crt and cpcag2.crt.
    gov("F04BA4B459A7C9A1B971AD9B1CB833E695A80C79AEA63B174B66A70EDFE2FDB8"), // RootCA chuyên dùng Chính phủ G2
    gov("D8CAB7A4AEF92E6BB2509D7C61CEE7B44F3731B2D21074963530277B366FAE4B"), // CA phục vụ các cơ quan Nhà nước G2
    gov("E4B402E3CB4CACC0A20D21FA49BCE76BEB4EB47BA7FFB7A8F71C554DBE561A81"), // CA phục vụ các cơ quan Đảng G2
    // The national roots above the public authorities: http://public.rootca.gov.vn/crt/micnrca.crt,
    // https://rootca.gov.vn/crt/vnrca256.p7b.
    public("CA918D635BB130BEC97639E6AABF7EDBC4EB1310F8058B9419F467AE0230AD8C"), // MIC National Root CA
    public("BAC8BF609AB420A8EE1780D74F4DE5C7F7184959D2A7375B0A75E4C29F0908E7"), // Vietnam National Root CA
];

const fn gov(sha256: &str) -> Known {
    Known {
        sha256: hex(sha256),
        class: TrustClass::VnGov,
    }
}

const fn public(sha256: &str) -> Known {
    Known {
        sha256: hex(sha256),
        class: TrustClass::VnPublic,
    }
}

/// The certificates of the first VGCA generation that are signed with SHA-1 (2010). Their content is fixed and known by SHA-256,
/// so the weakness of SHA-1 does not touch them; no other certificate gets this exception.
pub(super) static G1_CERTIFICATES: &[[u8; 32]] = &[
    hex("F7BC89054CEC7F12730D7B8CD3EB7955B163835087E5EB873EDFB584763B3F90"),
    hex("A262CFA489DBBE666F8B89FAB832547809874D5A06FA9F7A38FC227EBDF40514"),
    hex("75E969C07BA35C29C72BBC1BFB880F20F3891A619B00B77EB02CA6160736A1FE"),
    hex("ECBF8428266C549EB1BFDC2715270D5B9DFF3BBBE2D3F0C33E0FD91F70B2D943"),
    hex("6E218B3EBC2F31B0D03205C64FD7E8920FB47187D37AFCDB4CB2BB4178BF4635"),
];

/// The class of a path: that of its anchor, and `None` for every path that is not valid.
pub(crate) fn of(outcome: &PathOutcome) -> TrustClass {
    let anchor = outcome
        .chain
        .last()
        .filter(|_| outcome.status == PathStatus::Valid);
    let known = |anchor: &Certificate| KNOWN.iter().find(|known| known.sha256 == *anchor.sha256());
    anchor.map_or(TrustClass::None, |anchor| {
        known(anchor).map_or(TrustClass::Other, |known| known.class)
    })
}
