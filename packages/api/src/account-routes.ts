/** What a client has to know of the operations on accounts and mails; checked where client-routes.ts takes it. */
export const ACCOUNT_ROUTES = {
  customerSignup: ['POST', '/customer-user-signup', true, false],
  signUpHere: ['POST', '/api/sign-up', true, false],
  signup: ['POST', '/signup', true, false],
  validateToken: ['POST', '/validate-token', true, false],
  customerSignin: ['POST', '/customer-user-signin', true, true],
  customerResetPassword: ['POST', '/customer-reset-password', true, false],
  resetPassword: ['POST', '/reset-password', true, false],
  changePassword: ['POST', '/change-password', true, false],
  updatePassword: ['POST', '/update-password', true, false],
  updateUser: ['PATCH', '/user/{id}', true, false],
  customerDeleteUser: ['DELETE', '/customer-delete-user', false, false],
  logout: ['POST', '/logout', false, false],
  listMails: ['GET', '/api/mails', false, true],
  describeMail: ['GET', '/api/mails/{id}', false, true],
  listMailEvents: ['GET', '/fleet/events', false, true],
  acknowledgeMailEvent: ['DELETE', '/fleet/events/{id}', false, false],
} as const;
