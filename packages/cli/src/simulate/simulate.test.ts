import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
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

const simulate = (...args: string[]) =>
  run(process.execPath, [command, 'simulate', '-f', example, ...args], { env: { ...process.env, TMPDIR: folder }, timeout: 110_000 });

it('takes a plan of an unknown operator through all its operations, says that it is simulated, and leaves nothing', async () => {
  const { stdout } = await simulate('--all', '--param', 'replicas=3');
  expect(stdout).toMatch(/! Simulated: no cluster/);
  expect(stdout).toMatch(/… status\.readyReplicas == 3 \(not there yet\)/);
  expect(stdout).toMatch(/▸ modify replicas=4\n[^]*… status\.readyReplicas == 4 \(is 3\)/);
  for (const end of ['create: RUNNING', 'modify: RUNNING', 'restart: RUNNING', 'stop: STOPPED', 'start: RUNNING', 'delete: DELETED'])
    expect(stdout).toMatch(new RegExp(`✓ ${end} after .*, simulated`));
  expect(stdout).toContain('Warning: simulated: no operator of Cache of cache.example.com/v1');
  expect(await readdir(folder)).toEqual([]);
}, 120_000);

it('shows how a plan fails where its operator does, and exits 1', async () => {
  const { code, stdout, stderr } = (await simulate('--operators', 'fail').catch((error: unknown) => error)) as {
    code: number;
    stdout: string;
    stderr: string;
  };
  expect(code).toBe(1);
  expect(stdout).toMatch(/✗ create: FAILED after/);
  expect(stdout).toContain("failure condition 'status.phase == Failed' evaluated true");
  expect(stderr).toContain('did not succeed');
}, 120_000);

it('takes what such operators do from the environment, too, and refuses what they cannot do before it begins', async () => {
  const env = { ...process.env, TMPDIR: folder, CELLPLANE_SIMULATED_OPERATORS: 'dance' };
  const { code, stdout, stderr } = (await run(process.execPath, [command, 'simulate', '-f', example], { env, timeout: 110_000 }).catch(
    (error: unknown) => error,
  )) as { code: number; stdout: string; stderr: string };
  expect([code, stdout]).toEqual([1, '']);
  expect(stderr).toMatch(/'dance' from env 'CELLPLANE_SIMULATED_OPERATORS' is invalid[^]*succeed, fail, hang/);
}, 120_000);
