//! From settings to the way out.

use host_harness::Origin;
use host_harness::egress::InvalidSetting;
use host_harness::egress::{Egress, EgressBuilder, Environment};

use super::host::{AllowedHost, HostSettings, Proxy};
use super::tls::CustomHost;
use super::wanted::Wanted;
use super::{Problem, refusal};
use crate::failure::Failure;

/// The way out that the settings allow. `origins` is what the connector says it will call: without
/// `host.allowedHosts` that, and nothing else, is allowed.
///
/// # Errors
/// If a pattern, the proxy or a certificate is not what it should be.
pub(crate) fn egress(
    host: &HostSettings,
    wanted: Wanted,
    origins: &[Origin],
) -> Result<Egress, Failure> {
    let builder = match &host.allowed_hosts {
        Some(allowed) => allowed.iter().fold(Egress::builder(), |builder, host| {
            builder.allow_only(&host.origin, host.methods.clone(), host.paths.clone())
        }),
        None => origins
            .iter()
            .map(|origin| &origin.pattern)
            .fold(Egress::builder(), EgressBuilder::allow),
    };
    let mut builder = host.limits.apply(wanted.apply(builder, host.response_timeout));
    if let Some(bytes) = host.max_response_bytes {
        builder = builder.max_response_bytes(bytes);
    }
    if let Some(verification) = host.tls.verification {
        builder = builder.verification(verification);
    }
    if let Some(version) = host.tls.min_version {
        builder = builder.min_tls_version(version);
    }
    builder = host.tls.revocation_lists.iter().cloned().fold(builder, EgressBuilder::crl);
    if let Some(proxy) = &host.proxy {
        builder = with_proxy(builder, proxy);
    }
    builder = host.networks.iter().copied().fold(builder, EgressBuilder::permit_network);
    if !host.ignore_environment {
        builder = builder.environment(Environment::read());
    }
    host.custom_hosts
        .iter()
        .fold(builder, with_custom_host)
        .build()
        .map_err(|error| with_key(host, error))
}

fn with_proxy(builder: EgressBuilder, proxy: &Proxy) -> EgressBuilder {
    let builder = builder.proxy(&proxy.url);
    let builder = proxy.bypass.iter().fold(builder, EgressBuilder::proxy_bypass);
    proxy.only.iter().fold(builder, EgressBuilder::proxy_only)
}

fn with_custom_host(mut builder: EgressBuilder, custom: &CustomHost) -> EgressBuilder {
    let origin = custom.url.origin().ascii_serialization();
    for pem in &custom.authorities_pem {
        builder = builder.host_ca_pem(&origin, pem);
    }
    for pin in &custom.pins {
        builder = builder.host_pin(&origin, pin);
    }
    if let Some(client) = &custom.client {
        builder =
            builder.host_client_certificate(&origin, &client.chain_pem, client.key_pem.as_str());
    }
    match custom.verification {
        Some(verification) => builder.host_verification(&origin, verification),
        None => builder,
    }
}

