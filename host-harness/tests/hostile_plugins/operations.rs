//! Operation steps that crash their instance or return invalid progress.

use host_harness::egress::Egress;
use host_harness::operation::{FileJournal, NoJournal, Operation, OperationError};
use host_harness::{ErrorKind, HostError};

use crate::world::World;

async fn of(world: &World, action: &str) -> Operation<NoJournal> {
    Operation::start(world.hostile.clone(), action, "", NoJournal).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_ends_its_instance_is_recovered_from_and_never_taken_twice() {
    for action in ["panic", "recurse", "loop", "sleep", "hoard-memory"] {
        let world = World::brief(Egress::closed());
        let outcome = of(&world, action).await.finish().await.unwrap();
        assert_eq!(outcome.data, "recovered", "{action}");
        assert_eq!(of(&world, "answer").await.finish().await.unwrap().data, "here", "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_was_given_up_is_recovered_from_by_the_next_process() {
    let world = World::closed();
    let folder = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(folder.path()).unwrap();
    let mut operation =
        Operation::start(world.hostile.clone(), "sleep", "", journal).await.unwrap();
    tokio::time::timeout(std::time::Duration::from_millis(300), operation.step())
        .await
        .unwrap_err();
    drop(operation);
    let resumed =
        Operation::resume(world.neighbour.clone(), FileJournal::open(folder.path()).unwrap())
            .await
            .unwrap();
    assert!(resumed.is_interrupted());
    assert_eq!(resumed.finish().await.unwrap().data, "recovered");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_no_operation_gives_is_an_error() {
    let world = World::closed();
    for action in ["give-nothing", "end-without-an-outcome"] {
        let error = of(&world, action).await.finish().await.unwrap_err();
        assert!(
            matches!(error, OperationError::Host(HostError::NotAPlugin(_))),
            "{action}: {error:?}"
        );
    }
    let error = of(&world, "unheard-of").await.finish().await.unwrap_err();
    assert!(
        matches!(error, OperationError::Plugin(error) if error.kind == ErrorKind::UnknownAction)
    );
}
