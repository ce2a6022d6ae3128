//! Requests needed to isolate hosts by name and follow them to completion.

use defender_stub::Scenario;
use serde_json::{Value, json};

use super::fixture::Fixture;
use super::{Failed, Row, SampleSize};

const HOSTS: [usize; 3] = [1, 10, 100];

/// Maximum names looked up per request.
const NAMES: usize = 50;

/// Counts the requests sent for one, ten and a hundred hosts.
pub(super) async fn rows(sample_size: SampleSize) -> Result<Vec<Row>, Failed> {
    let (mut words, mut few, mut polls) = (Vec::new(), true, Vec::new());
    for hosts in HOSTS {
        let sent = sent(hosts, sample_size).await?;
        words.push(format!(
            "{hosts}: {} lookups + {} orders + {} polls",
            sent.lookups, sent.orders, sent.polls
        ));
        few &= sent.lookups + sent.orders <= hosts + hosts.div_ceil(NAMES);
        polls.push(sent.polls);
    }
    // One isolation request more or less may fall on either side of a poll.
    let alike =
        polls.iter().max().zip(polls.iter().min()).is_some_and(|(most, least)| most - least <= 1);
    Ok(vec![
        Row::new("requests to isolate and follow N hosts by name", words.join("; "))
            .target("≤ N + ⌈N/50⌉ + polls, as many polls for 100 as for 1", few && alike),
    ])
}

struct Sent {
    lookups: usize,
    orders: usize,
    polls: usize,
}

async fn sent(hosts: usize, sample_size: SampleSize) -> Result<Sent, Failed> {
    // Long enough to send all isolation requests, plus two polls.
    let running_seconds = if sample_size.quick { 1.0 } else { 4.0 };
    let fleet = u32::try_from(hosts)?;
    let fixture = Fixture::secure(Scenario {
        fleet,
        pending_seconds: 0.5,
        running_seconds,
        ..Scenario::default()
    })?;
    let connector = fixture.connector("many").await?;
    let names: Vec<Value> = (0..fleet)
        .map(|n| json!({ "computerDnsName": format!("fleet-{n:05}.example.test") }))
        .collect();
    let wait = json!({ "timeoutSeconds": 60, "pollSeconds": 2 });
    let params =
        json!({ "hosts": names, "comment": "case 1042", "maxTargets": hosts, "wait": wait });
    connector.execute("isolateHost", &params.to_string()).await?;
    let service = fixture.stub.service();
    let count = |pattern| service.sent(pattern);
    Ok(Sent {
        lookups: count("GET /api/machines"),
        orders: count("POST /api/machines/{id}/isolate"),
        polls: count("GET /api/machineactions") + count("GET /api/machineactions/{id}"),
    })
}
