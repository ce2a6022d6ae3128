//! How the application signs in: a member of `secrets`, by reference. The secret itself is never an
//! argument.

use std::env;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::prompt;
use crate::failure::Failure;
use crate::output::Output;
use crate::settings;

/// The variable that holds the client secret where nothing else is said.
const VARIABLE: &str = "DEFENDER_CLIENT_SECRET";

/// Where the credential is. What it is, is never an argument.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct CredentialArgs {
    /// Environment variable that holds the client secret [default: DEFENDER_CLIENT_SECRET]
    #[arg(long, value_name = "NAME")]
    secret_env: Option<String>,

    /// File that holds the client secret
    #[arg(long, value_name = "FILE")]
    secret_file: Option<PathBuf>,

    /// Certificate and its key, both PEM: in one file, or in two
    #[arg(long, value_names = ["FILE", "KEY"], num_args = 1..=2)]
    certificate: Option<Vec<PathBuf>>,

    /// Certificate and its key in one PFX file (PKCS#12)
    #[arg(long, value_name = "FILE")]
    pfx: Option<PathBuf>,

    /// File with a federated token, which the platform keeps fresh
    #[arg(long, value_name = "FILE")]
    federated_token_file: Option<PathBuf>,

    /// Command that prints an access token
    #[arg(long, value_name = "COMMAND")]
    token_command: Option<String>,
}

/// Credentials that no passphrase protects.
const UNENCRYPTED: [&str; 4] =
    ["secret_env", "secret_file", "federated_token_file", "token_command"];

/// What opens an encrypted key.
#[derive(Debug, Args)]
#[group(multiple = false)]
pub(crate) struct PassphraseArgs {
    /// Environment variable that holds the passphrase of the key or PFX file
    #[arg(long, value_name = "NAME", requires = "CredentialArgs", conflicts_with_all = UNENCRYPTED)]
    passphrase_env: Option<String>,

    /// File that holds that passphrase
    #[arg(long, value_name = "FILE", requires = "CredentialArgs", conflicts_with_all = UNENCRYPTED)]
    passphrase_file: Option<PathBuf>,
}

/// A member of `secrets`, and the secret itself if it was typed.
pub(super) struct Credential {
    pub(super) name: &'static str,
    pub(super) reference: Value,
    pub(super) typed: Option<Typed>,
}

/// A secret that was typed, for a file of its own.
pub(super) struct Typed {
    pub(super) path: PathBuf,
    pub(super) text: Zeroizing<String>,
}

impl Default for Credential {
    fn default() -> Self {
        Self::new("clientSecret", json!({ "env": VARIABLE }))
    }
}

impl Credential {
    fn new(name: &'static str, reference: Value) -> Self {
        Self { name, reference, typed: None }
    }
}

impl CredentialArgs {
    /// The credential that the flags name, if they name one. It is tried: a file that is not there,
    /// or holds something else, is wrong now and not when a machine is to be isolated.
    ///
    /// # Errors
    ///
    /// There is nothing usable where a flag says.
    pub(super) fn read(
        &self,
        passphrase: &PassphraseArgs,
        settings: &Path,
        output: &Output,
    ) -> Result<Option<Credential>, Failure> {
        let at = |path: &Path| referred(settings, path);
        let with_passphrase = |mut reference: Value| {
            if let Some(name) = &passphrase.passphrase_env {
                reference["passphrase"] = json!({ "env": name });
            } else if let Some(path) = &passphrase.passphrase_file {
                reference["passphrase"] = json!({ "file": at(path) });
            }
            reference
        };
        let (flag, credential) = if let Some(name) = &self.secret_env {
            return variable(name, output).map(Some);
        } else if let Some(path) = &self.secret_file {
            ("--secret-file", Credential::new("clientSecret", json!({ "file": at(path) })))
        } else if let Some(paths) = &self.certificate {
            let (certificate, key) = (&paths[0], paths.last().unwrap_or(&paths[0]));
            let reference = json!({ "certificate": at(certificate), "key": at(key) });
            ("--certificate", Credential::new("clientAssertion", with_passphrase(reference)))
        } else if let Some(path) = &self.pfx {
            let reference = with_passphrase(json!({ "pfx": at(path) }));
            ("--pfx", Credential::new("clientAssertion", reference))
        } else if let Some(path) = &self.federated_token_file {
            let reference = json!({ "federatedTokenFile": at(path) });
            ("--federated-token-file", Credential::new("clientAssertion", reference))
        } else if let Some(line) = &self.token_command {
            let words = shlex::split(line).filter(|words| !words.is_empty());
            let words = words.ok_or_else(|| {
                Failure::settings("--token-command is not a command: close its quotes")
            })?;
            // It is not run: it may ask for a sign-in of its own.
            return Ok(Some(Credential::new("accessToken", json!({ "command": words }))));
        } else {
            return Ok(None);
        };
        let reference = credential.reference.clone();
        match settings::secret_problem(credential.name, reference, &folder(settings)) {
            None => Ok(Some(credential)),
            Some(problem) => Err(Failure::settings(format!("{flag}: {problem}"))),
        }
    }
}

