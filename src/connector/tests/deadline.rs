//! A call ends by its deadline, whatever takes its time, and what has come by then is used.

use std::rc::Rc;

use super::*;
use crate::transport::{Body, HttpRequest, HttpResponse, Transport};

/// Seconds to connect and to the head, the status, and the pieces of the body with the seconds
/// before each.
type Slowly<P> = (u64, u64, u16, P);

type Piece = (u64, &'static str);

/// A network on which every answer takes its time: seconds to connect, to the head, and to each
/// piece of the body.
struct Slow {
    clock: Rc<Still>,
    answers: std::cell::RefCell<Vec<Slowly<Vec<Piece>>>>,
    length: Option<usize>,
    sent: Cell<u32>,
}

impl Slow {
    fn pass(clock: &Still, seconds: u64, most: Duration) -> Result<(), TransportError> {
        let time = Duration::from_secs(seconds);
        clock.sleep(time.min(most));
        if time > most { Err(TransportError::maybe_sent(Cause::ResponseTimeout)) } else { Ok(()) }
    }
}

impl Transport for Slow {
    fn send(&self, request: &HttpRequest<'_>) -> Result<HttpResponse, TransportError> {
        self.sent.set(self.sent.get() + 1);
        let (connect, head, status, pieces) = self.answers.borrow_mut().remove(0);
        let until = self.clock.elapsed() + request.timeouts.head;
        let remaining = || until.saturating_sub(self.clock.elapsed());
        Self::pass(&self.clock, connect, request.timeouts.connect.min(remaining()))?;
        Self::pass(&self.clock, head, request.timeouts.first_byte.min(remaining()))?;
        let length = self.length.map(|length| ("content-length".to_owned(), length.to_string()));
        let body = Box::new(SlowBody { clock: Rc::clone(&self.clock), pieces });
        Ok(HttpResponse { status, headers: length.into_iter().collect(), body })
    }
}

struct SlowBody {
    clock: Rc<Still>,
    pieces: Vec<Piece>,
}

impl Body for SlowBody {
    fn read(&mut self, _: usize, wait: Duration) -> Result<Vec<u8>, TransportError> {
        if self.pieces.is_empty() {
            return Ok(Vec::new());
        }
        Slow::pass(&self.clock, self.pieces[0].0, wait)?;
        Ok(self.pieces.remove(0).1.into())
    }
}

/// Seconds that a call with a deadline of ten took, and its result.
fn ended(
    action: &str,
    length: Option<usize>,
    answers: &[Slowly<&[Piece]>],
) -> (u64, Result<Outcome, Error>) {
    let limits = json!({ "callTimeoutSeconds": 10, "maxRetries": 0 });
    let Bench { mut connector, clock, .. } =
        bench_with(limits, json!({ "accessToken": "a-token-of-the-host" }));
    let clock = Rc::new(clock);
    let answers = answers
        .iter()
        .map(|(connect, head, status, pieces)| (*connect, *head, *status, pieces.to_vec()));
    let network = Slow {
        clock: Rc::clone(&clock),
        answers: std::cell::RefCell::new(answers.collect()),
        length,
        sent: Cell::new(0),
    };
    let params = if action == "isolateHost" {
        json!({ "id": "d1000000000000000000000000000000", "comment": "c" })
    } else {
        json!({ "id": "d1000000000000000000000000000000" })
    };
    let outcome = connector
        .execute(action, &params.to_string(), &network, &*clock)
        .map(|(outcome, _)| outcome);
    (clock.elapsed().as_secs(), outcome)
}

#[test]
fn a_call_ends_by_its_deadline() {
    for action in ["getAgentDetails", "isolateHost"] {
        for status in [200, 201, 400, 403, 500] {
            for (connect, head, pieces) in [
                (0, 9, &[(9, "{}")][..]),
                (0, 9, &[(1, "{"), (1, "}"), (1, " "), (1, " ")]),
                (9, 9, &[(0, "{}")]),
                (4, 4, &[(4, "{}")]),
                (0, 0, &[(3, "{"), (3, "\"a\""), (3, ":1"), (3, "}"), (3, "")]),
                (11, 0, &[]),
                (0, 11, &[]),
            ] {
                let (took, outcome) = ended(action, None, &[(connect, head, status, pieces)]);
                assert!(took <= 10, "{action} {status} {connect} {head} {pieces:?}: {took} s");
                let error = outcome.unwrap_err();
                assert!(
                    action == "getAgentDetails" || error.retry() == Retry::Unknown,
                    "{error:?}"
                );
            }
        }
    }
}

#[test]
fn what_has_come_whole_by_the_deadline_is_used() {
    let (took, outcome) =
        ended("isolateHost", Some(ISOLATING.len()), &[(0, 9, 201, &[(1, ISOLATING)])]);
    let outcome = outcome.unwrap();
    assert_eq!((took, outcome.job.unwrap().id.as_str()), (10, "a1"));
    // There is no time for a look at what will undo it.
    assert_eq!(outcome.warnings[0].code, "not-checked");
    // Without a length its end must have come too.
    let (_, outcome) = ended("isolateHost", None, &[(0, 9, 201, &[(1, ISOLATING)])]);
    assert_eq!(outcome.unwrap().job.unwrap().id, "a1");
    let (took, outcome) = ended("isolateHost", None, &[(0, 9, 201, &[(1, ISOLATING), (0, " ")])]);
    let error = outcome.unwrap_err();
    assert_eq!(
        (took, error.kind(), error.status(), error.retry()),
        (10, Kind::TimedOut, Some(201), Retry::Unknown)
    );
}
