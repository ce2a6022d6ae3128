//! Isolation: `POST /machines/{id}/isolate` and `/unisolate`.

use serde::Deserialize;

use super::body::required;
use super::call::Call;
use super::roles::ISOLATE;
use super::route::{Route, post};
use super::submit;
use crate::action::Order;
use crate::refusal::ApiError;
use crate::reply::Reply;

pub(super) const ROUTES: &[Route] = &[
    post("/api/machines/{id}/isolate", ISOLATE, isolate),
    post("/api/machines/{id}/unisolate", ISOLATE, release),
];

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "PascalCase")]
struct Isolate {
    comment: Option<String>,
    isolation_type: Option<String>,
}

/// `POST /api/machines/{id}/isolate`.
///
/// `IsolationType` defaults to `Full` (undocumented; clients leave it out).
fn isolate(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    let machine = call.machine()?;
    let body: Isolate = call.body()?;
    let comment = required("Comment", body.comment)?;
    let scope = body.isolation_type.unwrap_or_else(|| "Full".to_owned());
    match scope.as_str() {
        "Full" | "Selective" if !machine.is_onboarded() => {
            return Err(submit::not_onboarded(machine));
        }
        "Selective" if machine.is_linux() => {
            return Err(ApiError::unsupported(&machine.os_platform));
        }
        "UnManagedDevice" if machine.is_onboarded() => {
            return Err(ApiError::input(
                "IsolationType UnManagedDevice is for devices that are not onboarded",
            ));
        }
        "Full" | "Selective" | "UnManagedDevice" => {}
        other => return Err(ApiError::input(format!("IsolationType '{other}' is not valid"))),
    }
    submit::submit(call, Order { kind: "Isolate", comment, scope: Some(scope), ..Order::default() })
}

/// `POST /api/machines/{id}/unisolate`.
fn release(call: &mut Call<'_>) -> Result<Reply, ApiError> {
    call.machine()?;
    let comment = call.comment()?;
    submit::submit(call, Order { kind: "Unisolate", comment, ..Order::default() })
}
