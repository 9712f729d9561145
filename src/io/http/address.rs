//! Which addresses strangers may send us to.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Hosts and networks that are allowed although they are not public.
#[derive(Clone, Debug, Default)]
pub(super) struct Allowed {
    /// Names, in lower case.
    hosts: Vec<String>,
    /// Networks: an address and the bits of it that count.
    networks: Vec<(IpAddr, u8)>,
}

impl Allowed {
    /// Takes `HOST`, `ADDRESS` and `ADDRESS/BITS`; `None` where one of them is none of these.
    pub(super) fn new(items: &[String]) -> Option<Self> {
        let mut allowed = Self::default();
        for item in items {
            let (address, bits) = match item.split_once('/') {
                Some((address, bits)) => (address, Some(bits)),
                None => (item.as_str(), None),
            };
            let bare = address.trim_start_matches('[').trim_end_matches(']');
            match (bare.parse::<IpAddr>(), bits) {
                (Ok(address), bits) => {
                    let most = if address.is_ipv4() { 32 } else { 128 };
                    let bits = bits.map_or(Some(most), |bits| bits.parse().ok())?;
                    if bits > most {
                        return None;
                    }
                    allowed.networks.push((address, bits));
                }
                (Err(_), None) if is_name(item) => {
                    allowed.hosts.push(item.to_ascii_lowercase());
                }
                _ => return None,
            }
        }
        Some(allowed)
    }

    /// Whether a host by this name may stand for any address.
    pub(super) fn host(&self, name: &str) -> bool {
        self.hosts
            .iter()
            .any(|host| host.eq_ignore_ascii_case(name))
    }

    /// Whether an address may be connected to: it is public, or allowed.
    pub(super) fn address(&self, address: IpAddr) -> bool {
        is_public(address)
            || self
                .networks
                .iter()
                .any(|network| is_in(address, *network) || is_in(plain(address), *network))
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
}

fn is_in(address: IpAddr, (network, bits): (IpAddr, u8)) -> bool {
    let same = |a: u128, b: u128, width: u32| {
        let rest = width.saturating_sub(u32::from(bits));
        a.checked_shr(rest).unwrap_or(0) == b.checked_shr(rest).unwrap_or(0)
    };
    match (address, network) {
        (IpAddr::V4(a), IpAddr::V4(b)) => same(u32::from(a).into(), u32::from(b).into(), 32),
        (IpAddr::V6(a), IpAddr::V6(b)) => same(a.into(), b.into(), 128),
        _ => false,
    }
}

/// The IPv4 address that an IPv6 one stands for.
fn plain(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V6(v6) => v6.to_ipv4_mapped().map_or(address, IpAddr::V4),
        IpAddr::V4(_) => address,
    }
}

/// Whether an address is one of the public internet: in none of the ranges that the IANA registries of special-purpose addresses (RFC 6890)
/// keep for something else.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => is_public_v6(v6),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_multicast()
        || address.is_broadcast()
        || address.is_documentation()
        // "This network"; shared by carriers; protocol assignments; 6to4 relays; benchmarks; reserved.
        || a == 0
        || a == 100 && b & 0xC0 == 64
        || (a, b, c) == (192, 0, 0)
        || (a, b, c) == (192, 88, 99)
        || a == 198 && b & 0xFE == 18
        || a >= 240)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let s = address.segments();
    let v4 = |high: u16, low: u16| {
        let [a, b] = high.to_be_bytes();
        let [c, d] = low.to_be_bytes();
        Ipv4Addr::new(a, b, c, d)
    };
    // Addresses that a gateway turns into IPv4 ones: mapped, translated (RFC 6052), 6to4 (RFC 3056).
    if let Some(mapped) = address.to_ipv4_mapped() {
        return is_public_v4(mapped);
    }
    if s[..6] == [0x64, 0xFF9B, 0, 0, 0, 0] {
        return is_public_v4(v4(s[6], s[7]));
    }
    if s[0] == 0x2002 {
        return is_public_v4(v4(s[1], s[2]));
    }
    // Of the rest, only global unicast (2000::/3), without protocol assignments, documentation, benchmarks.
    s[0] & 0xE000 == 0x2000
        && !(s[0] == 0x2001 && s[1] < 0x0200)
        && !(s[0] == 0x2001 && s[1] == 0x0DB8)
        && !(s[0] == 0x3FFF && s[1] < 0x1000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn only_public_addresses_are_public_however_they_are_written() {
        for private in [
            "127.0.0.1",
            "127.9.9.9",
            "0.0.0.0",
            "10.1.2.3",
            "172.16.0.1",
            "172.31.255.255",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "192.0.0.8",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "240.0.0.1",
            "203.0.113.1",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a00:1",
            "64:ff9b:1::808:808",
            "2002:7f00:1::",
            "2002:c0a8:101::1",
            "2001::1",
            "2001:db8::1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "100::1",
        ] {
            assert!(!public(private), "{private}");
        }
        for open in [
            "8.8.8.8",
            "113.160.0.1",
            "172.32.0.1",
            "100.128.0.1",
            "2606:4700::1111",
            "2001:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2405:4800::1",
        ] {
            assert!(public(open), "{open}");
        }
    }

    #[test]
    fn hosts_and_networks_are_allowed_by_name_and_number() {
        let items = |all: &[&str]| all.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let allowed = Allowed::new(&items(&[
            "CA.Local",
            "10.0.0.0/8",
            "::1",
            "127.0.0.1",
            "fd00::/8",
        ]));
        let allowed = allowed.unwrap();
        assert!(allowed.host("ca.local") && !allowed.host("x.ca.local"));
        let is = |text: &str| allowed.address(text.parse().unwrap());
        assert!(is("10.255.0.1") && is("::1") && is("fd12::1") && is("8.8.8.8"));
        assert!(is("127.0.0.1") && is("::ffff:127.0.0.1") && is("::ffff:10.1.1.1"));
        assert!(!is("192.168.0.1") && !is("fe80::1"));
        assert!(
            Allowed::new(&items(&["0.0.0.0/0"]))
                .unwrap()
                .address("127.0.0.1".parse().unwrap())
        );
        for wrong in ["10.0.0.0/33", "10.0.0.0/x", "a/8", "", "http://a", "a b"] {
            assert!(Allowed::new(&items(&[wrong])).is_none(), "{wrong}");
        }
    }
}
