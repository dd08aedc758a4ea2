import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { StubServer } from '../context.testing.js';
import { fleet } from './fleet.testing.js';

const present = { deploymentCell: { accountTags: { team: 'data' }, cidrRange: '10.0.0.0/8' } };
const answers: StubServer = ({ method, path, body }) => {
  const cell = { id: 'hc-1', key: 'default', shown: {}, fromFile: false, simulated: false };
  if (path === '/api/deployment-cells/default/facts')
    return { body: { ...cell, facts: method === 'PUT' ? (body as { facts: object }).facts : present } };
  return undefined;
};
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
