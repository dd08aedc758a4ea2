/** Secrets in every form that a plan can give them, at every place: nothing of it stands in clear in any column of any table. */
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { describeRun } from '../engine/describe-run.js';
import { setSecret } from '../secrets/secrets.js';
import { modifyInstance } from './requests/change-instance.js';
import { serveThings } from './every-verb.testing.js';
import { openWorld } from './life.testing.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
serveThings(cluster);
// An operator that repeats what it was given.
const ready = cluster.operator;
cluster.operator = (object, cell) => {
  const { name, namespace } = object.metadata;
  const { spec } = object as { spec?: Record<string, unknown> };
  if (object.kind !== 'Thing' || spec?.['number'] === undefined) return ready?.(object, cell);
  if ((object.status as { seen?: unknown } | undefined)?.seen !== undefined) return undefined;
  cell.setStatus('Thing', name, { phase: 'ready', seen: spec, message: `${String(spec['encoded'])} ${String(spec['number'])}` }, namespace);
  return undefined;
};
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});

const PASSWORD = 'zq-Customer-Secret-81';
const PIN = '007351924';
const LIST = '["first-item-zq","second-item-zq"]';
const TOKEN = 'zq-Provider-Token-44';
await setSecret(deps, { orgId: caller.orgId, environmentType: 'DEV', name: 'TOKEN', value: TOKEN, by: caller.userId });

/** Each secret, and what a plan or an operator makes of it. */
const FORBIDDEN = [
  ...[PASSWORD, TOKEN].flatMap((secret) => [
    secret,
    secret.toUpperCase(),
    secret.toLowerCase(),
    Buffer.from(secret).toString('base64').replaceAll('=', ''),
    Buffer.from(secret).toString('base64url'),
    Buffer.from(secret).toString('hex'),
    secret.slice(3, 12),
  ]),
  PIN,
  String(Number(PIN)),
  String(Number(PIN) + 1),
  'first-item-zq',
  'second-item-zq',
];

/** Every column of every table, as text; binary columns are sealed or hashed. */
async function found(): Promise<string[]> {
  const tables = await sql<{ schema: string; name: string }>`
    select table_schema as schema, table_name as name from information_schema.tables
    where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`.execute(database.db);
  const places: string[] = [];
  for (const { schema, name } of tables.rows) {
    const { rows } = await sql<Record<string, unknown>>`select * from ${sql.table(`${schema}.${name}`)}`.execute(database.db);
    for (const row of rows)
      for (const [column, value] of Object.entries(row)) {
        const text = Buffer.isBuffer(value) ? value.toString('latin1') : (JSON.stringify(value) ?? '');
        for (const secret of FORBIDDEN)
          if (text.includes(secret)) places.push(`${schema}.${name}.${column}: ${secret} in ${text.slice(0, 300)}`);
      }
  }
  return places;
}

const SPEC = [
  'whole: {{ $var.password }}',
  'within: "user:{{ $var.password }}@host"',
  'encoded: {{ $func.base64encode($var.password) }}',
  'upper: {{ $func.upper($var.password) }}',
  'lower: {{ $func.lower($var.password) }}',
  'part: {{ $func.substr($var.password, 3, 9) }}',
  'number: {{ $func.int($var.pin) }}',
  'sum: {{ $func.add($func.int($var.pin), 1) }}',
  'text: "n{{ $func.int($var.pin) }}"',
  'list: {{ $func.split($var.password, "-") }}',
  'json: {{ $func.toJson($secret.TOKEN) }}',
  'token: {{ $func.upper($secret.TOKEN) }}',
  'input: {{ inputs.parameters.given }}',
];

const plan = (options: { task?: string; manifest?: string; more?: string } = {}) => `
name: Sealed
services:
  - name: App
    apiParameters:
      - {key: user, type: String, modifiable: true, defaultValue: app}
      - {key: password, type: Password, modifiable: true, required: true}
      - {key: pin, type: Password, modifiable: true, required: true}
      - {key: list, type: Password, modifiable: true, required: true}
    systemWorkflows:
${['create', 'modify']
  .map(
    (verb) => `      ${verb}:
        outputParameters:
          echoed: $tasks.one.resource.spec.number
          sum: $func.add($func.int($var.pin), 1)
          encoded: $func.base64encode($var.password)
          part: "{{ $func.substr($var.password, 3, 9) }}"
        workflow:
          entrypoint: main
          arguments: {parameters: [{name: given, value: "{{ $func.lower($secret.TOKEN) }}"}]}
          templates:
            - name: main
              inputs: {parameters: [{name: given}]}
              dag:
                tasks:
                  - name: one
                    template: one
                    when: "{{ $func.int($var.pin) }} != 1"
                    arguments: {parameters: [{name: given, value: "{{inputs.parameters.given}}"}]}
                  - name: never
                    template: one
                    when: "'{{ $var.password }}' == 'x'"
                    arguments: {parameters: [{name: given, value: "{{inputs.parameters.given}}"}]}
