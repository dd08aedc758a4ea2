/** Handlers of environments of services, and of promotion between them. */
import type { Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { type Database, transaction } from '../../database/database.js';
import { noteEffect } from '../../database/idempotency-key.js';
import { badRequest, invalidState } from '../../errors.js';
import { lockOrganization } from '../../identity/organization-store.js';
import { deleteFromCatalog } from '../deletion/deletion.js';
import { environmentVisibilityOf, insertEnvironment } from '../hierarchy.js';
import { tellCatalog } from '../tell-plan.js';
import type { Inventory } from '../inventory.js';
import { type EnvironmentRow, selectEnvironment, selectEnvironments, selectService } from '../store.js';
import { environmentOnWire } from '../wire/service-wire.js';
import { updateEnvironmentRow } from './environment-store.js';
import { previewPromotion } from './preview.js';
import { promote } from './promotion.js';
import { selectPromotionStatus } from './promotion-store.js';

export type EnvironmentHandlers = Pick<
  Handlers,
  | 'listServiceEnvironments'
  | 'createServiceEnvironment'
  | 'describeServiceEnvironment'
  | 'updateServiceEnvironment'
  | 'describePromotion'
  | 'previewPromotion'
  | 'promoteServiceEnvironment'
  | 'deleteServiceEnvironment'
>;

export function environmentHandlers(deps: { db: Database; inventory: Inventory }): EnvironmentHandlers {
  const { db } = deps;
  return {
    async listServiceEnvironments({ params, caller }) {
      const { id } = await selectService(db, caller.orgId, params.serviceId);
      return { ids: (await selectEnvironments(db, caller.orgId, id)).map((environment) => environment.id) };
    },
    async createServiceEnvironment({ params, body, caller }) {
      return transaction(db, async (tx) => {
        await lockOrganization(tx, caller.orgId);
        // Deletes lock the organization, too: the service stays from here on.
        const service = await selectService(tx, caller.orgId, params.serviceId);
        const present = await selectEnvironments(tx, caller.orgId, service.id);
        requireFreeName(present, body.name, service.name);
        if (body.sourceEnvironmentId !== undefined) requireSource(present, body.sourceEnvironmentId);
        const id = await insertEnvironment(tx, {
          serviceId: service.id,
          name: body.name.trim(),
          type: body.type ?? 'DEV',
          description: body.description,
          ...defined('visibility', body.visibility),
          ...defined('sourceEnvironmentId', body.sourceEnvironmentId),
          ...defined('autoApproveSubscription', body.autoApproveSubscription),
          ...defined('serviceAuthPublicKey', body.serviceAuthPublicKey),
        });
        await tellCatalog(tx, id, { orgId: caller.orgId, serviceId: service.id });
        await noteEffect(tx, { id });
        return id;
      });
    },
    async describeServiceEnvironment({ params, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.id);
      return { ...environmentOnWire(environment), promotionStatus: await selectPromotionStatus(db, environment.id) };
    },
    async updateServiceEnvironment({ params, body, caller }) {
      const service = await selectService(db, caller.orgId, params.serviceId);
      await transaction(db, async (tx) => {
        await lockOrganization(tx, caller.orgId);
        const environment = await selectEnvironment(tx, caller.orgId, service.id, params.id);
        const others = (await selectEnvironments(tx, caller.orgId, service.id)).filter(({ id }) => id !== environment.id);
        if (body.name !== undefined) requireFreeName(others, body.name, service.name);
        if (body.sourceEnvironmentId !== undefined) requireSource(others, body.sourceEnvironmentId, environment);
        await updateEnvironmentRow(tx, environment.id, {
          name: body.name?.trim(),
          description: body.description,
          visibility: body.visibility === undefined ? undefined : environmentVisibilityOf(body.visibility),
          sourceEnvironmentId: body.sourceEnvironmentId,
          autoApproveSubscription: body.autoApproveSubscription,
          serviceAuthPublicKey: body.serviceAuthPublicKey,
        });
        await tellCatalog(tx, environment.id, { orgId: caller.orgId, serviceId: service.id });
      });
    },
    async describePromotion({ params, caller }) {
      return selectPromotionStatus(db, (await selectEnvironment(db, caller.orgId, params.serviceId, params.id)).id);
    },
    async previewPromotion({ params, query, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.id);
      return previewPromotion(deps, {
        orgId: caller.orgId,
        serviceId: params.serviceId,
        environment,
        planId: query.productTierId,
        version: query.productTierVersion,
      });
    },
    async promoteServiceEnvironment({ params, body, caller }) {
      const environment = await selectEnvironment(db, caller.orgId, params.serviceId, params.id);
      await promote(db, {
        orgId: caller.orgId,
        userId: caller.userId,
        serviceId: params.serviceId,
        environment,
        planId: body.productTierId,
        version: body.productTierVersion,
        allowUnserved: body.allowUnserved,
        allowMissingSecrets: body.allowMissingSecrets,
        expected: body.expected,
      });
    },
    async deleteServiceEnvironment({ params, query, caller }) {
      const { id, name, serviceId } = await selectEnvironment(db, caller.orgId, params.serviceId, params.id);
      const of = { orgId: caller.orgId, userId: caller.userId, deleteSnapshots: query.deleteSnapshots === true };
      await deleteFromCatalog(deps, { ...of, kind: 'environment', id, name, serviceId });
    },
  };
}

/** @throws DomainError invalid_state */
function requireFreeName(present: EnvironmentRow[], name: string, service: string): void {
  const wanted = name.trim();
  if (wanted === '')
    throw badRequest('missing-field', 'Invalid request: name is blank; give the environment a name.', [
      { field: 'name', code: 'missing-field', message: 'must not be blank' },
    ]);
  if (present.some((environment) => environment.name.toLowerCase() === wanted.toLowerCase()))
    throw invalidState('environment-exists', `Service "${cut(service)}" already has an environment "${cut(wanted)}"; choose another name.`);
}

/** @throws DomainError bad_request for one of another service, or one that takes from `taker` itself */
function requireSource(present: EnvironmentRow[], sourceId: string, taker?: EnvironmentRow): void {
  const refuse = (what: string) =>
    badRequest('unknown-source-environment', `Invalid request: sourceEnvironmentId "${cut(sourceId)}" ${what}.`, [
      { field: 'sourceEnvironmentId', message: what },
    ]);
  const byId = new Map(present.map((one) => [one.id, one]));
  if (!byId.has(sourceId)) throw refuse(sourceId === taker?.id ? 'is the environment itself' : 'is no environment of this service');
  if (taker === undefined) return;
  for (let id: string | null = sourceId; id !== null; id = byId.get(id)?.sourceEnvironmentId ?? null)
    if (id === taker.id) throw refuse('takes from this environment, directly or through others');
}

function defined<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
