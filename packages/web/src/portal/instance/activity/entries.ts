/** What has happened to an instance, of three sources in one order: operations, the audit trail, notes. Pure. */
import type { Client } from '@cellplane/api/client';
import { whatWasDone } from '../../../kit/audit-message';

export type History = Awaited<ReturnType<Client['listInstanceOperations']>>;
export type Audit = Awaited<ReturnType<Client['customerListInstanceAuditEvents']>>['events'];

export const KINDS = ['operation', 'audit', 'note'] as const;
export type Kind = (typeof KINDS)[number];

export interface Entry {
  key: string;
  kind: Kind;
  at: string;
  /** "Modify", "Secret revealed". */
  what: string;
  /** A status word, where it has one. */
  status?: string;
  who?: string;
  /** In sentences; empty where there is nothing to say. */
  message: string;
  endedAt?: string;
}

/** The trail has the end of each operation, too; among all kinds the operation itself says how it ended. */
const OPERATION_ENDED = 'operation-ended';

/** Newest first; of one kind, or all. */
export function entriesOf(history: History | undefined, audit: Audit | undefined, kind: string | undefined): Entry[] {
  const operations = (history?.operations ?? []).map(
    (one): Entry => ({
      key: one.id,
      kind: 'operation',
      at: one.startTime,
      what: one.verb ?? one.kind,
      status: STATUS[one.status] ?? one.status,
      who: one.requestedByName || one.requestedBy,
      message: [one.fromVersion === undefined ? '' : `${one.fromVersion} → ${one.toVersion ?? ''}`, one.message ?? '']
        .filter((text) => text !== '')
        .join(' · '),
      ...(one.endTime === undefined ? {} : { endedAt: one.endTime }),
    }),
  );
  const notes = (history?.events ?? []).map(
    (one, index): Entry => ({
      key: `note ${one.time} ${index}`,
      kind: 'note',
      at: one.time,
      what: one.type,
      message: one.message,
    }),
  );
  const calls = (audit ?? []).map(
    (one): Entry => ({
      key: one.id,
      kind: 'audit',
      at: one.time,
      // Whose route it was, the page says already.
      what: one.operation.replace(/^customer(?=[A-Z])/, ''),
      ...(one.outcome === undefined ? {} : { status: one.outcome }),
      who: one.userName ?? one.userId ?? '',
      message: whatWasDone(one.message),
    }),
  );
  return [...operations, ...notes, ...calls]
    .filter((one) => (kind === undefined ? one.what !== OPERATION_ENDED : one.kind === kind))
    .toSorted((one, other) => Date.parse(other.at) - Date.parse(one.at));
}

/** Of operations, in the words that the marks of runs have. */
const STATUS: Record<string, string> = {
  SUCCEEDED: 'Succeeded',
  FAILED: 'Failed',
  CANCELLED: 'Terminated',
  RUNNING: 'Running',
  WAITING: 'Waiting',
};
