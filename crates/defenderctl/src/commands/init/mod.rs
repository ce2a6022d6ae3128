//! `config init`: writes a settings file, or adds a profile to one. Everything but a client secret
//! is given as a flag; what is not given becomes a comment in the file.

mod check;
mod credential;
mod prompt;
mod template;
mod write;

use std::path::PathBuf;

use clap::Args;

use crate::args::{PluginArgs, SETTINGS, SettingsArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::Document;
use crate::output::Output;
use credential::{CredentialArgs, PassphraseArgs};
use template::Template;

/// Arguments of `config init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    fields: FieldArgs,

    #[command(flatten, next_help_heading = "How the application signs in")]
    credential: CredentialArgs,
    #[command(flatten)]
    passphrase: PassphraseArgs,

    #[command(flatten, next_help_heading = "Component")]
    plugin: PluginArgs,
}

/// What is not a secret.
#[derive(Debug, Args)]
pub(crate) struct FieldArgs {
    /// Tenant: its ID, or one of its domains
    #[arg(long, alias = "tenant-id", value_name = "ID")]
    tenant: Option<String>,

    /// Application (client) ID
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// Cloud of the tenant: commercial (unless given), us, eu, uk, au, swa, ina, aea, gcc, gccHigh
    /// or dod
    #[arg(long, value_name = "CLOUD")]
    cloud: Option<String>,

    /// API URL in place of the cloud's
    #[arg(long, value_name = "URL", hide_short_help = true)]
    api_url: Option<String>,

    /// OAuth Server URL in place of the cloud's
    #[arg(long, value_name = "URL", hide_short_help = true)]
    oauth_server_url: Option<String>,

    /// Microsoft Graph URL in place of the cloud's
    #[arg(long, value_name = "URL", hide_short_help = true)]
    graph_url: Option<String>,
}

/// A setting, the flag that gives it, and its value.
type Field<'a> = (&'static str, &'static str, Option<&'a str>);

impl FieldArgs {
    fn all(&self) -> [Field<'_>; 6] {
        [
            ("tenantId", "--tenant", self.tenant.as_deref()),
            ("clientId", "--client-id", self.client_id.as_deref()),
            ("cloud", "--cloud", self.cloud.as_deref()),
            ("apiUrl", "--api-url", self.api_url.as_deref()),
            ("oAuthServerUrl", "--oauth-server-url", self.oauth_server_url.as_deref()),
            ("graphUrl", "--graph-url", self.graph_url.as_deref()),
        ]
    }
}

impl Init {
    /// What the JSON documents call the connector.
    pub(crate) fn connector_id(&self) -> String {
        self.settings.connector_id()
    }

    /// Where the settings are written.
    fn path(&self) -> PathBuf {
        self.settings.config.clone().unwrap_or_else(|| SETTINGS.into())
    }

    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let path = self.path();
        let profile = self.settings.profile.as_deref();
        // What stands in the way is said before a secret is asked for.
        let target = write::Target::of(&path, profile)?;
        let fields = self.fields.all();
        check::fields(&self.plugin, &fields).await?;
        let credential = self.credential.read(&self.passphrase, &path, output)?;
        let missing: Vec<&str> =
            fields[..2].iter().filter(|field| field.2.is_none()).map(|field| field.0).collect();
        let credential = match credential {
            Some(credential) => credential,
            None if missing.is_empty() => credential::prompted(&path, profile, output).await?,
            None => credential::Credential::default(),
        };
        let text = Template { fields: &fields, credential: &credential, profile }.to_toml();
        target.write(&text, credential.typed.as_ref())?;
        let secret = credential.typed.as_ref().map(|typed| typed.path.display().to_string());
        if output.is_json() {
            let document = Document::new()
                .member("status", "ok")
                .member("connectorId", self.connector_id())
                .member("path", path.display().to_string())
                .member("secretPath", secret)
                .member("missing", missing);
            output.result(&document.finish())?;
            return Ok(Exit::Done);
        }
        output.result(&path.display().to_string())?;
        let shown = shlex::try_quote(&path.to_string_lossy()).unwrap_or_default().into_owned();
        let test = match profile {
            Some(name) => format!("defenderctl config test -c {shown} --profile {name}"),
            None => format!("defenderctl config test -c {shown}"),
        };
        if let Some(secret) = secret {
            output.note(&format!("the client secret is in {secret}, which only you can read"));
        }
        output.note(&if missing.is_empty() {
            format!("to check it: {test}")
        } else {
            format!("fill in {} in {shown}, then check it: {test}", missing.join(" and "))
        });
        Ok(Exit::Done)
    }
}
