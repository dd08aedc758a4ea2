import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, link, lstat, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../log.js';
import { unprivilegedAccount } from './account.js';
import { prepareLayout } from './layout.js';
import { startEmbedded } from './embedded.js';
import { privateFolder, setMode } from '../../exec/private-folder.js';
import { openLog, passableFolder } from './folders.js';

const root = await mkdtemp('/tmp/cellplane-folders-');
await chmod(root, 0o755);
afterAll(() => rm(root, { recursive: true, force: true }));
const isRoot = process.getuid?.() === 0;
const STRANGER = 12_345;

describe('folders', () => {
  it('of a private kind are made 0700, also again after other modes', async () => {
    const path = join(root, 'private');
    for (const mode of [0o755, 0o000]) {
      await privateFolder(path, undefined);
      expect((await stat(path)).mode & 0o777).toBe(0o700);
      await chmod(path, mode);
    }
    await privateFolder(path, undefined);
    expect((await stat(path)).mode & 0o777).toBe(0o700);
  });

  it('that this makes can be written by nobody else under a umask of 000', async () => {
    const before = process.umask(0o000);
    try {
      await passableFolder(join(root, 'new', 'inner'), undefined);
    } finally {
      process.umask(before);
    }
    for (const path of ['new', 'new/inner']) expect((await stat(join(root, path))).mode & 0o777).toBe(0o700);
  });

  it('are not taken through a link, and nothing is changed where it leads', async () => {
    const victim = join(root, 'victim');
    await mkdir(victim);
    await chmod(victim, 0o755);
    const before = await stat(victim);
    const name = join(root, 'link');
    await symlink(victim, name);
    const account = isRoot ? { uid: STRANGER, gid: STRANGER, name: 'stranger' } : undefined;
    await expect(privateFolder(name, account)).rejects.toThrow(/link .* is a link|link \(of uid \d+\) where a folder is expected/);
    await expect(setMode(name, 0o700)).rejects.toThrow(/where a folder is expected/);
    const after = await stat(victim);
    expect([after.uid, after.mode]).toEqual([before.uid, before.mode]);
  });

  it('are not taken where a file lies', async () => {
    const path = join(root, 'file');
    await writeFile(path, '');
    await expect(privateFolder(path, undefined)).rejects.toThrow(/is not a directory/);
  });

  it('give PostgreSQL no log that is another name of some file', async () => {
    const secret = join(root, 'secret');
    await writeFile(secret, 'kept');
    await link(secret, join(root, 'hard.log'));
    await symlink(secret, join(root, 'soft.log'));
    await mkdir(join(root, 'folder.log'));
    for (const name of ['hard.log', 'soft.log', 'folder.log'])
      await expect(openLog(join(root, name), undefined)).rejects.toThrow(/CELLPLANE_DATA_DIR/);
    expect(await readFile(secret, 'utf8')).toBe('kept');
  });
});

describe.runIf(isRoot)('as root', () => {
  it('folders and links of another account are refused, links of root are followed', async () => {
    const theirs = join(root, 'theirs');
    await mkdir(theirs);
    await chown(theirs, STRANGER, STRANGER);
    await expect(privateFolder(theirs, undefined)).rejects.toThrow(`${theirs} belongs to another account (uid ${STRANGER})`);
    await expect(passableFolder(theirs, undefined)).rejects.toThrow(/belongs to another account/);
    const real = join(root, 'real');
    await mkdir(real);
    const ours = join(root, 'ours');
    await symlink(real, ours);
    await passableFolder(ours, undefined);
  });

  it('data that the account cannot reach any more are named, not replaced by an empty database elsewhere', async () => {
    const dataDir = join(root, 'closed');
    const account = await unprivilegedAccount();
    const { home } = await prepareLayout(dataDir, account);
    await mkdir(join(home, 'data'));
    await writeFile(join(home, 'data/PG_VERSION'), '18\n');
    await chmod(dataDir, 0o700);
    await expect(prepareLayout(dataDir, account)).rejects.toThrow(/cannot get through the folders on the way. Let it pass: chmod a\+x/);
  });

  it('the account of PostgreSQL itself cannot connect to it', { timeout: 60_000 }, async () => {
    const dataDir = join(root, 'peer');
    const embedded = await startEmbedded({ dataDir, log: silentLogger, onLost: () => {} });
    try {
      const account = await unprivilegedAccount();
      if (account === undefined) throw new Error('root has an account for PostgreSQL');
      const socket = join(dataDir, 'postgres/s/.s.PGSQL.5432');
      expect((await lstat(socket)).uid).toBe(account.uid);
      // The startup message of protocol 3 by hand: a stranger has no driver that this account could read.
      const program = `const s = require('net').connect(${JSON.stringify(socket)}, () => {
        const body = Buffer.from('user\\0cellplane\\0database\\0cellplane\\0\\0'); const head = Buffer.alloc(8);
        head.writeInt32BE(body.length + 8); head.writeInt32BE(196608, 4); s.write(Buffer.concat([head, body])); });
        s.on('data', (d) => { console.log(d.toString()); s.destroy(); }); s.on('error', (e) => console.log(e.message));`;
      const child = spawn(process.execPath, ['-e', program], {
        uid: account.uid,
        gid: account.gid,
        cwd: '/',
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      let said = '';
      child.stdout.on('data', (piece: Buffer) => (said += piece.toString()));
      await once(child, 'close');
      expect(said).toMatch(/Peer authentication failed for user "cellplane"/);
    } finally {
      await embedded.stop();
    }
  });
});
