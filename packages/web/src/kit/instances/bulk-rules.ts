/** What can be done to an instance as it is, and why not. Pure; the server decides all the same. */
import { t } from 'i18next';
import { inWords } from '../code-words';
import type { ListedInstance } from './instance-query';
import { whyNotBegin, whyNotDelete } from './may-begin';

export type BulkKind = 'start' | 'stop' | 'restart' | 'delete';

export const BULK_KINDS = (): { kind: BulkKind; label: string; isDangerous: boolean }[] => [
  { kind: 'start', label: t('Start'), isDangerous: false },
  { kind: 'stop', label: t('Stop'), isDangerous: false },
  { kind: 'restart', label: t('Restart'), isDangerous: false },
  { kind: 'delete', label: t('Delete'), isDangerous: true },
];

/** In the words of the instance's own page. Undefined: nothing speaks against it. */
export function refusalOfState(
  kind: BulkKind,
  { status, operation, deletionProtection }: Pick<ListedInstance, 'status' | 'operation' | 'deletionProtection'>,
): string | undefined {
  if (kind === 'delete') return whyNotDelete({ status, isProtected: deletionProtection });
  return whyNotBegin({ status, running: operation === undefined ? undefined : inWords(operation.kind) }, kind);
}
