//! What everything is measured in: a stub on loopback, and a host that reaches nothing else.

use std::net::{Ipv4Addr, SocketAddr};

use defender_stub::{Scenario, Stub, demo};
use host_harness::egress::{Egress, EgressBuilder};
use host_harness::{Connector, Host, Limits};
use serde_json::{Value, json};

use super::Failed;

/// The machine that is read.
pub(crate) const MACHINE: &str = demo::WINDOWS;

/// A stub and the way to it.
pub(crate) struct Place {
    pub(crate) stub: Stub,
    pub(crate) host: Host,
}

impl Place {
    /// By TLS, under the production names.
    pub(crate) fn secure(scenario: Scenario) -> Result<Self, Failed> {
        Self::of(Stub::start(scenario)?, Host::builder(defender_component::COMPONENT))
    }

    /// By plain TCP.
    pub(crate) fn plain(scenario: Scenario) -> Result<Self, Failed> {
        let any: SocketAddr = (Ipv4Addr::LOCALHOST, 0).into();
        Self::of(Stub::start_plain(scenario, any)?, Host::builder(defender_component::COMPONENT))
    }

    /// By TLS, with these limits.
    pub(crate) fn limited(scenario: Scenario, limits: Limits) -> Result<Self, Failed> {
        Self::of(Stub::start(scenario)?, Host::builder(defender_component::COMPONENT).limits(limits))
    }

    fn of(stub: Stub, builder: host_harness::HostBuilder) -> Result<Self, Failed> {
        let host = builder.egress(way(&stub)?).build()?;
        Ok(Self { stub, host })
    }

    /// Settings without the budgets, which would make a bench of them.
    pub(crate) fn config(&self) -> Value {
        let mut config = self.stub.config();
        config["limits"] = json!({ "budgetPercent": 0 });
        config
    }

    pub(crate) fn secrets(&self) -> Value {
        self.stub.secrets()
    }

    /// A connector with settings in force.
    pub(crate) async fn connector(&self, id: impl Into<String>) -> Result<Connector, Failed> {
        let connector = self.host.connector(id);
        connector.configure(&self.config().to_string(), &self.secrets().to_string()).await?;
        Ok(connector)
    }

    /// Where the API is.
    pub(crate) fn api(&self) -> String {
        match self.stub.ca_pem() {
            Some(_) => "https://api.security.microsoft.com".to_owned(),
            None => format!("http://{}", self.stub.addr()),
        }
    }
}

/// The way to a stub, and to nothing else.
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

/// The parameters of a read of the machine.
pub(crate) fn read() -> String {
    json!({ "id": MACHINE }).to_string()
}
