import { chmod, mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../config.js';
import { loadMasterKey } from './master-key.js';

const root = await mkdtemp('/tmp/cellplane-key-');
afterAll(() => rm(root, { recursive: true, force: true }));
const key = Buffer.alloc(32, 7);
let number = 0;

async function dataDir(): Promise<{ dir: string; path: string }> {
  const dir = join(root, `data-${number++}`);
  await mkdir(dir);
  return { dir, path: join(dir, 'master.key') };
}

const damages: Record<string, (path: string) => Promise<unknown>> = {
  empty: (path) => writeFile(path, '', { mode: 0o600 }),
  torn: (path) => writeFile(path, key.toString('base64').slice(0, 20), { mode: 0o600 }),
  binary: (path) => writeFile(path, Buffer.from([0, 255, 1, 254]), { mode: 0o600 }),
  huge: (path) => writeFile(path, 'A'.repeat(1_000_000), { mode: 0o600 }),
  'a directory': (path) => mkdir(path),
  'a link that leads nowhere': (path) => symlink(`${path}-gone`, path),
};

describe('loadMasterKey', () => {
  it('makes a key once, for its owner alone', async () => {
    const { dir, path } = await dataDir();
    const made = await loadMasterKey({ dataDir: dir });
    expect(await loadMasterKey({ dataDir: dir })).toEqual(made);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(dir)).toEqual(['master.key']);
  });

  it.each(Object.entries(damages))('refuses a file that is %s, and makes no other key', async (_, damage) => {
    const { dir, path } = await dataDir();
    await damage(path);
    for (const source of [{ dataDir: dir }, { dataDir: dir, masterKeyFile: path }]) {
      const refusal = await loadMasterKey(source).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(ConfigError);
      expect((refusal as Error).message).toContain(path);
      expect((refusal as Error).message).toMatch(/Put the original/);
    }
    expect(await readdir(dir)).toEqual(['master.key']);
  });

  it('refuses its own key where others can read it, and says so of one that was given, as Kubernetes mounts it', async () => {
    const { dir, path } = await dataDir();
    await writeFile(path, key.toString('base64'));
    await chmod(path, 0o644);
    await expect(loadMasterKey({ dataDir: dir })).rejects.toThrow(`chmod 600 ${path}`);
    await chmod(path, 0o640);
    expect(await loadMasterKey({ dataDir: dir })).toEqual(key);
    await chmod(path, 0o644);
    const mounted = join(dir, 'mounted');
    await symlink(path, mounted);
    const said: string[] = [];
    await chmod(path, 0o440);
    expect(await loadMasterKey({ dataDir: dir, masterKeyFile: mounted }, (message) => said.push(message))).toEqual(key);
    expect(said).toEqual([]);
    await chmod(path, 0o644);
    expect(await loadMasterKey({ dataDir: dir, masterKeyFile: mounted }, (message) => said.push(message))).toEqual(key);
    expect(said).toEqual([expect.stringContaining('can be read by other accounts')]);
  });
});
