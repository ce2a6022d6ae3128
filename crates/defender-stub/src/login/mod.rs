//! The login endpoint: `POST /{tenant}/oauth2/v2.0/token` with client credentials.
//!
//! See <https://learn.microsoft.com/entra/identity-platform/v2-oauth2-client-creds-grant-flow>.

mod assertion;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use url::form_urlencoded;
use uuid::Uuid;

use crate::hosts::{self, Resource, ServiceId};
use crate::inject::inject;
use crate::refusal::entra::{self as refuse, Refusal};
use crate::reply::Reply;
use crate::request::Request;
use crate::scenario::ExpiresIn;
use crate::state::ServiceState;
use crate::template::Template;
use crate::token::Claims;

/// The form fields that the ledger omits.
const SECRET_FIELDS: [&str; 2] = ["client_secret", "client_assertion"];

/// Answers a request to the login endpoint.
pub(crate) fn answer(state: &mut ServiceState, request: &Request) -> Reply {
    inject(state, request, ServiceId::Login, |state| {
        let now = state.clock.now();
        token(state, request).unwrap_or_else(|refusal| refusal.reply(now))
    })
}

/// The request's body as the ledger records it.
pub(crate) fn recorded_body(service_id: Option<ServiceId>, request: &Request) -> String {
    if service_id != Some(ServiceId::Login) {
        return String::from_utf8_lossy(&request.body).into_owned();
    }
    let mut kept = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(&request.body) {
        let secret = SECRET_FIELDS.contains(&name.as_ref());
        kept.append_pair(&name, if secret { "[redacted]" } else { &value });
    }
    kept.finish()
}

fn token(state: &mut ServiceState, request: &Request) -> Result<Reply, Refusal> {
    let template = Template::new("POST /{tenant}/oauth2/v2.0/token");
    let Some(captured) = template.captures(&request.path) else {
        return Err(refuse::NOT_FOUND.because("No endpoint is at this path."));
    };
    if request.method != "POST" {
        let method = &request.method;
        return Err(refuse::POST_ONLY.because(format!(
            "The endpoint only accepts POST requests. Received a {method} request."
        )));
    }
    tenant(state, &captured[0])?;
    let form = Form::of(request);
    let grant = form.required("grant_type")?;
    if grant != "client_credentials" {
        return Err(refuse::UNSUPPORTED_GRANT
            .because(format!("The app requested an unsupported grant type '{grant}'.")));
    }
    let client = form.client(request)?;
    if !client.id.eq_ignore_ascii_case(&state.scenario.client_id) {
        let (id, tenant) = (&client.id, &captured[0]);
        return Err(refuse::UNKNOWN_CLIENT.because(format!(
            "Application with identifier '{id}' was not found in the directory '{tenant}'."
        )));
    }
    authenticate(state, request, &form, client.secret)?;
    let resource = resource(&form.required("scope")?, request.host_name())?;
    let reply = issue(state, resource);
    state.issued += 1;
    Ok(reply)
}

fn tenant(state: &ServiceState, tenant: &str) -> Result<(), Refusal> {
    let scenario = &state.scenario;
    let mut known = scenario.tenant_domains.iter().chain([&scenario.tenant_id]);
    if known.any(|name| name.eq_ignore_ascii_case(tenant)) {
        return Ok(());
    }
    if Uuid::try_parse(tenant).is_ok() || tenant.contains('.') {
        Err(refuse::UNKNOWN_TENANT.because(format!("Tenant '{tenant}' not found.")))
    } else {
        Err(refuse::MALFORMED_TENANT.because(format!(
            "Specified tenant identifier '{tenant}' is neither a valid DNS name, nor a valid external domain."
        )))
    }
}

fn authenticate(
    state: &ServiceState,
    request: &Request,
    form: &Form,
    secret: Option<String>,
) -> Result<(), Refusal> {
    let scenario = &state.scenario;
    if let Some(secret) = secret {
        return match secret == scenario.client_secret {
            true if scenario.secret_expired => Err(refuse::EXPIRED_SECRET
                .because(
                    format!(
                        "The provided client secret keys for app '{}' are expired.",
                        scenario.client_id
                    )
                )),
            true => Ok(()),
            false => Err(refuse::WRONG_SECRET.because(format!(
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, \
                 not the client secret ID, for a secret added to app '{}'.",
                scenario.client_id
            ))),
        };
    }
    let Some(presented) = form.field("client_assertion") else {
        return Err(refuse::MISSING_CREDENTIAL.because(
            "'client_assertion', 'client_secret' or 'request' is required for the 'client_credentials' grant type.",
        ));
    };
    let kind = form.required("client_assertion_type")?;
    let endpoint = format!("{}://{}{}", state.origins.scheme, request.host, request.path);
    assertion::check(scenario, &kind, presented, &endpoint, state.clock.now())
}

