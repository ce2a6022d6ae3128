//! Maps hosts to services, and tells which tokens each service accepts.

use std::net::SocketAddr;

use super::request::Request;

/// The account that signed result links point to.
pub(super) const STORAGE_HOST: &str = "stubresults.blob.core.windows.net";

/// Where links to investigation packages point to.
pub(super) const PACKAGE_HOST: &str = "userrequests-us.securitycenter.windows.com";

/// Every production name the stub answers under.
pub(super) const NAMES: &[&str] = &[
    "login.microsoftonline.com",
    "login.microsoftonline.us",
    "api.security.microsoft.com",
    "us.api.security.microsoft.com",
    "eu.api.security.microsoft.com",
    "uk.api.security.microsoft.com",
    "au.api.security.microsoft.com",
    "swa.api.security.microsoft.com",
    "ina.api.security.microsoft.com",
    "aea.api.security.microsoft.com",
    "api.securitycenter.microsoft.com",
    "api.securitycenter.windows.com",
    "api-gcc.securitycenter.microsoft.us",
    "api-gov.securitycenter.microsoft.us",
    "graph.microsoft.com",
    "graph.microsoft.us",
    "dod-graph.microsoft.us",
    STORAGE_HOST,
    PACKAGE_HOST,
];

/// A service of the stub.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServiceId {
    /// The login endpoint.
    Login,
    /// Defender for Endpoint.
    Api,
    /// Graph.
    Graph,
    /// Storage: results of live responses, investigation packages and exports.
    Storage,
}

/// Where the services are.
#[derive(Debug)]
pub(super) struct Origins {
    /// `http` or `https`.
    pub(super) scheme: &'static str,
    /// The port that result storage has to itself; none where names tell the services apart.
    storage_port: Option<u16>,
}

impl Origins {
    /// Under the production names.
    pub(super) fn production() -> Self {
        Self { scheme: "https", storage_port: None }
    }

    /// On plain HTTP: everything but storage is at one origin.
    pub(super) fn plain(storage: SocketAddr) -> Self {
        Self { scheme: "http", storage_port: Some(storage.port()) }
    }

    /// The origin of storage at one of its production names, for a client that reaches the API at
    /// `api_host`.
    pub(super) fn storage(&self, name: &str, api_host: &str) -> String {
        match self.storage_port {
            Some(port) => format!("{}://{api_host}:{port}", self.scheme),
            None => format!("{}://{name}", self.scheme),
        }
    }

    /// Which service a request is meant for, by its host; on plain HTTP and on the loopback, by its
    /// path.
    pub(super) fn service_id(&self, request: &Request) -> Option<ServiceId> {
        let host = request.host_name().to_ascii_lowercase();
        if let Some(port) = self.storage_port
            && request.host.ends_with(&format!(":{port}"))
        {
            return Some(ServiceId::Storage);
        }
        if self.scheme == "http" || host == "localhost" || host == "127.0.0.1" {
            return Some(service_of_path(&request.path));
        }
        if !NAMES.contains(&host.as_str()) {
            return None;
        }
        Some(match host.split_once('.')? {
            ("login", _) => ServiceId::Login,
            ("graph" | "dod-graph", _) => ServiceId::Graph,
            _ if host == STORAGE_HOST || host == PACKAGE_HOST => ServiceId::Storage,
            _ => ServiceId::Api,
        })
    }
}

fn service_of_path(path: &str) -> ServiceId {
    if path.contains("/oauth2/") {
        ServiceId::Login
    } else if path.starts_with("/v1.0/") {
        ServiceId::Graph
    } else {
        ServiceId::Api
    }
}

/// A resource that tokens are issued for.
pub(super) struct Resource {
    /// The token's `aud`, and the scope without `/.default`.
    pub(super) audience: &'static str,
    /// Where it is issued.
    login: &'static str,
    /// Where it is good; none is the resource of another product.
    hosts: &'static [&'static str],
    service_id: ServiceId,
}

const COMMERCIAL: &[&str] =
    &[".security.microsoft.com", ".securitycenter.microsoft.com", ".securitycenter.windows.com"];
const GCC: &[&str] = &["api-gcc.securitycenter.microsoft.us"];
const GOVERNMENT: &[&str] = &["api-gov.securitycenter.microsoft.us"];

const RESOURCES: &[Resource] = &[
    resource(
        "https://api.securitycenter.microsoft.com",
        "login.microsoftonline.com",
        COMMERCIAL,
        ServiceId::Api,
    ),
    resource(
        "https://api.securitycenter.windows.com",
        "login.microsoftonline.com",
        COMMERCIAL,
        ServiceId::Api,
    ),
    resource(
        "https://securitycenter.onmicrosoft.com/windowsatpservice",
        "login.microsoftonline.com",
        COMMERCIAL,
        ServiceId::Api,
    ),
    // The trap: the name of today's API host is the audience of another product (Defender XDR).
    resource(
        "https://api.security.microsoft.com",
        "login.microsoftonline.com",
        &[],
        ServiceId::Api,
    ),
    resource(
        "https://api-gcc.securitycenter.microsoft.us",
        "login.microsoftonline.com",
        GCC,
        ServiceId::Api,
    ),
    resource(
        "https://api-gov.securitycenter.microsoft.us",
        "login.microsoftonline.us",
        GOVERNMENT,
        ServiceId::Api,
    ),
    resource(
        "https://graph.microsoft.com",
        "login.microsoftonline.com",
        &["graph.microsoft.com"],
        ServiceId::Graph,
    ),
    resource(
        "https://graph.microsoft.us",
        "login.microsoftonline.us",
        &["graph.microsoft.us"],
        ServiceId::Graph,
    ),
    resource(
        "https://dod-graph.microsoft.us",
        "login.microsoftonline.us",
        &["dod-graph.microsoft.us"],
        ServiceId::Graph,
    ),
];

const fn resource(
    audience: &'static str,
    login: &'static str,
    hosts: &'static [&'static str],
    service_id: ServiceId,
) -> Resource {
    Resource { audience, login, hosts, service_id }
}

/// The resource with this audience, if this login host issues tokens for it.
pub(super) fn resource_for(audience: &str, login_host: &str) -> Option<&'static Resource> {
    RESOURCES.iter().find(|resource| {
        resource.audience == audience
            && (resource.login == login_host || !NAMES.contains(&login_host))
    })
}

/// Whether a token with this audience is good for this service at this host.
pub(super) fn accepts(service_id: ServiceId, host: &str, audience: &str) -> bool {
    RESOURCES
        .iter()
        .filter(|resource| resource.audience == audience && resource.service_id == service_id)
        .any(|resource| {
            let at =
                |name: &&str| host == *name || (name.starts_with('.') && host.ends_with(*name));
            resource.hosts.iter().any(at) || (!resource.hosts.is_empty() && !NAMES.contains(&host))
        })
}

impl Resource {
    /// Whether a token for this resource carries this role.
    pub(super) fn has_role(&self, role: &str) -> bool {
        let of_graph =
            ["ThreatHunting.", "SecurityIncident."].iter().any(|of| role.starts_with(of));
        match self.service_id {
            ServiceId::Graph => of_graph,
            _ => !self.hosts.is_empty() && !of_graph,
        }
    }
}
