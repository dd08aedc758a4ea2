/** The whole server on a disk that gets full: told by name, and everything goes on when there is room again. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ResponseError } from '@cellplane/api/client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readProcess } from '../packages/server/src/simulated/process.js';
import { groupState } from '../packages/server/src/exec/process-group.js';
import { offerPlan } from '../bench/offer.js';
import { type ServerUnderTest, startServerProcess } from './serve.testing.js';

const minimal = readFileSync(new URL('../packages/plan/src/fixtures/reference-minimal.yaml', import.meta.url), 'utf8');

/** A disk of its own needs root, and a system that lets it mount. */
function whyNot(): string | undefined {
  if (process.platform !== 'linux') return 'not on Linux';
  if (process.getuid?.() !== 0) return 'not as root';
  const probe = execFileSync('mktemp', ['-d', '/tmp/cellplane-mount-XXXXXX']).toString().trim();
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', probe], { stdio: 'pipe' });
    execFileSync('umount', [probe]);
    return undefined;
  } catch {
    return 'nothing may be mounted here';
  } finally {
    execFileSync('rmdir', [probe]);
  }
}

const reason = whyNot();

/** Processes whose command line or folder lies there. */
function processesIn(folder: string): string[] {
  return readdirSync('/proc').filter((name) => {
    if (!/^\d+$/.test(name)) return false;
    try {
      return readFileSync(`/proc/${name}/cmdline`, 'utf8').includes(folder) && !/\) Z /.test(readFileSync(`/proc/${name}/stat`, 'utf8'));
    } catch {
      return false;
    }
  });
}

describe.skipIf(reason !== undefined)(`a full disk${reason === undefined ? '' : ` (skipped: ${reason})`}`, () => {
  let root: string;
  let dataDir: string;
  let server: ServerUnderTest;
  beforeAll(async () => {
    root = await mkdtemp('/tmp/cellplane-full-');
    await chmod(root, 0o755);
    dataDir = join(root, 'data');
    await mkdir(dataDir);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=260m,mode=755', 'tmpfs', dataDir]);
    server = await startServerProcess({ CELLPLANE_DATA_DIR: dataDir, CELLPLANE_LOG_LEVEL: 'warn' });
  }, 300_000);
  afterAll(async () => {
    server.child.kill('SIGTERM');
    await server.ended;
    execFileSync('umount', ['-l', dataDir]);
    await rm(root, { recursive: true, force: true });
  });

  const fill = () => {
    const block = Buffer.alloc(1024 * 1024);
    for (let i = 0; ; i++) {
      try {
        writeFileSync(join(dataDir, `fill-${i}`), block);
      } catch {
        return;
      }
    }
  };

  const ready = async () => {
    const answer = await fetch(`${server.url}/readyz`);
    return { status: answer.status, ...((await answer.json()) as { ready: boolean; checks: Record<string, string> }) };
  };

  it('is told by name, leaves no process, and is over when there is room', { timeout: 600_000 }, async () => {
    const plan = await offerPlan(server.client, minimal);
    await plan.create(server.client);
    fill();
    expect(await ready()).toMatchObject({
      status: 503,
      ready: false,
      checks: { database: 'storage-full' },
    });
    // PostgreSQL has a little room of its own left.
    const refusal = async (): Promise<unknown> => {
      for (;;) {
        const refused = await plan.create(server.client).then(
          () => undefined,
          (error: unknown) => error,
        );
        if (refused !== undefined) return refused;
      }
    };
    const first = await refusal();
    expect(first).toBeInstanceOf(ResponseError);
    expect(first).toMatchObject({
      status: 503,
      body: { code: 'storage-full', temporary: true, message: expect.stringContaining('disk is full') },
    });
    // Reads go on, as far as PostgreSQL lives.
    const answers = await Promise.all(Array.from({ length: 20 }, () => refusal()));
    expect(answers.map((answer) => (answer as ResponseError).status)).toEqual(answers.map(() => 503));
    // The simulated cell dies meanwhile; what is started in its place and cannot be noted is not left.
    const cell = await readProcess(join(dataDir, 'simulated-cell'));
    if (cell === undefined) throw new Error('no simulated cell');
    process.kill(cell.group.pgid, 'SIGKILL');
    await expect.poll(() => groupState(cell.group), { timeout: 180_000 }).toBe('gone');

    for (const name of readdirSync(dataDir).filter((one) => one.startsWith('fill-'))) await rm(join(dataDir, name));
    await expect.poll(ready, { timeout: 180_000 }).toMatchObject({ status: 200, ready: true });
    const created = await plan.create(server.client);
    await expect
      .poll(async () => (await server.client.describeInstanceProgress({ params: { id: created } })).status, { timeout: 180_000 })
      .toBe('RUNNING');
    const cells = processesIn(join(dataDir, 'simulated-cell'));
    expect(cells).toHaveLength(1);

    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    expect(processesIn(dataDir)).toEqual([]);
  });
});
