//! Results that violate the contract.

use host_harness::HostError;

use crate::world::{World, host};

#[tokio::test(flavor = "multi_thread")]
async fn data_that_is_no_json_is_text_to_the_host() {
    assert_eq!(World::closed().said("not-json", "").await, "{\"half\": [1, \u{1b}[31m");
}

#[tokio::test(flavor = "multi_thread")]
async fn text_that_is_no_utf8_is_no_text() {
    let error = World::closed().ended("not-utf8", "").await;
    let HostError::Trapped { operation: "execute", reason } = error else {
        unreachable!("{error:?}")
    };
    assert!(reason.contains("utf-8"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_is_no_bigger_than_the_memory_that_it_was_made_in() {
    let said = World::closed().said("gigantic", "").await;
    assert!((1 << 20..crate::world::MEMORY).contains(&said.len()), "{}", said.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_result_that_is_a_hundred_thousand_times_the_same_memory_is_not_copied() {
    let error = host(World::closed().configure("more-than-there-is").await);
    let HostError::Trapped { operation: "configure", reason } = error else {
        unreachable!("{error:?}")
    };
    assert!(reason.contains("too much data"), "{reason}");
}
