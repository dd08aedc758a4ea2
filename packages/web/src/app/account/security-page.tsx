/** How one signs in. */
import { useSuspenseQuery } from '@tanstack/react-query';
import { person as personQuery } from '../session/signed-in';
import { FactorsSection } from './factors-section';
import { PasswordSection } from './password-section';

export function SecurityPage() {
  const { data: person } = useSuspenseQuery(personQuery);
  return (
    <>
      <FactorsSection email={person.email} />
      <PasswordSection email={person.email} />
    </>
  );
}
