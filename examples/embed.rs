//! The smallest host: load the component, configure it, let out what it asks for, isolate a machine.

use host_harness::egress::Egress;
use host_harness::{CallError, Harness};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config = r#"{"tenantId": "contoso.example", "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}"#;
    let secrets = serde_json::json!({ "clientSecret": std::env::var("DEFENDER_CLIENT_SECRET")? }).to_string();

    // Nothing gets out unless it is allowed. The embedded component is trusted to say what these settings need; for a component of
    // somebody else's, write the list yourself.
    let harness = Harness::builder(defender_component::COMPONENT).build()?;
    let needs = harness.connector("defender").configure(config, &secrets).await?;
    let egress =
        needs.origins.iter().fold(Egress::builder(), |egress, origin| egress.allow(&origin.pattern)).build()?;

    let connector = harness.with_egress(egress).connector("defender");
    connector.configure(config, &secrets).await?;
    let params = r#"{"id": "9a3f0c51be7724d06e1188f2c4d53aa07be61d92", "comment": "case 1042"}"#;
    match connector.execute("isolateHost", params).await {
        Ok(outcome) => println!("{}", outcome.data),
        Err(CallError::Plugin(error)) => println!("{:?}: {} {:?}", error.kind, error.message, error.retry),
        Err(host) => println!("the plugin was ended: {host}"),
    }
    Ok(())
}
