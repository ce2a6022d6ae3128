//! Indicators: list, get, submit and delete one.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::body::required;
use super::call::{self, Call};
use super::listing;
use super::observables::is_hex;
use super::roles::INDICATORS;
use super::route::{Route, delete, get, post};
use crate::clock::api_timestamp;
use crate::odata::schema::INDICATOR;
use crate::records::has;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    get("/api/indicators", INDICATORS, list),
    get("/api/indicators/{id}", INDICATORS, one),
    post("/api/indicators", INDICATORS, submit),
    delete("/api/indicators/{id}", INDICATORS, remove),
];

const ACTIONS: [&str; 7] =
    ["Warn", "Block", "Audit", "Alert", "AlertAndBlock", "BlockAndRemediate", "Allowed"];
const SEVERITIES: [&str; 4] = ["Informational", "Low", "Medium", "High"];

/// The maximum number of indicators per tenant.
const CAP: usize = 15_000;

/// An indicator as a request gives it.
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Submission {
    indicator_value: Option<String>,
    indicator_type: Option<String>,
    action: Option<String>,
    application: Option<String>,
    title: Option<String>,
    description: Option<String>,
    recommended_actions: Option<String>,
    severity: Option<String>,
    generate_alert: Option<bool>,
    expiration_time: Option<String>,
    rbac_group_names: Option<Vec<String>>,
    rbac_group_ids: Option<Vec<String>>,
    external_id: Option<String>,
    educate_url: Option<String>,
}

fn list(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let all = call.state.scenario.records.indicators.iter();
    let found = all.filter(|indicator| is_visible(call, indicator)).cloned().collect();
    listing::reply(call, "Indicators", &INDICATOR, found)
}

fn one(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let index = position(call, call.segment(0))?;
    Ok(call.entity(200, "Indicators", &call.state.scenario.records.indicators[index]))
}

/// `POST /api/indicators`. Creates an indicator or updates the one with the same type, value and
/// action; 200 either way.
fn submit(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let submission: Submission = call.body()?;
    let indicator = upsert(call, &submission)?;
    Ok(call.entity(200, "Indicators", indicator))
}

fn remove(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let index = position(call, call.segment(0))?;
    call.state.scenario.records.indicators.remove(index);
    Ok(Reply::empty(204))
}

/// The indicator's index in the list. Indicators of other applications are not found
/// (undocumented).
pub(super) fn position(call: &Call<'_>, id: &str) -> Result<usize, ApiError> {
    let mut all = call.state.scenario.records.indicators.iter();
    let index = all.position(|indicator| has(indicator, "id", id) && is_visible(call, indicator));
    index.ok_or_else(|| ApiError::not_found(format!("Indicator {id} was not found")))
}

fn is_visible(call: &Call<'_>, indicator: &Value) -> bool {
    call.claims.roles.iter().any(|role| role == "Ti.ReadWrite.All")
        || indicator["createdBy"] == call.claims.appid.as_str()
}

/// Creates or updates the indicator and returns its record.
pub(super) fn upsert(call: &mut Call<'_>, submission: &Submission) -> Result<Value, ApiError> {
    let (value, kind) = check(submission)?;
    let now = api_timestamp(call.now);
    let app = call.claims.appid.clone();
    let indicators = &mut call.state.scenario.records.indicators;
    // The same value with another action is another indicator.
    let action = submission.action.as_deref().unwrap_or_default();
    let is_same = |indicator: &Value| {
        has(indicator, "indicatorType", &kind)
            && has(indicator, "indicatorValue", &value)
            && has(indicator, "action", action)
    };
    let index = match indicators.iter().position(is_same) {
        Some(index) => index,
        None if indicators.len() >= CAP => {
            return Err(ApiError::new(
                400,
                "BadRequest",
                format!("The tenant has {CAP} indicators; no more are allowed"),
            ));
        }
        None => {
            let id = |indicator: &Value| indicator["id"].as_str()?.parse::<u64>().ok();
            let id = indicators.iter().filter_map(id).max().unwrap_or(0) + 1;
            indicators.push(json!({
                "id": id.to_string(), "application": submission.application, "source": app,
                "sourceType": "AadApp",
                "createdBy": app, "createdByDisplayName": app, "createdBySource": "PublicApi",
                "creationTimeDateTimeUtc": now, "lastUpdatedBy": null, "severity": "Informational",
                "generateAlert": false,
                "recommendedActions": null, "expirationTime": null, "rbacGroupNames": [],
                "rbacGroupIds": [],
                "externalId": null, "educateUrl": null,
            }));
            indicators.len() - 1
        }
    };
    let indicator = &mut indicators[index];
    if let Value::Object(members) = call::value(submission) {
        // The application can be set only on creation.
        for (name, value) in
            members.into_iter().filter(|(name, value)| !value.is_null() && name != "application")
        {
            indicator[name.as_str()] = value;
        }
    }
    indicator["lastUpdateTime"] = json!(now);
    Ok(indicator.clone())
}

/// The value and the type, if both are valid.
fn check(submission: &Submission) -> Result<(String, String), ApiError> {
    let value = required("indicatorValue", submission.indicator_value.clone())?;
    let kind = required("indicatorType", submission.indicator_type.clone())?;
    let action = required("action", submission.action.clone())?;
    required("title", submission.title.clone())?;
    required("description", submission.description.clone())?;
    check_value(&kind, &value)?;
    if !ACTIONS.contains(&action.as_str()) {
        return Err(ApiError::input(format!(
            "action '{action}' is not valid; it is one of {}",
            ACTIONS.join(", ")
        )));
    }
    if action == "Audit" && submission.generate_alert != Some(true) {
        return Err(ApiError::input("The action Audit needs generateAlert to be true"));
    }
    if let Some(severity) =
        submission.severity.as_deref().filter(|severity| !SEVERITIES.contains(severity))
    {
        return Err(ApiError::input(format!(
            "severity '{severity}' is not one of {}",
            SEVERITIES.join(", ")
        )));
    }
    match &submission.expiration_time {
        Some(at) if OffsetDateTime::parse(at, &Rfc3339).is_err() => {
            Err(ApiError::input(format!("expirationTime '{at}' is not a time")))
        }
        _ => Ok((value, kind)),
    }
}

fn check_value(kind: &str, value: &str) -> Result<(), ApiError> {
    let digits = match kind {
        "FileSha1" | "CertificateThumbprint" => 40,
        "FileSha256" => 64,
        "FileMd5" => 32,
        // A single address; networks are refused.
        "IpAddress" if value.parse::<IpAddr>().is_err() => {
            return Err(ApiError::new(
                400,
                "InvalidIpAddress",
                format!("'{value}' is not an address"),
            ));
        }
        "IpAddress" | "DomainName" | "Url" => return Ok(()),
        other => return Err(ApiError::input(format!("indicatorType '{other}' is not valid"))),
    };
    if is_hex(value, digits) { Ok(()) } else { Err(ApiError::hash(value)) }
}
