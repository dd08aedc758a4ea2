import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import type { Json } from '@cellplane/plan';
import { sql, transaction } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { runCommand } from '../exec/child-process.js';
import { groupState, type ProcessGroup, processGroup } from '../exec/process-group.js';
import { silentLogger } from '../log.js';
import { createSealer } from '../secrets/envelope.js';
import { anyKind, type WorkAtHand } from './kind.js';
import { type AskedWork, openWork, type Work } from './work.js';

// A kind of work as OpenTofu will be one: a program beside us that writes, may be killed, and whose success is a row of its own.
const { db } = await testDatabase();
const sealer = createSealer(randomBytes(32));
await sql`create table applied (key text primary key, text text not null)`.execute(db);

/** Of each test its own: no server of a test claims what another test has left. */
let kind = '';
beforeEach(() => {
  kind = `shell-${randomBytes(4).toString('hex')}`;
});

interface Program {
  script: string;
  password?: string;
  retriable?: boolean;
}

interface Server extends Work {
  tries: WorkAtHand<Program>[];
  /** Asks for the work and begins it; undefined if another server holds it. */
  start(key: string, input: Program, more?: Partial<AskedWork>): Promise<{ ended: Promise<void> } | undefined>;
  /** The same, to the end of the try. */
  run(key: string, input: Program, more?: Partial<AskedWork>): Promise<void>;
}

/** One copy of the program. `ends: false`: it does not end with the test, as if it had been killed. */
function server({ ends = true } = {}): Server {
  const tries: WorkAtHand<Program>[] = [];
  const shell = anyKind<Program, string>({
    name: kind,
    secretsOf: ({ password }) => (password === undefined ? [] : [password]),
    failure: (_input, cause) => `the program failed: ${cause}`,
    perform: async (work, { signal, onStarted, log }) => {
      tries.push(work);
      const args = ['-c', work.input.script];
      const how = { program: 'sh', cwd: '/', timeoutMs: 60_000, ifMissing: '' };
      const { exitCode, stdout, stderr } = await runCommand({ ...how, args, signal, onStarted, onOutput: log });
      if (exitCode !== 0) throw Object.assign(new Error(stderr.trim()), { retriable: work.input.retriable ?? false });
      return stdout.trim();
    },
    succeed: async (tx, { key }, text) => {
      await sql`insert into applied (key, text) values (${key}, ${text})`.execute(tx);
    },
  });
  const work = openWork({ db, sealer, log: silentLogger, kinds: () => [shell] });
  if (ends) onTestFinished(() => work.stop());
  const start: Server['start'] = async (key, input, more = {}) => {
    const asked: AskedWork = { kind, key, input: input as unknown as Json, ...more };
    const begun = await transaction(db, (tx) => work.begin(tx, asked));
    return begun === undefined ? undefined : { ended: work.perform(begun) };
  };
  return { ...work, tries, start, run: async (...given) => (await start(...given))?.ended };
}

const newKey = () => `key-${randomBytes(4).toString('hex')}`;
const status = (key: string) => server({ ends: false }).status(db, { kind, key });
const applied = async (key: string) => (await sql<{ text: string }>`select text from applied where key = ${key}`.execute(db)).rows[0]?.text;
const change = (key: string, set: ReturnType<typeof sql>) => sql`update work set ${set} where key = ${key}`.execute(db);
const lapse = (key: string) => change(key, sql`lease_until = now() - interval '1 second'`);
async function groupOf(key: string): Promise<ProcessGroup> {
  const read = async () =>
    (await sql<{ group: ProcessGroup | null }>`select process_group as group from work where key = ${key}`.execute(db)).rows[0]?.group;
  await expect.poll(read).not.toBeNull();
  return (await read()) as ProcessGroup;
}

