/**
 * What a request is about, by the ids in its path, query, body and answer. Ids are taken, and names of fields; no other value is, so that
 * nothing secret comes into an audit event. Pure.
 */
import type { Named } from './event.js';

type Column = Exclude<keyof Named, 'targets'>;

const COLUMN_OF_NAME: Readonly<Record<string, Column>> = {
  serviceid: 'serviceId',
  environmentid: 'environmentId',
  serviceenvironmentid: 'environmentId',
  producttierid: 'planId',
  planid: 'planId',
  serviceplanid: 'planId',
  instanceid: 'instanceId',
  subscriptionid: 'subscriptionId',
};
/** A plain `id` is of whatever its prefix says. */
const COLUMN_OF_PREFIX: Readonly<Record<string, Column>> = {
  s: 'serviceId',
  se: 'environmentId',
  pt: 'planId',
  instance: 'instanceId',
  sub: 'subscriptionId',
};

const ID = /^([a-z]{1,20})-[A-Za-z0-9]{1,64}$/;
const FIELD = /^[A-Za-z_][\w.-]{0,63}$/;
const MOST_TARGETS = 20;
const MOST_FIELDS = 100;
const MOST_CHARACTERS = 128;

/** What path, query and body name. The path goes first: it is what the request acts on. */
export function namedBy(request: { params: Record<string, string>; query?: unknown; body?: unknown }): Named {
  const named = nothing();
  for (const [name, value] of Object.entries(request.params)) {
    const column = columnOf(name, value);
    if (column === undefined) addTarget(named, name, value);
    else if (named[column] === '') named[column] = value.slice(0, MOST_CHARACTERS);
  }
  addIds(named, request.query);
  addIds(named, request.body);
  return named;
}

/** What an answer names: some are an id alone. */
export function namedByAnswer(answer: unknown): Named {
  const named = nothing();
  addIds(named, typeof answer === 'string' ? { id: answer } : answer);
  return named;
}

/** Names of the fields that a body gives; of an instance's parameters, theirs too. */
export function fieldsOf(body: unknown): string[] {
  const names = membersOf(body).flatMap(([name, value]) =>
    name === 'requestParams' && membersOf(value).length > 0 ? membersOf(value).map(([inner]) => `requestParams.${inner}`) : [name],
  );
  return names.filter((name) => FIELD.test(name)).slice(0, MOST_FIELDS);
}

function nothing(): Named {
  return { serviceId: '', environmentId: '', planId: '', instanceId: '', subscriptionId: '', targets: [] };
}

function addIds(named: Named, value: unknown): void {
  for (const [name, member] of membersOf(value)) {
    if (!/(?:^i|I)[dD]$/.test(name) || typeof member !== 'string' || !ID.test(member)) continue;
    const column = columnOf(name, member);
    if (column !== undefined && named[column] === '') named[column] = member;
    else if (column === undefined || named[column] !== member) addTarget(named, name, member);
  }
}

function columnOf(name: string, value: string): Column | undefined {
  if (name.toLowerCase() !== 'id') return COLUMN_OF_NAME[name.toLowerCase()];
  return COLUMN_OF_PREFIX[ID.exec(value)?.[1] ?? ''];
}

function addTarget(named: Named, name: string, value: string): void {
  if (named.targets.length < MOST_TARGETS && FIELD.test(name)) named.targets.push(`${name}=${value.slice(0, MOST_CHARACTERS)}`);
}

function membersOf(value: unknown): [string, unknown][] {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
}
