//! What `error.details` holds, by kind of error: the contract's `error-details-schema`.

/// Of an object with one member, named as `error.kind` is, whose value is `error.details`. Written
/// out: as rows of a shape it would be twice as large.
pub const SCHEMA: &str = concat!(
    r##"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"##,
    r##""invalid-config":{"$ref":"#/$defs/problems"},"invalid-params":{"$ref":"#/$defs/problems"}},"##,
    r##""additionalProperties":{"type":"object","properties":{"##,
    r##""serviceMessage":{"type":"string","description":"The service's own text, shortened and without secrets."},"##,
    r##""machineAction":{"type":"object","description":"Microsoft's record of the machine action, or its `id` alone."},"##,
    r##""required":{"$ref":"#/$defs/lists","description":"Permissions: one of each inner list is needed."},"##,
    r##""granted":{"$ref":"#/$defs/list","description":"Permissions of the token."},"##,
    r##""candidates":{"$ref":"#/$defs/records","description":"Machines of the name, the one seen last first."},"##,
    r##""similar":{"$ref":"#/$defs/records","description":"Machines of names like one that no machine has, the nearest first."},"##,
    r##""results":{"$ref":"#/$defs/records","description":"A record for each target, as in `data` of a success."},"##,
    r##""result":{"description":"What a failed job left, as in `data` of a success."},"##,
    r##""errorHResult":{"type":["integer","null"]},"##,
    r##""meaning":{"type":["string","null"],"description":"Of `errorHResult`."},"##,
    r##""commandErrors":{"$ref":"#/$defs/list"},"##,
    r##""commands":{"$ref":"#/$defs/records","description":"`index`, `type` and `status` of each."},"##,
    r##""cause":{"type":"object","description":"The error of the last look at the job."},"##,
    r##""missing":{"$ref":"#/$defs/list","description":"What was sent and is not in the response."},"##,
    r##""osPlatform":{"type":["string","null"]},"##,
    r##""retryAfterMilliseconds":{"type":"integer","description":"How long the service asks to wait."},"##,
    r##""step":{"const":"sign-in"},"##,
    r##""report":{"type":"object","description":"Of `testConnector`: all of its checks."}}},"##,
    r##""$defs":{"problems":{"type":"array","items":{"type":"object","properties":{"##,
    r##""pointer":{"type":"string","description":"JSON Pointer (RFC 6901)."},"problem":{"type":"string"}},"##,
    r##""required":["pointer","problem"]}},"##,
    r##""list":{"type":"array","items":{"type":"string"}},"##,
    r##""lists":{"type":"array","items":{"$ref":"#/$defs/list"}},"##,
    r##""records":{"type":"array"}}}"##,
);
