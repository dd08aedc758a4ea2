/** The API that customers of a plan have, as an OpenAPI document with the plan's own paths and inputs. Pure. */
import type { CompiledPlan, CompiledResource } from '@cellplane/plan';
import type { ServiceOffering } from '../offering.js';
import { inputSchema } from './input-schema.js';

type Offering = ServiceOffering['offerings'][number];
type Described = Record<string, unknown>;

/** OpenAPI 3.0: clients that draw documents read that. */
export function planApiDocument(service: ServiceOffering, offering: Offering, compiled: CompiledPlan): Described {
  const schemas: Described = { Error: ERROR, Id: objectOf({ id: { type: 'string' } }, ['id']), Instance: INSTANCE };
  const paths: Described = {};
  for (const { resourceId, name, urlKey } of offering.resourceParameters) {
    const resource = compiled.resources.find((one) => one.name === name);
    if (resource === undefined) continue;
    schemas[`${resource.key}Inputs`] = { ...inputSchema(resource.parameters, 'create') };
    schemas[`${resource.key}Changes`] = { ...inputSchema(resource.parameters, 'modify') };
    const root = [service.serviceProviderId, service.serviceURLKey, offering.serviceAPIVersion, offering.serviceEnvironmentURLKey];
    const path = ['/2022-09-01-00/resource-instance', ...root, offering.serviceModelURLKey, offering.productTierURLKey, urlKey].join('/');
    Object.assign(paths, pathsOf(path, resource, resourceId, offering));
  }
  return {
    openapi: '3.0.3',
    info: {
      title: `${service.serviceName}: ${offering.productTierName}`,
      version: offering.productTierVersion,
      ...(offering.productTierDescription === undefined ? {} : { description: offering.productTierDescription }),
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } }, schemas },
  };
}

function pathsOf(path: string, resource: CompiledResource, resourceId: string, offering: Offering): Described {
  const { key, name, systemWorkflows } = resource;
  const operation = (verb: string, summary: string, more: Described = {}) => ({
    operationId: `${verb}_${key}`,
    summary,
    tags: [name],
    parameters: [SUBSCRIPTION],
    responses: { ...answer(202, 'Accepted'), ...failure },
    ...more,
  });
  const place = {
    cloud_provider: { type: 'string', ...choices(offering.cloudProviders) },
    region: { type: 'string' },
    network_type: { type: 'string', enum: ['PUBLIC', 'INTERNAL'] },
    productTierVersion: { type: 'string', default: offering.productTierVersion },
  };
  const tags = { customTags: { type: 'array', items: objectOf({ key: { type: 'string' }, value: { type: 'string' } }, ['key', 'value']) } };
  const verbs = (['start', 'stop', 'restart'] as const).filter(
    (verb) =>
      systemWorkflows[verb] !== undefined ||
      (verb === 'restart' && systemWorkflows.start !== undefined && systemWorkflows.stop !== undefined),
  );
  const id = { name: 'id', in: 'path', required: true, description: 'Id of the instance', schema: { type: 'string' } };
  return {
    [path]: {
      get: operation('list', `Ids of the instances of ${name}`, {
        responses: { ...answer(200, 'Ids', objectOf({ ids: { type: 'array', items: { type: 'string' } } }, ['ids'])), ...failure },
      }),
      post: operation('create', `Create an instance of ${name}`, {
        requestBody: body(objectOf({ ...place, ...tags, requestParams: reference(`${key}Inputs`) }, ['requestParams'])),
        responses: { ...answer(202, 'Its id', reference('Id')), ...failure },
      }),
      'x-resource-id': resourceId,
    },
    [`${path}/{id}`]: {
      parameters: [id],
      get: operation('describe', `One instance of ${name}`, {
        responses: { ...answer(200, 'The instance', reference('Instance')), ...failure },
      }),
      ...(systemWorkflows.modify === undefined
        ? {}
        : {
            patch: operation('modify', `Change an instance of ${name}`, {
              requestBody: body(objectOf({ ...tags, requestParams: reference(`${key}Changes`) }, [])),
            }),
          }),
      delete: operation('delete', `Delete an instance of ${name}`),
    },
    ...Object.fromEntries(
      verbs.map((verb) => [`${path}/{id}/${verb}`, { parameters: [id], post: operation(verb, `${verb} an instance of ${name}`) }]),
    ),
  };
}

const SUBSCRIPTION = {
  name: 'subscriptionId',
  in: 'query',
  required: false,
  description: 'Needed by those who have several subscriptions of the plan',
  schema: { type: 'string' },
};

function objectOf(properties: Described, required: string[]): Described {
  return { type: 'object', properties, ...(required.length === 0 ? {} : { required }) };
}

function reference(name: string): Described {
  return { $ref: `#/components/schemas/${name}` };
}

function body(schema: Described): Described {
  return { required: true, content: { 'application/json': { schema } } };
}

function answer(status: number, description: string, schema?: Described): Described {
  return { [status]: { description, ...(schema === undefined ? {} : { content: { 'application/json': { schema } } }) } };
}

function choices(words: string[] | undefined): Described {
  return words === undefined || words.length === 0 ? {} : { enum: words };
}

const failure = { default: { description: 'Not a success', content: { 'application/json': { schema: reference('Error') } } } };

const ERROR = objectOf(
  {
    name: { type: 'string' },
    message: { type: 'string' },
    id: { type: 'string' },
    fault: { type: 'boolean' },
    temporary: { type: 'boolean' },
    timeout: { type: 'boolean' },
  },
  ['name', 'message', 'id', 'fault', 'temporary', 'timeout'],
);

const INSTANCE = objectOf(
  {
    id: { type: 'string' },
    status: { type: 'string' },
    cloud_provider: { type: 'string' },
    region: { type: 'string' },
    created_at: { type: 'string', format: 'date-time' },
    last_modified_at: { type: 'string', format: 'date-time' },
    subscriptionId: { type: 'string' },
    tierVersion: { type: 'string' },
    result_params: { type: 'object', additionalProperties: true },
  },
  ['id', 'status'],
);
