//! The golden file of what to do about each failed check of `doctor` and of `config test`.

use std::time::Duration;

use host_harness::egress::probe::{CertificateProblem, Obstacle, Stage, UsedProxy};
use host_harness::{Step, StepStatus};

use super::{Application, grant, step, way};
use crate::golden;

const ORIGIN: &str = "https://api.security.microsoft.com";

fn obstacles() -> Vec<Obstacle> {
    use CertificateProblem as Problem;

    let text = || "…".to_owned();
    let problems = [
        Problem::Expired,
        Problem::NotYetValid,
        Problem::UnknownIssuer,
        Problem::OtherName,
        Problem::Revoked,
        Problem::ListExpired,
        Problem::ListRefused,
        Problem::OtherKey,
        Problem::Other,
    ];
    let certificate =
        |problem| Obstacle::Certificate { problem, detail: text(), certificates: Vec::new() };
    let mut all = vec![
        Obstacle::NotAllowed,
        Obstacle::AddressNotAllowed,
        Obstacle::UnknownName(text()),
        Obstacle::Unreachable(text()),
        Obstacle::TimedOut,
        Obstacle::ProxyRefused(407),
        Obstacle::ProxyRefused(403),
        Obstacle::ProxySilent(text()),
        Obstacle::NoAuthorities { variable: None, reason: text() },
        Obstacle::NoAuthorities { variable: Some("SSL_CERT_FILE"), reason: text() },
        Obstacle::TlsVersion(text()),
        Obstacle::ClientCertificate(text()),
        Obstacle::Tls(text()),
        Obstacle::NoAnswer(text()),
    ];
    all.extend(problems.map(certificate));
    all
}

#[test]
fn every_remedy_is_in_the_golden_file() {
    let of_variable =
        UsedProxy { url: "http://proxy.example:3128".into(), variable: Some("HTTPS_PROXY") };
    let of_settings = UsedProxy { variable: None, ..of_variable.clone() };
    let mut blocks = Vec::new();
    for obstacle in obstacles() {
        let mut block = format!("{obstacle}\n→ {}", way(Stage::Tls, &obstacle, ORIGIN, None));
        for (name, proxy) in [("settings", &of_settings), ("environment", &of_variable)] {
            let advice = way(Stage::Proxy, &obstacle, ORIGIN, Some(proxy));
            block += &format!("\nat the proxy of the {name}\n→ {advice}");
        }
        blocks.push(block);
    }
    let application = Application::of(
        r#"{"tenantId": "contoso.example", "clientId": "0f1e2d3c"}"#,
        Some("https://login.microsoftonline.com"),
    );
    for name in ["token", "audience", "roles", "read"] {
        let failed = Step {
            name: name.into(),
            status: StepStatus::Failed,
            detail: "…".into(),
            duration: Duration::ZERO,
            code: Some("kebab".into()),
            help: Some("https://learn.microsoft.com/…".into()),
        };
        blocks.push(format!("check `{name}`\n→ {}", step(&failed, &application).join("\n→ ")));
    }
    let missing = ["Machine.Isolate".to_owned(), "ThreatHunting.Read.All".to_owned()];
    blocks.push(format!("missing permissions\n→ {}", grant(&missing, &application).join("\n→ ")));
    golden::compare("remedies.txt", &blocks);
}
