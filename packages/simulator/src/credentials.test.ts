import { chmod, mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readCredentials } from './credentials.js';

const root = await mkdtemp('/tmp/cellplane-credentials-');
afterAll(() => rm(root, { recursive: true, force: true }));
let number = 0;

async function folder(): Promise<{ dir: string; path: string }> {
  const dir = join(root, `cell-${number++}`);
  await mkdir(dir);
  return { dir, path: join(dir, 'credentials.json') };
}

describe('readCredentials', () => {
  it('keeps what it has made', async () => {
    const { dir, path } = await folder();
    const made = await readCredentials(dir, '127.0.0.1', Date.now());
    expect(await readCredentials(dir, '127.0.0.1', Date.now())).toEqual(made);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it.each([
    ['empty', ''],
    ['torn', '{"token":"abcdefgh'],
    ['of another form', '[1,2]'],
    ['null', 'null'],
    ['without a token', '{"token":5,"key":"k","certificate":"c"}'],
    ['binary', '\u0000\u0001\ufffd'],
    ['huge', `"${'x'.repeat(2_000_000)}"`],
  ])('makes new ones where the file is %s, and says so', async (_, text) => {
    const { dir, path } = await folder();
    await writeFile(path, text, { mode: 0o600 });
    const said: string[] = [];
    const made = await readCredentials(dir, '127.0.0.1', Date.now(), (message) => said.push(message));
    expect(made.token.length).toBeGreaterThan(20);
    expect(said).toEqual([expect.stringContaining(path)]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual(made);
  });

  it('makes new ones where everybody could read the old', async () => {
    const { dir, path } = await folder();
    const old = await readCredentials(dir, '127.0.0.1', Date.now());
    await chmod(path, 0o644);
    expect((await readCredentials(dir, '127.0.0.1', Date.now())).token).not.toBe(old.token);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('names a directory in its place, with the cure', async () => {
    const { dir, path } = await folder();
    await mkdir(path);
    await expect(readCredentials(dir, '127.0.0.1', Date.now())).rejects.toThrow(
      `${path} is a directory where a file is expected. Remove it.`,
    );
  });
});
