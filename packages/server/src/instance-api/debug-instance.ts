/** What a person who looks for a fault wants to see of an instance (docs/reference/api.md#objects, `instance debug`). Secrets are masked. */
import type { Handlers } from '@cellplane/api';
import { describeRun } from '../engine/describe-run.js';
import { listRuns } from '../engine/list-runs.js';
import type { RunDescription } from '../engine/model.js';
import type { InstanceDeps } from '../lifecycle/run-context.js';
import { stepsOnWire, waitOnWire } from './run-wire.js';
import { withDependencies } from '../lifecycle/steps.js';
import type { InstanceFacts } from './wire.js';

type Debug = Awaited<ReturnType<Handlers['debugInstance']>>;

/** How far back the newest run of each resource is looked for. */
const NEWEST_RUNS = 20;

/** The instance's resource and those it depends on, each with the newest run that acted on it. */
export async function debugInstance(deps: InstanceDeps, { instance, version, cell }: InstanceFacts): Promise<Debug> {
  const resources = withDependencies(version.compiled, instance.resourceKey);
  const newest = new Map<string, RunDescription>();
  for (const { id } of (await listRuns(deps.db, { subject: instance.id, pageSize: NEWEST_RUNS })).runs) {
    if (newest.size === resources.length) break;
    const run = await describeRun(deps, id);
    const key = run?.data['resourceKey'];
    if (run !== undefined && typeof key === 'string' && !newest.has(key)) newest.set(key, run);
  }
  const entries = resources.map((resource): [string, Debug['resourcesDebug'][string]] => {
    const run = newest.get(resource.key);
    const debugData = {
      deploymentCell: cell.key,
      namespace: instance.namespace,
      ...(run === undefined ? {} : { workflow: workflowOf(run) }),
    };
    return [resource.key, { resourceId: version.resourceIds[resource.key] ?? '', debugData }];
  });
  return { instanceId: instance.id, resourcesDebug: Object.fromEntries(entries) };
}

function workflowOf(run: RunDescription) {
  return {
    id: run.id,
    kind: run.kind,
    phase: run.phase,
    message: run.message,
    ...(run.code === '' ? {} : { code: run.code }),
    ...(run.waitingFor === undefined ? {} : { waitingFor: waitOnWire(run.waitingFor) }),
    tasks: stepsOnWire(run),
  };
}
