import { afterAll, describe, expect, it } from 'vitest';
import { sql, transaction } from '../../database/database.js';
import { testDatabase } from '../../database/test-database.testing.js';
import { type Logger, silentLogger } from '../../log.js';
import { createSealer } from '../../secrets/envelope.js';
import { BROKEN } from './broken-run.js';
import { terminateRun } from '../control-run.js';
import { describeRun } from '../describe-run.js';
import { Bench, fakeCell, newRun, SEALER, until } from '../engine.testing.js';
import { insertRun } from '../insert-run.js';
import type { NewRun } from '../model.js';

const database = await testDatabase();
const bench = new Bench(database, fakeCell());
const errors: { run?: unknown; error?: unknown }[] = [];
const log: Logger = { ...silentLogger, error: (fields: unknown) => void errors.push(fields as { run?: unknown }) };
afterAll(() => bench.stop());

await bench.start({ log });

const OTHER_KEY = createSealer(Buffer.alloc(32, 9));

/** A run as somebody with another master key has left it. */
async function insertSealed(more: Partial<NewRun> = {}): Promise<NewRun> {
  const run = newRun(more);
  await transaction(database.db, (tx) => insertRun({ tx, sealer: OTHER_KEY }, run));
  return run;
}

function descriptionOf(id: string) {
  return describeRun({ db: database.db, sealer: SEALER }, id);
}

describe('a run whose values cannot be opened', () => {
  it('waits by name until its deadline, is logged once, and goes on when they can be opened again', async () => {
    const run = await insertSealed();
    const wait = await until(async () => (await descriptionOf(run.id))?.waitingFor, 'the run to be set aside');
    const row = await descriptionOf(run.id);
    expect(wait.reason).toMatch(/^this run cannot be carried on: /);
    expect(wait.deadline).toEqual(row?.deadlineAt);
    expect(row).toMatchObject({ phase: 'Pending', code: BROKEN });
    // Nobody has it, and it is not due for a while.
    const held = await sql<{
      owner: string | null;
      later: boolean;
    }>`select owner, due_at > now() as later from runs where id = ${run.id}`.execute(database.db);
    expect(held.rows).toEqual([{ owner: null, later: true }]);
    // Tried again: the same is no news.
    await sql`update runs set due_at = now(), fence = fence where id = ${run.id}`.execute(database.db);
    await until(
      async () => ((await bench.row(run.id)).fence >= 2 && (await bench.row(run.id)).owner === null ? true : undefined),
      'another try',
    );
    expect(errors.filter((one) => one.run === run.id)).toHaveLength(1);

    const values = SEALER.seal(JSON.stringify(run.values), run.id);
    await sql`update runs set sealed_values = ${values}, due_at = now() where id = ${run.id}`.execute(database.db);
    expect(await bench.end(run.id)).toMatchObject({ phase: 'Succeeded', code: '', message: '' });
  });

  it('ends at its deadline, and the domain is told', async () => {
    const run = await insertSealed({ deadlineSeconds: 0 });
    const ended = await bench.end(run.id);
    expect(ended).toMatchObject({ phase: 'Failed', code: BROKEN });
    expect(ended.message).toMatch(/^DeadlineExceeded: this run cannot be carried on: /);
    expect(bench.ended.find((one) => one.run.id === run.id)).toMatchObject({
      outcome: 'Failed',
      code: BROKEN,
      run: { subject: run.subject },
    });
  });
});

describe('a run that cannot be carried on', () => {
  it('ends at once when it is terminated: a delete waits for it', async () => {
    const run = await insertSealed();
    await until(async () => (await descriptionOf(run.id))?.waitingFor, 'the run to be set aside');
    await transaction(database.db, (tx) => terminateRun(tx, run.id, 'superseded by delete'));
    const ended = await bench.end(run.id);
    expect(ended).toMatchObject({ phase: 'Terminated', code: 'terminated' });
    expect(ended.message).toMatch(/^superseded by delete; this run cannot be carried on: /);
    expect(bench.ended.find((one) => one.run.id === run.id)).toMatchObject({ outcome: 'Terminated' });
  });
});

describe('a run whose rows are damaged', () => {
  it('is set aside where its program stumbles, like one that cannot be opened', async () => {
    const run = newRun();
    await transaction(database.db, async (tx) => {
      await insertRun({ tx, sealer: SEALER }, run);
      await sql`update runs set workflow = jsonb_set(workflow::jsonb, '{outputs}', '5') where id = ${run.id}`.execute(tx);
    });
    await until(
      async () => ((await descriptionOf(run.id))?.waitingFor?.reason.includes('this run cannot be carried on') === true ? true : undefined),
      'the run to be set aside',
    );
    expect(errors.filter((one) => one.run === run.id)).toHaveLength(1);
  });
});
