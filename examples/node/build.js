/** Writes the component out of `defenderctl` and transpiles it: `build/connector.js` and its modules. */

import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { transpile } from "@bytecodealliance/jco";

import { BUILD, HARNESS } from "./harness.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const run = (/** @type {string} */ command, /** @type {string[]} */ ...args) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: ["ignore", "ignore", "inherit"] });
  if (error || status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${error?.message ?? `exit status ${status}`}`);
};

if (!process.env.DEFENDERCTL) run("cargo", "build", "--locked", "-p", "defenderctl");
if (!existsSync(HARNESS)) throw new Error(`${HARNESS} is missing: build it, or name it in DEFENDERCTL`);
mkdirSync(BUILD, { recursive: true });
const component = join(BUILD, "defender_connector.wasm");
run(HARNESS, "component", "export", "-o", component);

const began = performance.now();
const { files } = await transpile(readFileSync(component), { name: "connector", instantiation: "sync" });
for (const [name, content] of Object.entries(files)) {
  const path = join(BUILD, name);
  mkdirSync(join(path, ".."), { recursive: true });
  writeFileSync(path, content);
}
console.log(`transpiled in ${((performance.now() - began) / 1000).toFixed(1)} s: ${BUILD}`);
