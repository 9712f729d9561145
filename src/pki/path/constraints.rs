//! Name constraints along a path (RFC 5280 clauses 4.2.1.10, 6.1.3 b and c, 6.1.4 g).

use crate::{
    limits::MAX_NAME_COMPARISONS,
    x509::{
        Certificate,
        general_name::{Form, GeneralName, is_host_name},
        name,
        name_constraints::is_mailbox_local,
    },
};

/// Why a name, and so its certificate, is not accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct NameFault {
    pub(super) kind: NameFaultKind,
    /// The name, for people.
    pub(super) name: String,
    pub(super) form: Form,
    /// The authority whose constraint it is.
    pub(super) authority: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameFaultKind {
    Excluded,
    NotPermitted,
    /// A constraint of a form that kyso does not process, and a name of that form.
    Unsupported,
    /// There are too many constraints and names to compare.
    Budget,
}

/// Comparisons that are left for one search.
#[derive(Debug)]
pub(super) struct Comparisons(usize);

impl Default for Comparisons {
    fn default() -> Self {
        Self(MAX_NAME_COMPARISONS)
    }
}

impl Comparisons {
    fn take(&mut self) -> Option<()> {
        self.0 = self.0.checked_sub(1)?;
        Some(())
    }
}

/// A name or the base of a subtree, ready to be compared.
#[derive(Debug)]
enum Ready<'a> {
    /// In normal form.
    Directory(Vec<u8>),
    /// emailAddress of a subject.
    Email(String),
    Other(GeneralName<'a>),
}

impl<'a> Ready<'a> {
    fn of(name: GeneralName<'a>) -> Self {
        match name {
            GeneralName::Directory(der) => Self::Directory(name::normal(der).unwrap_or_default()),
            other => Self::Other(other),
        }
    }

    /// Whether this, a base, says something about names such as that one: those of its form, and of its type among otherNames.
    fn constrains(&self, name: &Self) -> bool {
        use GeneralName::Other;
        match (self, name) {
            (Self::Other(Other(base)), Self::Other(Other(name))) => base == name,
            _ => self.form() == name.form(),
        }
    }

    fn form(&self) -> Form {
        match self {
            Self::Directory(_) => Form::Directory,
            Self::Email(_) => Form::Rfc822,
            Self::Other(name) => name.form(),
        }
    }
}

/// The subtrees of one authority.
#[derive(Debug)]
struct Layer<'a> {
    authority: &'a Certificate,
    permitted: Vec<Ready<'a>>,
    excluded: Vec<Ready<'a>>,
}

/// permitted_subtrees and excluded_subtrees: a name must be within what every authority permits.
#[derive(Debug, Default)]
pub(super) struct Constraints<'a>(Vec<Layer<'a>>);

impl<'a> Constraints<'a> {
    /// Adds those of an authority.
    pub(super) fn add(&mut self, authority: &'a Certificate) {
        if let Some(constraints) = authority.name_constraints() {
            let ready = |names: Vec<GeneralName<'a>>| names.into_iter().map(Ready::of).collect();
            self.0.push(Layer {
                authority,
                permitted: ready(constraints.permitted),
                excluded: ready(constraints.excluded),
            });
        }
    }

    /// Holds the names of a certificate against all of them.
    pub(super) fn check(
        &self,
        certificate: &Certificate,
        left: &mut Comparisons,
    ) -> Result<(), NameFault> {
        if self.0.is_empty() {
            return Ok(());
        }
        for (name, text) in names(certificate) {
            for layer in &self.0 {
                layer.check(&name, left).map_err(|kind| NameFault {
                    kind,
                    name: text(),
                    form: name.form(),
                    authority: layer.authority.subject_text(),
                })?;
            }
        }
        Ok(())
    }
}

