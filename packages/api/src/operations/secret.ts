/** Secrets of an environment type (docs/reference/plan-language.md#secrets). */
import { Type } from 'typebox';
import { optionalText, text } from '../field.js';
import { BODY_LIMIT } from '../limits.js';
import { provider } from '../access.js';
import { operation } from '../operation.js';

const Secret = Type.Object({ environmentType: text, name: text, value: text, lastModifiedAt: optionalText });

export const secretOperations = {
  listSecrets: operation({
    id: 'secrets-api#ListSecrets',
    api: 'v1',
    route: 'GET /environmentType/{environmentType}/secrets',
    summary: 'Secrets of an environment type; values are masked',
    access: provider('secret:read', 'organization'),
    response: Type.Object({ secrets: Type.Array(Secret) }),
  }),
  getSecret: operation({
    id: 'secrets-api#GetSecret',
    api: 'v1',
    route: 'GET /environmentType/{environmentType}/secret/{name}',
    summary: 'One secret',
    access: provider('secret:read', 'organization'),
    response: Secret,
  }),
  setSecret: operation({
    id: 'secrets-api#SetSecret',
    api: 'v1',
    route: 'PUT /environmentType/{environmentType}/secret/{name}',
    summary: 'Set a secret',
    access: provider('secret:write', 'organization'),
    body: Type.Object({ value: Type.String({ maxLength: BODY_LIMIT }) }),
  }),
  deleteSecret: operation({
    id: 'secrets-api#DeleteSecret',
    api: 'v1',
    route: 'DELETE /environmentType/{environmentType}/secret/{name}',
    summary: 'Delete a secret',
    access: provider('secret:write', 'organization'),
  }),
};
