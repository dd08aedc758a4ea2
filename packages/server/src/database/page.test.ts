import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { sql } from './database.js';
import { pageOf, type PagedList, type PageQuery, readPage } from './page.js';
import { testDatabase } from './test-database.testing.js';

const { db } = await testDatabase();
await sql`create table listed (id text primary key, created_at timestamptz not null)`.execute(db);

const LIST: PagedList = { name: 'listed', by: 'time', usual: null, most: 50 };
const OTHER: PagedList = { ...LIST, name: 'others' };

async function read(query: PageQuery) {
  const page = readPage(LIST, query);
  const { rows } = await sql<{ id: string; place: string }>`
    select id, created_at::text as place from listed
    where ${page.after === undefined ? sql`true` : sql`(created_at, id) < (${page.after.at}::timestamptz, ${page.after.id})`} order by created_at desc, id desc limit ${page.limit}`.execute(
    db,
  );
  return pageOf(page, rows, ({ place, id }) => ({ at: place, id }));
}

async function insert(id: string, microseconds: number) {
  await sql`insert into listed values (${id}, '2026-01-01'::timestamptz + ${microseconds} * interval '1 microsecond')`.execute(db);
}

/** All pages; `between` runs after each. */
async function pages(pageSize: number, between: () => Promise<void> = () => Promise.resolve()): Promise<string[]> {
  const found: string[] = [];
  let nextPageToken: string | undefined;
  do {
    const page = await read({ pageSize, nextPageToken });
    found.push(...page.rows.map(({ id }) => id));
    ({ nextPageToken } = page);
    await between();
  } while (nextPageToken !== undefined);
  return found;
}

describe('pages of a list', () => {
  it('are the whole list, in its order, whatever their size, and whatever is inserted and deleted meanwhile', async () => {
    const times = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(times, fc.integer({ min: 1, max: 5 }), times, async (old, size, later) => {
        await sql`delete from listed`.execute(db);
        for (const [at, time] of old.entries()) await insert(`old-${at}`, time);
        const whole = (await read({})).rows.map(({ id }) => id);
        expect(await pages(size)).toEqual(whole);
        const queue = later.map((time, at) => ({ id: `new-${at}`, time }));
        const found = await pages(size, async () => {
          const next = queue.pop();
          if (next !== undefined) await insert(next.id, next.time);
        });
        expect(new Set(found).size).toBe(found.length);
        expect(found.filter((id) => id.startsWith('old-'))).toEqual(whole);
      }),
      { numRuns: 40 },
    );
  });

  it('have at least one row, and at most as many as the list allows', () => {
    expect(readPage(LIST, { pageSize: -3 }).size).toBe(1);
    expect(readPage(LIST, { pageSize: 5_000 }).size).toBe(50);
    expect(readPage({ ...LIST, usual: 7 }, {}).size).toBe(7);
  });
});

describe('a page token', () => {
  const at = '2026-11-28 02:53:10.102585+00';
  const tokenOf = (list: PagedList, place: { at: string; id: string }) => {
    const { nextPageToken = '' } = pageOf(readPage(list, { pageSize: 1 }), [place, place], (row) => row);
    return nextPageToken;
  };

  it.each([at, '2026-11-28 02:53:10+00', '2028-02-29 23:59:59.1-03:30', '2026-01-01 00:00:00+14'])(
    'leads back to the row after which the list goes on: %s',
    (time) => {
      const place = { at: time, id: 'submit-create-instance-84l3lxe2j-0maavzny' };
      expect(readPage(LIST, { nextPageToken: tokenOf(LIST, place) }).after).toEqual(place);
    },
  );

  it('leads back behind the longest name that a list is ordered by', () => {
    const names: PagedList = { ...LIST, name: 'instances by -name', by: 'text' };
    const place = { at: '名'.repeat(256), id: 'instance-84l3lxe2j' };
    expect(readPage(names, { nextPageToken: tokenOf(names, place) }).after).toEqual(place);
  });

  it('of another list is refused, and the list is named', () => {
    const nextPageToken = tokenOf(OTHER, { at, id: 'a' });
    expect(() => readPage(LIST, { nextPageToken })).toThrow(
      expect.objectContaining({ kind: 'bad_request', code: 'bad-page-token', message: expect.stringContaining('(others)') }),
    );
  });

  it('in which any character was changed is refused', () => {
    const token = tokenOf(LIST, { at, id: 'instance-abcdefghi' });
    fc.assert(
      fc.property(
        fc.nat(token.length - 1),
        fc.constantFrom('a', 'b', 'X', 'Y', '0', '9', '-', '_', '.', ' ', 'é'),
        (position, character) => {
          const damaged = token.slice(0, position) + character + token.slice(position + 1);
          // The last character may have bits that stand for nothing.
          fc.pre(Buffer.from(damaged, 'base64url').toString('hex') !== Buffer.from(token, 'base64url').toString('hex'));
          expect(() => readPage(LIST, { nextPageToken: damaged })).toThrow(expect.objectContaining({ code: 'bad-page-token' }));
        },
      ),
    );
  });

  // Written by somebody who knows how the checksum is made.
  const forged = (...parts: unknown[]) => {
    const sum = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 11);
    return Buffer.from(JSON.stringify([...parts, sum])).toString('base64url');
  };

  it.each([
    ['nonsense'],
    ['a'.repeat(5_000)],
    [Buffer.from('null').toString('base64url')],
    [Buffer.from('{}').toString('base64url')],
    [forged('listed', at, 1)],
    [forged('listed', at, '')],
    [forged('listed', at, 'a\u0000')],
    [forged('listed', '2030', 'a')],
    [forged('listed', 'yesterday', 'a')],
    [forged('listed', '2026-02-30 00:00:00+00', 'a')],
    [forged('listed', '9999-99-99 99:99:99+00', 'a')],
    [forged('listed', '2026-02-20 00:00:00+99', 'a')],
    [forged('listed', '2026-02-20 24:00:00+00', 'a')],
    [forged('listed', '0000-01-01 00:00:00+00', 'a')],
  ])('that the server has not made is refused, not asked the database: %s', (nextPageToken) => {
    expect(() => readPage(LIST, { nextPageToken })).toThrow(expect.objectContaining({ kind: 'bad_request', code: 'bad-page-token' }));
  });

  it.each(['2147483648', '999999999999999', '-1', '1e3', ''])('of a list by numbers is refused with %j, which no integer is', (number) => {
    const list: PagedList = { ...LIST, by: 'number' };
    expect(readPage(list, { nextPageToken: forged('listed', '2147483647', 'a') }).after).toEqual({ at: '2147483647', id: 'a' });
    expect(() => readPage(list, { nextPageToken: forged('listed', number, 'a') })).toThrow(
      expect.objectContaining({ code: 'bad-page-token' }),
    );
  });
});
