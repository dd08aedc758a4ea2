/** People of a provider and of its customers, their sessions and API keys. */
import { expect } from 'vitest';
import { PROVIDER } from '../../control-plane.testing.js';
import type { World } from '../world.testing.js';

/** The provider's own. */
export async function providers({ provider, nobody }: World): Promise<void> {
  const email = 'eve@example.com';
  await provider.inviteUser({ body: { email, roleType: 'reader' } });
  const found = (await provider.listInvitations({})).invitations.find((one) => one.email === email);
  await nobody.acceptInvitation({ body: { token: found?.token ?? '', name: 'Eve', password: 'a long password of eve' } });
  await provider.changeUserRole({ body: { email, newRoleType: 'editor' } });
  expect((await provider.listOrgUsers({})).orgUsers).toContainEqual(expect.objectContaining({ email, roleType: 'editor' }));
  await provider.revokeUserRole({ body: { email, roleType: 'editor' } });
  await provider.inviteUser({ body: { email: 'fay@example.com', roleType: 'reader' } });
  const [open] = (await provider.listInvitations({})).invitations;
  await provider.revokeInvitation({ params: { id: open?.id ?? '' } });
}

/** Customers, as their provider sees them. */
export async function customers({ provider, ada, plan, providerUser }: World): Promise<void> {
  const account = { name: 'Gus', password: 'a long password of gus', legalCompanyName: 'Gus Inc' };
  const userId = await provider.createConsumptionUser({
    body: { ...account, email: 'gus@customers.example', enableAutoVerification: false },
  });
  await provider.resendVerificationEmail({ params: { userId } });
  await provider.verifyUser({ params: { userId } });
  await provider.updateConsumptionUser({ params: { userId }, body: { attributes: { tier: 'gold' } } });
  expect(await provider.describeOrgUser({ params: { userId } })).toMatchObject({ email: 'gus@customers.example' });
  await provider.suspendUser({ params: { userId } });
  await provider.unsuspendUser({ params: { userId } });
  expect((await provider.listAllUsers({ query: {} })).users.map((one) => one.userId)).toContain(userId);
  await provider.deleteUser({ params: { userId } });
  const place = { serviceId: plan.serviceId, environmentId: plan.environmentId };
  expect((await provider.listUsers({ params: place, query: {} })).users.map((one) => one.userId)).toContain(ada.userId);
  await provider.describeEnvironmentUser({ params: { ...place, userId: ada.userId } });
  expect((await provider.listAllOrganizations({ query: {} })).organizations.map((one) => one.orgId)).toContain(ada.orgId);
  await provider.listActiveOrganizations({ params: place, query: {} });
  await provider.describeOrganization({ params: { ...place, organizationId: ada.orgId } });
  expect(providerUser.orgId).not.toBe(ada.orgId);
}

/** Through a portal that is not for production come the provider's own people, too. */
export async function portals({ provider }: World): Promise<void> {
  const signIn = (environmentType: string) => provider.customerSignin({ body: { ...PROVIDER, environmentType } });
  expect(await signIn('DEV')).toHaveProperty('jwtToken');
  for (const type of ['PROD', 'Production', '']) await expect(signIn(type)).rejects.toMatchObject({ body: { code: 'wrong-credentials' } });
  await expect(signIn('LIVE')).rejects.toMatchObject({ body: { code: 'unknown-environment-type' } });
}

/** An account from the sign-up to its end, without a portal. */
export async function accounts({ nobody, provider, witness, mailed }: World): Promise<void> {
  const [email, password] = ['hal@customers.example', 'a long password of hal'];
  expect(await nobody.describeSignIn({})).toMatchObject({ signUp: 'open' });
  await nobody.signUpHere({ body: { name: 'Hal', email, password, legalCompanyName: 'Hal Inc' } });
  await nobody.validateToken({ body: { email, token: await mailed(email) } });
  await provider.customerResetPassword({ body: { email } });
  await nobody.resetPassword({ body: { email } });
  const changed = `${password} again`;
  await nobody.changePassword({ body: { email, token: await mailed(email), password: changed } });
  let { jwtToken, refreshToken } = await nobody.signin({ body: { email, password: changed } });
  const hal = witness.as('customer', () => jwtToken);
  const { id } = await hal.describeUser({});
  await hal.updateUser({ params: { id }, body: { name: 'Hal the second', orgURL: 'https://hal.example' } });
  expect((await hal.listNotificationPreferences({ query: {} })).preferences).toContainEqual(
    expect.objectContaining({ category: 'account', fixed: true }),
  );
  await hal.setNotificationPreference({ params: { category: 'failures' }, body: { email: false } });
  const back = await hal.resetNotificationPreference({ params: { category: 'failures' }, query: {} });
  expect(back.preferences).toContainEqual({ category: 'failures', email: true, setFor: 'NOTHING', fixed: false });
  ({ jwtToken, refreshToken } = await nobody.refreshToken({ body: { refreshToken } }));
  await nobody.revokeToken({ body: { refreshToken } });
  ({ jwtToken } = await nobody.signin({ body: { email, password: changed } }));
  await hal.updatePassword({ body: { currentPassword: changed, password } });
  ({ jwtToken } = await nobody.signin({ body: { email, password } }));
  await hal.logout({});
  ({ jwtToken } = await nobody.signin({ body: { email, password } }));
  await hal.customerDeleteUser({});
}

/** Sessions and keys of somebody. */
export async function sessions({ nobody, witness }: World): Promise<void> {
  const signIn = async () => (await nobody.signin({ body: PROVIDER })).jwtToken;
  const [token] = [await signIn(), await signIn()];
  const provider = witness.as('provider', () => token);
  const { sessions: open } = await provider.listSessions({ query: { pageSize: 100 } });
  const other = open.find(({ current }) => !current)?.id ?? '';
  expect(other).not.toBe('');
  const { id, key } = await provider.createApiKey({ body: { name: 'ci', roleType: 'editor', description: 'builds' } });
  expect(await nobody.signin({ body: { email: 'apikey@apikeys.invalid', password: key } })).toHaveProperty('jwtToken');
  await provider.updateApiKey({ params: { id }, body: { description: 'builds and tests' } });
  expect(await provider.describeApiKey({ params: { id } })).toMatchObject({
    metadata: { description: 'builds and tests', status: 'ACTIVE' },
  });
  await provider.revokeApiKey({ params: { id } });
  await provider.listApiKeys({});
  await provider.deleteApiKey({ params: { id } });
  await provider.endSession({ params: { id: other } });
}

/** Ends what others of the world live by: last of all. */
export async function ends({ ada, nobody }: World): Promise<void> {
  await ada.client.endSessions({ query: {} });
  await expect(ada.client.describeUser({})).rejects.toMatchObject({ status: 401 });
  expect(await nobody.signin({ body: { email: ada.email, password: ada.password } })).toHaveProperty('jwtToken');
}
