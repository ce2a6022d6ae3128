//! Every filter of every list, compared with the unfiltered list. The stub filters as the service
//! does.

use std::time::Duration;

use defender_connector::actions::{Action, CATALOGUE, ResponseBody};
use defender_connector::schema::{Field, Kind, Literal, ParamLocation};
use defender_stub::Scenario;
use defender_stub::demo::{LINUX, MAC, TWIN_A};
use serde_json::{Value, json};

use crate::world::TestEnv;

fn merge(record: &mut Value, members: Value) {
    record.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
}

/// A stub whose records differ in every property that can be filtered on.
async fn varied() -> TestEnv {
    let mut scenario =
        Scenario { pending_seconds: 0.0, running_seconds: 5.0, ..Scenario::default() };
    let records = &mut scenario.records;
    merge(&mut records.alerts[1], json!({ "detectionSource": "MTP", "investigationId": 71190 }));
    merge(&mut records.indicators[0], json!({ "application": "o'brien's; tool" }));
    merge(
        &mut records.indicators[1],
        json!({ "application": "other", "rbacGroupNames": ["a, b", "servers"] }),
    );
    let old = "2026-01-01T00:00:00.0000000Z";
    let ends = "2126-01-01T00:00:00.0000000Z";
    merge(
        &mut records.indicators[2],
        json!({
            "rbacGroupNames": ["servers"], "creationTimeDateTimeUtc": old,
            "expirationTime": ends
        }),
    );
    merge(&mut records.inventory.vulnerabilities[0], json!({ "updatedOn": old }));
    merge(
        &mut records.inventory.recommendations[0].entity,
        json!({
            "subCategory": "Accounts", "remediationType": "ConfigurationChange",
            "severityScore": 5.5, "status": "Exception"
        }),
    );
    for machine in &mut scenario.machines {
        match machine.id.as_str() {
            MAC => machine.exposure_level = Some("High".to_owned()),
            TWIN_A => {
                machine.aad_device_id = Some("7d1b66f2-3e2f-4c9b-8b4a-1f3f7c1b8d22".to_owned())
            }
            _ => {}
        }
    }
    let env = TestEnv::with(scenario).await;
    env.isolate().await.unwrap();
    env.service().advance(Duration::from_secs(10));
    env.service().start_externally("RunAntiVirusScan", LINUX);
    env
}

/// A filter's value, and whether a record's property matches it.
type Case = (Value, Box<dyn Fn(&Value) -> bool>);

/// The filters to try on a property with these values.
fn cases(field: &Field, literal: Literal, found: &[Value]) -> Vec<Case> {
    let values: Vec<Value> = match literal {
        Literal::Element => found.iter().filter_map(Value::as_array).flatten().cloned().collect(),
        Literal::Plain | Literal::Guid | Literal::Time => {
            found.iter().filter(|value| !value.is_null() && **value != "").cloned().collect()
        }
    };
    let has = move |found: &Value, wanted: &Value| found == wanted || is_among(found, wanted);
    let first = values
        .first()
        .unwrap_or_else(|| panic!("no record has the property `{}`", field.wire_name))
        .clone();
    let last = values.last().unwrap().clone();
    let least = values.iter().reduce(|a, b| if less(b, a) { b } else { a }).unwrap().clone();
    let prefix =
        Value::from(first.as_str().unwrap_or_default().chars().take(3).collect::<String>());
    let mut cases: Vec<Case> = Vec::new();
    let mut add = |value: Value, fits: Box<dyn Fn(&Value) -> bool>| cases.push((value, fits));
    add(
        first.clone(),
        Box::new({
            let first = first.clone();
            move |found| has(found, &first)
        }),
    );
    if takes(field.kind, |kind| matches!(kind, Kind::List { .. })) {
        let both = json!([first, last]);
        add(both, Box::new(move |found| has(found, &first) || has(found, &last)));
    }
    let with = |name: &'static str| {
        takes(field.kind, |kind| matches!(kind, Kind::Object(shape) if shape.field(name).is_some()))
    };
    if with("gt") {
        let from = least.clone();
        add(json!({ "gt": least }), Box::new(move |found| !found.is_null() && less(&from, found)));
        let from = least.clone();
        add(json!({ "le": least }), Box::new(move |found| !found.is_null() && !less(&from, found)));
    }
    if with("startsWith") {
        add(
            json!({ "startsWith": prefix }),
            Box::new(move |found| {
                found.as_str().is_some_and(|text| text.starts_with(prefix.as_str().unwrap()))
            }),
        );
    }
    cases
}

fn is_among(found: &Value, wanted: &Value) -> bool {
    found.as_array().is_some_and(|list| list.contains(wanted))
}

fn less(a: &Value, b: &Value) -> bool {
    match (a.as_f64(), b.as_f64()) {
        (Some(a), Some(b)) => a < b,
        _ => a.as_str() < b.as_str(),
    }
}

fn takes(kind: &Kind, is: impl Fn(&Kind) -> bool + Copy) -> bool {
    match kind {
        Kind::Either(kinds) => kinds.iter().any(|kind| takes(kind, is)),
        other => is(other),
    }
}

async fn records(env: &TestEnv, action: &Action, filter: Value) -> Vec<Value> {
    let mut params = json!({ "pageSize": if action.name == "getIncidents" { 50 } else { 1000 } });
    merge(&mut params, filter);
    let page = env.data(action.name, params).await;
    let records = page["value"].as_array().unwrap().clone();
    assert_eq!(page["total"], records.len(), "{}", action.name);
    records
}

#[tokio::test(flavor = "multi_thread")]
async fn every_filter_of_every_list_gives_what_fits_and_nothing_else() {
    let env = varied().await;
    let (mut filters, mut idle) = (0, Vec::new());
    let lists = CATALOGUE
        .iter()
        .filter(|action| action.route().is_some_and(|r| matches!(r.response, ResponseBody::Page)));
    for action in lists {
        let all = records(&env, action, json!({})).await;
        for field in action.params.fields() {
            let ParamLocation::Filter(literal) = field.location else { continue };
            let found: Vec<Value> =
                all.iter().map(|record| record[field.wire_name].clone()).collect();
            let mut selects = false;
            for (value, fits) in cases(field, literal, &found) {
                let expected: Vec<&Value> =
                    all.iter().filter(|record| fits(&record[field.wire_name])).collect();
                let given = records(&env, action, json!({ field.name: value })).await;
                let ids = |list: &[&Value]| {
                    list.iter().map(|record| record["id"].clone()).collect::<Vec<_>>()
                };
                assert_eq!(
                    ids(&given.iter().collect::<Vec<_>>()),
                    ids(&expected),
                    "{} {}: {value}",
                    action.name,
                    field.name
                );
                selects |= (1..all.len()).contains(&given.len());
            }
            filters += 1;
            if !selects {
                idle.push((action.name, field.name));
            }
        }
    }
    assert!(idle.is_empty(), "nothing could tell these from no filter at all: {idle:?}");
    assert!(filters > 60, "{filters} filters");
}
