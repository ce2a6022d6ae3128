//! Machines by address and by tag.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/machine>.

use super::fields::{TIME, WORDS};
use super::machines::{MACHINES, READ_MACHINES};
use super::row::{Action, Answer, Effect, Route, Run};
use crate::shape::{ADDRESS, Field, Kind, Shape};

pub(super) static FIND_AGENTS_BY_IP: Action = Action {
    name: "findAgentsByIp",
    title: "Find agents by IP",
    summary: "Lists the machines that had an internal IP address within 15 minutes of a moment.",
    effect: Effect::Read,
    roles: READ_MACHINES,
    params: &Shape::of(&[
        Field::required("ip", Kind::Text(&ADDRESS), "Internal IP address.").in_path(),
        Field::required("timestamp", TIME, "When; not longer ago than 30 days.").in_path(),
    ]),
    result: &MACHINES,
    docs: "find-machines-by-ip",
    deprecated: None,
    run: Run::Route(Route::get("/api/machines/findbyip(ip='{ip}',timestamp={timestamp})", Answer::Collection)),
};

pub(super) static FIND_AGENTS_BY_TAG: Action = Action {
    name: "findAgentsByTag",
    title: "Find agents by tag",
    summary: "Lists the machines that carry a tag.",
    effect: Effect::Read,
    roles: READ_MACHINES,
    params: &Shape::of(&[
        Field::required("tag", WORDS, "Tag.").in_query("tag"),
        Field::optional("startsWith", Kind::Boolean, "Also tags that only begin so.").in_query("useStartsWithFilter"),
    ]),
    result: &MACHINES,
    docs: "find-machines-by-tag",
    deprecated: None,
    run: Run::Route(Route::get("/api/machines/findbytag", Answer::Collection)),
};
