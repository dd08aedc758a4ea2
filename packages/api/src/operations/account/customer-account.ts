/** Accounts that customers make and keep themselves, and everybody's own (docs/people.md). */
import { Type } from 'typebox';
import { optional, optionalFlag, optionalText, text } from '../../field.js';
import { anybody, enrolling, provider, signedIn } from '../../access.js';
import { operation } from '../../operation.js';
import { Address, factorCode, TokenPair } from '../session.js';

export const attributes = optional(Type.Record(Type.String({ maxLength: 256 }), Type.String({ maxLength: 1_024 }), { maxProperties: 50 }));

/** Longer than any password or token that is looked at. */
export const secret = Type.String({ maxLength: 2_048 });

const SignUp = Type.Object({
  name: text,
  email: text,
  password: secret,
  legalCompanyName: optionalText,
  companyUrl: optionalText,
  companyDescription: optionalText,
  attributes,
});

export const customerAccountOperations = {
  customerSignup: operation({
    id: 'users-api#CustomerSignup',
    api: 'v1',
    route: 'POST /customer-user-signup',
    summary: "Ask for an account as a customer, through the provider's portal",
    access: provider('customer:write', 'organization'),
    body: SignUp,
  }),
  signUpHere: operation({
    id: 'cellplane#SignUp',
    api: 'ours',
    route: 'POST /api/sign-up',
    summary: "Ask for an account as a customer of this installation's provider",
    access: anybody,
    body: SignUp,
  }),
  describeSignIn: operation({
    id: 'cellplane#DescribeSignIn',
    api: 'ours',
    route: 'GET /api/sign-in',
    summary: 'What a page says to somebody who is not signed in: whose installation it is, and who may make an account',
    access: anybody,
    response: Type.Object({
      providerName: text,
      /** open, invited or closed. */
      signUp: text,
      privacyPolicy: text,
      termsOfUse: text,
      cookiePolicy: text,
      supportEmail: text,
    }),
  }),
  signup: operation({
    id: 'signup-api#Signup',
    api: 'v1',
    route: 'POST /signup',
    summary: 'Become a provider; refused: the installation has one',
    access: anybody,
    body: SignUp,
  }),
  validateToken: operation({
    id: 'signup-api#ValidateToken',
    api: 'v1',
    route: 'POST /validate-token',
    summary: 'Confirm an e-mail address by the token that was mailed to it',
    access: anybody,
    body: Type.Object({ email: text, token: secret }),
  }),
  customerSignin: operation({
    id: 'users-api#CustomerSignin',
    api: 'v1',
    route: 'POST /customer-user-signin',
    summary: "Sign a customer in, through the provider's portal",
    access: provider('customer:read', 'organization'),
    body: Type.Object({
      email: text,
      password: optionalText,
      hashedPassword: optionalText,
      environmentType: optionalText,
      code: factorCode,
    }),
    response: TokenPair,
    answersSecret: true,
  }),
  customerResetPassword: operation({
    id: 'users-api#CustomerResetPassword',
    api: 'v1',
    route: 'POST /customer-reset-password',
    summary: 'Mail a customer a token that sets a new password',
    access: provider('customer:write', 'organization'),
    body: Type.Object({ email: text }),
  }),
  resetPassword: operation({
    id: 'signup-api#ResetPassword',
    api: 'v1',
    route: 'POST /reset-password',
    summary: "Mail one of a provider's people, or a customer of this installation's provider, a token that sets a new password",
    access: anybody,
    body: Type.Object({ email: text }),
  }),
  changePassword: operation({
    id: 'signup-api#ChangePassword',
    api: 'v1',
    route: 'POST /change-password',
    summary: 'Set a new password by the token that was mailed; all sessions end',
    access: anybody,
    body: Type.Object({ email: text, token: secret, password: secret }),
  }),
  updatePassword: operation({
    id: 'users-api#UpdatePassword',
    api: 'v1',
    route: 'POST /update-password',
    summary: "Change one's own password; all sessions end",
    access: signedIn,
    body: Type.Object({ currentPassword: optional(secret), currentPasswordHash: optionalText, password: secret }),
  }),
  updateUser: operation({
    id: 'users-api#UpdateUser',
    api: 'v1',
    route: 'PATCH /user/{id}',
    summary: "Change one's own profile, and what one's organization says of itself",
    access: signedIn,
    body: Type.Object({
      name: optionalText,
      attributes,
      address: optional(Address),
      orgName: optionalText,
      orgURL: optionalText,
      orgDescription: optionalText,
      orgLogoURL: optionalText,
      orgFavIconURL: optionalText,
      orgSupportEmail: optionalText,
      orgPrivacyPolicy: optionalText,
      orgTermsOfUse: optionalText,
      orgCookiePolicy: optionalText,
      orgDisablePasswordLogin: optionalFlag,
    }),
  }),
  customerDeleteUser: operation({
    id: 'users-api#CustomerDeleteUser',
    api: 'v1',
    route: 'DELETE /customer-delete-user',
    summary: "Delete one's own account as a customer; refused while there are instances",
    access: signedIn,
  }),
  logout: operation({
    id: 'users-api#Logout',
    api: 'v1',
    route: 'POST /logout',
    summary: 'End the session',
    access: enrolling,
  }),
};
