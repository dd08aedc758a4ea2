import { describe, expect, it } from 'vitest';
import { silentLogger } from '../log.js';
import { type Database, sql } from './database.js';
import { migrate, readMigrations } from './migrate.js';
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
});
