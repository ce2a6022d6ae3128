//! Parses certificates, keys, revocation lists and pins.

use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use webpki::{BorrowedCertRevocationList, CertRevocationList, anchor_from_trusted_cert};

use crate::InvalidSetting;
use crate::hidden::Hidden;
use crate::pins::Pin;

/// Parses the certificates of authorities in a PEM text.
pub(super) fn authorities(
    setting: &'static str,
    pem: &str,
) -> Result<Vec<CertificateDer<'static>>, InvalidSetting> {
    let found = certificates(setting, pem)?;
    for (index, authority) in found.iter().enumerate() {
        anchor_from_trusted_cert(authority).map_err(|error| InvalidSetting {
            setting,
            value: "(certificates)".to_owned(),
            problem: format!("its certificate {} cannot be read: {error}", index + 1),
        })?;
    }
    Ok(found)
}

fn certificates(
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

/// Parses revocation lists: one in DER, or several in PEM.
pub(super) fn crls(
    list: &[u8],
) -> Result<Vec<CertificateRevocationListDer<'static>>, InvalidSetting> {
    let invalid = |problem: String| InvalidSetting {
        setting: "crl",
        value: "(a revocation list)".to_owned(),
        problem,
    };
    let is_pem = list.windows(11).any(|part| part == b"-----BEGIN ");
    let found: Vec<_> = if is_pem {
        let found: Result<_, _> = CertificateRevocationListDer::pem_slice_iter(list).collect();
        found.map_err(|error| invalid(format!("it is not PEM: {error}")))?
    } else {
        vec![CertificateRevocationListDer::from(list.to_vec())]
    };
    if found.is_empty() {
        return Err(invalid("it holds no `X509 CRL` in PEM".to_owned()));
    }
    for list in &found {
        BorrowedCertRevocationList::from_der(list)
            .map_err(|error| invalid(format!("it is not a list in PEM or DER: {error}")))?;
    }
    Ok(found)
}

/// Refuses two lists for the same certificates: which of them counts would be left to chance.
pub(super) fn distinct(lists: &[CertificateRevocationListDer<'_>]) -> Result<(), InvalidSetting> {
    let mut known: Vec<CertRevocationList<'_>> = Vec::new();
    for list in lists.iter().filter_map(|list| BorrowedCertRevocationList::from_der(list).ok()) {
        let list = CertRevocationList::from(list);
        let is_same = |other: &CertRevocationList<'_>| {
            other.issuer() == list.issuer()
                && other.issuing_distribution_point() == list.issuing_distribution_point()
        };
        if known.iter().any(is_same) {
            return Err(InvalidSetting {
                setting: "crl",
                value: "(revocation lists)".to_owned(),
                problem: "there are two lists of one issuer: keep the newer one".to_owned(),
            });
        }
        known.push(list);
    }
    Ok(())
}

pub(super) fn pin(setting: &'static str, text: &str) -> Result<Pin, InvalidSetting> {
    let invalid = |problem: &str| InvalidSetting {
        setting,
        value: text.to_owned(),
        problem: problem.to_owned(),
    };
    Pin::parse(text).map_err(invalid)
}

/// Parses a client's certificate and key, which must belong together.
pub(super) fn client(
    setting: &'static str,
    chain: &str,
    key: &Hidden,
) -> Result<Arc<CertifiedKey>, InvalidSetting> {
    let chain = certificates(setting, chain)?;
    let invalid =
        |problem| InvalidSetting { setting, value: "(a private key)".to_owned(), problem };
    let key = PrivateKeyDer::from_pem_slice(key.0.as_bytes()).map_err(|_| {
        invalid("it is not a key in PEM: PKCS#8, PKCS#1 or SEC1, not encrypted".to_owned())
    })?;
    CertifiedKey::from_der(chain, key, &ring::default_provider()).map(Arc::new).map_err(|error| {
        invalid(format!("it is not the certificate's key, or of an unknown kind: {error}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_certificate_is_refused() {
        let pem =
            |base64| format!("-----BEGIN CERTIFICATE-----\n{base64}\n-----END CERTIFICATE-----\n");
        for pem in [String::new(), "nonsense".to_owned(), pem("!"), pem("AAAA")] {
            assert!(authorities("ca_pem", &pem).is_err(), "{pem}");
        }
    }

    #[test]
    fn what_is_no_list_no_pin_and_no_key_is_refused_and_no_key_is_shown() {
        let empty = &b"-----BEGIN X509 CRL-----\nAA==\n-----END X509 CRL-----\n"[..];
        for list in [&b""[..], b"nonsense", empty] {
            assert_eq!(crls(list).unwrap_err().setting, "crl");
        }
        let refused = pin("host_pin", "sha256/AAAA").unwrap_err();
        assert_eq!((refused.setting, refused.value.as_str()), ("host_pin", "sha256/AAAA"));
        assert!(refused.problem.contains("sha256/"));
        let chain = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let refused = client("x", chain, &Hidden::from("hunter2".to_owned())).unwrap_err();
        assert!(refused.problem.contains("PKCS#8"), "{refused}");
        assert!(!format!("{refused:?}").contains("hunter2"));
    }
}
