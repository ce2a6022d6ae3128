//! Token requests whose credentials are not in the body: whose responses an instance is given.

use crate::server::Server;
use crate::world::{World, host};

#[tokio::test(flavor = "multi_thread")]
async fn a_token_is_given_to_the_same_credentials_and_settings_only() {
    let server = Server::polite().await;
    let world = World::with(server.way().build().unwrap());
    let configure = async || drop(world.hostile.configure("{}", "{}").await.unwrap());
    // Each time in a new instance, which has received no response yet.
    let sign_in = async |credential: &str| {
        host(world.hostile.execute("panic", "").await);
        let params = format!("{} {credential}", server.url());
        assert_eq!(world.hostile.execute("sign-in", &params).await.unwrap().data, "200");
        server.heard().concat().matches("POST / HTTP/1.1").count()
    };
    configure().await;
    assert_eq!(sign_in("Basic YTpi").await, 1);
    assert_eq!(sign_in("Basic YTpi").await, 1, "the same request is not sent again");
    assert_eq!(sign_in("Basic Yzpk").await, 2, "another credential");
    assert_eq!(sign_in("Basic Yzpk").await, 2);
    configure().await;
    assert_eq!(sign_in("Basic Yzpk").await, 3, "other settings");
}
