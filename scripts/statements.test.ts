import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { Client } from 'pg';
import { afterAll, describe, expect, it } from 'vitest';
import { sql } from '../packages/server/src/database/database.js';
import { describeStatement } from '../packages/server/src/database/describe-statement.testing.js';
import { migrate } from '../packages/server/src/database/migrate.js';
import { type Catalogue, differences } from '../packages/server/src/database/row-type.testing.js';
import { openSources, type Sources } from '../packages/server/src/database/sql-texts.testing.js';
import { readStatements, type Statement } from '../packages/server/src/database/statements.testing.js';
import { testDatabase } from '../packages/server/src/database/test-database.testing.js';
import { createJobTables } from '../packages/server/src/engine/job-tables.testing.js';
import { silentLogger } from '../packages/server/src/log.js';

// Every statement of the server's sources is shown to PostgreSQL, which says without executing it whether it knows all tables and
// columns, and what the rows are; that is compared with the type that the sources take them for (docs/decisions/0006).

const { db, pool, url } = await testDatabase();
await migrate(db, silentLogger);
await createJobTables(pool);
const client = new Client(url);
await client.connect();
await client.query('create temp table storage_trial (filler text)');
const catalogue = await readCatalogue();
afterAll(() => client.end());

/** What cannot be read from the sources, and why it is right without. */
const notReadable: Record<string, string> = {
  'database/migrate.ts': 'the text of a migration, which makes every test database',
};

/** Columns that the table lets be null and the statement does not: file and column, and how. */
const neverNull: Record<string, string> = {
  'candidate-store.ts "apiVersion"': 'the condition of its join',
  'candidate-store.ts "kind"': 'the condition of its join',
  'candidate-store.ts "name"': 'the condition of its join',
  'chain-store.ts "hash"': 'its WHERE',
  'chain-store.ts "position"': 'its WHERE',
  'chain-store.ts "previousHash"': 'its WHERE',
  'describe-run.ts "node_id"': 'its WHERE',
  'expected-store.ts "apiVersion"': 'the condition of its join',
  'expected-store.ts "kind"': 'the condition of its join',
  'expected-store.ts "name"': 'the condition of its join',
  'fact-store.ts "position"': 'its WHERE',
  'factor-store.ts "credentialId"': 'a passkey that is confirmed has one: a check of the table',
  'factor-store.ts "publicKey"': 'the same',
  'factor-store.ts "sealedSecret"': 'an app has one: a check of the table',
  'letter-store.ts "letter"': 'the WHERE of what it takes',
  'pass-store.ts "at"': 'the statement has just set it',
  'past-runs.ts "finishedAt"': 'its WHERE',
  'requested-change-store.ts "runId"': 'its WHERE',
  'store.ts "position"': 'its WHERE',
  'store.ts "sealedInput"': 'its WHERE, or the statement has just set it',
};

async function readCatalogue(): Promise<Catalogue> {
  const { rows } = await sql<{ key: string; name: string; isNullable: boolean; check: string | null }>`
    select a.attrelid::oid || '|' || a.attnum as key, a.attname as name, not a.attnotnull as "isNullable",
      (select pg_get_constraintdef(c.oid) from pg_constraint c where c.conrelid = a.attrelid and c.contype = 'c' and c.conkey = array[a.attnum]) as check
    from pg_attribute a join pg_class t on t.oid = a.attrelid where t.relnamespace = 'public'::regnamespace and a.attnum > 0`.execute(db);
  const wordsOf = (check: string | null) => [...(check ?? '').matchAll(/'([^']*)'::text/g)].map((match) => match[1] ?? '');
  return new Map(
    rows.map(({ key, name, isNullable, check }) => {
      const words = wordsOf(check);
      return [key, { name, isNullable, words: words.length === 0 ? undefined : words }];
    }),
  );
}

/** What PostgreSQL and the sources do not agree about: where, and what. */
async function disagreements(statements: Statement[], sources: Sources): Promise<{ at: string; what: string }[]> {
  const wrong: { at: string; what: string }[] = [];
  for (const { at, variants, row, node } of statements) {
    for (const text of variants) {
      const columns = await describeStatement(client, text).catch((error: Error) => error);
      const found = columns instanceof Error ? [columns.message] : differences(row, columns, { checker: sources.checker, node, catalogue });
      wrong.push(...found.map((what) => ({ at, what })));
    }
  }
  return wrong;
}

