import type { InstanceProgress, TaskProgress } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { hintsOf } from '../hint.js';
import { reasonFields } from './reason-fields.js';

const failed: TaskProgress = {
  kind: 'task',
  name: 'hold',
  title: 'hold',
  phase: 'Failed',
  message: 'no',
  attempts: 1,
  object: { kind: 'Cluster', name: 'pg-1' },
};

function reasons(status: string, run: Partial<NonNullable<InstanceProgress['run']>>): Record<string, string> {
  const whole = { id: 'w-1', kind: 'modify', phase: 'Running', message: '', createdAt: '', deadline: '', tasks: [], ...run };
  return reasonFields({ status, run: whole }, { hints: hintsOf({}, {}) });
}

describe('why an instance is not where its operation wants it', () => {
  it('is that somebody has paused the run; how it goes on, and what has failed meanwhile', () => {
    expect(reasons('DEPLOYING', { paused: true, tasks: [failed] })).toEqual({
      'is held': 'paused: no new task begins',
      'go on with': 'cellplane workflow resume w-1',
      'failed at': 'hold, Cluster/pg-1',
    });
  });

  it('is the breakpoint that holds it, and what goes on still', () => {
    const breakpoints = [
      { id: 'left', status: 'Hit', place: 'task left' },
      { id: 'join', status: 'Pending', place: 'task join' },
    ];
    const waitingFor = { reason: 'status.phase == Ready: is Pending', since: 'then', deadline: 'soon' };
    expect(reasons('DEPLOYING', { paused: true, breakpoints, waitingFor })).toEqual({
      'is held': 'held before task left by a breakpoint',
      'go on with': 'cellplane workflow resume w-1',
      'waits for': 'status.phase == Ready: is Pending',
      'waits since': 'then',
      'waits until': 'soon',
    });
  });

  it('is where it failed; of what left the instance as it was, also that it failed', () => {
    expect(reasons('FAILED', { phase: 'Failed', tasks: [failed] })).toEqual({
      'failed at': 'hold, Cluster/pg-1',
      'retry with': 'cellplane workflow retry w-1',
    });
    expect(reasons('RUNNING', { kind: 'custom', phase: 'Failed', message: "task 'hold' failed: no", tasks: [failed] })).toEqual({
      'last workflow': "custom failed: task 'hold' failed: no",
      'failed at': 'hold, Cluster/pg-1',
      'retry with': 'cellplane workflow retry w-1',
    });
  });

  it('is nothing when all is well', () => {
    expect(reasons('RUNNING', { phase: 'Succeeded', paused: true, finishedAt: 'then' })).toEqual({});
  });
});
