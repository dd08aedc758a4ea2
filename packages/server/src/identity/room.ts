import type { Database } from '../database/database.js';
import type { Sealing } from '../mail/outbox.js';
import type { Room } from '../room.js';
import { accountHandlers } from './customers/handlers.js';
import { customerHandlers } from './customers/provider-handlers.js';
import type { CustomerDeps } from './customers/deps.js';
import { createDoor } from './doors.js';
import { factorHandlers } from './factors/handlers.js';
import type { RelyingParty } from './factors/relying-party.js';
import { identityHandlers } from './handlers.js';
import { createIdentity, type Identity } from './identity.js';
import type { SessionDeps } from './session.js';
import { sweepSignIns } from './sweep.js';
import { apiKeyHandlers } from './keys/handlers.js';
import { peopleHandlers } from './people/handlers.js';
import { deriveInvitationKey } from './people/token.js';
import { ownSessionHandlers } from './sessions/handlers.js';
import { type Conversation, createConversation } from './sso/conversation.js';
import { ssoHandlers } from './sso/handlers.js';
import type { SsoDeps } from './sso/sign-in.js';
import { deriveStateKey } from './sso/state.js';
import { deriveSigningKey } from './token.js';

export interface IdentityRoomDeps {
  db: Database;
  /** For the loop. */
  background: Database;
  masterKey: Buffer;
  sealing: Sealing;
  customers: Omit<CustomerDeps, keyof SessionDeps>;
  /** The sites that passkeys are for. */
  relyingParty: RelyingParty;
  sso: SsoSettings;
  onSession?: SessionDeps['onSession'];
  onSessionNews?: SessionDeps['onSessionNews'];
}

export interface SsoSettings extends Pick<SsoDeps, 'portalUrl' | 'log' | 'arePrivateAllowed'> {
  /** @default over HTTP */
  conversation?: Conversation;
}

/** Identity providers that are asked at a time cost a socket each. */
const EXCHANGES = { atOnce: 32, seats: 256, waitMs: 5_000 };

/** How often sessions, counts of sign-ins and the like that are over are removed. Milliseconds. */
const SIGN_IN_SWEEP_MS = 60_000;

/** Gives the session operations and `identity`, which tells who sends a request. */
export function identityRoom({ db, background, masterKey, ...deps }: IdentityRoomDeps): Room & { identity: Identity } {
  const { sealing, customers, sso, relyingParty, onSession, onSessionNews } = deps;
  const identity = createIdentity({ db, sealing, signingKey: deriveSigningKey(masterKey), onSession, onSessionNews });
  const { conversation = createConversation(sso) } = sso;
  const begun = { conversation, stateKey: deriveStateKey(masterKey), exchange: createDoor(EXCHANGES) };
  const ssoDeps = { ...identity, ...customers, ...sso, ...begun, sealing };
  return {
    name: 'identity',
    identity,
    handlers: {
      ...identityHandlers(identity),
      ...apiKeyHandlers({ db }),
      ...ownSessionHandlers({ db }),
      ...factorHandlers({ ...identity, relyingParty }),
      ...peopleHandlers({ ...identity, invitationKey: deriveInvitationKey(masterKey), outbox: customers.outbox }),
      ...accountHandlers({ ...identity, ...customers }),
      ...customerHandlers({ ...identity, ...customers }),
      ...ssoHandlers(ssoDeps),
    },
    loops: [
      {
        name: 'sign-ins',
        everyMs: SIGN_IN_SWEEP_MS,
        complaint: 'old sessions could not be removed',
        work: () => sweepSignIns(background),
      },
    ],
  };
}
