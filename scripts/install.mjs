// Makes the checkout ready to run: right Node, dependencies as locked, sources built. Each step is skipped where nothing changed.
import { spawnSync } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Ends with a clear sentence if this Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 11)) {
    console.error(`Cellplane needs Node 20.11 or later; this is ${process.versions.node}. See https://nodejs.org/`);
    process.exit(1);
  }
}

/** Runs a command in the checkout with its output shown only if it fails (or if `show`). Exits with its code on failure. */
export function run(title, command, args, { show = false, env = {} } = {}) {
  if (title) console.log(title);
  const done = spawnSync(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (done.error) {
    console.error(`${command} could not be started: ${done.error.message}`);
    process.exit(1);
  }
  if (done.status !== 0) {
    if (!show) process.stderr.write(`${done.stdout}${done.stderr}`);
    console.error(`${title || command} failed (exit code ${done.status ?? done.signal})`);
    process.exit(done.status ?? 1);
  }
  return done;
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** Installs the locked dependencies if the lock file is newer than what is installed. */
export function install() {
  checkNode();
  const lock = `${root}package-lock.json`;
  const installed = `${root}node_modules/.package-lock.json`;
  if (modified(installed) >= modified(lock)) return;
  run('Installing dependencies …', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds what changed. The compiler is incremental: a build with nothing to do takes well under a second. */
export function build() {
  run(existsSync(`${root}packages/cli/dist/main.js`) ? '' : 'Building …', process.execPath, [
    `${root}node_modules/typescript/bin/tsc`,
    '-b',
  ]);
}
