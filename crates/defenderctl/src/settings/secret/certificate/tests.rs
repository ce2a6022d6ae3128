use base64::engine::general_purpose::STANDARD;
use jsonwebtoken::{Algorithm, DecodingKey, Validation};
use rcgen::{CertificateParams, KeyPair, date_time_ymd};

use super::*;

/// A test key: see the README beside it.
const KEY: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/command_line/fixtures/key.pem"));

fn pem(key: &KeyPair, years: Option<(i32, i32)>) -> String {
    let mut params = CertificateParams::new(Vec::new()).expect("parameters");
    if let Some((from, to)) = years {
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
    }
    params.self_signed(key).expect("a certificate").pem()
}

fn rsa() -> KeyPair {
    KeyPair::from_pem(KEY).expect("a key")
}

fn pair(certificate: &str, private: &str) -> Result<Certificate, String> {
    Certificate::new(der(certificate)?, key(private, None)?)
}

fn problem(certificate: &str, private: &str) -> String {
    pair(certificate, private).err().expect("a problem")
}

/// PKCS#1 is what PKCS#8 wraps; for an RSA key of 2,048 bits the wrapping is 26 bytes long.
fn pkcs1() -> String {
    let base64: String = KEY.lines().filter(|line| !line.starts_with('-')).collect();
    let der = STANDARD.decode(base64).expect("Base64");
    format!(
        "-----BEGIN RSA PRIVATE KEY-----\n{}\n-----END RSA PRIVATE KEY-----\n",
        STANDARD.encode(&der[26..])
    )
}

#[test]
fn the_signature_is_ps256_and_the_header_names_the_certificate() {
    let certificate = pem(&rsa(), None);
    let thumbprint =
        URL_SAFE_NO_PAD.encode(Sha256::digest(der(&certificate).expect("a certificate")));
    for private in [KEY.to_owned(), pkcs1(), format!("{certificate}{KEY}")] {
        let pair = pair(&certificate, &private).expect("a pair");
        let token = pair
            .sign(&json!({ "sub": "x", "aud": "y", "exp": 4_000_000_000_u32 }))
            .expect("a signature");
        let header = jsonwebtoken::decode_header(&token).expect("a header");
        assert_eq!((header.alg, header.typ.as_deref()), (Algorithm::PS256, Some("JWT")));
        assert_eq!(header.x5t_s256, Some(thumbprint.clone()));
        let public =
            DecodingKey::from_rsa_pem(rsa().public_key_pem().as_bytes()).expect("a public key");
        let mut validation = Validation::new(Algorithm::PS256);
        validation.set_audience(&["y"]);
        let claims = jsonwebtoken::decode::<Value>(&token, &public, &validation)
            .expect("a good signature")
            .claims;
        assert_eq!(claims["sub"], "x");
    }
}

#[test]
fn a_key_that_cannot_serve_is_distinguished() {
    let (certificate, ec) = (pem(&rsa(), None), KeyPair::generate().expect("a key"));
    let wrapped = |label: &str, text: &str| {
        format!("-----BEGIN {label}-----\n{text}\n-----END {label}-----\n")
    };
    let trials = [
        (ec.serialize_pem(), "not an RSA key"),
        (wrapped("EC PRIVATE KEY", "AAAA"), "not an RSA key"),
        (wrapped("ENCRYPTED PRIVATE KEY", "AAAA"), "is encrypted"),
        (
            wrapped("RSA PRIVATE KEY", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA"),
            "openssl pkcs8 -topk8",
        ),
        (wrapped("PRIVATE KEY", "AAAA"), "2,048"),
        (certificate.clone(), "no private key"),
        ("hunter2".into(), "no private key"),
    ];
    for (private, words) in trials {
        let problem = problem(&certificate, &private);
        assert!(problem.contains(words) && !problem.contains("hunter2"), "{problem}");
    }
    assert!(problem(&pem(&ec, None), KEY).contains("not the key of that certificate"));
}

#[test]
fn a_certificate_out_of_date_or_none_at_all_is_refused() {
    let trials = [
        (pem(&rsa(), Some((2020, 2021))), "expired on 2021-01-01"),
        (pem(&rsa(), Some((4000, 4001))), "not valid before 4000-01-01"),
        (KEY.to_owned(), "no certificate"),
        ("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".into(), "something else"),
    ];
    for (certificate, words) in trials {
        let problem = problem(&certificate, KEY);
        assert!(problem.contains(words), "{problem}");
    }
}
