//! `doctor`: everything between the settings and the service, looked at one by one. Changes
//! nothing.

mod check;
mod clock;
mod local;
mod service;
mod shown;
mod way;

use clap::Args;

use crate::args::{PluginArgs, SettingsArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use check::Log;

/// Arguments of `doctor`.
#[derive(Debug, Args)]
pub(crate) struct Doctor {
    #[command(flatten)]
    pub(crate) settings: SettingsArgs,
    #[command(flatten)]
    plugin: PluginArgs,
}

/// The checks of the service itself.
const SERVICE: [&str; 5] = ["token", "audience", "roles", "read", "permissions"];

impl Doctor {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let mut log = Log::new(output);
        self.examine(&mut log).await?;
        log.finish(&self.settings.connector_id())
    }

    async fn examine(&self, log: &mut Log<'_>) -> Result<(), Failure> {
        let settings = local::settings(log, &self.settings)?;
        let host = local::component(log, &self.plugin, settings.as_ref()).await?;
        let session = match (&settings, &host) {
            (Some(settings), Some(host)) => {
                local::configure(log, host, settings, &self.settings.connector_id(), &self.plugin)
                    .await?
            }
            _ => {
                log.skip(&["configure"], "not checked: it needs what failed before")?;
                None
            }
        };
        let Some(session) = session else {
            log.skip(
                &["way", "clock"],
                "not checked: without settings it is not known whom to call",
            )?;
            return log
                .skip(&SERVICE, "not checked: without settings there is no connector to ask");
        };
        local::environment(log, &session.egress)?;
        let mut ways = Vec::new();
        for origin in session.origins() {
            ways.push(way::look(log, &session.egress, origin).await?);
        }
        let clocks = ways.iter().filter_map(|way| Some((way.ahead?, way.origin.pattern.as_str())));
        clock::compare(log, clocks)?;
        service::test(log, &session, &ways).await
    }
}
