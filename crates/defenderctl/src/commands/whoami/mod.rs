//! `whoami`: whose credentials the settings hold, and what they allow. Shows no secret and no
//! token.

mod allowed;
mod text;

use clap::{Args, ValueEnum};
use host_harness::{CallError, PluginError};
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::args::{PluginArgs, SettingsArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::known_actions::TEST;
use crate::output::Output;
use crate::progress::Progress;
use crate::session::Session;
use allowed::Allowed;

/// Arguments of `whoami`.
#[derive(Debug, Args)]
pub(crate) struct Whoami {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,

    /// Show every action, not only the commands
    #[arg(long)]
    all: bool,

    /// Form of the result
    #[arg(short = 'o', long = "output", value_name = "FORM", default_value = "table")]
    form: Form,

    #[command(flatten, next_help_heading = "Component")]
    plugin: PluginArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, ValueEnum)]
enum Form {
    Table,
    Json,
}

/// What is known of the credentials.
struct Identity {
    /// From the settings: path, profile, tenant, application, cloud and servers.
    settings: Value,
    /// From the token; `null` if it cannot be read.
    token: Value,
    allowed: Allowed,
}

impl Whoami {
    /// Whether the result is wanted as JSON.
    pub(crate) fn wants_json(&self) -> bool {
        self.form == Form::Json
    }

    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let session = Session::open(&self.plugin, &self.settings, output).await?;
        let settings = settings(&session).await?;
        let (mut report, error) = {
            let _progress = Progress::of("signing in");
            match session.connector.execute(TEST, "{}").await {
                Ok(outcome) => (parse(&outcome.data)["report"].take(), None),
                Err(CallError::Plugin(error)) => {
                    let details = error.details.as_deref().unwrap_or_default();
                    (parse(details)["report"].take(), Some(error))
                }
                Err(error) => return Err(session.failure(error)),
            }
        };
        let token = token(report["identity"].take());
        let has_token = is_passed(&report, "token");
        let allowed = Allowed::of(&report["permissions"], &token, has_token);
        let identity = Identity { settings, token, allowed };
        // A missing permission is shown; a token for another API, or a read that fails, is not.
        let is_failed = |step: &&Value| step["status"] == "failed" && step["name"] != "roles";
        let failed = report["steps"].as_array().into_iter().flatten().find(is_failed);
        let error = error.filter(|_| failed.is_some() || !has_token).map(|error| {
            let message = failed.and_then(|step| step["detail"].as_str()).map(str::to_owned);
            let message = message.unwrap_or_else(|| error.message.clone());
            let error = PluginError { message, details: None, ..*error };
            session.failure(CallError::Plugin(Box::new(error)))
        });
        match (error, has_token) {
            (Some(error), false) => {
                // Without a token there is not more to say.
                if !output.is_json() {
                    output.result(&text::known(&identity))?;
                }
                Err(error)
            }
            // The document of an error has no place for the rest.
            (Some(error), true) if output.is_json() => Err(error),
            (error, _) => {
                if output.is_json() {
                    output.result(&identity.to_json(session.connector.id()))?;
                } else {
                    output.result(&text::full(&identity, self.all))?;
                }
                error.map_or(Ok(Exit::Done), Err)
            }
        }
    }
}

impl Identity {
    fn to_json(&self, connector_id: &str) -> String {
        let Value::Object(mut document) = self.settings.clone() else { return String::new() };
        document.insert("status".into(), json!("ok"));
        document.insert("connectorId".into(), json!(connector_id));
        document.insert("token".into(), self.token.clone());
        document.insert("commands".into(), self.allowed.commands_to_json());
        document.insert("actions".into(), self.allowed.actions_to_json());
        Value::Object(document).to_string()
    }
}

/// What the settings say.
async fn settings(session: &Session) -> Result<Value, Failure> {
    let config = parse(&session.config);
    let schema = parse(&session.describe().await?.config_schema);
    let cloud = match &config["cloud"] {
        Value::Null => &schema["properties"]["cloud"]["default"],
        given => given,
    };
    Ok(json!({
        "settings": session.path.display().to_string(),
        "profile": session.profile,
        "tenant": config["tenantId"],
        "application": config["clientId"],
        "cloud": cloud,
        "signIn": session.sign_in(),
        "api": session.api(),
        "certificateEnds": session.certificate_ends.and_then(|at| at.format(&Rfc3339).ok()),
    }))
}

/// What the token says, with the time at which it ends.
fn token(mut token: Value) -> Value {
    let seconds = token["validForSeconds"].as_i64();
    let ends = seconds.and_then(|seconds| {
        let ends = OffsetDateTime::now_utc().checked_add(Duration::seconds(seconds))?;
        ends.replace_nanosecond(0).ok()?.format(&Rfc3339).ok()
    });
    if let Value::Object(members) = &mut token {
        members.insert("ends".into(), json!(ends));
    }
    token
}

fn is_passed(report: &Value, name: &str) -> bool {
    let steps = report["steps"].as_array();
    steps.into_iter().flatten().any(|step| step["name"] == name && step["status"] == "passed")
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_default()
}
