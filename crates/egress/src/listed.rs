//! The certificates that revocation lists name.

use rustls::pki_types::{CertificateDer, CertificateRevocationListDer};
use webpki::{CertRevocationList, EndEntityCert, OwnedCertRevocationList};
use x509_cert::der::Tag;
use x509_cert::der::asn1::AnyRef;
use x509_cert::name::Name;

/// Revocation lists of any issuers.
///
/// A list names a certificate whatever its distribution point is. rustls itself looks only into the
/// first list that has a distribution point of the certificate, and into no other.
#[derive(Debug, Default)]
pub(crate) struct Lists(Vec<CertRevocationList<'static>>);

impl Lists {
    /// Takes lists that are known to be lists.
    pub(crate) fn of(lists: &[CertificateRevocationListDer<'_>]) -> Self {
        let lists = lists.iter().filter_map(|list| OwnedCertRevocationList::from_der(list).ok());
        Self(lists.map(CertRevocationList::from).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a list of its issuer names a certificate. One that cannot be read is part of no
    /// chain that could be verified.
    pub(crate) fn name(&self, certificate: &CertificateDer<'_>) -> bool {
        let Ok(certificate) = EndEntityCert::try_from(certificate) else { return false };
        let mut of_issuer = self.0.iter().filter(|list| list.issuer() == certificate.issuer());
        // What cannot be looked up may be in there.
        of_issuer.any(|list| !matches!(list.find_serial(certificate.serial()), Ok(None)))
    }

    /// Returns the issuers whose lists hold for none of these certificates.
    pub(crate) fn issuers_without(&self, certificates: &[CertificateDer<'_>]) -> Vec<String> {
        let read: Vec<EndEntityCert<'_>> =
            certificates.iter().filter_map(|der| EndEntityCert::try_from(der).ok()).collect();
        let is_idle = |list: &&CertRevocationList<'_>| {
            read.iter().all(|certificate| certificate.issuer() != list.issuer())
        };
        self.0.iter().filter(is_idle).map(|list| shown(list.issuer())).collect()
    }
}

/// A name for display, given without its tag and length.
fn shown(name: &[u8]) -> String {
    let read = AnyRef::new(Tag::Sequence, name).and_then(|name| name.decode_as::<Name>());
    read.map_or_else(|_| "an issuer whose name cannot be read".to_owned(), |name| name.to_string())
}
