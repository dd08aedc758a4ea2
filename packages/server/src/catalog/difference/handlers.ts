/** Handlers of what versions of a plan differ in, and of what their provider says of them. */
import type { Handlers } from '@cellplane/api';
import { type Database, transaction } from '../../database/database.js';
import { resourceIdsOf } from '../catalog.js';
import { setReleaseNotes } from '../rows/version-store.js';
import { selectPlan } from '../store.js';
import { tellPlan } from '../tell-plan.js';
import { describePlanVersion, versionNumber } from '../version.js';
import { changeSets } from './change-sets.js';
import { planDifferences } from './plan-difference.js';

export type DifferenceHandlers = Pick<Handlers, 'diffVersionSets' | 'describeVersionSetMetadata' | 'updateVersionSetMetadata'>;

export function differenceHandlers({ db }: { db: Database }): DifferenceHandlers {
  const metadata = async (orgId: string, params: { serviceId: string; productTierId: string; version: string }) => {
    const plan = await selectPlan(db, orgId, { serviceId: params.serviceId, planId: params.productTierId });
    const { number, releaseNotes } = await describePlanVersion(db, plan.id, params.version);
    return {
      planId: plan.id,
      number,
      wire: { serviceId: plan.serviceId, productTierId: plan.id, version: versionNumber(number), releaseNotes },
    };
  };
  return {
    async diffVersionSets({ params, caller }) {
      const plan = await selectPlan(db, caller.orgId, { serviceId: params.serviceId, planId: params.productTierId });
      const before = await describePlanVersion(db, plan.id, params.version);
      const after = await describePlanVersion(db, plan.id, params.anotherVersion);
      const differences = planDifferences(before.compiled, after.compiled);
      return {
        serviceId: plan.serviceId,
        productTierId: plan.id,
        version: versionNumber(before.number),
        anotherVersion: versionNumber(after.number),
        resourceChangeSets: changeSets(before.compiled, after.compiled, differences, await resourceIdsOf(db, plan.id)),
        differences,
      };
    },
    async describeVersionSetMetadata({ params, caller }) {
      return (await metadata(caller.orgId, params)).wire;
    },
    async updateVersionSetMetadata({ params, body, caller }) {
      const { planId, number, wire } = await metadata(caller.orgId, params);
      if (body.releaseNotes === undefined) return wire;
      const { releaseNotes } = body;
      await transaction(db, async (tx) => {
        await setReleaseNotes(tx, planId, number, releaseNotes);
        await tellPlan(tx, planId);
      });
      return { ...wire, releaseNotes: body.releaseNotes };
    },
  };
}
