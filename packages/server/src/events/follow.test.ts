import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { savepoint, sql, type Transaction, transaction } from '../database/database.js';
import { openDatabase } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { until } from '../engine/engine.testing.js';
import { type Logger, silentLogger } from '../log.js';
import type { NewEvent, StoredEvent } from './event.js';
import { tell } from './tell.js';
import { type FollowDeps, follow, type Follower, type Following } from './follow.js';
import { placeEvents, pruneEvents, seeFollowers, selectFollowers } from './store.js';

const database = await testDatabase({ poolSize: 20 });
const { db } = database;

const open: Following[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop();
});
beforeEach(async () => {
  await sql`truncate events, event_followers`.execute(db);
});

const status = (subject: string, word: string): NewEvent => ({
  kind: 'instance-status-changed',
  subject,
  payload: { status: word, before: '' },
});
const told = (...events: NewEvent[]) => transaction(db, (tx) => tell(tx, ...events));
const wordOf = ({ subject, payload }: StoredEvent) => `${subject} ${String(payload['status'])}`;

async function start(followers: Follower[], more: Partial<FollowDeps> = {}): Promise<Following> {
  const following = await follow({ database, log: silentLogger, followers, ...more });
  open.push(following);
  return following;
}

/** A follower that notes what it handles. */
function noting(seen: string[], name = 'test', handle: (event: StoredEvent) => Promise<void> = () => Promise.resolve()): Follower {
  return {
    name,
    kinds: ['instance-status-changed'],
    handle: async (_tx, event) => {
      await handle(event);
      seen.push(wordOf(event));
    },
  };
}

const reached = (seen: string[], count: number) =>
  until(async () => (seen.length >= count ? true : undefined), `${count} events handled`, 30_000);
const positionOf = async (name: string) =>
  (await sql<{ position: number }>`select position from event_followers where name = ${name}`.execute(db)).rows[0]?.position ?? 0;

describe('events', () => {
  it('of a part of a transaction that was taken back are not told', async () => {
    const refused = (error: unknown): error is Error => error instanceof Error && error.message === 'refused';
    const part = (tx: Transaction, word: string, refuse: boolean) =>
      savepoint(
        tx,
        async () => {
          await tell(tx, status('i-1', word));
          if (refuse) throw new Error('refused');
          return word;
        },
        refused,
      );
    await transaction(db, async (tx) => {
      expect(await part(tx, 'first, refused', true)).toMatchObject({ message: 'refused' });
      await tell(tx, status('i-1', 'before'));
      await part(tx, 'refused', true);
      expect(await part(tx, 'kept', false)).toBe('kept');
      await savepoint(
        tx,
        async () => {
          await part(tx, 'kept within what is refused', false);
          throw new Error('refused');
        },
        refused,
      );
      await tell(tx, status('i-1', 'after'));
    });
    const { rows } = await sql<{ word: string }>`select payload->>'status' as word from events order by id`.execute(db);
    expect(rows.map(({ word }) => word)).toEqual(['before', 'kept', 'after']);
    const lost = transaction(db, (tx) => part(tx, 'lost', false).then(() => Promise.reject(new Error('no'))));
    await expect(lost).rejects.toThrow('no');
    expect((await sql`select 1 from events`.execute(db)).rows).toHaveLength(3);
  });

  it('come into being with their transaction, in order, with the form’s version and the database’s time', async () => {
    await told(status('i-1', 'A'), { kind: 'instance-deleted', subject: 'i-1', payload: { orgId: 'org-1' } });
    await expect(
      transaction(db, async (tx) => {
        await tell(tx, status('i-1', 'never'));
        throw new Error('rolled back');
      }),
    ).rejects.toThrow('rolled back');
    const seen: StoredEvent[] = [];
    const kinds = ['instance-status-changed', 'instance-deleted'] as const;
    await start([{ name: 'all', kinds, handle: (_tx, event) => Promise.resolve(void seen.push(event)) }]);
    await until(async () => (seen.length === 2 ? true : undefined), 'both events');
    expect(seen).toMatchObject([
      { subject: 'i-1', kind: 'instance-status-changed', version: 1, payload: { status: 'A', before: '' } },
      { subject: 'i-1', kind: 'instance-deleted', version: 1, payload: { orgId: 'org-1' } },
    ]);
    expect((seen[1]?.position ?? 0) - (seen[0]?.position ?? 0)).toBe(1);
    expect(seen[0]?.at).toBeInstanceOf(Date);
  });

  it('that a follower does not name are passed over', async () => {
    const seen: string[] = [];
    await start([noting(seen)]);
    await told({ kind: 'instance-deleted', subject: 'i-1', payload: { orgId: 'org-1' } }, status('i-1', 'A'));
    await reached(seen, 1);
    expect(seen).toEqual(['i-1 A']);
  });

  it('of a transaction that commits late are not missed, though later ones were read before', async () => {
    const seen: string[] = [];
    await start([noting(seen)]);
    let commit: () => void = () => {};
    const held = new Promise<void>((resolve) => {
      commit = resolve;
    });
    let written: () => void = () => {};
    const isWritten = new Promise<void>((resolve) => {
      written = resolve;
    });
    const late = transaction(db, async (tx) => {
      await tell(tx, status('i-late', 'A'));
      written();
      await held;
    });
    await isWritten;
    // Their ids are higher, and they are handled while the lower one cannot be seen.
    for (const word of ['A', 'B', 'C']) await told(status('i-other', word));
    await reached(seen, 3);
    expect(seen).toEqual(['i-other A', 'i-other B', 'i-other C']);
    commit();
    await late;
    await reached(seen, 4);
    expect(seen.at(-1)).toBe('i-late A');
  });

  it('of one subject keep their order, whatever else its writers had begun before', async () => {
    await sql`create table if not exists turns (id text primary key, n int not null)`.execute(db);
    const subjects = ['i-1', 'i-2', 'i-3'];
    for (const id of subjects) await sql`insert into turns values (${id}, 0) on conflict (id) do update set n = 0`.execute(db);
    const seen: string[] = [];
    await start([noting(seen)]);
    const write = async (worker: number) => {
      for (let turn = 0; turn < 20; turn += 1)
        await transaction(db, async (tx) => {
          // Takes a transaction id before it waits for its turn.
          await sql`insert into turns values (${`w-${worker}-${turn}`}, 0) on conflict do nothing`.execute(tx);
          const id = subjects[(worker + turn) % subjects.length] ?? '';
          const { rows } = await sql<{ n: number }>`update turns set n = n + 1 where id = ${id} returning n`.execute(tx);
          await tell(tx, status(id, String(rows[0]?.n)));
        });
    };
    await Promise.all(Array.from({ length: 8 }, (_, worker) => write(worker)));
    await reached(seen, 160);
    for (const id of subjects) {
      const numbers = seen.filter((one) => one.startsWith(`${id} `)).map((one) => Number(one.split(' ')[1]));
      expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    }
  });

  it('are read by the ten thousand', async () => {
    const seen: string[] = [];
    for (let part = 0; part < 10; part += 1)
      await told(...Array.from({ length: 1_000 }, (_, n) => status(`i-${n % 50}`, String(part * 1_000 + n))));
    const began = performance.now();
    await start([noting(seen)]);
    await reached(seen, 10_000);
    expect(new Set(seen).size).toBe(10_000);
    // Some 0.5 s on a quiet machine.
    expect(performance.now() - began).toBeLessThan(20_000);
  });
});

