//! The demo scenario: the values of [`Scenario::default`](super::Scenario::default).

mod records;
pub(super) use records::records;
pub use records::{
    ALERT, CVE, DOMAIN, FILE_SHA1, FILE_SHA256, INCIDENT, INDICATOR, INVESTIGATION, IP,
    MERGED_INCIDENT, SOFTWARE, USER,
};

use time::{Duration, OffsetDateTime};

use super::clock::api_timestamp;
use super::library::LibraryFile;
use super::machine::Machine;

/// The tenant.
pub const TENANT_ID: &str = "11111111-2222-3333-4444-555555555555";
/// A domain of the tenant.
pub const TENANT_DOMAIN: &str = "contoso.example";
/// The application.
pub const CLIENT_ID: &str = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";
/// The application's secret: invented, and easy to find in places where it must not appear.
pub const CLIENT_SECRET: &str = "stub-secret-Zx8~never-in-a-log-q4W";

/// A Windows workstation with one record. Examples act on it.
pub const WINDOWS: &str = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92";
/// A name that two records share; this one is inactive, old and merged.
pub const DUPLICATE_OLD: &str = "1c0ffee000000000000000000000000000000001";
/// A name that two records share; this one is active.
pub const DUPLICATE_NEW: &str = "1c0ffee000000000000000000000000000000002";
/// A Mac.
pub const MAC: &str = "2ac0000000000000000000000000000000000003";
/// A Linux server.
pub const LINUX: &str = "311a000000000000000000000000000000000004";
/// A Windows server that is offline.
pub const OFFLINE: &str = "0ff11e0000000000000000000000000000000005";
/// The first of two active records that share a name, which is therefore ambiguous.
pub const TWIN_A: &str = "7717a00000000000000000000000000000000006";
/// The second of two active records that share a name.
pub const TWIN_B: &str = "7717b00000000000000000000000000000000007";
/// A device that was discovered but is not onboarded.
pub const NOT_ONBOARDED: &str = "4b00000000000000000000000000000000000008";

/// The pattern of requests that list machines, as the ledger names them.
pub const LOOKUPS: &str = "GET /api/machines";
/// Requests to isolate a machine.
pub const ISOLATIONS: &str = "POST /api/machines/{id}/isolate";
/// Requests to release a machine.
pub const RELEASES: &str = "POST /api/machines/{id}/unisolate";
/// Requests for live response.
pub const SCRIPTS: &str = "POST /api/machines/{id}/runliveresponse";
/// Requests for the state of jobs.
pub const POLLS: &str = "GET /api/machineactions";

/// Every application role that the connector's actions need.
pub(super) fn roles() -> Vec<String> {
    [
        "AdvancedQuery.Read.All",
        "Alert.Read.All",
        "Alert.ReadWrite.All",
        "File.Read.All",
        "Ip.Read.All",
        "Library.Manage",
        "Machine.CollectForensics",
        "Machine.Isolate",
        "Machine.LiveResponse",
        "Machine.Offboard",
        "Machine.Read.All",
        "Machine.ReadWrite.All",
        "Machine.RestrictExecution",
        "Machine.Scan",
        "Machine.StopAndQuarantine",
        "RemediationTasks.Read.All",
        "Score.Read.All",
        "SecurityIncident.Read.All",
        "SecurityIncident.ReadWrite.All",
        "SecurityRecommendation.Read.All",
        "Software.Read.All",
        "ThreatHunting.Read.All",
        "Ti.ReadWrite",
        "Ti.ReadWrite.All",
        "Url.Read.All",
        "URL.Read.All",
        "User.Read.All",
        "Vulnerability.Read.All",
    ]
    .map(str::to_owned)
    .to_vec()
}

