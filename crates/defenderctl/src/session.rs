//! A configured connector with exactly the network that its operator allows.

use std::fs;
use std::io::Read as _;
use std::path::PathBuf;

use host_harness::egress::{Egress, InjectionPoints};
use host_harness::{
    Action, CallError, CompileLimits, Configured, Connector, Descriptor, Host, HostError,
    Injection, Limits, Origin,
};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use zeroize::Zeroizing;

use super::args::{PluginArgs, PluginFile, SettingsArgs};
use super::failure::Failure;
use super::output::Output;
use super::progress::Progress;
use super::settings::{self, HostSettings, Settings};
use super::suggest::advice;

/// A connector that is configured and may be called.
pub(crate) struct Session {
    /// The connector.
    pub(crate) connector: Connector,
    /// What its settings mean for its host.
    pub(crate) configured: Configured,
    /// Those settings, as JSON text. Secrets are no part of them.
    pub(crate) config: String,
    /// Its way out.
    pub(crate) egress: Egress,
    /// The settings file, if there is one.
    pub(crate) path: PathBuf,
    /// The profile of that file.
    pub(crate) profile: Option<String>,
    /// When the certificate that signs in expires, if one does.
    pub(crate) certificate_ends: Option<OffsetDateTime>,
    /// Whether it was given its access token, which may be that of a person.
    pub(crate) has_given_token: bool,
}

/// The network of a connector that will call certain origins.
pub(crate) struct Grants {
    /// The way to them.
    pub(crate) egress: Egress,
    /// Its secrets, as JSON text.
    pub(crate) secrets: Zeroizing<String>,
}

impl Grants {
    /// What the operator's settings grant to a component that names these origins.
    ///
    /// # Errors
    ///
    /// The allow-list is wrong, or a secret cannot be had.
    pub(crate) fn by(
        settings: &Settings,
        plugin: &PluginArgs,
        origins: &[Origin],
    ) -> Result<Self, Failure> {
        // The embedded component is trusted to say what it needs; a foreign one would write its
        // own allow-list, and choose for whom its host signs.
        let believed = if plugin.is_embedded() { origins } else { &[] };
        let egress = settings::egress(&settings.host, settings.wanted, believed)?;
        Ok(Self { egress, secrets: settings.secrets.ready(&settings.config, believed)? })
    }
}

impl Session {
    /// Loads the component and configures it from the settings file.
    pub(crate) async fn open(
        plugin: &PluginArgs,
        settings_args: &SettingsArgs,
        output: &Output,
    ) -> Result<Self, Failure> {
        let settings = Settings::load(settings_args, output)?;
        let progress = Progress::of("loading the component");
        let host = host_with(plugin, settings.limits(), &settings.host)?;
        let host = host.with_injection(settings.injection(plugin.is_embedded()));
        drop(progress);
        let granted = |origins: &[Origin]| {
            let Grants { egress, secrets } = Grants::by(&settings, plugin, origins)?;
            for origin in merged(origins).iter().filter(|origin| !egress.covers(&origin.pattern)) {
                let pattern = &origin.pattern;
                output.warning(&format!(
                    "host.allowedHosts does not cover {pattern}, which the connector may call: list it there if it should"
                ));
            }
            Ok(Grants { egress, secrets })
        };
        let specimen = settings.secrets.specimen();
        let id = settings_args.connector_id();
        let session = Self::configure(&host, &id, &settings.config, &specimen, granted).await?;
        let certificate_ends = settings.secrets.certificate_ends();
        let has_given_token = settings.secrets.has_token();
        let (path, profile) = (settings.path, settings.profile);
        Ok(Self { path, profile, certificate_ends, has_given_token, ..session })
    }

    /// Configures a connector that has no network and secrets of the right form, and then one that
    /// gets what the answer asks for.
    pub(crate) async fn configure(
        host: &Host,
        id: &str,
        config: &str,
        specimen: &str,
        granted: impl FnOnce(&[Origin]) -> Result<Grants, Failure>,
    ) -> Result<Self, Failure> {
        // A connector that gets no credentials gets none here either.
        let nowhere = host.injection().map(|_| Injection::At(InjectionPoints::default()));
        let first = host.with_injection(nowhere).connector(id);
        let configured = first
            .configure(config, specimen)
            .await
            .map_err(|error| from_call_error(&first, error))?;
        let Grants { egress, secrets } = granted(&configured.origins)?;
        let connector = host.with_egress(egress.clone()).connector(id);
        let configured = connector
            .configure(config, &secrets)
            .await
            .map_err(|error| from_call_error(&connector, error))?;
        Ok(Self {
            connector,
            configured,
            config: config.to_owned(),
            egress,
            path: PathBuf::new(),
            profile: None,
            certificate_ends: None,
            has_given_token: false,
        })
    }

    /// The origins that it may call, each once with all of its purposes.
    pub(crate) fn origins(&self) -> Vec<Origin> {
        merged(&self.configured.origins)
    }

    /// Where it signs in.
    pub(crate) fn sign_in(&self) -> Option<&str> {
        sign_in(&self.configured.origins)
    }

    /// Where the service's API is.
    pub(crate) fn api(&self) -> Option<&str> {
        api(&self.configured.origins)
    }

