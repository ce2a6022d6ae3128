//! Keys that a passphrase protects: PKCS#8 in PEM (RFC 5958), and PKCS#12 (RFC 7292), which Windows
//! and key vaults export as PFX.

use std::fs::File;
use std::path::Path;

use p12_keystore::KeyStore;
use p12_keystore::error::Error as PfxError;
use pkcs8::der::SecretDocument;
use pkcs8::{EncryptedPrivateKeyInfo, Error, pkcs5};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use zeroize::Zeroizing;

use super::super::guard::{self, Owner};
use super::file::{MAX_BYTES, start};

/// How an encrypted PKCS#8 key begins and ends.
const BEGIN: &str = "-----BEGIN ENCRYPTED PRIVATE KEY-----";
const END: &str = "-----END ENCRYPTED PRIVATE KEY-----";

/// How OpenSSL's own form says that it is encrypted.
const OF_OPENSSL: &str = "Proc-Type: 4,ENCRYPTED";

const CONVERT: &str = "convert it: `openssl pkcs8 -topk8 -v2 aes-256-cbc -in KEY -out NEW`";

const NO_PASSPHRASE: &str =
    "is encrypted: add its passphrase, for example `passphrase = { env = \"KEY_PASSPHRASE\" }`";

const WRONG_PASSPHRASE: &str =
    "cannot be decrypted: the passphrase is not the one that it was encrypted with";

/// The key in a PEM text, if it is encrypted; `None` if it is not.
///
/// # Errors
///
/// It cannot be decrypted, and what to do.
pub(super) fn key(
    pem: &str,
    passphrase: Option<&str>,
) -> Result<Option<Zeroizing<PrivateKeyDer<'static>>>, String> {
    if pem.contains(OF_OPENSSL) {
        return Err(format!("is encrypted in OpenSSL's old form: {CONVERT}"));
    }
    let Some(begin) = pem.find(BEGIN) else { return Ok(None) };
    let passphrase = passphrase.ok_or(NO_PASSPHRASE)?;
    let broken = "is not an encrypted private key: what is between BEGIN and END is something else";
    let end = pem[begin..].find(END).ok_or(broken)? + begin + END.len();
    let (_, document) = SecretDocument::from_pem(&pem[begin..end]).map_err(|_| broken)?;
    let unsupported = || format!("is encrypted in a form that is not supported: {CONVERT}");
    let encrypted =
        EncryptedPrivateKeyInfo::try_from(document.as_bytes()).map_err(|_| unsupported())?;
    let key = encrypted.decrypt(passphrase).map_err(|error| match error {
        // The library reports wrong padding, which a wrong key makes, as a failure to encrypt.
        Error::EncryptedPrivateKey(pkcs5::Error::DecryptFailed | pkcs5::Error::EncryptFailed)
        | Error::Asn1(_) => WRONG_PASSPHRASE.to_owned(),
        _ => unsupported(),
    })?;
    Ok(Some(pkcs8(key.as_bytes())))
}

/// The certificate and the key of a PFX file.
///
/// # Errors
///
/// It cannot be read or decrypted, and what to do.
pub(super) fn pfx(
    path: &Path,
    passphrase: Option<&str>,
) -> Result<(CertificateDer<'static>, Zeroizing<PrivateKeyDer<'static>>), String> {
    let shown = path.display();
    let unreadable = |error| format!("file {shown} cannot be read: {error}");
    let file = File::open(path).map_err(unreadable)?;
    guard::check(path, &file, Owner::UserOrRoot)?;
    let bytes = start(file, MAX_BYTES + 1).map_err(unreadable)?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("file {shown} is larger than {MAX_BYTES} bytes"));
    }
    // The library wipes nothing: its copies of the key lie in memory until that is used again.
    let store = KeyStore::from_pkcs12(&bytes, passphrase.unwrap_or_default());
    let store =
        store.map_err(|error| format!("file {shown} {}", pfx_problem(&error, passphrase)))?;
    let (_, chain) = store
        .private_key_chain()
        .ok_or_else(|| format!("file {shown} holds no private key with its certificate"))?;
    let certificate = chain.chain().first().map(|certificate| certificate.as_der().to_vec());
    Ok((CertificateDer::from(certificate.unwrap_or_default()), pkcs8(chain.key())))
}

fn pfx_problem(error: &PfxError, passphrase: Option<&str>) -> &'static str {
    match error {
        PfxError::DerError(_) | PfxError::IoError(_) => {
            "is not a PFX file (PKCS#12): for PEM write `certificate` and `key`"
        }
        PfxError::MacError(_) | PfxError::UnpadError | PfxError::Pkcs5Error(_)
            if passphrase.is_none() =>
        {
            NO_PASSPHRASE
        }
        PfxError::MacError(_) | PfxError::UnpadError | PfxError::Pkcs5Error(_) => WRONG_PASSPHRASE,
        _ => {
            "has a form that is not supported: convert it to PEM with `openssl pkcs12 -in PFX -out \
             PEM`, and write `certificate` and `key`"
        }
    }
}

fn pkcs8(der: &[u8]) -> Zeroizing<PrivateKeyDer<'static>> {
    Zeroizing::new(PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(der.to_vec())))
}
