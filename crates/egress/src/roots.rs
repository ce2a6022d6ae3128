//! This system's certificate authorities, loaded when the first connection needs them.

use std::env;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls_native_certs::{CertificateResult, load_certs_from_paths, load_native_certs};
use tokio::sync::OnceCell;

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

impl SystemRoots {
    /// Takes the authorities from a file and from folders, if any are named.
    pub(crate) fn of(file: Option<PathBuf>, folders: Vec<PathBuf>) -> Self {
        Self { file, folders, loaded: Arc::default() }
    }

    /// The variables that name files, each with its value for display.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&'static str, String)> {
        let file = self.file.iter().map(|file| ("SSL_CERT_FILE", file.display().to_string()));
        let folders = self.folders.iter().map(|one| ("SSL_CERT_DIR", one.display().to_string()));
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
            loaded.unwrap_or_else(|error| Err(DialError::NoAuthorities(error.to_string())))
        };
        self.loaded.get_or_try_init(load).await.map(Vec::as_slice)
    }

    fn load(&self) -> Result<Vec<CertificateDer<'static>>, DialError> {
        let found = if self.file.is_some() || !self.folders.is_empty() {
            from(self.file.as_deref(), self.folders.iter().map(PathBuf::as_path))
        } else {
            of_the_system()
        };
        let first = found.errors.first().map(ToString::to_string);
        if found.certs.is_empty() {
            let reason = first.unwrap_or_else(|| "no certificate was found".to_owned());
            tracing::warn!(reason, "no certificate authorities: every TLS connection fails");
            return Err(DialError::NoAuthorities(reason));
        }
        if let Some(reason) = first {
            tracing::debug!(reason, "not all certificate authorities could be read");
        }
        Ok(found.certs)
    }
}

/// `load_native_certs` reads these variables, which count only if the environment was asked for.
/// Elsewhere than in files there is no other function to call.
fn of_the_system() -> CertificateResult {
    let is_set = |name| env::var_os(name).is_some();
    let has_files = cfg!(all(unix, not(target_os = "macos")));
    if has_files && (is_set("SSL_CERT_FILE") || is_set("SSL_CERT_DIR")) {
        from(None, FOLDERS.iter().map(Path::new).filter(|folder| folder.exists()))
    } else {
        load_native_certs()
    }
}

fn from<'a>(file: Option<&Path>, folders: impl Iterator<Item = &'a Path>) -> CertificateResult {
    let mut all = load_certs_from_paths(file, None);
    for folder in folders {
        let more = load_certs_from_paths(None, Some(folder));
        all.certs.extend(more.certs);
        all.errors.extend(more.errors);
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_file_without_authorities_is_named() {
        let roots = SystemRoots::of(Some("no/such/file.pem".into()), Vec::new());
        let Err(DialError::NoAuthorities(reason)) = roots.get().await else { panic!("{roots:?}") };
        assert!(reason.contains("no/such/file.pem"), "{reason}");
    }

    #[tokio::test]
    async fn clones_share_what_was_loaded() {
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
        let roots = SystemRoots::of(None, vec![folder.into()]);
        assert!(matches!(roots.get().await, Err(DialError::NoAuthorities(_))));
        roots.loaded.set(vec![CertificateDer::from(vec![0])]).unwrap();
        assert_eq!(roots.clone().get().await.unwrap().len(), 1);
    }
}