impl Layer<'_> {
    fn check(&self, name: &Ready<'_>, left: &mut Comparisons) -> Result<(), NameFaultKind> {
        let mut within = |base: &Ready<'_>, excluding| {
            left.take().ok_or(NameFaultKind::Budget)?;
            if base.constrains(name) {
                is_within(name, base, excluding)
                    .ok_or(NameFaultKind::Unsupported)
                    .map(Some)
            } else {
                Ok(None)
            }
        };
        for base in &self.excluded {
            if within(base, true)? == Some(true) {
                return Err(NameFaultKind::Excluded);
            }
        }
        let mut allowed = true;
        for base in &self.permitted {
            match within(base, false)? {
                Some(true) => return Ok(()),
                Some(false) => allowed = false,
                None => {}
            }
        }
        if allowed {
            Ok(())
        } else {
            Err(NameFaultKind::NotPermitted)
        }
    }
}

type Text<'a> = Box<dyn Fn() -> String + 'a>;

/// The names of a certificate, each with its text: the subject, the addresses in it, and the alternative names. The addresses
/// count even beside alternative names, which is more than clause 4.2.1.10 demands: reports show them.
fn names(certificate: &Certificate) -> Vec<(Ready<'_>, Text<'_>)> {
    let subject = certificate.subject();
    let mut all: Vec<(Ready<'_>, Text<'_>)> = Vec::new();
    if !name::is_empty(subject) {
        let text = || certificate.subject_text();
        all.push((Ready::of(GeneralName::Directory(subject)), Box::new(text)));
    }
    for address in name::email_addresses(subject) {
        let text = address.clone();
        all.push((Ready::Email(address), Box::new(move || text.clone())));
    }
    for other in certificate.alt_names() {
        all.push((Ready::of(other), Box::new(move || text_of(&other))));
    }
    all
}

fn text_of(name: &GeneralName<'_>) -> String {
    match name {
        GeneralName::Rfc822(text)
        | GeneralName::SmtpUtf8(text)
        | GeneralName::Dns(text)
        | GeneralName::Uri(text) => (*text).to_owned(),
        GeneralName::Directory(der) => name::to_text(der),
        GeneralName::Ip(octets) => {
            match (<[u8; 4]>::try_from(*octets), <[u8; 16]>::try_from(*octets)) {
                (Ok(four), _) => core::net::Ipv4Addr::from(four).to_string(),
                (_, Ok(sixteen)) => core::net::Ipv6Addr::from(sixteen).to_string(),
                _ => "?".to_owned(),
            }
        }
        other => other.form().name().to_owned(),
    }
}

/// Whether a name lies in a subtree of the same form; `None` where that cannot be told. What cannot be read lies in every excluded
/// subtree and in no permitted one.
fn is_within(name: &Ready<'_>, base: &Ready<'_>, excluding: bool) -> Option<bool> {
    use GeneralName::{Dns, Ip, Rfc822, SmtpUtf8, Uri};
    Some(match (name, base) {
        (Ready::Directory(name), Ready::Directory(base)) => name.starts_with(base),
        (Ready::Email(name), Ready::Other(Rfc822(base))) => {
            mailbox(name, base).unwrap_or(excluding)
        }
        (Ready::Other(Rfc822(name)), Ready::Other(Rfc822(base))) => {
            mailbox(name, base).unwrap_or(excluding)
        }
        // A base with a local part has an ASCII one, so it is never such a mailbox's own (RFC 9598 clause 6).
        (Ready::Other(SmtpUtf8(name)), Ready::Other(Rfc822(base))) => {
            (excluding || !base.contains('@')) && mailbox(name, base).unwrap_or(excluding)
        }
        (Ready::Other(Dns(name)), Ready::Other(Dns(base))) => host_name(name, base, excluding),
        (Ready::Other(Uri(name)), Ready::Other(Uri(base))) => {
            host_of(name).map_or(excluding, |host| host_or_below(host, base))
        }
        (Ready::Other(Ip(name)), Ready::Other(Ip(base))) => {
            // An IPv4 address written as IPv6 is still that address to whoever connects to it (RFC 4291 clause 2.5.5.2).
            let mapped = name.strip_prefix(&IPV4_MAPPED).filter(|_| excluding);
            address(name, base) || mapped.is_some_and(|name| address(name, base))
        }
        _ => return None,
    })
}

