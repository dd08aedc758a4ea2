import { describe, expect, it } from 'vitest';
import { sql, transaction } from './database.js';
import { answerOnce, type KeyedRequest, noteEffect, readIdempotencyKey, sweepIdempotencyKeys } from './idempotency-key.js';
import { testDatabase } from './test-database.testing.js';

const { db } = await testDatabase({ poolSize: 10 });
await sql`create table made (id text)`.execute(db);

let count = 0;
const request = (key: string, more: Partial<KeyedRequest> = {}): KeyedRequest => ({
  orgId: 'org-1',
  userId: 'user-1',
  operation: 'create',
  key,
  content: { body: { a: 1 } },
  ...more,
});
/** Makes a row, and answers with its id. */
const make = async () => {
  count += 1;
  const id = `made-${count}`;
  await transaction(db, async (tx) => {
    await sql`insert into made values (${id})`.execute(tx);
    await noteEffect(tx, { id });
  });
  return { id };
};
const once = (keyed: KeyedRequest, handler: () => Promise<unknown> = make) =>
  answerOnce({ db, hashKey: Buffer.alloc(32, 1) }, keyed, handler, ({ id }) => (id === undefined ? undefined : { id }));
const rows = async () => (await sql<{ id: string }>`select id from made`.execute(db)).rows.length;

describe('a request with a key', () => {
  it('is done once and answered alike; other keys, callers and operations are others', async () => {
    const before = await rows();
    const first = await once(request('a'));
    expect(await once(request('a'))).toEqual(first);
    expect(await rows()).toBe(before + 1);
    for (const other of [{ key: 'a2' }, { userId: 'user-2' }, { orgId: 'org-2' }, { operation: 'restore' }])
      expect(await once(request('a', other))).not.toEqual(first);
    expect(await rows()).toBe(before + 5);
  });

  it('is refused with another body', async () => {
    await once(request('b'));
    await expect(once(request('b', { content: { body: { a: 2 } } }))).rejects.toMatchObject({
      kind: 'unprocessable',
      code: 'idempotency-key-reused',
    });
  });

  it('that failed before it made anything may be sent again', async () => {
    await expect(once(request('c'), () => Promise.reject(new Error('no place')))).rejects.toThrow('no place');
    expect(await once(request('c'))).toMatchObject({ id: expect.stringContaining('made-') });
  });

  it('has one of two twins wait or come again, and never does it twice', async () => {
    const before = await rows();
    let go = () => {};
    let begun = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    const started = new Promise<void>((resolve) => (begun = resolve));
    const slow = once(request('d'), async () => {
      begun();
      await gate;
      return make();
    });
    await started;
    const twin = once(request('d'));
    await expect(twin).rejects.toMatchObject({ code: 'idempotency-key-in-use', kind: 'invalid_state' });
    go();
    const answers = await Promise.allSettled([slow, twin]);
    expect(answers.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await once(request('d'))).toEqual(answers.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))[0]);
    expect(await rows()).toBe(before + 1);
  });

  it('whose process died after the effect is answered from what was noted with it', async () => {
    const before = await rows();
    const { id } = (await once(request('e'))) as { id: string };
    await sql`update idempotency_keys set answer = null where key = 'e'`.execute(db);
    expect(await once(request('e'))).toEqual({ id });
    expect(await rows()).toBe(before + 1);
  });

  it('whose process died before the effect is done by the next, and the first one cannot commit any more', async () => {
    const before = await rows();
    let go = () => {};
    let begun = () => {};
    const gate = new Promise<void>((resolve) => (go = resolve));
    const started = new Promise<void>((resolve) => (begun = resolve));
    const late = once(request('f'), async () => {
      begun();
      await gate;
      return make();
    });
    await started;
    await sql`update idempotency_keys set claimed_at = now() - interval '2 minutes' where key = 'f'`.execute(db);
    const second = await once(request('f'));
    go();
    await expect(late).rejects.toMatchObject({ code: 'idempotency-key-in-use' });
    expect(await once(request('f'))).toEqual(second);
    expect(await rows()).toBe(before + 1);
  });

  it('is forgotten after 24 hours', async () => {
    const first = await once(request('g'));
    await sql`update idempotency_keys set expires_at = now() where key = 'g'`.execute(db);
    expect(await once(request('g'))).not.toEqual(first);
    await sql`update idempotency_keys set expires_at = now() where key = 'g'`.execute(db);
    await sweepIdempotencyKeys(db);
    expect((await sql`select 1 from idempotency_keys where key = 'g'`.execute(db)).rows).toEqual([]);
  });
});

it.each(['', '  ', 'a b', 'ä', 'x'.repeat(256)])('%j is no key', (key) => {
  expect(() => readIdempotencyKey(key)).toThrow('Idempotency-Key must be');
});
it('without the header there is no key', () => {
  expect(readIdempotencyKey(undefined)).toBeUndefined();
  expect(readIdempotencyKey(' 8e03978e-40d5-43dd-bc93-6894a57f9324 ')).toBe('8e03978e-40d5-43dd-bc93-6894a57f9324');
});
