//! Settings and secrets: the fields of the connector form. They are checked as a whole, and every
//! problem is reported, not only the first.

mod cloud;
mod endpoint;
mod limits;
mod members;
mod secret;

use serde_json::{Map, Value};

pub use endpoint::{Endpoint, HostPattern};
pub use limits::Limits;
pub use members::{CONFIG, SECRETS};
pub use secret::{Credential, Secret, wipe};

use crate::catalogue::Server;
use crate::error::Error;
use crate::schema::{self, Params, Problem};
use members::{CONFIG_MEMBERS, SECRETS_MEMBERS};

/// A valid configuration.
#[derive(Clone, Debug)]
pub struct Settings {
    /// Display name of the connector.
    pub name: String,
    /// Defender's API.
    pub api: Endpoint,
    /// Entra's login server.
    pub login: Endpoint,
    /// Microsoft Graph.
    pub graph: Endpoint,
    /// Entra tenant: GUID or domain.
    pub tenant_id: String,
    /// Application (client) ID.
    pub client_id: String,
    /// Scope of tokens for Defender's API.
    pub scope: String,
    /// Scope of tokens for Microsoft Graph.
    pub graph_scope: String,
    /// Hosts that a download link may point to.
    pub result_hosts: Vec<HostPattern>,
    /// Limits on time, size and count.
    pub limits: Limits,
    /// How to sign in.
    pub credential: Credential,
}

/// An origin that the connector calls.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Origin {
    /// `scheme://host[:port]`; the host may begin with `*.`.
    pub pattern: String,
    /// What it is used for.
    pub purpose: &'static str,
    /// Whether nothing works without it.
    pub required: bool,
}

/// Placeholders that Entra accepts instead of a tenant when a user signs in; the last is the tenant
/// of all personal accounts.
/// <https://learn.microsoft.com/en-us/entra/identity-platform/v2-protocols#endpoints>.
const NO_TENANTS: &[&str] =
    &["common", "organizations", "consumers", "9188040d-6c67-4c5b-b112-36a304b66dad"];

impl Settings {
    /// Returns the address of a server that accepts tokens.
    pub fn endpoint(&self, server: Server) -> &Endpoint {
        match server {
            Server::Defender => &self.api,
            Server::Graph => &self.graph,
        }
    }

    /// Returns the scope of that server's tokens.
    pub fn scope(&self, server: Server) -> &str {
        match server {
            Server::Defender => &self.scope,
            Server::Graph => &self.graph_scope,
        }
    }

    /// Parses `config` and `secrets`.
    ///
    /// # Errors
    ///
    /// [`crate::error::Kind::InvalidConfig`] with every problem found.
    pub fn parse(config: &str, secrets: &str) -> Result<Self, Error> {
        let mut problems = Vec::new();
        let mut object = |text: &str, pointer: &str| {
            schema::object_from_text(text, pointer, CONFIG_MEMBERS.max_bytes()).unwrap_or_else(
                |problem| {
                    problems.push(problem);
                    // Do not report members as missing from a document that could not be parsed.
                    Map::new()
                },
            )
        };
        let (config, secrets) = (object(config, "/config"), object(secrets, "/secrets"));
        let unreadable = |pointer: &str| problems.iter().any(|problem| problem.pointer == pointer);
        let (skip_config, skip_secrets) = (unreadable("/config"), unreadable("/secrets"));
        let config = match skip_config {
            true => Params::default(),
            false => schema::read(&CONFIG_MEMBERS, config, "/config", &mut problems),
        };
        let credential = match skip_secrets {
            true => None,
            false => credential(secrets, &mut problems),
        };
        let settings = Self::from_parts(&config, credential, &mut problems);
        settings.filter(|_| problems.is_empty()).ok_or_else(|| Error::invalid_config(&problems))
    }

