/** The handler of previews. */
import type { Caller, Handlers } from '@cellplane/api';
import { badRequest, notFound } from '../errors.js';
import { type Audience, audienceOf } from '../identity/audience.js';
import { selectVisibleToo } from '../instances/store.js';
import type { SnapshotDeps } from '../snapshots/snapshot.js';
import { type ChangeRequest, requestPreview } from './change-preview.js';
import type { ChangePreview } from './preview.js';
import { PreviewLimit } from './preview-limit.js';

type Body = Parameters<Handlers['previewInstanceChange']>[0]['body'];

export function previewHandlers(deps: SnapshotDeps, limit = new PreviewLimit()): Pick<Handlers, 'previewInstanceChange'> {
  return {
    async previewInstanceChange({ params, body, caller }) {
      const instance = await selectVisibleToo(deps.instances.db, caller, params.id);
      if (instance === undefined) throw notFound('instance', params.id);
      const audience = audienceOf(instance, caller);
      const request = requestOf(params.id, body, { caller, audience });
      const preview = await limit.run({ userId: caller.userId, orgId: caller.orgId, audience }, () => requestPreview(deps, request));
      const seen = audience === 'FLEET' ? preview : forCustomers(preview);
      return { instanceId: params.id, kind: request.kind, changes: hasChanges(preview), ...seen };
    },
  };
}

function requestOf(instanceId: string, body: Body, { caller, audience }: { caller: Caller; audience: Audience }): ChangeRequest {
  const { requestParams: parameters, network_type: networkType, targetVersion, snapshotId } = body;
  if (targetVersion !== undefined && snapshotId !== undefined)
    throw badRequest('two-changes', 'Invalid request: targetVersion is of an upgrade and snapshotId of a restore; give one of them.', [
      { field: 'targetVersion', message: 'given together with snapshotId' },
    ]);
  if (targetVersion !== undefined) {
    const removeDropped = body.removeDropped === true;
    return { kind: 'upgrade', instanceId, caller, parameters, targetVersion, removeDropped, audience };
  }
  const given = { instanceId, caller, parameters, ...(networkType === undefined ? {} : { networkType }) };
  if (snapshotId !== undefined)
    return {
      ...given,
      kind: 'restore',
      snapshotId,
      restoreToSource: body.restoreToSourceInstance === true,
      ...(body.productTierVersionOverride === undefined ? {} : { planVersion: body.productTierVersionOverride }),
    };
  return { ...given, kind: 'modify', recreateMissing: body.recreateMissing === true };
}

/** What other plans and tenants of a cell have is the provider's to know. */
function forCustomers(preview: ChangePreview) {
  return {
    ...preview,
    charts: preview.charts.map(({ instances: _instances, message: _message, ...chart }) => chart),
    problems: preview.problems.map((problem) =>
      problem.code === 'chart-failed'
        ? { ...problem, message: 'The operator that the change needs cannot be installed in the cell.' }
        : problem,
    ),
  };
}

/** Whether anything differs, or is not known not to. */
function hasChanges({ objects, charts }: ChangePreview): boolean {
  return objects.some(({ action }) => action !== 'unchanged') || charts.some(({ action }) => action !== 'keep');
}
