import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../json.js';
import { parseGate } from './gate.js';
import { evaluateGate } from './evaluate.js';
import { satisfyGate, satisfyWhole } from './satisfy.js';

function satisfied(text: string, object: JsonObject = {}): JsonObject | undefined {
  const gate = parseGate(text, 'success');
  if (!gate.ok) throw new Error(gate.problem.message);
  const status = satisfyGate(gate.value, object);
  if (status !== undefined && !evaluateGate(gate.value, { ...object, status }).value) throw new Error(`${text} does not hold`);
  return status;
}

describe('satisfyGate', () => {
  it.each<[string, JsonObject]>([
    ['status.phase == Running', { phase: 'Running' }],
    ['status.phase == Cluster in healthy state && status.readyInstances == 3', { phase: 'Cluster in healthy state', readyInstances: 3 }],
    ['status.ready == true', { ready: true }],
    ['status.state == Ready,status.replicas > 2', { state: 'Ready', replicas: 3 }],
    ['status.replicas >= 2 && status.lag < 5', { replicas: 2, lag: 4 }],
    ['status.cluster.state in (ok,fine)', { cluster: { state: 'ok' } }],
    ['status.conditions.#(type=="Ready").status == True', { conditions: [{ type: 'Ready', status: 'True' }] }],
    ['status.conditions[?(@.type=="Ready")].status == "True"', { conditions: [{ type: 'Ready', status: 'True' }] }],
    ['status.nodes.# == 3', { nodes: [{}, {}, {}] }],
    ['status.nodes[1].role == replica', { nodes: [{}, { role: 'replica' }] }],
    ['status.a == 1 || spec.size == 4', { a: 1 }],
    ['!(status.phase == Pending) && status.url', { url: 'simulated' }],
    ['status.version =~ ^7\\.2$', { version: '7.2' }],
  ])('makes %s true', (text, status) => {
    expect(satisfied(text)).toEqual(status);
  });

  it('keeps what the status has, and changes what stands in the way', () => {
    expect(satisfied('status.phase != Pending && status.size == 2', { status: { phase: 'Pending', size: 1, other: 'x' } })).toEqual({
      phase: 'simulated',
      size: 2,
      other: 'x',
    });
    expect(
      satisfied('status.conditions.#(type=="Ready").status == True', {
        status: {
          conditions: [
            { type: 'Init', status: 'True' },
            { type: 'Ready', status: 'False' },
          ],
        },
      }),
    ).toEqual({
      conditions: [
        { type: 'Init', status: 'True' },
        { type: 'Ready', status: 'True' },
      ],
    });
  });

  it('follows a value of the object itself', () => {
    expect(satisfied('status.ready >= spec.size', { spec: { size: 5 } })).toEqual({ ready: 5 });
  });

  it('makes either side where both are paths, also what neither has yet', () => {
    // By itself the text would be Argo's, with a word on the right.
    expect(satisfied('status.p == Done && status.completed == status.hosts')).toEqual({ p: 'Done', hosts: 1, completed: 1 });
    expect(satisfied('(status.hosts == status.completed)', { status: { hosts: 3 } })).toEqual({ hosts: 3, completed: 3 });
    expect(satisfied('(status.done < status.all)', { status: { done: 4 } })).toEqual({ all: 5, done: 4 });
    expect(satisfied('(spec.size == status.ready)', { spec: { size: 5 } })).toEqual({ ready: 5 });
    expect(satisfied('(spec.size < status.ready)', { spec: { size: 5 } })).toEqual({ ready: 6 });
    expect(satisfied('(status.a != status.b)')).toBeDefined();
    expect(satisfied('(spec.a == spec.b)', { spec: { a: 1, b: 2 } })).toBeUndefined();
  });

  it('does not touch what is not status, and says that it cannot', () => {
    expect(satisfied('spec.size == 2', { spec: { size: 1 } })).toBeUndefined();
    expect(satisfied('status.a == 1 && status.a == 2')).toBeUndefined();
  });
});

describe('satisfyWhole', () => {
  const whole = (text: string, object: JsonObject = { kind: 'Secret' }) => {
    const gate = parseGate(text, 'success');
    if (!gate.ok) throw new Error(gate.problem.message);
    return satisfyWhole(gate.value, object);
  };

  it('makes any field but those by which an object is found', () => {
    const given = { kind: 'Secret', metadata: { name: 'a' } };
    expect(whole('data.password', given)).toEqual({ ...given, data: { password: 'simulated' } });
    expect(whole('metadata.annotations.ready == yes', given)).toEqual({
      kind: 'Secret',
      metadata: { name: 'a', annotations: { ready: 'yes' } },
    });
    expect(whole('metadata.name == b', given)).toBeUndefined();
    expect(whole('kind == ConfigMap', given)).toBeUndefined();
    expect(given).toEqual({ kind: 'Secret', metadata: { name: 'a' } });
  });
});
