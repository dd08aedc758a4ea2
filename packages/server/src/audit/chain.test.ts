import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { hashOfLine, lineOf } from './chain.js';
import { selectSealed } from './chain-store.js';
import { prune, sealAll } from './seal.js';
import { auditWorld, KEY } from './world.testing.js';
import { verifyTrail } from './verify.js';

const { db } = await testDatabase({ poolSize: 20 });
const { ask, app, events } = await auditWorld(db);
const deps = { db, key: KEY };
const api = app({ stopInstance: async () => undefined });
const stop = (who = 'p') => ask(api, who, 'POST', '/fleet/service/s-1/environment/se-1/instance/instance-a/stop', {});
const verify = (more: Parameters<typeof verifyTrail>[2] = {}) => verifyTrail(deps, 'org-p', more);
const idAt = async (position: number) => (await events()).find((one) => one['position'] === position)?.['id'] as string;

/** So many events in the trail of the provider, one after the other. */
async function trailOf(count: number): Promise<void> {
  for (let one = 0; one < count; one += 1) await stop();
  await sealAll(deps);
}

/** The same; those at these places happened long ago. */
async function agedTrailOf(count: number, old: number[]): Promise<void> {
  for (let one = 0; one < count; one += 1) await stop();
  await sql`update audit_events a set at = a.at - interval '401 days'
    from (select id, row_number() over (order by ended_at, id) as place from audit_events where position is null) n
    where n.id = a.id and n.place = any(${old})`.execute(db);
  await sealAll(deps);
}

/** Whoever can write rows makes the events between these places anew, with hashes of their own. */
async function forge(from: number, upTo: number): Promise<Buffer> {
  const rows = await selectSealed(db, { providerOrgId: 'org-p', after: from - 1, upTo, limit: 100 });
  let previous = rows[0]?.previousHash ?? Buffer.alloc(0);
  for (const row of rows) {
    const hash = hashOfLine(lineOf(row.position, previous, row));
    await sql`update audit_events set previous_hash = ${previous}, hash = ${hash} where id = ${row.id}`.execute(db);
    previous = hash;
  }
  return previous;
}

beforeEach(async () => {
  await sql`truncate audit_events, audit_chains, audit_checkpoints`.execute(db);
});

describe('a trail', () => {
  it('is whole however many calls come at once and however many copies seal it', async () => {
    await Promise.all(Array.from({ length: 60 }, async (_, n) => (n % 3 === 0 ? sealAll(deps) : stop(n % 2 === 0 ? 'p' : 'o'))));
    await Promise.all([sealAll(deps), sealAll(deps), sealAll(deps)]);
    await sealAll(deps);
    const [ours, theirs] = [await verify(), await verifyTrail(deps, 'org-other')];
    expect([ours.fault, theirs.fault, ours.events + theirs.events, ours.unsealed + theirs.unsealed]).toEqual([undefined, undefined, 40, 0]);
    expect(Math.min(ours.events, theirs.events)).toBeGreaterThan(0);
  });

  it('without events is intact', async () => {
    expect(await verify()).toMatchObject({ events: 0, position: 0 });
  });

  it.each([
    ['edited', sql`update audit_events set user_name = 'Nobody' where position = 3`, 3],
    ['edited', sql`update audit_events set at = at + interval '1 microsecond' where position = 3`, 3],
    ['edited', sql`update audit_events set outcome = 'refused', http_status = 403 where position = 5`, 5],
    ['edited', sql`update audit_events set fields = '{x}' where position = 2`, 2],
    ['edited', sql`update audit_events set hash = sha256(hash) where position = 2`, 2],
    ['missing', sql`delete from audit_events where position = 3`, 3],
    ['missing', sql`delete from audit_events where position in (1, 2)`, 1],
    ['missing', sql`delete from audit_events where position = 6`, 6],
    ['missing', sql`delete from audit_events`, 1],
    ['reordered', sql`update audit_events set position = case position when 2 then 4 else 2 end + 100 where position in (2, 4)`, 2],
    ['head-changed', sql`update audit_chains set position = 5, hash = (select hash from audit_events where position = 5)`, 5],
    ['head-changed', sql`update audit_chains set seal = sha256(seal)`, 6],
    ['added', sql`update audit_events set position = 7 where position is null`, 7],
    ['added', sql`delete from audit_chains`, 1],
  ])('that was changed is %s, named at the first place (%#)', async (kind, tamper, position) => {
    await trailOf(6);
    expect(await verify()).toMatchObject({ events: 6, position: 6, prunedUpTo: 0, unsealed: 0 });
    if (kind === 'added') {
      await stop();
      await sql`update audit_events set hash = sha256('x'), previous_hash = sha256('y'), position = 1000 where position is null`.execute(
        db,
      );
      await sql`update audit_events set position = 7 where position = 1000`.execute(db);
    }
    await tamper.execute(db);
    await sql`update audit_events set position = position - 100 where position > 100`.execute(db);
    const { fault } = await verify();
    const hasEvent = kind !== 'missing' && kind !== 'head-changed';
    expect(fault).toMatchObject({ kind, position, eventId: hasEvent ? await idAt(position) : '' });
  });

  it('that was made anew from an event on has another end than the one that is sealed', async () => {
    await trailOf(6);
    await sql`update audit_events set user_name = 'Nobody' where position = 4`.execute(db);
    await sql`update audit_chains set hash = ${await forge(4, 6)}`.execute(db);
    expect((await verify()).fault).toMatchObject({ kind: 'head-changed', position: 6 });
    // Nothing is added to it.
    await stop();
    await expect(sealAll(deps)).rejects.toThrow('The end of the audit trail of org-p was changed');
    expect((await events()).at(-1)).toMatchObject({ position: null });
  });

  it('that was put back to an earlier state is found by what an earlier check has told', async () => {
    await trailOf(4);
    const before = (await sql`select * from audit_chains`.execute(db)).rows[0] as { position: number; hash: Buffer; seal: Buffer };
    await trailOf(3);
    const told = await verify();
    expect((await verify({ expected: { position: 7, hash: told.hash } })).fault).toBeUndefined();
    await sql`delete from audit_events where position > 4`.execute(db);
    await sql`update audit_chains set position = ${before.position}, hash = ${before.hash}, seal = ${before.seal}`.execute(db);
    expect((await verify()).fault).toBeUndefined();
    expect((await verify({ expected: { position: 7, hash: told.hash } })).fault).toMatchObject({ kind: 'not-as-expected', position: 7 });
  });
});