/// The devices.
pub(super) fn machines() -> Vec<Machine> {
    let long_ago = api_timestamp(OffsetDateTime::now_utc() - Duration::days(60));
    vec![
        Machine {
            machine_tags: vec!["pilot".to_owned(), "o'brien".to_owned()],
            aad_device_id: Some("6c0a55f1-2d1e-4b8a-9a39-0f2f6b0a7c11".to_owned()),
            is_aad_joined: true,
            rbac_group_id: 42,
            rbac_group_name: Some("Workstations".to_owned()),
            risk_score: Some("Medium".to_owned()),
            files: [("C:\\Windows\\Temp\\out.txt".to_owned(), "collected evidence\r\n".to_owned())]
                .into(),
            ..Machine::new(WINDOWS, "ws-ops-014.example.test", "10.20.30.40")
        },
        Machine {
            health_status: "Inactive".to_owned(),
            last_seen: long_ago.clone(),
            is_potential_duplication: true,
            merged_into_machine_id: Some(DUPLICATE_NEW.to_owned()),
            version: "22H2".to_owned(),
            ..Machine::new(DUPLICATE_OLD, "ws-fin-002.example.test", "10.20.30.41")
        },
        Machine::new(DUPLICATE_NEW, "ws-fin-002.example.test", "10.20.30.42"),
        Machine {
            os_platform: "macOS".to_owned(),
            version: "15".to_owned(),
            os_processor: "arm64".to_owned(),
            os_build: None,
            ..Machine::new(MAC, "mac-dev-007.example.test", "10.20.30.43")
        },
        Machine {
            os_platform: "Ubuntu".to_owned(),
            version: "24.4".to_owned(),
            os_build: None,
            device_value: Some("High".to_owned()),
            machine_tags: vec!["dmz".to_owned()],
            files: [("/tmp/out.txt".to_owned(), "collected evidence\n".to_owned())].into(),
            ..Machine::new(LINUX, "srv-web-003.example.test", "10.20.30.44")
        },
        Machine {
            os_platform: "WindowsServer2022".to_owned(),
            version: "21H2".to_owned(),
            os_build: Some(20348),
            health_status: "ImpairedCommunication".to_owned(),
            online: false,
            ..Machine::new(OFFLINE, "srv-old-009.example.test", "10.20.30.45")
        },
        Machine::new(TWIN_A, "kiosk.example.test", "10.20.31.1"),
        Machine::new(TWIN_B, "kiosk.example.test", "10.20.31.2"),
        Machine {
            onboarding_status: "CanBeOnboarded".to_owned(),
            health_status: "NoSensorData".to_owned(),
            last_seen: long_ago,
            ..Machine::new(NOT_ONBOARDED, "printer-lab.example.test", "10.20.31.9")
        },
    ]
}

/// A generated device, for measurements.
pub(super) fn fleet_machine(index: u32) -> Machine {
    let [_, b, c, d] = index.to_be_bytes();
    let name = format!("fleet-{index:05}.example.test");
    Machine {
        rbac_group_id: 7,
        rbac_group_name: Some("Fleet".to_owned()),
        machine_tags: vec!["fleet".to_owned(), format!("rack-{:02}", index % 40)],
        ..Machine::new(format!("f1ee7{index:035x}"), name, format!("10.{b}.{c}.{d}"))
    }
}

/// The library.
pub(super) fn library() -> Vec<LibraryFile> {
    vec![
        LibraryFile {
            file_name: "triage.ps1".to_owned(),
            description: Some("Collects triage data".to_owned()),
            has_parameters: true,
            parameters_description: Some("-Case <id>".to_owned()),
            content: "param([string]$Case)\r\nWrite-Output \"triage $Case\"\r\n".to_owned(),
            output: "triage of {host}\r\nargs: {args}\r\nok\r\n".to_owned(),
            ..LibraryFile::default()
        },
        LibraryFile {
            file_name: "fail.ps1".to_owned(),
            description: Some("Fails with exit code 3".to_owned()),
            content: "throw 'no such registry key'\r\n".to_owned(),
            errors: "no such registry key\r\n".to_owned(),
            exit_code: 3,
            fails: true,
            ..LibraryFile::default()
        },
        LibraryFile {
            file_name: "warn.sh".to_owned(),
            description: Some("Ends with exit code 2 although the command completes".to_owned()),
            content: "echo warned; exit 2\n".to_owned(),
            output: "warned\n".to_owned(),
            exit_code: 2,
            ..LibraryFile::default()
        },
        LibraryFile {
            file_name: "hello copy.sh".to_owned(),
            content: "echo hello\n".to_owned(),
            output: "hello\n".to_owned(),
            ..LibraryFile::default()
        },
        LibraryFile {
            file_name: "tool.exe".to_owned(),
            description: Some("A tool to put on a device".to_owned()),
            content: "MZ not really".to_owned(),
            ..LibraryFile::default()
        },
    ]
}
