/**
 * The connector in the shape that Kibana's actions have: `execute({ subAction, subActionParams })` resolves to
 * `{ status: "ok", data }` or to `{ status: "error", message, serviceMessage, retry }`, and never rejects.
 *
 * The component blocks its thread, so it lives in a worker: the event loop goes on, and a call that does not end is ended with
 * its worker. Every call has an instance of its own (`worker.js`), as Kibana's framework makes a service object for every
 * execution. What must outlive it is the session: a token, and the count for the service's budgets. It stays in this object; in
 * a cluster it belongs where Kibana keeps its connector tokens, encrypted.
 *
 * @typedef {{ kind: string, message: string, source: string, retry: string, retryAfterMs?: number, status?: number, code?: string,
 *   requestId?: string, details?: any, usage?: import("./contract.js").Usage }} ConnectorFailure
 * @typedef {{ status: "ok", connectorId: string, data: any, job?: import("./contract.js").Job,
 *   usage: import("./contract.js").Usage, warnings: import("./contract.js").Warning[] }} Ok
 * @typedef {{ status: "error", connectorId: string, message: string, serviceMessage: string, retry: boolean | Date,
 *   errorSource: "user" | "framework", error?: ConnectorFailure }} Failed
 */

import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Worker } from "node:worker_threads";

/** What a call may take beyond the connector's own `limits.callTimeoutSeconds`, which is 300 s if it is not set. */
const GRACE_SECONDS = 30;
const CALL_TIMEOUT_SECONDS = 300;

export class KibanaConnector {
  #id;
  #start;
  #deadlineMs;
  /** @type {Worker | undefined} */
  #worker;
  /** @type {string | undefined} */
  #session;
  /** @type {Promise<any>} */
  #last = Promise.resolve();

  /**
   * @param {object} options
   * @param {string} options.id Kibana's id of the connector
   * @param {any} options.config the form's fields
   * @param {any} options.secrets
   * @param {string} options.directory of the transpiled component
   * @param {string[]} [options.allowedOrigins] what is let out: what the settings need, if it is not given
   * @param {number} [options.deadlineMs] after which a call is ended from outside
   */
  constructor({ id, deadlineMs, ...start }) {
    const seconds = start.config?.limits?.callTimeoutSeconds ?? CALL_TIMEOUT_SECONDS;
    this.#id = id;
    this.#start = start;
    this.#deadlineMs = deadlineMs ?? (seconds + GRACE_SECONDS) * 1000;
  }

  /**
   * Calls of one connector wait for each other.
   *
   * @param {{ subAction: string, subActionParams?: object | null }} params
   * @returns {Promise<Ok | Failed>}
   */
  execute({ subAction, subActionParams }) {
    const params = jsonObject(subActionParams ?? {});
    if (typeof subAction !== "string" || params === undefined) {
      const message = "error validating action params: subAction is to be a string, subActionParams an object that JSON can hold";
      return Promise.resolve(this.#failed(message, message, "user", false));
    }
    const call = this.#last.then(() => this.#call(subAction, params)).catch((error) => this.#unknown(error.message));
    this.#last = call;
    return call;
  }

  async close() {
    await this.#last;
    await this.#worker?.terminate();
  }

  /** @param {string} action @param {object} params @returns {Promise<Ok | Failed>} */
  async #call(action, params) {
    const worker = (this.#worker ??= new Worker(new URL("worker.js", import.meta.url), { workerData: this.#start }));
    const answer = await this.#answer(worker, { action, params, session: this.#session });
    if (answer.ended) {
      this.#worker = undefined;
      await worker.terminate();
      return this.#unknown(answer.ended);
    }
    this.#session = answer.session ?? this.#session;
    if (answer.trapped) return this.#unknown(answer.trapped);
    if (answer.outcome) return { status: "ok", connectorId: this.#id, ...answer.outcome };
    const { message, source, retry, retryAfterMs } = answer.error;
    // A date only where repeating is known to be safe. What may have been carried out is not to be repeated by a task manager.
    const date = retry === "after" && new Date(Date.now() + retryAfterMs);
    return this.#failed(undefined, message, source === "user" ? "user" : "framework", date, answer.error);
  }

  /** What the worker says, or why it says nothing. @param {Worker} worker @param {object} message @returns {Promise<any>} */
  #answer(worker, message) {
    const heard = new AbortController();
    const event = (/** @type {string} */ name, /** @type {(value: any) => any} */ answer) =>
      once(worker, name, { signal: heard.signal }).then(([value]) => answer(value));
    const answers = [
      event("message", (answer) => answer),
      event("exit", (code) => ({ ended: `its worker ended with exit status ${code}` })),
      sleep(this.#deadlineMs, { ended: `there was no end of it after ${this.#deadlineMs / 1000} s` }, { signal: heard.signal }),
    ];
    worker.postMessage(message);
    // `once` rejects with what the worker did not catch.
    return Promise.race(answers).catch((error) => ({ ended: error.message })).finally(() => heard.abort());
  }

  #unknown(/** @type {string} */ why) {
    const message = `The call was ended: ${why}. It may have been carried out: look at getActions before you repeat it.`;
    return this.#failed(undefined, message, "framework", false);
  }

  /**
   * @param {string | undefined} message
   * @param {string} serviceMessage
   * @param {Failed["errorSource"]} errorSource
   * @param {Failed["retry"]} retry
   * @param {ConnectorFailure} [error]
   * @returns {Failed}
   */
  #failed(message = "an error occurred while running the action", serviceMessage, errorSource, retry, error) {
    return { status: "error", connectorId: this.#id, message, serviceMessage, retry, errorSource, error };
  }
}

/** The object as the component will see it; undefined if it is not one. @param {unknown} value @returns {object | undefined} */
function jsonObject(value) {
  try {
    const seen = JSON.parse(JSON.stringify(value));
    return typeof seen === "object" && seen !== null && !Array.isArray(seen) ? seen : undefined;
  } catch {
    return undefined;
  }
}
