//! The JSON documents: shaped as Kibana's executor results, with the contract's names in kebab-case
//! and members in camelCase.

mod document;
mod error;
mod file;
mod lenient;
mod members;
mod names;
mod plugin;
mod string;
mod text;

pub(crate) use document::{Document, list};
pub(crate) use error::{error_document, error_members, host_error};
pub(crate) use file::file_document;
pub(crate) use lenient::{parse, results_of};
pub(crate) use members::{LISTS, Members, cell, find, text_of};
pub(crate) use names::{effect, error_kind, job_state, step_status};
pub(crate) use plugin::{
    action_document, descriptor_document, job, outcome_document, report_document, warning,
};
pub(crate) use text::{is_json, pretty};
