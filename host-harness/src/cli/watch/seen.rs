//! What is known of a call: the requests that may change something, and the machine actions that it is about.

use std::collections::BTreeMap;
use std::time::Instant;

use host_harness::egress::Event;

use super::change_request::{ChangeRequest, Fate};
use super::record::Record;

/// Machine actions that are kept in mind: more than a call can name.
const MOST_ACTIONS: usize = 2000;

/// What is known of a call.
#[derive(Clone, Debug, Default)]
pub(crate) struct Seen {
    pub(super) follows: bool,
    /// The comment that the call's own machine actions have, if it gives one.
    pub(super) comment: Option<String>,
    /// Requests that are no reads, by their number and thus in order.
    pub(super) requests: BTreeMap<u64, ChangeRequest>,
    /// Machine actions, in the order in which they showed.
    pub(crate) actions: Vec<Followed>,
    /// When the call last heard of machine actions.
    pub(crate) looked: Option<Instant>,
}

/// A machine action, and why it is of interest.
#[derive(Clone, Debug)]
pub(crate) struct Followed {
    /// Its latest record.
    pub(crate) record: Record,
    /// How it became known.
    pub(crate) known: Known,
}

/// How a machine action became known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Known {
    /// A request of this call was answered with it.
    Answered,
    /// The parameters name it.
    Named,
    /// It was going on when the call looked at machine actions, or is what somebody else asked for.
    Found,
}

impl Seen {
    pub(super) fn follow(&mut self, named: impl IntoIterator<Item = Record>, comment: Option<&str>) {
        self.follows = true;
        self.comment = comment.map(str::to_owned);
        self.actions.extend(named.into_iter().map(|record| Followed { record, known: Known::Named }));
    }

    /// Notes anything but a body.
    pub(super) fn event(&mut self, number: u64, method: &str, path: &str, event: Event<'_>) {
        let now = Instant::now();
        if matches!(method, "GET" | "HEAD" | "OPTIONS") {
            if matches!(event, Event::Answered { .. }) && path.starts_with("/api/machineactions") {
                self.looked = Some(now);
            }
            return;
        }
        let Some(fate) = Fate::of(event) else { return };
        if matches!(fate, Fate::Accepted(_)) {
            self.looked = Some(now);
        }
        self.requests.insert(number, ChangeRequest { method: method.into(), path: path.into(), fate });
    }

    /// Notes what the body of an answer says of a request that was refused; false if it is another answer.
    pub(super) fn refused(&mut self, number: u64, body: &[u8]) -> bool {
        let Some(request) = self.requests.get_mut(&number).filter(|request| request.fate.awaits_body()) else {
            return false;
        };
        request.fate = request.fate.with_body(body);
        true
    }

    /// Whether only the body of its answer says who refused a request.
    pub(super) fn awaits_body(&self, number: u64) -> bool {
        self.requests.get(&number).is_some_and(|request| request.fate.awaits_body())
    }

    /// Notes the machine actions that an answer holds.
    pub(super) fn answer(&mut self, number: u64, records: Vec<Record>) {
        let request = self.requests.get_mut(&number);
        let accepted = request.filter(|request| matches!(request.fate, Fate::Accepted(_)));
        let known = if let Some(request) = accepted {
            if !records.is_empty() {
                request.fate = Fate::Recorded;
            }
            Known::Answered
        } else {
            Known::Found
        };
        for record in records {
            let is_of_another = self.comment.as_ref().is_some_and(|comment| record.is_of_another(comment));
            self.record(record, if is_of_another { Known::Found } else { known });
        }
    }

    fn record(&mut self, record: Record, known: Known) {
        let same = |followed: &&mut Followed| followed.record.id.eq_ignore_ascii_case(&record.id);
        if let Some(followed) = self.actions.iter_mut().find(same) {
            followed.record = record;
            if followed.known == Known::Found {
                followed.known = known;
            }
        } else if (known == Known::Answered || self.follows && !record.has_ended()) && self.actions.len() < MOST_ACTIONS
        {
            self.actions.push(Followed { record, known });
        }
    }

    /// Whether a request that may change something has no end yet.
    pub(crate) fn is_open(&self) -> bool {
        self.requests().any(|request| request.fate == Fate::Open)
    }

