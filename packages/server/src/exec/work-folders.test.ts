import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { removeFormerFolders } from './former-folders.js';
import { groupState, pidNamespace, processGroup } from './process-group.js';
import { openWorkFolders } from './work-folders.js';

let data = '';
beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), 'cellplane-work-'));
});
afterEach(() => rm(data, { recursive: true, force: true }));

const exists = (path: string) => lstat(path).then(Boolean, () => false);
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

/** A folder as a server left it that is, or was, this process. */
async function leftBy(owner: Record<string, unknown>, silentForMs = 0): Promise<string> {
  const folder = join(data, 'work', `server-${Math.random().toString(36).slice(2, 8)}`);
  await mkdir(join(folder, 'run-1'), { recursive: true, mode: 0o700 });
  await chmod(join(data, 'work'), 0o700);
  await writeFile(join(folder, 'run-1', 'kubeconfig'), 'token');
  await writeFile(join(folder, 'owner.json'), JSON.stringify({ ...processGroup(process.pid), namespace: pidNamespace(), ...owner }));
  const then = new Date(Date.now() - silentForMs);
  await utimes(join(folder, 'owner.json'), then, then);
  return folder;
}

const ended = async (): Promise<number> => {
  const child = spawn('true');
  await once(child, 'exit');
  return child.pid ?? 0;
};

describe('work folders', () => {
  it('are their owner’s alone, in the data directory, and go after each use and with the server', async () => {
    const folders = openWorkFolders(data);
    let seen = '';
    await folders.within(async ({ path }) => {
      seen = path;
      expect(path.startsWith(join(data, 'work', 'server-'))).toBe(true);
      expect(await Promise.all([join(data, 'work'), join(path, '..'), path].map(modeOf))).toEqual(['700', '700', '700']);
    });
    expect(await exists(seen)).toBe(false);
    await expect(folders.within(async () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(await readdir(join(seen, '..'))).toEqual(['owner.json']);
    await folders.close();
    expect(await readdir(join(data, 'work'))).toEqual([]);
  });

  it('make nothing before they are needed', async () => {
    const folders = openWorkFolders(data);
    await folders.sweep();
    await folders.close();
    expect(await readdir(data)).toEqual([]);
  });

  it('go where their server was killed, and what still works in them is ended first', async () => {
    const left = await leftBy({ pgid: await ended() });
    const orphan = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const group = processGroup(orphan.pid ?? 0);
    await writeFile(join(left, 'run-1', 'group.json'), JSON.stringify(group));
    const gone = once(orphan, 'exit');
    await openWorkFolders(data).sweep();
    expect(await gone).toEqual([null, 'SIGKILL']);
    expect(groupState(group)).toBe('gone');
    expect(await exists(left)).toBe(false);
  });

  it('go where the number of their server belongs to another process by now', async () => {
    const left = await leftBy({ born: '1' });
    await openWorkFolders(data).sweep();
    expect(await exists(left)).toBe(false);
  });

  it('stay with other servers on the same data directory: beside us by their process, elsewhere while they say so', async () => {
    const [one, other] = [openWorkFolders(data), openWorkFolders(data)];
    const elsewhere = await leftBy({ host: 'elsewhere', pgid: 1 }, 60_000);
    const container = await leftBy({ namespace: 'pid:[1]', pgid: 1 }, 60_000);
    const silent = await leftBy({ host: 'elsewhere', pgid: 1 }, 600_000);
    await one.within(async ({ path }) => {
      await other.sweep();
      await other.within(() => other.sweep());
      await one.sweep();
      expect(await exists(path)).toBe(true);
    });
    expect(await Promise.all([elsewhere, container, silent].map(exists))).toEqual([true, true, false]);
    await Promise.all([one.close(), other.close()]);
  });

  it('say now and then that their server lives', async () => {
    const folders = openWorkFolders(data);
    await folders.within(async ({ path }) => {
      const owner = join(path, '..', 'owner.json');
      await utimes(owner, new Date(0), new Date(0));
      await folders.sweep();
      expect((await stat(owner)).mtimeMs).toBeGreaterThan(0);
      expect(JSON.parse(await readFile(owner, 'utf8'))).toMatchObject({ pgid: process.pid, namespace: pidNamespace() });
    });
    await folders.close();
  });

  it('are refused where a link stands in their place', async () => {
    const strange = join(data, 'strange');
    await mkdir(strange);
    await symlink(strange, join(data, 'work'));
    const folders = openWorkFolders(data);
    await expect(folders.within(async () => 1)).rejects.toThrow(/work is a link .*Remove it, or choose another CELLPLANE_DATA_DIR/);
    expect(await readdir(strange)).toEqual([]);
    await rm(join(data, 'work'));
    expect(await folders.within(async () => 1)).toBe(1);
    await folders.close();
  });

  it('say what is wrong with a data directory that cannot be written, and go on once it can', async () => {
    const folders = openWorkFolders(join(data, 'file', 'x'));
    await writeFile(join(data, 'file'), '');
    await expect(folders.within(async () => 1)).rejects.toThrow(/cannot be used: .*CELLPLANE_DATA_DIR/);
    await rm(join(data, 'file'));
    expect(await folders.within(async () => 1)).toBe(1);
    await folders.close();
  });
});

describe('folders of former versions', () => {
  it('go where nothing works in them', async () => {
    const old = new Date(Date.now() - 3_600_000);
    const make = async (name: string, time = old) => {
      const path = join(data, name);
      await mkdir(path, { mode: 0o700 });
      await writeFile(join(path, 'kubeconfig'), 'token');
      await utimes(path, time, time);
      return path;
    };
    const left = await make('cellplane-exec-abc123');
    const others = await Promise.all(['cellplane-exec-a', 'cellplane-exec-abc1234', 'cellplane-data'].map((name) => make(name)));
    const inUse = await make('cellplane-exec-used00');
    const fresh = await make('cellplane-exec-fresh0', new Date());
    const link = join(data, 'cellplane-exec-link00');
    await symlink(others[2] ?? '', link);
    const child = spawn('sleep', ['60'], { cwd: inUse, stdio: 'ignore' });
    await once(child, 'spawn');
    await removeFormerFolders(data);
    child.kill('SIGKILL');
    expect(await exists(left)).toBe(false);
    expect(await Promise.all([...others, fresh, link].map(exists))).toEqual([true, true, true, true, true]);
    expect(await exists(inUse)).toBe(process.platform === 'linux');
  });
});
