/** What may be done to a member: the rules of the server, in words, before it is asked. Pure. */
import { t } from 'i18next';
import type { OwnSubscription } from '../own';
import type { Member } from './members';

type Of = Pick<OwnSubscription, 'rootUserId' | 'roleType'>;

/** Why the member's role stays, and the member too; undefined: they may be changed. `roleType` of the subscription is the caller's. */
export function whyFixed(member: Pick<Member, 'userId' | 'name' | 'roleType'>, subscription: Of): string | undefined {
  if (member.userId !== '' && member.userId === subscription.rootUserId)
    return t('{{name}} began the subscription and stays its root until it ends.', { name: member.name });
  if (member.roleType === 'root' && subscription.roleType !== 'root')
    return t('Only a root makes, changes or removes a root: ask one of them.');
  return undefined;
}

/** Why the caller cannot give a role; undefined: they can. */
export function whyNotGiven(role: string, callersRole: string): string | undefined {
  return role === 'root' && callersRole !== 'root' ? t('Only a root makes another one.') : undefined;
}

/** Addresses as somebody types or pastes them: separated by commas, blanks, semicolons or lines; each once. */
export function addressesIn(text: string): string[] {
  return [...new Set(text.split(/[\s,;]+/).filter((one) => one !== ''))];
}
