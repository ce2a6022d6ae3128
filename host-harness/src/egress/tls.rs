//! TLS: the client configurations that follow from whom to trust.

use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier;
use rustls::crypto::{CryptoProvider, ring};
use rustls::{ClientConfig, RootCertStore};

use super::lenient::Lenient;
use super::pattern::Pattern;
use super::target::Target;
use super::trust::{Trust, TrustSettings, Verification};
use crate::HostError;

impl Trust {
    fn config(&self) -> Result<ClientConfig, HostError> {
        let provider = Arc::new(ring::default_provider());
        let verifier: Arc<dyn ServerCertVerifier> = match self.verification {
            Verification::Full => self.verifier(&provider)?,
            Verification::Certificate => Arc::new(Lenient::on_the_name(self.verifier(&provider)?, &provider)),
            Verification::None => Arc::new(Lenient::on_everything(&provider)),
        };
        let config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .dangerous()
            .with_custom_certificate_verifier(verifier)
            .with_no_client_auth();
        Ok(config)
    }

    fn verifier(&self, provider: &Arc<CryptoProvider>) -> Result<Arc<dyn ServerCertVerifier>, HostError> {
        if self.platform_roots {
            let authorities = self.authorities.iter().cloned();
            let verifier = rustls_platform_verifier::Verifier::new_with_extra_roots(authorities, Arc::clone(provider));
            return Ok(Arc::new(verifier.map_err(unusable)?));
        }
        let mut roots = RootCertStore::empty();
        for authority in &self.authorities {
            roots.add(authority.clone()).map_err(unusable)?;
        }
        let verifier = WebPkiServerVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        Ok(verifier.build().map_err(unusable)?)
    }
}

fn unusable(error: impl std::fmt::Display) -> HostError {
    HostError::InvalidSetting {
        setting: "ca_pem",
        value: "(certificates)".to_owned(),
        problem: format!("{error}; https needs authorities to trust: the platform's or some in PEM"),
    }
}

/// The client configurations: one for most hosts, and one for each host that has its own.
#[derive(Clone, Debug)]
pub(crate) struct Tls {
    common: Arc<ClientConfig>,
    own: Vec<(Pattern, Arc<ClientConfig>)>,
    proxy: Arc<ClientConfig>,
}

impl Tls {
    pub(crate) fn new(settings: &TrustSettings) -> Result<Self, HostError> {
        let proxy = settings.common()?.config()?;
        let mut own = Vec::new();
        for (pattern, trust) in settings.own()? {
            own.push((pattern, web(trust.config()?)));
        }
        Ok(Self { common: web(proxy.clone()), own, proxy: Arc::new(proxy) })
    }

    pub(crate) fn config(&self, target: &Target) -> &Arc<ClientConfig> {
        self.own.iter().find(|(pattern, _)| pattern.matches(target)).map_or(&self.common, |(_, config)| config)
    }

    /// For the connection to a proxy, which speaks HTTP/1.1 without asking.
    pub(crate) fn proxy(&self) -> &Arc<ClientConfig> {
        &self.proxy
    }
}

/// Offers HTTP/2, then HTTP/1.1.
fn web(mut config: ClientConfig) -> Arc<ClientConfig> {
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Arc::new(config)
}
