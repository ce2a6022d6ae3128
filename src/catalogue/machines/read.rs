//! Machines: reading one, and listing them.
//!
//! <https://learn.microsoft.com/en-us/defender-endpoint/api/machine>.

use crate::catalogue::budget;
use crate::catalogue::entities::{MACHINE, READ_MACHINES};
use crate::catalogue::fields::{
    ID, ONE_OR_MANY, ONE_OR_MANY_NUMBERS, ONE_OR_MANY_OR_PREFIX, PAGING, RESULT_PAGING,
    TIME_OR_RANGE, values,
};
use crate::catalogue::{Action, Effect, ResponseBody, Route, Run};
use crate::described::described;
use crate::schema::{
    Field, Kind,
    Literal::{Element, Guid, Plain, Time},
    ObjectSchema,
};

const HEALTH: Kind = Kind::Choice(&[
    "Active",
    "Inactive",
    "ImpairedCommunication",
    "NoSensorData",
    "NoSensorDataImpairedCommunication",
    "Unknown",
]);

const HEALTH_FILTER: Kind = Kind::Either(&[HEALTH, Kind::List { of: &HEALTH, min: 1, max: 6 }]);

pub(crate) static GET_AGENT_DETAILS: Action = Action {
    name: "getAgentDetails",
    title: described("Get agent details"),
    summary: described("Reads one machine."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[Field::required(
        "id",
        &ID,
        "Device ID or computer name of the machine.",
    )
    .in_path()]),
    result: described(&MACHINE),
    docs: described("get-machine-by-id"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines/{id}", ResponseBody::Record)),
};

pub(crate) static GET_AGENT_LIST: Action = Action {
    name: "getAgentList",
    title: described("List agents"),
    summary: described("Lists machines, filtered, sorted and in pages."),
    category: described("Machines"),
    effect: Effect::Read,
    roles: READ_MACHINES,
    budget: &budget::STANDARD,
    params: &ObjectSchema::new(&[
        Field::optional("computerDnsName", &ONE_OR_MANY_OR_PREFIX, "Fully qualified name.")
            .in_filter("computerDnsName", Plain),
        Field::optional("id", &ONE_OR_MANY, "Device ID.").in_filter("id", Plain),
        Field::optional("version", &ONE_OR_MANY, "Version of the operating system.")
            .in_filter("version", Plain),
        Field::optional("deviceValue", &ONE_OR_MANY, "Value of the device: Low, Normal, High.")
            .in_filter("deviceValue", Plain),
        Field::optional("aadDeviceId", &ONE_OR_MANY, "Entra device ID.")
            .in_filter("aadDeviceId", Guid),
        Field::optional("aaDeviceId", &ONE_OR_MANY, "Other spelling of `aadDeviceId`.")
            .in_filter("aadDeviceId", Guid),
        Field::optional("machineTags", &ONE_OR_MANY, "Tag.").in_filter("machineTags", Element),
        Field::optional("lastSeen", &TIME_OR_RANGE, "Time of the last full report.")
            .in_filter("lastSeen", Time),
        Field::optional("exposureLevel", &ONE_OR_MANY, "Exposure: None, Low, Medium, High.")
            .in_filter("exposureLevel", Plain),
        Field::optional(
            "onboardingStatus",
            &ONE_OR_MANY,
            "Whether it is onboarded: Onboarded, CanBeOnboarded, Unsupported, InsufficientInfo.",
        )
        .in_filter("onboardingStatus", Plain),
        Field::optional("lastIpAddress", &ONE_OR_MANY, "Last internal IP address.")
            .in_filter("lastIpAddress", Plain),
        Field::optional("healthStatus", &HEALTH_FILTER, "State of the sensor.")
            .in_filter("healthStatus", Plain),
        Field::optional("osPlatform", &ONE_OR_MANY, "Operating system, for example Windows11.")
            .in_filter("osPlatform", Plain),
        Field::optional("riskScore", &ONE_OR_MANY, "Risk: None, Informational, Low, Medium, High.")
            .in_filter("riskScore", Plain),
        Field::optional("rbacGroupId", &ONE_OR_MANY_NUMBERS, "Device group ID.")
            .in_filter("rbacGroupId", Plain),
    ])
    .and(&[PAGING]),
    result: described(&Kind::Groups(&[&[values!(&MACHINE)], RESULT_PAGING])),
    docs: described("get-machines"),
    deprecated: described(None),
    run: Run::Route(Route::get("/api/machines", ResponseBody::Page)),
};
