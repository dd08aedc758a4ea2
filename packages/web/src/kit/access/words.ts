/** Why a role does not allow something, in words. */
import type { Refusal } from '@cellplane/api/access';
import { t } from 'i18next';

export function refusalInWords(refusal: Refusal): string {
  switch (refusal.because) {
    case 'provider-only':
      return t('This is for the people of the provider.');
    case 'no-member':
      return t('You are no member of this subscription.');
    case 'products-only':
      return t('Your role {{role}} is for single products, and this is about the whole organization.', { role: roleName(refusal.role) });
    case 'role':
      return t('Your role {{role}} does not allow this. Who may: {{roles}}.', {
        role: roleName(refusal.role),
        roles: new Intl.ListFormat('en', { type: 'disjunction' }).format(refusal.roles.map(roleName)),
      });
  }
}

/** `service_editor` → "product editor". */
export function roleName(role: string): string {
  return role.replace(/^service_/, 'product ');
}