    /// What the connector can do.
    pub(crate) async fn describe(&self) -> Result<Descriptor, Failure> {
        self.connector.describe().await.map_err(|error| self.failure(error))
    }

    /// The failure of a call, with the plugin's last words if it was the host that ended it.
    pub(crate) fn failure(&self, error: CallError) -> Failure {
        from_call_error(&self.connector, error)
    }
}

/// The purpose of the origin that the credentials go to, as the contract names it.
const SIGN_IN: &str = "sign-in";

/// The origin that a connector signs in at.
pub(crate) fn sign_in(origins: &[Origin]) -> Option<&str> {
    origins.iter().find(|origin| origin.purpose == SIGN_IN).map(|origin| origin.pattern.as_str())
}

/// The origin of the service's API: what no action works without, but for signing in.
pub(crate) fn api(origins: &[Origin]) -> Option<&str> {
    origins
        .iter()
        .find(|origin| origin.required && origin.purpose != SIGN_IN)
        .map(|origin| origin.pattern.as_str())
}

/// Each origin once: one server may do several things.
fn merged(origins: &[Origin]) -> Vec<Origin> {
    let mut merged: Vec<Origin> = Vec::new();
    for origin in origins {
        match merged.iter_mut().find(|other| other.pattern == origin.pattern) {
            Some(other) => {
                other.purpose = format!("{}; {}", other.purpose, origin.purpose);
                other.required |= origin.required;
            }
            None => merged.push(origin.clone()),
        }
    }
    merged
}

fn from_call_error(connector: &Connector, error: CallError) -> Failure {
    let ended = matches!(&error, CallError::Host(error) if error.is_plugin_fault());
    let failure = Failure::from(error);
    let words = connector.stderr();
    if ended && !words.trim().is_empty() {
        failure.with_aside(format!("the plugin's last words:\n{}", words.trim()))
    } else {
        failure
    }
}

/// The argument that makes this program compile a component for another process of it.
pub(crate) const COMPILE_COMPONENT: &str = "compile-component";

/// Compiles the component, or takes it from the cache; with no way out.
pub(crate) fn host(plugin: &PluginArgs, limits: Limits) -> Result<Host, Failure> {
    host_with(plugin, limits, &HostSettings::default())
}

/// The same with what the settings say of its requests.
pub(crate) fn host_with(
    plugin: &PluginArgs,
    mut limits: Limits,
    settings: &HostSettings,
) -> Result<Host, Failure> {
    // One connector makes one call here: reserving for a thousand takes longer than it saves.
    limits.pooled_instances = 0;
    let foreign = plugin.plugin.as_ref().map(read).transpose()?;
    let component = foreign.as_deref().unwrap_or(defender_component::COMPONENT);
    let mut builder = Host::builder(component).limits(limits);
    builder = match foreign {
        None => builder.trusted(),
        Some(_) => {
            let program = std::env::current_exe().map_err(|error| {
                Failure::local(format!("the program that compiles plugins is not found: {error}"))
            })?;
            builder.compiler(program, [COMPILE_COMPONENT]).read_posts(&settings.read_posts)
        }
    };
    if let Some(folder) = plugin.cache() {
        builder = builder.cache(folder);
    }
    builder.build().map_err(|error| match error {
        HostError::InvalidSetting(error) => settings::with_key(settings, error),
        error => error.into(),
    })
}

/// Reads a component, and checks its digest before anything else looks at it. Of one that is too
/// large, only enough is read for the host to refuse it.
fn read(plugin: &PluginFile) -> Result<Vec<u8>, Failure> {
    let most = CompileLimits::default().component_bytes;
    let mut component = Vec::new();
    fs::File::open(&plugin.path)
        .and_then(|file| file.take(most as u64 + 1).read_to_end(&mut component))
        .map_err(|error| {
            let path = plugin.path.display();
            Failure::settings(format!("component {path} cannot be read: {error}"))
        })?;
    if component.len() <= most {
        let sha256 = format!("{:x}", Sha256::digest(&component));
        plugin.check(&sha256).map_err(Failure::settings)?;
    }
    Ok(component)
}

/// The action of that name.
pub(crate) fn find<'a>(descriptor: &'a Descriptor, name: &str) -> Result<&'a Action, Failure> {
    descriptor.actions.iter().find(|action| action.name == name).ok_or_else(|| {
        let advice = advice(name, &descriptor.actions);
        Failure::unknown_action(format!("there is no action `{name}`; {advice}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_does_it_all_is_one_origin_with_all_its_purposes() {
        let origin = |pattern: &str, purpose: &str, required| Origin {
            pattern: pattern.into(),
            purpose: purpose.into(),
            required,
        };
        let origins = [
            origin("https://own.example", "files", false),
            origin("https://own.example", "sign-in", true),
            origin("https://api.example", "API", true),
        ];
        let expected = [
            origin("https://own.example", "files; sign-in", true),
            origin("https://api.example", "API", true),
        ];
        assert_eq!(merged(&origins), expected);
        assert_eq!(
            (sign_in(&origins), api(&origins)),
            (Some("https://own.example"), Some("https://api.example"))
        );
        assert_eq!((sign_in(&origins[..1]), api(&origins[..1])), (None, None));
    }
}
