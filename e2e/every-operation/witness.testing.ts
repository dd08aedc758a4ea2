/**
 * Clients whose every answer is looked at as it came over the wire: status, the members and types that clients of the reference insist on
 * (packages/api/src/reference/answers.txt), and our own schema. Remembers which operations were answered to the audience of their row.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { readFileSync } from 'node:fs';
import { answersWithBody, BASE_PATH, type Client, createClient, type Operation, type OperationName, operations } from '@cellplane/api';
import { Compile } from 'typebox/compile';
import { type Facts, readFacts, unlikeValue } from '../../packages/api/src/reference/answer-shape.testing.js';
import { undeclared } from './undeclared.testing.js';

export type Audience = 'public' | 'provider' | 'customer';

export interface Witness {
  /** A client of somebody. */
  as(audience: Audience, token?: () => string): Client;
  /** Operations that were answered with success to the audience of their row. */
  answered: Set<string>;
  /** Everything that was wrong with an answer, once for each operation and fault. */
  faults: Set<string>;
}

const facts: Facts = readFacts(readFileSync(new URL('../../packages/api/src/reference/answers.txt', import.meta.url), 'utf8'));

export function startWitness(baseUrl: string): Witness {
  const answered = new Set<string>();
  const faults = new Set<string>();
  const asked = new AsyncLocalStorage<OperationName>();
  const look = async (audience: Audience, response: Response): Promise<Response> => {
    const name = asked.getStore();
    if (name === undefined || !response.ok) return response;
    const row: Operation = operations[name];
    if (row.access.audience === audience || (row.access.audience === 'user' && audience !== 'public')) answered.add(name);
    for (const fault of await faultsOf(row, response.clone())) faults.add(`${name}: ${fault}`);
    return response;
  };
  return {
    answered,
    faults,
    as(audience, token) {
      const client = createClient({
        baseUrl,
        ...(token === undefined ? {} : { token }),
        fetch: async (...request) => look(audience, await fetch(...request)),
      });
      return new Proxy(client, {
        get(target, name: OperationName) {
          const method = target[name] as (input: never) => Promise<unknown>;
          return (input: never) => asked.run(name, () => method(input));
        },
      });
    },
  };
}

/** What an answer of success is not as it should be. */
async function faultsOf(row: Operation, response: Response): Promise<string[]> {
  if (response.status !== row.successStatus) return [`status ${response.status}, not ${row.successStatus}`];
  const type = response.headers.get('content-type') ?? '';
  if (type === 'application/x-ndjson') return [];
  const text = await response.text();
  if (response.status === 204) return text === '' ? [] : [`204 with ${text}`];
  if (!type.startsWith('application/json')) return [`comes as ${type}`];
  if (!answersWithBody(row)) return text === '{}' ? [] : [`has ${text} to tell, and its row nothing`];
  const body: unknown = JSON.parse(text);
  const told = facts.operations.get(`${row.method} ${row.path.replace(BASE_PATH, '')}`)?.type ?? '-';
  const validator = Compile(row.response);
  return [
    ...(row.api === 'ours' || told === '-' ? [] : unlikeValue(facts, told, body)),
    ...(validator.Check(body) ? [] : validator.Errors(body).map(({ instancePath, message }) => `${instancePath} ${message}`)),
    ...undeclared(row.response, body),
  ];
}
