//! A page of 10,000 machines: time compared with native decoding, and memory.

use defender_stub::{Machine, Scenario};
use host_harness::{CallError, HostError, Limits};
use serde_json::Value;
use serde_json::value::RawValue;

use super::fixture::Fixture;
use super::native::Native;
use super::sample::{side_by_side, time};
use super::{Failed, Row, SampleSize};

const MACHINES: u32 = 10_000;
const TIMES: usize = 30;

/// Tags per record that make it as long as the service's own: 15 MB for a page.
const TAGS: usize = 12;

const PARAMS: &str = r#"{"all": true, "maxItems": 10000}"#;
const PATH: &str = "/api/machines?$count=true&$top=10000";

/// Compares the time with fetching and decoding the same bytes natively, and finds the minimum
/// memory of an instance.
pub(super) async fn rows(sample_size: SampleSize) -> Result<Vec<Row>, Failed> {
    let fixture = Fixture::secure(fleet())?;
    let (connector, native) = (fixture.connector("list").await?, Native::new(&fixture).await?);
    let body = native.get(PATH).await?.len();
    let ours = || {
        let connector = connector.clone();
        async move { Ok(time(connector.execute("getAgentList", PARAMS)).await?) }
    };
    let values = || {
        let native = native.clone();
        async move { time(async move { decode::<Value>(&native.get(PATH).await?) }).await }
    };
    let records = || {
        let native = native.clone();
        async move { time(async move { decode::<Page>(&native.get(PATH).await?) }).await }
    };
    side_by_side(2, ours, values).await?;
    let times = sample_size.times(TIMES);
    let (ours, values) = side_by_side(times, ours, values).await?;
    let (raws, _) = side_by_side(times, records, records).await?;
    let ratio = ours.ratio(&values);
    let least = least_memory(body).await?;
    let bodies = least as f64 / body as f64;
    let megabytes = |bytes: usize| bytes as f64 / 1e6;
    Ok(vec![
        Row::new(
            format!(
                "list of {MACHINES} machines ({:.1} MB), against fetching and decoding natively",
                megabytes(body)
            ),
            format!(
                "{ratio:.2} ×; {} against {}; {:.2} × of finding the records only",
                ours.words(),
                values.words(),
                ours.ratio(&raws)
            ),
        )
        .target("p50 ≤ 1.5 ×", ratio <= 1.5)
        .sample("component", &ours)
        .sample("native values", &values)
        .sample("native records", &raws),
        Row::new(
            "memory of the instance for it",
            format!("{bodies:.2} × the body: {:.1} MB", megabytes(least)),
        )
        .target("≤ 2.5 × the body", bodies <= 2.5),
    ])
}

/// A page whose records are located but not parsed.
#[derive(serde::Deserialize)]
struct Page {
    #[expect(dead_code, reason = "made, and dropped")]
    value: Vec<Box<RawValue>>,
}

fn decode<T: serde::de::DeserializeOwned>(body: &[u8]) -> Result<T, Failed> {
    Ok(serde_json::from_slice(body)?)
}

fn fleet() -> Scenario {
    let tags: Vec<String> =
        (0..TAGS).map(|n| format!("a tag of forty characters, number {n:06}")).collect();
    let machine = |n: u32| Machine {
        machine_tags: tags.clone(),
        ..Machine::new(
            format!("{n:040x}"),
            format!("machine-{n:05}.example.test"),
            format!("10.9.{}.{}", n >> 8, n & 255),
        )
    };
    Scenario {
        machines: (0..MACHINES).map(machine).collect(),
        page_size: MACHINES as usize,
        ..Scenario::default()
    }
}

/// Finds the lowest memory limit that can load the page, to within a twentieth of the page's size.
async fn least_memory(body: usize) -> Result<usize, Failed> {
    let step = body / 20;
    let (mut enough, mut too_little) = (body * 6, body);
    while enough - too_little > step {
        let middle = (enough + too_little) / 2;
        if fits(middle).await? { enough = middle } else { too_little = middle }
    }
    Ok(enough)
}

async fn fits(memory_bytes: usize) -> Result<bool, Failed> {
    let mut limits = Limits::default();
    limits.memory_bytes = memory_bytes;
    let fixture = Fixture::limited(fleet(), limits)?;
    match fixture.connector("list").await?.execute("getAgentList", PARAMS).await {
        Ok(_) => Ok(true),
        Err(CallError::Host(HostError::OutOfMemory { .. })) => Ok(false),
        Err(error) => Err(error.into()),
    }
}
