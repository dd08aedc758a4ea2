/** Requests of the fuzz, made of a row of the operation table: mostly right, with a little that is wrong. */
import { createHash } from 'node:crypto';
import { type Operation, takesBody } from '@cellplane/api';
import * as fc from 'fast-check';
import type { SchemaShape } from '../../packages/api/src/schema-shape.testing.js';
import { hostileText, hostileValue, jsonOf, token, validValue, wrongValue } from './values.testing.js';

export interface FuzzRequest {
  method: string;
  /** As it goes over the wire. */
  path: string;
  headers: Record<string, string>;
  body?: Buffer;
  /** Who sends it. */
  by: string;
  /** Member of the body that has a value of another type, and is all that is wrong. */
  wrong?: string;
  /** The path may be that of another operation. */
  strays: boolean;
}

/** What is there to be named: ids by the name of the parameter or member, or by `segment/` before a bare `{id}`. */
export type Known = Readonly<Record<string, string>>;

/** What would take away what all others ask for: their last parameter is never one that exists. */
const TAKES_AWAY = /^(?:delete|revoke|terminate|suspend|remove|end|customerDelete|customerUnsubscribe|customerCancel|deny)/;
/** About the asker's own account. */
const OWN = /^(?:logout|endSessions|customerDeleteUser|updatePassword)$/;

/** Requests for an operation, by everybody. */
export function requestsOf(name: string, row: Operation, known: Known): fc.Arbitrary<FuzzRequest> {
  return fc
    .record({
      by: callersOf(name, row),
      path: pathOf(name, row, known),
      query: queryOf(row, known),
      content: takesBody(row) ? bodyOf(row, known) : strayBody,
      headers: headers(row),
    })
    .map(({ by, path, query, content, headers: extra }) => ({
      method: row.method,
      path: `${path.text}${query}`,
      headers: { ...content.headers, ...extra },
      ...(content.body === undefined ? {} : { body: content.body }),
      by,
      ...(content.wrong === undefined || path.isHostile || query !== '' || Object.keys(extra).length > 0 ? {} : { wrong: content.wrong }),
      strays: path.strays,
    }));
}

function callersOf(name: string, row: Operation): fc.Arbitrary<string> {
  if (OWN.test(name)) return fc.constantFrom('nobody', 'provider-key');
  const { audience } = row.access;
  const first = audience === 'customer' ? ['customer', 'customer', 'customer-key'] : ['provider', 'provider', 'provider-key'];
  return fc.constantFrom(...first, ...first, 'nobody', 'customer', 'customer-key', 'provider');
}

/** Segments as they stand on the wire. */
const TRICKS = [
  '%2f',
  '..%2f..%2f',
  '..',
  '%2e%2e',
  '.',
  '%00',
  '%',
  '%zz',
  '%c0%af',
  '%ff%fe',
  '%ed%a0%80',
  '%22s-1%22%0a',
  ';a=b',
  '%3f',
  '%23',
  '\\',
  'x:revoke',
  ':revoke',
  '%252e%252e',
  'x'.repeat(256),
  'x'.repeat(257),
  '%F0%9F%98%80'.repeat(90),
  'x'.repeat(8_100),
  '',
];

