import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json.js';
import { parseGate } from './gate/gate.js';
import type { Gate } from './gate/model.js';
import { explainVerdict, judge, type JudgedLeaf } from './judge.js';
import type { Observation, WriteRecord } from './model.js';

function gate(text: string, field: 'success' | 'failure' = 'success'): Gate {
  const parsed = parseGate(text, field);
  if (!parsed.ok) throw new Error(parsed.problem.message);
  return parsed.value;
}

const write: WriteRecord = {
  uid: 'u1',
  resourceVersion: '100',
  generation: 4,
  changed: true,
  created: false,
  successBefore: false,
  failureBefore: false,
  at: 10_000,
};

function object(status: JsonObject, metadata: JsonObject = {}): JsonObject {
  return { metadata: { uid: 'u1', resourceVersion: '101', generation: 4, ...metadata }, status };
}

function seen(what: JsonObject | null, quietSince = 11_000, at = 11_000): Observation {
  return { object: what, at, quietSince };
}

function leaf(more: Partial<JudgedLeaf> = {}): JudgedLeaf {
  return { action: 'apply', success: gate('status.ready == 2'), failure: gate('status.phase == failed', 'failure'), write, ...more };
}

describe('gates', () => {
  it('wait, naming the false clause and its live value', () => {
    const verdict = judge(
      leaf({ success: gate('status.instances == 2 && status.ready == 2') }),
      seen(object({ instances: 2, ready: 1 })),
      12_000,
    );
    expect(verdict.state).toBe('waiting');
    expect(explainVerdict(verdict)).toBe('status.ready == 2: is 1');
    expect(verdict.success?.children).toHaveLength(2);
    expect(judge(leaf(), seen(object({})), 12_000).reason).toBe('status.ready == 2: not there yet');
  });

  it('succeed and fail, failure first', () => {
    expect(judge(leaf(), seen(object({ ready: 2 })), 12_000).state).toBe('succeeded');
    const both = judge(leaf(), seen(object({ ready: 2, phase: 'failed' })), 12_000);
    expect(both).toMatchObject({
      state: 'failed',
      reason: "failure condition 'status.phase == failed' evaluated true (status.phase == failed: is failed)",
    });
  });

  it('are not needed: a write that was accepted is enough', () => {
    for (const action of ['apply', 'create', 'patch', 'replace'] as const) {
      expect(judge({ action, write }, seen(null), 12_000).state).toBe('succeeded');
      expect(judge({ action }, seen(null), 12_000)).toMatchObject({ state: 'waiting', reason: 'not written yet' });
    }
  });

  it('with a failure condition only, succeed at the first look, as Argo does', () => {
    const only: JudgedLeaf = { action: 'apply', failure: gate('status.phase == failed', 'failure'), write };
    expect(judge(only, seen(object({})), 12_000).state).toBe('succeeded');
    expect(judge(only, seen(object({ phase: 'failed' })), 12_000).state).toBe('failed');
  });

  it('on a get wait for an object that others make', () => {
    const get: JudgedLeaf = { action: 'get', success: gate('status.ready == 2') };
    expect(judge(get, seen(null), 12_000)).toMatchObject({ state: 'waiting', reason: 'the object does not exist yet' });
    expect(judge(get, seen(object({ ready: 2 })), 12_000).state).toBe('succeeded');
    expect(judge({ action: 'get' }, seen(object({})), 12_000).state).toBe('succeeded');
  });

  it('on a get fail by what is there: nothing was written that it could be older than', () => {
    const get: JudgedLeaf = { action: 'get', success: gate('status.instances > 1'), failure: gate('status.instances < 2', 'failure') };
    const found = { ...write, changed: false, failureBefore: true };
    expect(judge({ ...get, write: found }, seen(object({ instances: 1 }, { resourceVersion: '100' })), 12_000).state).toBe('failed');
  });
});

describe('an object that goes or changes', () => {
  const gone = 'The resource has been deleted while its status was still being checked';

  it('fails the leaf, unless that was seen before the write', () => {
    expect(judge(leaf(), seen(null), 12_000)).toMatchObject({ state: 'failed', reason: gone });
    expect(judge(leaf(), seen(null, 9_000, 9_000), 12_000).state).toBe('waiting');
    // Read in the millisecond in which the write was answered: it may have been sent before.
    expect(judge(leaf(), seen(null, 10_000, 10_000), 12_000)).toMatchObject({ state: 'waiting', lookAgainAt: 11_000 });
    expect(judge(leaf(), seen(null, 10_001, 10_001), 12_000)).toMatchObject({ state: 'failed', reason: gone });
    expect(judge(leaf(), seen(object({ ready: 2 }, { uid: 'u2', resourceVersion: '200' })), 12_000).reason).toContain(gone);
    expect(judge(leaf(), seen(object({ ready: 2 }, { uid: 'u0', resourceVersion: '50' })), 12_000).state).toBe('waiting');
  });
});

