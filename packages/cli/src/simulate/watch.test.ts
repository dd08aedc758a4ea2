import type { InstanceProgress } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { overdueStep } from './watch.js';

const NOW = Date.parse('2026-01-01T00:10:00Z');
const ago = (seconds: number) => new Date(NOW - seconds * 1_000).toISOString();
const running = (task: object) =>
  ({
    run: {
      tasks: [{ kind: 'task', name: 'a', title: '', phase: 'Running', action: 'get', object: { kind: 'Secret', name: 's' }, ...task }],
    },
  }) as unknown as InstanceProgress;
const wait = { reason: 'Secret/s does not exist yet', since: ago(70), deadline: new Date(NOW + 600_000).toISOString() };
const at = (progress: InstanceProgress, outcome: 'succeed' | 'fail' | 'hang' = 'succeed') =>
  overdueStep(progress, { limitMs: 60_000, outcome }, NOW);

describe('overdueStep', () => {
  it('lets a step take its time, and then says what it waits for and what a cluster would do', () => {
    expect(at(running({ startedAt: ago(59), waitingFor: wait }))).toBeUndefined();
    expect(at(running({ startedAt: ago(70), finishedAt: ago(1), phase: 'Succeeded' }))).toBeUndefined();
    expect(at(running({ startedAt: ago(70), waitingFor: wait }))).toBe(
      'task "a" (get Secret s) has taken 70 s, the simulation\'s limit: Secret/s does not exist yet. Nothing in the simulated cell brings that about. On a cluster it would wait until its deadline, 10 min from now.',
    );
  });

  it('names the clauses that do not hold', () => {
    const success = { op: 'clause', text: 'status.phase == Ready', value: false, live: 'Pending' };
    expect(at(running({ startedAt: ago(70), waitingFor: { ...wait, success } }), 'hang')).toMatch(
      /it waits for status\.phase == Ready \(is Pending\)\. Its operator hangs, as asked\./,
    );
  });

  it('sees soon that nothing in the plan notices an operator that fails', () => {
    const waitingFor = { ...wait, gate: 'status.phase == Ready', since: ago(6) };
    expect(at(running({ startedAt: ago(6), waitingFor }), 'fail')).toMatch(/has no failureCondition: its operator failed, as asked/);
    const noticed = { ...waitingFor, failure: { op: 'clause', text: 'status.phase == Failed', value: false } };
    expect(at(running({ startedAt: ago(6), waitingFor: noticed }), 'fail')).toBeUndefined();
  });
});
