//! Describes `error.details` by kind of error: the contract's `error-details-schema`.

/// JSON Schema of an object with one member: its name is the `error.kind`, its value the
/// `error.details`. Written by hand: generated from rows it would be twice as large.
pub const SCHEMA: &str = concat!(
    r##"{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object","properties":{"##,
    r##""invalid-config":{"$ref":"#/$defs/problems"},"invalid-params":{"$ref":"#/$defs/problems"}},"##,
    r##""additionalProperties":{"type":"object","properties":{"##,
    r##""serviceMessage":{"type":"string","description":"The service's own text, shortened and redacted."},"##,
    r##""machineAction":{"type":"object","description":"Microsoft's record of the machine action, or only its `id`."},"##,
    r##""required":{"$ref":"#/$defs/lists","description":"Permissions: one of each inner list is required."},"##,
    r##""granted":{"$ref":"#/$defs/list","description":"Permissions of the token."},"##,
    r##""candidates":{"$ref":"#/$defs/records","description":"Machines of that name, most recently seen first."},"##,
    r##""similar":{"$ref":"#/$defs/records","description":"Machines with names like one that no machine has, nearest first."},"##,
    r##""results":{"$ref":"#/$defs/records","description":"A record for each target, as in `data` of a success."},"##,
    r##""result":{"description":"Output of a failed job, as in `data` of a success."},"##,
    r##""errorHResult":{"type":["integer","null"]},"##,
    r##""meaning":{"type":["string","null"],"description":"Meaning of `errorHResult`."},"##,
    r##""commandErrors":{"$ref":"#/$defs/list"},"##,
    r##""commands":{"$ref":"#/$defs/records","description":"`index`, `type` and `status` of each command."},"##,
    r##""cause":{"type":"object","description":"The error of the last poll."},"##,
    r##""missing":{"$ref":"#/$defs/list","description":"What was sent but is missing in the response."},"##,
    r##""osPlatform":{"type":["string","null"]},"##,
    r##""retryAfterMilliseconds":{"type":"integer","description":"Pause that the service asks for."},"##,
    r##""step":{"const":"sign-in"},"##,
    r##""report":{"type":"object","description":"All checks of `testConnector`."}}},"##,
    r##""$defs":{"problems":{"type":"array","items":{"type":"object","properties":{"##,
    r##""pointer":{"type":"string","description":"JSON Pointer (RFC 6901)."},"problem":{"type":"string"}},"##,
    r##""required":["pointer","problem"]}},"##,
    r##""list":{"type":"array","items":{"type":"string"}},"##,
    r##""lists":{"type":"array","items":{"$ref":"#/$defs/list"}},"##,
    r##""records":{"type":"array"}}}"##,
);
