use rustls::pki_types::pem::PemObject as _;

use super::*;

/// Of version 1, which has no extensions.
const VERSION_1: &str = "-----BEGIN CERTIFICATE-----
MIIBFTCBuwIUdLulbjhDD4m9c3xVl492/fsg+BQwCgYIKoZIzj0EAwIwDTELMAkG
A1UEAwwCdjEwHhcNMjYxMTI5MTEwNDA5WhcNMzYxMTI2MTEwNDA5WjANMQswCQYD
VQQDDAJ2MTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPVmm18DBMhTkF+LGXnm
ZDk2xjJRHzoTTacR60v9Ke95ifa2w/5R3SXT5xW2ktrq/SF03D5FcroqS7ev3QPH
qsAwCgYIKoZIzj0EAwIDSQAwRgIhALie0us3YXxl797g6b4kIQ+pDV1NouDwsun3
MF5yG8KlAiEAtuaL7bIIXrmSiPObdezP/LeGNbWuYO672PL3dLd8m3g=
-----END CERTIFICATE-----
";

/// A server's own, `CA:FALSE`.
const SERVER: &str = "-----BEGIN CERTIFICATE-----
MIIBljCCAT2gAwIBAgIUXB3cvc5Zi7bKvTsWT2ZMAvgdnPswCgYIKoZIzj0EAwIw
ETEPMA0GA1UEAwwGbXlob3N0MB4XDTI2MTEyOTEwMzU1OFoXDTM2MTEyNjEwMzU1
OFowETEPMA0GA1UEAwwGbXlob3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
2efe+sAOFZaM+XVzCVKNX3ed2dMEKzvPLz8nHIcAQVLuCXm9KHZpiG1bgBoAT7zd
xfmizKHjGtruPo/v9Px/jqNzMHEwHQYDVR0OBBYEFCuRHrLdBhg7362rOQEwpveJ
YDD1MB8GA1UdIwQYMBaAFCuRHrLdBhg7362rOQEwpveJYDD1MAwGA1UdEwEB/wQC
MAAwEQYDVR0RBAowCIIGbXlob3N0MA4GA1UdDwEB/wQEAwIHgDAKBggqhkjOPQQD
AgNHADBEAiBK3hCmqLLhPI8aEEdW9t+Z9fTPBdqX7a7KGfAlEfRzTgIgRYFLnStl
hwD9F+Bw7EDhb2CXkj82PjdAvCRyZCPaOmU=
-----END CERTIFICATE-----
";

#[test]
fn what_says_that_it_is_no_authority_is_none() {
    let parse = |pem: &str| CertificateDer::from_pem_slice(pem.as_bytes()).unwrap();
    assert!(is_authority(&parse(VERSION_1)));
    assert!(!is_authority(&parse(SERVER)));
    assert!(!is_authority(&CertificateDer::from(vec![0])));
}

#[test]
fn variables_that_are_not_to_be_used_end_it_where_they_would_have_an_effect() {
    let Err(DialError::NoAuthorities { variable, reason }) = of_the_system(false, Some(CERT_DIR))
    else {
        panic!("authorities")
    };
    assert_eq!(variable, Some(CERT_DIR));
    assert!(reason.contains("SSL_CERT_DIR is set"), "{reason}");
    // Where the authorities are in files, the variables are passed over.
    match of_the_system(true, Some(CERT_FILE)) {
        Ok(found) => assert!(!found.is_empty()),
        Err(DialError::NoAuthorities { variable, .. }) => assert_eq!(variable, None),
        Err(error) => panic!("{error}"),
    }
}

#[tokio::test]
async fn a_file_without_authorities_is_named() {
    let roots = SystemRoots::of(Some("no/such/file.pem".into()), Vec::new());
    let Err(DialError::NoAuthorities { variable, reason }) = roots.get().await else {
        panic!("{roots:?}")
    };
    assert_eq!(variable, Some(CERT_FILE));
    assert!(reason.contains("no/such/file.pem"), "{reason}");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/src/lib.rs");
    let roots = SystemRoots::of(Some(source.into()), Vec::new());
    let Err(DialError::NoAuthorities { reason, .. }) = roots.get().await else {
        panic!("{roots:?}")
    };
    assert!(reason.contains("lib.rs"), "{reason}");
}

#[tokio::test]
async fn clones_share_what_was_loaded() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src");
    let roots = SystemRoots::of(None, vec![folder.into()]);
    assert!(matches!(roots.get().await, Err(DialError::NoAuthorities { .. })));
    roots.loaded.set(vec![CertificateDer::from(vec![0])]).unwrap();
    assert_eq!(roots.clone().get().await.unwrap().len(), 1);
}
