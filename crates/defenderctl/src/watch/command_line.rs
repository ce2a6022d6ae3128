//! Commands for what comes next, ready to be copied into a shell.

use host_harness::Descriptor;

use crate::args::{PluginArgs, SettingsArgs};
use crate::calls::Plan;
use crate::disruption::DisruptionArgs;
use crate::job_actions::{JOB_ID, JobActions};
use crate::known_actions;

/// Seconds for which a printed command waits at least: a shorter time has just not sufficed.
const LEAST_WAIT: u64 = 300;

/// How this command line was called, and what the connector offers.
#[derive(Clone)]
pub(crate) struct CommandLine {
    /// This program, as it was called.
    program: String,
    /// What a command needs in addition to its own arguments.
    options: Vec<String>,
    /// `--yes`, if this command line has it: the commands are run where it was.
    yes: Option<String>,
    /// The connector's actions about jobs.
    jobs: JobActions,
}

impl CommandLine {
    /// Commands with the same settings, the same component and the same audit file.
    pub(crate) fn new(
        (settings, plugin, disruption): (&SettingsArgs, &PluginArgs, &DisruptionArgs),
        json: bool,
        descriptor: &Descriptor,
    ) -> Self {
        let program =
            std::env::args_os().next().map(|program| program.to_string_lossy().into_owned());
        let mut options = settings.as_arguments();
        options.extend(plugin.as_arguments());
        options.extend(disruption.audit_as_arguments());
        options.extend(json.then(|| "--json".to_owned()));
        let program = program.unwrap_or_else(|| "defenderctl".into());
        Self {
            program,
            options,
            yes: disruption.yes_as_argument(),
            jobs: JobActions::of(descriptor),
        }
    }

    /// Goes on with a call, which remembers everything else.
    pub(crate) fn resume(&self, call: &str) -> String {
        [self.program.as_str(), "resume", call].map(quoted).join(" ")
    }

    /// Follows machine actions to their end, at least as long and as often as the call would have.
    pub(crate) fn wait(&self, ids: &[&str], plan: &Plan) -> Option<String> {
        let which = match ids {
            [] => return None,
            [id] => format!("id={id}"),
            ids => format!(
                "ids=[{}]",
                ids.iter().map(|id| format!("\"{id}\"")).collect::<Vec<_>>().join(",")
            ),
        };
        let timeout = plan.timeout_seconds.max(LEAST_WAIT);
        let mut params = vec![which, format!("wait.timeoutSeconds={timeout}")];
        params.extend(plan.poll_seconds.map(|seconds| format!("wait.pollSeconds={seconds}")));
        Some(self.run(self.jobs.wait.as_deref()?, params))
    }

    /// Cancels a machine action.
    pub(crate) fn cancel(&self, id: &str, plan: &Plan) -> Option<String> {
        let comment = format!("comment=cancelled before {} had ended", plan.action);
        let words = ["run", self.jobs.cancel.as_deref()?].map(str::to_owned);
        Some(self.command(
            words.into_iter().chain(self.yes.clone()),
            vec![format!("{JOB_ID}={id}"), comment],
        ))
    }

    /// Looks at one machine action.
    pub(crate) fn look(&self, id: &str) -> Option<String> {
        Some(self.run(self.jobs.look.as_deref()?, vec![format!("id={id}")]))
    }

    /// Shows whether a change was carried out; `id` is what it was about.
    pub(crate) fn look_for(&self, action: &str, id: Option<&str>) -> Option<String> {
        let (look, name) = known_actions::row(action).map(|row| row.look)?;
        let mut words: Vec<String> = look.split(' ').map(str::to_owned).collect();
        let mut params = Vec::new();
        match id.filter(|id| is_identifier(id) && !name.is_empty()) {
            Some(id) if name.starts_with('-') => words.extend([name.to_owned(), id.to_owned()]),
            Some(id) => params.push(format!("{name}={id}")),
            None => {}
        }
        (!look.is_empty()).then(|| self.command(words, params))
    }

    /// The action that follows jobs to their end.
    pub(crate) fn wait_action(&self) -> Option<&str> {
        self.jobs.wait.as_deref()
    }

