/** What can be done with an instance now, and why what cannot: by its plan, its status, what runs on it, and the person's role. Pure. */
import type { RestingVerb } from '@cellplane/api/begins';
import { t } from 'i18next';
import { ownOperations } from '../../kit/executions/own-operations';
import { type Resting, whyNotBegin, whyNotDelete } from '../../kit/instances/may-begin';
import { inWords } from '../../kit/code-words';
import type { OwnInstance } from '../own';

export type Offered = NonNullable<OwnInstance['supportedOperations']>[number];

export type Verb = Exclude<RestingVerb, 'create' | 'upgrade' | 'deleteBackup' | 'custom' | 'retry'>;

export interface Standing extends Omit<Resting, 'incomplete'> {
  instance: Pick<OwnInstance, 'supportedOperations' | 'resourceInstanceMetadata' | 'incomplete'>;
  /** Of the person in the instance's subscription; undefined: not known yet, and then nothing is refused for it. */
  role: string | undefined;
  /** Of that subscription; undefined: not known. */
  subscriptionStatus?: string | undefined;
}

const WIRE: Record<Verb, string> = {
  modify: 'MODIFY',
  start: 'START',
  stop: 'STOP',
  restart: 'RESTART',
  addCapacity: 'ADD_CAPACITY',
  removeCapacity: 'REMOVE_CAPACITY',
  failover: 'FAILOVER',
  backup: 'BACKUP',
  restore: 'RESTORE',
  delete: 'DELETE',
};

/** Whether the plan has a workflow for it. */
export function isOffered({ instance }: Standing, verb: Verb): boolean {
  return (instance.supportedOperations ?? []).some((one) => one.verb === WIRE[verb]);
}

/** Custom workflows of the plan that customers may call. */
export function customOf({ instance }: Standing): Offered[] {
  return ownOperations(instance);
}

/** Why the person may change nothing here; undefined if they may. */
export function whyReadOnly({ role }: Pick<Standing, 'role'>): string | undefined {
  return role?.toLowerCase() === 'reader' ? t('Your role in this subscription is reader: it may look, and change nothing.') : undefined;
}

/** Why a subscription has nothing new; undefined if it may. What is there runs on, and can be changed. */
export function whySuspended(status: string | undefined): string | undefined {
  return status === undefined || status === 'ACTIVE'
    ? undefined
    : t('The subscription is {{status}}: what it has runs on and can be changed, nothing new is created. Ask your provider.', {
        status: inWords(status).toLowerCase(),
      });
}

/** Why it cannot be done now, in words; undefined if it can. */
export function whyNot(standing: Standing, what: Verb | 'custom'): string | undefined {
  const { instance, status, running } = standing;
  const readOnly = whyReadOnly(standing);
  if (readOnly !== undefined) return readOnly;
  if (what !== 'custom' && !isOffered(standing, what)) return t('The plan has no workflow for this.');
  if (what === 'delete') return whyNotDelete({ status, isProtected: instance.resourceInstanceMetadata?.deletionProtection === true });
  if (what === 'restore') return whySuspended(standing.subscriptionStatus);
  return whyNotBegin({ status, running, incomplete: instance.incomplete }, what);
}

/** Why a form is of no use now; a link may have opened it. */
export function whyNotForm(standing: Standing, form: string, isCustom: boolean): string | undefined {
  if (isCustom) return whyNot(standing, 'custom');
  switch (form) {
    case 'rotate':
      return whyNot(standing, 'modify');
    case 'modify':
    case 'delete':
    case 'failover':
    case 'restore':
      return whyNot(standing, form);
    case 'capacity':
      return whyNot(standing, isOffered(standing, 'addCapacity') ? 'addCapacity' : 'removeCapacity');
    default:
      return undefined;
  }
}
