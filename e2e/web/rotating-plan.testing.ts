/** A plan with secrets of the customer's: two that a modify may change, one of which is shown to nobody, and one that it may not. */
import { planText } from '../explained/plan.testing.js';

const ACCESS = 'apiVersion: v1\nkind: Secret\nmetadata: {name: access}\n';
const apply = { name: 'access', resource: 'action: apply', manifest: `${ACCESS}stringData: {token: "{{ $var.token }}"}` };

export const ROTATING_PLAN = planText('Vault', {
  create: [apply],
  modify: [apply],
  delete: [{ name: 'access', resource: 'action: delete', manifest: ACCESS }],
  parameters: [
    '{key: token, displayName: Access Token, type: Password, modifiable: true, required: true, export: true, limits: {minLength: 8, maxLength: 20}}',
    '{key: hidden, displayName: Hidden Key, type: Password, modifiable: true, defaultValue: never-shown}',
    '{key: seed, displayName: Seed, type: Password, export: true, defaultValue: never-changed}',
  ],
});
