/** What one create costs the database, from the request to RUNNING, in statements. */
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { until } from '../packages/server/src/engine/engine.testing.js';
import { groupState, killGroup } from '../packages/server/src/exec/process-group.js';
import type { SimulatorProcess } from '../packages/server/src/exec/simulator-process.js';
import { offerPlan } from '../bench/offer.js';
import { type ServerUnderTest, startServerProcess } from './serve.testing.js';

/** Statements of a create of the plan below. Only ever to be made less. */
const MOST = 74;

const task = (name: string, kind: string, fields: string, more = '') => `
            - name: ${name}
              resource:
                action: apply${more}
                manifest: |
                  apiVersion: v1
                  kind: ${kind}
                  metadata: {name: "{{ $sys.instanceId }}-${name}"}
                  ${fields}`;
/** A Secret and settings at once, then a store, then what has a gate. */
const PLAN = `name: Counted
deployment: {hostedDeployment: {awsAccountId: "000000000000"}}
tenancyType: CUSTOM_TENANCY
services:
  - name: Thing
    systemWorkflows:
      create:
        workflow:
          entrypoint: main
          templates:
            - name: main
              dag:
                tasks:
                  - {name: secret, template: secret}
                  - {name: settings, template: settings}
                  - {name: store, template: store, dependencies: [secret, settings]}
                  - {name: thing, template: thing, dependencies: [store]}${task('secret', 'Secret', 'stringData: {password: "0123456789"}')}${task('settings', 'ConfigMap', 'data: {mode: fast}')}${task('store', 'ConfigMap', 'data: {size: small}')}${task('thing', 'ConfigMap', 'data: {state: ready}', '\n                successCondition: data.state == ready')}
`;

const folder = await mkdtemp('/tmp/cellplane-statements-');
await chmod(folder, 0o755);
const file = join(folder, 'statements');
const database = await testDatabase();
let server: ServerUnderTest | undefined;

afterAll(async () => {
  server?.child.kill('SIGTERM');
  await server?.ended;
  const left = JSON.parse(await readFile(join(folder, 'simulated-cell/process.json'), 'utf8')) as SimulatorProcess;
  if (groupState(left.group) === 'alive') killGroup(left.group.pgid);
  await rm(folder, { recursive: true, force: true });
});

interface Sent {
  connection: number;
  text: string;
}

const statements = async () =>
  (await readFile(file, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line): Sent => {
      const [connection, text] = JSON.parse(line) as [number, string];
      return { connection, text };
    });

/** The statements from a place on, once one of them has come so often. */
const once = (from: number, pattern: RegExp, times: number) =>
  until(async () => {
    const since = (await statements()).slice(from);
    return since.filter(({ text }) => pattern.test(text)).length >= times ? since : undefined;
  }, `${times} times ${pattern.source}`);

/** The last statement of an operation's transaction but for its status and the commit. */
const ENDED = /^update operations set status/;
/** The sweep for runs that are due, once a second. */
const SWEPT = /^select id from runs where due_at <= now\(\)/;

/** Followers of events, seals of the audit trail and looks for long work: one of them serves many creates, and when it comes is chance. */
const SHARED =
  /\bevent_(head|followers)\b|\bfrom events where position\b|^update events e set position\b|^update work set|\baudit_chains\b|^update audit_events a set outcome = s\.|^select .* from audit_events a where .* for update of a$|^insert into audit_events .* 'operation-ended'/;

/** Those that do not go on all the time, and the ends of the transactions that have one of them. */
function without(rest: ReadonlySet<string>, sent: Sent[]): string[] {
  const own: string[] = [];
  const open = new Map<number, string[]>();
  for (const { connection, text } of sent) {
    const inside = open.get(connection);
    if (text === 'begin') open.set(connection, []);
    else if (/^(commit|rollback)$/.test(text)) {
      if (inside !== undefined && inside.length > 0) own.push('begin', ...inside, text);
      open.delete(connection);
    } else if (!rest.has(text) && !SHARED.test(text)) (inside ?? own).push(text);
  }
  return [...own, ...[...open.values()].flatMap((inside) => (inside.length === 0 ? [] : ['begin', ...inside]))];
}

it(`a create of four tasks takes at most ${MOST} statements`, async () => {
  server = await startServerProcess({
    CELLPLANE_DATA_DIR: folder,
    DATABASE_URL: database.url,
    // As a URL: a path may hold blanks, at which NODE_OPTIONS is split.
    NODE_OPTIONS: `--import=${new URL('count-statements.mjs', import.meta.url).href}`,
    CELLPLANE_TEST_STATEMENTS: file,
  });
  const plan = await offerPlan(server.client, PLAN);
  // The first one also makes the subscription and fills what is kept in memory.
  await plan.create(server.client);
  const warm = (await once(0, ENDED, 1)).length;
  // What follows the end of the first one is over after a while; then nothing goes on but what goes on all the time.
  const quiet = warm + (await once(warm, SWEPT, 2)).length;
  const rest = new Set((await once(quiet, SWEPT, 4)).map(({ text }) => text));
  const from = (await statements()).length;
  await plan.create(server.client);
  const sent = await once(from, ENDED, 1);
  const own = without(rest, sent);
  expect(own.filter((text) => text.startsWith('insert into runs'))).toHaveLength(1);
  expect(own.length, own.join('\n')).toBeLessThanOrEqual(MOST);
}, 120_000);
