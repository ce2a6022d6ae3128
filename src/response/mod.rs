//! Answers: what they mean, decoded without the network. A failure keeps status, code and request
//! id whatever the body was.

mod caller;
mod comment;
mod cut;
mod date;
mod decode;
mod error_body;
mod fault;
mod head;
mod leaves;
mod lenient;
mod machine_action;
mod members;
mod sanitize;
mod script_result;
mod spelling;
mod window;

pub use caller::Caller;
pub use comment::{Likeness, likeness, without_html};
pub use cut::{is_cut, next_link};
pub use date::{http_date, timestamp, written};
pub use decode::{
    List, NO_COLLECTION, collection, empty_page, id_of, is_about, object, page, record, values,
    without_mark,
};
pub use fault::{fault, is_not_found_code, is_own, kind_of, malformed, no_answer, storage_fault};
pub use head::{Head, retry_after};
pub use leaves::Leaves;
pub(crate) use lenient::value as lenient_value;
pub use machine_action::{Record, Wanted};
pub use members::{Member, Members};
pub use sanitize::Sanitizer;
pub use script_result::script_result;
pub use window::window;
