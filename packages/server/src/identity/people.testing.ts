/** People and requests for tests of identity: the whole application on a real database, as clients reach it. */
import type { ProviderRole } from '@cellplane/api';
import type { Recorder } from '../audit/record.js';
import { type Database, transaction } from '../database/database.js';
import { testApp } from '../http/app.testing.js';
import { silentLogger } from '../log.js';
import { createOutbox } from '../mail/outbox.js';
import { createSealer } from '../secrets/envelope.js';
import { customerHoldings } from '../snapshots/customer-holdings.js';
import { newId } from './identifier.js';
import { createIdentity } from './identity.js';
import type { SignUpMode } from './customers/deps.js';
import { identityRoom, type SsoSettings } from './room.js';
import { beginSession } from './session.js';
import { insertUser } from './store.js';

const MASTER_KEY = Buffer.alloc(32, 7);
/** Where passkeys of tests are for. */
export const TEST_SITE = { id: 'acme.example', origins: ['https://console.acme.example'] };

export interface Answer {
  status: number;
  /** Whatever the body is; `{}` without one. */
  body: Record<string, unknown>;
}

export interface PeopleOptions {
  sso?: Partial<SsoSettings>;
  signUp?: SignUpMode;
  providerOrgId?: string;
  /** What records calls. @default nothing is recorded */
  audit?: (identity: Pick<ReturnType<typeof createIdentity>, 'doors'>, providerOrgId: string) => Recorder;
}

/** The application with the operations of identity. */
export function peopleApp(db: Database, options: PeopleOptions = {}) {
  const sealing = createSealer(MASTER_KEY);
  const customers = {
    outbox: createOutbox(sealing),
    holdings: customerHoldings,
    signUp: options.signUp ?? ('open' as const),
    providerOrgId: options.providerOrgId ?? 'none',
  };
  const sso = { portalUrl: undefined, log: silentLogger, arePrivateAllowed: true, ...options.sso };
  const room = identityRoom({ db, background: db, masterKey: MASTER_KEY, sealing, customers, sso, relyingParty: TEST_SITE });
  const app = testApp(room.handlers ?? {}, {
    identity: room.identity,
    ...(options.audit === undefined ? {} : { audit: options.audit(room.identity, customers.providerOrgId) }),
  });
  /** `route`: method and path below the version segment, or below /api. */
  const ask = async (token: string | undefined, route: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> => {
    const [method = '', path = ''] = route.split(' ');
    const answer = await app.request(path.startsWith('/api/') ? path : `/2022-09-01-00${path}`, {
      method,
      headers: { 'content-type': 'application/json', ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown> };
  };
  return { room, identity: room.identity, ask, sealing };
}

/** A new user of an organization with a session. */
export async function person(
  db: Database,
  identity: ReturnType<typeof createIdentity>,
  { orgId, roleType, providerOrgId }: { orgId: string; roleType: ProviderRole; providerOrgId?: string },
): Promise<{ userId: string; email: string; token: string }> {
  const userId = newId('user');
  const email = `${userId.toLowerCase()}@example.com`;
  const customer = providerOrgId === undefined ? {} : { providerOrgId };
  await transaction(db, (tx) =>
    insertUser(tx, { id: userId, orgId, email, name: `Name of ${userId}`, passwordHash: 'none', roleType, ...customer }),
  );
  const pair = await beginSession(identity, async () => ({ userId }));
  return { userId, email, token: pair?.jwtToken ?? '' };
}
