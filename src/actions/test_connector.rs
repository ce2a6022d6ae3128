//! The connector's test as an action, for hosts that only execute actions.

use serde_json::Value;

use super::budget;
use super::row::{Action, Effect, Run};
use crate::client::Client;
use crate::error::Error;
use crate::json::{object, to_text};
use crate::outcome::Outcome;
use crate::report::{self, Status};
use crate::shape::{Field, Input, Kind, Shape};

pub(crate) static TEST_CONNECTOR: Action = Action {
    name: "testConnector",
    title: "Test connector",
    summary: "Checks sign-in, audience, permissions and one read; changes nothing.",
    category: "Connector",
    effect: Effect::Read,
    roles: &[],
    budget: &budget::STANDARD,
    params: &Shape::of(&[]),
    result: &Kind::Open(&[
        Field::required(
            "results",
            &Kind::List { of: &Kind::AnyText, min: 0, max: usize::MAX },
            "One sentence for every check that passed.",
        ),
        Field::required("report", &Kind::Any, "The checks and permissions, as the function `test` gives them."),
    ]),
    docs: "exposed-apis-create-app-webapp",
    deprecated: None,
    run: Run::Code(test_connector),
};

fn test_connector(client: &mut Client<'_>, _: &'static Action, _: &Input) -> Result<Outcome, Error> {
    let report = report::make(client);
    let failed = report.steps.iter().find(|step| step.status == Status::Failed);
    if let Some(step) = failed {
        let error = step.error.clone().unwrap_or_else(|| Error::internal("a check failed without an error"));
        return Err(error.with_detail("report", report.to_json()));
    }
    let passed = report.steps.iter().filter(|step| step.status == Status::Passed);
    let results: Vec<&str> = passed.map(|step| step.detail.as_str()).collect();
    Ok(Outcome::of(to_text(&object(&mut [("results", Value::from(results)), ("report", report.to_json())]))))
}
