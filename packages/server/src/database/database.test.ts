import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
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
});
