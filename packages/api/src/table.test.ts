import { describe, expect, it } from 'vitest';
import { signedIn } from './access.js';
import { operation } from './operation.js';
import { type OperationName, operations, unservedOperations } from './table.js';
import { openApiDocument } from './openapi.js';
import { answersWithBody, takesBody } from './operation.js';
import { BASE_PATH } from './address.js';
import { ROUTES } from './client-routes.js';

const rows = Object.entries(operations);

/** Operations that the reference describes in its documentation, or that its portal asks for, and that its OpenAPI document does not have. */
const IN_WORDS_ONLY = new Set([
  'inventory-api#ExecuteResourceInstanceWorkflow',
  'inventory-api#ListResourceInstanceWorkflowExecutions',
  'inventory-api#DescribeResourceInstanceWorkflowExecution',
  'inventory-api#DescribeWorkflowExecution',
  'service-api-api#GetSwaggerSpec',
]);

describe('operation table', () => {
  it('has every method and path once', () => {
    const routes = rows.map(([, row]) => `${row.method} ${row.path}`);
    expect(new Set(routes).size).toBe(routes.length);
  });

  it('names only operations that the reference has, or ours', () => {
    for (const [, row] of rows) expect(row.path).toMatch(row.api === 'ours' ? /^\/api\// : /^\/2022-09-01-00\//);
  });

  it('together with the unserved ones is the whole reference', () => {
    const ofReference = rows.filter(([, row]) => row.api !== 'ours' && !IN_WORDS_ONLY.has(row.operationId)).length;
    expect(ofReference + unservedOperations.length).toBe(528);
    expect(unservedOperations.every((row) => row.operationId.includes('#') && row.path.startsWith('/2022-09-01-00/'))).toBe(true);
  });

  it('refuses a route without a path', () => {
    expect(() => operation({ id: 'x', api: 'ours', route: 'GET nowhere' as 'GET /x', summary: '', access: signedIn })).toThrow(
      'METHOD /path',
    );
  });

  it('lets exactly what begins with a password or a token, and what is the same for everybody, be called without a session', () => {
    const open = rows.filter(([, row]) => row.access.audience === 'public').map(([name]) => name as OperationName);
    expect(open.toSorted()).toEqual([
      'acceptInvitation',
      'beginPasskeySignIn',
      'changePassword',
      'describePortalTheme',
      'describeSignIn',
      'finishSignIn',
      'getJsonSchema',
      'loginWithIdentityProvider',
      'offerIdentityProviders',
      'refreshToken',
      'resetPassword',
      'revokeToken',
      'signUpHere',
      'signin',
      'signup',
      'validateToken',
    ]);
  });
});

describe('limits', () => {
  /** Places of a schema that have no bound of their own. */
  function unbounded(schema: Record<string, unknown>, place: string): string[] {
    const below = [
      ...Object.entries(schema['properties'] ?? {}),
      ...Object.entries(schema['patternProperties'] ?? {}),
      ...((schema['anyOf'] ?? []) as object[]).entries(),
      ...(schema['items'] === undefined ? [] : [['[]', schema['items']] as const]),
    ].flatMap(([name, inner]) => unbounded(inner as Record<string, unknown>, `${place}.${name}`));
    const fixed = schema['const'] !== undefined || schema['enum'] !== undefined;
    const bound = { string: 'maxLength', array: 'maxItems' }[String(schema['type'])] ?? (schema['patternProperties'] && 'maxProperties');
    return typeof bound === 'string' && !fixed && typeof schema[bound] !== 'number' ? [`${place} has no ${bound}`, ...below] : below;
  }

  it.each(rows)('%s has a limit for its body, and for every text and list in it', (name, row) => {
    expect(row.bodyLimit).toBeLessThanOrEqual(row.access.audience === 'public' ? 64 * 1024 : 4 * 1024 * 1024);
    expect(row.bodyLimit).toBeGreaterThan(0);
    expect([
      ...unbounded(row.query as object as Record<string, unknown>, name),
      ...unbounded(row.body as object as Record<string, unknown>, name),
    ]).toEqual([]);
  });

  it('are 256 characters for ids and names, more for other texts, and what a field says itself', () => {
    const { createServiceEnvironment, buildServicePlanSpec } = operations;
    const environment = createServiceEnvironment.body.properties;
    expect(environment).toMatchObject({ name: { maxLength: 256, minLength: 1 }, sourceEnvironmentId: { maxLength: 256 } });
    expect(environment).toMatchObject({ description: { maxLength: 16_384 }, serviceAuthPublicKey: { maxLength: 16_384 } });
    expect(buildServicePlanSpec.body.properties.fileContent).toMatchObject({ maxLength: buildServicePlanSpec.bodyLimit });
  });

  it('leave answers alone, which share their shapes', () => {
    expect(operations.describeUser.response.properties.id).not.toHaveProperty('maxLength');
  });
});

describe('routes of the client', () => {
  it('are those of the table', () => {
    const wanted = rows.map(([name, row]) => [name, [row.method, row.path.replace(BASE_PATH, ''), takesBody(row), answersWithBody(row)]]);
    expect(ROUTES).toEqual(Object.fromEntries(wanted));
  });
});

describe('OpenAPI document', () => {
  const document = openApiDocument() as {
    paths: Record<string, Record<string, { operationId: string; parameters: { name: string; in: string }[] }>>;
  };

  it('has every row, with its path parameters', () => {
    for (const [name, row] of rows) {
      const described = document.paths[row.path]?.[row.method.toLowerCase()];
      expect(described?.operationId).toBe(name);
      const inPath = described?.parameters.filter((parameter) => parameter.in === 'path').map((parameter) => parameter.name);
      expect(inPath).toEqual([...row.path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]));
    }
  });

  it('is plain JSON', () => {
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });
});
