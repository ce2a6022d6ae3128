//! `session`: a new instance need not sign in again; a snapshot is good for the settings it was
//! saved under only.

use host_harness::{CallError, ErrorKind};
use serde_json::json;

use crate::world::{World, connector, is};

const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_session_costs_no_token() {
    let world = World::start().await;
    assert_eq!(world.connector.save().await.unwrap(), None, "nothing to keep yet");
    world.details().await.unwrap();
    let snapshot = world.connector.save().await.unwrap().unwrap();

    let fresh = connector(&world.stub);
    fresh
        .configure(&world.stub.config().to_string(), &world.stub.secrets().to_string())
        .await
        .unwrap();
    fresh.restore(&snapshot).await.unwrap();
    fresh.execute("getAgentList", "").await.unwrap();
    assert_eq!(world.service().sent(TOKEN), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_other_settings_is_refused_without_showing_it() {
    let world = World::start().await;
    world.details().await.unwrap();
    let snapshot = world.connector.save().await.unwrap().unwrap();
    let mut config = world.stub.config();
    config["oAuthScope"] = json!("https://other.example/.default");
    world
        .connector
        .configure(&config.to_string(), &world.stub.secrets().to_string())
        .await
        .unwrap();
    for text in [snapshot.as_str(), "", "{}", "[1]", "eyJhbGciOiJub25lIn0"] {
        let Err(CallError::Plugin(error)) = world.connector.restore(text).await else {
            panic!("restored")
        };
        is(&error, ErrorKind::InvalidParams);
        assert!(!error.message.contains("eyJ"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_service_no_longer_takes_is_renewed() {
    let world = World::start().await;
    world.details().await.unwrap();
    let snapshot = world.connector.save().await.unwrap().unwrap();
    world.service().revoke_tokens();
    world.connector.restore(&snapshot).await.unwrap();
    world.details().await.unwrap();
    assert_eq!(world.service().sent(TOKEN), 2);
}
