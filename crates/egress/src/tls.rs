//! TLS client configurations derived from the trust settings.

use std::sync::Arc;

use rustls::client::danger::ServerCertVerifier;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

use super::lenient::Lenient;
use super::pattern::Pattern;
use super::probe::Recorder;
use super::target::Target;
use super::trust::{Trust, TrustSettings, Verification};
use crate::InvalidSetting;

impl Trust {
    fn way(&self) -> Result<Way, InvalidSetting> {
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self.verification {
            Verification::Full => self.verifier(&provider)?,
            Verification::Certificate => {
                Arc::new(Lenient::on_the_name(self.verifier(&provider)?, &provider))
            }
            Verification::None => Arc::new(Lenient::on_everything(&provider)),
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(Arc::clone(&verifier))
            .with_no_client_auth();
        Ok(Way { config: Arc::new(config), verifier })
    }

    fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Arc<dyn ServerCertVerifier>, InvalidSetting> {
        if self.platform_roots {
            let authorities = self.authorities.iter().cloned();
            let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(
                authorities,
                Arc::clone(provider),
            );
            return Ok(Arc::new(verifier.map_err(unusable)?));
        }
        let mut roots = RootCertStore::empty();
        for authority in &self.authorities {
            roots.add(authority.clone()).map_err(unusable)?;
        }
        let verifier =
            WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        Ok(verifier.build().map_err(unusable)?)
    }
}

fn unusable(error: impl std::fmt::Display) -> InvalidSetting {
    InvalidSetting {
        setting: "ca_pem",
        value: "(certificates)".to_owned(),
        problem: format!(
            "{error}; https needs authorities to trust: the platform's or some in PEM"
        ),
    }
}

/// A client configuration and its certificate verifier.
#[derive(Clone, Debug)]
struct Way {
    config: Arc<ClientConfig>,
    verifier: Arc<dyn ServerCertVerifier>,
}

/// The client configurations: a default, and one for each host with its own settings.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    common: Way,
    own: Vec<(Pattern, Way)>,
    proxy: Arc<ClientConfig>,
}

impl Tls {
    pub(crate) fn new(settings: &TrustSettings) -> Result<Self, InvalidSetting> {
        let common = settings.common()?.way()?;
        let proxy = Arc::clone(&common.config);
        let mut own = Vec::new();
        for (pattern, trust) in settings.own()? {
            own.push((pattern, trust.way()?.web()));
        }
        Ok(Self { common: common.web(), own, proxy })
    }

    pub(crate) fn config(&self, target: &Target) -> &Arc<ClientConfig> {
        &self.way(target).config
    }

    /// Returns a configuration with the same trust for a single probe: it records the certificates
    /// that the server presents, verified or not, and uses HTTP/1.1.
    pub(crate) fn recording(&self, target: &Target) -> (Arc<ClientConfig>, Arc<Recorder>) {
        let way = self.way(target);
        let recorder = Arc::new(Recorder::of(Arc::clone(&way.verifier)));
        let mut config = ClientConfig::clone(&way.config);
        // A resumed session would not present certificates.
        config.resumption = Resumption::disabled();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        let verifier: Arc<dyn ServerCertVerifier> = recorder.clone();
        config.dangerous().set_certificate_verifier(verifier);
        (Arc::new(config), recorder)
    }

    /// The configuration for connecting to a proxy: HTTP/1.1 without ALPN.
    pub(crate) fn proxy(&self) -> &Arc<ClientConfig> {
        &self.proxy
    }

    fn way(&self, target: &Target) -> &Way {
        self.own
            .iter()
            .find(|(pattern, _)| pattern.matches(target))
            .map_or(&self.common, |(_, way)| way)
    }
}

impl Way {
    /// Offers HTTP/2, then HTTP/1.1, by ALPN.
    fn web(mut self) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        self.config = Arc::new(config);
        self
    }
}
