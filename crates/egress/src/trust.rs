//! TLS trust settings, global and per host.

mod parse;

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use rustls::sign::CertifiedKey;

use super::hidden::Hidden;
use super::pattern::{self, Pattern};
use super::pins::Pin;
use super::roots::SystemRoots;
use crate::InvalidSetting;

/// How strictly a server's certificate is verified.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Verification {
    /// The certificate must be issued by a trusted authority, for this host.
    #[default]
    Full,
    /// The certificate must be issued by a trusted authority; the host name is not checked.
    Certificate,
    /// Not verified: anyone on the network path can read and change everything, including
    /// credentials.
    None,
}

/// A version of TLS.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum TlsVersion {
    /// TLS 1.2.
    #[default]
    V1_2,
    /// TLS 1.3.
    V1_3,
}

/// The trust settings that apply to a host.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    pub(crate) platform_roots: bool,
    pub(crate) authorities: Vec<CertificateDer<'static>>,
    pub(crate) verification: Verification,
    pub(crate) min_version: TlsVersion,
    pub(crate) crls: Vec<CertificateRevocationListDer<'static>>,
    pub(crate) pins: Vec<Pin>,
    pub(crate) client: Option<Arc<CertifiedKey>>,
}

/// The settings as supplied, with authorities as PEM.
#[derive(Clone, Debug)]
pub(crate) struct TrustSettings {
    pub(crate) platform_roots: bool,
    pub(crate) authorities: Vec<String>,
    pub(crate) verification: Verification,
    pub(crate) min_version: TlsVersion,
    pub(crate) crls: Vec<Vec<u8>>,
    pub(crate) hosts: Vec<(String, HostTrust)>,
    pub(crate) system: SystemRoots,
}

/// A per-host setting.
#[derive(Clone, Debug)]
pub(crate) enum HostTrust {
    Authorities(String),
    Verification(Verification),
    Pin(String),
    ClientCertificate { chain: String, key: Hidden },
}

impl HostTrust {
    /// The name of the builder method.
    fn setting(&self) -> &'static str {
        match self {
            Self::Authorities(_) => "host_ca_pem",
            Self::Verification(_) => "host_verification",
            Self::Pin(_) => "host_pin",
            Self::ClientCertificate { .. } => "host_client_certificate",
        }
    }
}

impl Default for TrustSettings {
    fn default() -> Self {
        Self {
            platform_roots: true,
            authorities: Vec::new(),
            verification: Verification::Full,
            min_version: TlsVersion::default(),
            crls: Vec::new(),
            hosts: Vec::new(),
            system: SystemRoots::default(),
        }
    }
}

impl TrustSettings {
    /// The trust for hosts without their own settings.
    pub(crate) fn common(&self) -> Result<Trust, InvalidSetting> {
        let mut trust = Trust {
            platform_roots: self.platform_roots,
            authorities: Vec::new(),
            verification: self.verification,
            min_version: self.min_version,
            crls: Vec::new(),
            pins: Vec::new(),
            client: None,
        };
        for pem in &self.authorities {
            trust.authorities.extend(parse::authorities("ca_pem", pem)?);
        }
        for list in &self.crls {
            trust.crls.extend(parse::crls(list)?);
        }
        parse::distinct(&trust.crls)?;
        Ok(trust)
    }

    /// The resulting trust for each host with its own settings.
    pub(crate) fn own(&self) -> Result<Vec<(Pattern, Trust)>, InvalidSetting> {
        let mut own: Vec<(Pattern, Trust)> = Vec::new();
        for (host, setting) in &self.hosts {
            let pattern = Pattern::parse(host).map_err(|problem| InvalidSetting {
                setting: setting.setting(),
                value: pattern::shown(host),
                problem: problem.to_owned(),
            })?;
            let position = match own.iter().position(|(known, _)| *known == pattern) {
                Some(position) => position,
                None => {
                    own.push((pattern, self.common()?));
                    own.len() - 1
                }
            };
            let trust = &mut own[position].1;
            match setting {
                HostTrust::Authorities(pem) => {
                    trust.authorities.extend(parse::authorities(setting.setting(), pem)?)
                }
                HostTrust::Verification(verification) => trust.verification = *verification,
                HostTrust::Pin(pin) => trust.pins.push(parse::pin(setting.setting(), pin)?),
                HostTrust::ClientCertificate { chain, key } => {
                    trust.client = Some(parse::client(setting.setting(), chain, key)?);
                }
            }
        }
        Ok(own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_of_one_host_add_up() {
        let settings = TrustSettings {
            hosts: vec![
                ("https://a.example".into(), HostTrust::Verification(Verification::None)),
                ("https://b.example".into(), HostTrust::Verification(Verification::Certificate)),
                ("a.example:443".into(), HostTrust::Verification(Verification::Certificate)),
            ],
            ..TrustSettings::default()
        };
        let own = settings.own().unwrap();
        assert_eq!(own.len(), 2);
        assert!(
            own.iter().all(|(_, trust)| trust.verification == Verification::Certificate
                && trust.platform_roots)
        );
    }
}
