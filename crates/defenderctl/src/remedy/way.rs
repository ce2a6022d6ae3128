//! Obstacles on the way to an origin: what to allow, and where.

use host_harness::egress::probe::{CertificateProblem, Obstacle, Stage, UsedProxy};
use url::Url;

/// What to do about a way to an origin, `http[s]://host[:port]`, that ends here. `proxy` is the one
/// that it goes by.
pub(crate) fn way(
    stage: Stage,
    obstacle: &Obstacle,
    origin: &str,
    proxy: Option<&UsedProxy>,
) -> String {
    match (stage, proxy) {
        (Stage::Name | Stage::Connection | Stage::Proxy, Some(proxy)) => {
            by_proxy(obstacle, &place(origin), proxy)
        }
        _ => direct(obstacle, origin),
    }
}

fn direct(obstacle: &Obstacle, origin: &str) -> String {
    let place = place(origin);
    match obstacle {
        Obstacle::NotAllowed => {
            format!(
                "Add \"{origin}\" to `host.allowedHosts`, or leave `host.allowedHosts` out of the settings."
            )
        }
        Obstacle::AddressNotAllowed => "The name leads to this computer or into a network that is not public. If that is right, \
             add the network to the settings: `host.permitNetworks = [\"10.1.0.0/16\"]`; this computer itself goes by the name localhost alone."
            .to_owned(),
        Obstacle::UnknownName(_) => "Check the name in the settings, and this computer's name servers. Where only a proxy \
             knows outside names, set `host.proxyUrl`."
            .to_owned(),
        Obstacle::Unreachable(_) | Obstacle::TimedOut => {
            format!(
                "Let this computer connect to {place} (firewall, route), or set `host.proxyUrl`."
            )
        }
        Obstacle::Certificate {
            problem: CertificateProblem::Expired | CertificateProblem::NotYetValid, ..
        } => {
            "Compare this computer's clock with a time server. If it is right, the server's operator must renew the certificate."
                .to_owned()
        }
        Obstacle::Certificate { problem: CertificateProblem::Revoked, .. } => {
            "Go no further: the issuer has revoked the certificate. Have the server's operator renew it."
                .to_owned()
        }
        Obstacle::Certificate { problem: CertificateProblem::ListExpired, .. } => {
            "Fetch a current revocation list into the file that `host.ssl.certificateRevocationListFiles` names."
                .to_owned()
        }
        Obstacle::Certificate { problem: CertificateProblem::OtherKey, .. } => format!(
            "If the operator of {place} has announced a new key, add its pin to `host.customHostSettings` \
             (`ssl.pins`). If not, someone is in between: go no further."
        ),
        Obstacle::Certificate { problem: CertificateProblem::ListRefused, .. } => {
            "Fetch the revocation list from its issuer again, into the file that `host.ssl.certificateRevocationListFiles` \
             names: the one there is not signed by the authority whose name it bears."
                .to_owned()
        }
        Obstacle::NoAuthorities { variable: Some(variable), .. } => {
            format!("Correct `{variable}`, or unset it: then this system's certificate authorities count.")
        }
        Obstacle::NoAuthorities { variable: None, .. } => {
            "Install this system's certificate authorities (package `ca-certificates`), or name a file with them: \
             `SSL_CERT_FILE=PATH`."
                .to_owned()
        }
        Obstacle::ClientCertificate(_) => format!(
            "If the operator of {place} has issued you a certificate, name it in `host.customHostSettings` \
             (`ssl.certificate`, `ssl.key`)."
        ),
        Obstacle::TlsVersion(_) => format!(
            "Have TLS 1.2 or 1.3 enabled at {place}. `host.ssl.minVersion` says which is the least that is taken here."
        ),
        Obstacle::Certificate { problem: CertificateProblem::OtherName, .. } => format!(
            "The certificate is for another host: check the address {place} in the settings, and where its name leads from here."
        ),
        Obstacle::Certificate { .. } => format!(
            "If the issuer is an authority of your own (TLS inspection, a test), trust it for this host: \
             `host.customHostSettings = [{{ url = \"{origin}\", ssl = {{ certificateAuthoritiesFiles = [\"ca.pem\"] }} }}]`. If \
             you do not know the issuer, someone is in between: go no further."
        ),
        Obstacle::Tls(_) => {
            format!(
                "Check that {place} speaks TLS 1.2 or 1.3, and that nothing in between breaks it off."
            )
        }
        _ if origin.starts_with("https:") => format!(
            "Check that {place} is a web server, whether it wants a certificate of its clients \
             (`ssl.certificate` in `host.customHostSettings`), and what is in between."
        ),
        _ => format!("Check that {place} is a web server, and what is in between."),
    }
}

