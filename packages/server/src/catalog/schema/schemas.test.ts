import type { ApiParameter } from '@cellplane/plan';
import { describe, expect, it } from 'vitest';
import { testDatabase } from '../../database/test-database.testing.js';
import { base64, emptyInventory, testCatalog, testSpec } from '../catalog.testing.js';
import { inputSchema } from './input-schema.js';

const { db } = await testDatabase();
const { caller, handlers } = await testCatalog(db);
const nothing = { params: {} as never, query: {}, body: undefined, caller };

const parameter = (more: Partial<ApiParameter>): ApiParameter => ({
  key: 'it',
  name: 'It',
  description: '',
  type: 'String',
  modifiable: true,
  required: false,
  export: true,
  tabIndex: 0,
  isList: false,
  parameterDependencyMap: {},
  ...more,
});
const schemaOf = (more: Partial<ApiParameter>) =>
  inputSchema([parameter(more)], 'create') as { properties: { it: object }; required?: string[] };

describe('an input', () => {
  it.each<[Partial<ApiParameter>, object]>([
    [
      { type: 'Float64', defaultValue: '1.5', limits: { min: 1, max: 9 } },
      { type: 'number', default: 1.5, minimum: 1, maximum: 9 },
    ],
    [{ type: 'UInt32' }, { type: 'integer', minimum: 0, maximum: 4_294_967_295 }],
    [
      { type: 'Int64', limits: { min: -5 } },
      { type: 'integer', minimum: -5, maximum: Number.MAX_SAFE_INTEGER },
    ],
    [
      { type: 'Boolean', defaultValue: 'True' },
      { type: 'boolean', default: true },
    ],
    [
      { type: 'Float64', options: ['1', '2'] },
      { type: 'number', enum: [1, 2] },
    ],
    [{ labeledOptions: { Small: 's' } }, { type: 'string', enum: ['s'], 'x-labels': { s: 'Small' } }],
    [
      { regex: 'a|b', limits: { maxLength: 3 } },
      { type: 'string', pattern: '^(?:a|b)$', maxLength: 3 },
    ],
    [{ regex: String.raw`\pN+\z` }, { 'x-pattern': String.raw`\pN+\z` }],
    [
      { isList: true, type: 'Int', defaultValue: '[1]' },
      { type: 'array', default: [1], items: { type: 'integer' } },
    ],
    [
      { type: 'Password', defaultValue: 'changeme' },
      { type: 'string', format: 'password', writeOnly: true },
    ],
    [{ type: 'Bytes' }, { type: 'string', contentEncoding: 'base64' }],
    [{ type: 'Json', defaultValue: '{"a":1}' }, { default: { a: 1 } }],
  ])('%j is %j', (more, expected) => {
    expect(schemaOf(more).properties.it).toMatchObject(expected);
    expect(JSON.stringify(schemaOf(more))).not.toContain('changeme');
  });

  it('is needed if it is required and has no default; a modify needs none, and has those that can be modified', () => {
    expect(schemaOf({ required: true }).required).toEqual(['it']);
    expect(schemaOf({ required: true, defaultValue: 'a' }).required).toBeUndefined();
    expect(inputSchema([parameter({ required: true }), parameter({ key: 'fixed', modifiable: false })], 'modify')).toMatchObject({
      properties: { it: {} },
      additionalProperties: false,
    });
  });
});

async function product(name: string, environment: { type: string } = { type: 'PROD' }) {
  const body = { name, environment: 'Live', environmentType: environment.type, fileContent: base64(testSpec()) };
  const built = await handlers.buildServicePlanSpec({ ...nothing, body });
  const plan = { serviceId: built.serviceID, productTierId: built.productTierID };
  const { serviceModelId } = await handlers.describeProductTier({
    ...nothing,
    params: { serviceId: plan.serviceId, id: plan.productTierId },
  });
  const { serviceApiId } = await handlers.describeServiceModel({ ...nothing, params: { serviceId: plan.serviceId, id: serviceModelId } });
  return { plan, api: { serviceId: plan.serviceId, id: serviceApiId } };
}

