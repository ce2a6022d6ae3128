//! Decodes responses without touching the network. A failure keeps status, code and request ID,
//! whatever the body was.

mod head;
mod quota_pause;

mod decode;
mod lenient;
mod members;
mod truncation;

mod caller;
mod command;
mod comment;
mod date;
mod machine_action;
mod script_result;

mod error_body;
mod fault;
mod leaves;

mod encodings;
mod sanitize;

pub use caller::Caller;
pub use comment::{Likeness, likeness, without_html};
pub use date::{http_date, timestamp, written};
pub use decode::{
    List, NOT_A_COLLECTION, collection, empty_page, is_for, object, page, peek_id, record,
    strip_bom, values,
};
pub use fault::{
    error_kind, fault, is_own, malformed, no_response, says_nothing_found, storage_fault,
};
pub use head::{Head, retry_after};
pub use leaves::Leaves;
pub(crate) use lenient::value as lenient_value;
pub use machine_action::{Record, RequestedJob};
pub use members::{Member, Members};
pub use quota_pause::quota_pause;
pub use sanitize::Sanitizer;
pub use script_result::script_result;
pub use truncation::{is_truncated, next_link};
