//! The actions' requests, and their results for each response.

mod complete_lists;
mod ensure;
pub(crate) mod families;
mod filters;
mod isolation;
mod library;
mod lists;
mod live_response;
mod live_response_files;
mod live_response_session;
mod machine_names;
pub(crate) mod request_rows;
pub(crate) mod requests;
mod waiting;
