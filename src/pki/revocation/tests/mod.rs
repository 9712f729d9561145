//! One rule each of RFC 5280 clause 6.3 and RFC 6960.

mod answers;
mod bounds;
mod critical;
mod faults;
mod indirect;
mod lists;
mod time;
mod wanted;

use std::sync::Arc;

use proptest::prelude::*;

use super::{
    Held, Nonce, OcspRequest, Policy, Query, Wanted, WantedKind, evaluate, sub_indication,
    testing::{AnswerTemplate, OcspTemplate, generalized},
};
use crate::{
    asn1::write::tlv,
    cms::testing::{
        CrlTemplate, Identity, SIGN, Template, at, basic_constraints, extension, key, key_usage,
        name,
    },
    crypto::{DigestAlgorithm, TestProvider},
    pki::Store,
    report::{Finding, RevocationSource, RevocationStatus, SubIndication},
    text::{Rule, rules::pki},
    time::Time,
    x509::{AnswerStatus, Certificate, Crl, OcspResponse},
};

use RevocationStatus::{Good, Revoked, Undetermined};

fn now() -> Time {
    at("2026-03-05T02:30:15Z")
}

/// Root, authority, person; lists and answers of the authority are what the tests are about.
struct Scene {
    root: Identity,
    authority: Identity,
    person: Identity,
    more: Vec<Arc<Certificate>>,
}

impl Scene {
    fn new() -> Self {
        Self::with(Vec::new())
    }

    /// With these extensions of the person's certificate.
    fn with(extensions: Vec<Vec<u8>>) -> Self {
        let root = Template::authority("Root").self_signed();
        let authority = Template::authority("Authority").issued_by(&root);
        let mut person = Template::leaf("Person");
        person.extensions.extend(extensions);
        let person = person.issued_by(&authority);
        Self {
            root,
            authority,
            person,
            more: Vec::new(),
        }
    }

    fn chain(&self) -> Vec<Arc<Certificate>> {
        [&self.person, &self.authority, &self.root]
            .map(|one| one.certificate.clone())
            .to_vec()
    }

