/** What may be done to one of the provider's people: the rules of the server, in words, before it is asked. */
import { PRODUCT_ROLES } from '@cellplane/api/access';
import { t } from 'i18next';
import type { Colleague } from './people';

/** Whether the role is given for single products. */
export function isProductRole(role: string): boolean {
  return (PRODUCT_ROLES as readonly string[]).includes(role);
}

/** Why somebody is not to be changed by a person with this role; undefined: they may be. */
export function whyUntouchable(actorRole: string, subject: Pick<Colleague, 'roleType'>): string | undefined {
  if (subject.roleType === 'root' && actorRole !== 'root') return t('Only a root makes, changes or removes a root: ask one of them.');
  return undefined;
}

/** Why somebody cannot be removed, or be something less than root. */
export function whyLastRoot(all: readonly Colleague[], subject: Colleague): string | undefined {
  const isRoot = ({ roleType, status }: Colleague) => roleType === 'root' && status === 'ACTIVE';
  if (!isRoot(subject) || all.filter(isRoot).length > 1) return undefined;
  return t('This is the last root of the organization: make somebody else a root first.');
}
