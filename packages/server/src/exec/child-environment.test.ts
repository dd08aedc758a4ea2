import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { SIGN_IN, type ServerUnderTest, startServerProcess } from '../../../../e2e/serve.testing.js';
import { childEnvironment, pluginEnvironment, SECRET_VARIABLES, serverEnvironment } from './child-environment.js';
import { runCommand } from './child-process.js';

const OWN = {
  PATH: '/bin',
  HOME: '/home/x',
  HTTPS_PROXY: 'http://proxy:3128',
  AWS_PROFILE: 'prod',
  AWS_SECRET_ACCESS_KEY: 'a',
  CELLPLANE_PROVIDER_PASSWORD: 'secret',
  CELLPLANE_MASTER_KEY: 'secret',
  CELLPLANE_PORT: '1',
  DATABASE_URL: 'postgresql://u:secret@h/d',
  PGPASSWORD: 'secret',
  PGSSLMODE: 'require',
  SOME_TOKEN: 'secret',
  NODE_OPTIONS: '--import=x',
  LD_PRELOAD: 'x.so',
  UNSET: undefined,
};

describe('the environment of children', () => {
  it('holds what every child needs, and what this one needs', () => {
    expect(childEnvironment({ LC_ALL: 'C' }, OWN)).toEqual({
      PATH: '/bin',
      LANG: 'C.UTF-8',
      HTTPS_PROXY: 'http://proxy:3128',
      LC_ALL: 'C',
    });
    expect(childEnvironment({}, {})).toEqual({ PATH: '/usr/local/bin:/usr/bin:/bin', LANG: 'C.UTF-8' });
  });

  it('lets credential plugins sign in to their cloud', () => {
    expect(pluginEnvironment(OWN)).toEqual({
      PATH: '/bin',
      LANG: 'C.UTF-8',
      HTTPS_PROXY: 'http://proxy:3128',
      HOME: '/home/x',
      AWS_PROFILE: 'prod',
      AWS_SECRET_ACCESS_KEY: 'a',
    });
  });

  it('takes the secrets out of that of a server', () => {
    const { environment, secrets } = serverEnvironment(OWN);
    expect(Object.keys(secrets).toSorted()).toEqual([...SECRET_VARIABLES].toSorted());
    expect(environment).toMatchObject({ CELLPLANE_PORT: '1', SOME_TOKEN: 'secret' });
    expect(Object.keys(environment).filter((name) => name in secrets)).toEqual([]);
  });

  it('is what a program gets', async () => {
    process.env['CELLPLANE_MASTER_KEY'] = 'not for children';
    try {
      const { stdout } = await runCommand({ program: 'env', args: [], env: { X: 'x' }, cwd: '/', timeoutMs: 10_000, ifMissing: '' });
      const names = stdout
        .trim()
        .split('\n')
        .map((line) => line.split('=')[0]);
      expect(names).toEqual(expect.arrayContaining(['PATH', 'LANG', 'X']));
      expect(names).not.toContain('CELLPLANE_MASTER_KEY');
    } finally {
      delete process.env['CELLPLANE_MASTER_KEY'];
    }
  });
});

// /proc is Linux's.
describe.runIf(process.platform === 'linux')('the children of a running server', () => {
  const servers: ServerUnderTest[] = [];
  const folders: string[] = [];
  afterAll(async () => {
    for (const { child, ended } of servers) {
      child.kill('SIGTERM');
      await ended;
    }
    for (const folder of folders) await rm(folder, { recursive: true, force: true });
  });

  it('have no secret in their environment or on their command line', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cellplane-children-'));
    folders.push(folder);
    const masterKey = Buffer.alloc(32, 7).toString('base64');
    const server = await startServerProcess({
      CELLPLANE_DATA_DIR: folder,
      CELLPLANE_MASTER_KEY: masterKey,
      PGPASSWORD: 'pg-secret-word',
      SOME_TOKEN: 'some-secret-word',
    });
    servers.push(server);
    // Children of their own sessions go on being children of the server.
    const seen = await Promise.all((await descendants(server.child.pid ?? 0)).map(describeProcess));
    const programs = seen.map(({ command }) => command);
    expect(programs.some((command) => command.includes('/simulated-cell'))).toBe(true);
    expect(programs.some((command) => /postgres/.test(command))).toBe(true);
    for (const { environment, command } of seen)
      for (const secret of [SIGN_IN.password, masterKey, 'pg-secret-word', 'some-secret-word', 'CELLPLANE_'])
        expect({ command, hasSecret: environment.includes(secret) || command.includes(secret) }).toEqual({ command, hasSecret: false });
  });
});

interface Seen {
  environment: string;
  command: string;
}

async function describeProcess(pid: number): Promise<Seen> {
  const [environment = '', command = ''] = await Promise.all(
    ['environ', 'cmdline'].map(async (file) => (await readFile(`/proc/${pid}/${file}`, 'utf8')).replaceAll('\0', ' ')),
  );
  return { environment, command };
}

async function descendants(root: number): Promise<number[]> {
  const parents = new Map<number, number>();
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
    parents.set(Number(name), Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]));
  }
  const below = (pid: number): number[] =>
    [...parents].filter(([, parent]) => parent === pid).flatMap(([child]) => [child, ...below(child)]);
  return below(root);
}
