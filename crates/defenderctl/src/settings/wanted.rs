//! What the connector's own limits call for: a host that stops earlier than its connector may wait
//! would break it off.

use std::time::Duration;

use host_harness::Limits;
use host_harness::egress::EgressBuilder;
use serde_json::Value;

/// Time for the host to end a call after the connector should have ended it itself.
const GRACE: Duration = Duration::from_secs(60);

/// The limits of time in a connector's `config`; zero where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Wanted {
    connect: Duration,
    response: Duration,
    call: Duration,
}

impl Wanted {
    /// Reads `config.limits`; what is wrong there is the connector's to tell.
    pub(super) fn of(config: &Value) -> Self {
        let seconds =
            |name: &str| Duration::from_secs(config["limits"][name].as_u64().unwrap_or_default());
        Self {
            connect: seconds("connectTimeoutSeconds"),
            response: ["responseTimeoutSeconds", "queryTimeoutSeconds", "readTimeoutSeconds"]
                .map(seconds)
                .into_iter()
                .max()
                .unwrap_or_default(),
            call: seconds("callTimeoutSeconds"),
        }
    }

    /// The way out with at least these times, where the operator has set none.
    pub(super) fn apply(
        self,
        builder: EgressBuilder,
        response_timeout: Option<Duration>,
    ) -> EgressBuilder {
        // The library's own defaults.
        let (connect, response) = (Duration::from_secs(10), Duration::from_secs(240));
        let builder = builder.connect_timeout(self.connect.max(connect));
        builder.response_timeout(response_timeout.unwrap_or(self.response.max(response)))
    }

    /// The sandbox's limits with at least this time for a call, where the operator has set none.
    pub(super) fn limits(self, mut limits: Limits, call_time: Option<Duration>) -> Limits {
        if call_time.is_none() {
            limits.call_time = limits.call_time.max(self.call + GRACE);
        }
        limits
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_host_waits_at_least_as_long_as_its_connector() {
        let wanted = Wanted::of(
            &json!({ "limits": { "callTimeoutSeconds": 3600, "queryTimeoutSeconds": 290 } }),
        );
        assert_eq!(wanted.response, Duration::from_secs(290));
        assert_eq!(wanted.limits(Limits::default(), None).call_time, Duration::from_secs(3660));
        let set = Limits::default();
        assert_eq!(
            wanted.limits(set.clone(), Some(Duration::from_secs(5))).call_time,
            set.call_time
        );
        assert_eq!(Wanted::of(&json!({})).limits(set.clone(), None).call_time, set.call_time);
    }
}
