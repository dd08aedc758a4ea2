import type { InstanceProgress, TaskProgress } from '@cellplane/api';
import { describe, expect, it } from 'vitest';
import { progressLines, seconds } from './lines.js';

const NOW = Date.parse('2026-01-01T00:01:00Z');

function task(more: Partial<TaskProgress>): TaskProgress {
  return { kind: 'task', name: 'applycluster', title: 'applycluster', phase: 'Running', message: '', attempts: 1, ...more };
}

function progress(tasks: TaskProgress[]): InstanceProgress {
  const run = {
    id: 'r',
    kind: 'create',
    phase: 'Running',
    message: '',
    createdAt: '2026-01-01T00:00:00Z',
    deadline: '2026-01-01T01:00:00Z',
    tasks,
  };
  return { instanceId: 'instance-1', status: 'DEPLOYING', final: false, run, endpoints: {} };
}

const wait = {
  reason: 'status.phase == Ready: is Pending',
  since: '2026-01-01T00:00:30Z',
  deadline: '2026-01-01T00:10:00Z',
};

describe('the lines of a progress', () => {
  it('show a waiting gate clause by clause, with the live value of each that is false', () => {
    const success = {
      op: 'and',
      text: 'a && b',
      value: false,
      children: [
        { op: 'clause', text: 'status.phase == Ready', value: false, live: 'Pending' },
        { op: 'clause', text: 'status.instances == 2', value: true, live: 2 },
        { op: 'clause', text: 'status.readyInstances == 2', value: false, missing: true },
      ],
    };
    const lines = progressLines(progress([task({ startedAt: '2026-01-01T00:00:48Z', waitingFor: { ...wait, success } })]), NOW);
    expect(lines.map(({ state, text, depth }) => [depth, state, text])).toEqual([
      [0, 'waiting', 'applycluster (12 s)'],
      [1, 'waiting', 'status.phase == Ready (is Pending)'],
      [1, 'done', 'status.instances == 2'],
      [1, 'waiting', 'status.readyInstances == 2 (not there yet)'],
      [1, 'note', '9 min left'],
    ]);
  });

  it('show a wait without a gate, or with a true one, by its name, and what the pods say', () => {
    const waitingFor = { ...wait, reason: 'cell berlin does not answer', explanation: 'db-1: ImagePullBackOff' };
    expect(progressLines(progress([task({ waitingFor })]), NOW).map((line) => line.text)).toEqual([
      'applycluster',
      'cell berlin does not answer (9 min left)',
      'db-1: ImagePullBackOff',
    ]);
  });

  it('show why a task failed, and what it acted on', () => {
    const failed = task({ phase: 'Failed', message: 'no such image', action: 'apply', object: { kind: 'Cluster', name: 'one' } });
    expect(progressLines(progress([failed]), NOW).map(({ state, text }) => [state, text])).toEqual([
      ['failed', 'applycluster — apply Cluster one'],
      ['note', 'no such image'],
    ]);
  });

  it('say what holds a paused run, and how it goes on', () => {
    const held = progress([]);
    Object.assign(held.run ?? {}, { id: 'w-1', paused: true, breakpoints: [{ id: 'left', status: 'Hit', place: 'task left' }] });
    expect(progressLines(held, NOW)).toEqual([
      { state: 'waiting', text: 'held before task left by a breakpoint. Go on with: cellplane workflow resume w-1', depth: 0 },
    ]);
    Object.assign(held.run ?? {}, { finishedAt: 'then' });
    expect(progressLines(held, NOW)).toEqual([]);
  });

  it('are none without a run', () => {
    expect(progressLines({ instanceId: 'i', status: 'RUNNING', final: true, endpoints: {} }, NOW)).toEqual([]);
  });
});

describe('durations', () => {
  it.each([
    [0, '0.0 s'],
    [-5, '0.0 s'],
    [9_949, '9.9 s'],
    [12_300, '12 s'],
    [119_000, '119 s'],
    [125_000, '2 min'],
  ])('%i ms reads %s', (milliseconds, text) => expect(seconds(milliseconds)).toBe(text));
});
