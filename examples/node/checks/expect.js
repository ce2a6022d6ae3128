/** What the checks have in common. */

import assert from "node:assert/strict";

import { ConnectorError } from "../defender.js";

/** The stub's workstation. */
export const MACHINE = "9a3f0c51be7724d06e1188f2c4d53aa07be61d92";
export const COMMENT = "example in Node";
export const WAIT = { timeoutSeconds: 60, pollSeconds: 1 };

export const say = (/** @type {string} */ step, /** @type {string} */ detail) => console.log(`${step.padEnd(18)} ${detail}`);

/** The failure of a call that is to be refused. @param {() => any} call @param {string} kind @returns {ConnectorError} */
export function refused(call, kind) {
  try {
    call();
  } catch (error) {
    assert(error instanceof ConnectorError, String(error));
    assert.equal(error.kind, kind, error.message);
    return error;
  }
  throw new Error(`should have been refused as ${kind}`);
}

/**
 * An instance with the stub's settings in force, which may call what they need.
 *
 * @param {import("../defender.js").Plugin} plugin
 * @param {import("../harness.js").Stub} stub
 * @param {object} [limits]
 */
export function configured(plugin, stub, limits = {}) {
  const connector = plugin.connector();
  const { origins } = connector.configure({ ...stub.config, limits }, stub.secrets);
  connector.allow(origins.map(({ pattern }) => pattern));
  return connector;
}