describe('a follower that fails', () => {
  it('tries the event again, keeps the later ones waiting, and tells it in the log and to monitors', async () => {
    const seen: string[] = [];
    const lines: unknown[] = [];
    const log = { ...silentLogger, warn: (fields: unknown) => void lines.push(fields) } as Logger;
    let isBroken = true;
    let tries = 0;
    const follower = noting(seen, 'failing', (event) => {
      if (event.payload['status'] !== 'C' || !isBroken) return Promise.resolve();
      tries += 1;
      return Promise.reject(new Error('no mail today'));
    });
    await told(...['A', 'B', 'C', 'D'].map((word) => status('i-1', word)));
    await start([follower, noting([], 'other')], { log, retryMs: 20 });
    await until(async () => (tries >= 4 ? true : undefined), 'some tries');
    // Those before it count; it and those after it do not.
    const { rows } = await sql<{ word: string }>`
      select payload->>'status' as word from events where position > (select position from event_followers where name = 'failing')
      order by position`.execute(db);
    expect(rows.map(({ word }) => word)).toEqual(['C', 'D']);
    const [failing, other] = await until(async () => {
      const states = await selectFollowers(db);
      return states.length === 2 && states[1]?.behind === 0 ? states : undefined;
    }, 'the other one to have read all');
    expect(failing).toMatchObject({ name: 'failing', behind: 2 });
    expect(failing?.failures).toBeGreaterThan(0);
    expect(other).toMatchObject({ name: 'other', failures: 0, lagSeconds: 0 });
    expect(lines).toContainEqual(expect.objectContaining({ follower: 'failing', kind: 'instance-status-changed', error: 'no mail today' }));
    isBroken = false;
    await until(async () => ((await positionOf('failing')) === (await positionOf('other')) ? true : undefined), 'all to be handled');
    expect(seen.slice(-2)).toEqual(['i-1 C', 'i-1 D']);
    expect((await selectFollowers(db))[0]).toMatchObject({ behind: 0, failures: 0 });
  });

  it('leaves no effect in the database of the event that failed', async () => {
    await sql`create table if not exists effects (word text primary key)`.execute(db);
    let isBroken = true;
    const follower: Follower = {
      name: 'effects',
      kinds: ['instance-status-changed'],
      handle: async (tx, { payload }) => {
        await sql`insert into effects values (${payload['status']})`.execute(tx);
        if (isBroken) {
          isBroken = false;
          throw new Error('after the effect');
        }
      },
    };
    await told(status('i-1', 'once'));
    // The second try would meet its own row, had the first one stayed.
    await start([follower], { retryMs: 10 });
    await until(async () => ((await selectFollowers(db))[0]?.behind === 0 ? true : undefined), 'the event to be handled');
    expect((await sql`select word from effects`.execute(db)).rows).toEqual([{ word: 'once' }]);
  });
});

