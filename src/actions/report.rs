//! Tests the connector: sign-in, audience, permissions, one read. Changes nothing at the service.

mod identity;
mod json;

use serde_json::{Map, Value};

use super::route::send_route;
use crate::auth::{self, Claims, resource};
use crate::catalogue::{Action, CATALOGUE, SET_UP, Server};
use crate::client::Client;
use crate::config::Credential;
use crate::error::{Error, Kind};
use crate::response::Sanitizer;
use crate::schema;
use crate::text::join;

/// The result of the test.
#[derive(Debug)]
pub struct Report {
    /// The checks in their order.
    pub steps: Vec<Step>,
    /// One row per action.
    pub permissions: Vec<Permission>,
    /// Who the connector is according to its token; `null` without a readable one.
    pub identity: Value,
}

/// One check.
#[derive(Debug)]
pub struct Step {
    /// Stable name.
    pub name: &'static str,
    /// The check's result.
    pub status: Status,
    /// What was found, and what to do.
    pub detail: String,
    /// How long it took, in milliseconds.
    pub duration_ms: u64,
    /// The error behind a failure.
    pub error: Option<Error>,
    /// Stable code of a failure: Microsoft's, or else ours.
    pub code: Option<String>,
    /// Microsoft's documentation of the failure.
    pub help: Option<String>,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(missing_docs, reason = "documented in wit/types.wit, one for one")]
pub enum Status {
    Passed,
    Failed,
    Skipped,
}

/// Whether the credentials allow an action.
#[derive(Debug)]
pub struct Permission {
    /// The action's name.
    pub action: &'static str,
    /// Whether the token certainly has every required permission.
    pub granted: bool,
    /// The least set of permissions to add.
    pub missing: Vec<String>,
}

impl Report {
    /// Whether no check failed.
    pub fn passed(&self) -> bool {
        self.steps.iter().all(|step| step.status != Status::Failed)
    }
}

/// The finding of a check.
enum Finding {
    Passed(String),
    Failed(Kind, &'static str, String),
    FailedWith(Error),
    Skipped(String),
}

use Finding::{Failed, FailedWith, Passed, Skipped};

/// Runs all checks.
pub fn run_checks(client: &mut Client<'_>) -> Report {
    let mut steps = Vec::new();
    run_check(&mut steps, client, "token", &token);
    let signed_in = steps.iter().all(|step| step.status == Status::Passed);
    // Hunting and incidents need Graph's permissions. Without a token for Graph they are unknown,
    // which is not a failure.
    let graph = signed_in && client.sign_in(Server::Graph).is_ok();
    let graph = client.claims(Server::Graph).filter(|_| graph);
    let claims = client.claims(Server::Defender).filter(|_| signed_in);
    if signed_in {
        run_check(&mut steps, client, "audience", &|client| audience(client, claims.as_ref()));
        run_check(&mut steps, client, "roles", &|client| {
            roles(claims.as_ref(), &client.sanitizer())
        });
        run_check(&mut steps, client, "read", &|client| read(client, claims.as_ref()));
    } else {
        for name in ["audience", "roles", "read"] {
            run_check(&mut steps, client, name, &|_| {
                Skipped("Not checked: there is no token.".to_owned())
            });
        }
    }
    let for_this_api =
        steps.iter().all(|step| step.name != "audience" || step.status != Status::Failed);
    let permission = |action: &&'static Action| {
        let (claims, for_it) = match action.server() {
            Server::Defender => (claims.as_ref(), for_this_api),
            Server::Graph => (graph.as_ref(), true),
        };
        Permission {
            action: action.name,
            granted: match claims {
                // Permissions of another API do not count, even under the same name.
                Some(claims) => for_it && claims.grants(action),
                None => signed_in && action.roles.is_empty(),
            },
            missing: claims.map(|claims| claims.missing(action)).unwrap_or_default(),
        }
    };
    let identity = claims.as_ref().map(|claims| identity::read(client, claims, graph.as_ref()));
    Report {
        permissions: CATALOGUE.iter().map(permission).collect(),
        steps,
        identity: identity.unwrap_or_default(),
    }
}

fn run_check<'a>(
    steps: &mut Vec<Step>,
    client: &mut Client<'a>,
    name: &'static str,
    find: &dyn Fn(&mut Client<'a>) -> Finding,
) {
    let before = client.elapsed_ms();
    let (status, detail, error, own) = match find(client) {
        Passed(detail) => (Status::Passed, detail, None, None),
        Failed(kind, code, detail) => {
            (Status::Failed, detail.clone(), Some(Error::new(kind, detail)), Some(code))
        }
        FailedWith(error) => (Status::Failed, describe_error(&error), Some(error), None),
        Skipped(detail) => (Status::Skipped, detail, None, None),
    };
    let duration_ms = client.elapsed_ms().saturating_sub(before);
    // The service's code says more than the kind of failure.
    let code = error
        .as_ref()
        .map(|error| error.code().or(own).unwrap_or_else(|| error.kind().name()).to_owned());
    let help = code
        .as_ref()
        .map(|code| auth::help_url(code, client.settings).unwrap_or_else(|| SET_UP.to_owned()));
    steps.push(Step { name, status, detail, duration_ms, error, code, help });
}

