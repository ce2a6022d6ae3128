//! Secrets: written out, fetched from where they are, or made of a certificate. Held only in memory
//! that is wiped.

mod assertion;
mod certificate;
mod command;
mod encrypted;
mod environment;
mod file;
mod source;

use std::ffi::OsString;
use std::path::Path;

use host_harness::Origin;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use zeroize::{Zeroize, Zeroizing};

use super::{Problem, refusal};
use crate::failure::Failure;
use assertion::Assertion;
pub(crate) use environment::without_secrets;
use source::{Found, Source};

/// What stands in place of an assertion until it is known for whom to make it: `{}` three times, so
/// that it has the form.
const SPECIMEN: &str = "e30.e30.e30";

/// The secrets of a settings file, not yet looked up.
pub(super) struct Sources(Vec<(String, Source)>);

/// The secrets of a settings file, as far as they can be had before the connector has said whom it
/// will call.
#[derive(Default)]
pub(crate) struct Secrets {
    texts: Vec<(String, Zeroizing<String>)>,
    assertion: Option<Assertion>,
}

impl Sources {
    /// Reads the `secrets` table. The connector itself knows which names there may be.
    pub(super) fn read(secrets: Value, problems: &mut Vec<Problem>) -> Self {
        let members = match secrets {
            Value::Null => Map::new(),
            Value::Object(members) => members,
            _ => {
                problems.push(Problem::new("/secrets", "is not a table (TOML) or object (JSON)"));
                Map::new()
            }
        };
        let read = |(name, value): (String, Value)| {
            let source = Source::read(&name, value, problems)?;
            Some((name, source))
        };
        Self(members.into_iter().filter_map(read).collect())
    }

    /// Whether any secret is written out in the file.
    pub(super) fn any_literal(&self) -> bool {
        self.0.iter().any(|(_, source)| source.is_literal())
    }

    /// Looks every secret up. Paths start from the settings file's folder. No command is run when
    /// something is wrong already.
    pub(super) fn resolve(
        self,
        folder: &Path,
        env: &dyn Fn(&str) -> Option<OsString>,
        problems: &mut Vec<Problem>,
    ) -> Secrets {
        let mut secrets = Secrets::default();
        for (name, source) in self.0 {
            if matches!(source, Source::Command(_)) && !problems.is_empty() {
                continue;
            }
            match source.resolve(&name, folder, env) {
                Ok(Found::Text(text)) if text.is_empty() => {
                    problems.push(Problem::new(format!("/secrets/{name}"), "is empty"));
                }
                Ok(Found::Text(text)) => secrets.texts.push((name, text)),
                Ok(Found::Certificate(certificate)) => {
                    secrets.assertion = Some(Assertion::new(name, certificate))
                }
                Err(problem) => problems.push(problem),
            }
        }
        secrets
    }
}

impl Secrets {
    /// As JSON text in which an assertion that is yet to be made is a specimen: what the connector
    /// can check, and cannot use.
    pub(crate) fn specimen(&self) -> Zeroizing<String> {
        self.with(SPECIMEN)
    }

    /// As JSON text for a connector with these settings, which has said that it will call these
    /// origins; none if it is not believed.
    ///
    /// # Errors
    /// If an assertion is to be made and cannot.
    pub(crate) fn ready(
        &self,
        config: &str,
        origins: &[Origin],
    ) -> Result<Zeroizing<String>, Failure> {
        let Some(assertion) = &self.assertion else { return Ok(self.with("")) };
        let signed = assertion.make(config, origins);
        let signed =
            signed.map_err(|problem| refusal("no client assertion can be made", &[problem]))?;
        Ok(self.with(&signed))
    }

    /// Whether there is an access token, which may be that of a person.
    pub(crate) fn has_token(&self) -> bool {
        self.texts.iter().any(|(name, _)| name == "accessToken")
    }

    /// When the certificate that signs in expires, if one does.
    pub(crate) fn certificate_ends(&self) -> Option<OffsetDateTime> {
        self.assertion.as_ref()?.certificate_ends()
    }

    fn with(&self, assertion: &str) -> Zeroizing<String> {
        let texts = self.texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
        let assertion = self.assertion.iter().map(|made| (made.name(), assertion));
        object(&texts.chain(assertion).collect::<Vec<_>>())
    }
}

/// `{"name":"secret",…}`, written into one buffer that is large enough from the start.
fn object(secrets: &[(&str, &str)]) -> Zeroizing<String> {
    // An escaped character takes at most six bytes (`\u001f`).
    let capacity =
        secrets.iter().map(|(name, secret)| 6 * (name.len() + secret.len()) + 8).sum::<usize>() + 2;
    let mut buffer = Vec::with_capacity(capacity);
    buffer.push(b'{');
    for (index, (name, secret)) in secrets.iter().enumerate() {
        if index > 0 {
            buffer.push(b',');
        }
        // Strings always serialise, and memory always takes bytes.
        let _ = serde_json::to_writer(&mut buffer, name);
        buffer.push(b':');
        let _ = serde_json::to_writer(&mut buffer, secret);
    }
    buffer.push(b'}');
    Zeroizing::new(String::from_utf8(buffer).unwrap_or_else(|error| {
        error.into_bytes().zeroize();
        String::new()
    }))
}
