/** Sign-in, tokens and the user behind them (docs/reference/api.md#sessions). */
import { Type } from 'typebox';
import { flag, flagMap, optional, optionalFlag, optionalText, text, textMap } from '../field.js';
import { anybody, enrolling } from '../access.js';
import { operation } from '../operation.js';

/** Ours: of an authenticator app, or a recovery code. */
export const factorCode = optional(Type.String({ maxLength: 64 }));

export const TokenPair = Type.Object({ jwtToken: text, refreshToken: text });

export const Address = Type.Object({
  addressLine1: text,
  addressLine2: optionalText,
  addressLine3: optionalText,
  city: text,
  country: text,
  state: text,
  zip: text,
});

const User = Type.Object({
  id: text,
  email: text,
  name: text,
  orgId: text,
  orgName: text,
  /** Ours: which operations are theirs. */
  kind: optional(Type.Union([Type.Literal('provider'), Type.Literal('customer')])),
  roleType: text,
  status: text,
  enabled: flag,
  createdAt: text,
  lastModifiedAt: text,
  orgDescription: optionalText,
  orgURL: optionalText,
  orgSupportEmail: optionalText,
  orgLogoURL: optionalText,
  orgFavIconURL: optionalText,
  orgPrivacyPolicy: optionalText,
  orgTermsOfUse: optionalText,
  orgCookiePolicy: optionalText,
  address: optional(Address),
  orgDisablePasswordLogin: optionalFlag,
  attributes: optional(textMap),
  featureFlags: optional(flagMap),
  planName: optionalText,
});

export const sessionOperations = {
  signin: operation({
    id: 'signin-api#Signin',
    api: 'v1',
    route: 'POST /signin',
    summary: 'Exchange e-mail and password, or an API key, for tokens',
    access: anybody,
    body: Type.Object({ email: text, password: optionalText, hashedPassword: optionalText, code: factorCode }),
    response: TokenPair,
  }),
  refreshToken: operation({
    id: 'signin-api#RefreshToken',
    api: 'v1',
    route: 'POST /refresh-token',
    summary: 'Exchange a refresh token, once, for a new pair',
    access: anybody,
    body: Type.Object({ refreshToken: optionalText }),
    response: TokenPair,
  }),
  revokeToken: operation({
    id: 'signin-api#RevokeToken',
    api: 'v1',
    route: 'POST /revoke-token',
    summary: 'End the session of a refresh token',
    access: anybody,
    body: Type.Object({ refreshToken: optionalText }),
    successStatus: 204,
  }),
  describeUser: operation({
    id: 'users-api#DescribeUser',
    api: 'v1',
    route: 'GET /user',
    summary: 'The signed-in user',
    access: enrolling,
    response: User,
  }),
};
