//! Error responses, each in the format of the service that sends it.

mod api;
pub(crate) mod entra;

use uuid::Uuid;

pub(crate) use self::api::ApiError;
use crate::reply::Reply;
use crate::request::Request;

/// An error response in the storage service's XML format.
pub(crate) fn storage(status: u16, code: &str) -> Reply {
    let id = Uuid::new_v4();
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>{code}</Code><Message>{code}\nRequestId:{id}</Message></Error>"
    );
    Reply::text(status, "application/xml", body)
        .with("x-ms-request-id", id.to_string())
        .with("x-ms-error-code", code)
}

/// The response for a host name that the stub does not serve.
pub(crate) fn misdirected(request: &Request) -> Reply {
    let text = format!(
        "{} is not a name of this stub; {} {} was not expected",
        request.host, request.method, request.path
    );
    Reply::text(421, "text/plain", text)
}
