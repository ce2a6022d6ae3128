/**
 * Runs a connector component (`wit/`, `connector:plugin@0.1.0`) that jco has transpiled.
 *
 *     const plugin = await Plugin.load("build");             // compiles: once per process
 *     const connector = plugin.connector();                  // an instance: cheap, one call at a time
 *     const { origins } = connector.configure({ tenantId, clientId }, { clientSecret });
 *     connector.allow(origins.map(({ pattern }) => pattern)); // nothing gets out before
 *     const outcome = connector.execute("isolateHost", { id, comment: "case 1042" });
 *
 * Every call blocks its thread until it has ended: a server calls it from a worker, as `kibana.js` does. What the connector
 * reports is thrown as `ConnectorError`; anything else thrown is a trap, after which the instance is not to be used again.
 */

import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

import { call, operationOf, outcomeOf, plain, resultOf } from "./contract.js";
import { Egress } from "./egress.js";

export { ConnectorError } from "./contract.js";

/**
 * @typedef {import("./contract.js").Configured} Configured
 * @typedef {import("./contract.js").Descriptor} Descriptor
 * @typedef {import("./contract.js").Report} Report
 * @typedef {import("./contract.js").Outcome} Outcome
 * @typedef {import("./contract.js").Operation} Operation
 */

const CHUNK_BYTES = 64 << 10;

/** A compiled component. */
export class Plugin {
  #instantiate;
  #module;

  /** Loads what `jco transpile … --name connector --instantiation sync` made. @param {string} directory */
  static async load(directory) {
    const { instantiate } = await import(pathToFileURL(resolve(directory, "connector.js")).href);
    const modules = new Map();
    return new Plugin(instantiate, (/** @type {string} */ file) => {
      if (!modules.has(file)) modules.set(file, new WebAssembly.Module(readFileSync(join(directory, file))));
      return modules.get(file);
    });
  }

  /** @private @param {any} instantiate @param {(file: string) => WebAssembly.Module} module */
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

  /** Lets requests out to these origins and to no others: the patterns that `configure` returned, once you have looked at them. */
  allow(/** @type {Iterable<string>} */ origins) {
    this.#egress.allow(origins);
  }

  /** @returns {Descriptor} */
  describe() {
    const { configSchema, secretsSchema, errorDetailsSchema, actions, ...found } = this.#exports.connector.describe();
    return {
      ...found,
      configSchema: JSON.parse(configSchema),
      secretsSchema: JSON.parse(secretsSchema),
      errorDetailsSchema: JSON.parse(errorDetailsSchema),
      actions: actions.map((/** @type {any} */ one) => ({
        ...one,
        paramsSchema: JSON.parse(one.paramsSchema),
        resultSchema: JSON.parse(one.resultSchema),
      })),
    };
  }

  /** Puts settings in force; sends nothing. @returns {Configured} */
  configure(/** @type {object} */ config, /** @type {object} */ secrets) {
    return call(() => this.#exports.connector.configure(JSON.stringify(config), JSON.stringify(secrets)));
  }

  /** Checks sign-in, audience, permissions and one read; changes nothing. A failed check is not thrown. @returns {Report} */
  test() {
    return plain(call(() => this.#exports.connector.test()));
  }

  /** Carries out one action. @param {string} action @param {object} [params] @returns {Outcome} */
  execute(action, params = {}) {
    return outcomeOf(call(() => this.#exports.connector.execute(action, JSON.stringify(params))));
  }

  /** Begins an operation: checks and resolves, and sends nothing that changes anything. @param {string} action @param {object} [params] */
  plan(action, params = {}) {
    return operationOf(call(() => this.#exports.operations.plan(action, JSON.stringify(params))));
  }

  /**
   * Takes one step with each: with any number of which the next is a look, or with one of which it is a send. An error in an
   * operation's place means that its checkpoint was not used. `operations.js` shows how to call it.
   *
   * @param {string[]} checkpoints
   * @returns {(Operation | import("./contract.js").ConnectorError)[]}
   */
  advance(checkpoints) {
    const advanced = call(() => this.#exports.operations.advance(checkpoints));
    return advanced.map((/** @type {any} */ result) => resultOf(result, operationOf));
  }

  /** Goes on from a checkpoint of which it is not known whether it was advanced. Never sends what may have been sent. @param {string} checkpoint */
  recover(checkpoint) {
    return operationOf(call(() => this.#exports.operations.recover(checkpoint)));
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
