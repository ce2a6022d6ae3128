//! Throughput of many concurrent connectors.

use std::time::{Duration, Instant};

use defender_stub::Scenario;
use tokio::task::JoinSet;

use super::fixture::{Fixture, read};
use super::native::Native;
use super::{Failed, Row, SampleSize};

const TIME: Duration = Duration::from_secs(5);
const CONNECTORS: [usize; 4] = [1, 4, 16, 64];

/// Maximum growth in the cost of a call across connector counts that still counts as flat.
const FLAT: f64 = 1.25;

/// The result of a load run.
struct Load {
    per_second: f64,
    /// CPU time per call on all processors together, including the stub's.
    cost: Option<Duration>,
}

/// Measures calls per second of 64 connectors compared with native, and the cost per call with 1 to
/// 64 of them.
pub(super) async fn rows(sample_size: SampleSize) -> Result<Vec<Row>, Failed> {
    let fixture = Fixture::secure(Scenario::default())?;
    let native = Native::new(&fixture).await?;
    let span = if sample_size.quick { TIME / 10 } else { TIME };
    let mut loads = Vec::new();
    for count in CONNECTORS {
        let mut connectors = Vec::new();
        for _ in 0..count {
            connectors.push(fixture.connector("loaded").await?);
        }
        let one = |connector: host_harness::Connector| async move {
            connector.execute("getAgentDetails", &read()).await.map(drop).map_err(Failed::from)
        };
        loads.push(load(span, connectors, one).await?);
    }
    let natives = vec![native; *CONNECTORS.last().unwrap_or(&1)];
    let native =
        load(span, natives, |native: Native| async move { native.details().await.map(drop) })
            .await?;
    let ours = loads.last().map_or(0.0, |load| load.per_second);
    let part = ours / native.per_second;
    let mut rows = vec![
        Row::new(
            format!(
                "throughput of 64 connectors, {} processors, the stub among them",
                processors()
            ),
            format!(
                "{:.0} % of native: {ours:.0} calls a second against {:.0}",
                part * 100.0,
                native.per_second
            ),
        )
        .target("≥ 60 %", part >= 0.6),
    ];
    let costs: Option<Vec<f64>> =
        loads.iter().map(|load| Some(load.cost?.as_secs_f64() * 1e6)).collect();
    if let Some(costs) = costs {
        let (least, most) = costs
            .iter()
            .fold((f64::MAX, 0.0_f64), |(least, most), cost| (least.min(*cost), most.max(*cost)));
        let words: Vec<String> = CONNECTORS
            .iter()
            .zip(&costs)
            .map(|(count, cost)| format!("{cost:.0} µs by {count}"))
            .collect();
        // A cost that falls as connectors are added is fine; only growth counts.
        let grown = costs.last().map_or(1.0, |last| last / costs[0]);
        rows.push(
            Row::new(
                "processor time of a call, the stub's part included",
                format!("{} ({:.2} × from least to most)", words.join(", "), most / least),
            )
            .target(format!("64 ≤ {FLAT} × 1"), grown <= FLAT),
        );
    }
    Ok(rows)
}

fn processors() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}

/// Runs every caller in a loop for a while.
async fn load<C, F>(
    span: Duration,
    callers: Vec<C>,
    call: impl Fn(C) -> F + Clone + Send + 'static,
) -> Result<Load, Failed>
where
    C: Clone + Send + Sync + 'static,
    F: Future<Output = Result<(), Failed>> + Send,
{
    // Sign in and connect first, so that this is not measured.
    for caller in &callers {
        call(caller.clone()).await?;
    }
    let (began, before) = (Instant::now(), busy());
    let mut tasks = JoinSet::new();
    for caller in callers {
        let call = call.clone();
        tasks.spawn(async move {
            let mut calls = 0_u32;
            while began.elapsed() < span {
                call(caller.clone()).await?;
                calls += 1;
            }
            Ok::<u32, Failed>(calls)
        });
    }
    let mut calls = 0;
    while let Some(ended) = tasks.join_next().await {
        calls += ended??;
    }
    let (took, after) = (began.elapsed(), busy());
    let cost = before.zip(after).map(|(before, after)| (after - before) / calls.max(1));
    Ok(Load { per_second: f64::from(calls) / took.as_secs_f64(), cost })
}

/// Returns this process's CPU time.
fn busy() -> Option<Duration> {
    /// The kernel's clock ticks per second, on all systems that this is likely to run on.
    const TICKS_A_SECOND: u64 = 100;
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The second field is the program's name in brackets, which may contain anything; user and
    // system time are the 14th and 15th.
    let mut fields = stat.rsplit_once(") ")?.1.split(' ').skip(11);
    let ticks: u64 = fields.next()?.parse::<u64>().ok()? + fields.next()?.parse::<u64>().ok()?;
    Some(Duration::from_millis(ticks * 1000 / TICKS_A_SECOND))
}
