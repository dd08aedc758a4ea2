/** The pages that the menu of a person has: those of their front, without those that their role may not read. */
import { consoleNavigation } from '../../console/navigation';
import { useMayAny } from '../../kit/access/use-may';
import { portalNavigation } from '../../portal/navigation';
import type { Person } from '../session/signed-in';
import type { NavigationGroup } from './navigation';

export function useNavigation({ kind }: Pick<Person, 'kind'>): NavigationGroup[] {
  const may = useMayAny();
  return (kind === 'provider' ? consoleNavigation() : portalNavigation())
    .map((group) => ({ ...group, pages: group.pages.filter(({ reads }) => reads === undefined || may(reads).may) }))
    .filter(({ pages }) => pages.length > 0);
}
