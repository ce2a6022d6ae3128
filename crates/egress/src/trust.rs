//! Whom to trust for TLS, for all hosts and for some.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::pattern::{self, Pattern};
use crate::InvalidSetting;

/// How far a server's certificate is verified.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Verification {
    /// The certificate is issued by somebody trusted, and for this host.
    #[default]
    Full,
    /// The certificate is issued by somebody trusted; for which host is not looked at.
    Certificate,
    /// Not at all: anybody in between can read and change everything, credentials included.
    None,
}

/// Whom to trust for some host.
#[derive(Clone, Debug)]
pub(crate) struct Trust {
    pub(crate) platform_roots: bool,
    pub(crate) authorities: Vec<CertificateDer<'static>>,
    pub(crate) verification: Verification,
}

/// The settings as they are given, authorities as PEM.
#[derive(Clone, Debug)]
pub(crate) struct TrustSettings {
    pub(crate) platform_roots: bool,
    pub(crate) authorities: Vec<String>,
    pub(crate) verification: Verification,
    pub(crate) hosts: Vec<(String, HostTrust)>,
}

/// A setting that one host has of its own.
#[derive(Clone, Debug)]
pub(crate) enum HostTrust {
    Authorities(String),
    Verification(Verification),
}

impl HostTrust {
    /// The builder's method.
    fn setting(&self) -> &'static str {
        match self {
            Self::Authorities(_) => "host_ca_pem",
            Self::Verification(_) => "host_verification",
        }
    }
}

impl Default for TrustSettings {
    fn default() -> Self {
        Self { platform_roots: true, authorities: Vec::new(), verification: Verification::Full, hosts: Vec::new() }
    }
}

impl TrustSettings {
    /// What holds for hosts without settings of their own.
    pub(crate) fn common(&self) -> Result<Trust, InvalidSetting> {
        let mut trust =
            Trust { platform_roots: self.platform_roots, authorities: Vec::new(), verification: self.verification };
        for pem in &self.authorities {
            trust.authorities.extend(authorities("ca_pem", pem)?);
        }
        Ok(trust)
    }

    /// What each host with settings of its own comes to trust in all.
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
                HostTrust::Authorities(pem) => trust.authorities.extend(authorities(setting.setting(), pem)?),
                HostTrust::Verification(verification) => trust.verification = *verification,
            }
            own.push((pattern, trust));
        }
        Ok(own)
    }
}

/// Reads the certificates of a PEM text.
fn authorities(setting: &'static str, pem: &str) -> Result<Vec<CertificateDer<'static>>, InvalidSetting> {
    let invalid = |problem: String| InvalidSetting { setting, value: "(certificates)".to_owned(), problem };
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
        assert!(own.iter().all(|(_, trust)| trust.verification == Verification::Certificate && trust.platform_roots));
    }

    #[test]
    fn what_is_no_certificate_is_refused() {
        for pem in ["", "nonsense", "-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n"] {
            assert!(authorities("ca_pem", pem).is_err(), "{pem}");
        }
    }
}