/// Appends the service's code and request ID to the message: a step has no other field for them.
fn describe_error(error: &Error) -> String {
    let code = error.code().map(|code| format!("code {code}"));
    let id = error.request_id().map(|id| format!("request id {id}"));
    match (code, id) {
        (Some(code), Some(id)) => format!("{} ({code}, {id})", error.message()),
        (Some(one), None) | (None, Some(one)) => format!("{} ({one})", error.message()),
        (None, None) => error.message().to_owned(),
    }
}

fn token(client: &mut Client<'_>) -> Finding {
    if let Credential::AccessToken(_) = client.settings.credential {
        let expired = client
            .claims(Server::Defender)
            .and_then(|claims| claims.exp)
            .is_some_and(|exp| exp <= client.now().as_secs());
        return match expired {
            true => Failed(
                Kind::Unauthenticated,
                "token-expired",
                "The host's access token has expired: configure the connector with a new one."
                    .to_owned(),
            ),
            false => Passed(format!(
                "The host supplied an access token; no sign-in is needed{}.",
                good_until(client)
            )),
        };
    }
    match client.sign_in(Server::Defender) {
        Ok(()) => {
            Passed(format!("Signed in at {}{}.", client.settings.login.host(), good_until(client)))
        }
        Err(error) => FailedWith(error),
    }
}

/// How long the token is valid, as the end of a sentence.
fn good_until(client: &Client<'_>) -> String {
    let exp = client.claims(Server::Defender).and_then(|claims| claims.exp);
    match exp.map(|exp| exp.saturating_sub(client.now().as_secs())) {
        Some(seconds @ 0..120) => format!("; the token is valid for {seconds} s"),
        Some(seconds) => format!("; the token is valid for {} min", seconds / 60),
        None => String::new(),
    }
}

/// The scope of the worldwide API.
const SCOPE: &str = "https://api.securitycenter.microsoft.com/.default";

fn audience(client: &Client<'_>, claims: Option<&Claims>) -> Finding {
    let Some(claims) = claims else {
        return Skipped("Not checked: the token is opaque.".to_owned());
    };
    let resource = resource(&client.settings.scope);
    let audience = client.sanitizer().text(claims.audience());
    if claims.is_for_xdr() {
        return Failed(
            Kind::Forbidden,
            "wrong-audience",
            format!(
                "The token is for {audience}, which is the XDR API: set `oAuthScope` to {} or remove it.",
                SCOPE
            ),
        );
    }
    if claims.is_for_defender(&client.settings.scope) {
        return Passed(format!("The token is for {audience}."));
    }
    Failed(
        Kind::Forbidden,
        "wrong-audience",
        format!(
            "The token is for {audience}, but Defender's API accepts tokens for {resource}: check `oAuthScope`."
        ),
    )
}

fn roles(claims: Option<&Claims>, clean: &Sanitizer) -> Finding {
    match claims {
        None => Skipped("Not checked: the token is opaque.".to_owned()),
        Some(claims) if !claims.is_explicit() => Skipped(
            "Not checked: the token is a person's and lists no permissions; that person's roles in Defender decide.".to_owned(),
        ),
        Some(claims) if claims.permissions.is_empty() => {
            Failed(
                Kind::Forbidden, "no-roles",
                "The application has no permissions: grant application permissions of WindowsDefenderATP in Entra, with admin consent.".to_owned()
            )
        }
        Some(claims) => {
            let names = join(&claims.sanitized_permissions(clean), ", ");
            Passed(match claims.delegated {
                true => format!(
                    "A person's token has {names}; that person's roles in Defender decide too."
                ),
                false => format!("The application has {names}."),
            })
        }
    }
}

/// Read actions to try, best first. They need no parameters.
const PROBES: &[&str] = &["getAgentList", "getLibraryFiles"];

fn read(client: &mut Client<'_>, claims: Option<&Claims>) -> Finding {
    let granted =
        |action: &&&'static Action| claims.is_none_or(|claims| claims.missing(action).is_empty());
    let mut known =
        PROBES.iter().filter_map(|name| CATALOGUE.iter().find(|action| action.name == *name));
    let found = known.find(granted).and_then(|action| Some((action, action.route()?)));
    let Some((action, route)) = found else {
        return Skipped("Not checked: the token has no read permission.".to_owned());
    };
    let mut given = Map::new();
    if action.params.field("pageSize").is_some() {
        given.insert("pageSize".to_owned(), Value::from(1));
    }
    let mut problems = Vec::new();
    let params = schema::read(action.params, given, "", &mut problems);
    client.set_action(action);
    match send_route(client, action, route, &params) {
        Ok(_) => {
            Passed(format!("`{}` was answered by {}.", action.name, client.settings.api.host()))
        }
        Err(error) => FailedWith(error),
    }
}
