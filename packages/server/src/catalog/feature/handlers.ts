/** Handlers that enable and disable features of plans and of their hosting models. */
import type { Handlers } from '@cellplane/api';
import { type Database, transaction } from '../../database/database.js';
import { badRequest, invalidState } from '../../errors.js';
import { lockPlans } from '../rows/plan-store.js';
import { tellPlan } from '../tell-plan.js';
import { type PlanFilter, selectPlan } from '../store.js';
import { type Feature, featuresOfSpec, isSame, namedFeature } from './feature.js';
import { deleteFeature, upsertFeature } from './feature-store.js';

export type FeatureHandlers = Pick<Handlers, 'enableModelFeature' | 'disableModelFeature' | 'enablePlanFeature' | 'disablePlanFeature'>;

/** Characters of a configuration as JSON. */
const MOST_CONFIGURATION = 64 * 1024;

export function featureHandlers({ db }: { db: Database }): FeatureHandlers {
  const enable = async (orgId: string, filter: PlanFilter, feature: Feature) => {
    if (JSON.stringify(feature.configuration).length > MOST_CONFIGURATION)
      throw badRequest('invalid-field', `Invalid request: configuration has more than ${MOST_CONFIGURATION} characters.`, [
        { field: 'configuration', message: `must have ${MOST_CONFIGURATION} characters at most` },
      ]);
    await transaction(db, async (tx) => {
      const plan = await selectPlan(tx, orgId, filter);
      await lockPlans(tx, [plan.id]);
      await upsertFeature(tx, plan.id, feature);
      await tellPlan(tx, plan.id);
    });
  };
  /** Done again it changes nothing. @throws DomainError invalid_state if the spec names it */
  const disable = async (orgId: string, filter: PlanFilter, named: ReturnType<typeof namedFeature>) => {
    await transaction(db, async (tx) => {
      const plan = await selectPlan(tx, orgId, filter);
      await lockPlans(tx, [plan.id]);
      if (featuresOfSpec(plan.built).some((one) => isSame(one, named)))
        throw invalidState(
          'feature-of-spec',
          `${named.feature} is named by the spec of plan ${plan.id}, under features: leave it out there, and build and release.`,
        );
      await deleteFeature(tx, plan.id, named);
      await tellPlan(tx, plan.id);
    });
  };
  return {
    enableModelFeature: async ({ params, body, caller }) =>
      enable(
        caller.orgId,
        { serviceId: params.serviceId, modelId: params.id },
        { ...namedFeature('model', body), configuration: body.configuration ?? {} },
      ),
    disableModelFeature: async ({ params, body, caller }) =>
      disable(caller.orgId, { serviceId: params.serviceId, modelId: params.id }, namedFeature('model', body)),
    enablePlanFeature: async ({ params, body, caller }) =>
      enable(
        caller.orgId,
        { serviceId: params.serviceId, planId: params.id },
        { ...namedFeature('tier', body), configuration: body.configuration ?? {} },
      ),
    disablePlanFeature: async ({ params, body, caller }) =>
      disable(caller.orgId, { serviceId: params.serviceId, planId: params.id }, namedFeature('tier', body)),
  };
}
