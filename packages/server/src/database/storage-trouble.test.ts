import { describe, expect, it } from 'vitest';
import { sql } from './database.js';
import { storageTroubleOf, troubleInWords } from './storage-trouble.js';
import { watchStorage } from './storage-watch.js';
import { testDatabase } from './test-database.testing.js';

const { db } = await testDatabase();

function thrown(code: string, message = 'x'): Error {
  return Object.assign(new Error(message), { code });
}

describe('storageTroubleOf', () => {
  it.each([
    ['53100', 'x', 'storage-full'],
    ['ENOSPC', 'x', 'storage-full'],
    ['EROFS', 'x', 'storage-read-only'],
    ['42501', 'could not open file "base/1/2": Read-only file system', 'storage-read-only'],
    ['42501', 'could not open file "base/1/2": Permission denied', 'storage-denied'],
    ['42501', 'permission denied for table instances', undefined],
    ['58030', 'could not read file "base/1/2": Input/output error', 'storage-failing'],
    ['58P01', 'could not open file "base/1/2": No such file or directory', 'storage-damaged'],
    ['25006', 'cannot execute INSERT in a read-only transaction', 'database-read-only'],
    ['53200', 'out of memory', 'database-out-of-memory'],
    ['53300', 'sorry, too many clients already', 'database-connections-taken'],
    ['57014', 'canceling statement due to statement timeout', 'database-slow'],
    ['23505', 'duplicate key', undefined],
  ])('%s "%s" is %s', (code, message, expected) => {
    expect(storageTroubleOf(thrown(code, message))?.code).toBe(expected);
  });

  it('reads the last words of a PostgreSQL that does not start', () => {
    const words = 'The embedded PostgreSQL does not start: FATAL:  could not write lock file "postmaster.pid": No space left on device.';
    expect(troubleInWords(words)?.code).toBe('storage-full');
    expect(troubleInWords('the database system is starting up')).toBeUndefined();
  });
});

describe('watchStorage', () => {
  it('remembers a trouble until a write succeeds', async () => {
    const watch = watchStorage(db);
    expect(await watch.current()).toBeUndefined();
    expect(await watch.explain(thrown('53100'))).toMatchObject({ code: 'storage-full' });
    // Asked by a real write, which works here.
    expect(await watch.current()).toBeUndefined();
    const { rows } = await sql`select 1 from pg_class where relname = 'storage_trial'`.execute(db);
    expect(rows).toEqual([]);
  });

  it('holds nothing against the database for one statement that was too slow, or a defect', async () => {
    const watch = watchStorage(db);
    expect(await watch.explain(thrown('57014'))).toMatchObject({ code: 'database-slow' });
    expect(await watch.explain(thrown('42P01'))).toBeUndefined();
    expect(await watch.current()).toBeUndefined();
  });
});
