/** Handlers of the customers' portals: Cellplane runs none, and knows one address of them. */
import { randomBytes } from 'node:crypto';
import type { Handlers } from '@cellplane/api';
import { badRequest } from '../errors.js';
import { environmentTypeOf } from '../request-text/environment-type.js';
import { checkDomain, type DomainDeps } from './check.js';
import { readDomain } from './domain-name.js';
import { insertDomain, selectDomain, selectDomains, updateDomain } from './store.js';

/** Where what the reference sets of a portal is set here. */
const ELSEWHERE = {
  disablePasswordLogin: 'whoever has a password signs in with it',
  emailConfig: "mails go out through the server's CELLPLANE_SMTP_URL",
  googleAnalyticsTagID: 'the portal that you run has it',
  imageConfig: 'you run the portal; CELLPLANE_PORTAL_URL says where it is',
};

/** Gives the list of portals, with the one that everybody has for PROD, and the change of a portal's domain. */
export function portalHandlers(deps: DomainDeps): Pick<Handlers, 'listPortals' | 'updatePortal'> {
  const { db, endpoint } = deps;
  return {
    async listPortals({ caller }) {
      const domains = await selectDomains(db, caller.orgId);
      const types = [...new Set(['PROD', ...domains.map(({ environmentType }) => environmentType)])];
      return {
        saasPortals: types.map((environmentType) => {
          const domain = domains.find((one) => one.environmentType === environmentType);
          return {
            environmentType,
            status: endpoint === undefined ? 'PENDING' : 'UNKNOWN',
            ...(endpoint === undefined ? {} : { endpoint }),
            ...(domain === undefined ? {} : { customDomain: domain.domain, customDomainStatus: domain.status }),
            disablePasswordLogin: false,
          };
        }),
      };
    },
    async updatePortal({ params, body, caller }) {
      const environmentType = environmentTypeOf(params.environmentType);
      const unserved = Object.entries(ELSEWHERE).filter(([name]) => {
        const value = body[name as keyof typeof ELSEWHERE];
        return value !== undefined && value !== null && value !== false && value !== '';
      });
      if (unserved.length > 0)
        throw badRequest(
          'portal-setting-not-served',
          `Invalid request: ${unserved.map(([name, why]) => `${name} is not set here, ${why}`).join('; ')}.`,
          unserved.map(([field, message]) => ({ field, code: 'portal-setting-not-served', message })),
        );
      if (body.customDomain === undefined) return;
      const domain = readDomain(body.customDomain);
      const { orgId } = caller;
      const challenge = randomBytes(16).toString('hex');
      await insertDomain(db, { orgId, environmentType, name: domain, description: '', domain, challenge });
      // The one that was there before it, or came at the same moment.
      await updateDomain(db, orgId, environmentType, { name: null, description: null, domain });
      const row = await selectDomain(db, orgId, environmentType);
      if (row !== undefined) await checkDomain(deps, row);
    },
  };
}
