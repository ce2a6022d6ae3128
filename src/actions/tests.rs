//! What an unknown name is answered with: never something stronger than what was asked for, nor its
//! opposite.

use super::*;

/// What one action undoes of another, as far as people could be hurt.
const OPPOSITES: &[(&str, &str)] = &[
    ("isolateHost", "releaseHost"),
    ("restrictAppExecution", "unrestrictAppExecution"),
    ("addTag", "removeTag"),
    ("submitIndicator", "deleteIndicator"),
    ("importIndicators", "deleteIndicators"),
    ("uploadLibraryFile", "deleteLibraryFile"),
    ("putFile", "getFile"),
    ("createAlert", "updateAlert"),
];

fn proposed(name: &str) -> Meant<'static> {
    let known: Vec<(&str, Strength)> =
        CATALOGUE.iter().map(|action| (action.name, action.effect.into())).collect();
    meant(name, &known)
}

fn one(name: &str) -> Option<&'static str> {
    match proposed(name) {
        Meant::One(name) => Some(name),
        Meant::Some(_) => None,
    }
}

/// Names that slips of the fingers make of one: in the first letters, which say what is done, or
/// everywhere.
fn slips(name: &str, first: usize) -> Vec<String> {
    let mut slips = Vec::new();
    for at in 0..first.min(name.len()) {
        let (before, after) = name.split_at(at);
        let letter = ["e", "s", "n", "u", "d", "S"][at % 6];
        slips.extend([1, 2].map(|cut| format!("{before}{}", after.get(cut..).unwrap_or_default())));
        slips.extend([0, 1].map(|cut| format!("{before}{letter}{}", &after[cut..])));
        if let Some(two) = after.get(..2) {
            slips.push(format!("{before}{}{}{}", &two[1..], &two[..1], &after[2..]));
        }
    }
    slips
}

#[test]
fn a_slip_is_never_answered_with_something_stronger_or_opposite() {
    for action in CATALOGUE {
        let opposite = |name: &str| {
            OPPOSITES
                .iter()
                .any(|(a, b)| (*a, *b) == (action.name, name) || (*b, *a) == (action.name, name))
        };
        for slip in slips(action.name, if action.effect == Effect::Read { 8 } else { usize::MAX }) {
            // Two letters less are another action's own name.
            let is_own = |other: &&&Action| other.name.eq_ignore_ascii_case(&slip);
            let Some(name) = one(&slip).filter(|_| CATALOGUE.iter().find(is_own).is_none()) else {
                continue;
            };
            let found = CATALOGUE.iter().find(|other| other.name == name).unwrap();
            let strength = |action: &Action| Strength::from(action.effect);
            assert!(strength(found) <= strength(action), "{slip}: {name}");
            assert!(!opposite(name), "{slip}: {name}");
            if found.effect == Effect::Disrupt && name != action.name {
                panic!("{slip}: {name} touches machines");
            }
        }
    }
}

#[test]
fn another_first_word_makes_another_action_and_not_its_opposite() {
    const BEFORE: &[&str] = &["un", "de", "dis", "re", "on", "off", "non", "in", "auto"];
    const VERBS: &[&str] = &[
        "add",
        "remove",
        "start",
        "stop",
        "create",
        "delete",
        "get",
        "set",
        "enable",
        "disable",
        "allow",
        "deny",
        "on",
        "off",
        "put",
        "import",
        "export",
        "upload",
        "download",
        "isolate",
        "release",
        "restrict",
        "unrestrict",
    ];
    for action in CATALOGUE {
        let at = action.name.find(|c: char| c.is_ascii_uppercase()).unwrap();
        let (verb, rest) = action.name.split_at(at);
        let names = BEFORE.iter().map(|before| format!("{before}{}", action.name));
        let verbs =
            VERBS.iter().filter(|other| **other != verb).map(|other| format!("{other}{rest}"));
        let cut = ["un", "de", "dis", "off"]
            .iter()
            .filter_map(|prefix| Some(action.name.strip_prefix(prefix)?.to_owned()));
        for typed in names.chain(verbs).chain(cut) {
            let is_read = |name: &str| {
                CATALOGUE.iter().any(|action| action.name == name && action.effect == Effect::Read)
            };
            let Some(name) = one(&typed).filter(|name| *name != typed && !is_read(name)) else {
                continue;
            };
            // What is named then is known by its own words.
            let known = [
                ("unisolateHost", "releaseHost"),
                ("deisolateHost", "releaseHost"),
                ("derestrictAppExecution", "unrestrictAppExecution"),
                ("startAntivirusScan", "runAntivirusScan"),
                ("startScript", "runScript"),
                ("startLiveResponse", "runLiveResponse"),
                ("addIndicator", "submitIndicator"),
                ("createIndicator", "submitIndicator"),
                ("addIndicators", "importIndicators"),
                ("createIndicators", "importIndicators"),
                ("removeIndicator", "deleteIndicator"),
                ("removeIndicators", "deleteIndicators"),
                ("removeLibraryFile", "deleteLibraryFile"),
                ("deleteTag", "removeTag"),
            ];
            let says =
                |name: &str| name.split(|c: char| c.is_ascii_uppercase()).next().map(str::to_owned);
            let singular = typed.strip_suffix('s').unwrap_or(&typed);
            let is_known = [&*typed, singular].iter().any(|typed| known.contains(&(typed, name)));
            assert!(is_known || says(&typed) == says(name), "{typed}: {name}");
        }
    }
}

