/** Audit events as the API tells them. Pure. */
import { type CustomerAuditEvent, type FleetAuditEvent, type Operation, operations } from '@cellplane/api';
import type { SessionNews } from '../identity/session.js';
import type { EventRow } from './chain.js';
import type { ListedRow } from './list-store.js';

const OUTCOME_WORDS = { succeeded: 'succeeded', refused: 'was refused', failed: 'failed', unknown: 'began, and how it ended is not known' };

/** A sentence for people. */
function messageOfEvent({ operation, outcome, code, targets, instanceId }: EventRow): string {
  const what = operation === 'operation-ended' ? `${kindOf(targets)} of ${instanceId}` : summaryOf(operation);
  const words = outcome === null ? 'goes on' : OUTCOME_WORDS[outcome];
  return `${what}: ${words}${code === '' ? '' : ` (${code})`}`;
}

/** As the provider sees it. */
export function fleetEvent(row: ListedRow, options: { excludeFailures?: boolean | undefined } = {}): FleetAuditEvent {
  const { instanceId, subscriptionId, runId } = row;
  return {
    ...seen(row, options.excludeFailures === true),
    instanceId,
    ...given({ subscriptionId, workflowId: runId ?? '' }),
  };
}

/** As customers see it. */
export function customerEvent(row: ListedRow): CustomerAuditEvent {
  return { ...seen(row, false), resourceInstanceId: row.instanceId, subscriptionId: row.subscriptionId };
}

function seen(row: ListedRow, excludeFailures: boolean) {
  const { failure } = row;
  return {
    id: row.id,
    time: row.at,
    message: messageOfEvent(row),
    eventSource: row.source,
    resourceName: row.resourceKey ?? '',
    serviceId: row.serviceId,
    serviceName: row.serviceName ?? '',
    environmentId: row.environmentId,
    productTierId: row.planId,
    servicePlanName: row.planName ?? '',
    planVersion: row.planVersion ?? '',
    operation: row.operation,
    ...given({
      environmentType: row.environmentType ?? '',
      cloudProvider: row.cloudProvider ?? '',
      region: row.region ?? '',
      instanceName: row.instanceName,
      instanceDeletedAt: row.instanceDeletedAt?.toISOString() ?? '',
      userId: row.userId,
      userName: row.userName,
      orgId: row.orgId,
      orgName: row.orgName,
      roleType: row.role,
      authMethod: row.authMethod,
      sessionId: row.apiKeyId === '' ? row.sessionId : row.apiKeyId,
      ipAddress: row.address,
      userAgent: row.userAgent,
      outcome: row.outcome ?? '',
      code: row.code,
      correlationId: row.correlationId,
    }),
    ...(failure === null || failure === '' || excludeFailures
      ? {}
      : { workflowFailures: [{ eventTime: row.endedAt ?? row.at, message: failure }] }),
  };
}

/** Without what is empty. */
function given<T extends Record<string, string>>(members: T): Partial<T> {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== '')) as Partial<T>;
}

/** What is no call of the API. */
const OTHER_SUMMARIES: Record<string, string> = {
  'member-joined': 'Join a subscription, as invited',
  'session-signed-out': 'Sign out',
  'session-moved': 'Go on with a session at another address',
  'session-copied': 'Use a refresh token a second time, which ends the session',
} satisfies Record<'member-joined' | SessionNews['kind'], string>;

function summaryOf(operation: string): string {
  return Object.hasOwn(operations, operation)
    ? ((operations as Record<string, Operation>)[operation]?.summary ?? operation)
    : (OTHER_SUMMARIES[operation] ?? operation);
}

function kindOf(targets: string[]): string {
  return targets.find((one) => one.startsWith('operation='))?.slice('operation='.length) ?? 'operation';
}
