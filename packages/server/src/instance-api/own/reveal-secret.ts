/** One secret of an instance in clear, for whoever the instance belongs to (docs/outputs.md#reading-a-secret). */
import type { Json } from '@cellplane/plan';
import { planVersion } from '../../catalog/catalog.js';
import type { Database } from '../../database/database.js';
import { DomainError, notFound, tooManyRequests } from '../../errors.js';
import { findResource, openParameters } from '../../instances/expression-context.js';
import { openOutputs } from '../../instances/outputs.js';
import { isSecretParameter } from '../../instances/parameters.js';
import { type InstanceRow, selectVisibleInstance } from '../../instances/store.js';
import { ALLOWED, blockedFor, counter, reserve } from '../../identity/attempts.js';
import { isOwn, type Viewer } from '../../identity/viewer.js';
import type { InstanceDeps } from '../../lifecycle/run-context.js';

/**
 * Counts what each person, and each organization, reads within a minute, over all copies of the program; a key that is no secret counts, too.
 * @throws DomainError too_many_requests
 */
export async function admitReveal(db: Database, { userId, orgId }: { userId: string; orgId: string }): Promise<void> {
  const counters = [counter('reveals', userId), counter('revealsOfOrganization', orgId)];
  if ((await reserve(db, counters)) !== undefined) return;
  const seconds = (await blockedFor(db, counters)) || 1;
  throw tooManyRequests(
    'too-many-reveals',
    `One person may read ${ALLOWED.reveals} secrets within a minute, and all of an organization ${ALLOWED.revealsOfOrganization}. Try again in ${seconds} s.`,
    seconds,
  );
}

/**
 * A Password or Secret parameter that the plan shows to customers, or a secret output.
 * @throws DomainError not_found, also for a key that is no secret; forbidden for somebody else's instance
 */
export async function revealSecret(
  { db, sealer }: Pick<InstanceDeps, 'db' | 'sealer'>,
  viewer: Viewer,
  { instanceId, key }: { instanceId: string; key: string },
): Promise<Json> {
  const instance = await selectVisibleInstance(db, viewer, instanceId);
  if (instance === undefined) throw notFound('instance', instanceId);
  if (!isOwn(viewer, instance))
    throw new DomainError(
      'forbidden',
      'secret-of-a-customer',
      `The secrets of ${instance.id} are its customer’s to read: it is in subscription ${instance.subscriptionId}.`,
    );
  const value = (await parameterIn({ db, sealer }, instance, key)) ?? outputIn(sealer, instance, key);
  if (value === undefined) throw notFound('secret', key);
  return value;
}

async function parameterIn(
  { db, sealer }: Pick<InstanceDeps, 'db' | 'sealer'>,
  instance: InstanceRow,
  key: string,
): Promise<Json | undefined> {
  const { compiled } = await planVersion(db, instance.providerOrgId, instance.planId, instance.planVersion);
  const declared = findResource(compiled, instance.resourceKey).parameters.find((one) => one.key === key);
  if (declared === undefined || !declared.export || !isSecretParameter(declared)) return undefined;
  const { secret } = openParameters(sealer, instance);
  return Object.hasOwn(secret, key) ? secret[key] : undefined;
}

function outputIn(sealer: InstanceDeps['sealer'], instance: InstanceRow, key: string): Json | undefined {
  const stored = instance.outputs[instance.resourceKey] ?? {};
  const output = Object.hasOwn(stored, key) ? stored[key] : undefined;
  if (output === undefined || 'value' in output) return undefined;
  return openOutputs(sealer, { id: instance.id, outputs: { own: { [key]: output } } })['own']?.[key];
}
