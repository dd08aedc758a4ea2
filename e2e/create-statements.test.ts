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

/** Statements of a create of the plan below, from the request to RUNNING, begins and commits with them. Only ever to be made less. */
const MOST = 46;
/** Those of the followers of its events: its schedule of backups, and its notice. */
const MOST_AFTER = 9;
/** How many creates are counted. The least counts: what else a server does now and then (a pass over the cell, a look for late work) only adds. */
const CREATES = 3;

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

/** A statement of each of the followers. */
const FOLLOWED = [/^delete from backup_schedules/, /^insert into notices/];
/** Followers of events, renewals of leases, begins of passes for drift, seals of the audit trail and looks for long work: one of them serves many creates, and when it comes is chance. */
const SHARED =
  /^with given as \(select \* from unnest\(.*\bset lease_until\b|\bevent_(head|followers)\b|\bfrom events where position\b|^update events e set position\b|^update work set|\bdrift_passes\b|\baudit_chains\b|^update audit_events a set outcome = s\.|^select .* from audit_events a where .* for update of a$|^insert into audit_events .* 'operation-ended'/;

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

/** Where the transaction is over that has the statement at this index. */
function overAt(sent: Sent[], index: number): number {
  const { connection } = sent[index] ?? {};
  return sent.findIndex((one, at) => at > index && one.connection === connection && /^(commit|rollback)$/.test(one.text)) + 1;
}

it(`a create of four tasks takes at most ${MOST} statements, and ${MOST_AFTER} after it`, async () => {
  server = await startServerProcess({
    CELLPLANE_DATA_DIR: folder,
    DATABASE_URL: database.url,
    // As a URL: a path may hold blanks, at which NODE_OPTIONS is split.
    NODE_OPTIONS: `--import=${new URL('count-statements.mjs', import.meta.url).href}`,
    CELLPLANE_TEST_STATEMENTS: file,
  });
  const { client } = server;
  const plan = await offerPlan(client, PLAN);
  // The first one also makes the subscription and fills what is kept in memory.
  await plan.create(client);
  await Promise.all(FOLLOWED.map((statement) => once(0, statement, 1)));
  const warm = (await once(0, ENDED, 1)).length;
  // What follows the end of the first one is over after a while; then nothing goes on but what goes on all the time.
  const quiet = warm + (await once(warm, SWEPT, 2)).length;
  const rest = new Set((await once(quiet, SWEPT, 4)).map(({ text }) => text));
  const counted: { own: string[]; after: string[] }[] = [];
  for (let n = 0; n < CREATES; n += 1) counted.push(await create(rest));
  for (const part of ['own', 'after'] as const) {
    const least = counted.map((one) => one[part]).reduce((a, b) => (b.length < a.length ? b : a));
    expect(least.length, least.join('\n')).toBeLessThanOrEqual(part === 'own' ? MOST : MOST_AFTER);
  }

  /** One more create: the statements to the end of its operation, and those of what follows it. */
  async function create(rest: ReadonlySet<string>) {
    const from = (await statements()).length;
    await plan.create(client);
    await Promise.all(FOLLOWED.map((statement) => once(from, statement, 1)));
    const sent = await until(async () => {
      const since = (await statements()).slice(from);
      const over = FOLLOWED.map((statement) =>
        overAt(
          since,
          since.findIndex(({ text }) => statement.test(text)),
        ),
      );
      return over.every((at) => at > 0) ? since.slice(0, Math.max(...over)) : undefined;
    }, 'both followers to commit');
    const ended = overAt(
      sent,
      sent.findIndex(({ text }) => ENDED.test(text)),
    );
    const own = without(rest, sent.slice(0, ended));
    expect(own.filter((text) => text.startsWith('insert into runs'))).toHaveLength(1);
    return { own, after: without(rest, sent.slice(ended)) };
  }
}, 120_000);
