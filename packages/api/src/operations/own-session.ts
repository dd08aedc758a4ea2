/** Ours: the sessions of whoever is signed in. */
import { Type } from 'typebox';
import { signedIn } from '../access.js';
import { flag, optionalFlag, optionalText, optionalWhole, text, whole } from '../field.js';
import { operation } from '../operation.js';

const Session = Type.Object({
  id: text,
  /** The one of this request. */
  current: flag,
  /** PASSWORD, with the second factor behind it: PASSWORD_TOTP, PASSWORD_RECOVERY_CODE, PASSWORD_PASSKEY; PASSKEY, SSO or API_KEY. */
  method: text,
  apiKeyId: optionalText,
  apiKeyName: optionalText,
  /** Of SSO, as long as it is there. */
  identityProviderName: optionalText,
  address: text,
  userAgent: text,
  createdAt: text,
  lastUsedAt: text,
  expiresAt: text,
});

export const ownSessionOperations = {
  listSessions: operation({
    id: 'cellplane#ListSessions',
    api: 'ours',
    route: 'GET /api/sessions',
    summary: 'Where the caller is signed in',
    access: signedIn,
    query: Type.Object({ pageSize: optionalWhole, nextPageToken: optionalText }),
    response: Type.Object({ sessions: Type.Array(Session), nextPageToken: optionalText }),
  }),
  endSession: operation({
    id: 'cellplane#EndSession',
    api: 'ours',
    route: 'DELETE /api/sessions/{id}',
    summary: 'End one session of the caller',
    access: signedIn,
    successStatus: 204,
  }),
  endSessions: operation({
    id: 'cellplane#EndSessions',
    api: 'ours',
    route: 'DELETE /api/sessions',
    summary: 'Sign the caller out everywhere, or everywhere else',
    access: signedIn,
    query: Type.Object({ others: optionalFlag }),
    response: Type.Object({ ended: whole }),
  }),
};
