//! Build script: writes what the component's rows leave out and `describe` returns, deflated.
//!
//! It compiles the rows themselves, for the machine that builds, where they are whole.

#![allow(
    dead_code,
    unfulfilled_lint_expectations,
    unreachable_pub,
    unused_imports,
    reason = "of these modules only the rows and their schemas are used"
)]

use std::{env, fs, io};

use catalogue::CATALOGUE;
use config::members::{CONFIG, SECRETS};
use schema::{Kind, schema_text};

mod catalogue;
mod config {
    mod cloud;
    mod limits;
    pub(crate) mod members;
}
mod described;
mod details;
mod edit_distance;
mod json;
mod method;
mod schema;
mod text;

/// Of ten levels the slowest.
const LEVEL: u8 = 10;

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=src/build.rs");
    let mut lines = vec![schema_text(&CONFIG), schema_text(&SECRETS), details::SCHEMA.to_owned()];
    for action in CATALOGUE {
        lines.extend([
            action.title.to_owned(),
            action.summary.to_owned(),
            action.category.to_owned(),
            action.deprecated.unwrap_or_default().to_owned(),
            schema_text(&Kind::Object(action.params)),
            schema_text(action.result),
            action.docs(),
        ]);
    }
    // The component finds each by its number.
    if let Some(broken) = lines.iter().find(|line| line.contains('\n')) {
        return Err(io::Error::other(format!("a line break in {broken:?}")));
    }
    let deflated = miniz_oxide::deflate::compress_to_vec(lines.join("\n").as_bytes(), LEVEL);
    let folder = env::var_os("OUT_DIR").ok_or(io::ErrorKind::NotFound)?;
    fs::write(std::path::Path::new(&folder).join("described"), deflated)
}
