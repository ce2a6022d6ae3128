//! Help within one screen: `-h` has the examples and what is used every day, `--help` everything.

use clap::Command;

use super::examples;

/// Options that `-h` leaves out: who needs them looks for them.
const RARE: [&str; 11] = [
    "allow_partial",
    "audit",
    "cache",
    "columns",
    "confirm",
    "force",
    "no_cache",
    "no_pager",
    "plugin",
    "quiet",
    "verbose",
];

/// The commands by what they are for.
const GROUPS: [(&str, &[&str]); 8] = [
    (
        "Machines",
        &[
            "isolate",
            "release",
            "isolated",
            "scan",
            "restrict",
            "unrestrict",
            "collect",
            "offboard",
            "quarantine",
        ],
    ),
    ("Scripts", &["script", "file"]),
    ("Tenant", &["block", "unblock", "indicators"]),
    ("Lists", &["machines", "alerts", "incidents", "hunt", "vulnerabilities"]),
    ("Jobs", &["jobs", "wait", "cancel", "resume"]),
    ("Anything", &["actions", "run"]),
    ("Settings", &["config", "whoami", "doctor"]),
    ("Program", &["demo", "stub", "component", "completions", "man"]),
];

const ROOT: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}{after-help}";

const OTHER: &str = "{about-with-newline}\n{before-help}{usage-heading} {usage}\n\n{all-args}";

/// The command line with its help in order.
pub(crate) fn arrange(command: Command) -> Command {
    let groups = groups(&command);
    let (list, options) = (list(&command), options(&command));
    let command = command
        // Commands that use no settings get them from here, hidden.
        .mut_args(|arg| arg.hide_short_help(true))
        .help_template(ROOT)
        .mut_subcommands(|inner| below(inner, ""));
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let examples = [
        "defenderctl config init --tenant contoso.example --client-id ID",
        "defenderctl isolate ws-014 -m \"case 1042\"",
        "defenderctl alerts --since 24h",
        "defenderctl actions --search isolation",
    ];
    command
        .before_help(examples::format(&examples))
        .after_help(format!(
            "Commands:\n{groups}\n\n`defenderctl COMMAND -h` explains one, `defenderctl --help` \
             lists all with the options and the\nexit status."
        ))
        .after_long_help(format!("Commands:\n{list}\n\nOptions:\n{options}\n\n{after}"))
}

fn below(command: Command, above: &str) -> Command {
    let path = format!("{above} {}", command.get_name()).trim_start().to_owned();
    let command = command.mut_args(|arg| {
        let is_rare = RARE.contains(&arg.get_id().as_str());
        if is_rare { arg.hide_short_help(true) } else { arg }
    });
    let examples = examples::of(&path);
    command
        .help_template(OTHER)
        .before_help(examples::format(&examples))
        .mut_subcommands(|inner| below(inner, &path))
}

/// The names, by what they are for.
fn groups(command: &Command) -> String {
    let lines = GROUPS.iter().filter_map(|(name, commands)| {
        let known: Vec<&str> = commands
            .iter()
            .copied()
            .filter(|name| command.find_subcommand(name).is_some())
            .collect();
        (!known.is_empty()).then(|| format!("  {name:<10}{}", known.join(", ")))
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Every command with what it does.
fn list(command: &Command) -> String {
    let width = command.get_subcommands().map(|inner| inner.get_name().len()).max().unwrap_or(0);
    let lines = command.get_subcommands().map(|inner| {
        let about = inner.get_about().map(ToString::to_string).unwrap_or_default();
        format!("  {:<width$}  {about}", inner.get_name())
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The options that every command takes.
fn options(command: &Command) -> String {
    let lines = command.get_arguments().map(|arg| {
        let short = arg.get_short().map_or("   ".to_owned(), |short| format!("-{short},"));
        let takes = arg.get_action().takes_values();
        let name = arg.get_value_names().and_then(|names| names.first()).filter(|_| takes);
        let name = name.map(|name| format!(" <{name}>")).unwrap_or_default();
        let long = format!("{}{name}", arg.get_long().unwrap_or_default());
        let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
        format!("  {short} --{long:<17} {help}")
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines of the smallest screen that is common; a command with many options of its own may
    /// take more of a larger one.
    const SCREEN: usize = 40;

    fn walk(command: &mut Command, path: &str, look: &mut dyn FnMut(&str, &mut Command)) {
        look(path, command);
        for inner in command.get_subcommands_mut().filter(|inner| inner.get_name() != "help") {
            let path = format!("{path} {}", inner.get_name());
            walk(inner, path.trim_start(), look);
        }
    }

    #[test]
    fn the_help_of_every_command_fits_on_a_screen_and_begins_with_examples() {
        let mut command = examples::command().term_width(100);
        command.build();
        let mut count = 0;
        walk(&mut command, "", &mut |path, command| {
            let help = command.render_help().to_string();
            let lines = help.trim_end().lines().count();
            assert!(lines <= SCREEN, "{path} has {lines} lines:\n{help}");
            let (example, usage) = (help.find("Examples:\n  defenderctl"), help.find("Usage:"));
            assert!(example.is_some() && example < usage, "{path}:\n{help}");
            let wide = help.lines().find(|line| line.chars().count() > 100);
            assert_eq!(wide, None, "{path}");
            let long = command.render_long_help().to_string();
            assert!(long.lines().count() >= lines && long.contains("Examples:"), "{path}");
            count += 1;
        });
        assert!(count > 40, "{count}");
    }

    #[test]
    fn long_help_has_what_short_help_leaves_out() {
        let mut command = examples::command();
        command.build();
        let run = command.find_subcommand_mut("run").expect("a command");
        let (short, long) = (run.render_help().to_string(), run.render_long_help().to_string());
        for option in ["--no-cache", "--audit", "--columns", "--plugin"] {
            assert!(!short.contains(option) && long.contains(option), "{option}");
        }
        assert!(short.contains("--profile") && short.contains("--wait"), "{short}");
    }

    #[test]
    fn every_command_is_in_one_group_and_says_what_it_does() {
        let command = examples::command();
        let mut abouts = Vec::new();
        for inner in command.get_subcommands() {
            let name = inner.get_name();
            let groups = GROUPS.iter().filter(|(_, names)| names.contains(&name)).count();
            assert_eq!(groups, 1, "{name}");
            let about = inner.get_about().expect("what it does").to_string();
            assert!(about.len() <= 80, "{name}: does not fit on a line of the list");
            abouts.push(about);
        }
        let all = abouts.len();
        abouts.sort();
        abouts.dedup();
        assert_eq!(abouts.len(), all, "two commands say the same");
    }
}
