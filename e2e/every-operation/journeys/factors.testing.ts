/** Second factors of a customer, and what their provider decides about its own people. */
import { ResponseError } from '@cellplane/api';
import { Secret, TOTP } from 'otpauth';
import { expect } from 'vitest';
import { Authenticator } from '../../../packages/server/src/identity/factors/authenticator.testing.js';
import { PROVIDER } from '../../control-plane.testing.js';
import type { World } from '../world.testing.js';

export async function factors({ nobody, provider, customer, plane }: World): Promise<void> {
  const { client, email, password, userId } = await customer('ida');
  const app = await client.addFactor({ body: { kind: 'TOTP', name: 'Phone', password } });
  const code = new TOTP({ secret: Secret.fromBase32(app.secret ?? '') }).generate();
  const { recoveryCodes = [] } = await client.confirmFactor({ params: { id: app.id }, body: { code } });
  expect(recoveryCodes).toHaveLength(10);
  const challenge = await nobody.signin({ body: { email, password } }).catch((error: unknown) => {
    if (!(error instanceof ResponseError) || error.body.code !== 'second-factor-needed') throw error;
    return (error.body as unknown as { secondFactor: { challenge: string } }).secondFactor.challenge;
  });
  await nobody.finishSignIn({ body: { challenge: String(challenge), code: recoveryCodes[0] } });

  const authenticator = new Authenticator();
  // What the server allows where nobody has set CELLPLANE_PASSKEY_ORIGINS.
  const scene = { origin: `http://localhost:${new URL(plane.url).port}` };
  const key = await client.addFactor({ body: { kind: 'PASSKEY', name: 'Key', password } });
  await client.confirmFactor({
    params: { id: key.id },
    body: { challenge: key.challenge, passkey: authenticator.create(key.publicKey ?? {}, scene) },
  });
  const begun = await nobody.beginPasskeySignIn({ body: {} });
  const passkey = authenticator.get(begun.publicKey, scene);
  expect(await nobody.finishSignIn({ body: { challenge: begun.challenge, passkey } })).toHaveProperty('jwtToken');

  expect((await client.listFactors({})).factors).toHaveLength(2);
  await client.renewRecoveryCodes({ body: { password } });
  await client.removeFactor({ params: { id: key.id }, body: { password } });
  await provider.resetFactors({ params: { userId } });
  expect(await nobody.signin({ body: { email, password } })).toHaveProperty('jwtToken');
}

export async function policy({ provider }: World): Promise<void> {
  await provider.updateSignInPolicy({ body: { secondFactorRequired: false, password: PROVIDER.password } });
  expect(await provider.describeSignInPolicy({})).toEqual({ secondFactorRequired: false });
}