fn resource(scope: &str, login_host: &str) -> Result<&'static Resource, Refusal> {
    if scope.split_whitespace().count() != 1 {
        return Err(
            refuse::BAD_SCOPE.because(
                format!(
                    "The provided value for the input parameter 'scope' is not valid. The scope '{scope}' names more or less than one resource."
                )
            )
        );
    }
    let Some(audience) = scope.strip_suffix("/.default") else {
        return Err(refuse::NOT_DEFAULT_SCOPE.because(format!(
            "The provided value for scope {scope} is not valid. Client credential flows must have a scope value with \
             /.default suffixed to the resource identifier (application ID URI)."
        )));
    };
    hosts::resource_for(audience, login_host).ok_or_else(|| {
        refuse::UNKNOWN_RESOURCE.because(format!(
            "The resource principal named {audience} was not found in the tenant named Contoso."
        ))
    })
}

fn issue(state: &ServiceState, resource: &Resource) -> Reply {
    let (scenario, now) = (&state.scenario, state.clock.now());
    let issued_at = now.unix_timestamp();
    let lifetime = scenario.token.lifetime_seconds;
    let granted = scenario
        .grants
        .iter()
        .filter(|grant| state.issued >= grant.after_tokens)
        .flat_map(|grant| &grant.roles);
    let person = scenario.token.person.as_ref();
    let of_resource = |names: &[String]| -> Vec<String> {
        names.iter().filter(|name| resource.has_role(name)).cloned().collect()
    };
    let claims = Claims {
        aud: resource.audience.to_owned(),
        iss: format!("https://sts.windows.net/{}/", scenario.tenant_id),
        tid: scenario.tenant_id.clone(),
        appid: scenario.client_id.clone(),
        roles: scenario
            .roles
            .iter()
            .chain(granted)
            .filter(|role| person.is_none() && resource.has_role(role))
            .cloned()
            .collect(),
        scp: person.map(|person| of_resource(&person.scopes).join(" ")).unwrap_or_default(),
        upn: person.map(|person| person.name.clone()).unwrap_or_default(),
        iat: issued_at,
        nbf: issued_at,
        exp: issued_at.saturating_add_unsigned(lifetime),
        uti: Uuid::new_v4().to_string(),
        ver: "1.0".to_owned(),
    };
    let Ok(token) = state.tokens.issue(&claims) else { return Reply::empty(500) };
    let claimed = scenario.token.claimed_seconds.unwrap_or(lifetime);
    let mut body =
        json!({ "token_type": "Bearer", "ext_expires_in": claimed, "access_token": token });
    match scenario.token.expires_in {
        ExpiresIn::Number => body["expires_in"] = json!(claimed),
        ExpiresIn::String => body["expires_in"] = Value::String(claimed.to_string()),
        ExpiresIn::Absent => {}
    }
    Reply::text(200, "application/json; charset=utf-8", body.to_string())
        .with("x-ms-request-id", Uuid::new_v4().to_string())
        .with("cache-control", "no-store, no-cache")
}

/// The application that signs in.
struct Client {
    id: String,
    secret: Option<String>,
}

/// The decoded form. Empty for any other content type, because Entra ignores such a body.
struct Form(Vec<(String, String)>);

impl Form {
    fn of(request: &Request) -> Self {
        if !request.is_of_type("application/x-www-form-urlencoded") {
            return Self(Vec::new());
        }
        Self(form_urlencoded::parse(&request.body).into_owned().collect())
    }

    fn field(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    }

    fn required(&self, name: &str) -> Result<String, Refusal> {
        self.field(name).map(str::to_owned).ok_or_else(|| {
            refuse::MISSING_FIELD.because(format!(
                "The request body must contain the following parameter: '{name}'."
            ))
        })
    }

    /// From the form or from HTTP Basic, which Entra also accepts.
    fn client(&self, request: &Request) -> Result<Client, Refusal> {
        if let Some((id, secret)) = basic(request) {
            return Ok(Client { id, secret: Some(secret) });
        }
        Ok(Client {
            id: self.required("client_id")?,
            secret: self.field("client_secret").map(str::to_owned),
        })
    }
}

fn basic(request: &Request) -> Option<(String, String)> {
    let encoded = request.value("authorization")?.strip_prefix("Basic ")?;
    let text = String::from_utf8(STANDARD.decode(encoded).ok()?).ok()?;
    let (id, secret) = text.split_once(':')?;
    let decoded =
        |part: &str| percent_encoding::percent_decode_str(part).decode_utf8_lossy().into_owned();
    Some((decoded(id), decoded(secret)))
}
