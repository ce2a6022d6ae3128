//! How much slower a connector is beside a hostile one.

use std::time::Duration;

use host_harness::Host;
use hostile_plugins::HOSTILE;
use hostile_plugins::neighbours::{self, BEHAVIOURS, Call, SMALL};

use super::sample::Sample;
use super::{Failed, Row, SampleSize};

const CALLS: usize = 1_000;

/// As in the tests: misbehaviour ends soon, to begin again.
const CALL_TIME: Duration = Duration::from_secs(3);
const COMPUTE_TIME: Duration = Duration::from_secs(1);

/// Measures a connector's calls beside each behaviour of the hostile corpus, compared with its
/// calls alone. That none of them fails is a test of `host-harness`, which runs the same code.
pub(super) async fn rows(sample_size: SampleSize) -> Result<Vec<Row>, Failed> {
    let (origin, way) = neighbours::server().await?;
    let limits = hostile_plugins::limits(CALL_TIME, COMPUTE_TIME);
    let host = Host::builder(HOSTILE).trusted().limits(limits).egress(way.build()?).build()?;
    let (url, calls) = (format!("{origin}/small"), sample_size.times(CALLS));
    let mut rows = Vec::new();
    for (action, params) in BEHAVIOURS {
        let (hostile, neighbour) = (host.connector("hostile"), host.connector("neighbour"));
        let alone = sample(neighbours::call(&neighbour, &url, calls).await)?;
        let beside = neighbours::call(&neighbour, &url, calls);
        let beside = sample(neighbours::beside(&hostile, (action, params), &origin, beside).await)?;
        let behaviour = format!("{action} {}", params.replace("{}", ""));
        let figure = format!("a call beside `{}`, against alone", behaviour.trim_end());
        let ratio = beside.ratio(&alone);
        rows.push(
            Row::new(figure, format!("{ratio:.2} ×; {} against {}", beside.words(), alone.words()))
                .sample("beside", &beside)
                .sample("alone", &alone),
        );
    }
    Ok(rows)
}

fn sample(calls: Vec<Call>) -> Result<Sample, Failed> {
    match calls.iter().find(|call| call.end != SMALL) {
        Some(failed) => Err(failed.end.clone().into()),
        None => Ok(Sample::new(calls.into_iter().map(|call| call.time).collect())),
    }
}
