import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decide, type InstanceState, type OperationRequest, type RequestKind } from './arbiter.js';
import { arbiterTable, REQUESTS, STATES_AT_REST, STATES_AT_WORK } from './arbiter-table.js';
import { type InstanceStatus, OPERATIONS, type OperationKind } from '../instances/instance.js';

const by = (kind: RequestKind, trigger: OperationRequest['trigger'] = 'person'): OperationRequest => ({ kind, trigger });
const rest = (status: InstanceStatus, everRan = true): InstanceState => ({ id: 'instance-1', status, everRan, deleteWaits: false });
const down: InstanceState = { ...rest('FAILED'), takingDown: true };
const work = (kind: OperationKind, deleteWaits = false): InstanceState => ({
  id: 'instance-1',
  status: deleteWaits ? 'DELETING' : (OPERATIONS[kind].during ?? 'RUNNING'),
  everRan: true,
  running: { kind, runId: 'submit-x' },
  deleteWaits,
});
const code = (state: InstanceState, request: OperationRequest) => {
  const decision = decide(state, request);
  return 'code' in decision ? `${decision.verdict} ${decision.code}` : decision.verdict;
};

describe('the cases that have names', () => {
  it.each<[string, InstanceState, OperationRequest, string]>([
    ['a delete during a create', work('create'), by('delete'), 'supersede'],
    ['a delete during a backup', work('backup'), by('delete'), 'supersede'],
    ['a second delete', work('delete'), by('delete'), 'join'],
    ['a second delete while the first waits', work('create', true), by('delete'), 'join'],
    ['a backup of a stopped instance', rest('STOPPED'), by('backup'), 'run'],
    ['a backup by schedule of a stopped instance', rest('STOPPED'), by('backup', 'schedule'), 'skip wrong-status'],
    ['a backup by schedule of a failed instance', rest('FAILED'), by('backup', 'schedule'), 'run'],
    ['a backup by schedule of what never ran', rest('FAILED', false), by('backup', 'schedule'), 'skip never-ran'],
    ['a backup by schedule of what is being taken down', down, by('backup', 'schedule'), 'skip being-taken-down'],
    ...(['start', 'stop', 'restart', 'modify', 'upgrade', 'addCapacity', 'removeCapacity', 'failover', 'backup', 'custom'] as const).map(
      (kind): [string, InstanceState, OperationRequest, string] => [
        `a ${kind} of what is being taken down`,
        down,
        by(kind),
        'refuse being-taken-down',
      ],
    ),
    ['a delete of what is being taken down', down, by('delete'), 'run'],
    ['a retry of what is being taken down', down, by('retry'), 'run'],
    ['the removal of a snapshot of what is being taken down', down, by('deleteBackup'), 'run'],
    ['a restore into what is being taken down', down, by('restore'), 'refuse source-is-live'],
    ['a backup of what never ran', rest('FAILED', false), by('backup'), 'refuse never-ran'],
    ['a start of what never ran', rest('FAILED', false), by('start'), 'refuse never-ran'],
    ['a restart of what never ran', rest('FAILED', false), by('restart'), 'refuse never-ran'],
    ['a modify of what never ran', rest('FAILED', false), by('modify'), 'run'],
    ['a modify of what was never restored', { ...rest('FAILED', false), toRestore: true }, by('modify'), 'refuse never-restored'],
    ['a start of what was never restored', { ...rest('FAILED', false), toRestore: true }, by('start'), 'refuse never-restored'],
    ['a retry of what was never restored', { ...rest('FAILED', false), toRestore: true }, by('retry'), 'run'],
    ['a retry of what never ran', rest('FAILED', false), by('retry'), 'run'],
    ['a start of what failed later', rest('FAILED'), by('start'), 'run'],
    ['a modify during an upgrade', work('upgrade'), by('modify'), 'refuse conflicting-operation'],
    ['an upgrade during a modify', work('modify'), by('upgrade'), 'refuse conflicting-operation'],
    ['a restore into a source that is being deleted', work('delete'), by('restore'), 'refuse source-is-being-deleted'],
    ['a restore into a source that is to be deleted', work('modify', true), by('restore'), 'refuse source-is-being-deleted'],
    ['a restore into a live source', rest('RUNNING'), by('restore'), 'refuse source-is-live'],
    ['a restore into a source that failed', rest('FAILED'), by('restore'), 'refuse source-is-live'],
    ['a restore into a source that is gone', rest('DELETED'), by('restore'), 'run'],
    ['a restore into a new row', rest('DEPLOYING', false), by('restore'), 'run'],
    [
      'a restore into a source whose snapshot is being removed',
      { ...rest('DELETED'), running: { kind: 'deleteBackup' as const, runId: 'r' } },
      by('restore'),
      'refuse conflicting-operation',
    ],
    ['a backup by schedule while something runs', work('modify'), by('backup', 'schedule'), 'wait conflicting-operation'],
    ['an expiry while a backup runs', work('backup'), by('deleteBackup', 'schedule'), 'wait conflicting-operation'],
    ['an expiry of a deleted instance’s snapshot', rest('DELETED'), by('deleteBackup', 'schedule'), 'run'],
    ['a backup during a delete', work('delete'), by('backup'), 'refuse conflicting-operation'],
    ['a custom workflow of a failed instance', rest('FAILED'), by('custom'), 'run'],
    ['a scaling of a failed instance', rest('FAILED'), by('addCapacity'), 'run'],
    ['a custom workflow of what never ran', rest('FAILED', false), by('custom'), 'refuse never-ran'],
    ['a custom workflow of a stopped instance', rest('STOPPED'), by('custom'), 'refuse wrong-status'],
    ['a start of what runs', rest('RUNNING'), by('start'), 'refuse wrong-status'],
    ['a stop of what is stopped', rest('STOPPED'), by('stop'), 'refuse wrong-status'],
    ['a retry while something runs', work('backup'), by('retry'), 'refuse conflicting-operation'],
    ['a delete of what is deleted', rest('DELETED'), by('delete'), 'refuse wrong-status'],
  ])('%s', (_name, state, request, expected) => {
    expect(code(state, request)).toBe(expected);
  });
});

