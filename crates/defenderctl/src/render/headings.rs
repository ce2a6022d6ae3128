//! What the members of records are called on a screen.

use crate::json::Members;

/// Members with a shorter name on a screen.
const HEADINGS: [(&str, &str); 16] = [
    ("computerDnsName", "machine"),
    ("displayName", "title"),
    ("indicatorValue", "indicator"),
    ("indicatorType", "kind"),
    ("healthStatus", "sensor"),
    ("onboardingStatus", "onboarding"),
    ("lastSeen", "last seen"),
    ("firstSeen", "first seen"),
    ("creationDateTimeUtc", "created"),
    ("creationTimeDateTimeUtc", "created"),
    ("alertCreationTime", "created"),
    ("createdDateTime", "created"),
    ("lastUpdateDateTimeUtc", "updated"),
    ("lastUpdateDateTime", "updated"),
    ("expirationTime", "expires"),
    ("requestorComment", "comment"),
];

/// What a member is called on a screen.
pub(super) fn heading(member: &str) -> &str {
    HEADINGS.iter().find(|(known, _)| *known == member).map_or(member, |(_, heading)| heading)
}

/// The members that the names of columns mean: a member, or what it is called on a screen.
pub(super) fn members(names: &[String], records: &[Members<'_>]) -> Vec<String> {
    let is_there = |name: &str| records.iter().any(|record| record.get(name).is_some());
    let member = |name: &String| {
        let mut called = HEADINGS.iter().filter(|(_, heading)| heading == name);
        match called.find(|(member, _)| !is_there(name) && is_there(member)) {
            Some((member, _)) => (*member).to_owned(),
            None => name.clone(),
        }
    };
    names.iter().map(member).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_is_named_as_in_the_data_or_as_on_the_screen() {
        let record = r#"{"computerDnsName":"ws","alertCreationTime":"x","expires":"y"}"#;
        let records = [Members::of(record).expect("an object")];
        let names = ["machine", "created", "expires", "computerDnsName", "missing"];
        let found = members(&names.map(str::to_owned), &records);
        let wanted =
            ["computerDnsName", "alertCreationTime", "expires", "computerDnsName", "missing"];
        assert_eq!(found, wanted);
        assert_eq!((heading("computerDnsName"), heading("id")), ("machine", "id"));
    }
}
