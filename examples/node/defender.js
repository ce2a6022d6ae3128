/**
 * Runs a connector component (`wit/`, `connector:plugin@0.1.0`) that jco has transpiled.
 *
 *     const plugin = await Plugin.load("build");             // compiles: once per process
 *     const connector = plugin.connector();                  // an instance: cheap, one call at a time
 *     const { origins } = connector.configure({ tenantId, clientId }, { clientSecret });
 *     connector.allow(origins);                              // nothing gets out before
 *     const outcome = connector.execute("isolateHost", { id, comment: "case 1042" });
 *
 * Every call blocks its thread until it has ended: a server calls it from a worker, as `kibana.js` does. What the connector
 * reports is thrown as `ConnectorError`; anything else thrown is a trap, after which the instance is not to be used again.
 *
 * @typedef {{ name: string, title: string, summary: string, effect: "read" | "change" | "disrupt", roles: string[][],
 *   paramsSchema: any, resultSchema: any, deprecated?: string, docs: string }} Action
 * @typedef {{ id: string, name: string, version: string, configSchema: any, secretsSchema: any, actions: Action[] }} Descriptor
 * @typedef {{ name: string, status: "passed" | "failed" | "skipped", detail: string, durationMs: number }} Step
 * @typedef {{ action: string, granted: boolean, missing: string[] }} Permission
 * @typedef {{ passed: boolean, steps: Step[], permissions: Permission[] }} Report
 * @typedef {{ id: string, adopted: boolean, state: "pending" | "in-progress" | "succeeded" | "failed" | "timed-out" | "cancelled"
 *   | "unknown" }} MachineAction only `succeeded` is success
 * @typedef {{ requests: number, retries: number, requestBytes: number, responseBytes: number, waitedMs: number }} Usage
 * @typedef {{ data: any, machineAction?: MachineAction, usage: Usage }} Outcome
 */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { Egress } from "./egress.js";

const CHUNK_BYTES = 64 << 10;

/** A failure that the connector reports; `message` is a sentence for people. */
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
    this.retry = error.retry.tag;
    /** @type {number | undefined} milliseconds, if `retry` is `after` */
    this.retryAfterMs = error.retry.tag === "after" ? Number(error.retry.val) : undefined;
    /** @type {number | undefined} */
    this.status = error.status;
    /** @type {string | undefined} */
    this.code = error.code;
    /** @type {string | undefined} */
    this.requestId = error.requestId;
    this.details = error.details === undefined ? undefined : JSON.parse(error.details);
  }
}

/** A compiled component. */
export class Plugin {
  #instantiate;
  #module;

  /** Loads what `jco transpile … --name connector --instantiation sync` made. @param {string} directory */
  static async load(directory) {
    const { instantiate } = await import(pathToFileURL(resolve(directory, "connector.js")).href);
    const modules = new Map();
    return new Plugin(instantiate, (file) => {
      if (!modules.has(file)) modules.set(file, new WebAssembly.Module(readFileSync(join(directory, file))));
      return modules.get(file);
    });
  }

  /** @private */
  constructor(instantiate, module) {
    this.#instantiate = instantiate;
    this.#module = module;
  }

  /** A fresh instance. */
  connector() {
    const egress = new Egress();
    return new Connector(this.#instantiate(this.#module, egress.imports()), egress);
  }
}

/** One instance. */
export class Connector {
  #exports;
  #egress;

  /** Made by `Plugin.connector`. */
  constructor(/** @type {any} */ exports, /** @type {Egress} */ egress) {
    this.#exports = exports;
    this.#egress = egress;
  }

  /** Lets requests out to these origins and to no others: those that `configure` returned, once you have looked at them. */
  allow(/** @type {Iterable<string>} */ origins) {
    this.#egress.allow(origins);
  }

  /** @returns {Descriptor} */
  describe() {
    const { configSchema, secretsSchema, actions, ...found } = this.#exports.connector.describe();
    return {
      ...found,
      configSchema: JSON.parse(configSchema),
      secretsSchema: JSON.parse(secretsSchema),
      actions: actions.map((one) => ({
        ...one,
        paramsSchema: JSON.parse(one.paramsSchema),
        resultSchema: JSON.parse(one.resultSchema),
      })),
    };
  }

  /** Puts settings in force; sends nothing. @returns {{ name: string, origins: string[] }} */
  configure(/** @type {object} */ config, /** @type {object} */ secrets) {
    return call(() => this.#exports.connector.configure(JSON.stringify(config), JSON.stringify(secrets)));
  }

  /** Checks sign-in, audience, permissions and one read; changes nothing. A failed check is not thrown. @returns {Report} */
  test() {
    return plain(call(() => this.#exports.connector.test()));
  }

  /** Carries out one action. @param {string} action @param {object} [params] @returns {Outcome} */
  execute(action, params = {}) {
    const outcome = plain(call(() => this.#exports.connector.execute(action, JSON.stringify(params))));
    return { ...outcome, data: JSON.parse(outcome.data) };
  }

  /** Opens the file that an action yields; close it. @param {string} action @param {object} [params] */
  open(action, params = {}) {
    return new Download(call(() => this.#exports.downloads.open(action, JSON.stringify(params))));
  }

  /** The sign-in, worth keeping for `restore`. It holds an access token. @returns {string | undefined} */
  save() {
    return this.#exports.session.save();
  }

  /** Puts a saved sign-in in force; call it after `configure`, with the same settings. @param {string} snapshot */
  restore(snapshot) {
    call(() => this.#exports.session.restore(snapshot));
  }
}

/** A file of the service, read in pieces: iterate it, or `read` until a piece is empty. Closing it early is no error. */
export class Download {
  #file;

  /** Made by `Connector.open`. */
  constructor(/** @type {any} */ file) {
    this.#file = file;
  }

  /** As the service gives it, from a machine that may be hostile: never use it as a path. @returns {string} */
  get name() {
    return this.#file.name();
  }

  /** @returns {number | undefined} */
  get size() {
    return plain(this.#file.size());
  }

  /** Of all that was read; undefined before the end. @returns {string | undefined} */
  get sha256() {
    return this.#file.sha256();
  }

  /** The next piece; empty at the end. @returns {Uint8Array} */
  read(maxBytes = CHUNK_BYTES) {
    return call(() => this.#file.read(maxBytes));
  }

  close() {
    // Garbage collection comes late or never: what the component holds, a connection, takes a drop.
    this.#file[Symbol.dispose ?? Symbol.for("dispose")]();
  }

  *[Symbol.iterator]() {
    for (let piece = this.read(); piece.length > 0; piece = this.read()) yield piece;
  }
}

function call(/** @type {() => any} */ made) {
  try {
    return made();
  } catch (/** @type {any} */ error) {
    // jco wraps what the component reports; everything else is a trap or a mistake of ours.
    if (error?.payload?.kind) throw new ConnectorError(error.payload);
    throw error;
  }
}

/** The contract's u64 come as BigInt. None of them, milliseconds and bytes, is near 2^53. */
function plain(/** @type {any} */ value) {
  if (typeof value === "bigint") return Number(value);
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member)]));
}
