//! 700 machines, and what the service takes in an hour: the real component against the stub, with
//! the clocks of both moved.

#![expect(clippy::expect_used, reason = "a test that panics fails, which is what it is for")]

mod messages;

use std::collections::HashSet;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant, SystemTime};

use defender_stub::{Scenario, Stub};
use host_harness::egress::{Egress, EgressBuilder};
use host_harness::operation::{FileJournal, NextStep, TargetState};
use host_harness::{Clock, Limits, Operation};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::command_line::tests::{command_line, plan};
use super::left::Left;
use super::rows::{Row, rows};
use super::view::held_back;
use crate::args::PluginArgs;
use crate::calls::Keep;
use crate::json;
use crate::machines::Names;
use crate::session::{Grants, Session, host};

const ISOLATE: &str = "POST /api/machines/{id}/isolate";
const MACHINES: usize = 700;
/// 40 % of what the service takes in an hour.
const AN_HOUR: usize = 600;

/// The system's clock, put forward.
#[derive(Clone)]
struct Forward {
    seconds: Arc<AtomicU64>,
    started: Instant,
}

impl Forward {
    fn offset(&self) -> Duration {
        Duration::from_secs(self.seconds.load(Ordering::Relaxed))
    }
}

impl Clock for Forward {
    fn unix_time(&self) -> Duration {
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).expect("a clock") + self.offset()
    }

    fn monotonic(&self) -> Duration {
        self.started.elapsed() + self.offset()
    }
}

struct World {
    stub: Stub,
    clock: Forward,
    folder: tempfile::TempDir,
}

impl World {
    fn new() -> Self {
        let scenario = Scenario {
            machines: Vec::new(),
            fleet: MACHINES as u32,
            enforce_rate_limits: true,
            ..Scenario::default()
        };
        let stub = Stub::start_plain(scenario, (Ipv4Addr::LOCALHOST, 0).into()).expect("a stub");
        let clock = Forward { seconds: Arc::default(), started: Instant::now() };
        Self { stub, clock, folder: tempfile::tempdir().expect("a folder") }
    }

    /// A connector as another process would have it, which may use 40 % of the service's budget.
    async fn session(&self) -> Session {
        #[derive(clap::Parser)]
        struct Only {
            #[command(flatten)]
            plugin: PluginArgs,
        }
        let plugin = <Only as clap::Parser>::parse_from(["test"]).plugin;
        let host = host(&plugin, Limits::default()).expect("a host").with_clock(self.clock.clone());
        let mut config = self.stub.config();
        config["limits"] = json!({ "budgetPercent": 40 });
        let secrets = Zeroizing::new(self.stub.secrets().to_string());
        let given = secrets.clone();
        Session::configure(&host, "test", &config.to_string(), &secrets, |origins| {
            let patterns = origins.iter().map(|origin| &origin.pattern);
            let egress = patterns.fold(Egress::builder(), EgressBuilder::allow);
            Ok(Grants { egress: egress.build()?, secrets: given })
        })
        .await
        .expect("a connector")
    }

    fn journal(&self) -> Keep {
        Keep::Folder(FileJournal::open(self.folder.path().join("call")).expect("a journal"))
    }

    /// Sends until there is nothing to send, or the wait for it is longer than `patience`; gives
    /// what was said of each wait.
    async fn send(&self, operation: &mut Operation<Keep>, patience: Duration) -> Vec<String> {
        let mut waits = Vec::new();
        while operation.progress().next == NextStep::Send {
            let wait = operation.progress().wait;
            if !wait.is_zero() {
                waits.extend(held_back(&shown(operation), wait));
                if wait > patience {
                    break;
                }
                self.put_forward(wait);
            }
            operation.take_step().await.expect("a step");
        }
        waits
    }

    fn put_forward(&self, wait: Duration) {
        let seconds = wait.as_secs() + 1;
        self.clock.seconds.fetch_add(seconds, Ordering::Relaxed);
        self.stub.service().advance(Duration::from_secs(seconds));
    }
}

fn shown(operation: &Operation<Keep>) -> Vec<Row> {
    rows(operation.progress(), operation.is_interrupted(), &[], &Names::default())
}

#[tokio::test(flavor = "multi_thread")]
async fn seven_hundred_machines_are_isolated_once_each_within_the_service_s_budget() {
    let world = World::new();
    let session = world.session().await;
    let list = session.connector.execute("getAgentList", r#"{"all":true}"#).await.expect("a list");
    let list = json::parse(&list.data).expect("JSON");
    let machines = list["value"].as_array().expect("machines");
    let ids: Vec<&Value> = machines.iter().map(|machine| &machine["id"]).collect();
    assert_eq!(ids.len(), MACHINES);

    let params = json!({ "ids": ids, "maxTargets": MACHINES, "comment": "case 1042" }).to_string();
    let mut operation =
        Operation::start(session.connector.clone(), "isolateHost", &params, world.journal())
            .await
            .expect("a plan");
    let waits = world.send(&mut operation, Duration::from_secs(120)).await;
    assert!(waits[0].starts_with("40 of 700 sent, next in "), "{waits:?}");
    let last = waits.last().expect("a wait");
    assert!(last.starts_with("600 of 700 sent, next in 4") && last.contains(" min "), "{waits:?}");
    assert_eq!(world.stub.service().sent(ISOLATE), AN_HOUR);

    // Ctrl-C now names all that are not isolated, and how to go on.
    let (rows, plan) = (shown(&operation), plan("isolateHost"));
    let left = Left {
        plan: &plan,
        rows: &rows,
        is_sent: false,
        call: Some("c1"),
        command_line: &command_line(),
    };
    let words = left.words();
    let unsent: Vec<&Row> = rows.iter().filter(|row| row.state == TargetState::Unsent).collect();
    assert_eq!(unsent.len(), MACHINES - AN_HOUR);
    assert!(words.contains("not sent yet (100): ") && words.contains("resume c1"), "{words}");
    assert!(unsent.iter().all(|row| words.contains(&row.label)), "{words}");

    // Another process goes on after that hour.
    let wait = operation.progress().wait;
    drop(operation);
    world.put_forward(wait);
    let connector = world.session().await.connector;
    let mut operation = Operation::resume(connector, world.journal()).await.expect("a journal");
    world.send(&mut operation, Duration::from_secs(4000)).await;
    assert_eq!(operation.progress().next, NextStep::None);
    assert!(matches!(operation.progress().outcome, Some(Ok(_))));
    let actions = world.stub.service().machine_actions();
    let isolated: HashSet<String> =
        actions.iter().map(|action| action["machineId"].to_string()).collect();
    assert_eq!((actions.len(), isolated.len()), (MACHINES, MACHINES));
    let refused = world.stub.service().ledger().iter().filter(|entry| entry.status == 429).count();
    assert_eq!(refused, 0, "the service need not refuse");
}
