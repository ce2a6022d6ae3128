//! Where a secret comes from: the forms it may have in the settings, and how each is looked up.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use serde_json::Value;
use zeroize::Zeroizing;

use super::super::Problem;
use super::super::section::Section;
use super::certificate::{self, Certificate};
use super::command::TokenCommand;
use super::{command, environment, file};

/// Where a secret comes from.
pub(super) enum Source {
    Literal(Zeroizing<String>),
    Env(String),
    File(PathBuf),
    /// A file that the platform writes anew before its token ends, such as Kubernetes' projected
    /// service account token.
    FederatedToken(PathBuf),
    /// A certificate and its key, which sign a client assertion.
    Certificate(PathBuf, PathBuf),
    Command(TokenCommand),
}

/// What was found there.
pub(super) enum Found {
    Text(Zeroizing<String>),
    Certificate(Certificate),
}

/// A form other than the secret itself.
struct Form {
    members: &'static [&'static str],
    shown: &'static str,
    /// The only secret that may have it.
    of: Option<&'static str>,
}

const FORMS: [Form; 5] = [
    Form { members: &["env"], shown: "{env = \"NAME\"}", of: None },
    Form { members: &["file"], shown: "{file = \"PATH\"}", of: None },
    Form {
        members: &["certificate", "key"],
        shown: "{certificate = \"PATH\", key = \"PATH\"}",
        of: Some("clientAssertion"),
    },
    Form {
        members: &["federatedTokenFile"],
        shown: "{federatedTokenFile = \"PATH\"}",
        of: Some("clientAssertion"),
    },
    Form {
        members: &["command", "environment"],
        shown: "{command = [\"PROGRAM\", \"ARGUMENT\"]}",
        of: Some("accessToken"),
    },
];

impl Source {
    pub(super) fn read(name: &str, value: Value, problems: &mut Vec<Problem>) -> Option<Self> {
        let pointer = format!("/secrets/{name}");
        let forms = FORMS.iter().filter(|form| form.of.is_none_or(|of| of == name));
        let shown = || forms.clone().map(|form| form.shown).collect::<Vec<_>>().join(" or ");
        if let Value::String(secret) = value {
            return Some(Self::Literal(Zeroizing::new(secret)));
        }
        if !value.is_object() {
            problems.push(Problem::new(pointer, format!("is neither a string nor {}", shown())));
            return None;
        }
        let known: Vec<&str> = forms.clone().flat_map(|form| form.members).copied().collect();
        let section = Section::open(&pointer, &value, &known, problems)?;
        let given: Vec<&str> =
            known.into_iter().filter(|name| section.value(name).is_some()).collect();
        let mut path = |name| section.text(name, problems).map(PathBuf::from);
        match given.as_slice() {
            ["env"] => section.text("env", problems).map(|name| Self::Env(name.into())),
            ["file"] => path("file").map(Self::File),
            ["federatedTokenFile"] => path("federatedTokenFile").map(Self::FederatedToken),
            ["certificate", "key"] => {
                // Both are looked at before either is missed.
                let (certificate, key) = (path("certificate"), path("key"));
                Some(Self::Certificate(certificate?, key?))
            }
            ["command", ..] => {
                let words = section.texts("command", problems);
                let environment = section.texts("environment", problems).unwrap_or_default();
                let words = words?;
                if words.first().is_none_or(String::is_empty) {
                    problems.push(Problem::new(section.pointer("command"), "names no program"));
                    return None;
                }
                Some(Self::Command(TokenCommand { words, environment }))
            }
            _ => {
                problems.push(Problem::new(pointer, format!("must be {}", shown())));
                None
            }
        }
    }

    pub(super) fn resolve(
        self,
        name: &str,
        folder: &Path,
        env: &dyn Fn(&str) -> Option<OsString>,
    ) -> Result<Found, Problem> {
        let at = |member: &str| {
            let pointer = format!("/secrets/{name}{member}");
            |problem: String| Problem::new(pointer, problem)
        };
        let read = |path: &Path| file::text(&folder.join(path));
        let text = match self {
            Self::Literal(secret) => secret,
            Self::Env(name) => environment::secret(&name, env).map_err(at(""))?,
            Self::File(path) => read(&path).map_err(at(""))?,
            Self::FederatedToken(path) => {
                let token = read(&path).map_err(at("/federatedTokenFile"))?;
                Zeroizing::new(token.trim().to_owned())
            }
            Self::Command(command) => {
                command::token(&command, folder, command::LIMIT).map_err(at("/command"))?
            }
            Self::Certificate(certificate, key) => {
                let certificate = read(&certificate).and_then(|pem| certificate::der(&pem));
                let certificate = certificate.map_err(at("/certificate"))?;
                let key = read(&key).and_then(|pem| certificate::key(&pem)).map_err(at("/key"))?;
                return Certificate::new(certificate, key)
                    .map(Found::Certificate)
                    .map_err(at("/key"));
            }
        };
        Ok(Found::Text(text))
    }
}
