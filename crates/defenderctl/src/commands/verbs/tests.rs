//! The table of verbs against the catalogue of the embedded component.

use clap::CommandFactory;
use host_harness::{Descriptor, Limits};
use serde_json::Value;

use super::*;
use crate::args::PluginArgs;
use crate::cli::Arguments;
use crate::known_actions::{self, Kind};
use crate::session::host;

fn descriptor() -> Descriptor {
    #[derive(clap::Parser)]
    struct Only {
        #[command(flatten)]
        plugin: PluginArgs,
    }
    let only = <Only as clap::Parser>::parse_from(["test"]);
    let runtime = tokio::runtime::Runtime::new().expect("threads");
    runtime.block_on(async {
        let host = host(&only.plugin, Limits::default()).expect("a component");
        host.connector("test").describe().await.expect("a descriptor")
    })
}

#[test]
fn every_verb_is_an_action_with_its_parameters_and_its_effect() {
    let descriptor = descriptor();
    for row in VERBS {
        let action = descriptor
            .actions
            .iter()
            .find(|action| action.name == row.action)
            .unwrap_or_else(|| panic!("{}: no action {}", row.verb, row.action));
        assert_eq!(action.effect, row.effect, "{}", row.verb);
        let schema: Value = serde_json::from_str(&action.params_schema).expect("a schema");
        let has = |name: &str| {
            let pointer = format!("/properties/{}", name.replace('.', "/properties/"));
            schema.pointer(&pointer).is_some()
        };
        let params = row.arguments.iter().map(|it| it.param).filter(|param| !param.is_empty());
        for param in params {
            assert!(has(param), "{}: {} has no {param}", row.verb, row.action);
        }
        assert!(row.hosts == Hosts::None || has("hosts") && has("ids"), "{}", row.verb);
        assert!(row.waits == Waits::Never || has("wait"), "{}", row.verb);
        if row.about.contains("--to FILE") {
            assert!(action.file_action.is_some(), "{}", row.verb);
        }
        // What the action needs can be given.
        for needed in schema["required"].as_array().into_iter().flatten() {
            let needed = needed.as_str().expect("a name");
            let given = row.arguments.iter().any(|it| {
                let is_it = it.param == needed
                    || it.param.split('.').next() == Some(needed)
                    // The file's own name.
                    || it.kind == Kind::Upload && needed == "fileName";
                is_it && (it.required || row.action == "runHuntingQuery")
            });
            assert!(given, "{}: {needed} cannot be given", row.verb);
        }
    }
}

#[test]
fn every_action_has_one_row_with_its_effect() {
    let descriptor = descriptor();
    let rows: Vec<_> = known_actions::rows().collect();
    for row in &rows {
        let action = descriptor.actions.iter().find(|action| action.name == row.action);
        assert_eq!(action.map(|action| action.effect), Some(row.effect), "{}", row.action);
        let same = rows.iter().filter(|other| other.action == row.action).count();
        assert_eq!(same, 1, "{}", row.action);
    }
}

#[test]
fn the_command_line_of_every_verb_is_consistent() {
    Arguments::command().debug_assert();
    for row in VERBS {
        let special = row.arguments.iter().any(|it| it.kind == Kind::Special);
        assert_eq!(
            special,
            matches!(row.special, Special::Block | Special::Unblock | Special::File),
            "{}",
            row.verb
        );
    }
}

#[test]
fn what_follows_two_hyphens_is_the_script_s_and_never_a_machine() {
    let parse = |line: &str| {
        let words = ["defenderctl", "script", "run", "a.ps1"].into_iter().chain(line.split(' '));
        let matches = Arguments::command().try_get_matches_from(words).expect(line);
        let (_, group) = matches.subcommand().expect("a group");
        let (_, verb) = group.subcommand().expect("a verb");
        let hosts = MachineArgs::from_arg_matches(verb).expect("machines").written();
        (hosts.expect("machines"), values::all(verb, "ARGS"))
    };
    let texts = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    assert_eq!(parse("ws-1 -- 10.0.0.1 b"), (texts(&["ws-1"]), texts(&["10.0.0.1", "b"])));
    assert_eq!(parse("ws-1 ws-2 --yes -- x"), (texts(&["ws-1", "ws-2"]), texts(&["x"])));
    assert_eq!(parse("ws-1"), (texts(&["ws-1"]), Vec::new()));
}
