//! The questions of the connector's form, the cloud first: it answers most of the others.

use super::FieldArgs;
use super::answers::Fields;
use super::check::Checker;
use super::prompt::Prompt;
use crate::failure::Failure;
use crate::output::Output;

/// What the clouds are, by their names.
const CLOUDS: [(&str, &str); 6] = [
    ("commercial", "worldwide"),
    ("us", "worldwide, servers in the United States"),
    ("eu", "worldwide, servers in the European Union"),
    ("gcc", "US government, GCC"),
    ("gccHigh", "US government, GCC High"),
    ("dod", "US Department of Defense"),
];

/// Asks for everything that is not a secret.
pub(super) async fn ask(
    given: &FieldArgs,
    prompt: &Prompt,
    checker: &Checker,
    output: &Output,
) -> Result<Fields, Failure> {
    let mut form = Form { fields: Fields::default(), prompt, checker, output };
    let cloud = |prompt: &Prompt| {
        let choices: Vec<String> = checker.clouds().iter().map(|name| described(name)).collect();
        let chosen = prompt.choice("Cloud of the tenant", &choices, "--cloud")?;
        Ok(checker.clouds()[chosen].clone())
    };
    form.field("cloud", "--cloud", given.cloud.clone(), cloud).await?;
    let tenant =
        |prompt: &Prompt| prompt.text("Tenant ID (GUID or domain name)", None, "--tenant-id");
    form.field("tenantId", "--tenant-id", given.tenant_id.clone(), tenant).await?;
    let client = |prompt: &Prompt| prompt.text("Application client ID", None, "--client-id");
    form.field("clientId", "--client-id", given.client_id.clone(), client).await?;
    form.addresses(given).await?;
    Ok(form.fields)
}

fn described(cloud: &str) -> String {
    let known = CLOUDS.iter().find(|(name, _)| *name == cloud);
    known.map_or_else(|| cloud.to_owned(), |(name, what)| format!("{name} ({what})"))
}

/// The form as far as it is filled in.
struct Form<'a> {
    fields: Fields,
    prompt: &'a Prompt,
    checker: &'a Checker,
    output: &'a Output,
}

impl Form<'_> {
    /// Takes what was given, or asks, until the connector finds nothing wrong with it.
    async fn field(
        &mut self,
        key: &'static str,
        flag: &str,
        given: Option<String>,
        ask: impl Fn(&Prompt) -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        let mut given = given;
        loop {
            let value = match given.take() {
                Some(value) => value,
                None => ask(self.prompt)?,
            };
            match self.checker.problem(&self.fields, key, &value).await? {
                None => {
                    self.fields.set(key, value);
                    return Ok(());
                }
                Some(problem) if self.prompt.is_terminal() => {
                    self.output.note(&format!("  {key} {problem}"))
                }
                Some(problem) => return Err(Failure::settings(format!("{flag}: {key} {problem}"))),
            }
        }
    }

    /// Addresses in place of the cloud's.
    async fn addresses(&mut self, given: &FieldArgs) -> Result<(), Failure> {
        let addresses = [
            ("apiUrl", "--api-url", "API URL", &given.api_url),
            ("oAuthServerUrl", "--oauth-server-url", "OAuth Server URL", &given.oauth_server_url),
            ("graphUrl", "--graph-url", "Microsoft Graph URL", &given.graph_url),
        ];
        let any_given = addresses.iter().any(|(.., given)| given.is_some());
        let own = !any_given
            && self.prompt.is_terminal()
            && self.prompt.confirm("Addresses of your own in place of the cloud's?")?;
        for (key, flag, label, given) in addresses {
            let mut given = given.clone();
            if given.is_none() && own {
                given = self.prompt.optional_text(&format!("{label} (empty: the cloud's)"))?;
            }
            if given.is_some() {
                self.field(key, flag, given, |prompt| prompt.text(label, None, flag)).await?;
            }
        }
        Ok(())
    }
}
