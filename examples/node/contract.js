/**
 * The contract's values (`wit/types.wit`) in JavaScript: what comes from the component, and what it throws.
 *
 * @typedef {{ name: string, title: string, summary: string, effect: "read" | "change" | "policy" | "disrupt",
 *   roles: string[][], paramsSchema: any, resultSchema: any, deprecated?: string, docs: string, category: string,
 *   fileAction?: string, readPosts: string[] }} Action
 * @typedef {{ id: string, name: string, version: string, configSchema: any, secretsSchema: any, errorDetailsSchema: any,
 *   actions: Action[] }} Descriptor
 * @typedef {{ pattern: string, purpose: string, required: boolean }} Origin `https://host[:port]`, or `https://*.host`
 * @typedef {{ name: string, origins: Origin[] }} Configured
 * @typedef {{ name: string, status: "passed" | "failed" | "skipped", detail: string, durationMs: number,
 *   code?: string, help?: string }} Step
 * @typedef {{ action: string, granted: boolean, missing: string[] }} Permission
 * @typedef {{ passed: boolean, steps: Step[], permissions: Permission[] }} Report
 * @typedef {{ id: string, adopted: boolean, state: "pending" | "in-progress" | "succeeded" | "failed" | "timed-out" | "cancelled"
 *   | "unknown" }} Job only `succeeded` is success
 * @typedef {{ callId: string, requests: number, retries: number, requestBytes: number, responseBytes: number, waitedMs: number }} Usage
 *   `callId` is what each request of the call carried as `client-request-id`
 * @typedef {{ code: string, message: string, details?: any }} Warning something to know about a success
 * @typedef {{ data: any, job?: Job, usage: Usage, warnings: Warning[] }} Outcome
 * @typedef {{ name: any, state: "unsent" | "in-doubt" | "running" | "succeeded" | "failed", job?: Job, data?: any,
 *   error?: ConnectorError }} Target one target of an operation; `data` is given once, by the step in which it ended
 * @typedef {{ checkpoint: string, next: "look" | "send" | "none", waitMs: number, targets: Target[], trouble?: ConnectorError,
 *   outcome?: Outcome | ConnectorError, usage: Usage }} Operation an operation between two steps; `outcome` is given once, by the last
 */

/** A failure that the connector reports; `message` is a human-readable sentence. */
export class ConnectorError extends Error {
  name = "ConnectorError";

  /** @param {any} error the contract's record */
  constructor(error) {
    super(error.message);
    /** @type {string} */
    this.kind = error.kind;
    /** @type {"user" | "service" | "host"} */
    this.source = error.source;
    /** @type {"never" | "after" | "unknown"} whether the same call may be made again; `unknown`: look before you repeat */
    this.retry = error.retry.tag === "after-ms" ? "after" : error.retry.tag;
    /** @type {number | undefined} milliseconds, if `retry` is `after` */
    this.retryAfterMs = error.retry.tag === "after-ms" ? Number(error.retry.val) : undefined;
    /** @type {number | undefined} */
    this.status = error.status;
    /** @type {string | undefined} */
    this.code = error.code;
    /** @type {string | undefined} */
    this.requestId = error.requestId;
    this.details = error.details === undefined ? undefined : JSON.parse(error.details);
    /** @type {Usage | undefined} what the call cost, if anything was sent */
    this.usage = error.usage && plain(error.usage);
  }
}

/** What a function of the component gives, or throws as `ConnectorError`. Anything else thrown is a trap or a mistake of ours. */
export function call(/** @type {() => any} */ made) {
  try {
    return made();
  } catch (/** @type {any} */ error) {
    if (error?.payload?.kind) throw new ConnectorError(error.payload); // jco wraps what the component reports
    throw error;
  }
}

/** @returns {Outcome} */
export function outcomeOf(/** @type {any} */ record) {
  const outcome = plain(record);
  const warnings = outcome.warnings.map((/** @type {any} */ { details, ...warning }) =>
    details === undefined ? warning : { ...warning, details: JSON.parse(details) });
  return { ...outcome, data: JSON.parse(outcome.data), warnings };
}

/** @returns {Operation} */
export function operationOf(/** @type {any} */ { targets, trouble, outcome, ...rest }) {
  return {
    ...plain(rest),
    targets: targets.map(targetOf),
    trouble: trouble && new ConnectorError(trouble),
    outcome: outcome && resultOf(outcome, outcomeOf),
  };
}

/** A result inside of a value, which is not thrown. @template T @param {any} result @param {(value: any) => T} convert */
export function resultOf(result, convert) {
  return result.tag === "ok" ? convert(result.val) : new ConnectorError(result.val);
}

/** @returns {Target} */
function targetOf(/** @type {any} */ { name, data, error, ...rest }) {
  return {
    ...plain(rest),
    name: JSON.parse(name),
    data: data === undefined ? undefined : JSON.parse(data),
    error: error && new ConnectorError(error),
  };
}

/** The contract's u64 come as BigInt. None of them, milliseconds and bytes, is near 2^53. @returns {any} */
export function plain(/** @type {any} */ value) {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
