/** How a session was begun: with a password and what was asked for beside it, a passkey alone, another sign-in service, or an API key. */
export const SESSION_METHODS = [
  'PASSWORD',
  'PASSWORD_TOTP',
  'PASSWORD_RECOVERY_CODE',
  'PASSWORD_PASSKEY',
  'PASSKEY',
  'SSO',
  'API_KEY',
] as const;
export type SessionMethod = (typeof SESSION_METHODS)[number];
