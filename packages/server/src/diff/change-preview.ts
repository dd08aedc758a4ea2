/** The changes that can be previewed, each by the function that begins it. */
import { DomainError, notFound } from '../errors.js';
import type { Audience } from '../identity/audience.js';
import type { InstanceCaller } from '../instances/instance.js';
import { lockInstance, type InstanceRow } from '../instances/store.js';
import type { Transaction } from '../database/database.js';
import { beginModify, lockVisible } from '../lifecycle/requests/change-instance.js';
import { beginUpgrade } from '../lifecycle/requests/upgrade-instance.js';
import { refuseUnlessChosen } from '../lifecycle/versions/chosen-version.js';
import { beginRestore } from '../snapshots/restore.js';
import type { SnapshotDeps } from '../snapshots/snapshot.js';
import { selectVisibleSnapshot, type SnapshotViewer } from '../snapshots/store.js';
import { type ChangePreview, previewOf } from './preview.js';
import type { Begin } from './planned-change.js';

type Viewer = InstanceCaller & SnapshotViewer;

export type ChangeRequest = { instanceId: string } & (
  | { kind: 'upgrade'; targetVersion: string; parameters?: unknown; removeDropped?: boolean; audience?: Audience; caller?: Viewer }
  | { kind: 'modify'; parameters?: unknown; networkType?: string; recreateMissing?: boolean; caller?: Viewer }
  | {
      kind: 'restore';
      snapshotId: string;
      parameters?: unknown;
      networkType?: string;
      planVersion?: string;
      restoreToSource?: boolean;
      caller: Viewer;
    }
);

/**
 * What the change would do. `caller`: who asks, and sees only what is theirs; without one the program itself does.
 * @throws DomainError as the change itself would (not_found, bad_request, invalid_state); unavailable if the cell does not answer
 */
export async function requestPreview(deps: SnapshotDeps, request: ChangeRequest): Promise<ChangePreview> {
  return previewOf(deps.instances, await beginOf(deps, request));
}

/** The same, with what would refuse the change as problems of the answer. @throws DomainError not_found; unavailable */
export async function previewChange(deps: SnapshotDeps, request: ChangeRequest): Promise<ChangePreview> {
  try {
    return await requestPreview(deps, request);
  } catch (error) {
    if (!(error instanceof DomainError) || !['bad_request', 'invalid_state'].includes(error.kind)) throw error;
    const { code, message, details } = error;
    const problems = details.map((detail) => ({
      code: detail.code ?? code,
      ...(detail.field === undefined ? {} : { field: detail.field }),
      message,
    }));
    return { steps: [], objects: [], charts: [], restarts: [], problems: problems.length === 0 ? [{ code, message }] : problems };
  }
}

async function beginOf(deps: SnapshotDeps, request: ChangeRequest): Promise<Begin> {
  const { instances } = deps;
  const { instanceId, parameters } = request;
  const by = request.caller?.userId ?? 'platform';
  if (request.kind === 'upgrade') {
    const { targetVersion: target, removeDropped = false, audience = 'FLEET' } = request;
    return async (tx) => {
      const instance = await locked(tx, request);
      if (audience !== 'FLEET') await refuseUnlessChosen(tx, instance);
      return { instanceId, ...(await beginUpgrade(instances, tx, { instance, target, parameters, removeDropped, audience, by })) };
    };
  }
  const { networkType } = request;
  if (request.kind === 'modify')
    return async (tx) => {
      const instance = await locked(tx, request);
      const started = await beginModify({ ...instances, db: tx }, tx, {
        instance,
        by,
        parameters,
        ...(networkType === undefined ? {} : { networkType }),
        recreateMissing: request.recreateMissing === true,
      });
      return { instanceId, operationId: started.operationId ?? '', runId: started.runId ?? '' };
    };
  const { caller, snapshotId, planVersion, restoreToSource = false } = request;
  const cells = await instances.cells.list();
  return async (tx) => {
    const snapshot = await selectVisibleSnapshot(tx, caller, snapshotId);
    if (snapshot?.sourceInstanceId !== instanceId) throw notFound('snapshot', snapshotId);
    const input = {
      snapshotId,
      parameters,
      restoreToSource,
      ...(planVersion === undefined ? {} : { planVersion }),
      ...(networkType === undefined ? {} : { networkType }),
    };
    return beginRestore({ ...deps, instances: { ...instances, db: tx } }, tx, { caller, input, cells });
  };
}

async function locked(tx: Transaction, { instanceId, caller }: ChangeRequest): Promise<InstanceRow> {
  if (caller !== undefined) return lockVisible(tx, caller, instanceId);
  const instance = await lockInstance(tx, instanceId);
  if (instance === undefined || instance.deletedAt !== null) throw notFound('instance', instanceId);
  return instance;
}
