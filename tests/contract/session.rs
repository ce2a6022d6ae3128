//! `session`: a new instance need not sign in again; a snapshot is good for the settings it was
//! saved under only.

use host_harness::{CallError, ErrorKind};
use serde_json::json;

use crate::world::{TestEnv, connector, is};

const TOKEN: &str = "POST /{tenant}/oauth2/v2.0/token";

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_session_costs_no_token() {
    let env = TestEnv::start().await;
    assert_eq!(env.connector.save().await.unwrap(), None, "nothing to keep yet");
    env.details().await.unwrap();
    let snapshot = env.connector.save().await.unwrap().unwrap();

    let fresh = connector(&env.stub);
    fresh.configure(&env.stub.config().to_string(), &env.stub.secrets().to_string()).await.unwrap();
    fresh.restore(&snapshot).await.unwrap();
    fresh.execute("getAgentList", "").await.unwrap();
    assert_eq!(env.service().sent(TOKEN), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_other_settings_is_refused_without_showing_it() {
    let env = TestEnv::start().await;
    env.details().await.unwrap();
    let snapshot = env.connector.save().await.unwrap().unwrap();
    let mut config = env.stub.config();
    config["oAuthScope"] = json!("https://other.example/.default");
    env.connector.configure(&config.to_string(), &env.stub.secrets().to_string()).await.unwrap();
    for text in [snapshot.as_str(), "", "{}", "[1]", "eyJhbGciOiJub25lIn0"] {
        let Err(CallError::Plugin(error)) = env.connector.restore(text).await else {
            panic!("restored")
        };
        is(&error, ErrorKind::InvalidParams);
        assert!(!error.message.contains("eyJ"), "{error:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_the_service_no_longer_takes_is_renewed() {
    let env = TestEnv::start().await;
    env.details().await.unwrap();
    let snapshot = env.connector.save().await.unwrap().unwrap();
    env.service().revoke_tokens();
    env.connector.restore(&snapshot).await.unwrap();
    env.details().await.unwrap();
    assert_eq!(env.service().sent(TOKEN), 2);
}
