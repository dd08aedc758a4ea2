import type { KubernetesClient } from '@cellplane/kubernetes';
import type { ObjectReference } from '@cellplane/plan';
import type { Clock } from '../../../database/clock.js';
import type { Explanation } from '../../explain/explain.js';
import type { ExpectedObject, ManifestTexts } from '../../model.js';
import type { Lease } from '../../rows/lease.js';
import type { RunMemory } from '../run-memory.js';
import type { WaitRegistry } from '../wait-registry.js';

/** What the leaves of a run use. */
export interface LeafWorld {
  memory: RunMemory;
  lease: Lease;
  clock: Clock;
  waits: WaitRegistry;
  client(): Promise<KubernetesClient>;
  /** Why texts must not stand in a manifest; undefined: they may. */
  checkTexts(texts: ManifestTexts): Promise<string | undefined>;
  /** The object that must be found where one is to be written. */
  expectedObject(object: ObjectReference): Promise<ExpectedObject | undefined>;
  /** Reads Pods and Events of the namespace and says what is wrong, if anything is. */
  explain(
    client: KubernetesClient,
    namespace: string,
    object: ObjectReference | undefined,
    signal: AbortSignal,
  ): Promise<Omit<Explanation, 'isPartial'> | undefined>;
  /** Puts something into the run's mailbox; the actor absorbs it in its own turn. */
  post(absorb: () => void): void;
}
