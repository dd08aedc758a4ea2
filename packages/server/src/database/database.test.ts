import { readFile } from 'node:fs/promises';
import { createConnection, createServer, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
import { isAway } from './away.js';
import { openDatabase, sql, transaction } from './database.js';
import { testDatabase } from './test-database.testing.js';

const database = await testDatabase();
const { db } = database;

describe('openDatabase', () => {
  it('says where it looked and what to do when nothing answers', async () => {
    const opening = openDatabase({ url: 'postgresql://someone:hunter2@127.0.0.1:1/none' }, { log: silentLogger, deadlineMs: 0 });
    await expect(opening).rejects.toThrow(
      /PostgreSQL at 127\.0\.0\.1:1\/none is not reachable: .*ECONNREFUSED.* Start it, or check host and port in DATABASE_URL/,
    );
    await expect(opening).rejects.not.toThrow('hunter2');
  });

  it('gives up at once on what waiting cannot cure', async () => {
    const url = database.url.replace(/\/test_\w+\?/, '/absent?');
    await expect(openDatabase({ url }, { log: silentLogger, deadlineMs: 60_000 })).rejects.toThrow('Check DATABASE_URL');
  });

  it('reads int8 as a number and refuses one that would change', async () => {
    expect((await sql`select 5::bigint as n, count(*) as c from pg_class where false`.execute(db)).rows).toEqual([{ n: 5, c: 0 }]);
    await expect(sql`select 9007199254740993::bigint as n`.execute(db)).rejects.toThrow('without loss');
  });

  it('joins an open transaction and rolls back as a whole', async () => {
    await sql`create table t (id int)`.execute(db);
    const failing = transaction(db, async (tx) => {
      await transaction(tx, (inner) => sql`insert into t values (1)`.execute(inner));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await sql`select * from t`.execute(db)).rows).toEqual([]);
  });

  it('survives the loss of all its connections, and tells listeners of the gap', async () => {
    const heard: string[] = [];
    let gaps = 0;
    await database.listen('news', (payload) => heard.push(payload), { onGap: () => (gaps += 1) });
    await sql`select pg_notify('news', 'one')`.execute(db);
    await expect.poll(() => heard).toEqual(['one']);
    await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`.execute(
      db,
    );
    await expect.poll(() => gaps).toBe(1);
    await sql`select pg_notify('news', 'two')`.execute(db);
    await expect.poll(() => heard).toEqual(['one', 'two']);
  });

  it('gives up connections that say nothing any more, and goes on with others', async () => {
    const url = new URL(database.url);
    let silent = false;
    const open: Socket[] = [];
    const between = createServer((near) => {
      const far = createConnection(`${url.searchParams.get('host') ?? ''}/.s.PGSQL.5432`);
      open.push(near, far);
      // Of a host that vanished nothing comes, not even the end of its connections.
      near.on('data', (chunk) => silent || far.write(chunk)).on('error', () => undefined);
      far.on('data', (chunk) => silent || near.write(chunk)).on('error', () => undefined);
    });
    await new Promise<void>((resolve) => between.listen(0, '127.0.0.1', resolve));
    const { port } = between.address() as { port: number };
    const through = await openDatabase(
      { url: `postgresql://${url.username}@127.0.0.1:${port}${url.pathname}` },
      { log: silentLogger, poolSize: 2, statementTimeoutMs: 1_000, silenceMs: 1_000 },
    );
    try {
      expect((await sql`select 1 as one`.execute(through.db)).rows).toEqual([{ one: 1 }]);
      silent = true;
      const unanswered = await Promise.all([1, 2].map(() => sql`select 2`.execute(through.db).catch((error: unknown) => error)));
      expect(unanswered.map(isAway)).toEqual([true, true]);
      // Another host has its address now.
      silent = false;
      expect((await sql`select 3 as three`.execute(through.db)).rows).toEqual([{ three: 3 }]);
    } finally {
      await through.close();
      for (const socket of open) socket.destroy();
      between.close();
    }
  });

  it('is away where its socket is not there, not where a file is not', async () => {
    const noSocket = await new Promise((resolve) => createConnection('/nowhere/.s.PGSQL.5432').once('error', resolve));
    const noFile = await readFile('/nowhere/file').catch((error: unknown) => error);
    expect([isAway(noSocket), isAway(noFile)]).toEqual([true, false]);
  });
});
