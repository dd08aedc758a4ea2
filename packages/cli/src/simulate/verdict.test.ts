import type { CompiledPlan, CompiledResource } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { notMade, verdict } from './verdict.js';

const nothing = { notMade: [], told: [], others: [] };

describe('verdict', () => {
  it('names what succeeded, and what was not run by its reason', () => {
    const tried = [
      { name: 'create', result: 'done' as const },
      { name: 'stop', result: 'not run' as const, why: 'no workflow' },
      { name: 'start', result: 'not run' as const, why: 'no workflow' },
    ];
    expect(verdict({ ...nothing, tried, told: ['Secret a was made up; only the operator would make it'], others: ['B'] })).toEqual({
      well: true,
      lines: [
        'Verdict: in the simulation the plan works: create succeeded.',
        '  not run: stop, start: no workflow',
        '  made up: Secret a: only the operator would make it',
        '  not simulated: resource "B", another one of this plan: --resource "B"',
      ],
    });
  });

  it('is no success where something failed, was not made, or nothing was', () => {
    const done = { name: 'create', result: 'done' as const };
    const failed = { name: 'stop', result: 'failed' as const, why: 'x' };
    expect(verdict({ ...nothing, tried: [done, failed] })).toMatchObject({
      well: false,
      lines: ['Verdict: stop failed; create succeeded.'],
    });
    expect(verdict({ ...nothing, tried: [done], notMade: ['load balancer "db"'] })).toEqual({
      well: false,
      lines: ['Verdict: create succeeded, but not all of the plan was made.', '  not made: load balancer "db": not served here'],
    });
    expect(verdict({ ...nothing, tried: [] }).well).toBe(false);
  });
});

it('knows what an instance needs and this program does not make', () => {
  const resource = (key: string, kind: string, dependsOn: string[] = [], create?: unknown) =>
    ({
      key,
      name: key,
      kind,
      dependsOn,
      settings: { image: 'x' },
      systemWorkflows: create === undefined ? {} : { create },
    }) as unknown as CompiledResource;
  const db = resource('db', 'OperatorCRD', ['proxy'], {});
  const plan = {
    settings: { loadBalancers: { tcp: [{ name: 'front' }] } },
    resources: [db, resource('proxy', 'Generic', ['disk']), resource('disk', 'Terraform'), resource('other', 'HelmChart')],
  } as unknown as CompiledPlan;
  expect(notMade(plan, db)).toEqual([
    'resource "proxy", a container service (`image`)',
    'resource "disk", a Terraform stack (`terraformConfigurations`)',
    'load balancer "front"',
  ]);
});
