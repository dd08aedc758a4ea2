/**
 * Recording of calls. A row says that a call begins, before anything of it is done; a second statement writes its end, before it is
 * answered. Whatever happens between the two, an effect has its row (docs/decisions/0011-audit-before-the-effect.md).
 */
import type { Operation, OperationName } from '@cellplane/api';
import type { Database } from '../database/database.js';
import { messageOf } from '../errors.js';
import type { Principal } from '../identity/authorize.js';
import type { Doors } from '../identity/doors.js';
import { newId } from '../identity/identifier.js';
import type { Logger } from '../log.js';
import { type Begun, type Ended, type Named, outcomeOf } from './event.js';
import { fieldsOf, namedBy, namedByAnswer } from './named.js';
import { type Claimed, dropEvent, endEvent, endVisit, insertEvent } from './record-store.js';
import { StrangerBudget } from './stranger-budget.js';

export interface RecorderDeps {
  db: Database;
  log: Logger;
  /** Requests without a session take turns at the database. */
  doors: Pick<Doors, 'query'>;
  /** Whose trail has what nobody can be found for. */
  providerOrgId: string;
  strangers?: StrangerBudget;
}

/** A request for an operation of the table, once it is known who sends it. */
export interface Call {
  operation: string;
  row: Operation;
  /** Undefined for operations without a session. */
  person: (Principal & { session?: { id: string } }) | undefined;
  address: () => string;
  userAgent: string;
  correlationId: string;
  signal: AbortSignal;
}

/** One call on its way through the server. */
export interface RecordedCall {
  /** What the request says; it has been found to be well formed. */
  names(request: { params: Record<string, string>; query: unknown; body: unknown }): void;
  /** Writes that the call begins. Nothing is done before. */
  begin(): Promise<void>;
  /** Writes what came of it. Never rejects: the effect is there, and so is the row that says that it began. */
  end(end: { status: number; code: string; answer: unknown; userId?: string | undefined }): Promise<void>;
}

/** Answers a recorder of one call; undefined for calls that change nothing. */
export type Recorder = (call: Call) => RecordedCall | undefined;

/** What is asked for with a method other than GET and changes something, or gives a secret out: searches are sent as POST, too. */
function isRecorded({ method, access, answersSecret }: Operation): boolean {
  return method !== 'GET' && (answersSecret || !('permission' in access && access.permission.endsWith(':read')));
}

/** Sign somebody in through a portal, which sends its own token. */
const PORTAL_SIGN_INS: ReadonlySet<string> = new Set<OperationName>(['customerSignin', 'customerLoginWithIdentityProvider']);

export function createRecorder(deps: RecorderDeps): Recorder {
  const strangers = deps.strangers ?? new StrangerBudget();
  return (call) => (isRecorded(call.row) ? recordedCall({ ...deps, strangers }, call) : undefined);
}

function recordedCall(deps: RecorderDeps & { strangers: StrangerBudget }, call: Call): RecordedCall {
  const { person } = call;
  const throughPortal = PORTAL_SIGN_INS.has(call.operation);
  // Whoever it is from is known by its end only.
  const isVisit = person === undefined || throughPortal;
  let begun = false;
  let claimedEmail = '';
  const event: Begun = {
    id: newId('event'),
    operation: call.operation,
    source: person?.providerOrgId === null ? 'Maintenance' : 'Customer',
    person,
    providerOrgId: person?.providerOrgId ?? person?.orgId ?? deps.providerOrgId,
    address: call.address(),
    userAgent: call.userAgent,
    correlationId: call.correlationId,
    fields: [],
    ...namedBy({ params: {} }),
  };

  /** Of a stranger, what has not begun is no call. */
  const write = async (end: Ended, named: Named, answer: unknown, refused?: string): Promise<void> => {
    if (!begun) return person === undefined ? undefined : insertEvent(deps.db, event, end);
    if (!isVisit) {
      if (!(await endEvent(deps.db, event.id, end, named))) await insertLate(deps.db, event, end);
      return;
    }
    if (end.outcome === 'refused') {
      const { kept, dropped } = deps.strangers.spend(event.address);
      if (!kept) return dropEvent(deps.db, event.id);
      if (dropped > 0)
        deps.log.warn({ address: event.address, dropped }, 'refused requests of one address were not kept in the audit trail');
    }
    const known = refused === undefined ? userIn(answer) : { userId: refused, sessionId: '' };
    const claimed = known ?? { email: claimedEmail, ...(throughPortal ? { customersOf: event.providerOrgId } : {}) };
    await endVisit(deps.db, event.id, end, { ...claimed, targets: throughPortal ? [`portalUserId=${person?.userId ?? ''}`] : [] });
  };

  return {
    names({ params, query, body }) {
      Object.assign(event, namedBy({ params, query, body, people: !isVisit }), { fields: fieldsOf(body) });
      const email = (body as { email?: unknown } | undefined)?.email;
      if (typeof email === 'string') claimedEmail = email.trim();
    },
    async begin() {
      const { signal } = call;
      if (person === undefined) await deps.doors.query({ address: event.address, signal }, () => insertEvent(deps.db, event));
      else await insertEvent(deps.db, event);
      begun = true;
    },
    async end({ status, code, answer, userId }) {
      const outcome = outcomeOf(status);
      const named = namedByAnswer(outcome === 'succeeded' ? answer : undefined);
      try {
        await write({ outcome, httpStatus: status, code }, named, answer, userId);
      } catch (error) {
        deps.log.warn({ event: event.id, operation: event.operation, error: messageOf(error) }, 'the end of a call could not be recorded');
      }
    },
  };
}

/** The call took so long that it was given up for lost, and its row stands in the trail: a further one has the end. */
async function insertLate(db: Database, event: Begun, end: Ended): Promise<void> {
  await insertEvent(db, { ...event, id: newId('event'), targets: [...event.targets, `begunBy=${event.id}`] }, end);
}

/** Whose session an answer begins, by a token that this server has just signed; or whom it has made a user. */
function userIn(answer: unknown): Claimed | undefined {
  const { jwtToken: token, userId } = (answer ?? {}) as { jwtToken?: unknown; userId?: unknown };
  if (typeof token !== 'string') return typeof userId === 'string' ? { userId, sessionId: '' } : undefined;
  const { sub, sid } = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8')) as { sub: string; sid: string };
  return { userId: sub, sessionId: sid };
}
