//! Finds machines by address, tag and name.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/machine>.

use crate::catalogue::budget;
use crate::catalogue::entities::{MACHINE_RECORD, MACHINES, READ_MACHINES};
use crate::catalogue::fields::{NON_BLANK, TIME};
use crate::catalogue::options::{HOST_FIELDS, HOST_NAMES};
use crate::catalogue::{Action, Custom, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{ADDRESS, Field, Kind, ObjectSchema};

pub(crate) static FIND_AGENTS_BY_IP: Action = Action {
    name: "findAgentsByIp",
    title: described("Find agents by IP"),
    summary: described(
        "Lists the machines that had an internal IP address within 15 minutes of a moment.",
    ),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::required("ip", &Kind::Text(&ADDRESS), "Internal IP address.").in_path(),
        Field::optional("timestamp", &TIME, "When, 30 days ago at most; now if left out.")
            .in_path(),
    ]),
    result: described(&MACHINES),
    docs: described("find-machines-by-ip"),
    deprecated: described(None),
    run: Run::Route(Route::get(
        "/api/machines/findbyip(ip='{ip}',timestamp={timestamp})",
        ResponseBody::Collection,
    )),
};

pub(crate) static FIND_AGENTS_BY_TAG: Action = Action {
    name: "findAgentsByTag",
    title: described("Find agents by tag"),
    summary: described("Lists the machines that carry a tag."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::required("tag", &NON_BLANK, "Tag.").in_query("tag"),
        Field::optional("startsWith", &Kind::Boolean, "Also tags that only begin so.")
            .in_query("useStartsWithFilter"),
    ]),
    result: described(&MACHINES),
    docs: described("find-machines-by-tag"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/findbytag", ResponseBody::Collection)),
};

pub(crate) static RESOLVE_HOST: Action = Action {
    name: "resolveHost",
    title: described("Resolve host"),
    summary: described(
        "Finds the one onboarded machine that a name, address or Entra ID means; refuses if there are several.",
    ),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[]).and(&[HOST_FIELDS]).exactly_one_of(HOST_NAMES),
    result: described(&MACHINE_RECORD),
    docs: described("get-machines"),
    deprecated: described(None),
    run: Run::Custom(Custom::ResolveHost),
};
