//! Calls that never finish or that fail.

use host_harness::egress::Egress;
use host_harness::{HostError, TimeLimit};

use crate::world::{World, host};

fn is_out_of(error: &HostError, wanted: (&str, TimeLimit)) {
    assert!(
        matches!(
            error, HostError::OutOfTime { operation, limit, .. } if (*operation, *limit) == wanted
        ),
        "{error:?}"
    );
    assert!(error.is_plugin_fault());
}

fn trapped(error: HostError) -> String {
    let HostError::Trapped { operation: "execute", reason } = error else {
        unreachable!("{error:?}")
    };
    reason
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_is_ended_for_its_computing() {
    let error = World::brief(Egress::closed()).ended("loop", "").await;
    is_out_of(&error, ("execute", TimeLimit::Compute));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_in_configure_is_ended_and_puts_nothing_in_force() {
    let error = host(World::brief(Egress::closed()).configure("loop").await);
    is_out_of(&error, ("configure", TimeLimit::Compute));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endless_loop_after_the_answer_does_not_take_the_answer_away() {
    assert_eq!(World::brief(Egress::closed()).said("poison-save", "").await, "poisoned");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wait_that_nothing_ends_is_ended_for_its_time() {
    let error = World::brief(Egress::closed()).ended("sleep", "").await;
    is_out_of(&error, ("execute", TimeLimit::Call));
}

#[tokio::test(flavor = "multi_thread")]
async fn eight_endless_loops_side_by_side_do_not_keep_a_neighbour_from_answering() {
    let world = World::brief(Egress::closed());
    let loops = (0..8).map(|_| {
        let one = World::brief(Egress::closed()).hostile;
        tokio::spawn(async move { host(one.execute("loop", "").await) })
    });
    let loops: Vec<_> = loops.collect();
    assert_eq!(world.said("answer", "").await, "here");
    for ended in loops {
        assert!(ended.await.unwrap().is_plugin_fault());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn endless_recursion_ends_on_the_stack_that_it_has() {
    let reason = trapped(World::brief(Egress::closed()).ended("recurse", "").await);
    assert!(
        ["wasm trap: call stack exhausted", "wasm trap: out of bounds memory access"]
            .contains(&&*reason),
        "{reason}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_panic_is_a_trap_and_its_words_are_on_stderr_alone() {
    let world = World::brief(Egress::closed());
    let reason = trapped(world.ended("panic", "").await);
    assert_eq!(reason, "wasm trap: wasm `unreachable` instruction executed");
    assert!(world.hostile.stderr().contains("on purpose"));
    assert_eq!(world.neighbour.stderr(), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exit_ends_the_instance_and_not_the_host() {
    let reason = trapped(World::brief(Egress::closed()).ended("exit", "").await);
    assert!(reason.contains("exit"), "{reason}");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_flood_on_stderr_the_latest_is_kept_and_no_more() {
    let world = World::closed();
    assert_eq!(world.said("flood-stderr", "hunter2").await, "flooded");
    let kept = world.hostile.stderr();
    assert_eq!(kept.len(), 16 << 10);
    assert!(kept.ends_with("hunter2\n"));
    assert!(!format!("{:?} {:?}", world.hostile, world.neighbour).contains("hunter2"));
}
