//! Names become addresses here, once; the connection goes to exactly these, so what was judged is what is spoken to.

use std::{fmt, io, net::SocketAddr, sync::Arc};

use ureq::{
    Error,
    config::Config,
    http::Uri,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{Buffers, ConnectionDetails, Connector, NextTimeout, Transport},
    },
};

use super::address::Allowed;

/// Finds addresses, and leaves out those that are not allowed.
#[derive(Debug)]
pub(super) struct Judge {
    pub(super) allowed: Arc<Allowed>,
    /// The proxy, which the caller has chosen and which may stand anywhere.
    pub(super) proxy: Option<Uri>,
    /// All connections go to the proxy, as for plain HTTP. For HTTPS, ureq asks for its address by itself.
    pub(super) always_proxy: bool,
}

/// No address of a host may be connected to.
#[derive(Debug)]
pub(super) struct Forbidden(pub(super) String);

impl fmt::Display for Forbidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Forbidden {}

impl Resolver for Judge {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        let resolver = DefaultResolver::default();
        if let Some(proxy) = &self.proxy
            && (self.always_proxy || uri.authority() == proxy.authority())
        {
            return resolver.resolve(proxy, config, timeout);
        }
        let found = resolver.resolve(uri, config, timeout)?;
        let host = uri.host().unwrap_or_default();
        let by_name = self
            .allowed
            .host(host.trim_start_matches('[').trim_end_matches(']'));
        let mut allowed = self.empty();
        let mut refused: Option<SocketAddr> = None;
        for address in &found {
            if by_name || self.allowed.address(address.ip()) {
                allowed.push(*address);
            } else {
                refused = Some(*address);
            }
        }
        match refused {
            Some(refused) if allowed.is_empty() => {
                Err(Error::Other(Box::new(Forbidden(refused.ip().to_string()))))
            }
            _ => Ok(allowed),
        }
    }
}

/// Writes requests the way a proxy of plain HTTP wants them (RFC 7230 clause 5.3.2). ureq would tunnel, which proxies allow for HTTPS alone.
#[derive(Debug)]
pub(super) struct ForProxy;

impl<In: Transport> Connector<In> for ForProxy {
    type Out = AbsoluteForm<In>;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<In>,
    ) -> Result<Option<Self::Out>, Error> {
        let authority = details.uri.authority();
        Ok(chained.map(|inner| AbsoluteForm {
            inner,
            origin: authority.map(|authority| format!("http://{authority}")),
        }))
    }
}

#[derive(Debug)]
pub(super) struct AbsoluteForm<T> {
    inner: T,
    /// What the first request line still lacks. No connection is used twice.
    origin: Option<String>,
}

impl<T: Transport> Transport for AbsoluteForm<T> {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        let Some(origin) = self.origin.take() else {
            return self.inner.transmit_output(amount, timeout);
        };
        let output = self.inner.buffers().output();
        let longer = absolute(output.get(..amount).unwrap_or_default(), &origin);
        let longer = longer.filter(|longer| longer.len() <= output.len());
        let (Some(longer), output) = (longer, output) else {
            let cause = io::Error::other("the request does not fit");
            return Err(Error::Io(cause));
        };
        if let Some(place) = output.get_mut(..longer.len()) {
            place.copy_from_slice(&longer);
        }
        self.inner.transmit_output(longer.len(), timeout)
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        self.inner.is_open()
    }
}

/// The request with the whole address in its first line.
fn absolute(request: &[u8], origin: &str) -> Option<Vec<u8>> {
    let space = request.iter().position(|octet| *octet == b' ')?;
    let (method, path) = request.split_at_checked(space.checked_add(1)?)?;
    Some([method, origin.as_bytes(), path].concat())
}

#[cfg(test)]
mod tests {
    use super::absolute;

    #[test]
    fn a_proxy_is_told_the_whole_address() {
        let told = absolute(b"GET /a.crl HTTP/1.1\r\nHost: ca\r\n", "http://ca:80").unwrap();
        assert!(told.starts_with(b"GET http://ca:80/a.crl HTTP/1.1\r\n"));
        assert!(absolute(b"GET", "http://ca").is_none());
    }
}
