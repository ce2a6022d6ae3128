//! What to do about a failure, in plain words: where to click, what to ask for, what to allow.
//!
//! The connector's own message says what is wrong; it is not repeated here.

mod application;
mod permissions;
mod step;
#[cfg(test)]
mod tests;
mod way;

pub(crate) use application::Application;
pub(crate) use permissions::{grant, missing};
pub(crate) use step::{by_name, is_connector_s, step};
pub(crate) use way::way;

use super::style::clean;
use super::wrap::{hanging, stdout_width};

/// Advice as lines below a check, each under an arrow.
pub(crate) fn lines(advice: &[String], indent: usize) -> String {
    let (margin, width) = (" ".repeat(indent), stdout_width());
    let wrapped = |line: &String| hanging(&clean(line), indent + 2, indent + 2, width);
    advice.iter().map(|line| format!("\n{margin}→ {}", wrapped(line))).collect()
}
