/**
 * Every operation that is served is called over the wire, with success, by somebody whom its row lets in; and each answer is held to the
 * reference's facts and to its own schema. An operation that is new in the table has to come into a journey.
 */
import { operations } from '@cellplane/api';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { offerings, plans, products, versions } from './journeys/catalog.testing.js';
import { drift } from './journeys/drift.testing.js';
import { factors, policy } from './journeys/factors.testing.js';
import { audit, cells, domains, mails, notifications, operatorGuard, otherCluster, secrets } from './journeys/house.testing.js';
import { identityProviders } from './journeys/identity-providers.testing.js';
import * as instances from './journeys/instances.testing.js';
import * as people from './journeys/people.testing.js';
import { snapshots } from './journeys/snapshots.testing.js';
import { upgradePaths, windows } from './journeys/upgrade-paths.testing.js';
import * as subscriptions from './journeys/subscriptions.testing.js';
import { upgrades } from './journeys/upgrades.testing.js';
import { startWorld, type World } from './world.testing.js';

/** Served, and never with success, with the reason. */
const NEVER_ANSWERED: Readonly<Record<string, string>> = {
  signup: 'it would make a provider, and the installation has one',
};

let world: World;
beforeAll(async () => {
  world = await startWorld();
}, 300_000);
afterAll(() => world?.stop());

const JOURNEYS: readonly [string, (world: World) => Promise<void>][] = [
  ['products and environments', products],
  ['plans and their parts', plans],
  ['what customers are offered', offerings],
  ['instances of the provider', instances.provided],
  ['instances of a customer', instances.customers],
  ['drift and adoption', drift],
  ['snapshots', snapshots],
  ['upgrades of many instances', upgradePaths],
  ['maintenance windows', windows],
  ['versions of a plan', versions],
  ['upgrades and drift', upgrades],
  ['requests for subscriptions', subscriptions.requests],
  ['subscriptions on behalf of customers', subscriptions.provided],
  ["a provider's people", people.providers],
  ['customers, as their provider sees them', people.customers],
  ['portals of other environments', people.portals],
  ['an account from its sign-up to its end', people.accounts],
  ['sessions and API keys', people.sessions],
  ['second factors', factors],
  ['what a provider requires of its people', policy],
  ['identity providers', identityProviders],
  ['domains of portals', domains],
  ['notification channels', notifications],
  ['secrets', secrets],
  ['deployment cells', cells],
  ['upgrades of operators', operatorGuard],
  ['mails', mails],
  ['the audit trail', audit],
  ['the ends of sessions', people.ends],
  ['a cell that is another cluster', otherCluster],
];

it.each(JOURNEYS)('%s', { timeout: 900_000 }, async (_, journey) => {
  await journey(world);
  expect([...world.witness.faults]).toEqual([]);
  world.witness.faults.clear();
});

it('no operation was left out', () => {
  const served = Object.keys(operations);
  expect(served.filter((name) => !world.witness.answered.has(name) && NEVER_ANSWERED[name] === undefined)).toEqual([]);
  expect(Object.keys(NEVER_ANSWERED).filter((name) => world.witness.answered.has(name))).toEqual([]);
});
