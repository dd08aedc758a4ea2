import { expect, it } from 'vitest';
import { lanesOf, spanOf } from './lanes';
import { changesOf, laneAt } from './moment';
import type { DescribedRun } from './run-query';

const at = (second: number) => new Date(Date.UTC(2030, 0, 1, 0, 0, second)).toISOString();
const ms = (second: number) => Date.parse(at(second));
const event = (sequence: number, second: number, type: string, more: object) => ({
  sequence,
  time: at(second),
  type,
  message: type,
  step: 'apply',
  ...more,
});
const node = { nodeId: 'main.apply', step: 'apply' };

const run = {
  run: { startTime: at(0), endTime: at(20) },
  tasks: [
    { kind: 'stage', name: 'access', title: 'Access', phase: 'Succeeded', message: '', attempts: 1 },
    { kind: 'task', name: 'apply', title: 'apply', nodeId: 'main.apply', phase: 'Succeeded', message: '', attempts: 1 },
    { kind: 'task', name: 'later', title: 'later', phase: 'Pending', nodeId: 'main.later', message: '', attempts: 0 },
  ],
  events: [
    event(1, 0, 'WorkflowStepStarted', { step: 'access' }),
    event(2, 1, 'WorkflowStepCompleted', { step: 'access' }),
    event(3, 1, 'WorkflowStepStarted', { ...node, details: { manifest: { spec: { size: 1 } } } }),
    event(4, 5, 'WorkflowStepFailed', node),
    event(5, 10, 'WorkflowStepStarted', { ...node, details: { manifest: { spec: { size: 2 } } } }),
    event(6, 20, 'WorkflowStepCompleted', node),
  ],
  observations: [
    { nodeId: 'main.apply', time: at(2), state: 'waiting', reason: 'not yet', status: { phase: 'Busy' } },
    { nodeId: 'main.apply', time: at(12), state: 'waiting', reason: 'not yet', status: { phase: 'Busy' } },
    { nodeId: 'main.apply', time: at(20), state: 'succeeded', reason: 'is true', status: { phase: 'Done' } },
  ],
} as unknown as DescribedRun;

it('has a lane for each task, a bar for each attempt, and tells waiting from working', () => {
  const lanes = lanesOf(run, ms(30));
  expect(lanes.map(({ key, attempts }) => [key, attempts.length])).toEqual([
    ['stage access', 1],
    ['main.apply', 2],
    ['main.later', 0],
  ]);
  expect(lanes[1]?.attempts).toEqual([
    {
      from: ms(1),
      to: ms(5),
      phase: 'Failed',
      stretches: [
        { from: ms(1), to: ms(2), wait: false },
        { from: ms(2), to: ms(5), wait: true },
      ],
    },
    {
      from: ms(10),
      to: ms(20),
      phase: 'Succeeded',
      stretches: [
        { from: ms(10), to: ms(12), wait: false },
        { from: ms(12), to: ms(20), wait: true },
      ],
    },
  ]);
  expect(spanOf(run, ms(30))).toEqual({ from: ms(0), to: ms(20) });
});

it('shows what was sent and seen at each moment', () => {
  const [, apply, later] = lanesOf(run, ms(30));
  if (apply === undefined || later === undefined) throw new Error('no lanes');
  expect(laneAt(apply, run, ms(0))).toMatchObject({ phase: 'Pending', attempts: 0, manifest: undefined });
  expect(laneAt(apply, run, ms(3))).toMatchObject({
    phase: 'Waiting',
    attempts: 1,
    manifest: { spec: { size: 1 } },
    seen: { status: { phase: 'Busy' } },
  });
  expect(laneAt(apply, run, ms(7))).toMatchObject({ phase: 'Failed', attempts: 1 });
  expect(laneAt(apply, run, ms(11))).toMatchObject({ phase: 'Running', attempts: 2, manifest: { spec: { size: 2 } } });
  expect(laneAt(apply, run, ms(20))).toMatchObject({ phase: 'Succeeded', seen: { state: 'succeeded' }, before: { state: 'waiting' } });
  expect(laneAt(later, run, ms(20)).phase).toBe('Pending');
  expect(changesOf(run).map((one) => (one - ms(0)) / 1000)).toEqual([0, 1, 2, 5, 10, 12, 20]);
});
