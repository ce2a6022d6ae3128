//! `demo`: the connector against a stub service in this process, from settings to a released
//! machine.

mod journey;
mod log;

use std::net::SocketAddr;

use clap::Args;
use defender_stub::{Scenario, Stub};
use host_harness::egress::{Egress, EgressBuilder};
use host_harness::{Host, Limits, Origin};
use zeroize::Zeroizing;

use crate::args::PluginArgs;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Output;
use crate::session::{Grants, Session, host};
use journey::Journey;
use log::Log;

/// What the JSON documents call the demo's connector.
pub(crate) const CONNECTOR_ID: &str = "demo";

/// Arguments of `demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    #[command(flatten)]
    plugin: PluginArgs,
}

impl Demo {
    /// Runs the command.
    pub(crate) async fn run(self, output: &Output) -> Result<Exit, Failure> {
        let mut log = Log::new(output);
        let failure = self.steps(&mut log).await.err();
        log.finish(failure.as_ref())?;
        Ok(failure.map_or(Exit::Done, |failure| failure.exit()))
    }

    async fn steps(&self, log: &mut Log<'_>) -> Result<(), Failure> {
        let stub = log
            .step("start", async {
                let stub = Stub::start(Scenario::default());
                let stub = stub.map_err(|error| {
                    Failure::local(format!("the stub service cannot be started: {error}"))
                })?;
                let detail = format!(
                    "stub of Microsoft's login, Defender and result storage at {}",
                    stub.addr()
                );
                Ok((stub, detail))
            })
            .await?;
        let host = log
            .step("load", async {
                // Cranelift keeps a thread busy for a while; nothing else waits for this one.
                let host = host(&self.plugin, Limits::default())?;
                let detail =
                    format!("component compiled; it imports {} interfaces", host.imports().len());
                Ok((host, detail))
            })
            .await?;
        let session = log.step("configure", configure(&host, &stub)).await?;
        Journey { session: &session, stub: &stub }.run(log).await
    }
}

/// Configures the connector as in production: the names are Microsoft's, and only this process
/// knows that they lead to the stub.
async fn configure(host: &Host, stub: &Stub) -> Result<(Session, String), Failure> {
    let secrets = Zeroizing::new(stub.secrets().to_string());
    let granted = |origins: &[Origin]| {
        let egress = way_to(origins, stub.names(), stub.addr(), stub.ca_pem().unwrap_or_default())?;
        Ok(Grants { egress, secrets: secrets.clone() })
    };
    let session =
        Session::configure(host, CONNECTOR_ID, &stub.config().to_string(), &secrets, granted)
            .await?;
    let detail = format!(
        "{}; may call {}",
        session.configured.name,
        patterns(&session.origins()).join(", ")
    );
    Ok((session, detail))
}

fn patterns(origins: &[Origin]) -> Vec<&str> {
    origins.iter().map(|origin| origin.pattern.as_str()).collect()
}

/// The way to the stub and nowhere else.
fn way_to(
    origins: &[Origin],
    names: &[&str],
    addr: SocketAddr,
    ca_pem: &str,
) -> Result<Egress, Failure> {
    let allowed = patterns(origins).into_iter().fold(Egress::builder(), EgressBuilder::allow);
    let routed = names.iter().fold(allowed, |egress, name| egress.route(*name, addr));
    Ok(routed.ca_pem(ca_pem).platform_roots(false).build()?)
}
