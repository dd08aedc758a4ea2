/** Schemas: of plan specs, of the inputs of a plan, and of the API that a plan's customers have. */
import { Type } from 'typebox';
import { anybody, customer } from '../../access.js';
import { freeObject, optional, optionalText, required, text } from '../../field.js';
import { operation } from '../../operation.js';

export const schemaOperations = {
  getJsonSchema: operation({
    id: 'schema-api#GetJSONSchema',
    api: 'v1',
    route: 'GET /json-schema',
    summary: 'JSON Schema of plan specs (service-plan), or of what $sys holds (system-parameters)',
    access: anybody,
    query: Type.Object({ type: required }),
    response: freeObject,
  }),
  describePlanInputs: operation({
    id: 'cellplane#DescribePlanInputs',
    api: 'ours',
    route: 'GET /api/services/{serviceId}/plans/{productTierId}/inputs',
    summary: 'JSON Schema of what a create and a modify of each resource of a plan take',
    access: customer('catalog:read'),
    query: Type.Object({ version: optionalText }),
    response: Type.Object({
      productTierId: text,
      version: text,
      resources: Type.Array(
        Type.Object({ resourceId: text, resourceKey: text, urlKey: text, name: text, create: freeObject, modify: optional(freeObject) }),
      ),
    }),
  }),
  /** In no OpenAPI file: the reference's customer portal asks for it. */
  getSwaggerSpec: operation({
    id: 'service-api-api#GetSwaggerSpec',
    api: 'v1',
    route: 'GET /service/{serviceId}/service-api/{id}/swagger_spec',
    summary: 'OpenAPI document of the API that customers of a plan have',
    access: customer('catalog:read'),
    query: Type.Object({ version: optionalText }),
    response: freeObject,
  }),
};
