//! Kinds of trouble beyond lost and late responses. A schedule has none of them, one, or all; with
//! only one, the cause of a violation is easy to see.

use fastrand::Rng;
use serde_json::{Value, json};

use super::unreadable::unreadable;
use super::{MACHINES, pick};
use defender_stub::{CommentRewrite, DateForm, EndsAs, Fault, FaultKind};

/// A kind of trouble.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Disturbance {
    /// Members that cannot be decoded, are duplicated, or are missing.
    Unreadable,
    /// A gateway rejects a request that was carried out.
    Gateway,
    /// The service rewrites comments.
    Comments,
    /// Lists are cut short, and indicate it.
    CutLists,
    /// Names that lead through merged records, or to several records.
    Names,
    /// Another application or user does the same at the same time.
    Others,
    /// A response contains only a part of the data.
    Partial,
    /// `Date` is wrong, in an obsolete format or missing.
    Dates,
    /// A response shows an action that ended earlier, or a record ends differently than requested.
    Endings,
    /// A proxy forwards requests twice.
    Proxy,
    /// Machine actions are looked up before reads can see them.
    Fresh,
    /// Heads and bodies arrive late.
    Slow,
}

impl Disturbance {
    /// All kinds.
    pub const ALL: [Self; 12] = [
        Self::Unreadable,
        Self::Gateway,
        Self::Comments,
        Self::CutLists,
        Self::Names,
        Self::Others,
        Self::Partial,
        Self::Dates,
        Self::Endings,
        Self::Proxy,
        Self::Fresh,
        Self::Slow,
    ];

    /// A random selection for one schedule.
    pub(super) fn some(random: &mut Rng) -> Vec<Self> {
        match random.u32(0..10) {
            0..3 => Vec::new(),
            3..9 => vec![pick(random, &Self::ALL)],
            _ => Self::ALL.into_iter().filter(|_| random.bool()).collect(),
        }
    }

    /// The faults it adds to one call.
    pub(super) fn faults(self, random: &mut Rng) -> Vec<Fault> {
        match self {
            Self::Unreadable => vec![unreadable(random)],
            Self::Gateway => vec![gateway(random)],
            Self::CutLists => vec![cut_list(random)],
            Self::Others => by_another(random),
            Self::Partial => vec![partial(random)],
            Self::Dates => dates(random),
            Self::Endings => vec![ended(random)],
            Self::Proxy => vec![Fault::new(pick(random, &TWICE), FaultKind::Twice)],
            Self::Slow => slow(random),
            Self::Comments | Self::Names | Self::Fresh => Vec::new(),
        }
    }
}

fn gateway(random: &mut Rng) -> Fault {
    let status = pick(random, &[401, 403, 429]);
    let headers = match pick(random, &[None, Some("1"), Some("3600")]) {
        Some(seconds) => vec![("retry-after".to_owned(), seconds.to_owned())],
        None => Vec::new(),
    };
    let body = pick(
        random,
        &["", "<html>limited</html>", "{\"message\":\"limited\"}", "{\"error\":\"limited\"}"],
    );
    let kind = FaultKind::Status { status, headers, body: body.to_owned() };
    let method = pick(random, &["POST", "DELETE"]);
    Fault::new(format!("{method} /api/*"), kind).carried_out()
}

fn cut_list(random: &mut Rng) -> Fault {
    let next_link = random.bool();
    let kind = FaultKind::CutShort {
        records: random.usize(0..4),
        next_link,
        count: !next_link || random.bool(),
    };
    Fault::new(pick(random, &["*", "GET /api/machines", "GET /api/machineactions"]), kind).always()
}

/// Another caller's identical request is carried out instead of ours; sometimes the response is
/// lost too.
fn by_another(random: &mut Rng) -> Vec<Fault> {
    let (requestor, source) = pick(random, &OTHERS);
    let kind = FaultKind::ByAnother { requestor: requestor.to_owned(), source: source.to_owned() };
    let mut faults = vec![Fault::new("POST /api/machines/*", kind)];
    if random.bool() {
        faults.push(Fault::new("POST /api/machines/*", FaultKind::ResetAfter));
    }
    faults
}

/// Another application and a user.
pub(super) const OTHERS: [(&str, &str); 2] =
    [("5d1c7a1e-0000-4b8a-9a39-0f2f6b0a7c22", "PublicApi"), ("analyst@contoso.example", "Portal")];

/// A requestor whose name does not distinguish it from the connector.
pub(super) const UNKNOWN: (&str, &str) = ("Automation", "PublicApi");