describe('retention', () => {
  it('takes whole days from the beginning, and leaves a trail that can be checked', async () => {
    await agedTrailOf(8, [1, 2, 3, 6]);
    const day = (await verify()).hash;
    expect(await prune(deps, 400)).toBe(3);
    expect(await prune(deps, 400)).toBe(0);
    expect((await events()).map((one) => one['position'])).toEqual(expect.arrayContaining([4, 5, 6, 7, 8]));
    expect(await verify()).toMatchObject({ events: 5, prunedUpTo: 3, position: 8, hash: day });
    expect((await verify()).fault).toBeUndefined();
    await trailOf(2);
    expect(await verify()).toMatchObject({ events: 7, position: 10 });
  });

  it('cannot be made up', async () => {
    await trailOf(6);
    await sql`insert into audit_checkpoints (provider_org_id, position, hash, events, seal)
      select 'org-p', position, hash, 3, sha256(hash) from audit_events where position = 3`.execute(db);
    await sql`delete from audit_events where position <= 3`.execute(db);
    expect((await verify()).fault).toMatchObject({ kind: 'checkpoint-changed', position: 3 });
  });

  it('removes nothing that was made old afterwards: it stays, as evidence, and is told', async () => {
    await trailOf(5);
    await sql`update audit_events set at = at - interval '401 days' where position in (1, 2)`.execute(db);
    await expect(prune(deps, 400)).rejects.toThrow(/org-p: Event event-\w+, at 1, was changed after it was written/);
    expect((await verify()).fault).toMatchObject({ kind: 'edited', position: 1 });
    // With hashes of their own they are not those that the next one follows.
    await forge(1, 2);
    await expect(prune(deps, 400)).rejects.toThrow(/org-p: Event event-\w+, at 3, does not follow/);
    expect(await events()).toHaveLength(5);
    expect((await verify()).fault).toMatchObject({ kind: 'reordered', position: 3 });
  });

  it('of a trail that was changed keeps no other provider’s waiting', async () => {
    await agedTrailOf(2, [1, 2]);
    await sql`update audit_events set user_name = 'Nobody' where position = 1`.execute(db);
    for (let one = 0; one < 2; one += 1) await stop('o');
    await sql`update audit_events set at = at - interval '401 days' where provider_org_id = 'org-other'`.execute(db);
    await sealAll(deps);
    await expect(prune(deps, 400)).rejects.toThrow('Old events were changed');
    expect((await events()).map((one) => one['provider_org_id'])).toEqual(['org-p', 'org-p']);
  });

  it('of everything leaves an end to go on from', async () => {
    await agedTrailOf(3, [1, 2, 3]);
    expect(await prune(deps, 400)).toBe(3);
    await trailOf(1);
    expect(await verify()).toMatchObject({ events: 1, prunedUpTo: 3, position: 4 });
    expect((await verify()).fault).toBeUndefined();
  });
});

describe('an export', () => {
  it('has a line for each event, and each can be checked with nothing but the lines', async () => {
    await trailOf(1_203);
    const answer = await ask(api, 'p', 'GET', '/api/audit/export');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/x-ndjson']);
    const lines = (answer.body as string).trimEnd().split('\n');
    let previous = '0'.repeat(64);
    for (const [index, line] of lines.entries()) {
      const { position, previousHash, hash } = JSON.parse(line) as Record<string, unknown>;
      const hashed = createHash('sha256')
        .update(line.replace(/,"hash":"[0-9a-f]{64}"\}$/, '}'))
        .digest('hex');
      expect([position, previousHash, hash]).toEqual([index + 1, previous, hashed]);
      previous = hashed;
    }
    expect(lines).toHaveLength(1_203);
    const rest = await ask(api, 'p', 'GET', '/api/audit/export?after=1200');
    expect((rest.body as string).trimEnd().split('\n')).toEqual(lines.slice(1_200));
    expect((await ask(api, 'o', 'GET', '/api/audit/export')).body).toBe('');
    expect((await ask(api, 'p', 'GET', '/api/audit/verify')).body).toMatchObject({ intact: true, events: 1_203, hash: previous });
  }, 60_000);
});