describe('work', () => {
  it('is done once, its success and its end in one transaction; the last words stay, the input goes', async () => {
    const one = server();
    const key = newKey();
    await one.run(key, { script: 'echo planned >&2; echo applied' });
    const done = await status(key);
    expect(done).toMatchObject({ state: 'done', isHeld: false, message: '', failedAttempts: 0 });
    expect(done?.log.split('\n').toSorted().join(' ').trim()).toBe('applied planned');
    expect(await applied(key)).toBe('applied');
    const { rows } = await sql<{ input: Buffer | null }>`select sealed_input as input from work where key = ${key}`.execute(db);
    expect(rows[0]?.input).toBeNull();
  });

  it('is one process’s at a time: another gets nothing while the lease holds', async () => {
    const [one, other] = [server(), server()];
    const key = newKey();
    const under = await one.start(key, { script: 'exec sleep 60' });
    expect(await other.start(key, { script: 'echo two' })).toBeUndefined();
    await other.sweep();
    expect(await other.status(db, { kind, key })).toMatchObject({ state: 'running', isHeld: true });
    await one.stop();
    await under?.ended;
    expect(other.tries).toEqual([]);
  });

  it('that a dead process left is taken over: its program is ended first, and what was half done is known as ours', async () => {
    const key = newKey();
    const orphan = spawn('sleep', ['60'], { detached: true, stdio: 'ignore' });
    const ended = once(orphan, 'exit');
    const dead = server({ ends: false });
    const begun = await transaction(db, (tx) => dead.begin(tx, { kind, key, input: { script: 'echo again' } }));
    // Its server was killed after the program had begun.
    await change(key, sql`process_group = ${JSON.stringify(processGroup(orphan.pid ?? 0))}::jsonb`);
    const heir = server();
    await heir.sweep();
    expect(heir.tries).toEqual([]);
    await lapse(key);
    await heir.sweep();
    expect(await ended).toEqual([null, 'SIGKILL']);
    await expect.poll(() => applied(key)).toBe('again');
    expect(heir.tries).toMatchObject([{ attempt: 1, resumed: true }]);
    // It was only held up: nothing of what it does counts, and its program does not begin.
    await dead.perform(begun as NonNullable<typeof begun>);
    expect(await status(key)).toMatchObject({ state: 'done' });
  });

  it('whose lease was lost meanwhile writes nothing: the new owner’s end counts', async () => {
    const key = newKey();
    const late = server();
    const under = await late.start(key, { script: 'sleep 1; echo late' });
    await groupOf(key);
    await change(key, sql`fence = fence + 1`);
    await under?.ended;
    expect(await applied(key)).toBeUndefined();
    expect(await status(key)).toMatchObject({ state: 'running' });
  });

  it('whose program is killed is tried again after a pause, and gives up after five times', async () => {
    const one = server();
    const key = newKey();
    const input = { script: 'echo "no route" >&2; exit 1', retriable: true };
    await one.run(key, input);
    const message = 'the program failed: no route';
    expect(await status(key)).toMatchObject({ state: 'waiting', isDue: false, failedAttempts: 1, message });
    await one.sweep();
    expect(one.tries).toHaveLength(1);
    for (let attempt = 2; attempt <= 4; attempt += 1) {
      await change(key, sql`next_attempt_at = now()`);
      await one.sweep();
      await expect.poll(() => status(key)).toMatchObject({ state: 'waiting', failedAttempts: attempt });
    }
    await one.run(key, input, { isRetry: true });
    expect(await status(key)).toMatchObject({ state: 'failed', failedAttempts: 5, retriable: true, message });
    expect(one.tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5]);
    await one.run(key, { script: 'echo better' });
    expect(await status(key)).toMatchObject({ state: 'done', failedAttempts: 0 });
  });

  it('fails at once where another try cannot help', async () => {
    const one = server();
    const key = newKey();
    await one.run(key, { script: 'echo "no such provider" >&2; exit 1' });
    expect(await status(key)).toMatchObject({ state: 'failed', retriable: false, message: 'the program failed: no such provider' });
    await one.sweep();
    expect(one.tries).toHaveLength(1);
  });

  it('that is cancelled ends with its program, in this process and in another', async () => {
    const [one, other] = [server(), server()];
    for (const by of [one, other]) {
      const key = newKey();
      const under = await one.start(key, { script: 'exec sleep 60' });
      const group = await groupOf(key);
      expect(await by.cancel({ kind, key })).toBe('running');
      await under?.ended;
      expect(await status(key)).toMatchObject({ state: 'cancelled' });
      expect(groupState(group)).toBe('gone');
    }
  });

  it('that waits, or whose process died, is cancelled without another try', async () => {
    const one = server();
    const waiting = newKey();
    await one.run(waiting, { script: 'exit 1', retriable: true });
    expect(await one.cancel({ kind, key: waiting })).toBe('cancelled');
    const left = newKey();
    await transaction(db, (tx) => server({ ends: false }).begin(tx, { kind, key: left, input: { script: 'echo no' } }));
    expect(await one.cancel({ kind, key: left })).toBe('running');
    await lapse(left);
    await one.sweep();
    await expect.poll(() => status(left)).toMatchObject({ state: 'cancelled' });
    expect(one.tries).toHaveLength(1);
    expect(await one.cancel({ kind, key: 'nobody asked' })).toBeUndefined();
  });

  it('fails when its deadline has passed, under way or left behind', async () => {
    const one = server();
    const key = newKey();
    await one.run(key, { script: 'exec sleep 60' }, { deadlineSeconds: 1 });
    const message = 'the program failed: its time was up';
    expect(await status(key)).toMatchObject({ state: 'failed', retriable: false, message });
    const left = newKey();
    const asked = { kind, key: left, input: { script: 'echo no' }, deadlineSeconds: 0 };
    await transaction(db, (tx) => server({ ends: false }).begin(tx, asked));
    await lapse(left);
    await one.sweep();
    await expect.poll(() => status(left)).toMatchObject({ state: 'failed', message });
    expect(one.tries).toHaveLength(1);
  });

  it('is let go when its process stops: the next one begins at once, and no try is counted', async () => {
    const key = newKey();
    const stopping = server();
    await stopping.start(key, { script: 'exec sleep 60' });
    const group = await groupOf(key);
    await stopping.stop();
    expect(groupState(group)).toBe('gone');
    expect(await status(key)).toMatchObject({ state: 'waiting', isDue: true, failedAttempts: 0, message: '' });
    const next = server();
    await change(key, sql`sealed_input = ${sealer.seal(JSON.stringify({ script: 'echo next' }), `work/${kind}/${key}`)}`);
    await next.sweep();
    await expect.poll(() => applied(key)).toBe('next');
    expect(next.tries).toMatchObject([{ attempt: 1, resumed: true }]);
  });

  it('keeps its input sealed, and shows no secret in its log and message', async () => {
    const one = server();
    const key = newKey();
    const password = `pw-${randomBytes(8).toString('hex')}`;
    await one.run(key, { script: `echo "with ${password}" >&2; exit 1`, password, retriable: true });
    expect(await status(key)).toMatchObject({ log: 'with ***\n', message: 'the program failed: with ***' });
    const { rows } = await sql<{
      row: string;
    }>`select work::text || encode(sealed_input, 'escape') as row from work where key = ${key}`.execute(db);
    expect(rows[0]?.row).toMatch(/waiting/);
    expect(rows[0]?.row).not.toContain(password);
  });

  it('of a kind that this program does not know is refused, and left to those that know it', async () => {
    const one = server();
    await expect(one.run(newKey(), { script: '' }, { kind: 'unheard of' })).rejects.toThrow('no work of kind unheard of');
  });
});