fn partial(random: &mut Rng) -> Fault {
    let kind = FaultKind::Partial { bytes: pick(random, &[20, 1_000_000]) };
    let fault =
        Fault::new(pick(random, &["*", "GET /api/*", "GET /results/*", "POST /api/*"]), kind);
    if random.bool() { fault.always() } else { fault }
}

/// Requests whose effect is repeated if they are sent twice.
const TWICE: [&str; 2] = ["POST /api/machines/*", "POST /api/machineactions/*"];

/// Delays that together exceed any call's deadline.
fn slow(random: &mut Rng) -> Vec<Fault> {
    let on = pick(random, &["*", "GET /api/*", "POST /api/*"]);
    let mut late = || random.u64(0..40) * 1000;
    vec![
        Fault::new(on, FaultKind::Delay { ms: late() }).always(),
        Fault::new(on, FaultKind::SlowBody { ms: late() }).always(),
    ]
}

/// Changes `Date` on all responses; a request may also be lost before it is carried out, so that a
/// lookup finds an older action.
fn dates(random: &mut Rng) -> Vec<Fault> {
    let mut faults = vec![Fault::new("*", date(random)).always()];
    if random.bool() {
        faults.push(Fault::new(
            "POST /api/machines/*",
            pick(random, &[FaultKind::ResetBefore, FaultKind::Empty { status: 503 }]),
        ));
    }
    faults
}

fn date(random: &mut Rng) -> FaultKind {
    let week = 7 * 86_400;
    match random.u32(0..4) {
        0 => FaultKind::Header { name: "date".to_owned(), value: None },
        1 => FaultKind::Date {
            seconds: 0,
            form: pick(random, &[DateForm::Rfc850, DateForm::Asctime]),
        },
        _ => FaultKind::Date {
            seconds: pick(random, &[-week, week, -600, 600, -5, 5]),
            form: DateForm::Preferred,
        },
    }
}

/// A response with almost no data except a final status.
fn ended(random: &mut Rng) -> Fault {
    let texts = [
        "{\"id\":\"t\",\"status\":\"Succeeded\"}",
        "{\"id\":\"trace-1\",\"status\":\"Error\",\"error\":{\"code\":\"x\"}}",
        "{\"error\":{\"code\":\"x\",\"message\":\"y\"}}",
    ];
    let body = pick(random, &texts).to_owned();
    let kind = FaultKind::Status { status: pick(random, &[200, 201]), headers: Vec::new(), body };
    Fault::new(pick(random, &["POST /api/*", "DELETE /api/*"]), kind)
}

/// Replaces the comment with an unrelated one.
pub(super) fn replaced() -> CommentRewrite {
    CommentRewrite::Replace { text: "Requested through the API".to_owned() }
}

pub(super) fn rewrites(random: &mut Rng) -> Vec<CommentRewrite> {
    let mut all = CommentRewrite::of_each_kind();
    all.push(CommentRewrite::Cut { at: 256 });
    all.push(replaced());
    let mut rewrites: Vec<CommentRewrite> =
        (0..random.usize(1..3)).map(|_| pick(random, &all)).collect();
    // A comment that is both cut and appended to looks like another caller's.
    if rewrites.iter().any(CommentRewrite::shortens) {
        rewrites.retain(|rewrite| !matches!(rewrite, CommentRewrite::Append { .. }));
    }
    rewrites
}

pub(super) fn comment(random: &mut Rng) -> String {
    let long = "What was found on this machine, and why it is to be done. ".repeat(9);
    let texts = [
        "case <7> & \"x\"",
        "  two  blanks ",
        "a\r\nb\nc",
        "Fall grün 🚨 42",
        "bell \u{7} and tab\t",
        &long,
    ];
    pick(random, &texts).to_owned()
}

/// A session is reported as succeeded although its commands failed.
pub(super) fn called_success() -> EndsAs {
    EndsAs {
        kind: Some("LiveResponse".to_owned()),
        status: Some("Succeeded".to_owned()),
        ..EndsAs::default()
    }
}

pub(super) fn ends_as(random: &mut Rng) -> EndsAs {
    let machine = pick(random, &MACHINES).to_owned();
    match random.u32(0..5) {
        0 | 1 => EndsAs { commands: Some(random.usize(0..2)), ..EndsAs::default() },
        2 => EndsAs { script: Some("other.ps1".to_owned()), ..EndsAs::default() },
        3 => EndsAs { becomes_type: Some("Unisolate".to_owned()), ..EndsAs::default() },
        _ => EndsAs { becomes_machine: Some(machine), ..EndsAs::default() },
    }
}

/// The parameters of an indicator.
pub(super) fn indicator(value: &str) -> Value {
    json!({
        "indicatorValue": value, "indicatorType": "DomainName", "action": "Audit",
        "generateAlert": true,
        "title": "t", "description": "d",
    })
}