${options.task ?? ''}
            - name: one
              inputs: {parameters: [{name: given}]}
              resource:
                action: apply
                successCondition: status.phase == ready
                failureCondition: "spec.number != {{ $func.int($var.pin) }}"
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata:
                    name: one
                    labels: {part: "{{ $func.substr($var.password, 3, 9) }}"}
                    annotations: {code: "{{ $func.sha256($var.pin) }}", pin: "{{ $var.pin }}"}
                  spec:
${SPEC.map((line) => `                    ${line}`).join('\n')}
${options.more ?? ''}`,
  )
  .join('\n')}
`;

const LOOP = `                  - name: each
                    template: each
                    withParam: "{{ $var.list }}"
                    arguments: {parameters: [{name: item, value: "{{item}}"}, {name: name, value: "loop"}]}`;
const EACH = (name: string) => `            - name: each
              inputs: {parameters: [{name: item}, {name: name}]}
              resource:
                action: apply
                successCondition: status.phase == ready
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata: {name: "${name}"}
                  spec: {item: "{{inputs.parameters.item}}"}`;

async function runOf(id: string) {
  const { rows } = await sql<{ id: string }>`select id from runs where subject = ${id} order by created_at desc limit 1`.execute(
    database.db,
  );
  return describeRun({ db: database.db, sealer: deps.sealer }, rows[0]?.id ?? '');
}

describe('secrets at rest', () => {
  it('are sealed whatever the plan makes of them, in manifests, gates, conditions, arguments, loops and outputs', async () => {
    const offered = await world.offer(plan({ task: LOOP, more: EACH('loop') }));
    const id = await world.create(offered, { parameters: { password: PASSWORD, pin: PIN, list: LIST } });
    await world.reach(id, 'RUNNING');
    const shown = cluster.find('Thing', 'one', (await world.reach(id, 'RUNNING')).namespace) as
      | { spec?: Record<string, unknown> }
      | undefined;
    expect(shown?.spec).toMatchObject({ whole: PASSWORD, number: Number(PIN), input: TOKEN.toLowerCase() });
    expect((await runOf(id))?.tasks.filter(({ task }) => task === 'each')).toHaveLength(3);
    await modifyInstance(deps, caller, { instanceId: id, parameters: { user: 'admin' } });
    await world.reach(id, 'RUNNING');
    expect(await found()).toEqual([]);
  });

  it('are sealed when a task fails and quotes them', async () => {
    const task = `                  - name: each
                    template: each
                    withParam: "{{ $var.password }}"
                    arguments: {parameters: [{name: item, value: "{{item}}"}]}`;
    const offered = await world.offer(plan({ task, more: EACH('loop').replace(', {name: name}', '') }));
    const id = await world.create(offered, { parameters: { password: PASSWORD, pin: PIN, list: LIST } });
    expect((await world.reach(id, 'FAILED')).statusMessage).toContain('made of a secret');
    expect(await found()).toEqual([]);
  });

  it('name no object: a name is read by whoever lists objects', async () => {
    const task = `                  - name: each
                    template: each
                    arguments: {parameters: [{name: item, value: x}, {name: name, value: "{{ $func.lower($var.password) }}"}]}`;
    const offered = await world.offer(plan({ task, more: EACH('x-{{inputs.parameters.name}}') }));
    const id = await world.create(offered, { parameters: { password: PASSWORD, pin: PIN, list: LIST } });
    expect((await world.reach(id, 'FAILED')).statusMessage).toContain('metadata.name is made of a secret');
    expect(await runOf(id)).toMatchObject({ phase: 'Failed', code: 'secret-identifier' });
    expect(await found()).toEqual([]);
  });
});
