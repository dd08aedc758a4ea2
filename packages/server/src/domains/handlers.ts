/** Handlers of the domains of customers' portals. */
import { randomBytes } from 'node:crypto';
import type { Handlers } from '@cellplane/api';
import { invalidState, notFound } from '../errors.js';
import { environmentTypeOf } from '../request-text/environment-type.js';
import { checkDomain, type DomainDeps } from './check.js';
import { readDomain, recordsFor } from './domain-name.js';
import { deleteDomain, type DomainRow, insertDomain, selectDomain, selectDomains, updateDomain } from './store.js';

export type DomainHandlers = Pick<
  Handlers,
  'listPortalDomains' | 'createPortalDomain' | 'updatePortalDomain' | 'deletePortalDomain' | 'checkPortalDomain'
>;

export function domainHandlers(deps: DomainDeps): DomainHandlers {
  const { db, endpoint } = deps;
  const wire = (row: DomainRow) => ({
    clusterEndpoint: endpoint ?? '',
    customDomain: row.domain,
    description: row.description,
    environmentType: row.environmentType,
    name: row.name,
    status: row.status,
    statusMessage: row.finding === '' ? 'Not looked up yet.' : row.finding,
    ...(row.checkedAt === null ? {} : { checkedAt: row.checkedAt.toISOString() }),
    records: recordsFor(row, endpoint),
  });
  return {
    async listPortalDomains({ caller }) {
      return { customDomains: (await selectDomains(db, caller.orgId)).map(wire) };
    },
    async createPortalDomain({ body, caller }) {
      const environmentType = environmentTypeOf(body.environmentType);
      const row = {
        orgId: caller.orgId,
        environmentType,
        name: body.name.trim(),
        description: body.description,
        domain: readDomain(body.customDomain),
        challenge: randomBytes(16).toString('hex'),
      };
      if (!(await insertDomain(db, row)))
        throw invalidState('domain-exists', `${environmentType} has a domain already: change that one, or delete it first.`);
      await check(caller.orgId, environmentType);
    },
    async updatePortalDomain({ params, body, caller }) {
      const environmentType = environmentTypeOf(params.environmentType);
      const domain = body.customDomain === undefined ? null : readDomain(body.customDomain);
      const to = { name: body.name?.trim() || null, description: body.description ?? null, domain };
      const row = await updateDomain(db, caller.orgId, environmentType, to);
      if (row === undefined) throw notFound('custom domain', environmentType);
      if (domain !== null) await checkDomain(deps, row);
    },
    async deletePortalDomain({ params, caller }) {
      const environmentType = environmentTypeOf(params.environmentType);
      if (!(await deleteDomain(db, caller.orgId, environmentType))) throw notFound('custom domain', environmentType);
    },
    checkPortalDomain: async ({ params, caller }) => wire(await check(caller.orgId, environmentTypeOf(params.environmentType))),
  };

  async function check(orgId: string, environmentType: string): Promise<DomainRow> {
    const row = await selectDomain(db, orgId, environmentType);
    if (row === undefined) throw notFound('custom domain', environmentType);
    return checkDomain(deps, row);
  }
}
