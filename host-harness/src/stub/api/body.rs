//! Request bodies, as strictly read as the service does: names in their exact case, nothing unknown, nothing missing.

use serde::de::DeserializeOwned;

use super::error::ApiError;
use crate::stub::request::Request;

/// Reads a JSON body. Required members are `Option`s in `T` and go through [`required`].
pub(crate) fn read<T: DeserializeOwned>(request: &Request) -> Result<T, ApiError> {
    if !request.is_of_type("application/json") {
        return Err(ApiError::body("The content type must be application/json"));
    }
    serde_json::from_slice(&request.body)
        .map_err(|error| ApiError::body(format!("The request body is not valid: {error}")))
}

/// The text of a required member. A blank text counts as missing (undocumented).
pub(crate) fn required(name: &str, value: Option<String>) -> Result<String, ApiError> {
    value.filter(|text| !text.trim().is_empty()).ok_or_else(|| ApiError::missing(name))
}
