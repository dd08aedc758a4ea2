/** What `$sys` says of a cell: made up on the simulated one, given on a real one, and refused by name where it is not there. */
import { SYSTEM_VALUES } from '@cellplane/plan';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { cellHandlers } from '../cells/handlers.js';
import { sql } from '../database/database.js';
import { testDatabase } from '../database/test-database.testing.js';
import { serveThings } from './every-verb.testing.js';
import { instanceInventory } from '../instance-api/inventory.js';
import { openWorld } from './life.testing.js';
import { modifyInstance } from './requests/change-instance.js';

const database = await testDatabase({ poolSize: 20 });
const world = await openWorld(database);
const { deps, cluster, caller } = world;
serveThings(cluster);
const cells = cellHandlers({ db: deps.db, providerOrgId: caller.orgId });
const request = { query: {}, body: undefined, caller };
afterAll(async () => {
  await world.engine.stop();
  await deps.charts.stop();
});
const setKind = (kind: 'kubernetes' | 'simulated') => sql`update deployment_cells set kind = ${kind}`.execute(deps.db);
const setFacts = (facts: Record<string, unknown>, as = caller) =>
  cells.setCellFacts({ ...request, caller: as, params: { cell: 'simulated' }, body: { facts } });
afterEach(async () => {
  await setFacts({});
  await setKind('simulated');
});

const plan = (values: Record<string, string>, modify = values) => {
  const body = (of: Record<string, string>) => `
        workflow:
          entrypoint: one
          templates:
            - name: one
              resource:
                action: apply
                successCondition: status.phase == ready
                manifest: |
                  apiVersion: example.com/v1
                  kind: Thing
                  metadata: {name: it}
                  spec:
                    x: "x"
${Object.entries(of)
  .map(([key, value]) => `                    ${key}: '${value}'`)
  .join('\n')}`;
  return `
name: Needs
services:
  - name: Main
    apiParameters: [{key: size, type: String, modifiable: true, defaultValue: a}]
    compute: {instanceTypes: [{name: m.large, cloudProvider: aws}]}
    systemWorkflows:
      create: ${body(values)}
      modify: ${body(modify)}
`;
};
const specOf = (id: string) => cluster.find('Thing', 'it', id)?.['spec'] as Record<string, unknown>;

describe('every fact of the table', () => {
  const facts = SYSTEM_VALUES.filter(({ fact }) => fact !== undefined);
  const paths = Object.fromEntries(
    facts.map(({ path }, at) => [`v${at}`, `{{ $sys.${path.replaceAll('[]', '[0]').replaceAll('**', 'a.b').replaceAll('*', 'a')} }}`]),
  );

  it('is made up by the simulated cell', async () => {
    const offered = await world.offer(plan(paths));
    const id = await world.create(offered);
    await world.reach(id, 'RUNNING');
    const spec = specOf(id);
    for (const [at, { path }] of facts.entries()) expect([path, String(spec[`v${at}`])]).not.toEqual([path, '']);
    expect(spec).toMatchObject({ [`v${facts.findIndex(({ path }) => path.endsWith('accountTags.*'))}`]: 'simulated-a' });
  });

  it('is missing on a real cell that was not told, which is said before anything is made', async () => {
    const offered = await world.offer(plan(paths));
    await setKind('kubernetes');
    await sql`update deployment_cells set places = '[{"cloudProvider": "aws", "region": "us-east-1", "zones": []}]'`.execute(deps.db);
    const before = await sql`select id from instances`.execute(deps.db);
    const refused = await world.create(offered).catch((error: Error) => error);
    expect(refused).toMatchObject({ kind: 'invalid_state', code: 'cell-facts-missing' });
    const { message } = refused as Error;
    for (const { path } of facts) expect(message).toContain(`$sys.${path.split(/[[*]/)[0]}`);
    expect(message).toContain('cellplane deployment-cell facts set simulated --fact');
    expect((await sql`select id from instances`.execute(deps.db)).rows).toEqual(before.rows);
  });
});

