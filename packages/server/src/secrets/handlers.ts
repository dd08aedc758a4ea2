/** Handlers of the secret operations. */
import type { Handlers } from '@cellplane/api';
import { deleteSecret, getSecret, listSecrets, type SecretDeps, setSecret } from './secrets.js';

export type SecretHandlers = Pick<Handlers, 'listSecrets' | 'getSecret' | 'setSecret' | 'deleteSecret'>;

/** Binds the secret operations. Values never leave: every read is masked. */
export function secretHandlers(deps: SecretDeps): SecretHandlers {
  return {
    async listSecrets({ params, caller }) {
      return { secrets: await listSecrets(deps, { orgId: caller.orgId, environmentType: params.environmentType }) };
    },
    async getSecret({ params, caller }) {
      return getSecret(deps, { orgId: caller.orgId, ...params });
    },
    async setSecret({ params, body, caller }) {
      await setSecret(deps, { orgId: caller.orgId, ...params, value: body.value, by: caller.userId });
    },
    async deleteSecret({ params, caller }) {
      await deleteSecret(deps, { orgId: caller.orgId, ...params });
    },
  };
}
