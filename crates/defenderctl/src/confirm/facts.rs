//! What the service knows of the machines, or of the machine action, that a call is about. What
//! cannot be learnt is unknown.

use std::time::Duration;

use host_harness::{Action, Descriptor, Effect};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::reader::Reader;
use super::subject::{Subject, UNKNOWN, facts};
use super::targets::Target;
use super::{state, tenant_wide};
use crate::job_actions::{JOB_ID, JobActions};
use crate::known_actions::{ISOLATION, MACHINE, MACHINE_USERS, MACHINES};
use crate::session::Session;

/// How long all of it may take: the user is waiting to stop an attack.
const PATIENCE: Duration = Duration::from_secs(10);

/// Users take a request for each machine: they are requested for this number of machines.
const MOST_USERS: usize = 10;

/// What a machine's record has: its member, and what that is called here.
const MACHINE_FACTS: [(&str, &str); 7] = [
    ("osPlatform", "system"),
    ("lastSeen", "last seen"),
    ("healthStatus", "sensor"),
    ("onboardingStatus", "onboarding"),
    ("lastIpAddress", "address"),
    ("deviceValue", "value"),
    ("machineTags", "tags"),
];

/// What a machine action's record has.
const JOB_FACTS: [(&str, &str); 7] = [
    ("type", "type"),
    ("status", "status"),
    ("computerDnsName", "machine"),
    ("machineId", "device ID"),
    ("requestor", "requested by"),
    ("requestorComment", "comment"),
    ("creationDateTimeUtc", "requested"),
];

/// What the call is about: these machines, or what the parameters name.
pub(super) async fn of(
    session: &Session,
    descriptor: &Descriptor,
    action: &Action,
    params: &Map<String, Value>,
    targets: Vec<Target>,
) -> Vec<Subject> {
    let reader = Reader { session, descriptor };
    if action.effect == Effect::Policy {
        return tenant_wide::subjects(&reader, &action.name, params).await;
    }
    let jobs = JobActions::of(descriptor);
    if params.contains_key(JOB_ID) || jobs.cancel.as_ref() == Some(&action.name) {
        return reader.jobs(jobs.look.as_deref(), params).await;
    }
    let (mut records, mut users) = (Vec::new(), Vec::new());
    let mut isolation = Vec::new();
    // What is known when the time is up is shown; the rest is unknown.
    let _ = tokio::time::timeout(PATIENCE, async {
        records = reader.records(&targets).await;
        if state::matters(action) && !targets.is_empty() {
            isolation = reader.isolation(&targets).await;
        }
        for target in targets.iter().take(MOST_USERS) {
            users.push(reader.last_user(&target.id).await);
        }
    })
    .await;
    let user = |n: usize| users.get(n).cloned().flatten();
    let known = (records.as_slice(), isolation.as_slice());
    targets
        .iter()
        .enumerate()
        .map(|(n, target)| machine((&action.name, target), known, user(n)))
        .collect()
}

impl Reader<'_> {
    /// The jobs that the parameters name.
    async fn jobs(&self, look: Option<&str>, params: &Map<String, Value>) -> Vec<Subject> {
        let one = params.get(JOB_ID).and_then(Value::as_str);
        let many = params.get("ids").and_then(Value::as_array).into_iter().flatten();
        let ids: Vec<&str> = one.into_iter().chain(many.filter_map(Value::as_str)).collect();
        let mut records = Vec::new();
        // What is known when the time is up is shown.
        let _ = tokio::time::timeout(PATIENCE, async {
            for id in &ids {
                records.push(match look {
                    Some(look) => self.read(look, json!({ "id": id })).await.unwrap_or_default(),
                    None => Value::Null,
                });
            }
        })
        .await;
        let record = |n: usize| records.get(n).unwrap_or(&Value::Null);
        let subject = |(n, id): (usize, &&str)| Subject {
            title: format!("job {id}"),
            facts: facts(record(n), &JOB_FACTS),
            ..Subject::default()
        };
        ids.iter().enumerate().map(subject).collect()
    }

    /// The records of these machines, by one request.
    async fn records(&self, targets: &[Target]) -> Vec<Value> {
        match targets {
            [] => Vec::new(),
            [one] => self.read(MACHINE, json!({ "id": one.id })).await.into_iter().collect(),
            many => {
                let ids: Vec<&str> = many.iter().map(|target| target.id.as_str()).collect();
                let list = self.read(MACHINES, json!({ "id": ids, "all": true })).await;
                list.and_then(|mut list| list["value"].as_array_mut().map(std::mem::take))
                    .unwrap_or_default()
            }
        }
    }

    /// Whether these machines are isolated, as far as the connector can say.
    async fn isolation(&self, targets: &[Target]) -> Vec<Value> {
        let ids: Vec<&str> = targets.iter().map(|target| target.id.as_str()).collect();
        let list = self.read(ISOLATION, json!({ "ids": ids })).await;
        list.and_then(|mut list| list["value"].as_array_mut().map(std::mem::take))
            .unwrap_or_default()
    }

    /// The user who was seen on a machine last, and when.
    async fn last_user(&self, id: &str) -> Option<String> {
        let users = self.read(MACHINE_USERS, json!({ "id": id })).await?;
        last_user(users["value"].as_array()?)
    }
}

fn last_user(users: &[Value]) -> Option<String> {
    // The service's times are all of one form: their order as texts is that in time.
    let last = users.iter().max_by_key(|user| user["lastSeen"].as_str().unwrap_or_default())?;
    let name = last["accountName"].as_str().or(last["id"].as_str())?;
    let name = match last["accountDomain"].as_str() {
        Some(domain) => format!("{domain}\\{name}"),
        None => name.to_owned(),
    };
    Some(match last["lastSeen"].as_str() {
        Some(time) => format!("{name}, seen {time}"),
        None => name,
    })
}

/// A machine with what was found of it.
pub(super) fn machine(
    (action, target): (&str, &Target),
    (records, isolation): (&[Value], &[Value]),
    user: Option<String>,
) -> Subject {
    let is_own = |record: &&Value| {
        record["id"].as_str().is_some_and(|id| id.eq_ignore_ascii_case(&target.id))
    };
    let record = records.iter().find(is_own);
    let nothing = Value::Null;
    let isolation = isolation.iter().find(is_own).unwrap_or(&nothing);
    let name = record.and_then(|record| record["computerDnsName"].as_str());
    let name =
        [name, target.name.as_deref()].into_iter().flatten().find(|it| !it.trim().is_empty());
    let mut lines =
        vec![("id", target.id.clone()), ("last user", user.unwrap_or_else(|| UNKNOWN.into()))];
    lines.extend(facts(record.unwrap_or(&nothing), &MACHINE_FACTS));
    // Without the action for it nothing is said: not even that it is unknown.
    if let Some(isolated) = isolation["isolated"].as_str() {
        lines.push(("isolated", isolated.to_owned()));
    }
    if let Some(already) = &target.already {
        lines.push(("already so", format!("{already}: nothing will be sent")));
    }
    let title = name.map_or_else(|| format!("machine {}", target.id), str::to_owned);
    let now = OffsetDateTime::now_utc();
    Subject {
        device: Some(target.id.clone()),
        title,
        name: name.unwrap_or(&target.id).to_owned(),
        warnings: state::warnings(action, record.unwrap_or(&nothing), isolation, now),
        facts: lines,
    }
}

#[cfg(test)]
mod tests;