describe('the schemas of a plan', () => {
  it('tell the inputs of each resource, and never a default password', async () => {
    const { plan } = await product('Told');
    const inputs = await handlers.describePlanInputs({ ...nothing, params: plan });
    expect(inputs).toMatchObject({
      productTierId: plan.productTierId,
      version: '1.0',
      resources: [
        { resourceKey: 'cache', urlKey: 'cache', create: { properties: { size: { type: 'number', default: 1 }, adminPassword: {} } } },
      ],
    });
    expect(inputs.resources[0]).not.toHaveProperty('modify');
    expect(JSON.stringify(inputs)).not.toContain('changeme');
  });

  it('are an OpenAPI document of the paths that create instances, with every reference in it', async () => {
    const { api } = await product('Drawn');
    const document = await handlers.getSwaggerSpec({ ...nothing, params: api });
    const { service } = { service: await handlers.describeServiceOffering({ ...nothing, params: { serviceId: api.serviceId } }) };
    const [offering] = service.offerings;
    const keys = [
      service.serviceProviderId,
      'drawn',
      'v1',
      offering?.serviceEnvironmentURLKey,
      offering?.serviceModelURLKey,
      offering?.productTierURLKey,
    ];
    const path = `/2022-09-01-00/resource-instance/${keys.join('/')}/cache`;
    expect(document).toMatchObject({
      openapi: '3.0.3',
      info: { version: '1.0' },
      paths: { [path]: { get: {}, post: {} }, [`${path}/{id}`]: { delete: {} } },
    });
    const text = JSON.stringify(document);
    const schemas = (document as { components: { schemas: object } }).components.schemas;
    for (const [, name = ''] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g)) expect(schemas).toHaveProperty(name);
    expect(text).not.toContain('changeme');
    expect(JSON.parse(text)).toEqual(document);
  });

  it('are for customers of public plans, and of those that they have', async () => {
    const [open, closed] = [await product('Open'), await product('Closed', { type: 'DEV' })];
    const had: string[] = [];
    const customers = (await testCatalog(db, emptyInventory({ subscribedPlans: async () => had }))).handlers;
    const anna = { ...caller, orgId: 'org-anna', providerOrgId: caller.orgId, subscriptions: ['sub-1'] };
    const inputs = ({ plan }: typeof open) => customers.describePlanInputs({ ...nothing, params: plan, caller: anna });
    const drawn = ({ api }: typeof open) => customers.getSwaggerSpec({ ...nothing, params: api, caller: anna });
    await inputs(open);
    await drawn(open);
    await expect(inputs(closed)).rejects.toMatchObject({ kind: 'not_found' });
    await expect(drawn(closed)).rejects.toMatchObject({ kind: 'not_found' });
    had.push(closed.plan.productTierId);
    await inputs(closed);
    await drawn(closed);
    const stranger = { ...caller, orgId: 'org-stranger' };
    await expect(handlers.describePlanInputs({ ...nothing, params: open.plan, caller: stranger })).rejects.toMatchObject({
      kind: 'not_found',
    });
    const unknown = handlers.describePlanInputs({ ...nothing, params: open.plan, query: { version: '9' } });
    await expect(unknown).rejects.toThrow('Version set not found');
  });

  it('of plan specs and of $sys are there for everybody', async () => {
    const get = (type: string) => handlers.getJsonSchema({ ...nothing, query: { type }, caller: undefined });
    expect(await get('service-plan')).toMatchObject({ title: 'Plan spec' });
    expect(await get(' System-Parameters')).toMatchObject({ properties: { sys: { properties: { id: { type: 'string' } } } } });
    for (const type of ['compose', '__proto__', 'constructor'])
      await expect(get(type)).rejects.toMatchObject({ kind: 'not_found', message: expect.stringContaining('service-plan') });
  });
});