it('says the words that clients look for', () => {
  expect(decide(work('modify'), by('stop'))).toMatchObject({
    message: 'A conflicting operation is already in progress on instance-1: modify (submit-x).',
  });
  expect(decide(rest('STOPPED'), by('modify'))).toMatchObject({
    message: 'instance-1 is STOPPED; modify needs it to be RUNNING or FAILED. Start it first.',
  });
  expect(decide(down, by('start'))).toMatchObject({
    message:
      "A delete of instance-1 has begun to take it down: part of it is gone, and a start could make it anew without its data. Delete it again, or retry the delete's workflow; its snapshots can be restored into a new instance.",
  });
  expect(decide(rest('RUNNING'), by('start'))).toMatchObject({ message: 'instance-1 is RUNNING; start needs it to be STOPPED or FAILED.' });
});

describe('the table', () => {
  const rows = [...arbiterTable(STATES_AT_REST), ...arbiterTable(STATES_AT_WORK)];
  it('is whole: each pair has an answer, and each refusal a code and a sentence that names the instance', () => {
    for (const row of rows) {
      expect(row.decisions).toHaveLength(REQUESTS.length);
      const sentences = row.decisions.flatMap((decision) => ('code' in decision ? [decision.message] : []));
      for (const sentence of sentences) expect(sentence, row.state).toMatch(/the instance.*\.$/);
    }
  });
  it('lets nothing begin while something runs', () => {
    for (const row of arbiterTable(STATES_AT_WORK)) expect(row.decisions.map(({ verdict }) => verdict)).not.toContain('run');
  });
  it('makes what is due by schedule never fail for the moment’s sake', () => {
    const scheduled = REQUESTS.flatMap(({ request }, index) => (request.trigger === 'schedule' ? [index] : []));
    for (const row of arbiterTable(STATES_AT_WORK)) for (const index of scheduled) expect(row.decisions[index]?.verdict).toBe('wait');
  });
  it('has a way out of everywhere but from what is gone', () => {
    for (const { name, state } of [...STATES_AT_REST, ...STATES_AT_WORK].filter((one) => one.state.status !== 'DELETED'))
      expect(['run', 'supersede', 'join'], name).toContain(decide(state, by('delete')).verdict);
  });
});

it('what was never restored is not sent to a modify, which is refused there', () => {
  for (const kind of ['custom', 'start', 'addCapacity'] as const) {
    const refused = decide({ ...rest('FAILED', false), toRestore: true }, by(kind));
    expect(refused).toMatchObject({ verdict: 'refuse', code: 'never-restored' });
    expect('message' in refused ? refused.message : '').not.toMatch(/modify (it|instance-1)/);
  }
  expect(decide(rest('FAILED', false), by('custom'))).toMatchObject({
    message: expect.stringMatching(/, modify instance-1 or delete it\.$/) as string,
  });
});

