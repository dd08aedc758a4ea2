/** Customers of the seeded tenants, signed in as they sign in. */
import { readFile } from 'node:fs/promises';
import { sql } from '@cellplane/server';
import { createClient } from '@cellplane/api';
import { type Offered, offerPlan } from '../offer.js';
import { PASSWORD } from '../product.js';
import { thingPlan } from '../thing-plan.js';
import { createMany, settled, type World } from '../world.js';
import { type Asker, askerOf } from './asker.js';

/** Two plans, an instance, and the customers of `many-tenants.sql`, who have the password of the provider. Answers the newer plan, which they are subscribed to. */
export async function manyTenants(world: World): Promise<Offered> {
  await offerPlan(world.client, thingPlan({ name: 'First' }), 'First');
  const offered = await offerPlan(world.client, thingPlan({ name: 'Second' }), 'Second');
  await settled(world, await createMany(1, () => offered.create(world.client)));
  const text = await readFile(new URL('../../many-tenants.sql', import.meta.url), 'utf8');
  await sql.raw(text).execute(world.database.db);
  return offered;
}

export const nameOf = (index: number) => String(index).padStart(5, '0');

/** Signs a seeded customer in. */
export async function customer(world: World, index: number): Promise<Asker> {
  const { url } = world.product;
  const { jwtToken } = await createClient({ baseUrl: url }).signin({
    body: { email: `user-${nameOf(index)}@many.example`, password: PASSWORD },
  });
  return askerOf(url, jwtToken, 1);
}
