//! Rounds of fetching, from a network that is a list.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex},
    time::Duration,
};

use super::{Cache, Gathered, Query, Services, gather};
use crate::{
    asn1::write::tlv,
    cms::testing::{CrlTemplate, Identity, Template, at, extension},
    crypto::TestProvider,
    limits::MAX_FETCHES,
    net::{Fetch, FetchFailure, FetchRequest},
    pki::{
        Store,
        path::Demands,
        revocation::{Held, Nonce, Policy},
    },
    report::{PathStatus, RevocationStatus},
    text::{
        Rule,
        rules::{fetch as rules, pki},
    },
    x509::Certificates,
};

const NOW: &str = "2026-03-05T00:00:00Z";

/// A network: what stands where, and what was asked.
#[derive(Debug, Default)]
struct Net {
    files: HashMap<String, Vec<u8>>,
    asked: Mutex<Vec<String>>,
}

impl Net {
    fn put(&mut self, url: &str, bytes: &[u8]) {
        self.files.insert(url.to_owned(), bytes.to_vec());
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

impl Fetch for Net {
    fn fetch(&self, batch: &[FetchRequest]) -> Vec<Result<Vec<u8>, FetchFailure>> {
        let mut asked = self.asked.lock().unwrap();
        let answer = |request: &FetchRequest| {
            asked.push(request.url.clone());
            let found = self.files.get(&request.url).cloned();
            found.ok_or(FetchFailure::Status(404))
        };
        batch.iter().map(answer).collect()
    }
}

/// authorityInfoAccess with addresses of the issuer's certificates.
fn issuers(urls: &[&str]) -> Vec<u8> {
    let access = |url: &&str| {
        let method = b"\x06\x08\x2B\x06\x01\x05\x05\x07\x30\x02";
        tlv(0x30, &[method, &tlv(0x86, &[url.as_bytes()])])
    };
    let all: Vec<u8> = urls.iter().flat_map(access).collect();
    extension("1.3.6.1.5.5.7.1.1", false, &tlv(0x30, &[&all]))
}

/// cRLDistributionPoints, one for each address.
fn lists(urls: &[&str]) -> Vec<u8> {
    let point = |url: &&str| {
        let name = tlv(0xA0, &[&tlv(0x86, &[url.as_bytes()])]);
        tlv(0x30, &[&tlv(0xA0, &[&name])])
    };
    let all: Vec<u8> = urls.iter().flat_map(point).collect();
    extension("2.5.29.31", false, &tlv(0x30, &[&all]))
}

fn with(mut template: Template, extensions: &[Vec<u8>]) -> Template {
    template.extensions.extend_from_slice(extensions);
    template
}

fn week(issuer: &Identity) -> Vec<u8> {
    let list = CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    list.issued_by(issuer).bytes().to_vec()
}

/// Plenty of time, and nobody's nonce.
fn services<'a>(fetch: &'a dyn Fetch, cache: &'a Cache) -> Services<'a> {
    static KNOWN: LazyLock<Certificates> = LazyLock::new(Certificates::default);
    Services {
        fetch: Some(fetch),
        cache,
        shelf: None,
        certificates: &KNOWN,
        offline: false,
        nonce: Nonce::IfPresent,
        clock: at(NOW).unix(),
        left: &|| Duration::from_secs(9),
    }
}

fn query<'a>(leaf: &'a Identity, store: &'a Store, held: &'a Held) -> Query<'a> {
    static DEMANDS: LazyLock<Demands> = LazyLock::new(Demands::default);
    static POLICY: LazyLock<Policy> = LazyLock::new(Policy::default);
    Query {
        leaf: &leaf.certificate,
        held,
        store,
        provider: &TestProvider,
        demands: &DEMANDS,
        revocation: Some(&POLICY),
        at: at(NOW),
        now: at(NOW),
    }
}

fn ask(leaf: &Identity, anchors: &[&Identity], held: &Held, net: &Net) -> Gathered {
    let anchors = anchors.iter().map(|one| one.certificate.clone()).collect();
    let store = Store::new(anchors, Vec::new(), Vec::new());
    let cache = Cache::default();
    let services = services(net, &cache);
    gather(&query(leaf, &store, held), Some(&services))
}

fn is_good(gathered: &Gathered) -> bool {
    let good = |report: &crate::report::RevocationReport| report.status == RevocationStatus::Good;
    gathered.path.status == PathStatus::Valid && gathered.revocation.iter().all(good)
}

