//! All rows: none hides another, and each accepts exactly its own roles.

use super::*;
use crate::{Reply, Request, Scenario, Service, demo};

#[test]
fn no_row_hides_another() {
    for row in rows() {
        let Lookup::Found(found, _) = find(row.service_id, row.method, row.path) else {
            panic!("{}", row.path)
        };
        assert_eq!((found.method, found.path), (row.method, row.path));
    }
}

/// Signs in with these roles and sends a request to the row's route.
fn ask(row: &Route, roles: &[&str]) -> Reply {
    let (scope, host) = match row.service_id {
        ServiceId::Graph => ("https%3A%2F%2Fgraph.microsoft.com", "graph.microsoft.com"),
        _ => ("https%3A%2F%2Fapi.securitycenter.microsoft.com", "api.security.microsoft.com"),
    };
    let service = Service::new(Scenario::default());
    service.set_roles(roles.iter().copied());
    let (id, secret) = (demo::CLIENT_ID, demo::CLIENT_SECRET);
    let form = format!(
        "grant_type=client_credentials&client_id={id}&client_secret={secret}&scope={scope}%2F.default"
    );
    let login = format!("https://login.microsoftonline.com/{}/oauth2/v2.0/token", demo::TENANT_ID);
    let login = Request::new("POST", &login)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    let token =
        service.answer(&login).json_body().unwrap()["access_token"].as_str().unwrap().to_owned();
    let request = Request::new(row.method, &format!("https://{host}{}", row.path));
    service.answer(&request.header("authorization", format!("Bearer {token}")))
}

#[test]
fn each_row_is_open_to_its_roles_and_to_no_one_else() {
    for row in rows() {
        assert!(!row.roles.is_empty(), "{}", row.path);
        for (index, any_of) in row.roles.iter().enumerate() {
            let others = row.roles.iter().enumerate().filter(|(other, _)| *other != index);
            let others: Vec<&str> = others.map(|(_, any_of)| any_of[0]).collect();
            let refused = ask(row, &others);
            assert_eq!(refused.status, 403, "{} {}", row.method, row.path);
            let text =
                refused.json_body().unwrap()["error"]["message"].as_str().unwrap().to_owned();
            assert!(text.contains(&format!("API required roles: {},", any_of.join(","))), "{text}");
            for role in *any_of {
                let held: Vec<&str> = others.iter().chain([role]).copied().collect();
                assert_ne!(
                    ask(row, &held).status,
                    403,
                    "{} {} with {held:?}",
                    row.method,
                    row.path
                );
            }
        }
    }
}

#[test]
fn the_demonstration_has_every_role_asked_for() {
    let granted = Scenario::default().roles;
    for role in rows().flat_map(|row| row.roles.iter().copied().flatten()) {
        assert!(granted.iter().any(|held| held == role), "{role}");
    }
}
