//! More instances than pool slots, and pools that cannot be reserved: containment is the same with
//! and without a pool.

use host_harness::{CallError, Connector, Host, HostError, Limits};
use tokio::task::JoinSet;

use crate::world::{MEMORY, host, host_with};

fn pool(places: u32) -> Host {
    let mut limits = Limits::default();
    limits.memory_bytes = MEMORY;
    limits.pooled_instances = places;
    host_with(limits)
}

async fn said(connector: &Connector) -> Result<String, CallError> {
    Ok(connector.execute("answer", "").await?.data)
}

#[tokio::test(flavor = "multi_thread")]
async fn instances_past_the_pool_s_places_are_made_beside_it() {
    let harness = pool(3);
    let connectors: Vec<Connector> = (0..10).map(|n| harness.connector(n.to_string())).collect();
    // All connectors stay alive and are called twice; by the second call each has its instance.
    for connector in connectors.iter().chain(&connectors) {
        assert_eq!(said(connector).await.unwrap(), "here");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_bombs_side_by_side_end_each_for_itself_in_the_pool_and_beside_it() {
    let harness = pool(3);
    let neighbour = harness.connector("neighbour");
    assert_eq!(said(&neighbour).await.unwrap(), "here");
    for _ in 0..3 {
        let bombs = (0..12).map(|n| harness.connector(n.to_string()));
        let ended = bombs.map(|bomb| async move { host(bomb.execute("hoard-memory", "").await) });
        for error in ended.collect::<JoinSet<_>>().join_all().await {
            assert!(
                matches!(error, HostError::OutOfMemory { limit_bytes: MEMORY, .. }),
                "{error:?}"
            );
        }
        assert_eq!(said(&neighbour).await.unwrap(), "here");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_place_that_a_bomb_has_filled_is_empty_for_the_next_instance() {
    let harness = pool(1);
    for _ in 0..5 {
        let bomb = harness.connector("bomb");
        assert!(matches!(
            host(bomb.execute("hoard-memory", "").await),
            HostError::OutOfMemory { .. }
        ));
        assert_eq!(said(&bomb).await.unwrap(), "here");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_no_pool_can_be_had_instances_are_made_without() {
    for places in [0, u32::MAX] {
        assert_eq!(said(&pool(places).connector("alone")).await.unwrap(), "here", "{places}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_component_larger_than_the_pool_s_slots_is_refused_when_the_connector_is_made() {
    let mut limits = Limits::default();
    limits.memory_bytes = 1 << 16;
    let harness = host_with(limits);
    let error = host(said(&harness.connector("large")).await);
    assert!(matches!(error, HostError::Instantiate(_)), "{error:?}");
}
