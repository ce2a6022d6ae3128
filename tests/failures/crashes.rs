//! Operations step by step, through the host's journal: killed between two steps or inside one, and
//! resumed elsewhere.

use std::io;
use std::path::Path;
use std::time::Duration;

use defender_stub::demo::{LINUX, MAC, WINDOWS};
use defender_stub::{Fault, FaultKind, Scenario};
use host_harness::operation::{
    Entry, FileJournal, Journal, NextStep, NoJournal, Operation, OperationError, TargetState,
};
use host_harness::{Connector, ErrorKind, Retry};
use serde_json::{Value, json};

use crate::world::{TestEnv, connector};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";

fn scenario() -> Scenario {
    Scenario { pending_seconds: 0.5, running_seconds: 0.5, ..Scenario::default() }
}

fn three() -> String {
    let hosts =
        ["ws-ops-014", "srv-web-003", "mac-dev-007"].map(|name| json!({ "computerDnsName": name }));
    json!({
        "hosts": hosts, "comment": "case 1042",
        "wait": { "pollSeconds": 1, "timeoutSeconds": 60 }
    })
    .to_string()
}

/// Another process: a separate connector that knows nothing about the first one's calls.
async fn elsewhere(env: &TestEnv) -> Connector {
    let connector = connector(&env.stub);
    connector
        .configure(&env.stub.config().to_string(), &env.stub.secrets().to_string())
        .await
        .unwrap();
    connector
}

fn isolations_of(env: &TestEnv, machine: &str) -> usize {
    env.service().sent(&format!("POST /api/machines/{machine}/isolate"))
}

