//! This system's certificate authorities, loaded when the first connection needs them.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};
use tokio::sync::OnceCell;
use x509_cert::certificate::{CertificateInner, Raw, Version};
use x509_cert::der::Decode as _;
use x509_cert::ext::pkix::BasicConstraints;

use super::failure::DialError;

/// The authorities of the system, or of the files that the environment names. Clones share what
/// has been loaded.
#[derive(Clone, Debug, Default)]
pub(crate) struct SystemRoots {
    file: Option<PathBuf>,
    folders: Vec<PathBuf>,
    loaded: Arc<OnceCell<Vec<CertificateDer<'static>>>>,
}

/// Where systems other than Windows and macOS keep their authorities.
const FOLDERS: [&str; 3] = ["/etc/ssl/certs", "/etc/pki/tls/certs", "/etc/openssl/certs"];

const CERT_FILE: &str = "SSL_CERT_FILE";
const CERT_DIR: &str = "SSL_CERT_DIR";

impl SystemRoots {
    /// Takes the authorities from a file and from folders, if any are named.
    pub(crate) fn of(file: Option<PathBuf>, folders: Vec<PathBuf>) -> Self {
        Self { file, folders, loaded: Arc::default() }
    }

    /// The variables that name files, each with its value for display.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, String)> {
        let file = self.file.iter().map(|file| (CERT_FILE, file.display().to_string()));
        let folders = self.folders.iter().map(|one| (CERT_DIR, one.display().to_string()));
        file.chain(folders)
    }

    /// Returns the authorities. Only the first call that succeeds loads them, on a thread that may
    /// block.
    ///
    /// # Errors
    ///
    /// `NoAuthorities` if there are none, with the reason.
    pub(crate) async fn get(&self) -> Result<&[CertificateDer<'static>], DialError> {
        let load = || async {
            let roots = self.clone();
            let loaded = tokio::task::spawn_blocking(move || roots.load()).await;
            loaded.unwrap_or_else(|error| Err(none(None, error.to_string())))
        };
        self.loaded.get_or_try_init(load).await.map(Vec::as_slice)
    }

    fn load(&self) -> Result<Vec<CertificateDer<'static>>, DialError> {
        let found = if self.file.is_some() || !self.folders.is_empty() {
            self.named()
        } else {
            let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
            let set = [CERT_FILE, CERT_DIR].into_iter().find(is_set);
            of_the_system(cfg!(all(unix, not(target_os = "macos"))), set)
        };
        found.inspect_err(|error| {
            tracing::warn!(
                "{error}: TLS connections fail, but to hosts with authorities of their own"
            );
        })
    }

    /// Reads what the environment names. The file must have authorities whatever the folders have:
    /// otherwise its absence would go unnoticed.
    fn named(&self) -> Result<Vec<CertificateDer<'static>>, DialError> {
        let mut all = match &self.file {
            None => Vec::new(),
            Some(file) => {
                let found = load_certs_from_paths(Some(file), None);
                let nothing = || format!("{} has no certificate authority", file.display());
                authorities(found, nothing).map_err(|reason| none(Some(CERT_FILE), reason))?
            }
        };
        let mut reason = None;
        for folder in &self.folders {
            let nothing = || format!("{} has no certificate authority", folder.display());
            match authorities(load_certs_from_paths(None, Some(folder)), nothing) {
                Ok(found) => all.extend(found),
                Err(error) => reason = Some(error),
            }
        }
        match reason {
            Some(reason) if all.is_empty() => Err(none(Some(CERT_DIR), reason)),
            _ => Ok(all),
        }
    }
}

fn none(variable: Option<&'static str>, reason: String) -> DialError {
    DialError::NoAuthorities { variable, reason }
}

/// `load_native_certs` reads the variables, of which `set` is one: they are not to be used here.
/// Elsewhere than in files there is no other function to call.
fn of_the_system(
    has_files: bool,
    set: Option<&'static str>,
) -> Result<Vec<CertificateDer<'static>>, DialError> {
    let found = match set {
        None => load_native_certs(),
        Some(_) if has_files => {
            let mut all = CertificateResult::default();
            for folder in FOLDERS.iter().map(Path::new).filter(|folder| folder.exists()) {
                let found = load_certs_from_paths(None, Some(folder));
                all.certs.extend(found.certs);
                all.errors.extend(found.errors);
            }
            all
        }
        Some(variable) => {
            let reason = format!("{variable} is set, and the environment is not to be used");
            return Err(none(set, reason));
        }
    };
    let nothing = || "this system's store has no certificate authority".to_owned();
    authorities(found, nothing).map_err(|reason| none(None, reason))
}

/// The authorities among what was read; if there are none, the reason.
fn authorities(
    found: CertificateResult,
    nothing: impl FnOnce() -> String,
) -> Result<Vec<CertificateDer<'static>>, String> {
    let first = found.errors.first().map(ToString::to_string);
    let authorities: Vec<_> = found.certs.into_iter().filter(is_authority).collect();
    if authorities.is_empty() {
        return Err(first.unwrap_or_else(nothing));
    }
    if let Some(reason) = first {
        tracing::debug!(reason, "not all certificate authorities could be read");
    }
    Ok(authorities)
}

/// Whether a certificate may issue others. webpki does not ask that of a certificate to trust, and
/// a system's folder may hold others, such as a server's own. Version 1 cannot say it.
fn is_authority(certificate: &CertificateDer<'static>) -> bool {
    let Ok(read) = CertificateInner::<Raw>::from_der(certificate) else { return false };
    let read = read.tbs_certificate;
    read.version == Version::V1
        || matches!(read.get::<BasicConstraints>(), Ok(Some((_, constraints))) if constraints.ca)
}

#[cfg(test)]
mod tests;