/// A mailbox, all mailboxes of a host, or those of all hosts below a domain. The local part has letter case, the host has not.
fn mailbox(name: &str, base: &str) -> Option<bool> {
    let (local, host) = name.rsplit_once('@')?;
    if !is_mailbox_local(local) || !is_host_name(host) {
        return None;
    }
    Some(match base.rsplit_once('@') {
        Some((base_local, base_host)) => {
            local == base_local && host.eq_ignore_ascii_case(base_host)
        }
        None => host_or_below(host, base),
    })
}

/// `example.vn` is that host, `.example.vn` every host below it, and nothing at all is every host.
fn host_or_below(host: &str, base: &str) -> bool {
    if base.is_empty() {
        return true;
    }
    match base.strip_prefix('.') {
        Some(domain) => is_below(host, domain),
        None => host.eq_ignore_ascii_case(base),
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    let labels = host.len().checked_sub(domain.len());
    let tail = labels.and_then(|at| host.split_at_checked(at));
    tail.is_some_and(|(labels, tail)| labels.ends_with('.') && tail.eq_ignore_ascii_case(domain))
}

/// `example.vn` is that host and all below it; with a dot in front, only those below. A wildcard is excluded where any host
/// that it stands for is.
fn host_name(name: &str, base: &str, excluding: bool) -> bool {
    let (domain, itself) = match base.strip_prefix('.') {
        Some(domain) => (domain, false),
        None => (base, true),
    };
    if domain.is_empty() || is_below(name, domain) || itself && name.eq_ignore_ascii_case(domain) {
        return true;
    }
    let wild = name.strip_prefix("*.");
    let stands_for = |parent: &str| {
        let label = domain.split_once('.');
        label.is_some_and(|(_, rest)| rest.eq_ignore_ascii_case(parent))
    };
    excluding && wild.is_some_and(stands_for)
}

/// The host of a URI with an authority (RFC 3986 clause 3.2), where it is a name.
fn host_of(uri: &str) -> Option<&str> {
    let (_, rest) = uri.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let host = authority
        .rsplit_once('@')
        .map_or(authority, |(_, host)| host);
    let (host, port) = host.split_once(':').unwrap_or((host, ""));
    if !port.bytes().all(|octet| octet.is_ascii_digit()) {
        return None;
    }
    let number = host
        .rsplit('.')
        .next()?
        .bytes()
        .all(|octet| octet.is_ascii_digit());
    (is_host_name(host) && !number).then_some(host)
}

/// What stands before an IPv4 address that is written as an IPv6 one.
const IPV4_MAPPED: [u8; 12] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF];