/** One instance as the rows would have it, moved by what the arbiter says and by what runs end as. */
class Model {
  state: InstanceState = rest('DEPLOYING', false);
  deletesTaken = 0;
  ends = 0;
  begun: OperationKind[] = [];
  /** The last one, if it failed: what a retry takes up. */
  failed: OperationKind | undefined;
  /** What made it RUNNING for the first time in each of its lives, and whether something was to be restored into it. */
  firstRan: [OperationKind, boolean][] = [];

  ask(request: OperationRequest): void {
    const decision = decide(this.state, request);
    const kind = request.kind === 'retry' ? this.failed : request.kind;
    if (decision.verdict === 'run' && kind !== undefined) this.begin(kind);
    if (decision.verdict === 'supersede') this.state = { ...this.state, status: 'DELETING', deleteWaits: true };
    if (['supersede', 'join'].includes(decision.verdict) || (decision.verdict === 'run' && request.kind === 'delete')) this.deletesTaken++;
  }

  end(outcome: 'succeeded' | 'failed'): void {
    const { running, deleteWaits } = this.state;
    if (running === undefined) return;
    this.ends++;
    const { after } = OPERATIONS[running.kind];
    const at = this.before;
    const status = after === null ? at : outcome === 'succeeded' ? after : 'FAILED';
    if (status === 'RUNNING' && !this.state.everRan) this.firstRan.push([running.kind, this.state.toRestore === true]);
    this.failed = outcome === 'failed' ? running.kind : undefined;
    const ran = this.state.everRan || status === 'RUNNING';
    const takingDown = this.state.takingDown === true || (running.kind === 'delete' && outcome === 'failed');
    this.state = { ...rest(status, ran), toRestore: this.state.toRestore === true && !ran, takingDown };
    if (deleteWaits) this.begin('delete');
  }

  private before: InstanceStatus = 'DEPLOYING';

  private begin(kind: OperationKind): void {
    if (this.state.running !== undefined) throw new Error(`${kind} doubles ${this.state.running.kind}`);
    if (this.state.takingDown === true && !['delete', 'deleteBackup', 'restore'].includes(kind))
      throw new Error(`${kind} could make anew what a delete has removed`);
    this.before = this.state.status;
    this.begun.push(kind);
    // A new life.
    if (kind === 'restore') this.state = { ...this.state, everRan: false, toRestore: true, takingDown: false };
    this.state = { ...this.state, status: OPERATIONS[kind].during ?? this.state.status, running: { kind, runId: 'r' }, deleteWaits: false };
  }
}

const request = fc.constantFrom(...REQUESTS.map((one) => one.request));
const move = fc.oneof(
  { weight: 3, arbitrary: request.map((asked) => ({ asked })) },
  { weight: 1, arbitrary: fc.constantFrom('succeeded' as const, 'failed' as const).map((outcome) => ({ outcome })) },
);

it('whatever is asked and however it ends: nothing doubles, no delete is lost, nothing waits for ever', () => {
  fc.assert(
    fc.property(fc.array(move, { maxLength: 60 }), (moves) => {
      const model = new Model();
      for (const one of moves) {
        if ('asked' in one) model.ask(one.asked);
        else model.end(one.outcome);
        // A delete waits only behind something, and never behind a delete.
        const behind = model.state.deleteWaits ? model.state.running?.kind : 'something';
        expect(['delete', undefined]).not.toContain(behind);
        expect(model.state.status === 'DELETING').toBe(model.state.running?.kind === 'delete' || model.state.deleteWaits);
      }
      // Everything comes to rest, each end ending something, and a delete that was taken has begun.
      for (let left = 3; model.state.running !== undefined; left--) {
        expect(left).toBeGreaterThan(0);
        model.end('succeeded');
      }
      expect(model.ends).toBe(model.begun.length);
      // What is called RUNNING was made as a whole.
      for (const [kind, toRestore] of model.firstRan) expect(toRestore ? ['restore'] : ['create', 'modify', 'upgrade']).toContain(kind);
      expect(model.deletesTaken === 0).toBe(!model.begun.includes('delete'));
    }),
    { numRuns: 2_000 },
  );
});