    fn run(&self, action: &str, params: Vec<String>) -> String {
        self.command(["run", action].map(str::to_owned), params)
    }

    fn command(&self, words: impl IntoIterator<Item = String>, params: Vec<String>) -> String {
        let mut all = vec![self.program.clone()];
        all.extend(words);
        all.extend(self.options.iter().cloned());
        for param in params {
            all.extend(["-p".to_owned(), param]);
        }
        let words: Vec<String> = all.iter().map(|word| quoted(word)).collect();
        words.join(" ")
    }
}

/// Whether a text of the service can go into a command: letters, digits, `.`, `_` and `-` only.
pub(super) fn is_identifier(text: &str) -> bool {
    let admitted = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
    !text.is_empty() && text.len() <= 128 && text.chars().all(admitted)
}

/// A word as a POSIX shell takes it. `KEY=VALUE` stays readable: in an argument the sign means
/// nothing.
fn quoted(word: &str) -> String {
    let (head, tail) = word.split_once('=').unwrap_or((word, ""));
    let is_plain = |text: &str| {
        text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-'))
    };
    if !tail.is_empty() && is_plain(head) && is_plain(tail) {
        return word.to_owned();
    }
    // No argument can hold the one character that can't be quoted.
    shlex::try_quote(word).map_or_else(|_| word.replace('\0', ""), std::borrow::Cow::into_owned)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A connector that offers everything.
    pub(crate) fn command_line() -> CommandLine {
        let [look, wait, cancel] =
            ["getAction", "waitForAction", "cancelAction"].map(|name| Some(name.to_owned()));
        let options = ["-c", "my settings.toml"].map(str::to_owned).to_vec();
        CommandLine {
            program: "defenderctl".into(),
            options,
            yes: None,
            jobs: JobActions { look, wait, cancel },
        }
    }

    pub(crate) fn plan(action: &str) -> Plan {
        Plan {
            action: action.into(),
            changes: true,
            waits: true,
            cancels: false,
            is_many: false,
            poll_seconds: None,
            timeout_seconds: 300,
            file: None,
        }
    }

    #[test]
    fn commands_are_quoted_for_a_shell() {
        let (command_line, plan) = (command_line(), plan("isolateHost"));
        let wait = command_line.wait(&["a1", "a2"], &plan).unwrap();
        assert_eq!(
            shlex::split(&wait).unwrap(),
            [
                "defenderctl",
                "run",
                "waitForAction",
                "-c",
                "my settings.toml",
                "-p",
                r#"ids=["a1","a2"]"#,
                "-p",
                "wait.timeoutSeconds=300"
            ]
        );
        assert!(
            command_line
                .wait(&["a1"], &Plan { poll_seconds: Some(5), ..plan })
                .unwrap()
                .ends_with(" -p wait.pollSeconds=5")
        );
        let short = Plan { timeout_seconds: 6, ..self::plan("isolateHost") };
        let wait = command_line.wait(&["a1"], &short).unwrap();
        assert!(wait.ends_with("-p wait.timeoutSeconds=300"), "{wait}");
        let cancel = command_line.cancel("a1", &self::plan("isolateHost")).unwrap();
        assert!(
            cancel.ends_with("-p actionId=a1 -p 'comment=cancelled before isolateHost had ended'"),
            "{cancel}"
        );
    }

    #[test]
    fn a_cancellation_needs_no_question_where_this_command_line_needed_none() {
        let command_line = CommandLine { yes: Some("--yes".into()), ..command_line() };
        let cancel = command_line.cancel("a1", &plan("isolateHost")).unwrap();
        assert!(cancel.starts_with("defenderctl run cancelAction --yes "), "{cancel}");
        assert!(!command_line.wait(&["a1"], &plan("isolateHost")).unwrap().contains("--yes"));
    }

    #[test]
    fn what_the_connector_does_not_offer_is_not_advised() {
        let command_line = CommandLine { jobs: JobActions::default(), ..command_line() };
        let plan = plan("isolateHost");
        assert_eq!(
            (
                command_line.wait(&["a1"], &plan),
                command_line.cancel("a1", &plan),
                command_line.look("a1")
            ),
            (None, None, None)
        );
    }
}
