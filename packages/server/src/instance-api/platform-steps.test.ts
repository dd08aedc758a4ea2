import { describe, expect, it } from 'vitest';
import type { RunDescription, RunEvent, StageView } from '../engine/model.js';
import { platformSteps } from './platform-steps.js';

const [STARTED, DEBUG, COMPLETED, FAILED] = [
  'WorkflowStepStarted',
  'WorkflowStepDebug',
  'WorkflowStepCompleted',
  'WorkflowStepFailed',
] as const;

function stage(name: string, position: StageView['position'], state: StageView['state']): StageView {
  return { name, title: name, position, state, attempts: 1, message: '' };
}

/** `step type`; steps that begin with a capital are tasks. */
function eventsOf(...lines: [step: string, type: RunEvent['type']][]): RunEvent[] {
  return lines.map(([step, type], index) => ({
    sequence: index + 1,
    runId: 'run',
    at: new Date(index * 1000),
    type,
    step,
    message: `${step} ${type}`,
    ...(/^[A-Z]/.test(step) ? { nodeId: step } : {}),
  }));
}

function run(more: Partial<RunDescription>): Pick<RunDescription, 'kind' | 'phase' | 'message' | 'stages'> {
  return { kind: 'create', phase: 'Running', message: '', stages: [], ...more };
}

const seen = (steps: ReturnType<typeof platformSteps>) =>
  steps.map(({ name, state, events }) => `${name} ${state} ${events.map((event) => event.type.replace('WorkflowStep', '')).join(',')}`);

describe('steps of the platform', () => {
  it('tells of a create from Bootstrap to Monitoring, with one beginning and one end for each step', () => {
    const stages = [stage('charts', 'before', 'Succeeded'), stage('access', 'before', 'Succeeded'), stage('publish', 'after', 'Succeeded')];
    const events = eventsOf(
      ['charts', STARTED],
      ['charts', COMPLETED],
      ['access', STARTED],
      ['access', COMPLETED],
      ['Cluster', STARTED],
      ['Cluster', COMPLETED],
      ['publish', STARTED],
      ['publish', COMPLETED],
    );
    expect(seen(platformSteps(run({ phase: 'Succeeded', stages }), events))).toEqual([
      'Bootstrap SUCCESS Started,Debug,Debug,Completed',
      'Storage SUCCESS Started,Completed',
      'Network SUCCESS Started,Completed',
      'Compute SUCCESS Started,Completed',
      'Deployment SUCCESS Started,Completed',
      'Monitoring SUCCESS Started,Completed',
    ]);
  });

  it('shows only what has begun', () => {
    const stages = [stage('charts', 'before', 'Waiting'), stage('publish', 'after', 'Pending')];
    expect(seen(platformSteps(run({ stages }), eventsOf(['charts', STARTED], ['charts', DEBUG])))).toEqual([
      'Bootstrap IN_PROGRESS Started,Debug',
    ]);
    expect(platformSteps(run({ stages }), [])).toEqual([]);
  });

  it('says at which step a run failed, and why', () => {
    const charts = [stage('charts', 'before', 'Failed')];
    expect(seen(platformSteps(run({ phase: 'Failed', stages: charts }), eventsOf(['charts', STARTED], ['charts', FAILED])))).toEqual([
      'Bootstrap FAILED Started,Failed',
    ]);
    const waiting = run({ phase: 'Terminated', message: 'terminated by a person', stages: [stage('charts', 'before', 'Waiting')] });
    expect(seen(platformSteps(waiting, eventsOf(['charts', STARTED])))).toEqual(['Bootstrap FAILED Started,Failed']);
    const stages = [stage('charts', 'before', 'Succeeded'), stage('publish', 'after', 'Pending')];
    const events = eventsOf(['charts', STARTED], ['charts', COMPLETED], ['Cluster', STARTED], ['Cluster', FAILED]);
    const steps = platformSteps(run({ phase: 'Failed', message: 'image not found', stages }), events);
    expect(seen(steps).at(-1)).toBe('Deployment FAILED Started,Failed');
    expect(steps.at(-1)?.events.at(-1)?.message).toBe('image not found');
  });

  it('counts what a delete removes after its workflow as a part of Deployment', () => {
    const stages = [stage('delete-access', 'before', 'Succeeded'), stage('remove-namespace', 'after', 'Waiting')];
    const events = eventsOf(['delete-access', STARTED], ['delete-access', COMPLETED], ['Cluster', STARTED], ['remove-namespace', STARTED]);
    expect(seen(platformSteps(run({ kind: 'delete', stages }), events)).at(-1)).toBe('Deployment IN_PROGRESS Started');
    expect(seen(platformSteps(run({ kind: 'delete', phase: 'Succeeded', stages }), events)).at(-1)).toBe(
      'Deployment SUCCESS Started,Completed',
    );
  });

  it('does not speak of a delete workflow where the plan has none', () => {
    const stages = [stage('remove-objects', 'after', 'Succeeded'), stage('remove-namespace', 'after', 'Succeeded')];
    const events = eventsOf(['remove-objects', STARTED], ['remove-objects', COMPLETED], ['remove-namespace', STARTED]);
    const steps = platformSteps(run({ kind: 'delete', phase: 'Succeeded', stages }), events);
    expect(seen(steps)).toEqual(['Deployment SUCCESS Started,Completed']);
    expect(steps[0]?.events[0]?.message).toBe('Removal of what the instance has in the cell');
  });
});