/// Address and mask, each four or sixteen octets.
fn address(name: &[u8], base: &[u8]) -> bool {
    let Some((network, mask)) = base.split_at_checked(name.len()) else {
        return false;
    };
    mask.len() == name.len()
        && name
            .iter()
            .zip(network)
            .zip(mask)
            .all(|((name, network), mask)| name & mask == network & mask)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_and_wildcards() {
        for (name, base, permitted, excluded) in [
            ("a.vn", "a.vn", true, true),
            ("b.A.vn", "a.VN", true, true),
            ("ba.vn", "a.vn", false, false),
            ("a.vn", ".a.vn", false, false),
            ("b.a.vn", ".a.vn", true, true),
            ("*.a.vn", "a.vn", true, true),
            ("*.a.vn", "b.a.vn", false, true),
            ("*.a.vn", "c.b.a.vn", false, false),
            ("vn", "", true, true),
        ] {
            assert_eq!(host_name(name, base, false), permitted, "{name} {base}");
            assert_eq!(host_name(name, base, true), excluded, "{name} {base}");
        }
    }

    #[test]
    fn mailboxes_hosts_and_domains() {
        for (name, base, within) in [
            ("an@a.vn", "an@A.vn", Some(true)),
            ("An@a.vn", "an@a.vn", Some(false)),
            ("an@a.vn", "a.vn", Some(true)),
            ("an@b.a.vn", "a.vn", Some(false)),
            ("an@b.a.vn", ".a.vn", Some(true)),
            ("an@a.vn", ".a.vn", Some(false)),
            ("*@a.vn", "**@a.vn", Some(false)),
            ("\"a@b\"@a.vn", "a.vn", Some(true)),
            ("a@b@a.vn", "a.vn", None),
            ("an", "a.vn", None),
        ] {
            assert_eq!(mailbox(name, base), within, "{name} {base}");
        }
    }

    #[test]
    fn hosts_of_uris_are_names_only() {
        assert_eq!(host_of("http://u@a.vn:80/x?y#z"), Some("a.vn"));
        assert_eq!(host_of("ldap://a.vn?x"), Some("a.vn"));
        for uri in [
            "urn:a.vn",
            "http://192.0.2.1/",
            "http://[2001:db8::1]/",
            "http:///x",
            "http://a.vn:a1/",
        ] {
            assert_eq!(host_of(uri), None, "{uri}");
        }
        let excluded = |uri| {
            is_within(
                &Ready::Other(GeneralName::Uri(uri)),
                &Ready::Other(GeneralName::Uri("a.vn")),
                true,
            )
        };
        assert_eq!(
            excluded("urn:x"),
            Some(true),
            "what has no host is in no permitted and every excluded subtree"
        );
        assert_eq!(excluded("http://b.vn"), Some(false));
    }

    #[test]
    fn mailboxes_beyond_ascii_obey_the_constraints_on_mailboxes() {
        let within = |name, base, excluding| {
            let name = Ready::Other(GeneralName::SmtpUtf8(name));
            is_within(&name, &Ready::Other(GeneralName::Rfc822(base)), excluding)
        };
        for (base, permitted, excluded) in [
            ("a.vn", true, true),
            (".vn", true, true),
            ("b.vn", false, false),
            ("cường@a.vn", false, true),
        ] {
            assert_eq!(within("cường@a.vn", base, false), Some(permitted), "{base}");
            assert_eq!(within("cường@a.vn", base, true), Some(excluded), "{base}");
        }
        // A domain that is not written as RFC 9598 wants it cannot be told from others.
        assert_eq!(within("an@tỉnh.vn", "vn", false), Some(false));
        assert_eq!(within("an@tỉnh.vn", "vn", true), Some(true));
    }

    #[test]
    fn names_of_another_type_are_left_alone() {
        let other = |kind| Ready::Other(GeneralName::Other(kind));
        let base = other(b"\x2A\x03");
        assert!(base.constrains(&other(b"\x2A\x03")));
        assert!(!base.constrains(&other(b"\x2A\x04")));
        assert_eq!(is_within(&other(b"\x2A\x03"), &base, true), None);
    }

    #[test]
    fn an_excluded_ipv4_address_is_excluded_in_ipv6_too() {
        let within = |excluding| {
            let name = [&IPV4_MAPPED[..], &[10, 0, 0, 5]].concat();
            let base = [10, 0, 0, 0, 255, 0, 0, 0];
            let base = Ready::Other(GeneralName::Ip(&base));
            is_within(&Ready::Other(GeneralName::Ip(&name)), &base, excluding)
        };
        assert_eq!(within(true), Some(true));
        assert_eq!(within(false), Some(false));
    }

    #[test]
    fn addresses_of_one_family_only() {
        let net = [192, 0, 2, 0, 255, 255, 255, 0];
        assert!(address(&[192, 0, 2, 9], &net));
        assert!(!address(&[192, 0, 3, 9], &net));
        assert!(!address(&[0; 16], &net));
        assert!(address(&[0x20; 16], &[0; 32]));
    }
}
