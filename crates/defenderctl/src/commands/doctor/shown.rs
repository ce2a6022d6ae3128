//! Certificates in words: whose, by whom, until when.

use time::OffsetDateTime;
use x509_cert::Certificate;
use x509_cert::der::Decode as _;

/// A chain: the server's own certificate in full, the others by their issuers.
pub(super) fn chain(certificates: &[Vec<u8>]) -> String {
    let mut read = certificates.iter().map(|der| Certificate::from_der(der));
    let Some(first) = read.next() else { return "no certificate was shown".to_owned() };
    let Ok(own) = first else { return "a certificate that cannot be read".to_owned() };
    let own = own.tbs_certificate;
    let mut reported = format!(
        "{}, until {}, issued by {}",
        own.subject,
        day(&own.validity.not_after),
        own.issuer
    );
    for above in read.flatten() {
        reported += &format!(", issued by {}", above.tbs_certificate.issuer);
    }
    reported
}

fn day(time: &x509_cert::time::Time) -> String {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds)
        .map_or_else(|_| "a day out of range".into(), |at| at.date().to_string())
}

#[cfg(test)]
mod tests {
    use rcgen::{CertificateParams, DnType, KeyPair, date_time_ymd};

    use super::*;

    #[test]
    fn a_certificate_is_reported_by_subject_issuer_and_end() {
        let mut params = CertificateParams::new(Vec::new()).expect("parameters");
        params.distinguished_name.push(DnType::CommonName, "Contoso TLS inspection");
        params.not_after = date_time_ymd(2031, 5, 6);
        let key = KeyPair::generate().expect("a key");
        let der = params.self_signed(&key).expect("a certificate").der().to_vec();
        let reported = chain(&[der]);
        assert!(
            reported.contains("CN=Contoso TLS inspection") && reported.contains("until 2031-05-06"),
            "{reported}"
        );
        assert_eq!(chain(&[b"oops".to_vec()]), "a certificate that cannot be read");
        assert_eq!(chain(&[]), "no certificate was shown");
    }
}
