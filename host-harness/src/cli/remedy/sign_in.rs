//! Refused sign-ins: where in Entra each is mended, by Microsoft's number. What is wrong, the connector says itself.

use super::Application;

/// What a number is mended at.
enum Place {
    ClientSecret,
    Identity,
    Tenant,
    Disabled,
    Scope,
    NoDefender,
    Certificate,
    Time,
    Federation,
    ConditionalAccess,
    Cloud,
    PublicClient,
    Consent,
    DisabledApi,
    OnTheWay,
}

use Place::{
    Certificate, ClientSecret, Cloud, ConditionalAccess, Consent, Disabled, DisabledApi, Federation, Identity,
    NoDefender, OnTheWay, PublicClient, Scope, Tenant, Time,
};

/// <https://learn.microsoft.com/en-us/entra/identity-platform/reference-error-codes>.
const PLACES: &[(&[&str], Place)] = &[
    (&["7000215", "50012", "7000222"], ClientSecret),
    (&["70002", "700016", "70001", "50034", "50020"], Identity),
    (&["90002", "900023", "50059"], Tenant),
    (&["900382", "900384", "90038", "90051"], Cloud),
    (&["7000112"], Disabled),
    (&["700025"], PublicClient),
    (&["7000229", "65001", "65005", "650057"], Consent),
    (&["70011", "1002012", "700022", "28002", "28003"], Scope),
    (&["500011", "650052"], NoDefender),
    (&["500014"], DisabledApi),
    (&["7000216", "7000218", "900144", "90014", "9002313", "900561"], OnTheWay),
    (&["700027", "50013"], Certificate),
    (&["700024"], Time),
    (&["70021", "700211", "700212", "700213", "700021", "700023", "50027"], Federation),
    (&["53003"], ConditionalAccess),
];

/// What to do about a sign-in that was refused; nothing if the sentence has no number of Microsoft's login server.
pub(super) fn sign_in(detail: &str, application: &Application) -> Option<Vec<String>> {
    let number = number(detail)?;
    let place = PLACES.iter().find(|(known, _)| known.contains(&number)).map(|(_, place)| place);
    let mut lines: Vec<String> = place.map(|place| advice(place, application)).into_iter().collect();
    lines.extend(application.error_url(number).map(|url| format!("Microsoft on AADSTS{number}: {url}")));
    Some(lines)
}

fn number(detail: &str) -> Option<&str> {
    let (_, rest) = detail.split_once("AADSTS")?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    (end > 0).then(|| &rest[..end])
}

fn advice(place: &Place, application: &Application) -> String {
    let page = application.page();
    match place {
        ClientSecret => format!(
            "Make a new one: {page} → Certificates & secrets → Client secrets → New client secret. Its value is shown only \
             once: put it where `secrets.clientSecret` refers to."
        ),
        Identity => format!(
            "Both IDs are on the application's Overview page: {} → App registrations. A tenant of a government cloud needs \
             `cloud`.",
            application.centre()
        ),
        Tenant => format!("The tenant's ID is on its Overview page: {} → Overview → Tenant ID.", application.centre()),
        Disabled => format!(
            "{} → Enterprise applications → {} → Properties → `Enabled for users to sign-in?`: Yes.",
            application.centre(),
            application.client()
        ),
        Scope => "Leave `oAuthScope` and `graphScope` out of the settings: `cloud` has the right ones.".to_owned(),
        NoDefender => format!(
            "{} → Enterprise applications, type `Microsoft Applications`, must list WindowsDefenderATP: it does once the \
             tenant has a licence of Defender for Endpoint and somebody has opened security.microsoft.com.",
            application.centre()
        ),
        Certificate => format!("{page} → Certificates & secrets → Certificates → Upload certificate."),
        Time => "Set this machine's clock by a time server: `host-harness doctor` compares it.".to_owned(),
        Federation => format!("{page} → Certificates & secrets → Federated credentials: compare what is there."),
        Cloud => "Set `cloud` to the tenant's own: `gccHigh` or `dod` for tenants whose portal is at security.microsoft.us."
            .to_owned(),
        PublicClient => format!("{page} → Authentication → `Allow public client flows`: No."),
        Consent => {
            let here = application.consent_url().map(|url| format!(", or at {url}")).unwrap_or_default();
            format!("An administrator of the tenant gives consent: {page} → API permissions → `Grant admin consent`{here}")
        }
        DisabledApi => format!(
            "{} → Enterprise applications, type `Microsoft Applications` → WindowsDefenderATP → Properties → `Enabled for users \
             to sign-in?`: Yes. It is also off while the tenant has no licence in force.",
            application.centre()
        ),
        OnTheWay => "`host-harness doctor` shows what stands between this machine and the login server: a proxy there must hand \
             requests on with their bodies."
            .to_owned(),
        ConditionalAccess => format!(
            "{} → Protection → Conditional Access → Sign-in logs of workload identities name the policy; exclude the \
             application from it, or call from a location that it allows.",
            application.centre()
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(detail: &str) -> Option<Vec<String>> {
        let config = r#"{"tenantId": "t", "clientId": "c"}"#;
        sign_in(detail, &Application::of(config, Some("https://login.example")))
    }

    #[test]
    fn a_number_leads_to_its_place_and_to_microsoft_s_page() {
        let lines = told("refused (code AADSTS7000222, request id x)").expect("advice");
        assert!(lines[0].contains("Certificates & secrets"), "{lines:?}");
        assert!(lines[1].ends_with("https://login.example/error?code=7000222"), "{lines:?}");
        let lines = told("refused (code AADSTS700016)").expect("advice");
        assert!(lines[0].contains("Overview"), "{lines:?}");
    }

    #[test]
    fn every_number_that_the_connector_knows_has_its_place() {
        let remedies = include_str!("../../../../src/auth/refusal.rs");
        let rows = remedies.lines().filter(|line| line.contains("Unauthenticated, \""));
        let numbers =
            rows.filter_map(|row| row.split_once("&[")?.1.split_once(']')).flat_map(|(list, _)| list.split(", "));
        let numbers: Vec<String> = numbers.map(|number| number.replace('_', "")).collect();
        assert!(numbers.len() > 30, "{numbers:?}");
        for number in numbers {
            assert!(PLACES.iter().any(|(known, _)| known.contains(&number.as_str())), "AADSTS{number}");
        }
    }

    #[test]
    fn a_number_that_nobody_knows_leads_to_microsoft_s_page_alone() {
        assert_eq!(told("AADSTS1: x").map(|lines| lines.len()), Some(1));
        assert_eq!(told("no answer"), None);
        assert_eq!(told("AADSTS"), None);
    }
}
