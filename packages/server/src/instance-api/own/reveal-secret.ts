/** One secret of an instance in clear, for whoever the instance belongs to (docs/outputs.md#reading-a-secret). */
import type { Json } from '@cellplane/plan';
import { planVersion } from '../../catalog/catalog.js';
import { DomainError, notFound, tooManyRequests } from '../../errors.js';
import { findResource, openParameters } from '../../instances/expression-context.js';
import { openOutputs } from '../../instances/outputs.js';
import { isSecretParameter } from '../../instances/parameters.js';
import { type InstanceRow, selectVisibleInstance } from '../../instances/store.js';
import { isOwn, type Viewer } from '../../identity/viewer.js';
import { MinuteLimit } from '../../process/minute-limit.js';
import type { InstanceDeps } from '../../lifecycle/run-context.js';

/** Secrets that one person may read within a minute: nobody reads more by hand. */
const MOST_PER_MINUTE = 20;

/** Counts what each person has read within the last minute, in this copy of the program. */
export class RevealLimit {
  private readonly read: MinuteLimit;

  constructor(now?: () => number) {
    this.read = new MinuteLimit(MOST_PER_MINUTE, now);
  }

  /** @throws DomainError too_many_requests */
  admit(userId: string): void {
    const seconds = this.read.waitOf(userId);
    if (seconds !== undefined)
      throw tooManyRequests(
        'too-many-reveals',
        `You have read ${MOST_PER_MINUTE} secrets within a minute, and that is the most. Try again in ${seconds} s.`,
        seconds,
      );
    this.read.note(userId);
  }
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
