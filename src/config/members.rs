//! The members of `config` and `secrets`.

use super::{cloud, limits};
use crate::schema::{self, Field, Kind, ObjectSchema};

const RESULT_HOST: Kind = Kind::Text(&schema::HOST_PATTERN);

/// Schema of `config`.
pub const CONFIG: Kind = Kind::Object(&CONFIG_MEMBERS);

pub(super) static CONFIG_MEMBERS: ObjectSchema = ObjectSchema::new(&[
    Field::optional("name", &Kind::Text(&schema::TEXT), "Display name of this connector.")
        .or_text(&"Microsoft Defender for Endpoint"),
    Field::optional(
        "cloud",
        &Kind::Choice(cloud::NAMES),
        "Cloud of the tenant; sets the defaults of the addresses and scopes below.",
    )
    .or_text(&"commercial"),
    Field::optional("apiUrl", &Kind::Text(&schema::URL_HTTP), "API URL. Default: from `cloud`."),
    Field::required(
        "clientId",
        &Kind::Text(&schema::GUID),
        "Application client ID of the app registration in Entra.",
    ),
    Field::required(
        "tenantId",
        &Kind::Text(&schema::TENANT),
        "Tenant ID: GUID or domain name of the Entra tenant.",
    ),
    Field::optional(
        "oAuthServerUrl",
        &Kind::Text(&schema::URL_HTTP),
        "OAuth Server URL. Default: from `cloud`.",
    ),
    Field::optional(
        "oAuthScope",
        &Kind::Text(&schema::VISIBLE),
        "OAuth Scope of tokens for the API. Default: from `cloud`.",
    ),
    Field::optional(
        "graphUrl",
        &Kind::Text(&schema::URL_HTTP),
        "Microsoft Graph URL, for hunting and incidents. Default: from `cloud`.",
    ),
    Field::optional(
        "graphScope",
        &Kind::Text(&schema::VISIBLE),
        "OAuth Scope of tokens for Microsoft Graph. Default: from `cloud`.",
    ),
    Field::optional(
        "resultHosts",
        &Kind::List { of: &RESULT_HOST, min: 0, max: 50 },
        "Hosts that the service's download links may point to. Default: the storage hosts of `cloud`.",
    ),
    Field::optional("limits", &Kind::Object(&limits::MEMBERS), "Limits on time, size and count."),
]);

/// Schema of `secrets`.
pub const SECRETS: Kind = Kind::Object(&SECRETS_MEMBERS);

pub(super) static SECRETS_MEMBERS: ObjectSchema = ObjectSchema::new(&[
    Field::optional(
        "clientSecret", &Kind::Text(&schema::TOKEN), "Client secret value (not its ID)."
    ),
    Field::optional(
        "clientAssertion",
        &Kind::Text(&schema::JWT),
        "Signed JWT instead of a secret, made by the host: certificate or workload identity federation.",
    ),
    Field::optional(
        "accessToken",
        &Kind::Text(&schema::TOKEN),
        "Access token that the host obtained itself, for example for a managed identity.",
    ),
])
.exactly_one_of(&["clientSecret", "clientAssertion", "accessToken"]);
