/** `defenderctl` as the examples use it: it has the component inside, and the stub service. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

const name = process.platform === "win32" ? "defenderctl.exe" : "defenderctl";
/** Where `cargo build -p defenderctl` puts it, or what `DEFENDERCTL` says. */
export const HARNESS = process.env.DEFENDERCTL ?? resolve(root, process.env.CARGO_TARGET_DIR ?? "target", "debug", name);

/** Where `build.js` puts the transpiled component. */
export const BUILD = fileURLToPath(new URL("build", import.meta.url));

/**
 * A running stub service.
 *
 * @typedef {{ url: string, storageUrl: string, config: Record<string, any>, secrets: Record<string, any>, stop: () => Promise<number | undefined> }} Stub
 * `stop` resolves to the number of requests that it served.
 * @param {object} [scenario] the world to start with
 * @returns {Promise<Stub>}
 */
export async function startStub(scenario = {}) {
  const directory = mkdtempSync(join(tmpdir(), "stub-"));
  const file = join(directory, "scenario.json");
  writeFileSync(file, JSON.stringify(scenario));
  const server = spawn(HARNESS, ["stub", "--listen", "127.0.0.1:0", "--scenario", file], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  server.stderr.on("data", (piece) => (said += piece));
  const ended = new Promise((resolve, reject) => server.once("close", resolve).once("error", reject));
  const line = await Promise.race([
    new Promise((resolve) => createInterface(server.stdout).once("line", resolve)),
    ended.then(() => { throw new Error(`the stub did not start: ${said}`); }),
  ]);
  rmSync(directory, { recursive: true });
  return {
    ...JSON.parse(line),
    async stop() {
      server.kill("SIGINT");
      await ended;
      const served = /(\d+) requests served/.exec(said);
      return served ? Number(served[1]) : undefined;
    },
  };
}
