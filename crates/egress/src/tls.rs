//! TLS client configurations derived from the trust settings.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::sign::SingleCertAndKey;
use rustls::version::{TLS12, TLS13};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion};
use tokio::sync::OnceCell;

use super::failure::DialError;
use super::lenient::Lenient;
use super::listed::Lists;
use super::pattern::{HostPattern, Pattern};
use super::pins::Stricter;
use super::recorder::Recorder;
use super::roots::SystemRoots;
use super::target::Target;
use super::trust::{TlsVersion, Trust, TrustSettings, Verification};
use crate::InvalidSetting;

/// HTTP/2, then HTTP/1.1.
const WEB: [&[u8]; 2] = [b"h2", b"http/1.1"];

const SINCE_1_2: [&SupportedProtocolVersion; 2] = [&TLS13, &TLS12];
const SINCE_1_3: [&SupportedProtocolVersion; 1] = [&TLS13];

impl Trust {
    /// Builds the configuration; `system` are the system's authorities.
    fn way(&self, system: &[CertificateDer<'static>], alpn: &[&[u8]]) -> Result<Way, String> {
        let provider = Arc::new(ring::default_provider());
        let mut verifier: Arc<dyn ServerCertVerifier> = match self.verification {
            Verification::Full => self.verifier(system, &provider)?,
            Verification::Certificate => {
                Arc::new(Lenient::on_the_name(self.verifier(system, &provider)?, &provider))
            }
            Verification::None => Arc::new(Lenient::on_everything(&provider)),
        };
        let lists = match self.verification {
            Verification::None => Lists::default(),
            _ => Lists::of(&self.crls),
        };
        let has_lists = !lists.is_empty();
        if has_lists || !self.pins.is_empty() {
            verifier = Arc::new(Stricter { verifier, pins: self.pins.clone(), lists });
        }
        let versions: &[&SupportedProtocolVersion] = match self.min_version {
            TlsVersion::V1_2 => &SINCE_1_2,
            TlsVersion::V1_3 => &SINCE_1_3,
        };
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(versions)
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&verifier));
        let mut config = match &self.client {
            Some(own) => {
                builder.with_client_cert_resolver(Arc::new(SingleCertAndKey::from(Arc::clone(own))))
            }
            None => builder.with_no_client_auth(),
        };
        config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
        if has_lists {
            // The certificate of a resumed session is not looked up again, and its list may have
            // expired since.
            config.resumption = Resumption::disabled();
        }
        Ok(Way { config: Arc::new(config), verifier })
    }

    /// Verifies by itself, on every system: no list, certificate or status is fetched, which would
    /// reach addresses that a server chose.
    fn verifier(
        &self,
        system: &[CertificateDer<'static>],
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<WebPkiServerVerifier>, String> {
        let mut roots = RootCertStore::empty();
        // A system's store may hold certificates that webpki can't read.
        roots.add_parsable_certificates(system.iter().cloned());
        for authority in &self.authorities {
            roots.add(authority.clone()).map_err(|error| error.to_string())?;
        }
        WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider))
            .with_crls(self.crls.iter().cloned())
            .allow_unknown_revocation_status()
            .enforce_revocation_expiration()
            .build()
            .map_err(|error| error.to_string())
    }

    /// Whether the system's authorities are needed.
    fn needs_system(&self) -> bool {
        self.platform_roots && self.verification != Verification::None
    }
}

/// A client configuration and its certificate verifier.
#[derive(Clone, Debug)]
struct Way {
    config: Arc<ClientConfig>,
    verifier: Arc<dyn ServerCertVerifier>,
}

/// A configuration that is built when it is first needed.
#[derive(Debug)]
struct Lazy {
    trust: Trust,
    alpn: &'static [&'static [u8]],
    built: OnceCell<Way>,
}

impl Lazy {
    /// What needs no authorities of the system is built at once, and so is known to be right.
    fn new(trust: Trust, alpn: &'static [&'static [u8]]) -> Result<Self, InvalidSetting> {
        let built = match trust.needs_system() {
            true => OnceCell::new(),
            false => OnceCell::new_with(Some(trust.way(&[], alpn).map_err(unusable)?)),
        };
        Ok(Self { trust, alpn, built })
    }

    async fn way(&self, system: &SystemRoots) -> Result<&Way, DialError> {
        let build = || async {
            // An operator's own authorities are enough where a system has none.
            let found = match system.get().await {
                Err(error) if self.trust.authorities.is_empty() => return Err(error),
                found => found.unwrap_or_default(),
            };
            let unusable = |reason| DialError::NoAuthorities { variable: None, reason };
            self.trust.way(found, self.alpn).map_err(unusable)
        };
        self.built.get_or_try_init(build).await
    }
}

fn unusable(problem: String) -> InvalidSetting {
    InvalidSetting {
        setting: "ca_pem",
        value: "(certificates)".to_owned(),
        problem: format!(
            "{problem}; https needs authorities to trust: the system's or some in PEM"
        ),
    }
}

/// The client configurations: a default, and one for each host with its own settings.
#[derive(Debug)]
pub(crate) struct Tls {
    common: Lazy,
    own: Vec<(Pattern, Lazy)>,
    proxy: Lazy,
    system: SystemRoots,
}

impl Tls {
    pub(crate) fn new(settings: &TrustSettings) -> Result<Self, InvalidSetting> {
        let own = settings.own()?.into_iter();
        let own = own.map(|(pattern, trust)| Ok((pattern, Lazy::new(trust, &WEB)?)));
        Ok(Self {
            common: Lazy::new(settings.common()?, &WEB)?,
            own: own.collect::<Result<_, InvalidSetting>>()?,
            proxy: Lazy::new(settings.common()?, &[])?,
            system: settings.system.clone(),
        })
    }

    pub(crate) async fn config(&self, target: &Target) -> Result<Arc<ClientConfig>, DialError> {
        Ok(Arc::clone(&self.way(target).await?.config))
    }

    /// Returns a configuration with the same trust for a single probe: it records the certificates
    /// that the server presents, verified or not, and uses HTTP/1.1.
    pub(crate) async fn recording(
        &self,
        target: &Target,
    ) -> Result<(Arc<ClientConfig>, Arc<Recorder>), DialError> {
        let way = self.way(target).await?;
        let recorder = Arc::new(Recorder::of(Arc::clone(&way.verifier)));
        let mut config = ClientConfig::clone(&way.config);
        // A resumed session would not present certificates.
        config.resumption = Resumption::disabled();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let verifier: Arc<dyn ServerCertVerifier> = recorder.clone();
        config.dangerous().set_certificate_verifier(verifier);
        Ok((Arc::new(config), recorder))
    }

    /// The configuration for connecting to a proxy: HTTP/1.1 without ALPN.
    pub(crate) async fn proxy(&self) -> Result<Arc<ClientConfig>, DialError> {
        Ok(Arc::clone(&self.proxy.way(&self.system).await?.config))
    }

    /// The settings of the narrowest entry that matches hold alone, wherever it stands.
    async fn way(&self, target: &Target) -> Result<&Way, DialError> {
        let own = self.own.iter().filter(|(pattern, _)| pattern.matches(target));
        let own = own.max_by_key(|(pattern, _)| narrowness(&pattern.host));
        own.map_or(&self.common, |(_, own)| own).way(&self.system).await
    }
}

/// Of two patterns that match a host, the narrower one has the greater number.
fn narrowness(host: &HostPattern) -> usize {
    match host {
        HostPattern::Any => 0,
        HostPattern::Under(suffix) => suffix.len(),
        HostPattern::Exactly(_) => usize::MAX,
    }
}