describe('several copies of the program', () => {
  it('handle each event once, one copy at a time', async () => {
    const seen: string[] = [];
    let inside = 0;
    let most = 0;
    const follower = noting(seen, 'shared', async () => {
      inside += 1;
      most = Math.max(most, inside);
      await Promise.resolve();
      inside -= 1;
    });
    for (let copy = 0; copy < 3; copy += 1) await start([follower]);
    await Promise.all(Array.from({ length: 300 }, (_, n) => told(status(`i-${n}`, 'A'))));
    await reached(seen, 300);
    expect(new Set(seen).size).toBe(300);
    expect(seen).toHaveLength(300);
    expect(most).toBe(1);
  });

  it('go on where one was killed between an effect and the move of the cursor', async () => {
    await sql`create table if not exists outside (word text not null)`.execute(db);
    await told(status('i-1', 'A'), status('i-1', 'B'));
    const module = (path: string) => JSON.stringify(new URL(`../../dist/${path}`, import.meta.url).href);
    const program = `
      const { openDatabase, sql } = await import(${module('database/database.js')});
      const { silentLogger } = await import(${module('log.js')});
      const { follow } = await import(${module('events/follow.js')});
      const database = await openDatabase({ url: process.env.DATABASE_URL }, { log: silentLogger, idleInTransactionMs: 120_000 });
      await follow({ database, log: silentLogger, followers: [{ name: 'killed', kinds: ['instance-status-changed'],
        handle: async (tx, event) => {
          await sql\`insert into outside values (\${event.payload.status})\`.execute(database.db);
          console.log('handled');
          await new Promise(() => setInterval(() => {}, 1_000));
        } }] });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)),
      env: { ...process.env, DATABASE_URL: database.url },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(child.stdout, 'data');
    const seen: string[] = [];
    await start(
      [noting(seen, 'killed', ({ payload }) => sql`insert into outside values (${payload['status']})`.execute(db).then(() => {}))],
      {
        pollMs: 50,
      },
    );
    // As long as the other copy holds the follower, nobody else handles anything.
    expect(seen).toEqual([]);
    child.kill('SIGKILL');
    await once(child, 'exit');
    await reached(seen, 2);
    expect(seen).toEqual(['i-1 A', 'i-1 B']);
    // What was done outside of the transaction is done again.
    expect((await sql<{ word: string }>`select word from outside`.execute(db)).rows.map(({ word }) => word)).toEqual(['A', 'A', 'B']);
  });

  it('go on at the cursor after a restart', async () => {
    const before: string[] = [];
    const first = await start([noting(before)]);
    await told(status('i-1', 'A'));
    await reached(before, 1);
    await until(async () => ((await selectFollowers(db))[0]?.behind === 0 ? true : undefined), 'the cursor');
    await first.stop();
    await told(status('i-1', 'B'));
    const after: string[] = [];
    await start([noting(after)]);
    await reached(after, 1);
    expect(after).toEqual(['i-1 B']);
  });

  it('hear of events also where a notification was lost with its connection', async () => {
    const other = await openDatabase({ url: database.url }, { log: silentLogger, poolSize: 4 });
    try {
      const seen: string[] = [];
      const following = await follow({ database: other, log: silentLogger, followers: [noting(seen)], pollMs: 50 });
      await sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query like 'listen%'`.execute(
        db,
      );
      await told(status('i-1', 'A'));
      await reached(seen, 1);
      expect(seen).toEqual(['i-1 A']);
      await following.stop();
    } finally {
      await other.close();
    }
  });
});

describe('old events', () => {
  it('go when all followers have read them, in bounded batches; what somebody has still to read stays', async () => {
    await told(...Array.from({ length: 5 }, (_, n) => status('i-1', String(n))));
    await placeEvents(db);
    await sql`update events set at = now() - interval '31 days'`.execute(db);
    await told(status('i-1', 'young'));
    await placeEvents(db);
    await seeFollowers(db, ['quick', 'slow']);
    const { rows } = await sql<{ position: number }>`select position from events order by position`.execute(db);
    await sql`update event_followers set position = ${rows[5]?.position} where name = 'quick'`.execute(db);
    await sql`update event_followers set position = ${rows[2]?.position} where name = 'slow'`.execute(db);
    expect(await pruneEvents(db, { days: 30, limit: 2 })).toBe(2);
    expect(await pruneEvents(db, { days: 30, limit: 2 })).toBe(1);
    expect(await pruneEvents(db, { days: 30, limit: 2 })).toBe(0);
    // A follower that no program has any more holds nothing back.
    await sql`update event_followers set seen_at = now() - interval '31 days' where name = 'slow'`.execute(db);
    expect(await pruneEvents(db, { days: 30, limit: 10 })).toBe(2);
    expect((await sql<{ word: string }>`select payload->>'status' as word from events`.execute(db)).rows).toEqual([{ word: 'young' }]);
  });
});
