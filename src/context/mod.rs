//! What calls share: anchors, certificates, CRLs, settings. Immutable.

mod material;

use std::{
    fmt,
    ops::ControlFlow,
    sync::Arc,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

pub use material::{Material, MaterialFile};

use crate::{
    crypto::{self, Provider},
    error::{Error, ErrorKind, Result},
    evidence::{self, Gathered},
    layout::Assets,
    limits::DEFAULT_DEADLINE_SECONDS,
    net::{Fetch, Shelf},
    options::{NonceMode, Options, RevocationMode},
    pdf::encryption::Password,
    pki::{Store, path::Demands, revocation},
    progress::{Callback, Progress, Watch},
    source::References,
    text::rules,
    time::Time,
    x509::{Certificate, Certificates},
    xmldsig::check::Signer,
};

/// What calls share. Built once, never changed, used by any number of threads; cheap to clone.
#[derive(Clone)]
pub struct Context {
    /// All in one: each call takes its share of the context, and threads would meet at every counter there is.
    parts: Arc<Parts>,
    /// When the fetching of the call that is under way has to end.
    deadline: Option<Instant>,
}

/// It begins a cache line, so that the counter of its [`Arc`] stands in another: each call counts.
#[derive(Clone)]
#[repr(align(64))]
struct Parts {
    options: Arc<Options>,
    shared: Arc<Shared>,
    progress: Option<Callback>,
    password: Option<Arc<Password>>,
    assets: Assets,
    references: Option<Arc<dyn References>>,
    network: Arc<Network>,
}

/// Who fetches, and what was fetched. Shared by all contexts that were made out of one with the same fetcher.
#[derive(Default)]
struct Network {
    fetch: Option<Arc<dyn Fetch>>,
    shelf: Option<Arc<dyn Shelf>>,
    cache: evidence::Cache,
}

/// What stays when only the settings change.
struct Shared {
    provider: &'static dyn Provider,
    store: Store,
    certificates: Certificates,
    signers: Vec<Signer>,
}

impl Context {
    /// Takes the settings and the trust material, which it parses.
    ///
    /// The paths in `options.trust` and its like are not opened here: see [`load_context`](crate::load_context).
    ///
    /// # Errors
    /// Of kind `Argument` when an item of the material is not what it should be; the text names the item.
    pub fn new(options: Options, material: Material) -> Result<Self> {
        Self::with_provider(options, material, crypto::default_provider()?)
    }

    /// The same with a cryptographic library of the caller's choice.
    pub(crate) fn with_provider(
        options: Options,
        material: Material,
        provider: &'static dyn Provider,
    ) -> Result<Self> {
        let certificates = Certificates::default();
        let store = Store::new(
            material::certificates(&material.anchors, provider, &certificates)?,
            material::certificates(&material.intermediates, provider, &certificates)?,
            material::crls(material.crls)?,
        )
        .with_ocsps(material::ocsps(&material.ocsps, provider)?)
        .with_algorithms(material::algorithms(material.policy.as_ref())?);
        let signers = material::signers(&material.signers, provider, &certificates)?;
        let shared = Arc::new(Shared {
            signers,
            provider,
            store,
            certificates,
        });
        let parts = Parts {
            options: Arc::new(options),
            shared,
            progress: None,
            password: None,
            assets: Assets::new(),
            references: None,
            network: Arc::default(),
        };
        Ok(Self {
            parts: Arc::new(parts),
            deadline: None,
        })
    }

    /// The same, changed.
    fn with(&self, change: impl FnOnce(&mut Parts)) -> Self {
        let mut changed = self.clone();
        change(Arc::make_mut(&mut changed.parts));
        changed
    }

    /// The same trust material with other settings.
    #[must_use]
    pub fn with_options(&self, options: Options) -> Self {
        self.with(|parts| parts.options = Arc::new(options))
    }

    /// The same, but its calls tell `callback` how far they are, and end with the error `cancelled` once it breaks.
    ///
    /// It is called by the thread that works: at the start and end of each stage, in between about once a MiB, and
    /// before each use of a private key. It should be quick, and may be called by several threads at the same time if
    /// the context is used so. A call that was cancelled leaves no output behind; a check gives a report with the
    /// verdict `unreadable`.
    #[must_use]
    pub fn with_progress(
        &self,
        callback: Arc<dyn Fn(Progress) -> ControlFlow<()> + Send + Sync>,
    ) -> Self {
        self.with(|parts| parts.progress = Some(callback))
    }

    /// The same, with the password of encrypted documents: the user's or the owner's.
    ///
    /// Documents that are not encrypted open all the same. It is wiped from memory with the last context that holds it.
    #[must_use]
    pub fn with_password(&self, password: &str) -> Self {
        self.with(|parts| parts.password = Some(Arc::new(Password::new(password))))
    }

    /// The same, but its checks fetch what certificates name and is not at hand: issuers, CRLs, OCSP responses. Without this they fetch
    /// nothing. [`HttpFetch`](crate::HttpFetch) comes along; a host with a network of its own may bring another.
    ///
    /// What was fetched is kept for all contexts that are made out of this one, in any thread, within bounds, and is judged each
    /// time anew. Nothing is fetched where the settings say `offline`. Signing fetches nothing.
    #[must_use]
    pub fn with_fetch(&self, fetch: Arc<dyn Fetch>) -> Self {
        let shelf = self.parts.network.shelf.clone();
        self.with_network(Some(fetch), shelf)
    }

    /// The same, but what is fetched outlives the process.
    pub(crate) fn with_shelf(&self, shelf: Arc<dyn Shelf>) -> Self {
        let fetch = self.parts.network.fetch.clone();
        self.with_network(fetch, Some(shelf))
    }

    fn with_network(&self, fetch: Option<Arc<dyn Fetch>>, shelf: Option<Arc<dyn Shelf>>) -> Self {
        let network = Network {
            fetch,
            shelf,
            cache: evidence::Cache::default(),
        };
        self.with(|parts| parts.network = Arc::new(network))
    }

    /// The same for one call, whose time to fetch begins now, unless it is part of a call that has begun.
    pub(crate) fn begin(&self) -> Self {
        Self {
            deadline: self.end(),
            ..self.clone()
        }
    }

    /// When the fetching of a call has to end that began now, if not before.
    fn end(&self) -> Option<Instant> {
        let seconds = self.options().deadline.unwrap_or(DEFAULT_DEADLINE_SECONDS);
        // Options refuse what is no number of seconds; whoever makes them by hand gets none.
        let time = Duration::try_from_secs_f64(seconds).unwrap_or(Duration::ZERO);
        self.deadline.or_else(|| Instant::now().checked_add(time))
    }

    /// The same with other pictures and fonts for what signatures show.
    #[must_use]
    pub fn with_assets(&self, assets: Assets) -> Self {
        self.with(|parts| parts.assets = assets)
    }

    /// The same, with what references of XML signatures may name outside their document.
    #[must_use]
    pub fn with_references(&self, references: Arc<dyn References>) -> Self {
        self.with(|parts| parts.references = Some(references))
    }

    /// The same trust material; of the settings, those that a JSON object of `kyso.options/1` names are replaced.
    ///
    /// # Errors
    /// Of kind `Argument` when it is no such object, or names trust material, which a context cannot change.
    pub fn with_json(&self, json: &str) -> Result<Self> {
        if json.is_empty() {
            return Ok(self.clone());
        }
        let mut options = Options::from_json(json)?;
        let names_files = [
            &options.images,
            &options.image,
            &options.font,
            &options.font_italic,
            &options.policy_file,
            &options.reference_folder,
            &options.cache,
            &options.proxy,
        ];
        let material = [
            &options.trust,
            &options.intermediate,
            &options.crl,
            &options.ocsp,
            &options.signer,
            &options.mirror,
            &options.allow_host,
        ];
        if material.iter().any(|paths| !paths.is_empty())
            || names_files.iter().any(|name| name.is_some())
            || !options.cid.is_empty()
        {
            return Err(Error::new(ErrorKind::Argument, &rules::usage::ARGUMENT)
                .with(
                    "trust, intermediate, crl, ocsp, signer, policy-file, images, image, font, font-italic, reference-folder, cid, cache, proxy, mirror, allow-host",
                )
                .with("belong to the context"));
        }
        options = self.parts.options.overlaid(json)?;
        Ok(self.with_options(options))
    }

    /// The same, telling nobody.
    pub(crate) fn without_progress(&self) -> Self {
        self.with(|parts| parts.progress = None)
    }

    /// The settings.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.parts.options
    }

    /// The time of judgement or signing: `at` of the settings, else the clock.
    #[must_use]
    pub fn now(&self) -> Time {
        self.parts.options.at.unwrap_or_else(clock)
    }

    /// The watch over one call.
    pub(crate) fn watch(&self) -> Watch {
        Watch::new(self.parts.progress.as_ref())
    }

    /// The password of encrypted documents.
    pub(crate) fn password(&self) -> Option<&Password> {
        self.parts.password.as_deref()
    }

    /// Pictures and fonts.
    pub(crate) fn assets(&self) -> &Assets {
        &self.parts.assets
    }

    /// What references may name outside their document.
    pub(crate) fn references(&self) -> Option<&dyn References> {
        self.parts.references.as_deref()
    }

    /// The cryptographic library.
    pub(crate) fn provider(&self) -> &dyn Provider {
        self.parts.shared.provider
    }

    /// Certificates that were parsed before.
    pub(crate) fn certificates(&self) -> &Certificates {
        &self.parts.shared.certificates
    }

    /// Path and, unless the settings say that nobody cares, revocation of a certificate as of `at`. `held` came with what is checked. What is
    /// missing is fetched where the context has something to fetch with.
    pub(crate) fn gather(
        &self,
        leaf: &Arc<Certificate>,
        held: &revocation::Held,
        at: Time,
        demands: &Demands,
    ) -> Gathered {
        let policy = revocation::Policy {
            max_age: self.parts.options.revocation_max_age,
            ..revocation::Policy::default()
        };
        let clock = clock();
        let query = evidence::Query {
            leaf,
            held,
            store: self.store(),
            provider: self.provider(),
            demands,
            revocation: (self.parts.options.revocation != RevocationMode::Ignore)
                .then_some(&policy),
            at,
            // Evidence that was made later than the time that is asked for is welcome.
            now: clock.max(at),
        };
        let network = &self.parts.network;
        if network.fetch.is_none() && network.shelf.is_none() {
            return evidence::gather(&query, None);
        }
        let end = self.end();
        let left = || {
            end.map_or(Duration::ZERO, |end| {
                end.saturating_duration_since(Instant::now())
            })
        };
        let services = evidence::Services {
            fetch: network
                .fetch
                .as_deref()
                .filter(|fetch| !self.parts.options.offline || fetch.is_local()),
            offline: self.parts.options.offline,
            cache: &network.cache,
            shelf: network.shelf.as_deref(),
            certificates: self.certificates(),
            nonce: match self.parts.options.ocsp_nonce {
                NonceMode::IfPresent => revocation::Nonce::IfPresent,
                NonceMode::Require => revocation::Nonce::Require,
                NonceMode::Ignore => revocation::Nonce::Ignore,
            },
            clock: clock.unix(),
            left: &left,
        };
        evidence::gather(&query, Some(&services))
    }

    /// Who signed, where a signature does not say so itself.
    pub(crate) fn signers(&self) -> &[Signer] {
        &self.parts.shared.signers
    }

    /// Anchors, certificates, CRLs.
    pub(crate) fn store(&self) -> &Store {
        &self.parts.shared.store
    }
}

