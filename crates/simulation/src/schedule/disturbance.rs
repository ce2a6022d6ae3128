//! Kinds of trouble beyond lost and late answers. A schedule has none of them, one, or all: of one alone the cause of a violation
//! can be seen.

use fastrand::Rng;
use serde_json::{Value, json};

use super::unreadable::unreadable;
use super::{MACHINES, pick};
use defender_stub::{CommentRewrite, DateForm, EndsAs, Fault, FaultKind};

/// A kind of trouble.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Disturbance {
    /// Members that cannot be decoded, are there twice, or are missing.
    Unreadable,
    /// A gateway refuses what was carried out.
    Gateway,
    /// The service writes comments in another way.
    Comments,
    /// Lists are cut off, and say so.
    CutLists,
    /// Names that lead through merged records, or to several.
    Names,
    /// Another application or person does the same at the same time.
    Others,
    /// A part is answered instead of the whole.
    Partial,
    /// `Date` is wrong, old-fashioned or missing.
    Dates,
    /// What had ended before is answered, or a record ends as another one.
    Endings,
    /// A proxy sends on twice.
    Proxy,
    /// Machine actions are looked for before they show.
    Fresh,
    /// Heads and bodies come late.
    Slow,
}

impl Disturbance {
    /// All of them.
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

    /// What a schedule has of them.
    pub(super) fn some(random: &mut Rng) -> Vec<Self> {
        match random.u32(0..10) {
            0..3 => Vec::new(),
            3..9 => vec![pick(random, &Self::ALL)],
            _ => Self::ALL.into_iter().filter(|_| random.bool()).collect(),
        }
    }

    /// What it does to one call.
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
    let body = pick(random, &["", "<html>limited</html>", "{\"message\":\"limited\"}", "{\"error\":\"limited\"}"]);
    let kind = FaultKind::Status { status, headers, body: body.to_owned() };
    let method = pick(random, &["POST", "DELETE"]);
    Fault::new(format!("{method} /api/*"), kind).carried_out()
}

fn cut_list(random: &mut Rng) -> Fault {
    let next_link = random.bool();
    let kind = FaultKind::CutShort { records: random.usize(0..4), next_link, count: !next_link || random.bool() };
    Fault::new(pick(random, &["*", "GET /api/machines", "GET /api/machineactions"]), kind).always()
}

/// The same request of another is carried out instead of ours, and perhaps neither is answered.
fn by_another(random: &mut Rng) -> Vec<Fault> {
    let (requestor, source) = pick(random, &OTHERS);
    let kind = FaultKind::ByAnother { requestor: requestor.to_owned(), source: source.to_owned() };
    let mut faults = vec![Fault::new("POST /api/machines/*", kind)];
    if random.bool() {
        faults.push(Fault::new("POST /api/machines/*", FaultKind::ResetAfter));
    }
    faults
}

/// Another application, and a person.
pub(super) const OTHERS: [(&str, &str); 2] =
    [("5d1c7a1e-0000-4b8a-9a39-0f2f6b0a7c22", "PublicApi"), ("analyst@contoso.example", "Portal")];

/// One whose name does not tell it from the connector.
pub(super) const UNKNOWN: (&str, &str) = ("Automation", "PublicApi");

fn partial(random: &mut Rng) -> Fault {
    let kind = FaultKind::Partial { bytes: pick(random, &[20, 1_000_000]) };
    let fault = Fault::new(pick(random, &["*", "GET /api/*", "GET /results/*", "POST /api/*"]), kind);
    if random.bool() { fault.always() } else { fault }
}

/// What is done once more, if it is asked for twice.
const TWICE: [&str; 2] = ["POST /api/machines/*", "POST /api/machineactions/*"];

/// Together they take longer than any call has.
fn slow(random: &mut Rng) -> Vec<Fault> {
    let on = pick(random, &["*", "GET /api/*", "POST /api/*"]);
    let mut late = || random.u64(0..40) * 1000;
    vec![
        Fault::new(on, FaultKind::Delay { ms: late() }).always(),
        Fault::new(on, FaultKind::SlowBody { ms: late() }).always(),
    ]
}

/// All answers have such a `Date`; and a request may be lost before it is carried out, so that something older is found.
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
        1 => FaultKind::Date { seconds: 0, form: pick(random, &[DateForm::Rfc850, DateForm::Asctime]) },
        _ => FaultKind::Date { seconds: pick(random, &[-week, week, -600, 600, -5, 5]), form: DateForm::Preferred },
    }
}

/// An answer that says little, and that little is an end.
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

/// The comment is another one altogether.
pub(super) fn replaced() -> CommentRewrite {
    CommentRewrite::Replace { text: "Requested through the API".to_owned() }
}

pub(super) fn rewrites(random: &mut Rng) -> Vec<CommentRewrite> {
    let mut all = CommentRewrite::of_each_kind();
    all.push(CommentRewrite::Cut { at: 256 });
    all.push(replaced());
    let mut rewrites: Vec<CommentRewrite> = (0..random.usize(1..3)).map(|_| pick(random, &all)).collect();
    // What is cut and appended to is a comment of another.
    if rewrites.iter().any(CommentRewrite::shortens) {
        rewrites.retain(|rewrite| !matches!(rewrite, CommentRewrite::Append { .. }));
    }
    rewrites
}

pub(super) fn comment(random: &mut Rng) -> String {
    let long = "What was found on this machine, and why it is to be done. ".repeat(9);
    let texts = ["case <7> & \"x\"", "  two  blanks ", "a\r\nb\nc", "Fall grün 🚨 42", "bell \u{7} and tab\t", &long];
    pick(random, &texts).to_owned()
}

/// A session whose commands failed is called a success.
pub(super) fn called_success() -> EndsAs {
    EndsAs { kind: Some("LiveResponse".to_owned()), status: Some("Succeeded".to_owned()), ..EndsAs::default() }
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
        "indicatorValue": value, "indicatorType": "DomainName", "action": "Audit", "generateAlert": true,
        "title": "t", "description": "d",
    })
}
