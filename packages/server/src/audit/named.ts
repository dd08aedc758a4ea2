/**
 * What a request is about, by the ids in its path, query, body and answer. Ids are taken, and names of fields; of requests about people their
 * addresses and roles, too. No other value is, so that nothing secret comes into an audit event. Pure.
 */
import { PROVIDER_ROLES, SUBSCRIPTION_ROLES } from '@cellplane/api';
import { readEmail } from '../identity/email.js';
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

/**
 * What path, query and body name. The path goes first: it is what the request acts on. `people`: addresses and roles that the body gives
 * are named, too. Of a sign-in they are not: people type passwords there.
 */
export function namedBy(request: { params: Record<string, string>; query?: unknown; body?: unknown; people?: boolean }): Named {
  const named = nothing();
  for (const [name, value] of Object.entries(request.params)) {
    const column = columnOf(name, value);
    if (column === undefined) addTarget(named, name, value);
    else if (named[column] === '') named[column] = value.slice(0, MOST_CHARACTERS);
  }
  addIds(named, request.query);
  addIds(named, request.body);
  if (request.people === true) addPeople(named, request.body);
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

const ROLES = new Set<string>([...PROVIDER_ROLES, ...SUBSCRIPTION_ROLES]);

/** Who is invited, removed or given another role, and which: the ids of these requests say nothing of it. */
function addPeople(named: Named, body: unknown): void {
  for (const [name, value] of membersOf(body)) {
    if (typeof value !== 'string') continue;
    const email = /email$/i.test(name) ? readEmail(value) : undefined;
    const role = /roletype$/i.test(name) && ROLES.has(value.trim().toLowerCase()) ? value.trim().toLowerCase() : undefined;
    const target = email ?? role;
    if (target !== undefined) addTarget(named, name, target);
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
