import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine, type StubServer, testToken } from '../context.testing.js';

const execute = promisify(execFile);
let script: string;

beforeAll(async () => {
  script = join(await mkdtemp(join(tmpdir(), 'cellplane-completion-')), 'cellplane.bash');
  await writeFile(script, (await (await commandLine(() => undefined)).run('completion', 'bash')).out);
});

/** What bash offers for the last of these words. */
const offered = (...words: string[]) => offeredWith(process.env, ...words);

async function offeredWith(env: NodeJS.ProcessEnv, ...words: string[]): Promise<string[]> {
  const program = '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cellplane; printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout } = await execute('bash', ['-c', program, 'bash', script, 'cellplane', ...words], { env });
  return stdout.split('\n').filter((word) => word !== '');
}

describe('completion in bash', () => {
  it('offers commands, their commands, options and choices', async () => {
    expect(await offered('ins')).toEqual(['instance']);
    expect(await offered('instance', 'breakpoint', '')).toEqual(expect.arrayContaining(['list', 'add', 'resume']));
    expect(await offered('instance', 'create', '--wa')).toEqual(['--wait']);
    expect(await offered('instance', 'list', '-o', 'j')).toEqual(['json']);
    expect(await offered('completion', '')).toEqual(expect.arrayContaining(['bash', 'zsh', 'fish']));
  });

  it('passes over options and their values, and leaves files to the shell', async () => {
    expect(await offered('--server', 'instance', 'workflow', 'sho')).toEqual(['show']);
    expect(await offered('check', '-f', '')).toEqual([]);
  });
});

describe.each(['bash', 'zsh', 'fish'])('the script of %s', (shell) => {
  it('has every command, and what hurts no shell', async () => {
    const { code, out } = await (await commandLine(() => undefined)).run('completion', shell);
    expect(code).toBe(0);
    for (const path of ['cellplane instance create', 'cellplane workflow show', 'cellplane secret set']) expect(out).toContain(path);
    // Words that a shell would run or expand stand between single quotes, of which there is an even number in every line.
    for (const line of out.split('\n')) expect(line.split("'").length % 2, line).toBe(1);
  });
});

it('says which shells there are', async () => {
  expect(await (await commandLine(() => undefined)).run('completion', 'tcsh')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/bash, zsh, fish/),
  });
});

describe('names that are there', () => {
  const services = [
    {
      id: 's-1',
      name: 'Postgres Operator',
      serviceEnvironments: [
        { id: 'se-1', name: 'Dev', type: 'DEV', servicePlans: [{ productTierID: 'pt-1', name: 'Small plan' }] },
        { id: 'se-2', name: 'Prod', type: 'PROD', servicePlans: [{ productTierID: 'pt-2', name: 'Large $(touch /tmp/x)' }] },
      ],
    },
    { id: 's-2', name: 'Redis\u001b[31m\nX', serviceEnvironments: [] },
  ];
  const signedInLine = async (answer: StubServer) => {
    const line = await commandLine(answer);
    await line.context.sessions.write('http://127.0.0.1:8080', { email: 'a@example.com', token: testToken(3_600), refreshToken: 'r' });
    return line;
  };
  const catalog: StubServer = ({ path }) => (path === '/service' ? { body: { ids: [], services } } : undefined);
  const names = async (...args: string[]) => {
    const { out } = await (await signedInLine(catalog)).run('completion', 'names', ...args);
    return out.split('\n').filter((one) => one !== '');
  };

  it('are asked of the server, as far as the line says which', async () => {
    expect(await names('service')).toEqual(['Postgres Operator\ts-1', 'Redis [31m X\ts-2']);
    expect(await names('service-id')).toEqual(['s-1\tPostgres Operator', 's-2\tRedis [31m X']);
    expect(await names('environment', '--', 'instance', 'create', '--environment', '')).toEqual(['Dev\tDEV', 'Prod\tPROD']);
    const line = ['instance', 'create', '--service', 'postgres operator', '--environment=Prod', '--plan', ''];
    expect(await names('plan', '--', ...line)).toEqual(['Large $(touch /tmp/x)\tpt-2']);
  });

  it('are none where nobody is signed in, and the script is told why', async () => {
    const answer = await (await commandLine(catalog)).run('completion', 'names', 'service');
    expect(answer).toMatchObject({ code: 1, out: '', err: expect.stringContaining('not signed in') });
    expect(await (await signedInLine(() => undefined)).run('completion', 'names', 'service')).toMatchObject({ code: 1, out: '' });
    expect(await (await signedInLine(catalog)).run('completion', 'names', 'secret')).toMatchObject({ code: 1 });
  });

  it('are profiles of this machine', async () => {
    const line = await commandLine(() => undefined);
    await line.run('profile', 'add', 'prod', '--server', 'https://prod.example');
    expect((await line.run('completion', 'names', 'profile')).out).toBe('prod\thttps://prod.example\n');
  });

  it('are offered in bash as they have to be typed, and never run', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cellplane-names-'));
    const asked = join(folder, 'asked');
    const command = `#!/bin/sh\nprintf '%s\\n' "$@" > '${asked}'\nprintf 'Small plan\\tpt-1\\nLarge $(touch ${folder}/ran) \`id\`\\tpt-2\\n'\n`;
    await writeFile(join(folder, 'cellplane'), command, { mode: 0o755 });
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH']}` };
    const words = ['instance', 'create', '--service', 'Postgres Operator', '--plan'];
    expect(await offeredWith(env, ...words, 'Sm')).toEqual(['Small\\ plan']);
    expect((await readFile(asked, 'utf8')).split('\n')).toEqual(['completion', 'names', 'plan', '--', ...words, 'Sm', '']);
    expect(await offeredWith(env, ...words, 'La')).toEqual([`Large\\ \\$\\(touch\\ ${folder}/ran\\)\\ \\\`id\\\``]);
    expect(await offeredWith(env, 'instance', 'describe', 'Sm')).toEqual(['Small\\ plan']);
    expect((await readdir(folder)).toSorted()).toEqual(['asked', 'cellplane']);
  });
});