    fn from_parts(
        config: &Params,
        credential: Option<Credential>,
        problems: &mut Vec<Problem>,
    ) -> Option<Self> {
        let cloud = cloud::find(config.text("cloud").unwrap_or_default());
        let mut endpoint = |name: &str, preset: &'static str, server: Option<Server>| {
            let text = config.text(name).unwrap_or(preset);
            // Already reported by the schema.
            if problems.iter().any(|problem| problem.pointer == format!("/config/{name}")) {
                return None;
            }
            let parsed = Endpoint::parse(text).and_then(|parsed| match server {
                Some(server) => parsed.without_api_path(server),
                None => Ok(parsed),
            });
            parsed
                .map_err(|problem| problems.push(Problem::new(format!("/config/{name}"), problem)))
                .ok()
        };
        let tenant = config.text("tenantId").unwrap_or_default();
        let api = endpoint("apiUrl", cloud.api_url, Some(Server::Defender));
        let login = endpoint("oAuthServerUrl", cloud.login_url, None);
        let graph = endpoint("graphUrl", cloud.graph_url, Some(Server::Graph));
        if NO_TENANTS.iter().any(|name| tenant.eq_ignore_ascii_case(name)) {
            let problem = "is not a tenant, so the application could act on the wrong one; give the tenant's own GUID or domain name";
            problems.push(Problem::new("/config/tenantId", problem));
        }
        let result_hosts = result_hosts(config, cloud, problems);
        let text = |name: &str, preset: &str| config.text(name).unwrap_or(preset).to_owned();
        let mut limits = Vec::new();
        let limits_params = config.object("limits");
        let limits = match limits_params {
            Some(input) => Limits::from_params(&input),
            None => {
                Limits::from_params(&schema::read(&limits::MEMBERS, Map::new(), "", &mut limits))
            }
        };
        Some(Self {
            name: text("name", ""),
            api: api?,
            login: login?,
            graph: graph?,
            tenant_id: text("tenantId", ""),
            client_id: text("clientId", ""),
            scope: text("oAuthScope", cloud.scope),
            graph_scope: text("graphScope", cloud.graph_scope),
            result_hosts,
            limits,
            credential: credential?,
        })
    }

    /// Every origin that the connector may call, and the host patterns of result storage. An origin
    /// with two purposes is listed twice.
    pub fn origins(&self) -> Vec<Origin> {
        // A token from the host cannot be renewed, so it needs no sign-in.
        let signs_in = !matches!(self.credential, Credential::AccessToken(_));
        let mut origins = vec![
            Origin { pattern: self.login.origin(), purpose: "sign-in", required: signs_in },
            Origin {
                pattern: self.api.origin(),
                purpose: "API of Defender for Endpoint",
                required: true,
            },
            Origin {
                pattern: self.graph.origin(),
                purpose: "API of Microsoft Graph, for hunting and incidents",
                required: false,
            },
        ];
        let purpose = "result storage: script output, collected files, packages";
        for host in &self.result_hosts {
            let origin = Origin { pattern: host.origin(), purpose, required: false };
            if !origins.contains(&origin) {
                origins.push(origin);
            }
        }
        origins
    }
}

fn result_hosts(
    config: &Params,
    cloud: &cloud::Cloud,
    problems: &mut Vec<Problem>,
) -> Vec<HostPattern> {
    let given = config.value("resultHosts").and_then(Value::as_array);
    let patterns: Vec<&str> = match given {
        Some(values) => values.iter().filter_map(Value::as_str).collect(),
        None => cloud.result_hosts.to_vec(),
    };
    let parse = |(n, text): (usize, &&str)| {
        let parsed = HostPattern::parse(text);
        parsed
            .map_err(|problem| {
                problems.push(Problem::new(format!("/config/resultHosts/{n}"), problem))
            })
            .ok()
    };
    patterns.iter().enumerate().filter_map(parse).collect()
}

fn credential(secrets: Map<String, Value>, problems: &mut Vec<Problem>) -> Option<Credential> {
    let before = problems.len();
    let mut input = schema::read(&SECRETS_MEMBERS, secrets, "/secrets", problems);
    let mut take = |name: &str| match input.take(name)? {
        Value::String(text) => Some(Secret::new(text)),
        mut other => {
            wipe(&mut other);
            None
        }
    };
    let given = (take("clientSecret"), take("clientAssertion"), take("accessToken"));
    if problems.len() > before {
        return None;
    }
    // The schema guarantees that exactly one is given.
    match given {
        (Some(secret), _, _) => Some(Credential::ClientSecret(secret)),
        (_, Some(secret), _) => Some(Credential::ClientAssertion(secret)),
        (_, _, Some(secret)) => Some(Credential::AccessToken(secret)),
        (None, None, None) => None,
    }
}

#[cfg(test)]
mod tests;
