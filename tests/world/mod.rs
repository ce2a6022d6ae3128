//! The test environment: a stub on loopback with TLS, and the component in a host that can reach
//! only the stub.

pub(crate) mod authority;
pub(crate) mod clock;
pub(crate) mod fault_check;
pub(crate) mod golden;
pub(crate) mod process_resources;
pub(crate) mod proxy_server;
pub(crate) mod tls_server;

use std::sync::LazyLock;

use defender_stub::{Fault, FaultKind, Scenario, Service, Stub};
use host_harness::egress::{Egress, EgressBuilder};
use host_harness::{CallError, Connector, ErrorKind, Host, Injection, Outcome, PluginError};
use serde_json::{Value, json};

use crate::world::fault_check::FaultCheck;

/// The machine that the tests act on.
pub(crate) const MACHINE: &str = defender_stub::demo::WINDOWS;

/// The compiled component, shared by all tests.
pub(crate) static HOST: LazyLock<Host> = LazyLock::new(|| {
    Host::builder(defender_component::COMPONENT).trusted().build().expect("the component loads")
});

/// A stub and a connector that is configured for it.
pub(crate) struct TestEnv {
    pub(crate) stub: Stub,
    pub(crate) connector: Connector,
    faults: FaultCheck,
}

impl TestEnv {
    /// Starts the demo scenario.
    pub(crate) async fn start() -> Self {
        Self::with(Scenario::default()).await
    }

    /// Starts a scenario.
    pub(crate) async fn with(scenario: Scenario) -> Self {
        Self::configured(scenario, json!({})).await
    }

    /// Starts a scenario, with settings in addition to those that the stub needs.
    pub(crate) async fn configured(scenario: Scenario, settings: Value) -> Self {
        Self::hosted(&HOST, scenario, settings).await
    }

    /// Starts a scenario whose connector has stand-ins in place of its credentials.
    pub(crate) async fn injecting(scenario: Scenario) -> Self {
        let host = HOST.with_injection(Some(Injection::AsDeclared));
        Self::hosted(&host, scenario, json!({})).await
    }

    async fn hosted(host: &Host, scenario: Scenario, settings: Value) -> Self {
        let stub = Stub::start(scenario).expect("a stub on loopback");
        let connector = host.with_egress(egress(&stub)).connector("test");
        let mut config = stub.config();
        for (name, value) in settings.as_object().expect("settings are an object") {
            config[name] = value.clone();
        }
        connector
            .configure(&config.to_string(), &stub.secrets().to_string())
            .await
            .expect("settings in force");
        let faults = FaultCheck::new(stub.service());
        Self { stub, connector, faults }
    }

    pub(crate) fn service(&self) -> &Service {
        self.stub.service()
    }

    /// Allows faults that have no effect.
    pub(crate) fn allow_unmatched_faults(&self) {
        self.faults.allow();
    }

    pub(crate) fn fault(&self, on: &str, kind: FaultKind) {
        self.service().add_fault(Fault::new(on, kind));
    }

    pub(crate) async fn execute(
        &self,
        action: &str,
        params: Value,
    ) -> Result<Outcome, Box<PluginError>> {
        plugin(self.connector.execute(action, &params.to_string()).await)
    }

    /// The data of a call that succeeds.
    pub(crate) async fn data(&self, action: &str, params: Value) -> Value {
        let outcome = self.execute(action, params).await.expect(action);
        serde_json::from_str(&outcome.data).expect("data is JSON")
    }

    /// The error of a call that fails.
    pub(crate) async fn error(&self, action: &str, params: Value) -> PluginError {
        *self.execute(action, params).await.expect_err(action)
    }

    pub(crate) async fn isolate(&self) -> Result<Outcome, Box<PluginError>> {
        self.execute("isolateHost", json!({ "id": MACHINE, "comment": "case 1042" })).await
    }

    pub(crate) async fn details(&self) -> Result<Outcome, Box<PluginError>> {
        self.execute("getAgentDetails", json!({ "id": MACHINE })).await
    }

    /// Polls a machine action, moving the stub's clock, until it has ended.
    pub(crate) async fn end_of(&self, id: &str) -> Value {
        for _ in 0..20 {
            let page = self.data("getActions", json!({ "id": id })).await;
            let action = &page["value"][0];
            if !["Pending", "InProgress"].contains(&action["status"].as_str().unwrap_or_default()) {
                return action.clone();
            }
            self.service().advance(std::time::Duration::from_secs(1));
        }
        panic!("{id} has not ended");
    }
}

/// A connector that can reach only the stub, under its production names.
pub(crate) fn connector(stub: &Stub) -> Connector {
    HOST.with_egress(egress(stub)).connector("test")
}

/// The egress to a stub, under its production names.
pub(crate) fn egress(stub: &Stub) -> Egress {
    way(stub).build().expect("an egress")
}

/// A builder of the egress to a stub.
pub(crate) fn way(stub: &Stub) -> EgressBuilder {
    let trusting =
        Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().expect("the stub has TLS"));
    stub.names()
        .iter()
        .fold(trusting, |way, name| way.allow(format!("https://{name}")).route(*name, stub.addr()))
}

/// The plugin's own result. A host error fails the test.
pub(crate) fn plugin<T>(answer: Result<T, CallError>) -> Result<T, Box<PluginError>> {
    answer.map_err(|error| match error {
        CallError::Plugin(error) => error,
        CallError::Host(error) => panic!("the host gave up: {error}"),
        other => panic!("{other}"),
    })
}

/// Pointers of an error's problems.
pub(crate) fn pointers(error: &PluginError) -> Vec<String> {
    let details: Value =
        serde_json::from_str(error.details.as_deref().unwrap_or("null")).expect("details are JSON");
    let problems = details.as_array().cloned().unwrap_or_default();
    problems
        .iter()
        .map(|problem| problem["pointer"].as_str().unwrap_or_default().to_owned())
        .collect()
}

/// An error's details.
pub(crate) fn details(error: &PluginError) -> Value {
    serde_json::from_str(error.details.as_deref().unwrap_or("null")).expect("details are JSON")
}

/// Asserts the kind of an error, and shows the whole error otherwise.
#[track_caller]
pub(crate) fn is(error: &PluginError, kind: ErrorKind) {
    assert_eq!(error.kind, kind, "{error:?}");
}