/// A variable, which need not be set yet.
fn variable(name: &str, output: &Output) -> Result<Credential, Failure> {
    let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if name.is_empty()
        || name.starts_with(|c: char| c.is_ascii_digit())
        || !name.chars().all(is_name)
    {
        return Err(Failure::settings(
            "--secret-env is not the name of an environment variable: letters, digits and _",
        ));
    }
    let is_set = env::var_os(name).is_some_and(|value| !value.is_empty());
    // It may be the secret itself.
    if !is_set && name.contains(|c: char| c.is_ascii_lowercase()) {
        return Err(Failure::settings(
            "--secret-env takes the name of an environment variable, not the secret, and no \
             variable of the given name is set: set it, or write its name in capitals",
        ));
    }
    if !is_set {
        output.warning(&format!(
            "the environment variable {name} is not set here: set it where the settings are used"
        ));
    }
    Ok(Credential::new("clientSecret", json!({ "env": name })))
}

/// The client secret, typed at the terminal for a file beside the settings; without a terminal, or
/// if nothing is typed, the variable that holds it.
///
/// # Errors
///
/// The file exists, or the terminal is broken.
pub(super) async fn prompted(
    settings: &Path,
    profile: Option<&str>,
    output: &Output,
) -> Result<Credential, Failure> {
    if !prompt::is_possible(output) {
        return variable(VARIABLE, output);
    }
    let path = beside(settings, profile);
    let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    if path.try_exists().unwrap_or(true) {
        let shown = path.display();
        return Err(Failure::settings(format!(
            "{shown} exists: use it with `--secret-file {shown}`, or move it away"
        )));
    }
    let question = format!("Client secret (not shown; Enter: it is in ${VARIABLE})");
    let text = prompt::secret(&question).await?;
    if text.is_empty() {
        return variable(VARIABLE, output);
    }
    if text.chars().any(char::is_control) {
        return Err(Failure::settings(
            "that is not a client secret, which is one line of text: paste it again",
        ));
    }
    let mut credential = Credential::new("clientSecret", json!({ "file": name }));
    credential.typed = Some(Typed { path, text });
    Ok(credential)
}

/// The secret's own file: `prod.secret` for a profile or for `prod.toml`. It is never that of the
/// settings.
fn beside(settings: &Path, profile: Option<&str>) -> PathBuf {
    if let Some(profile) = profile {
        return settings.with_file_name(format!("{profile}.secret"));
    }
    // Some file systems take capitals and small letters for the same.
    if !settings.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("secret")) {
        return settings.with_extension("secret");
    }
    let mut name = settings.file_name().unwrap_or_default().to_owned();
    name.push(".secret");
    settings.with_file_name(name)
}

/// The path as the settings name it: they start from their own folder, the command line from the
/// current one.
fn referred(settings: &Path, path: &Path) -> String {
    let here = env::current_dir().unwrap_or_default();
    let from_here = here.join(path);
    let path = if folder(settings) == here { path } else { from_here.as_path() };
    path.to_string_lossy().into_owned()
}

/// The folder of a file, in full.
fn folder(path: &Path) -> PathBuf {
    let here = env::current_dir().unwrap_or_default();
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => here.join(folder),
        _ => here,
    }
}
