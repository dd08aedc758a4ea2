/** Handlers of second factors. */
import type { Handlers } from '@cellplane/api';
import { visitorOf } from '../handlers.js';
import { addFactor, confirmFactor } from './enrol.js';
import type { FactorRow } from './factor-store.js';
import { listFactors, removeFactor, renewRecoveryCodes, requireFactors, resetFactors } from './own.js';
import { beginPasskeySignIn } from './passkey-sign-in.js';
import { selectIsRequired } from './person-store.js';
import type { OwnDeps } from './proof.js';
import { finishSignIn } from './second-step.js';

export type FactorHandlers = Pick<
  Handlers,
  | 'beginPasskeySignIn'
  | 'finishSignIn'
  | 'listFactors'
  | 'addFactor'
  | 'confirmFactor'
  | 'removeFactor'
  | 'renewRecoveryCodes'
  | 'resetFactors'
  | 'describeSignInPolicy'
  | 'updateSignInPolicy'
>;

/** Binds the operations on second factors. */
export function factorHandlers(deps: OwnDeps): FactorHandlers {
  const { db } = deps;
  return {
    beginPasskeySignIn: ({ body, ...request }) => beginPasskeySignIn(deps, body.challenge, visitorOf(request)),
    finishSignIn: ({ body, ...request }) => finishSignIn(deps, body, visitorOf(request)),
    async listFactors({ caller }) {
      const { factors, ...rest } = await listFactors(db, caller);
      return { factors: factors.map(wire), ...rest };
    },
    addFactor: ({ body, caller, ...request }) => addFactor(deps, caller, body, visitorOf(request)),
    async confirmFactor({ params, body, caller }) {
      const { factor, ...codes } = await confirmFactor(deps, caller, { id: params.id, ...body });
      return { factor: wire(factor), ...codes };
    },
    removeFactor: ({ params, body, caller, ...request }) => removeFactor(deps, caller, params.id, body, visitorOf(request)),
    async renewRecoveryCodes({ body, caller, ...request }) {
      return { recoveryCodes: await renewRecoveryCodes(deps, caller, body, visitorOf(request)) };
    },
    async resetFactors({ params, caller }) {
      return { removed: await resetFactors(deps, caller, params.userId) };
    },
    async describeSignInPolicy({ caller }) {
      return { secondFactorRequired: await selectIsRequired(db, caller.orgId) };
    },
    async updateSignInPolicy({ body: { secondFactorRequired, ...proof }, caller, ...request }) {
      await requireFactors(deps, caller, secondFactorRequired, proof, visitorOf(request));
      return { secondFactorRequired };
    },
  };
}

function wire({ id, kind, name, createdAt, confirmedAt, lastUsedAt }: FactorRow) {
  return {
    id,
    kind,
    name,
    confirmed: confirmedAt !== null,
    createdAt: createdAt.toISOString(),
    ...(lastUsedAt === null ? {} : { lastUsedAt: lastUsedAt.toISOString() }),
  };
}
