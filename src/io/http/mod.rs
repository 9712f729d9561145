//! The client that comes along: plain HTTP as PKI uses it, and HTTPS. It goes to public addresses only, unless the caller allows others.

mod address;
mod connect;
mod hosts;
mod mirror;
#[cfg(test)]
mod tests;

use self::{
    address::Allowed,
    connect::{ForProxy, Forbidden, Judge},
    hosts::{Closed, Hosts},
    mirror::{Place, folder_of, inside, read_file},
};
use crate::{
    error::{Error, ErrorKind, Result},
    net::{self, Fetch, FetchFailure, FetchKind, FetchRequest},
    options::Options,
    text::rules,
};
use std::{
    collections::HashMap,
    io::Read,
    sync::{
        Arc, Mutex, OnceLock, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
    time::{Duration, Instant},
};
use ureq::{
    Agent, Proxy,
    config::Config,
    http::{Uri, header},
    tls::{Certificate, RootCerts, TlsConfig, TlsProvider},
    unversioned::transport::{ConnectProxyConnector, Connector, RustlsConnector, TcpConnector},
};

/// Redirects that are followed for one request. A mirror and a move to https are two.
const MOST_REDIRECTS: usize = 3;

/// Requests at the same time for one batch.
const MOST_THREADS: usize = 8;

/// Until a connection stands. An address on another continent takes less than half a second; libcurl's patience is 300 s, a clerk's is not.
const CONNECT: Duration = Duration::from_secs(10);

/// Fetches by HTTP and HTTPS, as the settings `proxy`, `mirror` and `allow-host` say.
///
/// A folder may stand for the address of a mirror; with the setting `offline`, only such folders are asked.
///
/// Only public addresses are connected to, judged after the name was resolved and for each redirect anew. Behind a proxy it is the
/// proxy that resolves names; addresses that are written as numbers are judged all the same.
#[derive(Debug)]
pub struct HttpFetch {
    allowed: Arc<Allowed>,
    proxy: Option<Proxy>,
    mirrors: HashMap<String, String>,
    offline: bool,
    hosts: Hosts,
    plain: Agent,
    /// Made when it is needed: the certificates of the system take some milliseconds to read.
    secure: OnceLock<Agent>,
}

impl HttpFetch {
    /// A client with the settings `proxy`, `mirror` and `allow-host`.
    ///
    /// # Errors
    /// Of kind `Argument` when one of them is not what it should be.
    pub fn new(options: &Options) -> Result<Self> {
        let wrong = |name: &str, value: &str| {
            Error::new(ErrorKind::Argument, &rules::usage::ARGUMENT)
                .with(name)
                .with(value)
        };
        let allowed = Allowed::new(&options.allow_host)
            .ok_or_else(|| wrong("allow-host", &options.allow_host.join(" ")))?;
        let allowed = Arc::new(allowed);
        let proxy = match &options.proxy {
            Some(text) => {
                let proxy = text.starts_with("http://").then(|| Proxy::new(text).ok());
                Some(proxy.flatten().ok_or_else(|| wrong("proxy", text))?)
            }
            None => None,
        };
        let mut mirrors = HashMap::new();
        for text in &options.mirror {
            let (host, url) = text
                .split_once('=')
                .filter(|(host, url)| !host.is_empty() && !url.is_empty())
                .ok_or_else(|| wrong("mirror", text))?;
            mirrors.insert(host.to_ascii_lowercase(), url.to_owned());
        }
        let uri = proxy.as_ref().map(|proxy| proxy.uri().clone());
        let judge = Judge {
            allowed: Arc::clone(&allowed),
            proxy: uri,
            always_proxy: true,
        };
        let config = base().build();
        let plain = if proxy.is_some() {
            Agent::with_parts(
                config,
                ().chain(TcpConnector::default()).chain(ForProxy),
                judge,
            )
        } else {
            Agent::with_parts(config, ().chain(TcpConnector::default()), judge)
        };
        Ok(Self {
            allowed,
            proxy,
            mirrors,
            offline: options.offline,
            hosts: Hosts::default(),
            plain,
            secure: OnceLock::new(),
        })
    }

    /// The client for HTTPS, which trusts the authorities of the operating system.
    fn secure(&self) -> &Agent {
        self.secure.get_or_init(|| {
            let system = rustls_native_certs::load_native_certs().certs;
            let roots = system
                .iter()
                .map(|one| Certificate::from_der(one).to_owned());
            let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
            let tls = TlsConfig::builder()
                .provider(TlsProvider::Rustls)
                .unversioned_rustls_crypto_provider(provider)
                .root_certs(RootCerts::from(roots))
                .build();
            let config = base().tls_config(tls).proxy(self.proxy.clone()).build();
            let judge = Judge {
                allowed: Arc::clone(&self.allowed),
                proxy: self.proxy.as_ref().map(|proxy| proxy.uri().clone()),
                always_proxy: false,
            };
            let connector =
                ().chain(ConnectProxyConnector::default())
                    .chain(TcpConnector::default())
                    .chain(RustlsConnector::default());
            Agent::with_parts(config, connector, judge)
        })
    }

    /// One request, redirects included.
    fn one(&self, request: &FetchRequest, end: Instant) -> Answer {
        let mut url = request.url.clone();
        let mut body = request.body.as_ref();
        for _ in 0..=MOST_REDIRECTS {
            if let Some(mirror) = self.mirror(&url) {
                match mirror {
                    Place::File(path) => return read_file(&path, request.max_bytes),
                    Place::Url(at) => url = at,
                }
            }
            if self.offline {
                return Err(FetchFailure::Offline);
            }
            match self.exchange(&url, body, request, end)? {
                Exchange::Done(bytes) => return Ok(bytes),
                Exchange::Redirect { to, keeps_body } => {
                    url = absolute(&url, &to).ok_or(FetchFailure::Refused(to))?;
                    if !keeps_body {
                        body = None;
                    }
                }
            }
        }
        Err(FetchFailure::Unreachable("too many redirects".to_owned()))
    }

    /// Where a mirror has what stands at an address.
    fn mirror(&self, url: &str) -> Option<Place> {
        let uri: Uri = url.parse().ok()?;
        let authority = uri.authority()?;
        let host = authority.host().to_ascii_lowercase();
        let with_port = authority.as_str().to_ascii_lowercase();
        let mirror = self
            .mirrors
            .get(&with_port)
            .or_else(|| self.mirrors.get(&host))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str());
        if let Some(folder) = folder_of(mirror) {
            return Some(Place::File(inside(&folder, uri.path())));
        }
        Some(Place::Url(format!(
            "{}{path}",
            mirror.trim_end_matches('/')
        )))
    }

    fn exchange(
        &self,
        url: &str,
        body: Option<&(Vec<u8>, &'static str)>,
        request: &FetchRequest,
        end: Instant,
    ) -> std::result::Result<Exchange, FetchFailure> {
        let refused = || FetchFailure::Refused(url.to_owned());
        let uri: Uri = url.parse().map_err(|_| refused())?;
        let agent = match uri.scheme_str() {
            Some("http") => &self.plain,
            Some("https") => self.secure(),
            _ => return Err(refused()),
        };
        let host = uri
            .host()
            .filter(|host| !host.is_empty())
            .ok_or_else(refused)?;
        // What is written as a number is judged here as well: behind a proxy nobody resolves it.
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        if let Ok(address) = bare.parse()
            && !self.allowed.host(bare)
            && !self.allowed.address(address)
        {
            return Err(FetchFailure::Refused(bare.to_owned()));
        }
        // The mirror or proxy that hangs is the one that is left alone.
        let name = uri.authority().map_or(host, |authority| authority.as_str());
        let _turn = self.hosts.enter(name, end).map_err(|closed| match closed {
            Closed::Suspended => FetchFailure::Suspended,
            Closed::Deadline => FetchFailure::Deadline,
        })?;
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(FetchFailure::Deadline);
        }
        let outcome = self.send(agent, &uri, body, request, left);
        match &outcome {
            Ok(_) | Err(FetchFailure::Status(_) | FetchFailure::TooLarge(_)) => {
                self.hosts.note(name, true);
            }
            Err(FetchFailure::Refused(_)) => {}
            Err(_) => self.hosts.note(name, false),
        }
        outcome
    }

    fn send(
        &self,
        agent: &Agent,
        uri: &Uri,
        body: Option<&(Vec<u8>, &'static str)>,
        request: &FetchRequest,
        left: Duration,
    ) -> std::result::Result<Exchange, FetchFailure> {
        let accept = match request.kind {
            FetchKind::Ocsp => "application/ocsp-response",
            FetchKind::Crl | FetchKind::Certificates => "*/*",
        };
        let connect = Some(CONNECT.min(left));
        // Only plain HTTP: a tunnel brings its own.
        let secret = self
            .proxy
            .as_ref()
            .filter(|_| uri.scheme_str() == Some("http"));
        let secret = secret.and_then(basic);
        let answer = match body {
            None => {
                let mut call = agent.get(uri).header(header::ACCEPT, accept);
                if let Some(secret) = secret {
                    call = call.header(header::PROXY_AUTHORIZATION, secret);
                }
                let call = call
                    .config()
                    .timeout_global(Some(left))
                    .timeout_connect(connect);
                call.build().call()
            }
            Some((bytes, kind)) => {
                let mut call = agent.post(uri).header(header::ACCEPT, accept);
                if let Some(secret) = secret {
                    call = call.header(header::PROXY_AUTHORIZATION, secret);
                }
                let call = call.header(header::CONTENT_TYPE, *kind);
                let call = call
                    .config()
                    .timeout_global(Some(left))
                    .timeout_connect(connect);
                call.build().send(bytes.as_slice())
            }
        };
        let mut answer = answer.map_err(failure)?;
        let status = answer.status().as_u16();
        if matches!(status, 301 | 302 | 303 | 307 | 308) {
            let to = answer.headers().get(header::LOCATION);
            let to = to.and_then(|to| to.to_str().ok());
            return Ok(Exchange::Redirect {
                to: to.ok_or(FetchFailure::Status(status))?.to_owned(),
                keeps_body: matches!(status, 307 | 308),
            });
        }
        if status != 200 {
            return Err(FetchFailure::Status(status));
        }
        let most = request.max_bytes;
        if answer
            .body()
            .content_length()
            .is_some_and(|length| length > most)
        {
            return Err(FetchFailure::TooLarge(most));
        }
        let mut bytes = Vec::new();
        let reader = answer.body_mut().as_reader();
        reader
            .take(most.saturating_add(1))
            .read_to_end(&mut bytes)
            .map_err(|cause| failure(ureq::Error::from(cause)))?;
        if bytes.len() as u64 > most {
            return Err(FetchFailure::TooLarge(most));
        }
        Ok(Exchange::Done(bytes))
    }
}

impl Fetch for HttpFetch {
    fn is_local(&self) -> bool {
        self.offline
    }

    fn fetch(&self, batch: &[FetchRequest]) -> Vec<Answer> {
        let started = Instant::now();
        let answer = |request: &FetchRequest| {
            // Centuries are no deadline.
            let timeout = request.timeout.min(Duration::from_secs(86_400));
            self.one(request, started.checked_add(timeout).unwrap_or(started))
        };
        if let [one] = batch {
            return vec![answer(one)];
        }
        let next = AtomicUsize::new(0);
        let answers: Vec<Mutex<Option<Answer>>> = batch.iter().map(|_| Mutex::default()).collect();
        thread::scope(|scope| {
            for _ in 0..batch.len().min(MOST_THREADS) {
                scope.spawn(|| {
                    loop {
                        let place = next.fetch_add(1, Ordering::Relaxed);
                        let (Some(request), Some(slot)) = (batch.get(place), answers.get(place))
                        else {
                            break;
                        };
                        let answer = answer(request);
                        *slot.lock().unwrap_or_else(PoisonError::into_inner) = Some(answer);
                    }
                });
            }
        });
        let answers = answers.into_iter().map(|slot| {
            let answer = slot.into_inner().unwrap_or_else(PoisonError::into_inner);
            answer.unwrap_or(Err(FetchFailure::Deadline))
        });
        answers.collect()
    }
}

type Answer = std::result::Result<Vec<u8>, FetchFailure>;

/// What came of one exchange.
enum Exchange {
    Done(Vec<u8>),
    Redirect { to: String, keeps_body: bool },
}

/// What both clients share. Redirects are followed here, each judged; nothing is asked of the environment, and no connection is used twice.
fn base() -> ureq::config::ConfigBuilder<ureq::typestate::AgentScope> {
    Config::builder()
        .proxy(None)
        .max_redirects(0)
        .http_status_as_error(false)
        .max_idle_connections(0)
        .max_idle_connections_per_host(0)
        .user_agent(concat!("kyso/", env!("CARGO_PKG_VERSION")))
}

fn failure(error: ureq::Error) -> FetchFailure {
    match error {
        ureq::Error::Timeout(ureq::Timeout::Connect) => {
            FetchFailure::Unreachable("no connection in time".to_owned())
        }
        ureq::Error::Timeout(_) => FetchFailure::Deadline,
        ureq::Error::StatusCode(status) => FetchFailure::Status(status),
        ureq::Error::Other(cause) if cause.is::<Forbidden>() => {
            FetchFailure::Refused(cause.to_string())
        }
        other => FetchFailure::Unreachable(other.to_string()),
    }
}

/// Name and password of a proxy.
fn basic(proxy: &Proxy) -> Option<String> {
    let (name, word) = (proxy.username()?, proxy.password().unwrap_or_default());
    let pair = format!("{name}:{word}");
    Some(format!("Basic {}", net::base64(pair.as_bytes())))
}

/// The address that a redirect means. Only http and https are ever followed, by what asks for the new one.
fn absolute(from: &str, to: &str) -> Option<String> {
    if to.contains("://") {
        return Some(to.to_owned());
    }
    let uri: Uri = from.parse().ok()?;
    let origin = format!("{}://{}", uri.scheme_str()?, uri.authority()?);
    if let Some(rest) = to.strip_prefix("//") {
        return Some(format!("{}://{rest}", uri.scheme_str()?));
    }
    if to.starts_with('/') {
        return Some(format!("{origin}{to}"));
    }
    let folder = uri.path().rsplit_once('/').map_or("", |(folder, _)| folder);
    // Anything with a scheme but no authority (file:, data:) is none of ours.
    let relative = !to
        .split(['/', '?'])
        .next()
        .unwrap_or_default()
        .contains(':');
    relative.then(|| format!("{origin}{folder}/{to}"))
}