describe('every statement of the server', () => {
  const sources = openSources();
  const found = readStatements(sources);
  afterAll(() => sources.close());

  it('can be read from the sources, and every template is in one', () => {
    expect(found.unreadable.map((one) => one.replace(/:.*/s, ''))).toEqual(Object.keys(notReadable));
    expect(found.unused).toEqual([]);
    expect(found.statements.length).toBeGreaterThan(250);
  });

  it('is one that PostgreSQL takes, and its rows are what the sources take them for', async () => {
    const argued = new Set<string>();
    const wrong = (await disagreements(found.statements, sources)).filter(({ at, what }) => {
      const key = `${basename(at).replace(/:.*/, '')} ${what.replace(/ is .*/, '')}`;
      if (!what.endsWith('may be null in the database') || neverNull[key] === undefined) return true;
      argued.add(key);
      return false;
    });
    expect(wrong.map(({ at, what }) => `${at}: ${what}`)).toEqual([]);
    expect([...argued].toSorted()).toEqual(Object.keys(neverNull));
  }, 120_000);
});

const FORM_OF_KYSELY = `
export interface RawBuilder<T> { execute(db: unknown): Promise<{ rows: T[] }> }
interface Tag { <T = unknown>(texts: TemplateStringsArray, ...values: unknown[]): RawBuilder<T>; join(list: readonly unknown[], between?: RawBuilder<unknown>): RawBuilder<unknown>; table(name: string): RawBuilder<unknown>; raw(text: string): RawBuilder<unknown> }
export declare const sql: Tag;
`;

async function inSources<T>(lines: string[], body: (sources: Sources) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'statements-'));
  const config = join(folder, 'tsconfig.json');
  await writeFile(config, JSON.stringify({ compilerOptions: { strict: true, module: 'nodenext', types: [] }, include: ['*.ts'] }));
  await writeFile(join(folder, 'tag.ts'), FORM_OF_KYSELY);
  await writeFile(join(folder, 'a.ts'), [`import { type RawBuilder, sql } from './tag.js';`, ...lines].join('\n'));
  const sources = openSources(folder, config);
  try {
    return await body(sources);
  } finally {
    sources.close();
    await rm(folder, { recursive: true });
  }
}

describe('the check of statements', () => {
  it('finds what PostgreSQL does not know, and what the sources take for something else', async () => {
    const lines = [
      'void sql<{ id: string }>`select idd as id from runs`.execute(0);',
      'void sql<{ id: string; name: string }>`select id from runs`.execute(0);',
      'void sql<{ fence: string; wake_seq: number }>`select fence, wake_seq from runs`.execute(0);',
      'void sql<{ owner: string }>`select owner from runs`.execute(0);',
      `void sql<{ phase: 'Pending' | 'Running' }>\`select phase from runs\`.execute(0);`,
      'void sql<{ at: string; before: Date }>`select created_at as at, before from runs`.execute(0);',
      'void sql`insert into runs (nothing) values (${1})`.execute(0);',
      'void sql<{ id: string; due_at: Date | null }>`select id, due_at from runs where id = ${1} for update`.execute(0);',
    ];
    const wrong = await inSources(lines, (sources) => disagreements(readStatements(sources).statements, sources));
    expect(wrong.map(({ at, what }) => `${at}: ${what}`)).toEqual([
      'a.ts:2: column "idd" does not exist',
      'a.ts:3: the row has no column "name"',
      'a.ts:4: "fence" is string in the sources, and number in the database',
      'a.ts:5: "owner" is string in the sources, and may be null in the database',
      `a.ts:6: "phase" is "Pending" | "Running" in the sources, and may be Succeeded, Failed, Terminated in the database`,
      'a.ts:7: "at" is string in the sources, and Date in the database',
      'a.ts:7: "before" is Date in the sources, and array in the database',
      'a.ts:8: column "nothing" of relation "runs" does not exist',
    ]);
  });

  it('puts fragments in from where they are written, each in some variant', async () => {
    const lines = [
      'const columns = sql`id, ${sql`kind`}`;',
      'const of = (id: string) => sql`id = ${id}`;',
      'const when = (is: boolean, then: RawBuilder<unknown>) => (is ? then : sql`true`);',
      'export function read(order: RawBuilder<unknown>, names: string[], is: boolean, table: "runs" | "users") {',
      '  const all = [of("a"), ...(is ? [sql`b`] : [])].map((one) => sql`(${one})`);',
      '  void sql`select ${columns} from runs where ${sql.join(all, sql` and `)} order by ${order}`.execute(0);',
      '  void sql`select ${names} from ${sql.table(table)} where ${when(is, sql`c = ${1}`)}`.execute(0);',
      '}',
      'read(sql`d`, [], true, "runs");',
      'read(sql`e`, [], true, "users");',
      'export const rest = sql`nowhere`;',
      'export const raw = (text: string) => sql`${sql.raw(text)}`.execute(0);',
    ];
    const found = await inSources(lines, async (sources) => readStatements(sources));
    expect(found.statements.map(({ variants }) => variants)).toEqual([
      ['select id, kind from runs where (id = $1) and (b) order by d', 'select id, kind from runs where (id = $1) and (b) order by e'],
      ['select $1 from runs where c = $2', 'select $1 from users where true'],
    ]);
    expect(found.unreadable).toEqual(['a.ts:13: sql.raw(text)']);
    expect(found.unused).toEqual(['a.ts:12']);
  });
});
