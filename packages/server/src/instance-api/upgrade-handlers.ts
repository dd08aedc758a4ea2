/** Handlers that bring one instance to another version of its plan. */
import type { Handlers } from '@cellplane/api';
import { badRequest, type DomainError, notFound } from '../errors.js';
import { audienceOf } from '../identity/audience.js';
import { isOwn } from '../identity/viewer.js';
import { instanceAt } from '../instances/instance-place.js';
import type { InstanceRow } from '../instances/store.js';
import { upgradeInstance } from '../lifecycle/requests/upgrade-instance.js';
import { refuseUnlessChosen } from '../lifecycle/versions/chosen-version.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { describeInstance } from './read-instance.js';
import { instanceOnWire } from './wire.js';

export type UpgradeHandlers = Pick<Handlers, 'upgradeInstance' | 'customerUpgradeInstance'>;

export function upgradeHandlers(deps: InstanceDeps): UpgradeHandlers {
  return {
    async upgradeInstance({ params, body, caller }) {
      const instance = await instanceAt(deps.db, caller, params);
      await upgradeInstance(deps, caller, {
        instanceId: instance.id,
        target: body.targetTierVersion,
        parameters: overridesOf(instance, body),
        removeDropped: body.removeDropped === true,
      });
      return instanceOnWire(await describeInstance(deps, caller, instance.id), audienceOf(instance, caller));
    },
    async customerUpgradeInstance({ params, body, caller }) {
      await upgradeInstance(deps, caller, {
        instanceId: params.id,
        target: body.targetVersion,
        parameters: body.requestParams,
        removeDropped: body.removeDropped === true,
        audience: 'END_CUSTOMER',
        may: async (tx, instance) => {
          if (!isOwn(caller, instance)) throw notFound('instance', instance.id);
          await refuseUnlessChosen(tx, instance);
        },
      });
    },
  };
}

interface Overrides {
  requestParams?: unknown;
  resourceOverrideConfiguration?: Record<string, { requestParams?: unknown; helmChartValues?: object }> | null;
}

/** Values that the upgrade gives. The objects are handed on as they came: numbers keep the digits that they were written with. @throws DomainError bad_request */
function overridesOf({ resourceKey }: InstanceRow, { requestParams, resourceOverrideConfiguration }: Overrides): unknown {
  const given = requestParams === undefined || requestParams === null ? [] : [requestParams];
  for (const [key, { requestParams: values, helmChartValues }] of Object.entries(resourceOverrideConfiguration ?? {})) {
    const field = `resourceOverrideConfiguration.${key}`;
    if (Object.keys(helmChartValues ?? {}).length > 0)
      throw refused(
        `${field}.helmChartValues`,
        'is not served: the charts of a cell are shared by all its instances. Build a version with other values',
      );
    if (values === undefined || values === null) continue;
    if (key.toLowerCase() !== resourceKey.toLowerCase())
      throw refused(field, `is of another resource than the instance: give the parameters of "${resourceKey}"`);
    given.push(values);
  }
  if (given.length > 1) throw refused('requestParams', 'is given twice: there, and in resourceOverrideConfiguration');
  return given[0];
}

function refused(field: string, why: string): DomainError {
  return badRequest('invalid-field', `Invalid request: ${field} ${why}.`, [{ field, message: why }]);
}
