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
    /// A certificate and its key, which sign a client assertion, and the key's passphrase.
    Certificate(PathBuf, PathBuf, Option<Box<Source>>),
    /// Both in one PFX file, and its passphrase.
    Pfx(PathBuf, Option<Box<Source>>),
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

const FORMS: [Form; 6] = [
    Form { members: &["env"], shown: "{env = \"NAME\"}", of: None },
    Form { members: &["file"], shown: "{file = \"PATH\"}", of: None },
    Form {
        members: &["certificate", "key", "passphrase"],
        shown: "{certificate = \"PATH\", key = \"PATH\"}",
        of: Some("clientAssertion"),
    },
    Form {
        members: &["pfx"],
        shown: "{pfx = \"PATH\", passphrase = {env = \"NAME\"}}",
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
        let passphrase = match section.value("passphrase") {
            None => None,
            Some(value) => {
                let name = format!("{name}/passphrase");
                Some(Box::new(Self::read(&name, value.clone(), problems)?))
            }
        };
        let mut path = |name| section.text(name, problems).map(PathBuf::from);
        match given.as_slice() {
            ["env"] => section.text("env", problems).map(|name| Self::Env(name.into())),
            ["file"] => path("file").map(Self::File),
            ["federatedTokenFile"] => path("federatedTokenFile").map(Self::FederatedToken),
            ["certificate", "key"] | ["certificate", "key", "passphrase"] => {
                // Both are looked at before either is missed.
                let (certificate, key) = (path("certificate"), path("key"));
                Some(Self::Certificate(certificate?, key?, passphrase))
            }
            ["pfx"] | ["passphrase", "pfx"] => path("pfx").map(|path| Self::Pfx(path, passphrase)),
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

    /// Whether a secret is written out in the settings.
    pub(super) fn is_literal(&self) -> bool {
        match self {
            Self::Literal(_) => true,
            Self::Certificate(_, _, passphrase) | Self::Pfx(_, passphrase) => {
                passphrase.as_ref().is_some_and(|source| source.is_literal())
            }
            _ => false,
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
            Self::Certificate(certificate, key, passphrase) => {
                let passphrase = resolve_passphrase(passphrase, name, folder, env)?;
                let certificate = read(&certificate).and_then(|pem| certificate::der(&pem));
                let certificate = certificate.map_err(at("/certificate"))?;
                let key = read(&key).and_then(|pem| {
                    certificate::key(&pem, passphrase.as_ref().map(|text| text.as_str()))
                });
                let key = key.map_err(at("/key"))?;
                return Certificate::new(certificate, key)
                    .map(Found::Certificate)
                    .map_err(at("/key"));
            }
            Self::Pfx(path, passphrase) => {
                let passphrase = resolve_passphrase(passphrase, name, folder, env)?;
                let passphrase = passphrase.as_ref().map(|text| text.as_str());
                return certificate::pfx(&folder.join(path), passphrase)
                    .map(Found::Certificate)
                    .map_err(at("/pfx"));
            }
        };
        Ok(Found::Text(text))
    }
}

/// A passphrase is text, or a reference to a text.
fn resolve_passphrase(
    source: Option<Box<Source>>,
    name: &str,
    folder: &Path,
    env: &dyn Fn(&str) -> Option<OsString>,
) -> Result<Option<Zeroizing<String>>, Problem> {
    match source.map(|source| source.resolve(&format!("{name}/passphrase"), folder, env)) {
        Some(Ok(Found::Text(text))) => Ok(Some(text)),
        Some(Err(problem)) => Err(problem),
        Some(Ok(Found::Certificate(_))) | None => Ok(None),
    }
}
