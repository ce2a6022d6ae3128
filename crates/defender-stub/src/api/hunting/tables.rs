//! The tables that can be queried.

use serde_json::{Value, json};
use time::OffsetDateTime;

use crate::clock::api_timestamp;
use crate::state::ServiceState;

/// A column of a result.
#[derive(Clone, Debug)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) kind: &'static str,
}

/// The result of a query.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) columns: Vec<Column>,
    pub(super) rows: Vec<Vec<Value>>,
}

/// Makes a table's rows.
type Rows = fn(&ServiceState, OffsetDateTime) -> Vec<Vec<Value>>;

/// A table: its name, its columns with their types, and its rows.
type Table = (&'static str, &'static [(&'static str, &'static str)], Rows);

const TABLES: [Table; 2] = [
    (
        "DeviceInfo",
        &[
            ("Timestamp", "DateTime"),
            ("DeviceId", "String"),
            ("DeviceName", "String"),
            ("OSPlatform", "String"),
            ("PublicIP", "String"),
            ("OnboardingStatus", "String"),
            ("IsAzureADJoined", "SByte"),
        ],
        devices,
    ),
    (
        "DeviceLogonEvents",
        &[
            ("Timestamp", "DateTime"),
            ("DeviceId", "String"),
            ("AccountName", "String"),
            ("AccountDomain", "String"),
        ],
        logons,
    ),
];

/// The table of this name, all of it.
pub(super) fn named(name: &str, state: &ServiceState, now: OffsetDateTime) -> Option<Answer> {
    let (_, columns, rows) = TABLES.iter().find(|(table, _, _)| *table == name)?;
    let columns =
        columns.iter().map(|(name, kind)| Column { name: (*name).to_owned(), kind }).collect();
    Some(Answer { columns, rows: rows(state, now) })
}

fn devices(state: &ServiceState, now: OffsetDateTime) -> Vec<Vec<Value>> {
    let row = |machine: &crate::Machine| {
        vec![
            json!(api_timestamp(now)),
            json!(machine.id),
            json!(machine.computer_dns_name),
            json!(machine.os_platform),
            json!(machine.last_external_ip_address),
            json!(machine.onboarding_status),
            json!(u8::from(machine.is_aad_joined)),
        ]
    };
    state.scenario.machines.iter().map(row).collect()
}

fn logons(state: &ServiceState, _now: OffsetDateTime) -> Vec<Vec<Value>> {
    let mut rows = Vec::new();
    for user in &state.scenario.records.users {
        let entity = &user.entity;
        for machine in &user.machines {
            let cells = [
                &entity["lastSeen"],
                &json!(machine),
                &entity["accountName"],
                &entity["accountDomain"],
            ];
            rows.push(cells.map(Clone::clone).to_vec());
        }
    }
    rows
}