    /// The requests that may change something, in order.
    pub(crate) fn requests(&self) -> impl Iterator<Item = &ChangeRequest> {
        self.requests.values()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::record::records;
    use super::*;

    const ISOLATE: &str = "/api/machines/m1/isolate";

    fn action(id: &str, status: &str) -> Vec<Record> {
        records(json!({ "id": id, "type": "Isolate", "status": status, "machineId": "m1" }).to_string().as_bytes())
    }

    fn fates(seen: &Seen) -> Vec<Fate> {
        seen.requests().map(|request| request.fate).collect()
    }

    #[test]
    fn a_request_is_open_until_its_answer_tells() {
        let mut seen = Seen::default();
        seen.event(1, "POST", ISOLATE, Event::Begins);
        assert!(seen.is_open());
        for (status, fate) in [
            (201, Fate::Accepted(201)),
            (302, Fate::Doubtful(Some(302))),
            (400, Fate::Doubtful(Some(400))),
            (408, Fate::Doubtful(Some(408))),
            (429, Fate::Doubtful(Some(429))),
            (502, Fate::Doubtful(Some(502))),
        ] {
            seen.event(1, "POST", ISOLATE, Event::Answered { status });
            assert_eq!(fates(&seen), [fate]);
        }
        for (status, body, is_refusal) in [
            (429, r#"{"error":{"code":"TooManyRequests","message":"m"}}"#, true),
            (429, r#"{"error":{"code":"429","message":"m"}}"#, true),
            (403, r#"{"error":{"code":"Forbidden","message":"m"}}"#, true),
            (429, r#"{"error":{"code":429,"message":"m"}}"#, false),
            (429, r#"{"error":{"code":"rate_limited","message":"m"}}"#, false),
            (429, r#"{"statusCode":429,"message":"m"}"#, false),
            (429, r#"{"error":"rate limited"}"#, false),
            (502, r#"{"error":{"code":"BadGateway","message":"m"}}"#, false),
        ] {
            seen.event(1, "POST", ISOLATE, Event::Answered { status });
            seen.refused(1, body.as_bytes());
            let fate = if is_refusal { Fate::Refused(status) } else { Fate::Doubtful(Some(status)) };
            assert_eq!(fates(&seen), [fate], "{body}");
        }
        seen.event(2, "POST", ISOLATE, Event::Unanswered { perhaps_sent: true });
        seen.event(3, "POST", ISOLATE, Event::Unanswered { perhaps_sent: false });
        assert_eq!(fates(&seen)[1..], [Fate::Doubtful(None), Fate::NotSent]);
        assert!(!seen.is_open());
        seen.event(4, "GET", "/api/machines", Event::Begins);
        assert_eq!(fates(&seen).len(), 3, "a read changes nothing");
    }

    #[test]
    fn a_machine_action_is_known_by_the_answer_to_the_request_for_it() {
        let mut seen = Seen::default();
        seen.follow([], None);
        seen.event(1, "POST", ISOLATE, Event::Answered { status: 201 });
        seen.answer(1, action("a1", "Pending"));
        assert_eq!(fates(&seen), [Fate::Recorded]);
        seen.answer(2, action("A1", "InProgress"));
        assert_eq!(seen.actions.len(), 1);
        assert_eq!((seen.actions[0].known, seen.actions[0].record.status.as_str()), (Known::Answered, "InProgress"));
    }

    #[test]
    fn what_a_read_shows_is_of_interest_only_while_it_goes_on() {
        let mut seen = Seen::default();
        seen.answer(1, action("a1", "Pending"));
        assert!(seen.actions.is_empty(), "nobody follows");
        seen.follow(Record::named("a2"), None);
        seen.answer(1, action("a1", "Pending"));
        seen.answer(1, action("a2", "Succeeded"));
        seen.answer(1, action("a3", "Succeeded"));
        let known: Vec<_> = seen.actions.iter().map(|followed| (followed.record.id.as_str(), followed.known)).collect();
        assert_eq!(known, [("a2", Known::Named), ("a1", Known::Found)]);
    }
    #[test]
    fn an_answer_about_an_action_of_somebody_else_is_only_found() {
        let mut seen = Seen::default();
        seen.follow([], Some("case 1"));
        seen.event(1, "POST", ISOLATE, Event::Answered { status: 201 });
        let theirs = json!({ "id": "a1", "type": "Isolate", "status": "Pending", "requestorComment": "case 2" });
        seen.answer(1, records(theirs.to_string().as_bytes()));
        assert_eq!((seen.actions[0].known, fates(&seen)), (Known::Found, vec![Fate::Recorded]));
    }
}