/// On the way to the proxy, and at it.
fn by_proxy(obstacle: &Obstacle, place: &str, used: &UsedProxy) -> String {
    let (proxy, setting) = (&used.url, used.variable.unwrap_or("host.proxyUrl"));
    match obstacle {
        Obstacle::AddressNotAllowed | Obstacle::NotAllowed => {
            format!(
                "List the address of {place} itself in `host.allowedHosts` if it may be called."
            )
        }
        Obstacle::ProxyRefused(407) if used.variable.is_some() => format!(
            "Put the proxy's user and password into `{setting}`: http://USER:PASSWORD@PROXY:PORT."
        ),
        Obstacle::ProxyRefused(407) => "Put the proxy's user and password into `host.proxyUrl`: \
             http://USER:PASSWORD@PROXY:PORT, with the settings file for its owner alone (`chmod 600`)."
            .to_owned(),
        Obstacle::ProxyRefused(status) => {
            format!("Have {proxy} allow CONNECT to {place}, which it answers with status {status}.")
        }
        Obstacle::Certificate { .. } => format!(
            "Add the authority that issued the certificate of {proxy} to those that this computer trusts; \
             `host.customHostSettings` are not for proxies."
        ),
        Obstacle::ProxySilent(_) => format!(
            "Check `{setting}`: what answers at {proxy} is not a proxy."
        ),
        _ => format!(
            "Check `{setting}`, and let this computer connect to {proxy} (name, firewall, route)."
        ),
    }
}

/// `host:port`.
fn place(origin: &str) -> String {
    let parsed = Url::parse(origin).ok();
    let place = parsed
        .as_ref()
        .and_then(|url| Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?)));
    place.unwrap_or_else(|| origin.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_advice_names_what_to_allow() {
        let reported =
            |obstacle: &Obstacle| way(Stage::Tls, obstacle, "https://login.example", None);
        assert!(
            reported(&Obstacle::NotAllowed)
                .contains("\"https://login.example\" to `host.allowedHosts`")
        );
        assert!(reported(&Obstacle::TimedOut).contains("login.example:443"));
        // The words do not count: they are another library's.
        let certificate = |problem| Obstacle::Certificate {
            problem,
            detail: "an issuer whose own time has expired".into(),
            certificates: Vec::new(),
        };
        assert!(reported(&certificate(CertificateProblem::OtherName)).contains("another host"));
        for problem in [CertificateProblem::UnknownIssuer, CertificateProblem::Other] {
            assert!(
                reported(&certificate(problem)).contains("certificateAuthoritiesFiles"),
                "{problem:?}"
            );
        }
        for problem in [CertificateProblem::Revoked, CertificateProblem::OtherKey] {
            let advice = reported(&certificate(problem));
            assert!(advice.to_lowercase().contains("go no further"), "{advice}");
            assert!(!advice.contains("certificateAuthoritiesFiles"), "{advice}");
        }
        assert!(
            reported(&no_authorities(None)).contains("`SSL_CERT_FILE=PATH`"),
            "what to install or name"
        );
        assert!(reported(&no_authorities(Some("SSL_CERT_DIR"))).contains("unset it"));
        assert!(
            reported(&certificate(CertificateProblem::ListRefused))
                .contains("certificateRevocationListFiles")
        );
        assert!(reported(&Obstacle::TlsVersion(String::new())).contains("host.ssl.minVersion"));
        assert!(reported(&Obstacle::ClientCertificate(String::new())).contains("ssl.certificate"));
        for problem in [CertificateProblem::Expired, CertificateProblem::NotYetValid] {
            assert!(reported(&certificate(problem)).contains("clock"), "{problem:?}");
        }
    }

    fn no_authorities(variable: Option<&'static str>) -> Obstacle {
        Obstacle::NoAuthorities { variable, reason: "none".into() }
    }

    fn by(variable: Option<&'static str>, stage: Stage, obstacle: &Obstacle) -> String {
        let proxy = UsedProxy { url: "http://proxy.example:3128".into(), variable };
        way(stage, obstacle, "https://login.example", Some(&proxy))
    }

    #[test]
    fn a_proxy_of_the_environment_is_named_by_its_variable() {
        for obstacle in [Obstacle::ProxyRefused(407), Obstacle::TimedOut] {
            let reported = by(Some("HTTPS_PROXY"), Stage::Proxy, &obstacle);
            assert!(reported.contains("`HTTPS_PROXY`"), "{reported}");
            assert!(!reported.contains("host.proxyUrl"), "{reported}");
        }
    }

    #[test]
    fn before_and_at_the_proxy_the_advice_is_about_the_proxy() {
        let reported = |stage, obstacle: &Obstacle| by(None, stage, obstacle);
        assert!(reported(Stage::Proxy, &Obstacle::ProxyRefused(407)).contains("USER:PASSWORD"));
        assert!(
            reported(Stage::Proxy, &Obstacle::ProxyRefused(403))
                .contains("CONNECT to login.example:443")
        );
        assert!(
            reported(Stage::Connection, &Obstacle::TimedOut).contains("http://proxy.example:3128")
        );
        assert!(reported(Stage::Tls, &Obstacle::TimedOut).contains("login.example:443"));
    }
}
