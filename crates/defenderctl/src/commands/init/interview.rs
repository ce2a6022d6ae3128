//! The questions about the secret, and what is wrong with an answer.

use std::env;
use std::path::{Path, PathBuf};

use super::answers::Reference;
use super::prompt::Prompt;
use super::secret::{FLAG, Kept, Secret, not_a_name};
use super::write;
use crate::failure::Failure;
use crate::output::Output;
use crate::settings;

/// Names of a first suggestion.
const VARIABLE: &str = "DEFENDER_CLIENT_SECRET";
const FEDERATED: &str = "/var/run/secrets/azure/tokens/azure-identity-token";
const COMMAND: &str =
    "az account get-access-token --resource https://api.securitycenter.microsoft.com";

/// Asks about the secret.
pub(super) struct Interview<'a> {
    pub(super) folder: PathBuf,
    pub(super) settings: &'a Path,
    pub(super) force: bool,
    pub(super) prompt: &'a Prompt,
    pub(super) output: &'a Output,
}

impl Interview<'_> {
    /// Asks until there is an answer that will do.
    pub(super) fn ask(&self) -> Result<Secret, Failure> {
        let kinds = [
            "Client secret",
            "Certificate and its key",
            "Federated token (workload identity)",
            "Access token that a command prints (managed identity, az)",
        ];
        loop {
            let secret = match self.choice("How does the application sign in?", &kinds)? {
                0 => self.client_secret()?,
                1 => self.checked(Reference::Certificate(
                    self.path("File with the certificate (PEM)", None)?,
                    self.path("File with its key (PEM, not encrypted)", None)?,
                )),
                2 => self.checked(Reference::FederatedToken(
                    self.path("File with the token", Some(FEDERATED))?,
                )),
                _ => self.command()?,
            };
            if let Some(secret) = secret {
                return Ok(secret);
            }
        }
    }

    fn client_secret(&self) -> Result<Option<Secret>, Failure> {
        let places = [
            "In an environment variable",
            "In a file that exists",
            "Type or paste it now; it is kept in a file",
        ];
        match self.choice("Where is the client secret?", &places)? {
            0 => {
                let secret = self.variable(self.prompt.text(
                    "Name of the variable",
                    Some(VARIABLE),
                    FLAG,
                )?)?;
                if secret.is_none() {
                    self.say(&not_a_name("that").to_string());
                }
                Ok(secret)
            }
            1 => Ok(self.checked(Reference::File(self.path("File", None)?))),
            _ => self.typed(),
        }
    }

    /// A variable; none if it is no name of one. It need not be set yet.
    pub(super) fn variable(&self, name: String) -> Result<Option<Secret>, Failure> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        if name.is_empty()
            || name.starts_with(|c: char| c.is_ascii_digit())
            || !name.chars().all(is_name)
        {
            return Ok(None);
        }
        let usable = env::var_os(&name).is_some_and(|value| !value.is_empty());
        if !usable {
            self.output.warning(&format!(
                "the environment variable {name} is not set here: set it where the settings are used"
            ));
        }
        Ok(Some(Secret { reference: Reference::Env(name), kept: None, usable }))
    }

    /// A secret that is typed, for a file beside the settings.
    fn typed(&self) -> Result<Option<Secret>, Failure> {
        let path = beside(self.settings);
        let replace = write::may_replace(&path, self.force, self.prompt)?;
        let text = self.prompt.secret("Client secret (not shown)")?;
        if text.is_empty() || text.chars().any(char::is_control) {
            self.say("that is no client secret: it is one line, and not empty");
            return Ok(None);
        }
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        Ok(Some(Secret {
            reference: Reference::File(name),
            kept: Some(Kept { path, text, replace }),
            usable: true,
        }))
    }

    fn command(&self) -> Result<Option<Secret>, Failure> {
        let line = self.prompt.text("Command (no secret belongs in it)", Some(COMMAND), FLAG)?;
        match shlex::split(&line) {
            Some(words) if !words.is_empty() => Ok(Some(Secret::of(Reference::Command(words)))),
            _ => {
                self.say("that is no command: quotes must be closed");
                Ok(None)
            }
        }
    }

    fn checked(&self, reference: Reference) -> Option<Secret> {
        match self.problem(&reference) {
            None => Some(Secret::of(reference)),
            Some(problem) => {
                self.say(&problem);
                None
            }
        }
    }

    /// What the settings' reader has to say to a reference.
    pub(super) fn problem(&self, reference: &Reference) -> Option<String> {
        settings::secret_problem(reference.name(), reference.to_json(), &self.folder)
    }

    fn path(&self, question: &str, default: Option<&str>) -> Result<String, Failure> {
        self.prompt.text(question, default, FLAG).map(|path| self.referred(Path::new(&path)))
    }

    /// The path as the settings name it: they start from their own folder, and a user who answers
    /// from the current one.
    pub(super) fn referred(&self, path: &Path) -> String {
        let here = env::current_dir().unwrap_or_default();
        let from_here = here.join(path);
        let path = if self.folder == here { path } else { from_here.as_path() };
        path.to_string_lossy().into_owned()
    }

    fn choice(&self, question: &str, choices: &[&str]) -> Result<usize, Failure> {
        let choices: Vec<String> = choices.iter().map(|choice| (*choice).to_owned()).collect();
        self.prompt.choice(question, &choices, FLAG)
    }

    fn say(&self, words: &str) {
        self.output.note(&format!("  {words}"));
    }
}

/// The secret's own file: whatever the settings are called, it is never theirs.
fn beside(settings: &Path) -> PathBuf {
    // Some file systems take capitals and small letters for the same.
    if !settings.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("secret")) {
        return settings.with_extension("secret");
    }
    let mut name = settings.file_name().unwrap_or_default().to_owned();
    name.push(".secret");
    settings.with_file_name(name)
}
