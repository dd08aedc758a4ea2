import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../bin/cellplane.mjs', import.meta.url));
const example = fileURLToPath(new URL('../../../../examples/redis-like/spec.yaml', import.meta.url));

// The built program, with an operator that nobody has written. Its folders go where this test can look for what is left.
let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cellplane-simulate-test-'));
  await chmod(folder, 0o711);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const simulate = (...args: string[]) => simulateFile(example, ...args);
// A step of a busy machine takes longer than the minute that is given to it otherwise.
const patient = (args: string[]) => (args.includes('--task-timeout') ? args : ['--task-timeout', '4m', ...args]);
const simulateFile = (file: string, ...args: string[]) =>
  run(process.execPath, [command, 'simulate', '-f', file, ...patient(args)], { env: { ...process.env, TMPDIR: folder }, timeout: 290_000 });

interface Failed {
  code: number;
  stdout: string;
  stderr: string;
}

/** A plan for the customer's own account, of an operator that makes a Secret, holds its objects by a finalizer and reports two numbers. */
const hard = (gate = 'status.phase == Ready && status.done == status.all') => `
name: Hard
deployment: {byoaDeployment: {awsAccountId: "000000000000", awsBootstrapRoleAccountArn: "arn:aws:iam::000000000000:role/omnistrate-bootstrap-role"}}
services:
  - name: DB
    apiParameters:
      - {key: size, type: String, required: true, regex: "[1-9][0-9]*Gi", modifiable: true}
    systemWorkflows:
      create: &create
        outputParameters: {user: $tasks.secret.resource.data.user, host: $tasks.db.resource.status.host}
        workflow:
          entrypoint: main
          arguments: {parameters: [{name: size, value: "{{ $var.size }}"}]}
          templates:
            - {name: main, dag: {tasks: [{name: db, template: db}, {name: secret, template: secret, dependencies: [db]}]}}
            - name: db
              resource:
                action: apply
                successCondition: ${gate}
                manifest: |
                  apiVersion: db.example.com/v1
                  kind: Database
                  metadata: {name: db, finalizers: [db.example.com/keep]}
                  spec: {size: "{{workflow.parameters.size}}"}
            - name: secret
              resource: {action: get, successCondition: data.password, manifest: "{apiVersion: v1, kind: Secret, metadata: {name: db-app}}"}
      modify: *create
      delete:
        workflow:
          entrypoint: main
          templates: [{name: main, resource: {action: delete, manifest: "{apiVersion: db.example.com/v1, kind: Database, metadata: {name: db}}"}}]
    customWorkflows:
      - verb: move
        displayName: Move
        apiParameters: [{key: to, displayName: To, description: Where to, type: String, required: true, options: [here, there]}]
        workflow:
          entrypoint: main
          arguments: {parameters: [{name: to, value: "{{ $var.to }}"}]}
          templates:
            - {name: main, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: moved}, data: {to: '{{workflow.parameters.to}}'}}"}}
`;

it('takes a plan of an unknown operator through all its operations, says that it is simulated, and leaves nothing', async () => {
  const { stdout } = await simulate('--all', '--param', 'replicas=3');
  expect(stdout).toMatch(/! Simulated: no cluster/);
  expect(stdout).toMatch(/… status\.readyReplicas == 3 \(not there yet\)/);
  expect(stdout).toMatch(/▸ modify replicas=4\n[^]*… status\.readyReplicas == 4 \(is 3\)/);
  for (const end of ['create: RUNNING', 'modify: RUNNING', 'restart: RUNNING', 'stop: STOPPED', 'start: RUNNING', 'delete: DELETED'])
    expect(stdout).toMatch(new RegExp(`✓ ${end} after .*, simulated`));
  expect(stdout).toContain('! no operator of Cache of cache.example.com/v1');
  expect(stdout).toMatch(
    /✓ Verdict: in the simulation the plan works: create, .*delete succeeded\.\n {4}not run: .*: the plan has no such workflow/,
  );
  expect(await readdir(folder)).toEqual([]);
}, 300_000);

it('shows how a plan fails where its operator does, and exits 1', async () => {
  const { code, stdout, stderr } = (await simulate('--operators', 'fail').catch((error: unknown) => error)) as Failed;
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ create: FAILED after/);
  expect(stdout).toContain("failure condition 'status.phase == Failed' evaluated true");
  expect(stderr).toContain('did not succeed');
}, 300_000);

it('takes what such operators do from the environment, too, and refuses what they cannot do before it begins', async () => {
  const env = { ...process.env, TMPDIR: folder, CELLPLANE_SIMULATED_OPERATORS: 'dance' };
  const { code, stdout, stderr } = (await run(process.execPath, [command, 'simulate', '-f', example], { env, timeout: 290_000 }).catch(
    (error: unknown) => error,
  )) as { code: number; stdout: string; stderr: string };
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/'dance' from env 'CELLPLANE_SIMULATED_OPERATORS' is invalid[^]*succeed, fail, hang/);
}, 300_000);

it('makes up what only the operator or the customer would give, tells it, and tries custom workflows, two simulations at a time', async () => {
  const file = join(folder, 'hard.yaml');
  await writeFile(file, hard());
  const [first, second] = await Promise.all([simulateFile(file, '--all'), simulateFile(file, '--param', 'size=5Gi')]);
  const { stdout } = first;
  for (const words of [
    '! The plan deploys into the account of each customer (BYOA): simulated',
    '! size=1Gi is made up: it is required and has no default. Your own: --param size=<value>',
    '▸ move to=here',
    '✓ move: RUNNING',
    '✓ delete: DELETED',
    '✓ Verdict: in the simulation the plan works: create, move, modify, delete succeeded.',
    'note: outside a simulation no instance of a plan of the deployment model BYOA can be created yet',
    'made up: Secret db-app: only the real operator would make it',
    'made up: the end of finalizer db.example.com/keep on Database db: only the real operator would take it away',
  ])
    expect(stdout).toContain(words);
  expect(second.stdout).toContain('✓ create: RUNNING');
  expect(second.stdout).not.toContain('size=1Gi');
  await rm(file);
  expect(await readdir(folder)).toEqual([]);
}, 600_000);

it('ends with a verdict where nothing in the plan notices a failure, and where a step takes too long', async () => {
  const file = join(folder, 'never.yaml');
  await writeFile(file, hard('status.phase == Ready'));
  const [failing, hanging] = (await Promise.all(
    [
      ['--operators', 'fail'],
      ['--operators', 'hang', '--task-timeout', '10s', '--all'],
    ].map((args) => simulateFile(file, ...args).catch((error: unknown) => error)),
  )) as [Failed, Failed];
  expect([failing.code, hanging.code]).toEqual([1, 1]);
  expect(failing.stdout).toMatch(
    /✗ create: given up after .*task "db" \(apply Database db\) has no failureCondition: its operator failed, as asked/,
  );
  expect(hanging.stdout).toMatch(
    /✗ create: given up .*has taken \d\d s, the simulation's limit: it waits for status\.phase == Ready .*Its operator hangs, as asked/,
  );
  expect(hanging.stdout).toMatch(/✗ Verdict: create failed\.\n/);
  expect(hanging.stdout).toMatch(/not run: .*modify.*: the operation before was given up while it ran/);
  await rm(file);
}, 600_000);
