//! `config`: writes settings and tests them.

use clap::Subcommand;

use super::{init, test};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;

/// Commands of `config`.
#[derive(Debug, Subcommand)]
pub(crate) enum Config {
    /// Write a settings file, or add a profile to one
    Init(Box<init::Init>),
    /// Check that the settings work: sign-in, permissions, one read; changes nothing
    Test(test::Test),
}

impl Config {
    /// What the JSON documents call the connector.
    pub(crate) fn connector_id(&self) -> String {
        match self {
            Self::Init(command) => command.connector_id(),
            Self::Test(command) => command.settings.connector_id(),
        }
    }

    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        match self {
            Self::Init(command) => command.run(output).await,
            Self::Test(command) => command.run(output).await,
        }
    }
}