async fn resume(env: &TestEnv, folder: &Path) -> Operation<FileJournal> {
    Operation::resume(elsewhere(env).await, FileJournal::open(folder).unwrap()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_any_two_steps_each_machine_is_isolated_exactly_once() {
    let env = TestEnv::with(scenario()).await;
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let journal = FileJournal::open(folder).unwrap();
    let mut operation =
        Operation::start(elsewhere(&env).await, "isolateHost", &three(), journal).await.unwrap();
    let mut steps = 0;
    while operation.progress().next != NextStep::None {
        drop(operation);
        operation = resume(&env, folder).await;
        assert!(!operation.is_interrupted());
        operation.step().await.unwrap();
        steps += 1;
        assert!(steps < 60);
    }
    let outcome = operation.progress().outcome.clone().unwrap().unwrap();
    let rows: Value = serde_json::from_str(&outcome.data).unwrap();
    for machine in [WINDOWS, LINUX, MAC] {
        assert_eq!(isolations_of(&env, machine), 1, "{machine}");
    }
    assert!(rows["results"].as_array().unwrap().iter().all(|row| row["status"] == "ok"), "{rows}");
    // The process in which a machine's action ended has kept its result.
    let results = operation.journal().results().unwrap();
    assert_eq!(results.iter().map(|(target, _)| *target).collect::<Vec<_>>(), [0, 1, 2]);
    assert!(results.iter().all(|(_, data)| data.contains("\"Succeeded\"")), "{results:?}");
    // The last look: there is nothing left to do.
    drop(operation);
    let mut operation = resume(&env, folder).await;
    operation.step().await.unwrap();
    assert_eq!(env.service().sent(ISOLATE), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_inside_a_step_it_is_never_sent_twice_and_found_by_its_mark() {
    let env = TestEnv::with(scenario()).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(folder.path()).unwrap();
    let params =
        json!({ "id": WINDOWS, "comment": "case 1042", "wait": { "pollSeconds": 1 } }).to_string();
    let mut operation =
        Operation::start(elsewhere(&env).await, "isolateHost", &params, journal).await.unwrap();
    env.service().add_fault(Fault::new(ISOLATE, FaultKind::Delay { ms: 30_000 }));
    tokio::time::timeout(Duration::from_secs(3), operation.step())
        .await
        .expect_err("the answer is late");
    assert_eq!(env.service().sent(ISOLATE), 1, "it was sent");
    drop(operation);

    let mut operation = resume(&env, folder.path()).await;
    assert!(operation.is_interrupted());
    operation.step().await.unwrap();
    assert_eq!(operation.progress().targets[0].state, TargetState::InDoubt);
    while operation.progress().next != NextStep::None {
        operation.step().await.unwrap();
    }
    let outcome = operation.progress().outcome.clone().unwrap().unwrap();
    assert!(outcome.job.unwrap().adopted);
    assert_eq!(env.service().sent(ISOLATE), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_anything_was_sent_it_is_unknown_and_never_done() {
    let env = TestEnv::with(scenario()).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(folder.path()).unwrap();
    let params = json!({ "id": WINDOWS, "comment": "case 1042" }).to_string();
    let operation =
        Operation::start(elsewhere(&env).await, "isolateHost", &params, journal).await.unwrap();
    let before = operation.progress().checkpoint.clone();
    drop(operation);
    // Two minutes are too long for this test; the connector's own tests do the same with a fake
    // clock.
    let connector = elsewhere(&env).await;
    let recovered = connector.recover(&before).await.unwrap();
    assert_eq!(
        (recovered.next, recovered.targets[0].state),
        (NextStep::Look, TargetState::InDoubt)
    );
    let looked = connector
        .advance(&[recovered.checkpoint], NextStep::Look)
        .await
        .unwrap()
        .pop()
        .unwrap()
        .unwrap();
    assert_eq!(looked.targets[0].state, TargetState::InDoubt);
    assert_eq!(env.service().sent(ISOLATE), 0);
}

/// A journal that fails to write one step, as on a temporarily full disk.
struct Full {
    journal: FileJournal,
    step: u64,
}

impl Journal for Full {
    async fn before(&mut self, step: u64) -> io::Result<()> {
        self.journal.before(step).await
    }

    async fn after(&mut self, entry: &Entry) -> io::Result<()> {
        if entry.step == self.step {
            self.step = 0;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.journal.after(entry).await
    }

    async fn load(&mut self) -> io::Result<Entry> {
        self.journal.load().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_could_not_be_kept_is_kept_before_anything_else_is_sent() {
    let env = TestEnv::with(scenario()).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = Full { journal: FileJournal::open(folder.path()).unwrap(), step: 1 };
    let mut operation =
        Operation::start(elsewhere(&env).await, "isolateHost", &three(), journal).await.unwrap();
    let failed = operation.step().await.unwrap_err();
    assert!(matches!(failed, OperationError::Journal(_)), "{failed}");
    // Killed in the next send: of this step and of the one before the journal must not say that
    // nothing was sent.
    env.service().add_fault(
        Fault::new(format!("POST /api/machines/{LINUX}/isolate"), FaultKind::Delay { ms: 30_000 })
            .carried_out(),
    );
    while tokio::time::timeout(Duration::from_secs(3), operation.step()).await.is_ok() {}
    assert_eq!([WINDOWS, LINUX, MAC].map(|machine| isolations_of(&env, machine)), [1, 1, 0]);
    drop(operation);

    let operation = resume(&env, folder.path()).await;
    assert!(operation.is_interrupted());
    operation.finish().await.unwrap();
    assert_eq!([WINDOWS, LINUX, MAC].map(|machine| isolations_of(&env, machine)), [1, 1, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_has_one_owner() {
    let env = TestEnv::with(scenario()).await;
    let folder = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(folder.path()).unwrap();
    let operation =
        Operation::start(env.connector.clone(), "isolateHost", &three(), journal).await.unwrap();
    let refused = FileJournal::open(folder.path()).unwrap_err();
    assert_eq!(refused.kind(), std::io::ErrorKind::WouldBlock);
    drop(operation);
    FileJournal::open(folder.path()).unwrap();
    let empty = tempfile::tempdir().unwrap();
    let nothing =
        Operation::resume(env.connector.clone(), FileJournal::open(empty.path()).unwrap()).await;
    assert!(matches!(
        nothing,
        Err(OperationError::Journal(error)) if error.kind() == std::io::ErrorKind::NotFound
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_read_and_a_change_of_a_record_are_operations_of_one_step() {
    let env = TestEnv::with(scenario()).await;
    let params = json!({ "id": MAC }).to_string();
    let read = Operation::start(env.connector.clone(), "getAgentDetails", &params, NoJournal);
    let outcome = read.await.unwrap().finish().await.unwrap();
    assert!(outcome.data.contains(MAC));
    let params = json!({ "ids": [MAC, LINUX], "tag": "vip" }).to_string();
    let mut change =
        Operation::start(env.connector.clone(), "addTag", &params, NoJournal).await.unwrap();
    let mut steps = 0;
    while change.progress().next != NextStep::None {
        assert_eq!(change.progress().next, NextStep::Send);
        change.step().await.unwrap();
        steps += 1;
    }
    assert_eq!((steps, env.service().sent("POST /api/machines/{id}/tags")), (2, 2));
    assert!(change.progress().targets.iter().all(|target| target.state == TargetState::Succeeded));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_plan_that_is_refused_sends_nothing_and_says_why() {
    let env = TestEnv::with(scenario()).await;
    let params = json!({ "host": { "computerDnsName": "no-such" }, "comment": "c" }).to_string();
    let refused = Operation::start(env.connector.clone(), "isolateHost", &params, NoJournal)
        .await
        .unwrap_err();
    assert!(matches!(refused, OperationError::Plugin(error) if error.kind == ErrorKind::NotFound));
    for (text, retry) in [("nonsense", Retry::Never), ("", Retry::Never)] {
        let error = env
            .connector
            .advance(&[text.to_owned()], NextStep::Send)
            .await
            .unwrap()
            .pop()
            .unwrap()
            .unwrap_err();
        assert_eq!((error.kind, error.retry), (ErrorKind::InvalidParams, retry));
    }
    assert!(env.connector.advance(&[], NextStep::Look).await.unwrap().is_empty());
    assert_eq!(env.service().sent(ISOLATE), 0);
}
