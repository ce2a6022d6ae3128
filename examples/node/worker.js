/** The thread in which `kibana.js` runs the component: an instance for every call, which starts from the session of the last. */

import { parentPort, workerData } from "node:worker_threads";

import { ConnectorError, Plugin } from "./defender.js";

const { directory, config, secrets, allowedOrigins } = workerData;
const loading = Plugin.load(directory);

parentPort?.on("message", async ({ action, params, session }) => {
  const connector = (await loading).connector();
  /** @type {any} */
  const answer = {};
  try {
    const { origins } = connector.configure(config, secrets);
    connector.allow(allowedOrigins ?? origins.map((/** @type {any} */ { pattern }) => pattern));
    restore(connector, session);
    answer.outcome = connector.execute(action, params);
  } catch (error) {
    if (error instanceof ConnectorError) {
      const { kind, message, source, retry, retryAfterMs, status, code, requestId, details, usage } = error;
      answer.error = { kind, message, source, retry, retryAfterMs, status, code, requestId, details, usage };
    } else {
      answer.trapped = error instanceof Error ? error.message : String(error);
    }
  }
  // An action that failed has spent of the budgets too, and may have renewed the token. After a trap there is nobody to ask.
  if (!answer.trapped) answer.session = connector.save();
  parentPort?.postMessage(answer);
});

/**
 * A session of other settings is no reason not to act: it costs a new sign-in.
 *
 * @param {import("./defender.js").Connector} connector
 * @param {string | undefined} session
 */
function restore(connector, session) {
  if (session === undefined) return;
  try {
    connector.restore(session);
  } catch (error) {
    if (!(error instanceof ConnectorError)) throw error;
  }
}
