//! The forms that members of a fault take, and what they are where a scenario leaves them out.

use serde::{Deserialize, Serialize};

/// The three forms of a date in HTTP; see RFC 9110 §5.6.7.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum DateForm {
    /// `Tue, 24 Nov 2026 12:48:28 GMT`.
    #[default]
    Preferred,
    /// `Tuesday, 24-Nov-26 12:48:28 GMT`.
    Rfc850,
    /// `Tue Nov 24 12:48:28 2026`.
    Asctime,
}

/// A page that a box between the connector and the service answers with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub enum GatewayPage {
    /// An application firewall has rejected the request, and says so with a support ID: F5 BIG-IP
    /// does it with status 200.
    Rejected,
    /// A web proxy or a guest network wants a user to sign in.
    SignIn,
    /// A web proxy blocks the site's category.
    Blocked,
}

/// What a member is that a scenario leaves out.
pub(super) mod defaults {
    pub(crate) fn ok() -> u16 {
        200
    }

    pub(crate) fn bad_request() -> u16 {
        400
    }

    pub(crate) fn invalid_request() -> String {
        "invalid_request".to_owned()
    }

    pub(crate) fn refused_by_entra() -> String {
        "Refused by a fault of the scenario.".to_owned()
    }

    pub(crate) fn e_acute() -> u8 {
        0xe9
    }

    pub(crate) fn not_found() -> u16 {
        404
    }

    pub(crate) fn resource_not_found() -> String {
        "Resource not found".to_owned()
    }

    pub(crate) fn too_many_requests() -> String {
        "TooManyRequests".to_owned()
    }

    pub(crate) fn temporary_redirect() -> u16 {
        307
    }

    pub(crate) fn piece() -> usize {
        64
    }

    pub(crate) fn garbage() -> String {
        "this is not JSON".to_owned()
    }

    pub(crate) fn public_api() -> String {
        "PublicApi".to_owned()
    }
}
