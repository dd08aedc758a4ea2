import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../bin/cellplane.mjs', import.meta.url));

// The built program, as npm start runs it.
describe('the start command', () => {
  let dataDir = '';
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cellplane-start-'));
    await chmod(dataDir, 0o711);
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const start = (env: Record<string, string> = {}) =>
    run(process.execPath, [command, 'start', '--once'], {
      env: { ...process.env, CELLPLANE_DATA_DIR: dataDir, CELLPLANE_PORT: '0', DATABASE_URL: '', CELLPLANE_KUBECONFIG: '', ...env },
      timeout: 90_000,
    });

  it('takes the example plan to a RUNNING instance, and a second start finds it', { timeout: 180_000 }, async () => {
    const first = await start();
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/✓ Plan "Postgres Operator" built: version 1\.0\n/);
    expect(first.stdout).toMatch(/✓ Operator charts/);
    expect(first.stdout).toMatch(/… status\.phase == Cluster in healthy state \(is /);
    const id = /Instance (instance-[a-z0-9]{9}) is RUNNING after/.exec(first.stdout)?.[1];
    expect(id).toBeDefined();
    expect(first.stdout).toMatch(/writer {2}\S+:5432\n {2}reader {2}reader-\S+:5432/);

    // The server is about to end: nothing is offered that needs it.
    expect(first.stdout).toContain('The server stops now');
    expect(first.stdout).not.toContain('Look around');

    const second = await start();
    expect(second.stdout).toMatch(/version 1\.0 \(unchanged\)/);
    expect(second.stdout).toContain(`Instance ${id} is there from an earlier start`);
    expect(second.stdout).toContain(`Instance ${id} is RUNNING`);
  });

  it('keeps the sign-in for the next start where only its owner reads it', async () => {
    const file = join(dataDir, 'provider-sign-in.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(Object.keys(JSON.parse(await readFile(file, 'utf8')) as object)).toEqual(['email', 'password']);
  });

  it('stops its server when the terminal is closed', { timeout: 90_000 }, async () => {
    const child = spawn(process.execPath, [command, 'start'], {
      env: { ...process.env, CELLPLANE_DATA_DIR: dataDir, CELLPLANE_PORT: '0', DATABASE_URL: '', CELLPLANE_KUBECONFIG: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.includes('Ctrl-C stops it')) break;
    }
    const ended = once(child, 'exit');
    child.kill('SIGHUP');
    expect(await ended).toEqual([0, null]);
    const url = /Server {8}(http:\S+)/.exec(text)?.[1];
    await expect(fetch(`${url}/readyz`)).rejects.toThrow('fetch failed');
  });

  it('says in the server’s words why it cannot start', async () => {
    await expect(start({ DATABASE_URL: 'mysql://localhost/x' })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('DATABASE_URL must look like') as string,
    });
  });

  it('ends when its server does, and passes on the reason', { timeout: 60_000 }, async () => {
    await expect(start({ CELLPLANE_KUBECONFIG: join(dataDir, 'none') })).rejects.toMatchObject({
      code: 1,
      killed: false,
      stderr: expect.stringMatching(/The server ended \(exit code 1\)[\s\S]*CELLPLANE_KUBECONFIG/) as string,
    });
  });

  it('sends no password to another program that listens on its port', { timeout: 60_000 }, async () => {
    const asked: string[] = [];
    const other = createServer((request, response) => {
      asked.push(request.url ?? '');
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as { port: number };
    await expect(start({ CELLPLANE_HOST: '127.0.0.1', CELLPLANE_PORT: String(port) })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining(`Port ${port} on 127.0.0.1 is in use`) as string,
    });
    expect(asked).toEqual([]);
    other.close();
  });
});
