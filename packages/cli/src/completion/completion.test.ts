import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandLine } from '../context.testing.js';

const execute = promisify(execFile);
let script: string;

beforeAll(async () => {
  script = join(await mkdtemp(join(tmpdir(), 'cellplane-completion-')), 'cellplane.bash');
  await writeFile(script, (await (await commandLine(() => undefined)).run('completion', 'bash')).out);
});

/** What bash offers for the last of these words. */
async function offered(...words: string[]): Promise<string[]> {
  const program = '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _cellplane; printf "%s\\n" "${COMPREPLY[@]}"';
  const { stdout } = await execute('bash', ['-c', program, 'bash', script, 'cellplane', ...words]);
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