function pathOf(name: string, row: Operation, known: Known): fc.Arbitrary<{ text: string; isHostile: boolean; strays: boolean }> {
  const parts = row.path.split('/');
  const last = parts.findLastIndex((part) => part.startsWith('{'));
  const pieces = parts.map((part, at): fc.Arbitrary<{ text: string; trick: boolean }> => {
    const [, parameter, verb = ''] = /^\{(\w+)\}(.*)$/.exec(part) ?? [];
    if (parameter === undefined) return fc.constant({ text: part, trick: false });
    const found = known[parameter] ?? known[`${parts[at - 1]}/`];
    const isThere = found !== undefined && !(at === last && TAKES_AWAY.test(name));
    const hostile = fc.oneof(
      { weight: 2, arbitrary: hostileText.map((text) => ({ text: encoded(text) + verb, trick: true })) },
      { weight: 1, arbitrary: fc.constantFrom(...TRICKS).map((text) => ({ text: text + verb, trick: true })) },
    );
    const plain = fc.constant({ text: (isThere ? found : 'nobodys-0000000000') + verb, trick: false });
    return fc.oneof({ weight: 9, arbitrary: plain }, { weight: 1, arbitrary: hostile });
  });
  const end = fc.oneof(
    { weight: 19, arbitrary: fc.constant('') },
    { weight: 1, arbitrary: fc.constantFrom('/', '//', '/..', '/.', '/%2e') },
  );
  return fc.tuple(fc.tuple(...pieces), end).map(([found, tail]) => ({
    text: found.map(({ text }) => text).join('/') + tail,
    isHostile: tail !== '' || found.some(({ trick }) => trick),
    strays: tail !== '' || found.some(({ text, trick }) => trick && /^(?:\.|%2e|$)|[/?#;\\:]|%2f/i.test(text)),
  }));
}

/** Percent-encoded; half a surrogate pair as the bytes that it would be. */
function encoded(text: string): string {
  return Array.from(text, (one) => (/\p{Surrogate}/u.test(one) ? '%ed%a0%80' : encodeURIComponent(one))).join('');
}

function queryOf(row: Operation, known: Known): fc.Arbitrary<string> {
  const { properties = {} } = row.query as SchemaShape;
  const one = fc.constantFrom(...Object.keys(properties), 'unknown', 'pageSize', 'nextPageToken').chain((name) => {
    const schema = properties[name] ?? {};
    const valid =
      name === 'nextPageToken' ? forgedToken : validValue(schema, name, (of) => known[of]).map((value) => encoded(String(value)));
    const value = fc.oneof(valid, valid, hostileText.map(encoded), fc.constantFrom('%', '%zz', '%ff', '+', '[]', '=', 'x'.repeat(8_000)));
    const written = fc.constantFrom(name, name, name, name.toUpperCase(), `${name}[]`, `${name}[a]`, `${name}%00`);
    return fc.tuple(written, value).map((pair) => pair.join('='));
  });
  const some = fc.oneof(
    { weight: 4, arbitrary: fc.array(one, { minLength: 1, maxLength: 3 }) },
    // The same one again and again.
    { weight: 1, arbitrary: fc.tuple(one, fc.integer({ min: 2, max: 120 })).map(([text, times]) => Array<string>(times).fill(text)) },
  );
  const none = fc.constant<string[]>([]);
  const isAsked = Object.keys(properties).length > 0;
  return fc
    .oneof({ weight: isAsked ? 1 : 6, arbitrary: none }, { weight: 2, arbitrary: some })
    .map((list) => (list.length === 0 ? '' : `?${list.join('&')}`));
}

/** Lists, as tokens name them. */
const LISTS = [
  'instances',
  'versions',
  'customers',
  'organizations',
  'subscriptions',
  'audit-events',
  'channel-events',
  'service-provider-events',
  'mails',
  'sessions',
  'runs',
  'operations',
  'executions',
];
const PLACES = [
  '2026-01-01 00:00:00+00',
  '0000-01-01 00:00:00+00',
  '9999-12-31 23:59:59.999999-14',
  '0001-01-01 00:00:00+14',
  '2026-02-30 00:00:00+00',
  '999999999999999',
  '-1',
  'now',
  'infinity',
  '',
];

/** Page tokens of somebody who knows how they are made. */
const forgedToken = fc
  .tuple(fc.constantFrom(...LISTS), fc.constantFrom(...PLACES), fc.constantFrom('a', '', 'a\u0000', 'x'.repeat(300)))
  .map((parts) => {
    const sum = createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 11);
    return Buffer.from(JSON.stringify([...parts, sum])).toString('base64url');
  });

interface Content {
  headers: Record<string, string>;
  body?: Buffer;
  wrong?: string;
}

const JSON_TYPE = { 'content-type': 'application/json' };

/** Where none is read. */
const strayBody: fc.Arbitrary<Content> = fc.oneof(
  { weight: 5, arbitrary: fc.constant({ headers: {} }) },
  { weight: 1, arbitrary: hostileValue.map((value) => ({ headers: JSON_TYPE, body: Buffer.from(jsonOf(value)) })) },
);

function bodyOf(row: Operation, known: Known): fc.Arbitrary<Content> {
  const schema = row.body as SchemaShape;
  const valid = validValue(schema, '', (name) => known[name]) as fc.Arbitrary<Record<string, unknown>>;
  const names = Object.keys(schema.properties ?? {});
  if (names.length === 0) return fc.oneof(rawBody(fc.constant('{}')), hostileBody);
  const changed = valid.chain((body) =>
    fc.constantFrom(...names).chain((name) => {
      const inner = schema.properties?.[name] ?? {};
      const wrong = wrongValue(inner)?.map((value): Content => ({ ...asJson({ ...body, [name]: value }), wrong: name }));
      return fc.oneof(
        { weight: 5, arbitrary: hostileValue.map((value) => asJson({ ...body, [name]: value })) },
        { weight: 3, arbitrary: inside(inner, body[name], known).map((value) => asJson({ ...body, [name]: value })) },
        ...(wrong === undefined ? [] : [{ weight: 3, arbitrary: wrong }]),
        { weight: 1, arbitrary: fc.constant(asJson(without(body, name))) },
        {
          weight: 1,
          arbitrary: hostileValue.map((value) => asJson({ [name.toUpperCase()]: value, [name.toLowerCase()]: value, ...body })),
        },
        { weight: 1, arbitrary: hostileValue.map((value) => repeated(body, name, value)) },
        { weight: 1, arbitrary: fc.tuple(hostileText, hostileValue).map(([key, value]) => asJson({ ...body, [key]: value })) },
      );
    }),
  );
  return fc.oneof(
    { weight: 2, arbitrary: valid.map(asJson) },
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: rawBody(valid.map(jsonOf)) },
    { weight: 1, arbitrary: hostileBody },
  );
}

