//! Reads what a builder was given as text; an error names the builder's method.

use http::Method;

use super::InvalidSetting;
use super::path::Path;
use super::pattern::{self, Pattern};
use super::policy::Rule;

/// An entry of the allow-list, as it was written.
#[derive(Clone, Debug)]
pub(super) struct Allowed {
    pub(super) entry: String,
    pub(super) methods: Option<Vec<String>>,
    pub(super) paths: Option<Vec<String>>,
}

/// The rule of an entry.
pub(super) fn rule(allowed: &Allowed) -> Result<Rule, InvalidSetting> {
    let Allowed { entry, methods, paths } = allowed;
    let method = |text: &str| {
        let known = Method::from_bytes(text.as_bytes()).ok();
        known
            .filter(|_| text.bytes().all(|byte| byte.is_ascii_uppercase()))
            .ok_or("a method is a word in capitals, such as GET")
    };
    let path = |path: &String| Path::of_setting("allow_paths", path);
    Ok(Rule {
        pattern: one("allow", entry, Pattern::parse)?,
        methods: methods
            .as_deref()
            .map(|methods| each("allow_methods", methods, method))
            .transpose()?,
        paths: paths
            .as_deref()
            .map(|paths| paths.iter().map(path).collect::<Result<_, _>>())
            .transpose()?,
    })
}

/// Reads one text of a setting.
pub(super) fn one<T>(
    setting: &'static str,
    text: &str,
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<T, InvalidSetting> {
    parse(text).map_err(|problem| InvalidSetting {
        setting,
        value: pattern::shown(text),
        problem: problem.to_owned(),
    })
}

/// Reads every text of a setting.
pub(super) fn each<T>(
    setting: &'static str,
    texts: &[String],
    parse: impl Fn(&str) -> Result<T, &'static str>,
) -> Result<Vec<T>, InvalidSetting> {
    texts.iter().map(|text| one(setting, text, &parse)).collect()
}
