/** What the role of whoever is signed in allows, so that a button that would be refused says so before it is pressed. */
import { PROVIDER_ROLE_PERMISSIONS, type ProviderPermission, type ProviderRole } from '@cellplane/api/access';
import { useQuery } from '@tanstack/react-query';
import { t } from 'i18next';
import { person } from '../app/session/signed-in';

/** Why the role forbids it, in words; undefined: it may be done, or nothing is known of the role yet and the server decides. */
export function useForbidden(permission: ProviderPermission): string | undefined {
  const { data } = useQuery(person);
  return data === undefined ? undefined : forbidden(data.roleType, permission);
}

/** The same of a role's name as the server writes it. */
export function forbidden(role: string, permission: ProviderPermission): string | undefined {
  const name = role.toLowerCase();
  if (!(name in PROVIDER_ROLE_PERMISSIONS) || PROVIDER_ROLE_PERMISSIONS[name as ProviderRole].includes(permission)) return undefined;
  return t('Your role {{role}} does not allow this. Ask an admin of your organization.', { role: name.replaceAll('_', ' ') });
}
