/** The handler of adoptions: for the installation's provider, whose the cells are. */
import type { Handlers } from '@cellplane/api';
import { badRequest } from '../errors.js';
import { ADOPTING, type AdoptingVerb } from './adopted-object.js';
import { type Adoption, adopt, type AdoptionDeps, previewAdoption } from './adopt.js';

export function adoptionHandlers(deps: AdoptionDeps): Pick<Handlers, 'adoptInstance'> {
  return {
    async adoptInstance({ body, caller }) {
      const request = {
        planId: body.planId,
        planVersion: body.planVersion ?? '',
        resourceKey: body.resourceKey ?? '',
        verb: readVerb(body.workflow),
        cell: body.cell ?? 'default',
        kind: body.kind,
        apiVersion: body.apiVersion ?? '',
        namespace: body.namespace,
        name: body.name,
        ...(body.subscriptionId === undefined ? {} : { subscriptionId: body.subscriptionId }),
        networkType: body.networkType ?? '',
        parameters: body.requestParams,
        allowed: { changes: body.allowChanges === true, restart: body.allowRestart === true },
      };
      if (body.dryRun === true) return onWire(await previewAdoption(deps, caller, request));
      const { runId, ...adoption } = await adopt(deps, caller, request);
      return { ...onWire(adoption), workflowId: runId };
    },
  };
}

function readVerb(given: string | undefined): AdoptingVerb {
  const verb = given ?? 'create';
  const known = ADOPTING.find((one) => one === verb);
  if (known !== undefined) return known;
  const message = `must be one of ${ADOPTING.join(', ')}`;
  throw badRequest('invalid-field', `Invalid request: workflow ${message}.`, [{ field: 'workflow', code: 'invalid-field', message }]);
}

function onWire({ instanceId, preview, refusals }: Adoption) {
  const changes = preview.objects.some(({ action }) => action !== 'unchanged') || preview.charts.some(({ action }) => action !== 'keep');
  return { instanceId, refusals, preview: { instanceId, kind: 'adopt', changes, ...preview } };
}
