import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createClient } from '@cellplane/api';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';

const run = promisify(execFile);
const command = fileURLToPath(new URL('../../bin/cellplane.mjs', import.meta.url));

const environment = (folder: string): NodeJS.ProcessEnv => ({
  ...process.env,
  CELLPLANE_DATA_DIR: folder,
  CELLPLANE_PORT: '0',
  DATABASE_URL: '',
  CELLPLANE_KUBECONFIG: '',
});

async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cellplane-start-'));
  await chmod(folder, 0o711);
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Processes that work for a data directory: by their command line, or by their environment. */
async function leftOf(folder: string): Promise<{ pid: number; text: string }[]> {
  const { stdout } = await run('ps', ['axeww', '-o', 'pid=,stat=,args='], { maxBuffer: 64 * 1024 * 1024 });
  return stdout
    .split('\n')
    .map((line) => /^ *(\d+) (\S+) +(.*)$/.exec(line))
    .filter((match) => match !== null && !match[2]?.startsWith('Z') && match[3]?.includes(folder) && Number(match[1]) !== process.pid)
    .map((match) => ({ pid: Number(match?.[1]), text: match?.[3]?.split(/ [A-Z_a-z]+=/)[0] ?? '' }));
}

// The built program, as npm start runs it.
describe('the start command', () => {
  let dataDir = '';
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'cellplane-start-'));
    await chmod(dataDir, 0o711);
  });
  afterAll(() => rm(dataDir, { recursive: true, force: true }));

  const start = (env: Record<string, string> = {}) =>
    run(process.execPath, [command, 'start', '--once'], { env: { ...environment(dataDir), ...env }, timeout: 240_000 });
  const kubeconfigOf = async (server: string) => {
    const file = join(dataDir, 'kubeconfig');
    await writeFile(
      file,
      `apiVersion: v1\nkind: Config\ncurrent-context: there\nclusters: [{ name: c, cluster: { server: "${server}" } }]\ncontexts: [{ name: there, context: { cluster: c } }]\n`,
    );
    return file;
  };

  it('takes the example plan to a RUNNING instance, and a second start finds it', { timeout: 600_000 }, async () => {
    const first = await start();
    expect(first.stderr).toBe('');
    expect(first.stdout).toMatch(/✓ Plan "Postgres Operator" built: version 1\.0\n/);
    expect(first.stdout).toContain('✓ Customers Acme (ada@acme.example) and Globex (bo@globex.example)');
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

  it('keeps the sign-ins for the next start where only their owner reads them', async () => {
    const file = join(dataDir, 'provider-sign-in.json');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const kept = JSON.parse(await readFile(file, 'utf8')) as { customers: object[] };
    expect(Object.keys(kept)).toEqual(['email', 'password', 'customers']);
    expect(kept.customers).toEqual([
      { email: 'ada@acme.example', password: expect.stringMatching(/^.{16}$/) as string },
      { email: 'bo@globex.example', password: expect.stringMatching(/^.{16}$/) as string },
    ]);
  });

  it('offers a line that shows tenancy, and stops its server when the terminal is closed', { timeout: 300_000 }, async () => {
    const child = spawn(process.execPath, [command, 'start'], {
      env: { ...process.env, CELLPLANE_DATA_DIR: dataDir, CELLPLANE_PORT: '0', DATABASE_URL: '', CELLPLANE_KUBECONFIG: '' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let text = '';
    for await (const chunk of child.stdout) {
      text += String(chunk);
      if (text.includes('Ctrl-C stops it')) break;
    }
    const id = /Acme sees its instance (instance-[a-z0-9]{9})/.exec(text)?.[1] ?? '';
    const line = /Tenancy: +(npx .*)/.exec(text)?.[1] ?? '';
    const home = await freshFolder();
    const pasted = (words: string) =>
      run('sh', ['-ec', words.replaceAll('npx cellplane', `"${process.execPath}" "${command}"`)], { env: { ...process.env, HOME: home } });
    expect(line).toContain('bo@globex.example');
    expect((await pasted(line)).stdout).not.toContain(id);
    const { customers } = JSON.parse(await readFile(join(dataDir, 'provider-sign-in.json'), 'utf8')) as {
      customers: { email: string; password: string }[];
    };
    const [ada = { email: '', password: '' }, bo = ada] = customers;
    expect((await pasted(line.replace(bo.email, ada.email).replace(bo.password, ada.password))).stdout).toContain(id);

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

  it('names a cluster that does not answer before it starts anything', { timeout: 180_000 }, async () => {
    const kubeconfig = await kubeconfigOf('https://127.0.0.1:1');
    await expect(start({ CELLPLANE_KUBECONFIG: kubeconfig })).rejects.toMatchObject({
      code: 1,
      stdout: '\nCellplane\n\n',
      stderr: expect.stringMatching(/The cluster does not answer: context there, server https:\/\/127\.0\.0\.1:1: /) as string,
    });
  });

  it('changes no cluster unasked', { timeout: 180_000 }, async () => {
    const cluster = createServer((_, response) =>
      response.setHeader('content-type', 'application/json').end('{"gitVersion":"v1.34.2"}'),
    ).listen(0, '127.0.0.1');
    await once(cluster, 'listening');
    const server = `http://127.0.0.1:${(cluster.address() as { port: number }).port}`;
    await expect(start({ CELLPLANE_KUBECONFIG: await kubeconfigOf(server) })).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        new RegExp(`This would change a cluster: context there, server ${server} \\(Kubernetes v1\\.34\\.2\\)[^]*--yes`),
      ) as string,
    });
    cluster.close();
  });

  it('is stopped by one signal at any time of its start, and leaves nothing running', { timeout: 600_000 }, async () => {
    const folder = await freshFolder();
    for (const moment of ['postgres', 'simulated-cell/process.json', 'log/server.log']) {
      const child = spawn(process.execPath, [command, 'start'], { env: environment(folder), stdio: 'ignore' });
      const ended = once(child, 'exit');
      await expect.poll(() => exists(join(folder, moment)), { timeout: 240_000, interval: 5 }).toBe(true);
      child.kill('SIGINT');
      expect(await ended).toEqual([130, null]);
      await expect.poll(() => leftOf(folder), { message: moment, timeout: 60_000, interval: 200 }).toEqual([]);
      await rm(folder, { recursive: true, force: true });
      await mkdir(folder, { mode: 0o711 });
    }
  });

  it('leaves nothing running when it is killed, or its server is', { timeout: 600_000 }, async () => {
    const folder = await freshFolder();
    const killed = spawn(process.execPath, [command, 'start'], { env: environment(folder), stdio: 'ignore' });
    const log = join(folder, 'log/server.log');
    const ready = () =>
      readFile(log, 'utf8').then(
        (text) => text.split('"msg":"ready"').length - 1,
        () => 0,
      );
    await expect.poll(ready, { timeout: 240_000 }).toBe(1);
    killed.kill('SIGKILL');
    await expect.poll(() => leftOf(folder), { timeout: 240_000, interval: 200 }).toEqual([]);

    const orphan = spawn(process.execPath, [command, 'start'], { env: environment(folder), stdio: ['ignore', 'ignore', 'pipe'] });
    // And all that it has said is read.
    const ended = once(orphan, 'close');
    let words = '';
    orphan.stderr.on('data', (chunk: Buffer) => (words += chunk.toString()));
    await expect.poll(ready, { timeout: 240_000 }).toBe(2);
    for (const { pid } of (await leftOf(folder)).filter(({ text }) => text.endsWith('cellplane.mjs serve'))) process.kill(pid, 'SIGKILL');
    expect(await ended).toEqual([1, null]);
    expect(words).toContain('The server ended (SIGKILL)');
    await expect.poll(() => leftOf(folder), { timeout: 60_000, interval: 200 }).toEqual([]);
  });

  // `ps` shows the environment of a process of ours as everybody of this account sees it.
  it('gives its server the secrets over a channel, not in its environment', { timeout: 300_000 }, async () => {
    const folder = await freshFolder();
    const masterKey = randomBytes(32).toString('base64');
    const child = spawn(process.execPath, [command, 'start'], {
      env: {
        ...environment(folder),
        CELLPLANE_MASTER_KEY: masterKey,
        CELLPLANE_PROVIDER_EMAIL: 'p@example.com',
        CELLPLANE_PROVIDER_PASSWORD: 'a long word',
      },
      stdio: 'ignore',
    });
    const ended = once(child, 'exit');
    const log = join(folder, 'log/server.log');
    await expect.poll(() => readFile(log, 'utf8').catch(() => ''), { timeout: 240_000 }).toContain('"msg":"ready"');
    const { stdout } = await run('ps', ['axeww', '-o', 'pid=,args='], { maxBuffer: 64 * 1024 * 1024 });
    const ours = stdout.split('\n').filter((line) => line.includes(folder) && Number.parseInt(line, 10) !== child.pid);
    expect(ours.some((line) => line.includes('cellplane.mjs serve'))).toBe(true);
    for (const line of ours) expect(line).not.toMatch(/a long word|CELLPLANE_MASTER_KEY|CELLPLANE_PROVIDER_PASSWORD|DATABASE_URL=/);
    // The server has got them all the same: it made no key of its own.
    expect(await exists(join(folder, 'master.key'))).toBe(false);
    child.kill('SIGINT');
    await ended;
  });

  it('takes up again what failed at an earlier start', { timeout: 600_000 }, async () => {
    const folder = await freshFolder();
    // A server that does no work leaves time to end the create's run.
    const idle = spawn(process.execPath, [command, 'start'], {
      env: { ...environment(folder), CELLPLANE_WORK: 'off' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const gone = once(idle, 'exit');
    let text = '';
    for await (const chunk of idle.stdout) {
      text += String(chunk);
      if (text.includes('is being created')) break;
    }
    const log = await readFile(join(folder, 'log/server.log'), 'utf8');
    const url = /"url":"([^"]+)"[^\n]*"msg":"ready"/.exec(log)?.[1] ?? '';
    let token = '';
    const client = createClient({ baseUrl: url, token: () => token });
    const signIn = JSON.parse(await readFile(join(folder, 'provider-sign-in.json'), 'utf8')) as { email: string; password: string };
    token = (await client.signin({ body: signIn })).jwtToken;
    const { resourceInstanceResults } = await client.searchInventory({ body: { query: 'resourceinstance:i' } });
    const [instance] = resourceInstanceResults ?? [];
    const { id, serviceId, serviceEnvironmentId } = instance ?? { id: '', serviceId: '', serviceEnvironmentId: '' };
    const { run: created } = await client.describeInstanceProgress({ params: { id } });
    await client.terminateWorkflow({ params: { serviceId, environmentId: serviceEnvironmentId, id: created?.id ?? '' } });
    idle.kill('SIGTERM');
    await gone;

    const repaired = await run(process.execPath, [command, 'start', '--once'], { env: environment(folder) });
    expect(repaired.stdout).toContain('✗ create failed then: create was terminated');
    expect(repaired.stdout).toContain('▸ create is retried');
    expect(repaired.stdout).toContain(`Instance ${id} is RUNNING`);
  });

  it('sends no password to another program that listens on its port', { timeout: 180_000 }, async () => {
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
