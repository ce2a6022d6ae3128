//! Cost of instances: time to create one and memory to keep it.

use defender_stub::Scenario;
use host_harness::Connector;

use super::fixture::{Fixture, read};
use super::sample::{Sample, time, words};
use super::{Failed, Row, SampleSize};

const MADE: usize = 10_000;
const IDLE: usize = 1_000;

/// Warm-up rounds that are not counted: the first instances find the pool cold.
const WARM_UP: usize = 100;

/// The target: a median of 15 µs, and a 99th percentile of 40.
const TARGET_P50_US: f64 = 15.0;
const TARGET_P99_US: f64 = 40.0;

/// Measures creating an instance, bare and configured.
pub(super) async fn making(sample_size: SampleSize) -> Result<Vec<Row>, Failed> {
    let fixture = Fixture::secure(Scenario::default())?;
    let (config, secrets) = (fixture.config().to_string(), fixture.secrets().to_string());
    let (mut bare, mut configured) = (Vec::new(), Vec::new());
    for round in 0..sample_size.times(MADE) + WARM_UP {
        let connector = fixture.host.connector("made");
        let made = time(connector.prepare()).await?;
        drop(connector);
        let connector = fixture.host.connector("made");
        let ready = time(connector.configure(&config, &secrets)).await?;
        if round >= WARM_UP {
            bare.push(made);
            configured.push(ready);
        }
    }
    let (bare, configured) = (Sample::new(bare), Sample::new(configured));
    let micros = |percent| bare.percentile(percent).as_secs_f64() * 1e6;
    let met = micros(50) <= TARGET_P50_US && micros(99) <= TARGET_P99_US;
    Ok(vec![
        Row::new("make an instance (pooling allocator)", bare.words())
            .target(format!("p50 ≤ {TARGET_P50_US:.0} µs, p99 ≤ {TARGET_P99_US:.0} µs"), met)
            .sample("instance", &bare),
        Row::new("make an instance and put settings in force", configured.words())
            .sample("configured", &configured),
    ])
}

/// Measures the memory of a thousand connectors that have made one call each and are idle.
pub(super) async fn memory(sample_size: SampleSize) -> Result<Vec<Row>, Failed> {
    let Some(before) = resident() else {
        return Ok(vec![Row::new(
            "memory of an idle connector",
            "not measured: this system has no /proc/self/statm",
        )]);
    };
    let fixture = Fixture::secure(Scenario::default())?;
    // Memory that all connectors share.
    let first = fixture.connector("first").await?;
    first.execute("getAgentDetails", &read()).await?;
    let shared = resident().unwrap_or(before);
    let idle = sample_size.times(IDLE);
    let mut connectors: Vec<Connector> = Vec::with_capacity(idle);
    for _ in 0..idle {
        connectors.push(fixture.connector("idle").await?);
    }
    let configured = per(shared, idle);
    for connector in &connectors {
        connector.execute("getAgentDetails", &read()).await?;
    }
    let called = per(shared, idle);
    let again = time(connectors[0].execute("getAgentDetails", &read())).await?;
    Ok(vec![
        Row::new(
            format!("memory of an idle configured connector, {idle} of them"),
            format!(
                "{configured:.0} KiB; {called:.0} KiB after a call, and its next takes {}",
                words(again)
            ),
        )
        .target("≤ 200 KiB", configured <= 200.0),
    ])
}

/// KiB per connector above the given baseline.
fn per(before: usize, count: usize) -> f64 {
    resident().unwrap_or(before).saturating_sub(before) as f64 / count as f64 / 1024.0
}

/// Returns this process's resident memory in bytes.
fn resident() -> Option<usize> {
    /// The page size on all systems with this file that the benchmark is likely to run on.
    const PAGE: usize = 4096;
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<usize>().ok()? * PAGE)
}