describe('facts that were given', () => {
  it('are what $sys says, on a real cell and over what is made up', async () => {
    const values = {
      a: '{{ $sys.deploymentCell.privateSubnetIDs[*].id }}',
      b: '{{ $sys.compute.node.cores }}',
      c: '{{ $sys.deployment.cloudProviderAccountID }}',
    };
    const offered = await world.offer(plan(values));
    await setFacts({
      deploymentCell: { privateSubnetIDs: ['s-1', 's-2'], accountId: '42' },
      compute: { machineTypes: { 'm.large': { cores: 16 }, 'm.small': { cores: 1 } } },
    });
    for (const kind of ['kubernetes', 'simulated'] as const) {
      await setKind(kind);
      const id = await world.create(offered, { cloudProvider: 'aws' });
      await world.reach(id, 'RUNNING');
      expect(specOf(id)).toMatchObject({ a: 's-1,s-2', b: '16', c: '42' });
    }
  });

  it('are asked for by a modify, too, and by nothing that takes down', async () => {
    const offered = await world.offer(plan({}, { a: '{{ $sys.deploymentCell.cidrRange }}' }));
    await setKind('kubernetes');
    const id = await world.create(offered);
    await world.reach(id, 'RUNNING');
    const change = () => modifyInstance(deps, caller, { instanceId: id, parameters: { size: 'b' } });
    await expect(change()).rejects.toMatchObject({
      code: 'cell-facts-missing',
      message: expect.stringContaining('The modify of "Main"') as string,
    });
    expect((await world.reach(id, 'RUNNING')).parameters).toEqual({ size: 'a' });
    await setFacts({ deploymentCell: { cidrRange: '10.0.0.0/8' } });
    await change();
    await world.reach(id, 'RUNNING');
    expect(specOf(id)).toMatchObject({ a: '10.0.0.0/8' });
  });

  it('are not needed by what does without them', async () => {
    const offered = await world.offer(plan({ a: '{{ $func.default($sys.deploymentCell.cidrRange, none) }}' }));
    await setKind('kubernetes');
    const id = await world.create(offered);
    await world.reach(id, 'RUNNING');
    expect(specOf(id)).toMatchObject({ a: 'none' });
  });

  it('a path that nobody knows is refused as such', async () => {
    const offered = await world.offer(plan({ a: '{{ $sys.deployment.somethingElse }}' }));
    await expect(world.create(offered)).rejects.toThrow(
      /Not known to Cellplane at all, so correct the plan: \$sys\.deployment\.somethingElse/,
    );
  });
});

describe('the API of facts', () => {
  it('shows them as given and as they are shown', async () => {
    const set = await setFacts({ deploymentCell: { accountTags: { team: 'data' } } });
    expect(set).toMatchObject({
      key: 'simulated',
      fromFile: false,
      simulated: true,
      facts: { deploymentCell: { accountTags: { team: 'data' } } },
    });
    expect(set.shown).toMatchObject({ deploymentCell: { accountTags: { team: 'data' }, cidrRange: '192.0.2.0/24' } });
    expect(await cells.getCellFacts({ ...request, params: { cell: set.id } })).toEqual(set);
    const { deploymentCells } = await cells.listDeploymentCells({ ...request, params: {} });
    expect(deploymentCells).toMatchObject([{ id: set.id, kind: 'simulated', isDefault: true }]);
    expect(JSON.stringify(deploymentCells)).not.toContain('sealed');
  });

  it('names the path of each problem, and stores nothing', async () => {
    await expect(setFacts({ deploymentCell: { cidrRange: 5, nope: 1 } })).rejects.toMatchObject({
      kind: 'bad_request',
      details: [{ field: 'facts.deploymentCell.cidrRange' }, { field: 'facts.deploymentCell.nope' }],
    });
    expect((await cells.getCellFacts({ ...request, params: { cell: 'simulated' } })).facts).toEqual({});
  });

  it('is for the provider of the installation alone', async () => {
    const stranger = { ...caller, orgId: 'org-Stranger1' };
    await expect(setFacts({}, stranger)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(cells.getCellFacts({ ...request, caller: stranger, params: { cell: 'simulated' } })).rejects.toMatchObject({
      kind: 'not_found',
    });
    expect(await cells.listDeploymentCells({ ...request, caller: stranger, params: {} })).toEqual({ deploymentCells: [] });
  });

  it('leaves facts of a file to the file', async () => {
    await sql`update deployment_cells set facts_from_file = true`.execute(deps.db);
    await expect(setFacts({})).rejects.toMatchObject({ code: 'facts-from-file' });
    await sql`update deployment_cells set facts_from_file = false`.execute(deps.db);
  });

  it('decides what a build warns of', async () => {
    const inventory = instanceInventory(deps);
    const asked = ['$sys.deploymentCell.cidrRange', '$sys.deploymentCell.accountTags["team"]', '$sys.compute.node.cores'];
    expect(await inventory.unfilled(asked)).toEqual([]);
    await setKind('kubernetes');
    expect(await inventory.unfilled(asked)).toEqual(asked);
    await setFacts({ deploymentCell: { cidrRange: '10.0.0.0/8' }, compute: { machineTypes: { m: { cores: 1 } } } });
    expect(await inventory.unfilled(asked)).toEqual(['$sys.deploymentCell.accountTags["team"]']);
  });
});
