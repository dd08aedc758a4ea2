/** Ours: second factors (docs/second-factor.md), and the second step of a sign-in. */
import { Type } from 'typebox';
import { anybody, enrolling, provider, signedIn } from '../../access.js';
import { flag, freeObject, optional, optionalText, optionalTexts, required, text, texts, whole } from '../../field.js';
import { operation } from '../../operation.js';
import { factorCode, TokenPair } from '../session.js';
import { secret } from './customer-account.js';

/** The longest that authenticators make, in base64. */
const CREDENTIAL_ID = Type.String({ minLength: 1, maxLength: 1_400 });

/** What the browser answers for a passkey: `PublicKeyCredential.toJSON()`. */
const PasskeyAnswer = Type.Object({
  id: CREDENTIAL_ID,
  rawId: CREDENTIAL_ID,
  type: text,
  response: Type.Object({
    clientDataJSON: text,
    /** Of a sign-in. */
    authenticatorData: optionalText,
    signature: optionalText,
    userHandle: optional(Type.Union([Type.String(), Type.Null()])),
    /** Of a new passkey. */
    attestationObject: optionalText,
    transports: optionalTexts,
  }),
});

/** What a change of one's factors is allowed by: the password, or a code. */
const proof = { password: optional(secret), code: factorCode };

const Factor = Type.Object({
  id: text,
  /** TOTP or PASSKEY. */
  kind: text,
  name: text,
  confirmed: flag,
  createdAt: text,
  lastUsedAt: optionalText,
});

const Challenge = { challenge: text, expiresAt: text, publicKey: freeObject };

export const factorOperations = {
  beginPasskeySignIn: operation({
    id: 'cellplane#BeginPasskeySignIn',
    api: 'ours',
    route: 'POST /api/sign-in/passkey',
    summary: 'What a browser asks a passkey with: for a second step, or to sign in without a password',
    access: anybody,
    body: Type.Object({ challenge: optional(secret) }),
    response: Type.Object(Challenge),
    answersSecret: true,
  }),
  finishSignIn: operation({
    id: 'cellplane#FinishSignIn',
    api: 'ours',
    route: 'POST /api/sign-in/finish',
    summary: 'Exchange a challenge and its answer for tokens',
    access: anybody,
    body: Type.Object({ challenge: Type.String({ minLength: 1, maxLength: 2_048 }), code: factorCode, passkey: optional(PasskeyAnswer) }),
    response: TokenPair,
  }),
  listFactors: operation({
    id: 'cellplane#ListFactors',
    api: 'ours',
    route: 'GET /api/factors',
    summary: "The caller's second factors",
    access: enrolling,
    response: Type.Object({ factors: Type.Array(Factor), recoveryCodesLeft: whole, required: flag }),
  }),
  addFactor: operation({
    id: 'cellplane#AddFactor',
    api: 'ours',
    route: 'POST /api/factors',
    summary: 'Begin a new second factor; it counts once it is confirmed',
    access: enrolling,
    body: Type.Object({ kind: required, name: optionalText, ...proof }),
    response: Type.Object({
      id: text,
      kind: text,
      name: text,
      /** Of an authenticator app, shown this once. */
      secret: optionalText,
      otpauthUrl: optionalText,
      /** Of a passkey. */
      challenge: optionalText,
      expiresAt: optionalText,
      publicKey: optional(freeObject),
    }),
    answersSecret: true,
  }),
  confirmFactor: operation({
    id: 'cellplane#ConfirmFactor',
    api: 'ours',
    route: 'POST /api/factors/{id}/confirm',
    summary: 'Show that a new second factor works; the first one brings recovery codes, shown this once',
    access: enrolling,
    body: Type.Object({ code: factorCode, challenge: optional(secret), passkey: optional(PasskeyAnswer) }),
    response: Type.Object({ factor: Factor, recoveryCodes: optional(texts) }),
    answersSecret: true,
  }),
  removeFactor: operation({
    id: 'cellplane#RemoveFactor',
    api: 'ours',
    route: 'DELETE /api/factors/{id}',
    summary: "Remove one of the caller's second factors",
    access: enrolling,
    body: Type.Object(proof),
    successStatus: 204,
  }),
  renewRecoveryCodes: operation({
    id: 'cellplane#RenewRecoveryCodes',
    api: 'ours',
    route: 'POST /api/recovery-codes',
    summary: 'Make new recovery codes, shown this once; the old ones are good for nothing',
    access: signedIn,
    body: Type.Object(proof),
    response: Type.Object({ recoveryCodes: texts }),
    answersSecret: true,
  }),
  resetFactors: operation({
    id: 'cellplane#ResetFactors',
    api: 'ours',
    route: 'DELETE /api/users/{userId}/factors',
    summary: 'Remove all second factors of somebody who has lost them: one of the organization, or one of its customers',
    access: provider('organization:write', 'organization'),
    response: Type.Object({ removed: whole }),
  }),
  describeSignInPolicy: operation({
    id: 'cellplane#DescribeSignInPolicy',
    api: 'ours',
    route: 'GET /api/sign-in-policy',
    summary: "Whether the organization's own people need a second factor",
    access: provider('organization:read', 'organization'),
    response: Type.Object({ secondFactorRequired: flag }),
  }),
  updateSignInPolicy: operation({
    id: 'cellplane#UpdateSignInPolicy',
    api: 'ours',
    route: 'PUT /api/sign-in-policy',
    summary: "Say whether the organization's own people need a second factor",
    access: provider('organization:write', 'organization'),
    body: Type.Object({ secondFactorRequired: flag, ...proof }),
    response: Type.Object({ secondFactorRequired: flag }),
  }),
};
