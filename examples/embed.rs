//! The smallest host: load the component, allow what its settings need, isolate a machine.

use host_harness::{CallError, Host};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let config =
        r#"{"tenantId": "contoso.example", "clientId": "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0"}"#;
    let secrets =
        serde_json::json!({ "clientSecret": std::env::var("DEFENDER_CLIENT_SECRET")? }).to_string();

    // The embedded component may call the origins that these settings need, and nothing else. A
    // foreign component says in `configure` what it asks for, and `Egress` allows what you trust
    // it with.
    let connector = Host::builder(defender_component::COMPONENT)
        .trusted()
        .build()?
        .connect("defender", config, &secrets)
        .await?;
    let params = r#"{"id": "9a3f0c51be7724d06e1188f2c4d53aa07be61d92", "comment": "case 1042"}"#;
    match connector.execute("isolateHost", params).await {
        Ok(outcome) => println!("{}", outcome.data),
        Err(CallError::Plugin(error)) => println!("{}: {error} {:?}", error.kind, error.retry),
        Err(host) => println!("the plugin was ended: {host}"),
    }
    Ok(())
}
