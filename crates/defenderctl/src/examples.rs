//! Examples for `--help` and the manual, beside the command line that they belong to: each of them
//! is parsed by a test.

use clap::{Command, CommandFactory};

use super::args::Arguments;
use super::help;

const EXAMPLES: &[(&str, &[&str])] = &[
    ("demo", &["defenderctl demo"]),
    (
        "actions",
        &["defenderctl actions --search isolation", "defenderctl actions show isolateHost"],
    ),
    ("actions show", &["defenderctl actions show isolateHost"]),
    (
        "config init",
        &[
            "defenderctl config init",
            "defenderctl config init --tenant contoso.example \\\n      \
             --client-id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0",
            "defenderctl config init --profile prod --tenant contoso.example \\\n      \
             --client-id 0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0 --certificate app.pem app.key",
        ],
    ),
    (
        "config test",
        &[
            "defenderctl config test -c prod.toml",
            "defenderctl config test -c prod.toml --all",
            "defenderctl config test -c prod.toml --json",
        ],
    ),
    ("doctor", &["defenderctl doctor -c prod.toml", "defenderctl doctor -c prod.toml --json"]),
    ("whoami", &["defenderctl whoami", "defenderctl whoami --profile prod -o json"]),
    (
        "isolate",
        &[
            "defenderctl isolate ws-014 -c prod.toml --comment \"case 1042\"",
            "defenderctl isolate -f hosts.txt -c prod.toml -m \"case 1042\" --skip-missing",
        ],
    ),
    ("release", &["defenderctl release ws-014 -c prod.toml -m \"case 1042\""]),
    ("scan", &["defenderctl scan ws-014 -c prod.toml -m \"case 1042\" --type full"]),
    ("restrict", &["defenderctl restrict ws-014 -c prod.toml -m \"case 1042\""]),
    ("unrestrict", &["defenderctl unrestrict ws-014 -c prod.toml -m \"case 1042\""]),
    ("collect", &["defenderctl collect ws-014 -c prod.toml -m \"case 1042\" --to package.zip"]),
    ("offboard", &["defenderctl offboard ws-014 -c prod.toml -m \"case 1042\" --confirm ws-014"]),
    (
        "quarantine",
        &[
            "defenderctl quarantine da39a3ee5e6b4b0d3255bfef95601890afd80709 ws-014 -c prod.toml \\\n      \
             -m \"case 1042\"",
        ],
    ),
    ("script run", &["defenderctl script run triage.ps1 ws-014 -c prod.toml -- -Verbose"]),
    ("script list", &["defenderctl script list -c prod.toml"]),
    ("script upload", &["defenderctl script upload triage.ps1 -c prod.toml"]),
    ("script delete", &["defenderctl script delete triage.ps1 -c prod.toml"]),
    (
        "file get",
        &[
            "defenderctl file get ws-014 'C:\\Windows\\Temp\\out.zip' -c prod.toml --to out.zip \\\n      \
             -m \"case 1042\"",
        ],
    ),
    ("file put", &["defenderctl file put triage.ps1 ws-014 -c prod.toml -m \"case 1042\""]),
    ("block", &["defenderctl block 198.51.100.7 --for 30d -c prod.toml -m \"case 1042\""]),
    ("unblock", &["defenderctl unblock 198.51.100.7 -c prod.toml"]),
    ("indicators", &["defenderctl indicators -c prod.toml --all"]),
    ("machines", &["defenderctl machines -c prod.toml --tag pilot"]),
    ("alerts", &["defenderctl alerts -c prod.toml --since 24h"]),
    ("incidents", &["defenderctl incidents -c prod.toml --since 24h --status active"]),
    ("hunt", &["defenderctl hunt query.kql -c prod.toml --to hits.csv --output csv"]),
    ("vulnerabilities", &["defenderctl vulnerabilities -c prod.toml --severity critical"]),
    ("jobs", &["defenderctl jobs -c prod.toml --since 24h"]),
    ("isolated", &["defenderctl isolated -c prod.toml"]),
    ("wait", &["defenderctl wait 2f6bda7e-5e9f-4a2c-9d1c-0c8f4d1b7a90 -c prod.toml"]),
    ("cancel", &["defenderctl cancel 2f6bda7e-5e9f-4a2c-9d1c-0c8f4d1b7a90 -c prod.toml -m wrong"]),
    (
        "run",
        &[
            "defenderctl run getAgentList -c prod.toml -p computerDnsName=ws-014.contoso.example",
            "defenderctl run isolateHost -c prod.toml -p host.computerDnsName=ws-014 \\\n      \
             -p comment=\"case 1042\" --wait",
            "defenderctl run waitForAction -c prod.toml -p id=2f6bda7e-5e9f-4a2c-9d1c-0c8f4d1b7a90",
            "defenderctl run runHuntingQuery -c prod.toml --params @query.json --json",
            "defenderctl run getActionResults -c prod.toml --to output.txt \\\n      \
             -p id=2f6bda7e-5e9f-4a2c-9d1c-0c8f4d1b7a90",
        ],
    ),
    (
        "resume",
        &[
            "defenderctl resume",
            "defenderctl resume 3f2a90c1",
            "defenderctl resume 3f2a90c1 --yes",
            "defenderctl resume 3f2a90c1 --forget",
        ],
    ),
    (
        "component export",
        &[
            "defenderctl component export -o defender_connector.wasm",
            "defenderctl component export -o defender_connector.wasm --wit wit",
        ],
    ),
    (
        "stub",
        &[
            "defenderctl stub",
            "defenderctl stub --settings stub.json",
            "defenderctl stub --listen 127.0.0.1:0 --scenario scenario.toml",
        ],
    ),
    (
        "completions",
        &[
            "defenderctl completions bash > ~/.local/share/bash-completion/completions/defenderctl",
            "defenderctl completions zsh > ~/.zfunc/_defenderctl",
            "defenderctl completions fish > ~/.config/fish/completions/defenderctl.fish",
            "defenderctl completions powershell >> $PROFILE",
        ],
    ),
    ("man", &["defenderctl man -o ~/.local/share/man/man1"]),
];