/** A value with something hostile deeper inside. */
function inside(schema: SchemaShape, value: unknown, known: Known): fc.Arbitrary<unknown> {
  if (schema.type === 'array')
    return fc.array(
      fc.oneof(
        hostileValue,
        validValue(schema.items ?? {}, '', (name) => known[name]),
      ),
      { maxLength: 3 },
    );
  if (schema.type !== 'object') return hostileValue;
  const names = [...Object.keys(schema.properties ?? {}), 'a', '__proto__', ''];
  return fc
    .tuple(fc.constantFrom(...names), hostileValue)
    .map(([name, inner]) => Object.fromEntries([...Object.entries((value as object | undefined) ?? {}), [name, inner]]));
}

function asJson(value: unknown): Content {
  return { headers: JSON_TYPE, body: Buffer.from(jsonOf(value)) };
}

function without(body: Record<string, unknown>, name: string): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).filter(([one]) => one !== name));
}

/** One key twice. */
function repeated(body: Record<string, unknown>, name: string, value: unknown): Content {
  const whole = jsonOf(body);
  const first = `${JSON.stringify(name)}:${jsonOf(value)}`;
  return { headers: JSON_TYPE, body: Buffer.from(`{${first}${whole === '{}' ? '' : ','}${whole.slice(1)}`) };
}

/** A right text that is not told, cut or encoded as it should be. */
function rawBody(text: fc.Arbitrary<string>): fc.Arbitrary<Content> {
  return fc
    .tuple(
      text,
      fc.constantFrom(
        'text/plain',
        'application/x-www-form-urlencoded',
        'multipart/form-data; boundary=x',
        'application/json; charset=utf-16',
        '',
      ),
      fc.constantFrom<(text: string) => Buffer>(
        (whole) => Buffer.from(whole),
        (whole) => Buffer.from(whole.slice(0, -1)),
        (whole) => Buffer.from(`\ufeff${whole}`),
        (whole) => Buffer.from(whole, 'utf16le'),
        (whole) => Buffer.concat([Buffer.from(whole.slice(0, -1)), Buffer.from([0xff]), Buffer.from('}')]),
        (whole) => Buffer.from(`${whole}${whole}`),
        (whole) => Buffer.from(`${' '.repeat(50_000)}${whole}`),
      ),
    )
    .map(([whole, type, write]): Content => ({ headers: type === '' ? {} : { 'content-type': type }, body: write(whole) }));
}

/** No object at all. */
const hostileBody: fc.Arbitrary<Content> = fc
  .oneof(
    hostileValue,
    fc.constantFrom('[]', 'null', '"x"', '1', 'true', '', '{', '{"a"}', '['.repeat(5_000), `{"a":"${'x'.repeat(70_000)}"}`).map(token),
  )
  .map(asJson);

function headers(row: Operation): fc.Arbitrary<Record<string, string>> {
  const values = fc.constantFrom('x'.repeat(300), '\u00ff', 'a b', '"', ',,,', '1', '');
  const names = fc.constantFrom(
    'idempotency-key',
    'x-request-id',
    'x-forwarded-for',
    'user-agent',
    'accept',
    'if-match',
    'cookie',
    'range',
    'authorization',
  );
  const one = fc.tuple(names, values).map(([name, value]): Record<string, string> => ({ [name]: value }));
  return fc.oneof({ weight: row.method === 'POST' ? 7 : 9, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: one });
}
