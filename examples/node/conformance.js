/**
 * The table in `tests/conformance`, which Rust and Python run too. What each request is, the Rust test compares; the stub tells
 * another process only how many there were, so here they are counted: by `usage`, and all of a case.
 */

import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

import { ConnectorError, Plugin } from "./defender.js";
import { BUILD, startStub } from "./harness.js";

const TABLE = new URL("../../tests/conformance/", import.meta.url);

/**
 * Whether a value is as expected: of an object the members that are named, of a list every item; `"*"` is anything but null.
 *
 * @param {any} expected
 * @param {any} found
 * @param {string} at
 */
function matches(expected, found, at) {
  if (expected === "*") {
    assert(found !== undefined && found !== null, `${at} is missing`);
  } else if (Array.isArray(expected)) {
    assert(Array.isArray(found) && found.length === expected.length, `${at} is ${JSON.stringify(found)}`);
    expected.forEach((item, index) => matches(item, found[index], `${at}/${index}`));
  } else if (expected !== null && typeof expected === "object") {
    assert(found !== null && typeof found === "object", `${at} is ${JSON.stringify(found)}`);
    for (const [name, member] of Object.entries(expected)) matches(member, found[name], `${at}/${name}`);
  } else {
    assert.equal(found ?? null, expected, `${at} is ${JSON.stringify(found)} and not ${JSON.stringify(expected)}`);
  }
}

/** A value with `"$name"` replaced by what an earlier step kept, `${name}` within a longer text too. @param {Map<string, any>} kept */
function filledIn(/** @type {any} */ value, kept) {
  const filled = (/** @type {any} */ text) =>
    kept.get(text) ?? text.replace(/\$\{(\w+)\}/g, (/** @type {string} */ _, /** @type {string} */ name) => kept.get(`$${name}`));
  return JSON.parse(JSON.stringify(value), (_, member) => (typeof member === "string" ? filled(member) : member));
}

/** A result inside of a value as the table has it. */
function result(/** @type {any} */ value) {
  return value instanceof ConnectorError ? { err: value } : { ok: value };
}

/** An operation as the table has it. @param {import("./defender.js").Operation} operation */
function progressed(operation) {
  return { ...operation, outcome: operation.outcome && result(operation.outcome) };
}

/** How many requests a call says that it sent, if it does. @returns {number | undefined} */
function requests(/** @type {any} */ found) {
  if (!Array.isArray(found)) return found.usage?.requests;
  return found.reduce((sum, { ok }) => sum + (ok?.usage.requests ?? 0), 0);
}

class Case {
  #plugin;
  #stub;
  #config;
  #connector;

  /** @param {Plugin} plugin @param {import("./harness.js").Stub} stub @param {any} settings */
  constructor(plugin, stub, { config, configured = true }) {
    this.#plugin = plugin;
    this.#stub = stub;
    this.#config = { ...stub.config, ...config };
    this.#connector = configured ? this.#fresh() : plugin.connector();
  }

  #fresh() {
    const connector = this.#plugin.connector();
    const { origins } = connector.configure(this.#config, this.#stub.secrets);
    connector.allow(origins.map(({ pattern }) => pattern));
    return connector;
  }

  /** @param {any} step @returns {any} */
  call({ call, action, params, config, secrets, snapshot, checkpoint, checkpoints }) {
    const connector = this.#connector;
    switch (call) {
      case "execute": return connector.execute(action, params);
      case "configure": return connector.configure(config, secrets);
      case "restore": return connector.restore(snapshot) ?? {};
      case "test": return connector.test();
      case "plan": return progressed(connector.plan(action, params));
      case "advance":
        return connector.advance(checkpoints).map((one) => result(one instanceof ConnectorError ? one : progressed(one)));
      case "recover": return progressed(connector.recover(checkpoint));
      case "open": return this.#read(connector.open(action, params));
      case "renew":
        this.#connector = this.#fresh();
        this.#connector.restore(connector.save() ?? "");
        return {};
      default: throw new Error(`there is no call ${call}`);
    }
  }

  #read(/** @type {import("./defender.js").Download} */ file) {
    const pieces = [];
    for (let piece = file.read(64); piece.length > 0; piece = file.read(64)) pieces.push(piece);
    const read = { name: file.name, sha256: file.sha256, json: JSON.parse(Buffer.concat(pieces).toString()) };
    file.close();
    return read;
  }
}

/** @param {Case} running @param {any} step @param {Map<string, any>} kept */
async function take(running, step, kept) {
  await sleep(step.waitMs ?? 0);
  let found;
  try {
    found = running.call(step);
  } catch (error) {
    if (!(error instanceof ConnectorError) || !step.fails) throw error;
    if (error.usage) assert.equal(error.usage.requests, step.sends.length, `${error.usage.requests} requests`);
    return matches(step.fails, error, "");
  }
  assert(!step.fails, `it did not fail: ${JSON.stringify(found)}`);
  matches(step.gives ?? {}, found, "");
  const sent = requests(found);
  if (sent !== undefined) assert.equal(sent, step.sends.length, `${sent} requests`);
  for (const [name, pointer] of Object.entries(/** @type {Record<string, string>} */ (step.keep ?? {}))) {
    kept.set(`$${name}`, pointer.split("/").slice(1).reduce((/** @type {any} */ value, member) => value[member], found));
  }
}

const plugin = await Plugin.load(BUILD);
let failures = 0;
let count = 0;
for (const file of readdirSync(TABLE).filter((name) => name.endsWith(".json")).sort()) {
  for (const one of JSON.parse(readFileSync(new URL(file, TABLE), "utf8"))) {
    const stub = await startStub(one.scenario);
    const kept = new Map();
    let index = 0;
    try {
      const running = new Case(plugin, stub, one);
      for (const step of one.steps) {
        await take(running, filledIn(step, kept), kept);
        index += 1;
      }
    } catch (/** @type {any} */ error) {
      failures += 1;
      console.log(`FAILED ${file}: ${one.name}: step ${index}: ${error.message}`);
    }
    const served = await stub.stop();
    const expected = one.steps.flatMap((/** @type {any} */ step) => step.sends).length;
    if (index === one.steps.length && served !== undefined && served !== expected) {
      failures += 1;
      console.log(`FAILED ${file}: ${one.name}: ${served} requests and not ${expected}`);
    }
    count += 1;
  }
}
console.log(`conformance: ${count} cases, ${failures} failed`);
process.exitCode = failures ? 1 : 0;
