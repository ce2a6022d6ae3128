//! Number of connections, which cost the service's gateway more than requests do.

use defender_stub::Scenario;

use super::fixture::{Fixture, read};
use super::{Failed, Row};

const CONNECTORS: usize = 100;
const CALLS: usize = 1_000;

/// The origins of one connector: login and API. Connectors share no connection.
const ORIGINS: usize = 2;

/// Counts the connections opened by consecutive calls of many connectors in one tenant.
pub(super) async fn rows() -> Result<Vec<Row>, Failed> {
    let fixture = Fixture::secure(Scenario::default())?;
    let mut connectors = Vec::new();
    for _ in 0..CONNECTORS {
        connectors.push(fixture.connector("sharing").await?);
    }
    for connector in connectors.iter().cycle().take(CALLS) {
        connector.execute("getAgentDetails", &read()).await?;
    }
    let opened = fixture.stub.connections();
    Ok(vec![
        Row::new(
            format!("connections for {CALLS} calls one after the other by {CONNECTORS} connectors"),
            format!("{opened} to {ORIGINS} origins"),
        )
        .target("≤ 1 per connector and origin", opened <= CONNECTORS * ORIGINS),
    ])
}