impl fmt::Debug for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Context")
            .field("options", &self.parts.options)
            .finish_non_exhaustive()
    }
}

/// The clock of the machine, cut to seconds. A clock before 1970 reads as 1970: every certificate is then not yet valid.
fn clock() -> Time {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).ok();
    seconds.and_then(Time::from_unix).unwrap_or(Time::EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shared_between_threads<T: Send + Sync + 'static>() {}

    #[test]
    fn a_context_may_be_shared_and_takes_its_time_from_the_settings_or_the_clock() {
        shared_between_threads::<Context>();
        let context = Context::new(Options::default(), Material::default()).unwrap();
        assert!(context.now() > Time::from_rfc3339("2025-01-01T00:00:00Z").unwrap());
        let at = Time::from_rfc3339("2026-03-05T02:30:15Z").unwrap();
        let options = Options {
            at: Some(at),
            ..Options::default()
        };
        assert_eq!(context.with_options(options).now(), at);
    }

    #[test]
    fn settings_of_one_call_replace_what_they_name() {
        let options = Options::from_json(r#"{"number": "1", "reason": "old"}"#).unwrap();
        let context = Context::new(options, Material::default()).unwrap();
        let other = context
            .with_json(r#"{"reason": "new", "force": true}"#)
            .unwrap();
        assert_eq!(other.options().number.as_deref(), Some("1"));
        assert_eq!(other.options().reason.as_deref(), Some("new"));
        assert!(other.options().force && !context.options().force);
        assert_eq!(context.with_json("").unwrap().options(), context.options());
        for bad in [
            r#"{"trust": ["a"]}"#,
            r#"{"image": "a.png"}"#,
            r#"{"x": 1}"#,
            "[]",
            "{",
        ] {
            assert_eq!(
                context.with_json(bad).unwrap_err().kind(),
                ErrorKind::Argument
            );
        }
    }
}