    fn ask(
        &self,
        crls: Vec<Arc<Crl>>,
        ocsps: Vec<Arc<OcspResponse>>,
        change: impl FnOnce(&mut Query<'_>),
    ) -> super::Outcome {
        let more = [vec![self.authority.certificate.clone()], self.more.clone()].concat();
        let store = Store::new(vec![self.root.certificate.clone()], more, crls).with_ocsps(ocsps);
        let (chain, held, policy) = (self.chain(), Held::default(), Policy::default());
        let mut query = Query {
            chain: &chain,
            store: &store,
            held: &held,
            provider: &TestProvider,
            policy: &policy,
            at: now(),
            now: now(),
        };
        change(&mut query);
        evaluate(&query)
    }

    fn status(&self, crls: Vec<Arc<Crl>>) -> (RevocationStatus, Option<&'static str>) {
        told(&self.ask(crls, Vec::new(), |_| {}))
    }

    fn ocsp(&self, ocsps: Vec<Arc<OcspResponse>>) -> (RevocationStatus, Option<&'static str>) {
        told(&self.ask(Vec::new(), ocsps, |_| {}))
    }

    fn good(&self) -> AnswerTemplate {
        AnswerTemplate::good(
            &self.person.certificate,
            &self.authority.certificate,
            at("2026-03-05T00:00:00Z"),
            Some(at("2026-03-06T00:00:00Z")),
        )
    }

    fn delegate(&self, extensions: Vec<Vec<u8>>) -> Identity {
        let template = Template {
            serial: 90,
            extensions,
            ..Template::leaf("Responder")
        };
        template.issued_by(&self.authority)
    }
}

fn told(outcome: &super::Outcome) -> (RevocationStatus, Option<&'static str>) {
    let report = &outcome.reports[0];
    (report.status, report.reason.as_ref().map(Finding::code))
}

fn because(
    status: RevocationStatus,
    rule: &'static Rule,
) -> (RevocationStatus, Option<&'static str>) {
    (status, Some(rule.code))
}

const GOOD: (RevocationStatus, Option<&str>) = (Good, None);

fn week() -> CrlTemplate {
    CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z")
}

fn day() -> CrlTemplate {
    CrlTemplate::new("2026-03-05T00:00:00Z", "2026-03-06T00:00:00Z")
}

fn number(value: u8) -> Vec<u8> {
    extension("2.5.29.20", false, &[2, 1, value])
}

fn delta_of(value: u8) -> Vec<u8> {
    extension("2.5.29.27", true, &[2, 1, value])
}

/// fullName with one address.
fn place(uri: &str) -> Vec<u8> {
    tlv(0xA0, &[&tlv(0xA0, &[&tlv(0x86, &[uri.as_bytes()])])])
}

fn issuing(parts: &[&[u8]]) -> Vec<u8> {
    extension("2.5.29.28", true, &tlv(0x30, parts))
}

fn points(all: &[Vec<u8>]) -> Vec<u8> {
    extension("2.5.29.31", false, &tlv(0x30, &[&all.concat()]))
}

/// ReasonFlags of these bits.
fn flags(tag: u8, bits: u16) -> Vec<u8> {
    let [high, low] = bits.reverse_bits().to_be_bytes();
    tlv(tag, &[&[7, high, low]])
}

const COMPROMISE: u16 = 1 << 1 | 1 << 2;
const OTHERS: u16 = 0x1FE & !COMPROMISE;

fn revoked(list: CrlTemplate, serial: u32, reason: Option<u8>) -> CrlTemplate {
    CrlTemplate {
        revoked: vec![(serial, at("2026-02-01T00:00:00Z"), reason)],
        ..list
    }
}

fn extended(list: CrlTemplate, extensions: Vec<Vec<u8>>) -> CrlTemplate {
    CrlTemplate { extensions, ..list }
}

fn indirect(issuer: &Certificate, serials: &[u8]) -> Vec<u8> {
    let names = tlv(0x30, &[&tlv(0xA4, &[issuer.subject()])]);
    let of = extension("2.5.29.29", true, &names);
    let mut entries = Vec::new();
    for (index, serial) in serials.iter().enumerate() {
        // The first entry names the issuer for all that follow.
        let extensions = if index == 0 {
            tlv(0x30, &[&of])
        } else {
            Vec::new()
        };
        entries.extend(tlv(
            0x30,
            &[&[2, 1, *serial], b"\x17\x0D260201000000Z", &extensions],
        ));
    }
    entries
}

fn indirect_list(signer: &Identity, entries: &[u8], flag: bool) -> Arc<Crl> {
    let flag: &[u8] = if flag { &[0x84, 1, 0xFF] } else { &[] };
    list_of(signer, entries, &issuing(&[flag]))
}

/// A list for this week with entries and extensions in DER.
fn list_of(signer: &Identity, entries: &[u8], extensions: &[u8]) -> Arc<Crl> {
    let algorithm = tlv(0x30, &[b"\x06\x08\x2A\x86\x48\xCE\x3D\x04\x03\x02"]);
    let extensions = tlv(0xA0, &[&tlv(0x30, &[extensions])]);
    let entries = if entries.is_empty() {
        Vec::new()
    } else {
        tlv(0x30, &[entries])
    };
    let tbs = tlv(
        0x30,
        &[
            &[2, 1, 1],
            &algorithm,
            signer.certificate.subject(),
            b"\x17\x0D260301000000Z",
            b"\x17\x0D260308000000Z",
            &entries,
            &extensions,
        ],
    );
    let signature = signer.key.sign(&crate::cms::testing::ECDSA, &tbs).unwrap();
    Crl::parse(tlv(0x30, &[&tbs, &algorithm, &tlv(3, &[&[0], &signature])])).unwrap()
}
