/** The OpenAPI 3.1 document of what we serve; schemas in it are the table's own (TypeBox schemas are JSON Schema). */
import { ErrorBody } from './error-body.js';
import { ID_LIMIT } from './limits.js';
import { answersWithBody, type Operation, takesBody } from './operation.js';
import { operations, unservedOperations } from './table.js';
import { CHANGES_PATH, MOST_FOLLOWED } from './operations/changes.js';
import { LOG_LINES, LOG_STREAM_PATH, METRICS_STREAM_PATH } from './address.js';
import { INSTANCE_EVENTS_PATH } from './operations/progress.js';

/** A JSON document; its shape is OpenAPI's. */
export type OpenApiDocument = Record<string, unknown>;

/** Makes the document. `version` is the program's. */
export function openApiDocument(version = '0.1.0'): OpenApiDocument {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const [name, row] of Object.entries<Operation>(operations)) {
    const item = (paths[row.path] ??= {});
    item[row.method.toLowerCase()] = describe(name, row);
  }
  paths[INSTANCE_EVENTS_PATH] = { get: eventStream() };
  paths[CHANGES_PATH] = { get: changesStream() };
  paths[LOG_STREAM_PATH] = { get: logStream() };
  paths[METRICS_STREAM_PATH] = { get: metricsStream() };
  return {
    openapi: '3.1.0',
    info: {
      title: 'Cellplane',
      version,
      description:
        'Turns a Kubernetes operator into a multi-tenant SaaS product. The operations under /2022-09-01-00 keep the wire format of the API that existing clients speak; ' +
        `${unservedOperations.length} further operations of that API answer 501 with their name.`,
    },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: {
      securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      schemas: { Error: plain(ErrorBody) },
    },
  };
}

function describe(name: string, row: Operation): Record<string, unknown> {
  const success: Record<string, unknown> = { description: row.summary };
  if (answersWithBody(row)) success['content'] = contentOf(plain(row.response));
  const described: Record<string, unknown> = {
    operationId: name,
    summary: row.summary,
    tags: [row.operationId.split('#')[0]],
    'x-reference-operation': row.operationId,
    parameters: [...pathParameters(row.path), ...queryParameters(row)],
    responses: {
      [row.successStatus]: success,
      default: { description: 'Not a success', content: json({ $ref: '#/components/schemas/Error' }) },
    },
  };
  if (takesBody(row))
    described['requestBody'] = {
      description: `At most ${row.bodyLimit} bytes`,
      required: row.method !== 'GET' && row.method !== 'DELETE',
      content: json(plain(row.body)),
    };
  const { audience } = row.access;
  described['x-audience'] = audience;
  if ('permission' in row.access) described['x-permission'] = row.access.permission;
  if (audience === 'public') described['security'] = [];
  return described;
}

function pathParameters(path: string) {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', maxLength: ID_LIMIT },
  }));
}

function queryParameters(row: Operation) {
  const schema = plain(row.query) as { properties?: Record<string, unknown>; required?: string[] };
  return Object.entries(schema.properties ?? {}).map(([name, property]) => ({
    name,
    in: 'query',
    required: schema.required?.includes(name) ?? false,
    schema: property,
  }));
}

function eventStream() {
  return stream(
    'streamInstanceEvents',
    'Progress of an instance as server-sent events: `progress` (InstanceProgress) and `run-event`',
    pathParameters(INSTANCE_EVENTS_PATH),
    'Sequence of the last event received',
  );
}

function changesStream() {
  const instance = {
    name: 'instance',
    in: 'query',
    required: false,
    description: 'Instances whose progress is sent, too',
    schema: { type: 'array', maxItems: MOST_FOLLOWED, items: { type: 'string', maxLength: ID_LIMIT } },
  };
  return stream(
    'streamChanges',
    'What has changed of what the caller may see, as server-sent events: `ready` or `gap`, then `change`, `progress` and `refused`',
    [instance],
    'Place of the last message received',
  );
}

function logStream() {
  const whole = { type: 'integer', minimum: 1, maximum: LOG_LINES.most };
  const asked = [
    { name: 'container', in: 'query', required: false, schema: { type: 'string', maxLength: ID_LIMIT } },
    { name: 'tail', in: 'query', required: false, description: 'Lines from before, to begin with', schema: whole },
  ];
  return stream(
    'streamInstanceLog',
    'The log of a container as it is written, as server-sent events: `begin`, `lines`, `end`',
    [...pathParameters(LOG_STREAM_PATH), ...asked],
    'Place of the last lines received',
  );
}

function metricsStream() {
  return stream(
    'streamInstanceMetrics',
    'Processor and memory of an instance, again and again, as server-sent events: `metrics`, `trouble`',
    pathParameters(METRICS_STREAM_PATH),
    'Not read: there is nothing to go on after',
  );
}

function stream(operationId: string, summary: string, parameters: unknown[], last: string) {
  const lastId = { name: 'Last-Event-ID', in: 'header', required: false, schema: { type: 'string' }, description: last };
  return {
    operationId,
    summary,
    tags: ['cellplane'],
    parameters: [...parameters, lastId],
    responses: {
      '200': { description: 'The stream', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      '429': { description: 'Too many streams are open' },
    },
  };
}

/** JSON, unless the schema says what else. */
function contentOf(schema: unknown) {
  const { contentMediaType } = schema as { contentMediaType?: string };
  return contentMediaType === undefined ? json(schema) : { [contentMediaType]: { schema: { type: 'string' } } };
}

function json(schema: unknown) {
  return { 'application/json': { schema } };
}

/** Drops the schema library's non-enumerable and symbol marks. */
function plain(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema));
}