describe('freshness', () => {
  it('never believes an object older than the write, for good or bad', () => {
    for (const status of [{ ready: 2 }, { phase: 'failed' }] as JsonObject[]) {
      expect(judge(leaf(), seen(object(status, { resourceVersion: '99' })), 12_000)).toMatchObject({
        state: 'waiting',
        freshness: 'observation older than the write',
      });
    }
    expect(judge(leaf(), seen(object({ ready: 2 }, { resourceVersion: '1000' })), 12_000).state).toBe('succeeded');
  });

  it('waits for observedGeneration where the kind publishes it', () => {
    const behind = judge(leaf({ write: { ...write, successBefore: true } }), seen(object({ ready: 2, observedGeneration: 3 })), 99_000);
    expect(behind).toMatchObject({ state: 'waiting', freshness: 'observedGeneration 3 of 4' });
    expect(behind.lookAgainAt).toBeUndefined();
    expect(judge(leaf({ write: { ...write, successBefore: true } }), seen(object({ ready: 2, observedGeneration: 4 })), 12_000).state).toBe(
      'succeeded',
    );
    expect(judge(leaf({ write: { ...write, created: true } }), seen(object({ ready: 2, observedGeneration: 3 })), 12_000).state).toBe(
      'waiting',
    );
  });

  it('settles where it does not and the gate was true before', () => {
    const settling = leaf({ write: { ...write, successBefore: true } });
    const verdict = judge(settling, seen(object({ ready: 2 }), 11_000), 12_000);
    expect(verdict).toMatchObject({ state: 'waiting', lookAgainAt: 16_000, freshness: 'settling until 1970-01-01T00:00:16.000Z' });
    expect(verdict.reason).toBe('status.ready == 2 holds; settling until 1970-01-01T00:00:16.000Z');
    expect(judge(settling, seen(object({ ready: 2 }), 11_000), 15_999).state).toBe('waiting');
    expect(judge(settling, seen(object({ ready: 2 }), 11_000), 16_000).state).toBe('succeeded');
    expect(judge(settling, seen(object({ ready: 2 }), 14_000), 16_000)).toMatchObject({ state: 'waiting', lookAgainAt: 19_000 });
    expect(judge(settling, seen(object({ ready: 2 }), 1_000), 12_000)).toMatchObject({ lookAgainAt: 15_000 });
    expect(judge({ ...settling, settleSeconds: 1 }, seen(object({ ready: 2 }), 11_000), 12_000).state).toBe('succeeded');
  });

  it('settles from the write on while the object is as the write has left it, whoever reads it and when', () => {
    const settling = leaf({ write: { ...write, successBefore: true } });
    const asWritten = object({ ready: 2 }, { resourceVersion: '100' });
    for (const readAt of [10_000, 11_000, 14_000])
      expect(judge(settling, seen(asWritten, readAt, readAt), 14_000)).toMatchObject({ state: 'waiting', lookAgainAt: 15_000 });
    expect(judge(settling, seen(asWritten, 14_999), 15_000).state).toBe('succeeded');
  });

  it('settles after a write of metadata only, even where observedGeneration is published', () => {
    const metadataOnly = { ...write, successBefore: true, generationBefore: 4 };
    expect(judge(leaf({ write: metadataOnly }), seen(object({ ready: 2, observedGeneration: 4 })), 12_000).freshness).toContain('settling');
  });

  it('passes at once what was made new, was not true before, or was not changed', () => {
    for (const more of [{ created: true }, { successBefore: false }, { changed: false, successBefore: true }]) {
      expect(judge(leaf({ write: { ...write, ...more } }), seen(object({ ready: 2 })), 11_000).state).toBe('succeeded');
    }
    expect(
      judge(leaf({ write: { ...write, changed: false, resourceVersion: '101', successBefore: true } }), seen(object({ ready: 2 })), 11_000)
        .state,
    ).toBe('succeeded');
  });

  it('ignores a failure from before the write until the object changes', () => {
    const before = leaf({ write: { ...write, failureBefore: true } });
    const same = judge(before, seen(object({ phase: 'failed' }, { resourceVersion: '100' })), 12_000);
    expect(same).toMatchObject({ state: 'waiting', freshness: expect.stringContaining('waiting for the object to change') });
    expect(judge(before, seen(object({ phase: 'failed' }, { resourceVersion: '101' })), 12_000).state).toBe('failed');
    expect(judge(before, seen(object({ phase: 'failed', observedGeneration: 3 })), 12_000).state).toBe('waiting');
    expect(judge(leaf(), seen(object({ phase: 'failed' }, { resourceVersion: '100' })), 12_000).state).toBe('failed');
  });
});

describe('a write repeated because no answer came, which found nothing left to change', () => {
  const blind = (more: Partial<WriteRecord> = {}) => leaf({ write: { ...write, failureBefore: true, blind: true, ...more } });

  it('may have been answered by the operator before: a failure counts once the object has been quiet', () => {
    const failed = seen(object({ phase: 'failed' }, { resourceVersion: '100' }));
    expect(judge(blind(), failed, 12_000)).toMatchObject({ state: 'waiting', lookAgainAt: 15_000 });
    expect(judge(blind(), failed, 15_000)).toMatchObject({ state: 'failed', reason: expect.stringContaining('status.phase == failed') });
    expect(judge(leaf({ write: { ...write, failureBefore: true } }), failed, 100_000).state).toBe('waiting');
  });

  it('waits on where the operator says that it has not seen it', () => {
    const behind = seen(object({ phase: 'failed', observedGeneration: 3 }));
    expect(judge(blind(), behind, 100_000).state).toBe('waiting');
  });
});

describe('a delete', () => {
  const remove: JudgedLeaf = { action: 'delete', write };

  it('is done when the object is gone or another has its name', () => {
    expect(judge(remove, seen(null), 12_000).state).toBe('succeeded');
    expect(judge(remove, seen(object({}, { uid: 'u2' })), 12_000).state).toBe('succeeded');
    expect(judge({ action: 'delete' }, seen(null), 12_000).state).toBe('waiting');
  });

  it('waits for finalizers by name', () => {
    const held = object({}, { finalizers: ['cnpg.io/cluster'], deletionTimestamp: '2026-01-01T00:00:00Z' });
    expect(judge(remove, seen(held), 12_000)).toMatchObject({
      state: 'waiting',
      reason: 'being deleted since 2026-01-01T00:00:00Z; waiting for finalizers cnpg.io/cluster',
    });
    expect(judge(remove, seen(object({})), 12_000).reason).toBe('the delete has not been seen yet; waiting for the object to go');
  });
});
