import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
import { type Database, sql } from './database.js';
import { hashOf, migrate, readMigrations } from './migrate.js';
import { emptyTestDatabase } from './test-database.testing.js';

const one = { number: 1, name: 'one', text: 'create table a (id int); insert into a values (1);' };
const two = { number: 2, name: 'two', text: 'create table b (id int); insert into b select id from a;' };

const database = await emptyTestDatabase();

async function applied(db: Database) {
  const { rows } = await sql<{ name: string }>`select name from schema_migration order by number`.execute(db);
  return rows.map((row) => row.name);
}

describe('migrate', () => {
  it('lets several replicas start at once, applies each step once, and goes forward later', async () => {
    await Promise.all([1, 2, 3, 4].map(() => migrate(database.db, silentLogger, [one])));
    expect(await applied(database.db)).toEqual(['one']);
    await Promise.all([1, 2, 3].map(() => migrate(database.db, silentLogger, [one, two])));
    expect(await applied(database.db)).toEqual(['one', 'two']);
    expect((await sql`select * from b`.execute(database.db)).rows).toEqual([{ id: 1 }]);
  });

  it('refuses a schema of a newer version', async () => {
    await expect(migrate(database.db, silentLogger, [one])).rejects.toThrow(
      'migration 2-two, which this version of Cellplane does not know',
    );
  });

  it('refuses a schema that another text of a migration has made, and changes nothing', async () => {
    const other = { ...two, text: 'create table b (id bigint);' };
    const three = { number: 3, name: 'three', text: 'create table c (id int);' };
    await expect(migrate(database.db, silentLogger, [one, other, three])).rejects.toThrow(
      'The database has migration 2-two with another text than this version of Cellplane has in 2-two.',
    );
    await expect(migrate(database.db, silentLogger, [one, { ...two, name: 'second' }])).rejects.toThrow('in 2-second');
    expect(await applied(database.db)).toEqual(['one', 'two']);
  });

  it('takes what was applied before hashes were kept for what it knows, once', async () => {
    await sql`alter table schema_migration drop column sha256`.execute(database.db);
    await migrate(database.db, silentLogger, [one, two]);
    await expect(migrate(database.db, silentLogger, [{ ...one, text: 'create table d ();' }, two])).rejects.toThrow('migration 1-one');
  });

  it('leaves nothing of a step that fails', async () => {
    const broken = { number: 3, name: 'broken', text: 'create table c (id int); select 1/0;' };
    await expect(migrate(database.db, silentLogger, [one, two, broken])).rejects.toThrow('division by zero');
    expect(await applied(database.db)).toEqual(['one', 'two']);
    expect((await sql`select to_regclass('c') as c`.execute(database.db)).rows).toEqual([{ c: null }]);
  });

  it('reads the files of the program in order', async () => {
    const numbers = (await readMigrations()).map((migration) => migration.number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
  });

  it('refuses a number or a name that two files have', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'migrations-'));
    await writeFile(join(folder, '0001-one.sql'), '');
    await writeFile(join(folder, '0002-one.sql'), '');
    await expect(readMigrations(folder)).rejects.toThrow('Two migrations have the name one.');
    await writeFile(join(folder, '0002-two.sql'), '');
    await expect(readMigrations(folder)).rejects.toThrow('Two migrations have the number 2.');
    await rm(folder, { recursive: true });
  });

  it('has every released migration as it was released, and new ones only after them', async () => {
    const released = (await readFile(new URL('../../migrations/released.sha256', import.meta.url), 'utf8')).trim().split('\n');
    const lines = (await readMigrations()).map((one) => `${hashOf(one)}  ${String(one.number).padStart(4, '0')}-${one.name}.sql`);
    expect(lines.slice(0, released.length)).toEqual(released);
  });
});
