// npm run bench: builds, runs every benchmark of bench/ one after another, and prints what they measured beside the goals.
// usage: npm run bench [-- NAME...]   names: reaction creates idle start recovery burst deletes schedules commands fair defended streams people drift metering fleet retention web, and argo and argo-restart, which are left
// out unless they are named. All figures go to .tmp/bench.json as well.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { makeReady, root } from './install.mjs';

const ALL = [
  'reaction',
  'creates',
  'idle',
  'start',
  'recovery',
  'burst',
  'deletes',
  'schedules',
  'commands',
  'fair',
  'defended',
  'streams',
  'people',
  'drift',
  'metering',
  'fleet',
  'retention',
  'web',
];
/** They build Argo Workflows with Go, need root, and take half an hour. */
const NAMED = { argo: 'argo/compare', 'argo-restart': 'argo/restart' };
const CLUSTER = new Set(['reaction', 'creates', 'recovery']);
const wanted = process.argv.length > 2 ? process.argv.slice(2) : ALL;
const unknown = wanted.filter((name) => !ALL.includes(name) && NAMED[name] === undefined);
if (unknown.length > 0) {
  console.error(`No benchmark ${unknown.join(', ')}; there are ${[...ALL, ...Object.keys(NAMED)].join(', ')}.`);
  process.exit(1);
}

await makeReady();
const kubeconfig = process.env.CELLPLANE_TEST_KUBECONFIG ?? `${process.env.HOME}/.cache/real-cell/kubeconfig`;
const rows = [];
const figures = [];
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
  const output = await run(`${root}bench/dist/${NAMED[name] ?? name}.js`);
  if (output === undefined) failures += 1;
  else {
    const lines = output.split('\n');
    rows.push(...lines.filter((line) => line.startsWith('RESULT ')));
    figures.push(...lines.filter((line) => line.startsWith('JSON ')).map((line) => ({ load, ...JSON.parse(line.slice('JSON '.length)) })));
  }
}
console.log('\n| benchmark | measured | goal | |\n|---|---|---|---|');
for (const row of rows) console.log(`| ${row.slice('RESULT '.length)} |`);
mkdirSync(`${root}.tmp`, { recursive: true });
writeFileSync(`${root}.tmp/bench.json`, JSON.stringify({ node: process.version, cpus: availableParallelism(), figures }, undefined, 1));
console.log(`\nAll figures: .tmp/bench.json`);
process.exit(failures === 0 ? 0 : 1);

/** What the program printed; undefined if it failed. */
function run(file) {
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk) => {
    text += chunk;
    process.stdout.write(chunk.toString().replaceAll(/^JSON .*\n/gm, ''));
  });
  return new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(`${file}: ${error.message}`);
      resolve(undefined);
    });
    child.on('exit', (code) => resolve(code === 0 ? text : undefined));
  });
}
