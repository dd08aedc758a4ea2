/** API keys of whoever is signed in, and of their organization for its root and admins. */
import { Type } from 'typebox';
import { signedIn } from '../access.js';
import { optionalText, required, text } from '../field.js';
import { operation } from '../operation.js';

const ApiKey = Type.Object({
  id: text,
  name: text,
  description: optionalText,
  prefix: text,
  roleType: text,
  /** ACTIVE, EXPIRED or REVOKED. */
  status: text,
  createdAt: text,
  createdByUserId: text,
  createdByUserName: optionalText,
  expiresAt: optionalText,
  lastUsedAt: optionalText,
  revokedAt: optionalText,
  revokedByUserId: optionalText,
  revokedByUserName: optionalText,
});

const Described = Type.Object({ metadata: ApiKey });

export const apiKeyOperations = {
  listApiKeys: operation({
    id: 'api-key-api#ListAPIKeys',
    api: 'v1',
    route: 'GET /api-key',
    summary: "The caller's API keys; a root or admin sees all of the organization",
    access: signedIn,
    response: Type.Object({ apiKeys: Type.Array(ApiKey) }),
  }),
  createApiKey: operation({
    id: 'api-key-api#CreateAPIKey',
    api: 'v1',
    route: 'POST /api-key',
    summary: 'Make an API key; the answer is the only one that ever has the key itself',
    access: signedIn,
    body: Type.Object({ name: required, roleType: required, description: optionalText, expiresAt: optionalText }),
    response: Type.Object({ id: text, key: text, metadata: ApiKey }),
    answersSecret: true,
  }),
  describeApiKey: operation({
    id: 'api-key-api#DescribeAPIKey',
    api: 'v1',
    route: 'GET /api-key/{id}',
    summary: 'One API key, without the key itself',
    access: signedIn,
    response: Described,
  }),
  updateApiKey: operation({
    id: 'api-key-api#UpdateAPIKeyMetadata',
    api: 'v1',
    route: 'PATCH /api-key/{id}',
    summary: 'Change name or description of an API key',
    access: signedIn,
    body: Type.Object({ name: optionalText, description: optionalText }),
    response: Described,
  }),
  deleteApiKey: operation({
    id: 'api-key-api#DeleteAPIKey',
    api: 'v1',
    route: 'DELETE /api-key/{id}',
    summary: 'Remove an API key; its sessions end',
    access: signedIn,
    successStatus: 204,
  }),
  revokeApiKey: operation({
    id: 'api-key-api#RevokeAPIKey',
    api: 'v1',
    route: 'POST /api-key/{id}:revoke',
    summary: 'Revoke an API key; its sessions end, and it stays listed',
    access: signedIn,
    response: Described,
  }),
};
