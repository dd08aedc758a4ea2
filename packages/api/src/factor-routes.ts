/** What a client has to know of the operations on second factors; checked where client-routes.ts takes it. */
export const FACTOR_ROUTES = {
  beginPasskeySignIn: ['POST', '/api/sign-in/passkey', true, true],
  finishSignIn: ['POST', '/api/sign-in/finish', true, true],
  listFactors: ['GET', '/api/factors', false, true],
  addFactor: ['POST', '/api/factors', true, true],
  confirmFactor: ['POST', '/api/factors/{id}/confirm', true, true],
  removeFactor: ['DELETE', '/api/factors/{id}', true, false],
  renewRecoveryCodes: ['POST', '/api/recovery-codes', true, true],
  resetFactors: ['DELETE', '/api/users/{userId}/factors', false, true],
  describeSignInPolicy: ['GET', '/api/sign-in-policy', false, true],
  updateSignInPolicy: ['PUT', '/api/sign-in-policy', true, true],
} as const;
