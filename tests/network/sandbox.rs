//! The real component's sandbox: its resources are limited, and an instance that ends is replaced
//! with its settings restored.

use std::time::Duration;

use defender_stub::{FaultKind, Scenario, Stub};
use host_harness::{CallError, Connector, Host, HostError, Limits};
use serde_json::json;

use crate::world::{MACHINE, egress};

const DETAILS: &str = "GET /api/machines/{id}";
const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

async fn bounded(change: impl FnOnce(&mut Limits)) -> (Stub, Connector) {
    let stub = Stub::start(Scenario::default()).unwrap();
    let mut limits = Limits::default();
    change(&mut limits);
    let host = Host::builder(defender_component::COMPONENT)
        .trusted()
        .egress(egress(&stub))
        .limits(limits)
        .build()
        .unwrap();
    let connector = host.connector("bounded");
    connector.configure(&stub.config().to_string(), &stub.secrets().to_string()).await.unwrap();
    (stub, connector)
}

async fn details(connector: &Connector) -> Result<(), CallError> {
    connector.execute("getAgentDetails", &json!({ "id": MACHINE }).to_string()).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_that_needs_too_much_memory_is_replaced_with_settings_and_session() {
    let (stub, connector) = bounded(|limits| limits.memory_bytes = 6 << 20).await;
    details(&connector).await.unwrap();
    stub.service()
        .add_fault(defender_stub::Fault::new(DETAILS, FaultKind::Oversize { bytes: 16 << 20 }));
    let error = details(&connector).await.unwrap_err();
    assert!(matches!(error, CallError::Host(HostError::OutOfMemory { .. })), "{error:?}");
    details(&connector).await.unwrap();
    assert_eq!(stub.service().sent(TOKEN), 1, "the successor has the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_takes_too_long_is_ended_and_the_next_one_works() {
    let (stub, connector) = bounded(|limits| limits.call_time = Duration::from_secs(1)).await;
    details(&connector).await.unwrap();
    stub.service().add_fault(defender_stub::Fault::new(DETAILS, FaultKind::Delay { ms: 5000 }));
    let error = details(&connector).await.unwrap_err();
    assert!(matches!(error, CallError::Host(HostError::OutOfTime { .. })), "{error:?}");
    details(&connector).await.unwrap();
    assert_eq!(stub.service().sent(TOKEN), 1, "the successor has the token");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_its_caller_gives_up_leaves_a_usable_connector() {
    let (stub, connector) = bounded(|_| {}).await;
    details(&connector).await.unwrap();
    stub.service().add_fault(defender_stub::Fault::new(DETAILS, FaultKind::Delay { ms: 5000 }));
    tokio::time::timeout(Duration::from_millis(300), details(&connector)).await.unwrap_err();
    details(&connector).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_instance_has_as_many_handles_after_many_calls_as_before() {
    let (stub, connector) =
        bounded(|limits| (limits.handles, limits.parallel_calls) = (30, 1)).await;
    for _ in 0..50 {
        details(&connector).await.unwrap();
    }
    assert_eq!(stub.service().sent(TOKEN), 1);
}

#[test]
fn what_is_no_plugin_is_refused_with_the_reason() {
    for (bytes, compiles) in [(&b""[..], false), (b"nonsense", false), (b"\0asm\x0d\0\x01\0", true)]
    {
        let error = Host::builder(bytes).trusted().build().unwrap_err();
        assert_eq!(matches!(error, HostError::NotAPlugin(_)), compiles, "{error:?}");
        assert_eq!(matches!(error, HostError::Compile(_)), !compiles, "{error:?}");
    }
}
