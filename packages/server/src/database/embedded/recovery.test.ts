/** The embedded PostgreSQL comes back by itself, whatever is done to its processes and files. */
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { processGroup } from '../../exec/process-group.js';
import { silentLogger } from '../../log.js';
import { clientSettings, type OpenDatabase, openDatabase, sql } from '../database.js';
import { type EmbeddedPostgres, startEmbedded } from './embedded.js';
import { runs, signalTo } from './processes.js';
import { postmasterIn, startElsewhere } from './processes.testing.js';

const root = await mkdtemp('/tmp/cellplane-recovery-');
await chmod(root, 0o755);
afterAll(() => rm(root, { recursive: true, force: true }));

/** Longer than any of it takes on a busy machine, shorter than a server that gives up would wait. */
const SOON = { timeout: 25_000, interval: 100 };

function pathsOf(dataDir: string) {
  const home = join(dataDir, 'postgres');
  return {
    home,
    socketDir: join(home, 's'),
    socket: join(home, 's/.s.PGSQL.5432'),
    data: join(home, 'data'),
    pidFile: join(home, 'data/postmaster.pid'),
  };
}

type Paths = ReturnType<typeof pathsOf>;

/** What is done, given the postmaster's number. */
const faults: Record<string, (pid: number, paths: Paths) => unknown> = {
  'SIGTERM, which waits for sessions that stay': (pid) => process.kill(pid, 'SIGTERM'),
  SIGINT: (pid) => process.kill(pid, 'SIGINT'),
  SIGQUIT: (pid) => process.kill(pid, 'SIGQUIT'),
  SIGKILL: (pid) => process.kill(pid, 'SIGKILL'),
  SIGSTOP: (pid) => process.kill(pid, 'SIGSTOP'),
  'SIGTERM and then SIGSTOP': (pid) => {
    process.kill(pid, 'SIGTERM');
    process.kill(pid, 'SIGSTOP');
  },
  'the socket is removed': (_, { socket }) => rm(socket),
  'the socket and its lock file are removed': async (_, { socket }) => {
    await rm(socket);
    await rm(`${socket}.lock`);
  },
  'the folder of the socket is removed': (_, { socketDir }) => rm(socketDir, { recursive: true }),
  'the socket and the postmaster’s file are removed': async (_, { socket, pidFile }) => {
    await rm(pidFile);
    await rm(socket);
  },
  'its folders get other modes, and it is killed': async (pid, { home, socketDir, data }) => {
    for (const folder of [data, socketDir, join(home, 'log'), home]) await chmod(folder, 0o755);
    await chmod(home, 0o700);
    process.kill(pid, 'SIGKILL');
  },
  'its programs and log are removed, and it is killed': async (pid, { home }) => {
    for (const name of ['binaries', 'log']) await rm(join(home, name), { recursive: true });
    process.kill(pid, 'SIGKILL');
  },
};

describe('an embedded PostgreSQL in use', () => {
  const dataDir = join(root, 'a');
  const paths = pathsOf(dataDir);
  let embedded: EmbeddedPostgres;
  let database: OpenDatabase;
  const lost: Error[] = [];
  beforeAll(async () => {
    embedded = await startEmbedded({ dataDir, log: silentLogger, onLost: (error) => lost.push(error) });
    database = await openDatabase(embedded.connection, { log: silentLogger });
    await sql`create table kept (fault text)`.execute(database.db);
  }, 60_000);
  afterAll(async () => {
    await database.close();
    await embedded.stop();
  });

  /** A new connection, and one of the pool. */
  async function works(): Promise<string> {
    const client = new Client({ ...clientSettings(embedded.connection), connectionTimeoutMillis: 1_000, query_timeout: 1_000 });
    client.on('error', () => {});
    try {
      await client.connect();
      await client.query('select 1');
      await sql`select 1`.execute(database.db);
      return embedded.trouble() ?? 'works';
    } catch (error) {
      return (error as Error).message;
    } finally {
      await client.end().catch(() => undefined);
    }
  }

  it.each(Object.entries(faults))('comes back: %s', { timeout: 60_000 }, async (name, fault) => {
    await expect.poll(works, SOON).toBe('works');
    await sql`insert into kept values (${name})`.execute(database.db);
    const heard: string[] = [];
    const unlisten = await database.listen('after', (payload) => heard.push(payload));
    const pid = await postmasterIn(dataDir);
    await fault(pid, paths);
    await expect.poll(works, SOON).not.toBe('works');
    await expect.poll(works, SOON).toBe('works');
    // The session that holds the directory is there again: a second server is refused.
    await expect(startEmbedded({ dataDir, log: silentLogger, onLost: () => {}, patienceMs: 200 })).rejects.toThrow(
      /Another Cellplane server is running/,
    );
    const { rows } = await sql`select 1 from kept where fault = ${name}`.execute(database.db);
    expect(rows).toHaveLength(1);
    // Also what listens.
    await expect
      .poll(async () => {
        await sql`select pg_notify('after', 'heard')`.execute(database.db).catch(() => undefined);
        return heard[0];
      }, SOON)
      .toBe('heard');
    await unlisten();
    expect(lost).toEqual([]);
  });

  it('is started again in order where its file is removed, before it ends itself without one', { timeout: 60_000 }, async () => {
    await expect.poll(works, SOON).toBe('works');
    const pid = await postmasterIn(dataDir);
    const postmaster = processGroup(pid);
    await rm(paths.pidFile);
    await expect.poll(async () => (await postmasterIn(dataDir).catch(() => pid)) !== pid, SOON).toBe(true);
    await expect.poll(works, SOON).toBe('works');
    expect(await runs(postmaster)).toBe(false);
  });

  it('makes no empty database where its data are removed, says so, and goes on when they are back', { timeout: 60_000 }, async () => {
    await expect.poll(works, SOON).toBe('works');
    const pid = await postmasterIn(dataDir);
    await sql`insert into kept values ('data removed')`.execute(database.db);
    const aside = join(root, 'aside');
    await promisify(execFile)('mv', [paths.data, aside]);
    process.kill(pid, 'SIGKILL');
    await expect
      .poll(() => embedded.trouble(), SOON)
      .toMatch(/The data of the embedded PostgreSQL in .* are gone.*put a copy of them back/);
    await promisify(execFile)('mv', [aside, paths.data]);
    await expect.poll(works, SOON).toBe('works');
    const { rows } = await sql`select 1 from kept where fault = 'data removed'`.execute(database.db);
    expect(rows).toHaveLength(1);
  });
});

