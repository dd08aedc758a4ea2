// npm run bench: builds, runs every benchmark of bench/ one after another, and prints what they measured beside the goals.
// usage: npm run bench [-- NAME...]   names: reaction creates idle start
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { build, install, root } from './install.mjs';

const ALL = ['reaction', 'creates', 'idle', 'start'];
const CLUSTER = new Set(['reaction', 'creates']);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : ALL;
const unknown = wanted.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are ${ALL.join(', ')}.`);
  process.exit(1);
}

install();
build();
const kubeconfig = process.env.CELLPLANE_TEST_KUBECONFIG ?? `${process.env.HOME}/.cache/real-cell/kubeconfig`;
const rows = [];
let failures = 0;
for (const name of wanted) {
  if (CLUSTER.has(name) && !existsSync(kubeconfig)) {
    console.error(`${name}: needs a real API server; run e2e/real-cell/up.sh control-plane, or set CELLPLANE_TEST_KUBECONFIG.`);
    failures += 1;
    continue;
  }
  const load = loadavg()[0] ?? 0;
  if (load > availableParallelism() / 2)
    console.error(`${name}: the machine is busy (load ${load.toFixed(1)}); figures will be worse than they could be.`);
  const output = await run(`${root}bench/dist/${name}.js`);
  if (output === undefined) failures += 1;
  else rows.push(...output.split('\n').filter((line) => line.startsWith('RESULT ')));
}
console.log('\n| benchmark | measured | goal | |\n|---|---|---|---|');
for (const row of rows) console.log(`| ${row.slice('RESULT '.length)} |`);
process.exit(failures === 0 ? 0 : 1);

/** What the program printed; undefined if it failed. */
function run(file) {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    process.stdout.write(chunk);
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${file}: ${error.message}`);
      resolve(undefined);
    });
    child.on('exit', (code) => resolve(code === 0 ? text : undefined));
  });
}