fn tells(gathered: &Gathered, rule: &'static Rule) -> bool {
    gathered.findings.iter().any(|finding| finding.is(rule))
}

/// A root, an authority, a person; everything is to be fetched.
fn scene(net: &mut Net) -> (Identity, Identity, Identity) {
    let root = Template::authority("Root").self_signed();
    let access = [issuers(&["http://n/root"]), lists(&["http://n/root.crl"])];
    let authority = with(Template::authority("Authority"), &access).issued_by(&root);
    let access = [issuers(&["http://n/ca"]), lists(&["http://n/ca.crl"])];
    let person = with(Template::leaf("Person"), &access).issued_by(&authority);
    net.put("http://n/ca", authority.certificate.der());
    net.put("http://n/root.crl", &week(&root));
    net.put("http://n/ca.crl", &week(&authority));
    (root, authority, person)
}

#[test]
fn rounds_go_on_while_there_is_something_new() {
    let mut net = Net::default();
    let (root, _, person) = scene(&mut net);
    let gathered = ask(&person, &[&root], &Held::default(), &net);
    assert!(is_good(&gathered), "{gathered:?}");
    assert_eq!(
        net.asked(),
        ["http://n/ca", "http://n/ca.crl", "http://n/root.crl"]
    );
    assert!(gathered.findings.is_empty());
}

#[test]
fn what_could_not_be_fetched_is_said() {
    let mut net = Net::default();
    let (root, _, person) = scene(&mut net);
    net.files.remove("http://n/ca.crl");
    let gathered = ask(&person, &[&root], &Held::default(), &net);
    let leaf = &gathered.revocation[0];
    assert_eq!(leaf.status, RevocationStatus::Undetermined);
    assert!(
        leaf.reason
            .as_ref()
            .is_some_and(|reason| reason.is(&rules::STATUS))
    );
    assert!(tells(&gathered, &rules::STATUS));
    net.files.clear();
    let gathered = ask(&person, &[&root], &Held::default(), &net);
    assert_eq!(gathered.path.status, PathStatus::Undetermined);
    assert!(
        gathered
            .path
            .reason
            .is_some_and(|reason| reason.is(&pki::NO_PATH))
    );
    net.put("http://n/ca", b"<html>");
    let gathered = ask(&person, &[&root], &Held::default(), &net);
    assert!(
        gathered
            .findings
            .iter()
            .any(|one| one.is(&rules::UNREADABLE))
    );
}

#[test]
fn what_is_fetched_never_becomes_an_anchor() {
    let mut net = Net::default();
    let (root, authority, person) = scene(&mut net);
    net.put("http://n/root", root.certificate.der());
    let other = Template::authority("Other").self_signed();
    let gathered = ask(&person, &[&other], &Held::default(), &net);
    assert_eq!(gathered.path.status, PathStatus::Undetermined);
    assert!(net.asked().contains(&"http://n/root".to_owned()));
    drop(authority);
}

/// Two certificates of one authority, from two roots; the first is revoked by its root, the second is good.
#[test]
fn another_path_is_taken_where_an_authority_of_the_first_is_revoked() {
    let mut net = Net::default();
    let roots = ["One", "Two"].map(|name| Template::authority(name).self_signed());
    let twins = [("http://n/1.crl", 1_u32), ("http://n/2.crl", 2)];
    let key = crate::cms::testing::key();
    let mut authorities = Vec::new();
    for ((url, serial), root) in twins.into_iter().zip(&roots) {
        let template = Template {
            serial,
            key: key.clone(),
            ..with(Template::authority("Authority"), &[lists(&[url])])
        };
        authorities.push(template.issued_by(root));
    }
    let person = with(Template::leaf("Person"), &[lists(&["http://n/ca.crl"])]);
    let person = person.issued_by(&authorities[0]);
    net.put("http://n/ca.crl", &week(&authorities[0]));
    let held = Held {
        certificates: authorities
            .iter()
            .map(|one| one.certificate.clone())
            .collect(),
        ..Held::default()
    };
    for revoked in [0, 1] {
        for (index, root) in roots.iter().enumerate() {
            let mut list = CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
            if index == revoked {
                let serial = u32::try_from(index + 1).unwrap();
                list.revoked
                    .push((serial, at("2026-02-01T00:00:00Z"), Some(4)));
            }
            net.put(twins[index].0, list.issued_by(root).bytes());
        }
        let gathered = ask(&person, &[&roots[0], &roots[1]], &held, &net);
        assert!(is_good(&gathered), "{revoked}: {gathered:?}");
        let anchor = gathered.path.chain.last().unwrap();
        assert_eq!(*anchor, roots[1 - revoked].certificate);
    }
    // Where both are revoked there is none, and that is told.
    for (index, root) in roots.iter().enumerate() {
        let serial = u32::try_from(index + 1).unwrap();
        let mut list = CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
        list.revoked
            .push((serial, at("2026-02-01T00:00:00Z"), Some(4)));
        net.put(twins[index].0, list.issued_by(root).bytes());
    }
    let gathered = ask(&person, &[&roots[0], &roots[1]], &held, &net);
    assert_eq!(gathered.revocation[1].status, RevocationStatus::Revoked);
}

