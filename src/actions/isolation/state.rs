//! What the records of a machine say about its isolation.

use serde_json::Value;

use crate::actions::history::{Standing, doubt, is_same_state, is_same_type, standing};
use crate::catalogue::ISOLATION_TYPES;
use crate::json::object;
use crate::response::{Record, Sanitizer};

/// Whether a machine is isolated.
pub(super) struct Isolation<'r> {
    pub(super) state: &'static str,
    reason: Option<&'static str>,
    /// The isolation or release that made it so.
    job: Option<&'r Record>,
    pub(super) pending: Vec<&'r Record>,
    /// The machine's name, if a record has it.
    name: String,
    /// Whether the isolation is known to be full or selective.
    is_scope_known: bool,
}

impl<'r> Isolation<'r> {
    pub(super) fn unknown(reason: &'static str) -> Self {
        Self {
            state: "unknown",
            reason: Some(reason),
            job: None,
            pending: Vec::new(),
            name: String::new(),
            is_scope_known: false,
        }
    }

    /// What a machine's isolations and releases say.
    pub(super) fn of(machine: &str, records: &[&'r Record], is_cut: bool) -> Self {
        let [isolate, release] = ISOLATION_TYPES;
        // Of another type is what the service's filter should not have let through.
        let records: Vec<&Record> = records
            .iter()
            .copied()
            .filter(|record| record.may_be("type", isolate) || record.may_be("type", release))
            .collect();
        let pending = records.iter().copied().filter(|record| !record.state.is_final()).collect();
        let mut names = records.iter().map(|record| record.text("computerDnsName"));
        let name = names.find(|name| !name.is_empty()).unwrap_or_default();
        let (state, reason, job) = match standing(&records, is_same_type) {
            _ if is_cut => ("unknown", Some("the list of its actions was cut off"), None),
            Standing::Last(last) if !last.is("machineId", machine) => {
                ("unknown", Some("an action does not say which machine it is about"), Some(last))
            }
            Standing::Last(last) if last.is("type", isolate) => ("yes", None, Some(last)),
            Standing::Last(last) if last.is("type", release) => ("no", None, Some(last)),
            Standing::Last(last) => {
                ("unknown", Some("the type of an action can't be read"), Some(last))
            }
            Standing::Unknown(reason, record) => ("unknown", Some(reason), Some(record)),
            Standing::Never => {
                match doubt(&records, None, |record| record.may_be("type", isolate)) {
                    Some((reason, record)) => ("unknown", Some(reason), Some(record)),
                    None => ("no", None, None),
                }
            }
        };
        // Isolated by either, but in which way?
        let is_scope_known = matches!(standing(&records, is_same_state), Standing::Last(_));
        Self { state, reason, job, pending, name, is_scope_known }
    }

    pub(super) fn row(&self, id: &str, name: &str, clean: &Sanitizer) -> Value {
        let text = |text: &str| match text.is_empty() {
            true => Value::Null,
            false => Value::from(clean.text(text)),
        };
        let of = |name: &str| self.job.map(|job| job.text(name)).unwrap_or_default();
        let is_isolated = self.state == "yes";
        let scope = (is_isolated && !self.is_scope_known)
            .then_some("whether it is full or selective is unknown");
        let ended =
            [of("lastUpdateDateTimeUtc"), of("lastUpdateTimeUtc"), of("creationDateTimeUtc")];
        let since = ended.iter().find(|time| !time.is_empty() && self.reason.is_none());
        let shown = |record: &Record| record.summary_json(clean);
        let name = if name.is_empty() { &self.name } else { name };
        object(&mut [
            ("id", text(id)),
            ("computerDnsName", text(name)),
            ("isolated", Value::from(self.state)),
            (
                "isolationType",
                match is_isolated && self.is_scope_known {
                    true => text(&of("scope")),
                    false => Value::Null,
                },
            ),
            ("since", since.map_or(Value::Null, |since| text(since))),
            ("job", self.job.map_or(Value::Null, shown)),
            ("pending", self.pending.iter().map(|record| shown(record)).collect()),
            ("reason", self.reason.or(scope).map_or(Value::Null, Value::from)),
        ])
    }
}
