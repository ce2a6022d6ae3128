//! Resource exhaustion: the guest's own memory, and host memory through handles. All of it must be
//! freed.

use host_harness::egress::Egress;
use host_harness::{HostError, TimeLimit};

use crate::world::{MEMORY, World};

#[tokio::test(flavor = "multi_thread")]
async fn a_memory_bomb_ends_for_want_of_memory() {
    let error = World::closed().ended("hoard-memory", "").await;
    assert!(
        matches!(error, HostError::OutOfMemory { operation: "execute", limit_bytes: MEMORY }),
        "{error:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plugin_that_lives_with_a_refusal_of_memory_goes_on() {
    assert_eq!(World::closed().said("hoard-what-is-granted", "").await, "refused");
}

#[tokio::test(flavor = "multi_thread")]
async fn handles_run_out_before_the_host_does() {
    for action in ["hoard-fields", "hoard-requests", "hoard-timers"] {
        let error = World::closed().ended(action, "").await;
        let HostError::Trapped { operation: "execute", reason } = error else {
            unreachable!("{action}: {error:?}")
        };
        assert!(reason.contains("no free keys"), "{action}: {reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_method_or_an_authority_is_no_place_to_keep_memory_of_the_host() {
    for action in ["hoard-methods", "hoard-authorities"] {
        assert_eq!(World::closed().said(action, "").await, "0 taken", "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bodies_that_are_never_sent_hold_little_of_the_host_s_memory() {
    let said = World::closed().said("hoard-unsent-bodies", "").await;
    let written: usize = said.split(' ').next().unwrap().parse().unwrap();
    assert!(said.ends_with("in 60 bodies") && written <= 60 * (128 << 10), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_for_one_thing_a_million_times_over_is_more_than_the_host_grants() {
    let error = World::closed().ended("wait-a-million-times", "").await;
    let HostError::Trapped { operation: "execute", reason } = error else {
        unreachable!("{error:?}")
    };
    assert!(reason.contains("handle limit"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn more_randomness_than_there_is_memory_is_not_made() {
    let error = World::closed().ended("hoard-randomness", "").await;
    let HostError::Trapped { operation: "execute", reason } = error else {
        unreachable!("{error:?}")
    };
    assert!(reason.contains("exceeds limit"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_grows_as_far_as_it_may_and_takes_nothing_from_a_neighbour_s() {
    let world = World::closed();
    let said = world.said("hoard-table", "").await;
    let length: usize = said.strip_prefix("refused at ").unwrap().parse().unwrap();
    assert!((19_000..=20_000).contains(&length), "{said}");
    assert_eq!(world.neighbour.execute("hoard-table", "").await.unwrap().data, said);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_is_grown_for_ever_is_ended_for_its_computing() {
    let world = World::brief(Egress::closed());
    let error = world.ended("grow-table-for-ever", "").await;
    assert!(
        matches!(
            error,
            HostError::OutOfTime { operation: "execute", limit: TimeLimit::Compute, .. }
        ),
        "{error:?}"
    );
    assert_eq!(world.said("answer", "").await, "here");
}

/// Returns the process's resident memory in bytes.
#[cfg(target_os = "linux")]
fn resident() -> usize {
    const PAGE: usize = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap() * PAGE
}

/// Other tests run at the same time: the bound is far above what they use, and far below what a
/// leak would leave.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread")]
async fn bombs_and_hoards_leave_no_memory_behind() {
    let world = World::closed();
    let repeat = async |times: usize, action: &str| {
        for _ in 0..times {
            drop(world.hostile.execute(action, "").await);
        }
    };
    repeat(1, "hoard-memory").await;
    let before = resident();
    repeat(20, "hoard-memory").await;
    repeat(20, "hoard-requests").await;
    repeat(20, "hoard-table").await;
    repeat(5, "hoard-unsent-bodies").await;
    let grown = resident().saturating_sub(before);
    assert!(grown < 8 * MEMORY, "{grown} bytes more than before");
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_and_paths_have_a_limit_for_all_of_an_instance() {
    for action in ["hoard-filled-fields", "hoard-paths"] {
        let error = World::closed().ended(action, "").await;
        let HostError::Trapped { operation: "execute", reason } = error else {
            unreachable!("{action}: {error:?}")
        };
        assert!(reason.contains("fields"), "{action}: {reason}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_is_kept_up_to_its_limit_and_the_call_s_result_stands() {
    let world = World::closed();
    for (size, kept) in [(60_000, true), (70_000, false), (20 << 20, false)] {
        let said = world.hostile.execute("hoard-session", &size.to_string()).await;
        assert_eq!(said.unwrap().data, "hoarded", "{size}");
        match world.hostile.save().await {
            Ok(saved) => assert!(kept == saved.is_some(), "{size}"),
            Err(error) => assert!(!kept, "{size}: {error:?}"),
        }
    }
}