/// Two authorities of one name, two certificates of one number, one address for the lists of both: what is cached for one is nothing to the other.
#[test]
fn the_list_of_another_key_of_that_name_says_nothing() {
    let mut net = Net::default();
    let twins = ["a", "b"].map(|_| Template::authority("Authority").self_signed());
    let people = [0, 1].map(|index: usize| {
        let person = with(Template::leaf("Person"), &[lists(&["http://n/crl"])]);
        person.issued_by(&twins[index])
    });
    net.put("http://n/crl", &week(&twins[0]));
    let (anchors, cache) = (
        twins.iter().map(|one| one.certificate.clone()),
        Cache::default(),
    );
    let store = Store::new(anchors.collect(), Vec::new(), Vec::new());
    let status = |person: &Identity| {
        let services = services(&net, &cache);
        let held = Held::default();
        let gathered = gather(&query(person, &store, &held), Some(&services));
        assert_eq!(gathered.path.status, PathStatus::Valid);
        gathered.revocation[0].status
    };
    for _ in 0..2 {
        assert_eq!(status(&people[0]), RevocationStatus::Good);
        assert_eq!(status(&people[1]), RevocationStatus::Undetermined);
    }
    assert_eq!(net.asked(), ["http://n/crl"]);
}

/// A responder whose status is told by another responder, and so on: the list of each is signed by the next.
#[test]
fn signers_that_need_signers_come_to_an_end() {
    let mut net = Net::default();
    let root = Template::authority("Root").self_signed();
    let url = |number: usize| format!("http://n/{number}.crl");
    let point = |number: usize| {
        // The list of each is signed by the next, which the distribution point names.
        let place = tlv(
            0xA0,
            &[&tlv(0xA0, &[&tlv(0x86, &[url(number).as_bytes()])])],
        );
        let issuer = crate::cms::testing::name(&format!("Signer {number}"));
        let issuer = tlv(0xA2, &[&tlv(0xA4, &[&issuer])]);
        extension(
            "2.5.29.31",
            false,
            &tlv(0x30, &[&tlv(0x30, &[&place, &issuer])]),
        )
    };
    let signers: Vec<Identity> = (0..40)
        .map(|number| {
            let name = format!("Signer {number}");
            with(Template::authority(&name), &[point(number + 1)]).issued_by(&root)
        })
        .collect();
    for (number, signer) in signers.iter().enumerate() {
        let mut list = CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
        let place = tlv(
            0xA0,
            &[&tlv(0xA0, &[&tlv(0x86, &[url(number).as_bytes()])])],
        );
        let indirect = tlv(0x30, &[&place, &[0x84, 1, 0xFF]]);
        list.extensions
            .push(extension("2.5.29.28", true, &indirect));
        net.put(&url(number), list.issued_by(signer).bytes());
    }
    let person = with(Template::leaf("Person"), &[point(0)]).issued_by(&root);
    let held = Held {
        certificates: signers.iter().map(|one| one.certificate.clone()).collect(),
        ..Held::default()
    };
    let gathered = ask(&person, &[&root], &held, &net);
    assert_eq!(
        gathered.revocation[0].status,
        RevocationStatus::Undetermined
    );
    assert!(net.asked().len() <= 12, "{}", net.asked().len());
}

