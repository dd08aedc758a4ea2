/** Handlers of workflow runs and of our progress reads. */
import type { Handlers } from '@cellplane/api';
import { planVersion } from '../catalog/catalog.js';
import { type Database, type Transaction, transaction } from '../database/database.js';
import { pauseRun, resumeRun, terminateRun } from '../engine/control-run.js';
import { badRequest, invalidState, notFound } from '../errors.js';
import { selectInstance } from '../instances/store.js';
import { instanceProgress } from './progress.js';
import { retryOperation } from './retry.js';
import type { RunReads } from './run-reads.js';
import { countOperations, type OperationFilter, type OperationView, selectOperationOf, selectOperations } from './store.js';
import { eventsOnWire, resourceStatusOnWire, tasksOnWire, workflowOnWire } from './wire.js';

export type WorkflowHandlers = Pick<
  Handlers,
  | 'listWorkflows'
  | 'describeWorkflowSummary'
  | 'describeWorkflow'
  | 'listWorkflowEvents'
  | 'updateWorkflow'
  | 'terminateWorkflow'
  | 'describeInstanceProgress'
>;

export interface WorkflowDeps {
  db: Database;
  runs: RunReads;
}

/** As the reference's CLI asks for. */
const PAGE_SIZE = 10;
const MOST_PER_PAGE = 200;

/** Binds the workflow operations. */
export function workflowHandlers(deps: WorkflowDeps): WorkflowHandlers {
  const { db, runs } = deps;

  const control = async (operation: OperationView, change: (tx: Transaction) => Promise<boolean>) => {
    const going = await transaction(db, change);
    if (!going) throw invalidState('run-ended', `Workflow ${operation.runId} has already ended.`);
    runs.wake(operation.runId);
    return workflowOnWire(operation, await runs.describe(operation.runId));
  };

  return {
    async listWorkflows({ params, query, caller }) {
      const limit = Math.min(Math.max(query.pageSize ?? PAGE_SIZE, 1), MOST_PER_PAGE);
      const filter: OperationFilter = { serviceId: params.serviceId, environmentId: params.environmentId, limit: limit + 1 };
      if (query.instanceId !== undefined) filter.instanceId = query.instanceId;
      if (query.startDate !== undefined) filter.createdAfter = readDate('startDate', query.startDate);
      if (query.endDate !== undefined) filter.createdBefore = readDate('endDate', query.endDate);
      if (query.nextPageToken !== undefined) filter.before = readCursor(query.nextPageToken);
      const found = await selectOperations(db, caller.orgId, filter);
      const page = found.slice(0, limit);
      const open = (operation: OperationView) => (operation.status === 'running' ? runs.describe(operation.runId) : undefined);
      const workflows = await Promise.all(page.map(async (operation) => workflowOnWire(operation, await open(operation))));
      const last = found.length > limit ? page.at(-1) : undefined;
      return { ...placeOf(params), workflows, ...(last === undefined ? {} : { nextPageToken: cursorOf(last) }) };
    },
    async describeWorkflowSummary({ params, caller }) {
      const counts = await countOperations(db, caller.orgId, placeOf(params));
      return {
        ...placeOf(params),
        ActiveWorkflowCount: counts.active,
        CompletedWorkflowCount: counts.completed,
        FailedWorkflowCount: counts.failed,
      };
    },
    async describeWorkflow({ params, caller }) {
      const operation = await findOperation(db, caller.orgId, params);
      const run = await runs.describe(operation.runId, { explain: true });
      return {
        ...placeOf(params),
        Workflow: workflowOnWire(operation, run),
        Resources: [resourceStatusOnWire(operation, await resourceName(db, operation))],
        ...(run === undefined ? {} : { tasks: tasksOnWire(run), outputs: run.outputs }),
      };
    },
    async listWorkflowEvents({ params, caller }) {
      const operation = await findOperation(db, caller.orgId, params);
      return eventsOnWire(operation, await resourceName(db, operation), await runs.events(operation.runId));
    },
    async updateWorkflow({ params, body, caller }) {
      const operation = await findOperation(db, caller.orgId, params);
      switch (body.status.toLowerCase()) {
        case 'pause':
          return control(operation, (tx) => pauseRun(tx, operation.runId));
        case 'resume':
          return control(operation, (tx) => resumeRun(tx, operation.runId));
        case 'retry':
          await retryOperation(db, operation);
          runs.wake(operation.runId);
          return workflowOnWire(await findOperation(db, caller.orgId, params), await runs.describe(operation.runId));
        default:
          throw badRequest('unknown-workflow-action', `Invalid request: status "${body.status}" must be one of pause, resume, retry.`, [
            { field: 'status', code: 'invalid-enum-value', message: 'must be one of pause, resume, retry' },
          ]);
      }
    },
    async terminateWorkflow({ params, caller }) {
      const operation = await findOperation(db, caller.orgId, params);
      return control(operation, (tx) => terminateRun(tx, operation.runId, `terminated by ${caller.email}`));
    },
    async describeInstanceProgress({ params, caller }) {
      return instanceProgress(deps, caller.orgId, params.id);
    },
  };
}

interface Place {
  serviceId: string;
  environmentId: string;
}

function placeOf(params: Place): Place {
  return { serviceId: params.serviceId, environmentId: params.environmentId };
}

/** @throws DomainError not_found, also for a run of another service or environment than the path says */
async function findOperation(db: Database, orgId: string, path: Place & { id: string }): Promise<OperationView> {
  const operation = await selectOperationOf(db, orgId, path.id);
  if (operation === undefined || operation.serviceId !== path.serviceId || operation.environmentId !== path.environmentId)
    throw notFound('workflow', path.id);
  return operation;
}

async function resourceName(db: Database, operation: OperationView): Promise<string> {
  const instance = await selectInstance(db, operation.instanceId);
  if (instance === undefined) return operation.resourceKey;
  const { compiled } = await planVersion(db, instance.providerOrgId, instance.planId, instance.planVersion);
  return compiled.resources.find((resource) => resource.key === operation.resourceKey)?.name ?? operation.resourceKey;
}

function readDate(field: string, text: string): Date {
  const date = new Date(text);
  if (!Number.isNaN(date.getTime())) return date;
  const message = 'must be a time such as 2026-01-31T12:00:00Z';
  throw badRequest('invalid-date', `Invalid request: ${field} ${message}.`, [{ field, code: 'invalid-format', message }]);
}

function cursorOf(operation: OperationView): string {
  return Buffer.from(JSON.stringify([operation.createdAt.toISOString(), operation.id])).toString('base64url');
}

function readCursor(token: string): { createdAt: Date; id: string } {
  const [time, id] = parseCursor(token);
  const createdAt = new Date(typeof time === 'string' ? time : Number.NaN);
  if (typeof id === 'string' && !Number.isNaN(createdAt.getTime())) return { createdAt, id };
  throw badRequest('invalid-page-token', 'Invalid request: nextPageToken is not one that this server gave.', [
    { field: 'nextPageToken', code: 'invalid-format', message: 'is not a page token' },
  ]);
}

function parseCursor(token: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return [];
  }
}