#[test]
fn microsoft_s_and_people_s_words_are_known() {
    for (typed, meant) in [
        ("unisolate", "releaseHost"),
        ("unisolateHost", "releaseHost"),
        ("UnIsolateMachine", "releaseHost"),
        ("releaseMachine", "releaseHost"),
        ("release", "releaseHost"),
        ("unIsolate", "releaseHost"),
        ("isolate", "isolateHost"),
        ("IsolateMachine", "isolateHost"),
        ("isolate_host", "isolateHost"),
        ("isolateDevices", "isolateHost"),
        ("OffboardMachine", "offboardHost"),
        ("RunAntiVirusScan", "runAntivirusScan"),
        ("scanMachine", "runAntivirusScan"),
        ("runAv", "runAntivirusScan"),
        ("RestrictCodeExecution", "restrictAppExecution"),
        ("UnrestrictCodeExecution", "unrestrictAppExecution"),
        ("derestrictAppExecution", "unrestrictAppExecution"),
        ("removeAppRestriction", "unrestrictAppExecution"),
        ("quarantineFile", "stopAndQuarantineFile"),
        ("containDevice", "isolateHost"),
        ("network_isolate", "isolateHost"),
        ("quarantineMachine", "isolateHost"),
        ("uncontainDevice", "releaseHost"),
        ("unquarantineHost", "releaseHost"),
        ("lift_containment", "releaseHost"),
        ("undoIsolation", "releaseHost"),
        ("reconnectMachine", "releaseHost"),
        ("liftRestriction", "unrestrictAppExecution"),
        ("collectForensics", "collectInvestigationPackage"),
        ("createIndicator", "submitIndicator"),
        ("block", "submitIndicator"),
        ("unblock", "deleteIndicator"),
        ("removeIndicator", "deleteIndicator"),
        ("listMachines", "getAgentList"),
        ("getMachines", "getAgentList"),
        ("getAgents", "getAgentList"),
        ("machines", "getAgentList"),
        ("getMachineActions", "getActions"),
        ("cancelMachineAction", "cancelAction"),
        ("getMachineAlerts", "getAgentAlerts"),
        ("getAction", "getAction"),
        ("getAgentLst", "getAgentList"),
        ("getagentlst", "getAgentList"),
        ("gtAlerts", "getAlerts"),
        ("deletIndicator", "deleteIndicator"),
    ] {
        assert_eq!(one(typed), Some(meant), "{typed}");
    }
    for (name, _) in meant::synonyms::NAMES {
        assert!(CATALOGUE.iter().any(|action| action.name == *name), "{name} is no action");
    }
}

#[test]
fn where_nothing_safe_is_near_no_action_on_machines_is_named() {
    const WORDS: &str = "
        onboardHost getIsolatedHosts startAndQuarantineFile isolteHost getFiles listFiles xyz
        quarantine unquarantine unquarantineFile restoreFile releaseFile restoreFromQuarantine
        blockHost unblockHost blockUser allow allowFile allowIp allowIndicator whitelist
        whitelistFile blacklist deny exclude excludeHost kill killHost killProcess stopProcess lift
        undo revert rollback reIsolate reisolateHost disconnect connectHost onboard onboardDevice
        reonboard unoffboardHost deoffboard delete deleteHost deleteMachine removeHost removeDevice
        deleteAlert closeAlert resolveAlert cancelIsolation cancelIsolateHost cancelRelease stopScan
        cancelScan stopAntivirusScan disableAntivirus shutdown rebootHost wipeDevice lockHost
        unlockHost enableHost disableHost uninstallAgent decommission unrestrictHost restrictHost
        removeAppExecution allowAppExecution blockAppExecution startAppExecution isolateUser
        isolateFile notIsolateHost dontIsolateHost isolateHostOff isolationOff unreleaseHost
        releaseAction stopInvestigation undeleteIndicator unremoveTag stopLiveResponse closeSession
        unscan remediateHost reimage
    ";
    for typed in WORDS.split_whitespace().chain([""]) {
        let Meant::Some(others) = proposed(typed) else { panic!("{typed}") };
        for name in others {
            let action = CATALOGUE.iter().find(|action| action.name == name).unwrap();
            assert_eq!(action.effect, Effect::Read, "{typed}: {name}");
        }
    }
    assert!(
        proposed("onboardHost") != Meant::Some(Vec::new())
            && proposed("unloadLibraryFile") != Meant::One("uploadLibraryFile")
    );
    assert_eq!(one(&"isolateHost".repeat(1000)), None);
    let error = find("onboardHost").unwrap_err();
    assert!(
        error.message().contains("getAgentList") && !error.message().contains("offboardHost"),
        "{}",
        error.message()
    );
}