/// What was fetched once is taken up at once: evaluated in one round, and not for longer than it is current.
#[test]
fn what_was_of_use_is_taken_up_again_while_it_is_current() {
    let mut net = Net::default();
    let (root, _, person) = scene(&mut net);
    let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
    let (cache, held) = (Cache::default(), Held::default());
    let at_time = |time: &str| {
        let services = Services {
            clock: at(time).unix(),
            ..services(&net, &cache)
        };
        let query = Query {
            at: at(time),
            now: at(time),
            ..query(&person, &store, &held)
        };
        let plan = super::Plan::new(&query, Some(&services));
        let recalled = plan.held().crls.len() + plan.held().certificates.len();
        (
            recalled,
            is_good(&gather(&query, Some(&services))),
            net.asked().len(),
        )
    };
    assert_eq!(at_time(NOW), (0, true, 3));
    assert_eq!(at_time("2026-03-05T00:30:00Z"), (3, true, 3));
    // An hour later lists are fetched anew, the certificate is not.
    assert_eq!(at_time("2026-03-05T01:30:00Z"), (1, true, 5));
    // After their nextUpdate they help nobody.
    assert!(!at_time("2026-03-09T00:00:00Z").1);
}

/// Each certificate that is fetched names another address, without end.
#[test]
fn a_chain_without_end_is_not_followed_for_ever() {
    let mut net = Net::default();
    let mut issuer = Template::authority("0").self_signed();
    for number in 1..200 {
        let below = format!("{number}");
        let access = issuers(&[&format!("http://n/{number}")]);
        let next = with(Template::authority(&below), &[access]).issued_by(&issuer);
        net.put(&format!("http://n/{}", number), issuer.certificate.der());
        issuer = next;
    }
    let person = with(Template::leaf("Person"), &[issuers(&["http://n/last"])]);
    net.put("http://n/last", issuer.certificate.der());
    let root = Template::authority("Root").self_signed();
    let gathered = ask(&person.issued_by(&issuer), &[&root], &Held::default(), &net);
    assert_eq!(gathered.path.status, PathStatus::Undetermined);
    assert!(net.asked().len() < 20, "{}", net.asked().len());
    // Nor are a thousand addresses of one certificate asked.
    let many: Vec<String> = (0..1_000).map(|n| format!("http://n/x{n}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let person = with(Template::leaf("Person"), &[issuers(&many)]).issued_by(&issuer);
    let net = Net::default();
    let gathered = ask(&person, &[&root], &Held::default(), &net);
    assert_eq!(net.asked().len(), MAX_FETCHES);
    assert!(tells(&gathered, &rules::BUDGET));
}

/// RFC 5280 clause 5.2.7: the list says where the certificate of its signer is.
#[test]
fn a_list_by_another_key_of_the_authority_brings_the_way_to_its_signer() {
    let mut net = Net::default();
    let (root, _, person) = scene(&mut net);
    let second = with(
        Template::authority("Authority"),
        &[lists(&["http://n/root.crl"])],
    );
    let second = Template {
        serial: 9,
        ..second
    }
    .issued_by(&root);
    let mut list = CrlTemplate::new("2026-03-01T00:00:00Z", "2026-03-08T00:00:00Z");
    list.extensions.push(issuers(&["http://n/second"]));
    net.put("http://n/ca.crl", list.issued_by(&second).bytes());
    net.put("http://n/second", second.certificate.der());
    let gathered = ask(&person, &[&root], &Held::default(), &net);
    assert!(is_good(&gathered), "{gathered:?}");
    assert!(net.asked().contains(&"http://n/second".to_owned()));
}

/// A fetcher of somebody else that answers too little.
#[derive(Debug)]
struct Silent;

impl Fetch for Silent {
    fn fetch(&self, _: &[FetchRequest]) -> Vec<Result<Vec<u8>, FetchFailure>> {
        Vec::new()
    }
}

#[test]
fn a_fetcher_that_answers_nothing_leaves_it_open() {
    let mut net = Net::default();
    let (root, _, person) = scene(&mut net);
    let store = Store::new(vec![root.certificate.clone()], Vec::new(), Vec::new());
    let (cache, held) = (Cache::default(), Held::default());
    let services = services(&Silent, &cache);
    let gathered = gather(&query(&person, &store, &held), Some(&services));
    assert_eq!(gathered.path.status, PathStatus::Undetermined);
    assert!(tells(&gathered, &rules::DEADLINE));
}
