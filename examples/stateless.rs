//! A host that keeps no instances: each call gets a fresh one, configured and with the previous
//! call's session.
//!
//! Runs against the stub service, which counts the requests: `cargo run --example stateless`.

use std::time::Instant;

use defender_stub::{Scenario, Stub, demo};
use host_harness::egress::Egress;
use host_harness::{CallError, Host, Outcome};

const CALLS: u32 = 5;

/// What a worker, a function or a container that lives for one call does.
async fn call(
    host: &Host,
    config: &str,
    secrets: &str,
    session: Option<&str>,
    action: &str,
    params: &str,
) -> Result<(Outcome, Option<String>), CallError> {
    let connector = host.connector("defender");
    connector.configure(config, secrets).await?;
    if let Some(session) = session {
        // Rejected as `invalid-params` under a different config: then continue without it.
        connector.restore(session).await?;
    }
    let outcome = connector.execute(action, params).await?;
    // The session contains an access token and the rate-limit counts: protect it as you protect the
    // secrets.
    Ok((outcome, connector.save().await?))
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let stub = Stub::start(Scenario::default())?;
    let mut egress =
        Egress::builder().platform_roots(false).ca_pem(stub.ca_pem().ok_or("the stub has no TLS")?);
    for name in stub.names() {
        egress = egress.allow(format!("https://{name}")).route(*name, stub.addr());
    }
    let host =
        Host::builder(defender_component::COMPONENT).trusted().egress(egress.build()?).build()?;
    let (config, secrets) = (stub.config().to_string(), stub.secrets().to_string());
    let params = format!(r#"{{"id": "{}"}}"#, demo::WINDOWS);

    let (first, mut session) =
        call(&host, &config, &secrets, None, "getAgentDetails", &params).await?;
    println!("the first call: {} requests, one of them for a token", first.usage.requests);
    let began = Instant::now();
    for _ in 0..CALLS {
        (_, session) =
            call(&host, &config, &secrets, session.as_deref(), "getAgentDetails", &params).await?;
    }
    let fresh = began.elapsed() / CALLS;
    let tokens = stub.service().sent("POST /{tenant}/oauth2/v2.0/token") - 1;

    let kept = host.connector("kept");
    kept.configure(&config, &secrets).await?;
    kept.restore(session.as_deref().unwrap_or_default()).await?;
    let began = Instant::now();
    for _ in 0..CALLS {
        kept.execute("getAgentDetails", &params).await?;
    }
    let kept = began.elapsed() / CALLS;
    println!(
        "{CALLS} more, by {CALLS} fresh instances: {tokens} requests for tokens; {fresh:.1?} a call, {kept:.1?} by one that is kept"
    );
    assert_eq!(tokens, 0);
    Ok(())
}
