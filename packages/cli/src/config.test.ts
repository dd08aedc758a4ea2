import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { sessionFile } from './config.js';
import { CommandFailure } from './failure.js';
import { startCredentials } from './start/credentials.js';

const root = await mkdtemp(join(tmpdir(), 'cellplane-config-'));
afterAll(() => rm(root, { recursive: true, force: true }));
let number = 0;
const session = { email: 'a@example.com', token: 't', refreshToken: 'r' };

async function home(): Promise<{ dir: string; path: string }> {
  const dir = join(root, String(number++));
  await mkdir(join(dir, '.cellplane'), { recursive: true });
  return { dir, path: join(dir, '.cellplane', 'config.yml') };
}

describe('the file of sessions', () => {
  it.each([
    ['torn', 'servers: {"http://a": {email: a'],
    ['of another type', '- a\n- b\n'],
    ['a word', 'nonsense'],
    ['with servers of another type', 'servers: 5'],
    ['with a session that is none', 'servers: {"http://a": {email: 5}}'],
    ['binary', '\u0000\u0001'],
  ])('that is %s is named with the cure, and kept', async (_, text) => {
    const { dir, path } = await home();
    await writeFile(path, text);
    const file = sessionFile(dir);
    for (const use of [() => file.read('http://a'), () => file.write('http://b', session)]) {
      const failure = await use().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(CommandFailure);
      expect((failure as Error).message).toMatch(/config\.yml cannot be used: .*Mend or remove it, and sign in again/);
    }
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('that is a directory is named; an empty one holds nothing', async () => {
    const { dir, path } = await home();
    await writeFile(path, '');
    expect(await sessionFile(dir).read('http://a')).toBeUndefined();
    await rm(path);
    await mkdir(path);
    await expect(sessionFile(dir).read('http://a')).rejects.toThrow(/it is a directory/);
  });
});

describe('the sign-in that start keeps', () => {
  it.each(['', '{"email":', 'null', '[]', '{"email":5,"password":6}', '\u0000'])('is made again where its file holds %j', async (text) => {
    const { dir } = await home();
    await writeFile(join(dir, 'provider-sign-in.json'), text);
    const made = await startCredentials(dir, {});
    expect(made.password.length).toBeGreaterThan(10);
    expect(await startCredentials(dir, {})).toEqual(made);
  });

  it('keeps the provider’s where those of customers are missing or damaged', async () => {
    const { dir } = await home();
    for (const customers of ['', ',"customers":null', ',"customers":[{"email":"bo@globex.example"},7,null]']) {
      await writeFile(join(dir, 'provider-sign-in.json'), `{"email":"p@example.com","password":"kept"${customers}}`);
      const made = await startCredentials(dir, {});
      expect(made).toMatchObject({ email: 'p@example.com', password: 'kept' });
      expect(made.customers.map(({ email }) => email)).toEqual(['ada@acme.example', 'bo@globex.example']);
      expect(await startCredentials(dir, {})).toEqual(made);
    }
  });

  it('is named where a directory lies', async () => {
    const { dir } = await home();
    await mkdir(join(dir, 'provider-sign-in.json'));
    await expect(startCredentials(dir, {})).rejects.toThrow(/provider-sign-in\.json cannot be read .*Remove it/);
  });
});
