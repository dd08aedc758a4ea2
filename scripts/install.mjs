// Makes the checkout ready to run: right Node, dependencies as locked, sources built. Each step is skipped where nothing changed.
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { constants } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** Signals so close together are one wish: a terminal and npm both pass it on. Milliseconds. */
const ONE_WISH_MS = 300;

/** Ends with a clear sentence if this Node is too old. */
export function checkNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 11)) {
    console.error(`Cellplane needs Node 20.11 or later; this is ${process.versions.node}. See https://nodejs.org/`);
    process.exit(1);
  }
}

/**
 * Waits for a child. Signals of `forwards` to this process are passed on to it, the others have reached it by the terminal;
 * the last one, number `killAt`, kills it. Answers its exit code, and whether this process was told to end.
 */
export async function waitFor(child, { forwards = ['SIGINT', 'SIGTERM', 'SIGHUP'], killAt = 3 } = {}) {
  let told = 0;
  let last = 0;
  let hungUp = false;
  const listeners = ['SIGINT', 'SIGTERM', 'SIGHUP'].map((signal) => [
    signal,
    () => {
      if (Date.now() - last < ONE_WISH_MS) return;
      last = Date.now();
      told += 1;
      if (told === 1 && killAt === 2) console.error('\nStopping; Ctrl-C again ends it at once.');
      hungUp ||= signal === 'SIGHUP' && [process.stdin, process.stdout, process.stderr].some(({ isTTY }) => isTTY);
      if (told >= killAt) child.kill('SIGKILL');
      else if (forwards.includes(signal)) child.kill(signal);
    },
  ]);
  for (const [signal, listener] of listeners) process.on(signal, listener);
  const orphaned = whenNpmIsGone(() => child.kill('SIGTERM'));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code, signal) => resolve({ code: code ?? 128 + constants.signals[signal], interrupted: told > 0 }));
    });
  } finally {
    clearInterval(orphaned);
    for (const [signal, listener] of listeners) process.off(signal, listener);
    // Node fails on its way out when it cannot set a closed terminal back; the signal ends the process before that.
    if (hungUp) process.kill(process.pid, 'SIGHUP');
  }
}

/** npm passes signals on, but one that is killed cannot: what it started for us must not stay. */
function whenNpmIsGone(end) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  return setInterval(() => {
    if (process.ppid !== parent) end();
  }, 1000).unref();
}

/** Runs a command in the checkout with its output shown only if it fails (or if `show`). Ends this process with its code on failure. */
export async function run(title, command, args, { show = false, env = {} } = {}) {
  if (title) console.log(title);
  const child = spawn(command, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: show ? 'inherit' : ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', (text) => (output += text));
  let ended;
  try {
    ended = await waitFor(child, { killAt: 2 });
  } catch (error) {
    console.error(`${command} could not be started: ${error.message}`);
    process.exit(1);
  }
  const { code, interrupted } = ended;
  if (interrupted) process.exit(code === 0 ? 130 : code);
  if (code !== 0) {
    process.stderr.write(output);
    console.error(`${title || command} failed (exit code ${code})`);
    process.exit(code);
  }
}

const modified = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);

/** One command at a time makes the checkout ready: `npm ci` removes what another one has just installed. */
const TURN = `${root}.making-ready`;
const TURN_PAUSE_MS = 200;

/** Waits until no other command makes the checkout ready, does the work, and lets the next one. Whoever was killed meanwhile keeps nobody. */
async function inTurn(work) {
  for (let told = false; !takeTurn(); told = true) {
    if (!told) console.log('Another command makes this checkout ready; waiting for it …');
    await new Promise((resolve) => setTimeout(resolve, TURN_PAUSE_MS));
  }
  const giveBack = () => rmSync(TURN, { force: true });
  process.once('exit', giveBack);
  try {
    return await work();
  } finally {
    process.off('exit', giveBack);
    giveBack();
  }
}

function takeTurn() {
  try {
    writeFileSync(TURN, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
  }
  const holder = Number(existsSync(TURN) ? readFileSync(TURN, 'utf8') : NaN);
  // Just created and not written yet, or given back meanwhile.
  if (!(holder > 0) && Date.now() - modified(TURN) < 2_000) return false;
  if (!isAlive(holder)) rmSync(TURN, { force: true });
  return false;
}

function isAlive(pid) {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Installs what is locked and builds what changed. */
export function makeReady() {
  return inTurn(async () => {
    await install();
    await build();
  });
}

/** Installs the locked dependencies if the lock file is newer than what is installed. */
async function install() {
  checkNode();
  const lock = `${root}package-lock.json`;
  const installed = `${root}node_modules/.package-lock.json`;
  if (modified(installed) >= modified(lock)) return;
  await run('Installing dependencies …', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error']);
}

/** Builds what changed. The compiler is incremental: a build with nothing to do takes well under a second. */
async function build() {
  await run(existsSync(`${root}packages/cli/dist/main.js`) ? '' : 'Building …', process.execPath, [
    `${root}node_modules/typescript/bin/tsc`,
    '-b',
  ]);
  await buildSite();
}

/** What the web application is made of: its own sources, the client of the package `api`, and the checker of the package `plan`. */
const SITE_SOURCES = ['web/src', 'web/public', 'web/index.html', 'web/vite.config.ts', 'web/package.json', 'api/dist', 'plan/dist'];

async function buildSite() {
  const newest = Math.max(...SITE_SOURCES.map((path) => newestIn(`${root}packages/${path}`)), modified(`${root}package-lock.json`));
  if (modified(`${root}packages/web/dist/site/index.html`) >= newest) return;
  const vite = `${root}node_modules/vite/bin/vite.js`;
  await run('', process.execPath, [
    vite,
    'build',
    `${root}packages/web`,
    '--config',
    `${root}packages/web/vite.config.ts`,
    '--logLevel',
    'warn',
  ]);
}

function newestIn(path) {
  if (!existsSync(path) || !statSync(path).isDirectory()) return modified(path);
  return Math.max(...readdirSync(path, { recursive: true, encoding: 'utf8' }).map((entry) => modified(join(path, entry))));
}