/// The command line with its help.
pub(crate) fn command() -> Command {
    help::arrange(Arguments::command())
}

/// The command line for the manual, where examples stand at the end.
pub(crate) fn manual() -> Command {
    let mut command = Arguments::command();
    for (name, lines) in EXAMPLES {
        let path: Vec<&str> = name.split(' ').collect();
        if command.find_subcommand(path[0]).is_some() {
            command = change(command, &path, &|command| command.after_help(format(lines)));
        }
    }
    command
}

/// The examples of a command; for a group of commands, one of each.
pub(crate) fn of(path: &str) -> Vec<&'static str> {
    if let Some((_, lines)) = EXAMPLES.iter().find(|(of, _)| *of == path) {
        return lines.to_vec();
    }
    let below = format!("{path} ");
    let inner = EXAMPLES.iter().filter(|(of, _)| of.starts_with(&below));
    inner.filter_map(|(_, lines)| lines.first().copied()).collect()
}

/// Changes the command at this path: `config`, `init`.
pub(crate) fn change(command: Command, path: &[&str], how: &dyn Fn(Command) -> Command) -> Command {
    match path.split_first() {
        None => how(command),
        Some((name, rest)) => command.mut_subcommand(name, |inner| change(inner, rest, how)),
    }
}

/// Examples as help shows them.
pub(crate) fn format(lines: &[&str]) -> String {
    let lines: String = lines.iter().map(|line| format!("\n  {line}")).collect();
    format!("Examples:{lines}")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The paths of all commands: `config init`.
    fn paths(command: &Command, above: &str) -> Vec<String> {
        let below = |inner: &Command| {
            let path = format!("{above} {}", inner.get_name()).trim_start().to_owned();
            let mut all = paths(inner, &path);
            // A group of commands alone does nothing.
            all.extend((!inner.is_subcommand_required_set()).then_some(path));
            all
        };
        command.get_subcommands().flat_map(below).collect()
    }

    #[test]
    fn every_command_has_examples_and_every_example_is_of_its_command() {
        for path in paths(&Arguments::command(), "") {
            let (_, lines) = EXAMPLES
                .iter()
                .find(|(of, _)| *of == path)
                .unwrap_or_else(|| panic!("none for {path}"));
            for line in *lines {
                // A shell joins lines before it splits words.
                let joined = line.replace("\\\n", "");
                let words =
                    shlex::split(joined.split(" >").next().expect("a line")).expect("words");
                command()
                    .try_get_matches_from(words)
                    .unwrap_or_else(|error| panic!("{line}: {error}"));
                assert!(line.starts_with(&format!("defenderctl {path}")), "{line}");
                // What is wrapped by the help cannot be copied.
                assert!(line.lines().all(|line| line.len() < 97), "{line}");
            }
        }
    }

    #[test]
    fn help_shows_the_examples() {
        let help =
            command().find_subcommand_mut("run").expect("a command").render_help().to_string();
        assert!(help.contains("Examples:\n  defenderctl run getAgentList"), "{help}");
    }
}
