//! The tables of what the credentials allow.

use host_harness::{Action, Permission};

use crate::remedy::missing;
use crate::table::table;

/// One line for every action.
pub(crate) fn by_action(permissions: &[Permission]) -> String {
    let rows = permissions.iter().map(|permission| {
        let granted = match permission.granted {
            true => "yes",
            false if is_unknown(permission) => "unknown",
            false => "no",
        };
        [permission.action.clone(), granted.into(), permission.missing.join(", ")]
    });
    table(["ACTION", "GRANTED", "MISSING"], rows)
}

/// Whether the token does not tell: it lists no permissions, or no token is for the action's API.
pub(super) fn is_unknown(permission: &Permission) -> bool {
    !permission.granted && permission.missing.is_empty()
}

/// Whether one is certainly missing.
pub(super) fn is_any_missing(permissions: &[Permission]) -> bool {
    permissions.iter().any(|permission| !permission.missing.is_empty())
}

/// Where an action goes that the catalogue does not have.
const OTHER: &str = "Other";

/// One line for every category of these actions, in the catalogue's order.
pub(crate) fn by_family(permissions: &[Permission], actions: &[Action]) -> String {
    let category = |name: &str| {
        actions
            .iter()
            .find(|action| action.name == name)
            .map_or(OTHER, |action| action.category.as_str())
    };
    let mut families: Vec<&str> = Vec::new();
    for family in permissions.iter().map(|permission| category(&permission.action)) {
        if !families.contains(&family) {
            families.push(family);
        }
    }
    let rows = families.into_iter().filter_map(|family| {
        let of_family: Vec<Permission> = permissions
            .iter()
            .filter(|permission| category(&permission.action) == family)
            .cloned()
            .collect();
        let first = of_family.first()?;
        let actions = if of_family.len() == 1 {
            first.action.clone()
        } else {
            format!("{} actions", of_family.len())
        };
        Some([family.to_owned(), actions, granted(&of_family), missing(&of_family).join(", ")])
    });
    table(["FAMILY", "ACTIONS", "GRANTED", "MISSING"], rows)
}

/// `granted`, `partly (3)`, `missing`, or `unknown` where the token does not tell.
fn granted(permissions: &[Permission]) -> String {
    let granted = permissions.iter().filter(|permission| permission.granted).count();
    match granted {
        0 if permissions.iter().all(is_unknown) => "unknown".to_owned(),
        0 => "missing".to_owned(),
        all if all == permissions.len() => "granted".to_owned(),
        some => format!("partly ({some})"),
    }
}

#[cfg(test)]
mod tests {
    use host_harness::Effect;

    use super::*;

    fn permission(action: &str, missing: &[&str], granted: bool) -> Permission {
        let missing = missing.iter().map(|name| (*name).to_owned()).collect();
        Permission { action: action.into(), granted, missing }
    }

    fn action(name: &str, category: &str) -> Action {
        let empty = String::new;
        Action {
            name: name.into(),
            title: empty(),
            summary: empty(),
            effect: Effect::Read,
            roles: Vec::new(),
            params_schema: empty(),
            result_schema: empty(),
            deprecated: None,
            docs: empty(),
            category: category.into(),
            file_action: None,
            read_posts: Vec::new(),
        }
    }

    #[test]
    fn what_the_token_does_not_tell_is_unknown_and_not_missing() {
        let unknown = permission("isolateHost", &[], false);
        let granted = permission("getAgentList", &[], true);
        let lacking = permission("runScript", &["Machine.LiveResponse"], false);
        let cells = |permission: &Permission| {
            let table = by_action(std::slice::from_ref(permission));
            let line = table.lines().last().unwrap_or_default();
            line.split_whitespace().map(str::to_owned).collect::<Vec<_>>()
        };
        assert_eq!(cells(&unknown), ["isolateHost", "unknown"]);
        assert_eq!(cells(&granted), ["getAgentList", "yes"]);
        assert_eq!(cells(&lacking), ["runScript", "no", "Machine.LiveResponse"]);
        assert!(!is_any_missing(&[unknown.clone(), granted]));
        assert!(is_any_missing(&[unknown, lacking]));
    }

    #[test]
    fn a_family_is_granted_partly_or_not_and_says_what_is_missing() {
        let permissions = [
            permission("getAgentDetails", &[], true),
            permission("isolateHost", &["Machine.Isolate"], false),
            permission("runAntivirusScan", &[], true),
            permission("runScript", &["Machine.LiveResponse"], false),
            permission("getFile", &["Machine.LiveResponse"], false),
            permission("runHuntingQuery", &[], false),
            permission("somethingElse", &[], true),
        ];
        let actions = [
            action("getAgentDetails", "Machines"),
            action("isolateHost", "Response"),
            action("runAntivirusScan", "Response"),
            action("runScript", "Live response"),
            action("getFile", "Live response"),
            action("runHuntingQuery", "Hunting"),
        ];
        let table = by_family(&permissions, &actions);
        let lines: Vec<Vec<&str>> = table
            .lines()
            .map(|line| line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect())
            .collect();
        assert_eq!(
            lines,
            [
                vec!["FAMILY", "ACTIONS", "GRANTED", "MISSING"],
                vec!["Machines", "getAgentDetails", "granted"],
                vec!["Response", "2 actions", "partly (1)", "Machine.Isolate"],
                vec!["Live response", "2 actions", "missing", "Machine.LiveResponse"],
                vec!["Hunting", "runHuntingQuery", "unknown"],
                vec!["Other", "somethingElse", "granted"],
            ]
        );
    }
}
