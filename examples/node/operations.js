/**
 * Carries out an action step by step, so that it survives the process: each machine is isolated once, whenever the process ends.
 *
 *     const outcome = await runOperation(connector, "isolateHost", { ids, comment: "case 1042", wait: {} }, keep);
 *
 * `keep` is the journal: it puts the entry in the place of the one before, and returns once it is on the disk. Another process, whose
 * connector has the same settings, goes on from there: `await resumeOperation(connector, entry, keep)`. An operation has one owner:
 * no two processes may go on from one entry.
 */

import { setTimeout as sleep } from "node:timers/promises";

import { ConnectorError } from "./defender.js";

/**
 * @typedef {import("./defender.js").Connector} Connector
 * @typedef {import("./defender.js").Operation} Operation
 * @typedef {import("./defender.js").Outcome} Outcome
 * @typedef {{ checkpoint: string, next: Operation["next"], waitMs: number, isSending: boolean }} Entry plain JSON, without a secret
 * @typedef {(entry: Entry, operation?: Operation) => void} Keep `operation` is what a step gave: how far its targets are, and,
 *   given once, what they yielded. Absent before a step
 */

/** Longest wait before a step, in milliseconds: an early one is allowed. */
const MAX_WAIT = 3_600_000;

/**
 * Plans an action, which sends nothing that changes anything, and takes all steps. What an operation that fails has come to is thrown
 * as `ConnectorError`; after anything else that is thrown, a trap or an error of the journal, make a new instance and resume.
 *
 * @param {Connector} connector
 * @param {string} action
 * @param {object} params
 * @param {Keep} keep
 */
export async function runOperation(connector, action, params, keep) {
  return follow(connector, connector.plan(action, params), keep);
}

/**
 * Takes the steps that are left, from the entry that was kept last.
 *
 * @param {Connector} connector
 * @param {Entry} entry
 * @param {Keep} keep
 * @returns {Promise<Outcome | undefined>} undefined if it had ended before
 */
export async function resumeOperation(connector, entry, keep) {
  return entry.next === "none" ? undefined : follow(connector, await step(connector, entry, keep), keep);
}

/** @param {Connector} connector @param {Operation} operation @param {Keep} keep @returns {Promise<Outcome>} */
async function follow(connector, operation, keep) {
  for (;;) {
    const { checkpoint, next, waitMs, outcome } = operation;
    const entry = { checkpoint, next, waitMs, isSending: false };
    keep(entry, operation);
    if (outcome instanceof ConnectorError) throw outcome;
    if (outcome) return outcome;
    operation = await step(connector, entry, keep);
  }
}

/** @param {Connector} connector @param {Entry} entry @param {Keep} keep @returns {Promise<Operation>} */
async function step(connector, entry, keep) {
  await sleep(Math.min(entry.waitMs, MAX_WAIT));
  // The process that kept this ended before it knew what became of the request, which is searched for and never sent again.
  if (entry.isSending) return connector.recover(entry.checkpoint);
  if (entry.next === "send") keep({ ...entry, isSending: true });
  const [advanced] = connector.advance([entry.checkpoint]);
  if (advanced instanceof ConnectorError) {
    keep(entry); // It was not used.
    throw advanced;
  }
  return advanced;
}
