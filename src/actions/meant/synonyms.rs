//! Synonyms: Microsoft's and users' words for the actions.
//!
//! Names are compared in lower case, without separators, with the words on the left replaced by
//! those on the right.

/// Verbs, longer ones first.
pub(super) const VERBS: &[(&str, &str)] = &[
    ("deisolate", "release"),
    ("unisolate", "release"),
    ("uncontain", "release"),
    ("contain", "isolate"),
    ("derestrict", "unrestrict"),
    ("retrieve", "get"),
    ("delete", "remove"),
    ("execute", "run"),
    ("launch", "run"),
    ("lookup", "resolve"),
    ("modify", "update"),
    ("abort", "cancel"),
    ("fetch", "get"),
    ("start", "run"),
    ("list", "get"),
    ("show", "get"),
    ("edit", "update"),
];

/// Nouns.
pub(super) const NOUNS: &[(&str, &str)] = &[
    ("applicationexecution", "appexecution"),
    ("codeexecution", "appexecution"),
    ("antimalware", "av"),
    ("antivirus", "av"),
    ("endpoint", "host"),
    ("computer", "host"),
    ("machine", "host"),
    ("device", "host"),
    ("agent", "host"),
    ("ioc", "indicator"),
];

/// Aliases of actions, in the replaced words.
pub(in super::super) const NAMES: &[(&str, &str)] = &[
    ("isolateHost", "isolate networkisolate quarantinehost"),
    (
        "releaseHost",
        "release unquarantinehost removeisolation removehostisolation liftisolation \
         liftcontainment undoisolation reconnecthost stopisolation endisolation \
         releasefromisolation releasehostfromisolation",
    ),
    ("restrictAppExecution", "restrict restrictapp restrictexecution addapprestriction"),
    (
        "unrestrictAppExecution",
        "unrestrict unrestrictapp unrestrictexecution liftrestriction removerestriction \
         removeapprestriction removeappexecutionrestriction",
    ),
    ("runAntivirusScan", "scan scanhost runscan runav avscan"),
    ("stopAndQuarantineFile", "quarantinefile"),
    ("collectInvestigationPackage", "collect collectpackage collectforensics"),
    ("offboardHost", "offboard"),
    ("runLiveResponse", "liveresponse"),
    ("runScript", "runliveresponsescript"),
    ("cancelAction", "cancel cancelhostaction"),
    ("getActions", "actions hostactions gethostactions"),
    ("getAction", "gethostaction getactionstatus"),
    ("waitForAction", "wait waitaction"),
    ("getPackageLink", "getpackageuri"),
    ("getAgentList", "hosts gethosts"),
    ("getAgentDetails", "gethost gethostbyid"),
    ("resolveHost", "findhost gethostbyname"),
    ("getAgentUsers", "gethostlogonusers getlogonusers"),
    ("addTag", "tag taghost addhosttag"),
    ("removeTag", "untag untaghost removehosttag"),
    (
        "submitIndicator",
        "block blockfile blockip blockurl blockdomain addindicator createindicator \
         updateindicator",
    ),
    ("importIndicators", "addindicators submitindicators createindicators"),
    ("deleteIndicator", "unblock unblockfile unblockip unblockurl unblockdomain"),
    ("getIndicators", "indicators"),
    ("getAlerts", "alerts"),
    ("getIncidents", "incidents"),
    ("getVulnerabilities", "vulnerabilities"),
    ("runHuntingQuery", "hunt"),
    ("runAdvancedQuery", "advancedhunting runadvancedhunting"),
    ("testConnector", "test testconnection"),
];

/// Words that are one letter away from an action's verb and mean the opposite.
pub(super) const OPPOSITES: &[&str] = &["unload"];
