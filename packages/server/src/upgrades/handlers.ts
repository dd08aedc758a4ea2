/** Handlers of upgrade paths. */
import type { Caller, Handlers } from '@cellplane/api';
import { cut } from '@cellplane/plan';
import { planPlace } from '../catalog/catalog.js';
import { selectPlan } from '../catalog/store.js';
import { badRequest, notFound } from '../errors.js';
import { foresee } from './foresight/blast-radius.js';
import { createPath } from './create-path.js';
import type { UpgradeDeps } from './deps.js';
import { selectUpgrades } from './instance-upgrade-store.js';
import { pastUpgrades } from './past-upgrade.js';
import { changeTargetVersion, managePath } from './manage-path.js';
import { type PathRow, selectPath, selectPaths } from './path-store.js';
import { PATH_ACTIONS, PATH_STATUSES, PATH_TYPES, type PathAction } from './upgrade-path.js';
import { pathsOnWire, upgradesOnWire, type WirePath } from './wire.js';

export type UpgradeHandlers = Pick<
  Handlers,
  | 'createUpgradePath'
  | 'previewUpgradePath'
  | 'describeUpgradePath'
  | 'listUpgradePaths'
  | 'listFleetUpgradePaths'
  | 'listEligibleInstances'
  | 'listInstanceUpgradeHistory'
  | 'manageUpgradePath'
  | 'cancelUpgradePath'
  | 'changeUpgradePathTargetVersion'
>;

interface Params {
  serviceId: string;
  productTierId: string;
}

export function upgradeHandlers(deps: UpgradeDeps): UpgradeHandlers {
  const { db } = deps.instances;
  const find = async (
    caller: Caller,
    { serviceId, productTierId, upgradePathId }: Params & { upgradePathId: string },
  ): Promise<PathRow> => {
    const path = await selectPath(db, caller, { id: upgradePathId, serviceId, planId: productTierId });
    if (path === undefined) throw notFound('upgrade path', upgradePathId);
    return path;
  };
  const describe = async (caller: Caller, params: Params & { upgradePathId: string }): Promise<WirePath> => {
    const [wire] = await pathsOnWire(db, [await find(caller, params)]);
    if (wire === undefined) throw notFound('upgrade path', params.upgradePathId);
    return wire;
  };
  const manage = async (
    caller: Caller,
    params: Params & { upgradePathId: string },
    action: PathAction,
    payload: Record<string, unknown> = {},
  ) => {
    await managePath(deps, caller, placeOf(params), { action, payload });
    return describe(caller, params);
  };
  return {
    async createUpgradePath({ params, body, caller }) {
      const upgradePathId = await createPath(deps, caller, { serviceId: params.serviceId, planId: params.productTierId }, body);
      return describe(caller, { ...params, upgradePathId });
    },
    previewUpgradePath: ({ params, body, caller }) =>
      foresee(deps, caller, { serviceId: params.serviceId, planId: params.productTierId }, body),
    describeUpgradePath: ({ params, caller }) => describe(caller, params),
    async listUpgradePaths({ params, query, caller }) {
      await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const { rows, ...next } = await selectPaths(
        db,
        caller,
        {
          serviceId: params.serviceId,
          planId: params.productTierId,
          ...given('sourceVersion', query.sourceProductTierVersion),
          ...given('targetVersion', query.targetProductTierVersion),
          ...given('status', oneOf('status', PATH_STATUSES, query.status)),
          ...given('type', oneOf('type', PATH_TYPES, query.type)),
        },
        query,
      );
      return { upgradePaths: await pathsOnWire(db, rows), ...next };
    },
    async listFleetUpgradePaths({ query, caller }) {
      const filter = {
        ...given('serviceId', query.serviceId),
        ...given('environmentId', query.environmentId),
        ...given('planId', query.productTierId),
        ...given('text', query.upgradePathId),
        ...given('status', oneOf('status', PATH_STATUSES, query.status)),
      };
      const { rows, ...next } = await selectPaths(db, caller, filter, query);
      const planIds = [...new Set(rows.map(({ planId }) => planId))];
      const places = new Map(await Promise.all(planIds.map(async (id) => [id, await planPlace(db, caller.orgId, id)] as const)));
      const upgradePaths = (await pathsOnWire(db, rows)).flatMap((path) => {
        const place = places.get(path.productTierId);
        if (place === undefined) return [];
        const { serviceName, planName: productTierName, environmentId, environmentName } = place;
        return [{ ...path, serviceName, productTierName, environmentId, environmentName }];
      });
      return { upgradePaths, ...next };
    },
    async listEligibleInstances({ params, query, caller }) {
      const path = await find(caller, params);
      const { rows, ...next } = await selectUpgrades(db, path.id, query);
      const { id: upgradePathId, serviceId, planId: productTierId } = path;
      return { upgradePathId, serviceId, productTierId, instances: await upgradesOnWire(db, path, rows), ...next };
    },
    listInstanceUpgradeHistory: ({ params, query, caller }) => pastUpgrades(db, caller, params, query),
    manageUpgradePath: ({ params, body, caller }) => manage(caller, params, actionOf(body.action), body.actionPayload ?? {}),
    cancelUpgradePath: ({ params, caller }) => manage(caller, params, 'cancel'),
    async changeUpgradePathTargetVersion({ params, body, caller }) {
      await changeTargetVersion(deps, caller, placeOf(params), body.targetVersion);
      return describe(caller, params);
    },
  };
}

function placeOf({ serviceId, productTierId, upgradePathId }: Params & { upgradePathId: string }) {
  return { serviceId, planId: productTierId, id: upgradePathId };
}

/** @throws DomainError bad_request */
function actionOf(text: string): PathAction {
  const action = PATH_ACTIONS.find((known) => known === text.trim().toLowerCase());
  if (action !== undefined) return action;
  throw badRequest('unknown-action', `Invalid request: there is no action "${cut(text)}"; use ${PATH_ACTIONS.join(', ')}.`, [
    { field: 'action', message: `must be one of ${PATH_ACTIONS.join(', ')}` },
  ]);
}

/** In any case of its letters. @throws DomainError bad_request */
function oneOf(field: string, known: readonly string[], given: string | undefined): string | undefined {
  if (given === undefined || given === '') return undefined;
  const found = known.find((word) => word.toLowerCase() === given.trim().toLowerCase());
  if (found !== undefined) return found;
  throw badRequest(`unknown-${field}`, `Invalid request: ${field} is "${cut(given)}"; use one of ${known.join(', ')}.`, [
    { field, message: `must be one of ${known.join(', ')}` },
  ]);
}

/** Nothing and the empty text are "not given". */
function given<K extends string>(key: K, value: string | undefined): { [P in K]?: string } {
  return value === undefined || value === '' ? {} : ({ [key]: value } as { [P in K]?: string });
}
