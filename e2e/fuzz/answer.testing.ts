/** Sends requests of the fuzz, and says what is wrong with an answer. */
import { Agent, request as send } from 'node:http';
import { ERROR_STATUS, type Operation } from '@cellplane/api';
import { Compile, type Validator } from 'typebox/compile';
import type { FuzzRequest } from './request.testing.js';

export interface Answer {
  status: number;
  type: string;
  text: string;
  ms: number;
}

/** An answer comes within this, on a machine that does much else. Milliseconds. */
const DEADLINE_MS = 30_000;
/** A connection each: one that the server ends after an answer is not used again. */
const agent = new Agent({ keepAlive: false });

/** Sends a request as it is: no client tidies its path. Rejects if there is no answer in time. */
export function ask(url: string, { method, path, headers, body }: FuzzRequest, session: string | undefined): Promise<Answer> {
  const began = performance.now();
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    const request = send({
      agent,
      hostname,
      port,
      method,
      path,
      headers: {
        ...(session === undefined ? {} : { authorization: `Bearer ${session}` }),
        'content-length': body?.length ?? 0,
        ...headers,
      },
      signal: AbortSignal.timeout(DEADLINE_MS),
    });
    request.on('error', reject);
    request.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (piece: string) => (text += piece));
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', text, ms: performance.now() - began }),
      );
    });
    request.end(body);
  });
}

/** What only the inside of a server says: places in code, statements and messages of PostgreSQL, what JavaScript says of itself. */
const INSIDE = [
  /\bat (?:async )?[\w.<>[\] ]+ \((?:file:|node:|\/)/,
  /node_modules|packages\/server|\/dist\/|\.[jt]s:\d+/,
  /\b(?:insert into|delete from|update \w+ set|select .{1,80} from) /i,
  /violates \w+[ -]?\w* constraint|invalid input syntax|invalid byte sequence|duplicate key value|relation "|value too long for type|out of range for type|unsupported Unicode|cannot be cast|invalid memory alloc/i,
  /is not a function|Cannot (?:read|convert|destructure)|is not iterable|Maximum call stack|Invalid (?:array|string) length|\[object Object\]|Invalid time value/,
  /ECONNRE|EPIPE|ENOENT|EACCES/,
];

/** Codes of what a member has that its schema does not allow. */
const OF_A_MEMBER = new Set([
  'missing-field',
  'invalid-type',
  'invalid-length',
  'invalid-enum-value',
  'invalid-field',
  'invalid-format',
  'inexact-number',
]);
const SIX = { name: 'string', message: 'string', id: 'string', fault: 'boolean', temporary: 'boolean', timeout: 'boolean' };

const validators = new Map<Operation, Validator>();

/** Everything that is wrong with an answer to a request for this operation. */
export function faultsOf(row: Operation, request: FuzzRequest, answer: Answer): string[] {
  const { status, text, type } = answer;
  if (status < 400) return request.strays ? [] : faultsOfSuccess(row, answer);
  const faults: string[] = [];
  if (!type.startsWith('application/json')) faults.push(`an error as ${type}`);
  const body = parsed(text) as Record<string, unknown> | undefined;
  if (typeof body !== 'object' || body === null) return [...faults, `status ${status}, an error that is no object`];
  // What is not served says so by its name.
  if (status >= 500 && body['name'] !== 'not_implemented') faults.push(`status ${status}`);
  for (const [member, kind] of Object.entries(SIX)) if (typeof body[member] !== kind) faults.push(`no ${kind} ${member}`);
  // Of a head that is too long for a path to be read from it.
  const isOfHead = status === 431 && body['code'] === 'headers-too-large';
  if (ERROR_STATUS[body['name'] as string] !== status && !isOfHead) faults.push(`name ${body['name']} with status ${status}`);
  if (typeof body['code'] !== 'string' || !/^[a-z][a-z0-9-]+$/.test(body['code'])) faults.push(`code ${body['code']}`);
  const details = (body['details'] ?? []) as { field?: string; message?: string }[];
  if (status === 400 && OF_A_MEMBER.has(body['code'] as string) && !details.some(({ field }) => typeof field === 'string'))
    faults.push('no path of the member');
  if (request.wrong !== undefined && status === 400 && !details.some(({ field }) => field?.split('.')[0] === request.wrong))
    faults.push(`nothing is said of ${request.wrong}`);
  if (request.wrong !== undefined && ![400, 401, 403, 404, 429].includes(status)) faults.push(`${request.wrong} was taken`);
  const told = JSON.stringify(body);
  for (const pattern of INSIDE) if (pattern.test(told)) faults.push(`tells of the inside: ${pattern.exec(told)?.[0]}`);
  return faults;
}

function faultsOfSuccess(row: Operation, { status, text, type }: Answer): string[] {
  if (status !== row.successStatus) return [`success ${status} instead of ${row.successStatus}`];
  if (status === 204 || type === 'application/x-ndjson' || (row.response as { type?: string }).type === 'void') return [];
  const body = parsed(text);
  if (body === undefined) return ['a success that is not JSON'];
  let validator = validators.get(row);
  if (validator === undefined) validators.set(row, (validator = Compile(row.response)));
  if (validator.Check(body)) return [];
  return [`not as the row says: ${JSON.stringify(validator.Errors(body).slice(0, 3))}`];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