/// The library names the builder's method; who wrote the settings knows the key. The value stays
/// out: it may be a URL with a password.
pub(crate) fn with_key(host: &HostSettings, error: InvalidSetting) -> Failure {
    let InvalidSetting { setting, value, problem } = &error;
    // What may be a password is left out of the value.
    let is_it = |entry: &String| {
        entry == value || value.strip_prefix('…').is_some_and(|host| entry.ends_with(host))
    };
    let place = |list: &[String]| list.iter().position(is_it);
    let allowed =
        |holds: &dyn Fn(&AllowedHost) -> bool| host.allowed_hosts.iter().flatten().position(holds);
    let any = |list: &Option<Vec<String>>| list.iter().flatten().any(is_it);
    let proxy = host.proxy.as_ref();
    let (key, index) = match *setting {
        "read_posts" => ("readPosts", place(&host.read_posts)),
        "allow" => ("allowedHosts", allowed(&|it| is_it(&it.origin))),
        "allow_methods" => ("allowedHosts", allowed(&|it| any(&it.methods))),
        "allow_paths" => ("allowedHosts", allowed(&|it| any(&it.paths))),
        "proxy_bypass" => ("proxyBypassHosts", proxy.and_then(|proxy| place(&proxy.bypass))),
        "proxy_only" => ("proxyOnlyHosts", proxy.and_then(|proxy| place(&proxy.only))),
        "proxy" => ("proxyUrl", None),
        "host_ca_pem" | "host_verification" | "host_pin" | "host_client_certificate" => {
            ("customHostSettings", host.custom_hosts.iter().position(is_refused))
        }
        "crl" => ("ssl/certificateRevocationListFiles", None),
        variable if Environment::VARIABLES.contains(&variable) => {
            return Failure::settings(format!(
                "the environment variable {variable} can't be used: {problem}; correct it, or \
                 set `host.useEnvironment = false`, with `host.proxyUrl` if a proxy is needed"
            ));
        }
        _ => return error.into(),
    };
    let pointer = match index {
        Some(index) => format!("/host/{key}/{index}"),
        None => format!("/host/{key}"),
    };
    refusal(
        "the host settings are wrong",
        &[Problem::new(pointer, format!("is not usable: {problem}"))],
    )
}

/// Whether the library refuses this entry by itself: it does not say which of them it refuses.
fn is_refused(custom: &CustomHost) -> bool {
    let origin = custom.url.origin().ascii_serialization();
    with_custom_host(Egress::builder().allow(origin), custom).build().is_err()
}

/// The origins of `host.customHostSettings` that are not allowed, so that these have no effect.
pub(crate) fn idle_custom_hosts(host: &HostSettings, egress: &Egress) -> Vec<String> {
    // Without any host there is nothing to protect.
    if egress.allowed().is_empty() {
        return Vec::new();
    }
    let origins = host.custom_hosts.iter().map(|custom| custom.url.origin().ascii_serialization());
    origins.filter(|origin| !egress.covers(origin)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_an_allow_list_the_connector_s_origins_are_allowed_and_nothing_else() {
        let origins = [Origin {
            pattern: "http://localhost:8765".into(),
            purpose: "all of it".into(),
            required: true,
        }];
        let egress =
            egress(&HostSettings::default(), Wanted::default(), &origins).expect("a way out");
        assert_eq!(egress.allowed(), ["http://localhost:8765"]);
        let closed = HostSettings { allowed_hosts: Some(Vec::new()), ..HostSettings::default() };
        assert!(
            super::egress(&closed, Wanted::default(), &origins)
                .expect("a way out")
                .allowed()
                .is_empty()
        );
    }

    #[test]
    fn a_method_or_path_that_is_none_is_reported_by_its_entry() {
        for (methods, paths) in [(vec!["get"], vec![]), (vec![], vec!["/a/../b"])] {
            let owned = |list: Vec<&str>| Some(list.into_iter().map(str::to_owned).collect());
            let entry = AllowedHost {
                methods: owned(methods),
                paths: owned(paths),
                ..AllowedHost::from("https://api.example")
            };
            let allowed_hosts = Some(vec!["https://login.example".into(), entry]);
            let host = HostSettings { allowed_hosts, ..HostSettings::default() };
            let failure = egress(&host, Wanted::default(), &[]).expect_err("none");
            let details = failure.error().details.as_deref().unwrap_or_default();
            assert!(details.contains("\"/host/allowedHosts/1\""), "{details}");
        }
    }

    #[test]
    fn what_the_library_refuses_is_reported_by_its_key_and_not_repeated() {
        let allowed = vec!["https://api.example".into(), "https://user:hunter2@api.example".into()];
        let host = HostSettings { allowed_hosts: Some(allowed), ..HostSettings::default() };
        let failure = egress(&host, Wanted::default(), &[]).expect_err("not a pattern");
        let details = failure.error().details.as_deref().unwrap_or_default();
        assert!(
            details.contains("\"/host/allowedHosts/1\"") && !details.contains("hunter2"),
            "{details}"
        );
    }
}
