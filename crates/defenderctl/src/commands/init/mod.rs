//! `init`: asks for the fields of the connector's form and writes a settings file that its owner
//! alone may read.

mod answers;
mod check;
mod echo;
mod guard;
mod interview;
mod prompt;
mod questions;
mod secret;
mod write;

use std::io::{self, IsTerminal};
use std::path::PathBuf;

use clap::Args;

use crate::args::{PluginArgs, SETTINGS, SettingsArgs};
use crate::commands::test;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::json::{Document, report_document};
use crate::known_actions::MACHINES;
use crate::output::Output;
use crate::session::Session;
use check::Checker;
use prompt::Prompt;
use secret::SecretArgs;
use write::Written;

/// Arguments of `init`.
#[derive(Debug, Args)]
pub(crate) struct Init {
    #[command(flatten)]
    settings: SettingsArgs,

    #[command(flatten)]
    fields: FieldArgs,
    #[command(flatten)]
    secret: SecretArgs,
    #[command(flatten)]
    plugin: PluginArgs,

    /// Write over files that exist
    #[arg(long)]
    force: bool,

    /// Do not test the settings afterwards
    #[arg(long)]
    no_test: bool,
}

/// What is not a secret. What is not given is asked for on a terminal.
#[derive(Debug, Args)]
pub(crate) struct FieldArgs {
    /// Cloud of the tenant: commercial, us, eu, uk, au, swa, ina, aea, gcc, gccHigh or dod
    #[arg(long, value_name = "CLOUD")]
    cloud: Option<String>,

    /// Tenant ID: GUID or domain name
    #[arg(long, value_name = "ID")]
    tenant_id: Option<String>,

    /// Application client ID
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,

    /// API URL in place of the cloud's
    #[arg(long, value_name = "URL")]
    api_url: Option<String>,

    /// OAuth Server URL in place of the cloud's
    #[arg(long, value_name = "URL")]
    oauth_server_url: Option<String>,

    /// Microsoft Graph URL in place of the cloud's
    #[arg(long, value_name = "URL")]
    graph_url: Option<String>,
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
        let prompt = Prompt::new(
            io::stdin().is_terminal() && io::stderr().is_terminal() && !output.is_json(),
        );
        let guard = guard::restore_on_interrupt(&prompt).await;
        let replace = write::may_replace(&self.path(), self.force, &prompt)?;
        let checker = Checker::load(&self.plugin).await?;
        let fields = questions::ask(&self.fields, &prompt, &checker, output).await?;
        let secret = secret::ask(&self.secret, &self.path(), self.force, &prompt, output)?;
        guard.answered();
        let usable = secret.is_usable_here();
        let written = write::settings(&self.path(), &fields, secret, replace)?;
        guard.written();
        if !output.is_json() {
            output.result(&self.path().display().to_string())?;
        }
        if let Some(path) = written.secret() {
            output.note(&format!("the secret is in {}", path.display()));
        }
        if self.no_test || !usable {
            let test = format!("`defenderctl config test -c {}` tests them", self.path().display());
            output.note(&format!("the settings are written and not tested: {test}"));
            self.document(&written, None, Exit::Done, output)?;
            return Ok(Exit::Done);
        }
        self.test(&written, output).await
    }

    async fn test(&self, written: &Written, output: &Output) -> Result<Exit, Failure> {
        let settings = SettingsArgs { config: Some(self.path()), profile: None };
        let session = Session::open(&self.plugin, &settings, output).await?;
        if !output.is_json() {
            let exit = test::examine(&session, false, &[], output).await?;
            if exit == Exit::Done {
                let path = self.path();
                let path = path.to_string_lossy();
                let path = shlex::try_quote(&path).unwrap_or_default();
                output.note(&format!("\nto go on: defenderctl run {MACHINES} -c {path}"));
            }
            return Ok(exit);
        }
        let report = session.connector.test().await.map_err(|error| session.failure(error))?;
        let document = report_document(
            session.connector.id(),
            &report,
            &session.configured,
            &session.egress.environment(),
        );
        let exit = if report.passed { Exit::Done } else { Exit::Failed };
        self.document(written, Some(&document), exit, output)?;
        Ok(exit)
    }

    /// With `--json`, what was written and what the test said of it.
    fn document(
        &self,
        written: &Written,
        test: Option<&str>,
        exit: Exit,
        output: &Output,
    ) -> Result<(), Failure> {
        if !output.is_json() {
            return Ok(());
        }
        let secret = written.secret().map(|path| path.display().to_string());
        let document = Document::new()
            .member("status", if exit == Exit::Done { "ok" } else { "error" })
            .member("connectorId", self.connector_id())
            .member("path", self.path().display().to_string())
            .member("secretPath", secret)
            .raw_or_null("test", test);
        output.result(&document.finish())
    }
}
