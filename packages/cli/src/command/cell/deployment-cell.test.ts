import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StubServer } from '../../context.testing.js';
import { fleet } from '../fleet.testing.js';

const present = { deploymentCell: { accountTags: { team: 'data' }, cidrRange: '10.0.0.0/8' } };
const answers: StubServer = ({ method, path, body }) => {
  const cell = { id: 'hc-1', key: 'default', shown: {}, fromFile: false, simulated: false };
  if (path === '/api/deployment-cells/default/facts')
    return { body: { ...cell, facts: method === 'PUT' ? (body as { facts: object }).facts : present } };
  return undefined;
};
const finding = {
  definition: 'w.example.com',
  kind: 'Widget',
  count: 1,
  objects: [{ namespace: 'ns', name: 'w', instanceId: 'instance-1' }],
};
const GUARD = {
  cellId: 'hc-1',
  productTierId: 'pt-1',
  planName: 'Small',
  version: '2.0',
  refused: true,
  charts: [
    {
      repositoryUrl: 'https://charts.example.com',
      chart: 'widget-operator',
      installed: '1.0.0',
      wanted: '2.0.0',
      action: 'upgrade',
      definitions: [{ name: 'w.example.com', kind: 'Widget', change: 'changed', objects: 3 }],
      findings: [
        {
          ...finding,
          key: 'field-removed w spec.a',
          code: 'field-removed',
          refuses: true,
          path: 'spec.a',
          message: 'It would remove spec.a.',
        },
        {
          ...finding,
          key: 'field-removed w status.b',
          code: 'field-removed',
          refuses: false,
          path: 'status.b',
          message: 'It would remove status.b.',
        },
      ],
      notChecked: ['Widget v1, spec: CEL self.a > 1'],
      users: [
        {
          planId: 'pt-1',
          planName: 'Small',
          planVersion: '1.0',
          wants: '1.0.0',
          instances: 3,
          instanceIds: [],
          contradicts: false,
          restarts: 'unknown',
        },
      ],
      allowed: false,
    },
  ],
};
const guarded: StubServer = ({ method, path }) => {
  if (path === '/service') {
    const plan = { productTierID: 'pt-1', name: 'Small', description: '', modelType: '', tierType: '' };
    const environment = { id: 'se-1', name: 'Dev', type: 'DEV', visibility: 'PRIVATE', servicePlans: [plan] };
    return { body: { ids: ['s-1'], services: [{ id: 's-1', name: 'Postgres', description: '', serviceEnvironments: [environment] }] } };
  }
  if (path.includes('/operator-guard'))
    return { body: method === 'POST' ? { ...GUARD, refused: false, charts: [{ ...GUARD.charts[0], allowed: true }] } : GUARD };
  return undefined;
};

describe('deployment-cell operator-guard', () => {
  const args = ['deployment-cell', 'operator-guard', 'default', '--service', 'Postgres', '--plan', 'Small', '--version', '2.0'];

  it('shows what refuses, with keys and instances, and what is not checked', async () => {
    const line = await fleet(guarded);
    const { out, code } = await line.run(...args);
    expect(code).toBe(0);
    expect(out).toMatch(/widget-operator\s+1\.0\.0\s+2\.0\.0\s+upgrade\s+3\s+2\s+refused/);
    for (const text of [
      'refused: It would remove spec.a.',
      'key: field-removed w spec.a',
      'instances: instance-1',
      'note: It would remove status.b.',
      'not checked: Widget v1',
      'the plan does not say',
    ])
      expect(out).toContain(text);
    expect(JSON.parse((await line.run(...args, '-o', 'json')).out)).toEqual(GUARD);
    expect(line.changes).toEqual([]);
  });

  it('allows what is named, or all that refuses, and asks before', async () => {
    const line = await fleet(guarded);
    expect((await line.run(...args, '--allow-all')).code).toBe(1);
    expect(line.changes).toEqual([]);
    expect((await line.run(...args, '--allow-all', '--yes')).out).toContain('allowed');
    await line.run(...args, '--allow', 'field-removed w spec.a', '-y');
    const allowed = [
      'POST /api/deployment-cells/default/operator-guard/allow',
      { productTierId: 'pt-1', version: '2.0', findings: ['field-removed w spec.a'] },
    ];
    expect(line.changes).toEqual([allowed, allowed]);
  });
});

const PUT = 'PUT /api/deployment-cells/default/facts';

describe('deployment-cell facts set', () => {
  it('changes single facts and leaves the others', async () => {
    const line = await fleet(answers);
    const args = ['--unset', 'deploymentCell.accountTags.team', '--fact', '$sys.deploymentCell.accountTags["cost center"]=a=b'];
    const { code, out } = await line.run(
      'deployment-cell',
      'facts',
      'set',
      'default',
      ...args,
      '--fact',
      'deploymentCell.publicSubnetIDs=["a"]',
    );
    expect([code, out]).toEqual([0, 'Facts of cell default are set.\n']);
    const deploymentCell = { accountTags: { 'cost center': 'a=b' }, cidrRange: '10.0.0.0/8', publicSubnetIDs: ['a'] };
    expect(line.changes).toEqual([[PUT, { facts: { deploymentCell } }]]);
  });

  it('takes all of them from a file', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'cellplane-facts-')), 'facts.yaml');
    await writeFile(file, 'deploymentCell: {accountId: "012"}\n');
    const line = await fleet(answers);
    expect((await line.run('deployment-cell', 'facts', 'set', 'default', '-f', file)).code).toBe(0);
    expect(line.changes).toEqual([[PUT, { facts: { deploymentCell: { accountId: '012' } } }]]);
    await writeFile(file, 'deploymentCell: {accountId: 12}\n');
    const { code, err } = await line.run('deployment-cell', 'facts', 'set', 'default', '-f', file);
    expect([code, err]).toEqual([1, expect.stringContaining('deploymentCell.accountId must be a text: write it in quotes')]);
  });

  it.each([
    [[], 'Give --file, --fact or --unset'],
    [['--fact', 'deploymentCell.cidrRange'], 'write PATH=VALUE'],
    [['--fact', 'a.[x=1'], 'is no path of a fact'],
    [['--fact', 'deploymentCell.publicSubnetIDs[0].id=a'], 'Give lists whole, as JSON'],
    [['--fact', 'deploymentCell.publicSubnetIDs=[a'], 'is no JSON'],
    [['-f', '/nowhere/facts.yaml'], 'cannot be read'],
  ])('refuses %j', async (args, message) => {
    const line = await fleet(answers);
    const { code, err } = await line.run('deployment-cell', 'facts', 'set', 'default', ...args);
    expect([code, err]).toEqual([1, expect.stringContaining(message)]);
    expect(line.changes).toEqual([]);
  });
});
