import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { base64, testCatalog, testSpec } from '../catalog.testing.js';
import { workflowDefinitionHandlers } from './workflow-definition.js';

const { db } = await testDatabase();
const { caller, handlers } = await testCatalog(db);
const definitions = workflowDefinitionHandlers({ db });
const example = await readFile(new URL('../../../../../examples/postgres-operator/spec.yaml', import.meta.url), 'utf8');

async function build(spec: string, name: string) {
  const body = {
    name,
    environment: 'DEV',
    environmentType: 'DEV',
    fileContent: base64(spec),
    dryrun: false,
    release: false,
    releaseAsPreferred: true,
  };
  const built = await handlers.buildServicePlanSpec({ params: {}, query: {}, body, caller });
  return { serviceId: built.serviceID, productTierId: built.productTierID };
}
const list = (params: { serviceId: string; productTierId: string }, as = caller, productTierVersion?: string) =>
  definitions.listCustomWorkflows({
    params,
    query: productTierVersion === undefined ? {} : { productTierVersion },
    body: undefined,
    caller: as,
  });

const REPAIR = `    customWorkflows:
      - verb: repair
        displayName: Run repair
        description: Mends it
        scope: [all]
        apiParameters: [{key: mode, type: String, required: true}, {key: token, type: Password, defaultValue: hidden-default}]
        outputParameters: {image: "$tasks.mend.resource.data.image"}
        workflow:
          entrypoint: mend
          activeDeadlineSeconds: 60
          templates: [{name: mend, resource: {action: apply, manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: '{{ $var.mode }}'}}"}}]
`;

it('lists the platform’s verbs and the plan’s own, with what a form needs', async () => {
  const plan = await build(testSpec() + REPAIR, 'Definitions');
  const { ids, customWorkflows } = await list(plan);
  expect(customWorkflows.map((one) => [one.verb, one.isSystemWorkflow])).toEqual([
    ['create', true],
    ['repair', false],
  ]);
  expect(ids).toEqual(customWorkflows.map((one) => one.id));
  const repair = customWorkflows[1];
  expect(repair).toMatchObject({
    ...plan,
    name: 'Run repair',
    description: 'Mends it',
    scope: ['FLEET', 'END_CUSTOMER'],
    outputParameters: { image: '$tasks.mend.resource.data.image' },
    outputParameterSpecs: [{ name: 'image', type: 'json', valueRef: '$tasks.mend.resource.data.image' }],
    configuration: {},
    resourceKey: 'cache',
    productTierVersion: '1.0',
  });
  // A portal hides what is typed into a Password.
  expect(repair?.apiParameters.map(({ key, type }) => [key, type])).toEqual([
    ['mode', 'String'],
    ['token', 'Password'],
  ]);
  expect(repair?.spec).toEqual({
    entrypoint: 'mend',
    activeDeadlineSeconds: 60,
    templates: [
      {
        name: 'mend',
        resource: { action: 'apply', manifest: "{apiVersion: v1, kind: ConfigMap, metadata: {name: '{{ $var.mode }}'}}" },
      },
    ],
  });
  expect(JSON.stringify(repair)).not.toContain('hidden-default');
  const one = { params: { serviceId: plan.serviceId, id: repair?.id ?? '' }, query: {}, body: undefined, caller };
  expect(await definitions.describeCustomWorkflow(one)).toEqual(repair);
  const of = (productTierId: string) => definitions.describeCustomWorkflow({ ...one, query: { productTierId } });
  expect(await of(plan.productTierId)).toEqual(repair);
  await expect(of('pt-other')).rejects.toMatchObject({ kind: 'not_found' });
});

it('keeps ids over versions, and reads the version that is asked for', async () => {
  const plan = await build(testSpec() + REPAIR, 'Versions');
  const [before] = (await list(plan)).customWorkflows.filter((one) => one.verb === 'repair');
  await build(testSpec({ image: 'two' }) + REPAIR.replace('verb: repair', 'verb: Repair').replace('Mends it', 'Mends more'), 'Versions');
  const [after] = (await list(plan)).customWorkflows.filter((one) => one.verb === 'Repair');
  expect(after).toMatchObject({ id: before?.id, description: 'Mends more', productTierVersion: '2.0' });
  const [old] = (await list(plan, caller, '1.0')).customWorkflows.filter((one) => one.verb === 'repair');
  expect(old).toEqual(before);
  const other = await build(testSpec() + REPAIR, 'Another');
  expect((await list(other)).ids).not.toContain(before?.id);
});

it('tells the policy with the backup workflow', async () => {
  const plan = await build(example, 'Example');
  const { customWorkflows } = await list(plan);
  const backup = customWorkflows.find((one) => one.verb === 'backup');
  expect(backup).toMatchObject({
    isSystemWorkflow: true,
    configuration: {
      backupRetentionInDays: expect.any(Number) as number,
      backupPeriodInHours: expect.any(Number) as number,
      snapshotBeforeDeletion: expect.any(Boolean) as boolean,
    },
  });
});

it('shows nothing to others', async () => {
  const plan = await build(testSpec() + REPAIR, 'Mine');
  const stranger = { ...caller, orgId: 'org-stranger' };
  await expect(list(plan, stranger)).rejects.toMatchObject({ kind: 'not_found' });
  const id = (await list(plan)).ids[0] ?? '';
  const one = { params: { serviceId: plan.serviceId, id }, query: {}, body: undefined };
  await expect(definitions.describeCustomWorkflow({ ...one, caller: stranger })).rejects.toMatchObject({ kind: 'not_found' });
  const missing = { ...one, params: { ...one.params, id: 'cwt-0000000000' }, caller };
  await expect(definitions.describeCustomWorkflow(missing)).rejects.toMatchObject({ kind: 'not_found' });
});
