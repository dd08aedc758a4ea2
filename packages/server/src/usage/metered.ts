/** What a Pod or a claim of storage uses while it is there. Pure. */
import type { KubernetesObject } from '@cellplane/kubernetes';
import type { UsedHours } from '@cellplane/plan/price';
import { isOfJob, type PodFields } from '../nodes/node.js';
import { amountOf } from '../nodes/quantity.js';

/** Under custom tenancy, only Pods and claims with this label count (docs/usage.md#what-counts). */
const BILLED_LABEL = 'omnistrate.com/include-customer-billing';
/** Selects what carries it. */
export const BILLED_SELECTOR = `${BILLED_LABEL}=true`;
const GIB = 2 ** 30;

/** Something that has used this much since a moment. */
export interface Metered {
  /** Epoch milliseconds. */
  since: number;
  /** Cores, GiB of memory, GiB of storage, replicas: what one hour of it counts. */
  amounts: UsedHours;
}

interface WithVolumes {
  spec?: { volumes?: { persistentVolumeClaim?: { claimName?: string } }[] };
}

interface ClaimFields {
  spec?: { resources?: { requests?: Record<string, unknown> } };
  status?: { phase?: string; capacity?: Record<string, unknown> };
}

export function isBilled({ metadata }: KubernetesObject): boolean {
  return metadata.labels?.[BILLED_LABEL] === 'true';
}

/** What a running Pod has reserved: its requests, or where a container names none, its limits. Undefined: it does not run. */
export function meteredPod(pod: KubernetesObject): Metered | undefined {
  const { spec = {}, status = {} } = pod as PodFields;
  const since = Date.parse(status.startTime ?? pod.metadata.creationTimestamp ?? '');
  if (status.phase !== 'Running' || Number.isNaN(since)) return undefined;
  const sum = (resource: string) =>
    (spec.containers ?? []).reduce((total, { resources }) => {
      const amount = amountOf(resources?.requests?.[resource] ?? resources?.limits?.[resource]) ?? 0;
      return total + Math.max(0, amount);
    }, 0);
  return {
    since,
    amounts: { cpu: sum('cpu'), memory: sum('memory') / GIB, storage: 0, replica: isOfJob(pod.metadata.labels ?? {}) ? 0 : 1 },
  };
}

/** Undefined: no storage is bound to the claim. */
export function meteredClaim(claim: KubernetesObject): Metered | undefined {
  const { spec = {}, status = {} } = claim as ClaimFields;
  const since = Date.parse(claim.metadata.creationTimestamp ?? '');
  const size = amountOf(status.capacity?.['storage'] ?? spec.resources?.requests?.['storage']);
  if (status.phase !== 'Bound' || Number.isNaN(since) || size === undefined || size < 0) return undefined;
  return { since, amounts: { cpu: 0, memory: 0, storage: size / GIB, replica: 0 } };
}

/** Names of the claims that a Pod has mounted. */
export function claimsOf(pod: KubernetesObject): string[] {
  const { spec } = pod as WithVolumes;
  return (spec?.volumes ?? []).flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
}
