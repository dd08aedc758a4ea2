/**
 * Benchmark (i): processor time (user and system, what the kernel counts for the child) of the command line: what a person or a
 * script pays for each call. Processor time is the same on a busy machine; the time on the clock is not.
 * usage: node bench/dist/commands.js [--rounds 15]
 */
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { median, range, record } from './figures.js';

const BIN = fileURLToPath(new URL('../../packages/cli/bin/cellplane.mjs', import.meta.url));
const EXAMPLE = fileURLToPath(new URL('../../examples/postgres-operator/spec.yaml', import.meta.url));
/** Command, goal in seconds. Nobody listens on port 1: what is measured ends where a server would answer. */
const COMMANDS: [string[], number | undefined][] = [
  [['--version'], 0.25],
  [['--help'], 0.25],
  [['instance', '--help'], 0.4],
  [['whoami', '--server', 'http://127.0.0.1:1'], 0.4],
  [['login', '--email', 'a@example.com', '--password', 'x', '--server', 'http://127.0.0.1:1'], 0.4],
  [['check', '-f', EXAMPLE], undefined],
];

/** Run in a process of its own, so that the kernel counts the children of one command alone. */
const METER = `
const { spawnSync } = require('node:child_process');
const [program, ...args] = process.argv.slice(1);
spawnSync(program, args, { stdio: 'ignore' });
const fields = require('node:fs').readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
console.log((Number(fields[13]) + Number(fields[14])) / 100);`;

const { values } = parseArgs({ options: { rounds: { type: 'string', default: '15' } } });
const home = await mkdtemp(join(tmpdir(), 'cellplane-bench-'));

/** Seconds. */
function processorTime(program: string, args: string[]): number {
  const { stdout } = spawnSync(process.execPath, ['-e', METER, program, ...args], {
    env: { ...process.env, HOME: home },
    encoding: 'utf8',
  });
  return Number(stdout);
}

try {
  const rounds = Number(values.rounds);
  const measure = (args: string[]) => Array.from({ length: rounds }, () => processorTime(process.execPath, args));
  const bare = median(measure(['-e', '0']));
  for (const [args, goal] of COMMANDS) {
    const figures = measure([BIN, ...args]);
    const result = median(figures);
    record({
      benchmark: `(i) processor time of cellplane ${args.slice(0, 2).join(' ').replace(EXAMPLE, 'example')}`,
      measured: `${result.toFixed(2)} s (${range(figures, 2)}; Node.js alone ${bare.toFixed(2)})`,
      ...(goal === undefined ? {} : { goal: { text: `≤ ${goal} s`, met: result <= goal } }),
      figures: { figures, bare },
    });
  }
} finally {
  await rm(home, { recursive: true, force: true });
}
