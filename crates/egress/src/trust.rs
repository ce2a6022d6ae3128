//! TLS trust settings, global and per host.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::pattern::{self, Pattern};
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

/// The trust settings that apply to a host.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    pub(crate) platform_roots: bool,
    pub(crate) authorities: Vec<CertificateDer<'static>>,
    pub(crate) verification: Verification,
}

/// The settings as supplied, with authorities as PEM.
#[derive(Clone, Debug)]
pub(crate) struct TrustSettings {
    pub(crate) platform_roots: bool,
    pub(crate) authorities: Vec<String>,
    pub(crate) verification: Verification,
    pub(crate) hosts: Vec<(String, HostTrust)>,
}

/// A per-host setting.
#[derive(Clone, Debug)]
pub(crate) enum HostTrust {
    Authorities(String),
    Verification(Verification),
}

impl HostTrust {
    /// The name of the builder method.
    fn setting(&self) -> &'static str {
        match self {
            Self::Authorities(_) => "host_ca_pem",
            Self::Verification(_) => "host_verification",
        }
    }
}

impl Default for TrustSettings {
    fn default() -> Self {
        Self {
            platform_roots: true,
            authorities: Vec::new(),
            verification: Verification::Full,
            hosts: Vec::new(),
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
        };
        for pem in &self.authorities {
            trust.authorities.extend(authorities("ca_pem", pem)?);
        }
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
            let known = own.iter().position(|(known, _)| *known == pattern);
            let mut trust = match known {
                Some(position) => own.remove(position).1,
                None => self.common()?,
            };
            match setting {
                HostTrust::Authorities(pem) => {
                    trust.authorities.extend(authorities(setting.setting(), pem)?)
                }
                HostTrust::Verification(verification) => trust.verification = *verification,
            }
            own.push((pattern, trust));
        }
        Ok(own)
    }
}

/// Parses the certificates in a PEM text.
fn authorities(
    setting: &'static str,
    pem: &str,
) -> Result<Vec<CertificateDer<'static>>, InvalidSetting> {
    let invalid =
        |problem: String| InvalidSetting { setting, value: "(certificates)".to_owned(), problem };
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem.as_bytes()).collect();
    match found {
        Ok(found) if found.is_empty() => Err(invalid("it holds no certificate in PEM".to_owned())),
        Ok(found) => Ok(found),
        Err(error) => Err(invalid(format!("it is not PEM: {error}"))),
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

    #[test]
    fn what_is_no_certificate_is_refused() {
        for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            assert!(authorities("ca_pem", pem).is_err(), "{pem}");
        }
    }
}
