//! The test fixture: a stub on loopback, and a host that can reach nothing else.

use std::net::{Ipv4Addr, SocketAddr};

use defender_stub::{Scenario, Stub, demo};
use host_harness::egress::{Egress, EgressBuilder};
use host_harness::{Connector, Host, Limits};
use serde_json::{Value, json};

use super::Failed;

/// The machine that the benchmarks read.
pub(crate) const MACHINE: &str = demo::WINDOWS;

/// A stub and a host that reaches it.
pub(crate) struct Fixture {
    pub(crate) stub: Stub,
    pub(crate) host: Host,
}

impl Fixture {
    /// Uses TLS and the production host names.
    pub(crate) fn secure(scenario: Scenario) -> Result<Self, Failed> {
        Self::of(Stub::start(scenario)?, Host::builder(defender_component::COMPONENT).trusted())
    }

    /// Uses plain TCP.
    pub(crate) fn plain(scenario: Scenario) -> Result<Self, Failed> {
        let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
        Self::of(
            Stub::start_plain(scenario, any)?,
            Host::builder(defender_component::COMPONENT).trusted(),
        )
    }

    /// Uses TLS and these limits.
    pub(crate) fn limited(scenario: Scenario, limits: Limits) -> Result<Self, Failed> {
        Self::of(
            Stub::start(scenario)?,
            Host::builder(defender_component::COMPONENT).trusted().limits(limits),
        )
    }

    fn of(stub: Stub, builder: host_harness::HostBuilder) -> Result<Self, Failed> {
        let host = builder.egress(way(&stub)?).build()?;
        Ok(Self { stub, host })
    }

    /// Returns a config without rate limits, which the benchmark would otherwise measure.
    pub(crate) fn config(&self) -> Value {
        let mut config = self.stub.config();
        config["limits"] = json!({ "budgetPercent": 0 });
        config
    }

    pub(crate) fn secrets(&self) -> Value {
        self.stub.secrets()
    }

    /// Creates a configured connector.
    pub(crate) async fn connector(&self, id: impl Into<String>) -> Result<Connector, Failed> {
        let connector = self.host.connector(id);
        connector.configure(&self.config().to_string(), &self.secrets().to_string()).await?;
        Ok(connector)
    }

    /// Returns the base URL of the API.
    pub(crate) fn api(&self) -> String {
        match self.stub.ca_pem() {
            Some(_) => "https://api.security.microsoft.com".to_owned(),
            None => format!("http://{}", self.stub.addr()),
        }
    }
}

/// Returns an egress that reaches the stub and nothing else.
fn way(stub: &Stub) -> Result<Egress, Failed> {
    let egress = Egress::builder().platform_roots(false);
    let egress = match stub.ca_pem() {
        None => [stub.addr(), stub.storage_addr()]
            .iter()
            .fold(egress, |egress, address| egress.allow(format!("http://{address}"))),
        Some(pem) => stub.names().iter().fold(egress.ca_pem(pem), |egress: EgressBuilder, name| {
            egress.allow(format!("https://{name}")).route(*name, stub.addr())
        }),
    };
    Ok(egress.build()?)
}

/// Returns the parameters for reading the machine.
pub(crate) fn read() -> String {
    json!({ "id": MACHINE }).to_string()
}
