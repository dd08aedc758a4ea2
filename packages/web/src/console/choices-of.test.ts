import { expect, it } from 'vitest';
import { choicesOf } from './choices-of';

it('each organization stands once, however many subscriptions it has', () => {
  const one = { productTierName: 'Postgres', environmentName: 'Prod', rootUserOrgId: 'org-1', rootUserOrgName: 'Acme' };
  expect(
    choicesOf([
      { id: 'sub-1', ...one },
      { id: 'sub-2', ...one, productTierName: 'Cache' },
    ]),
  ).toEqual({
    subscriptions: [
      { value: 'sub-1', label: 'Postgres · Prod · Acme (sub-1)' },
      { value: 'sub-2', label: 'Cache · Prod · Acme (sub-2)' },
    ],
    organizations: [{ value: 'org-1', label: 'Acme (org-1)' }],
  });
});