describe('a start on what a killed server left', () => {
  const left: Record<string, (pid: number, paths: Paths) => unknown> = {
    'its PostgreSQL was asked to end, and a session stays': (pid) => process.kill(pid, 'SIGTERM'),
    'its PostgreSQL was stopped': (pid) => process.kill(pid, 'SIGSTOP'),
    'its PostgreSQL has lost its socket': (_, { socket }) => rm(socket),
    'its PostgreSQL has lost the folder of its socket': (_, { socketDir }) => rm(socketDir, { recursive: true }),
    'its PostgreSQL has lost its file': (_, { pidFile }) => rm(pidFile),
    'its PostgreSQL has lost its file and its socket': async (_, { socket, pidFile }) => {
      await rm(pidFile);
      await rm(socket);
    },
    'its folder was removed under its PostgreSQL': (_, { home }) => rm(home, { recursive: true }),
    'its data were exchanged for a copy under its PostgreSQL': async (_, { data }) => {
      await promisify(execFile)('cp', ['-a', data, `${data}-copy`]);
      await rm(data, { recursive: true });
      await promisify(execFile)('mv', [`${data}-copy`, data]);
    },
  };

  it.each(Object.entries(left))('%s', { timeout: 60_000 }, async (_, fault) => {
    const dataDir = join(root, 'left');
    const killed = await startElsewhere(dataDir);
    const pid = await postmasterIn(dataDir);
    const postmaster = processGroup(pid);
    onTestFinished(() => void signalTo(postmaster, 'SIGKILL'));
    // Somebody else's session, which stays.
    const stays = new Client(clientSettings({ socketDir: pathsOf(dataDir).socketDir, user: 'cellplane', database: 'cellplane' }));
    stays.on('error', () => {});
    await stays.connect();
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    await fault(pid, pathsOf(dataDir));
    const began = performance.now();
    const heir = await startEmbedded({ dataDir, log: silentLogger, onLost: () => {} });
    expect(performance.now() - began).toBeLessThan(20_000);
    await heir.stop();
    expect(await runs(postmaster)).toBe(false);
    await expect(postmasterIn(dataDir)).rejects.toThrow('ENOENT');
  });
});

describe('two servers', () => {
  it('a start ends no PostgreSQL of a server that lives, even where it answers nobody', { timeout: 60_000 }, async () => {
    const dataDir = join(root, 'two');
    const first = await startElsewhere(dataDir);
    const pid = await postmasterIn(dataDir);
    // The server is held, so it cannot look after its PostgreSQL.
    first.kill('SIGSTOP');
    await rm(pathsOf(dataDir).socket);
    await expect(startEmbedded({ dataDir, log: silentLogger, onLost: () => {}, patienceMs: 200, othersMs: 1_500 })).rejects.toThrow(
      new RegExp(`Another Cellplane server \\(process ${first.pid}\\) is running with this data directory`),
    );
    expect(await runs(processGroup(pid))).toBe(true);
    first.kill('SIGCONT');
    await expect.poll(async () => (await postmasterIn(dataDir).catch(() => pid)) !== pid, SOON).toBe(true);
    first.kill('SIGKILL');
    await once(first, 'exit');
    const heir = await startEmbedded({ dataDir, log: silentLogger, onLost: () => {} });
    await heir.stop();
  });
});
