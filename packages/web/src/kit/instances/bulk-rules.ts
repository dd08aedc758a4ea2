/** What can be done to an instance as it is, and why not. Pure; the server decides all the same. */
import { againstBegin } from '@cellplane/api/begins';
import { t } from 'i18next';
import { inWords } from '../status';
import type { ListedInstance } from './instance-query';

export type BulkKind = 'start' | 'stop' | 'restart' | 'delete';

export const BULK_KINDS = (): { kind: BulkKind; label: string; isDangerous: boolean }[] => [
  { kind: 'start', label: t('Start'), isDangerous: false },
  { kind: 'stop', label: t('Stop'), isDangerous: false },
  { kind: 'restart', label: t('Restart'), isDangerous: false },
  { kind: 'delete', label: t('Delete'), isDangerous: true },
];

/** Undefined: nothing speaks against it. */
export function refusalOfState(
  kind: BulkKind,
  { status, operation, deletionProtection }: Pick<ListedInstance, 'status' | 'operation' | 'deletionProtection'>,
): string | undefined {
  if (status === 'DELETING') return t('It is being deleted.');
  if (kind === 'delete') return deletionProtection ? t('It is protected from deletion.') : undefined;
  if (operation !== undefined) return t('{{operation}} is under way.', { operation: inWords(operation.kind) });
  if (againstBegin(status, undefined, kind) === undefined) return undefined;
  return t('It is {{status}}.', { status: inWords(status).toLowerCase() });
}
