import {
  type ApiError,
  type Informer,
  type InformerState,
  type KubernetesClient,
  type KubernetesObject,
  startInformer,
} from '@cellplane/kubernetes';
import type { ObjectReference, Observation } from '@cellplane/plan';
import { asJson } from '../run/leaf/leaf-memory.js';
import { MANAGED_SELECTOR, trimObject } from '../object-marks.js';
import type { Wait } from '../run/wait-registry.js';

export interface KindWatchDeps {
  client: KubernetesClient;
  now: () => number;
  /** Hands an observation on; a rejection makes the watch list again and report again. */
  deliver(wait: Wait, observation: Observation): void | Promise<void>;
  onState(state: InformerState, reason?: string, error?: ApiError): void;
}

/** One watch: of all objects of a kind with our label, or of one object by name. Holds only objects that somebody waits for. */
export class KindWatch {
  private readonly waits = new Map<string, Map<string, Wait>>();
  /** Since when an object has not changed, as this watch has seen it. */
  private readonly quiet = new Map<string, { version: string; since: number }>();
  readonly informer: Informer;
  /** `apiVersion|kind`. */
  readonly kind: string;

  constructor(
    private readonly deps: KindWatchDeps,
    of: { apiVersion: string; kind: string; named?: { namespace?: string; name: string } },
  ) {
    this.kind = `${of.apiVersion}|${of.kind}`;
    const selector =
      of.named === undefined
        ? { apiVersion: of.apiVersion, kind: of.kind, labelSelector: MANAGED_SELECTOR }
        : {
            apiVersion: of.apiVersion,
            kind: of.kind,
            ...(of.named.namespace === undefined ? {} : { namespace: of.named.namespace }),
            fieldSelector: `metadata.name=${of.named.name}`,
          };
    this.informer = startInformer(
      deps.client,
      selector,
      {
        onChange: (change) => this.changed(change.object, change.type === 'DELETED'),
        onState: (state, reason, error) => deps.onState(state, reason, error),
      },
      { keep: (object) => this.waits.has(objectKey(object.metadata)), relistMs: 300_000 },
    );
  }

  /** True if it was opened with this client. */
  isOf(client: KubernetesClient): boolean {
    return this.deps.client === client;
  }

  get size(): number {
    return this.waits.size;
  }

  add(wait: Wait): void {
    const key = objectKey(wait.object);
    const there = this.waits.get(key) ?? new Map<string, Wait>();
    this.waits.set(key, there.set(waitKey(wait), wait));
  }

  remove(wait: Wait): void {
    const key = objectKey(wait.object);
    const there = this.waits.get(key);
    if (there === undefined) return;
    there.delete(waitKey(wait));
    if (there.size > 0) return;
    this.waits.delete(key);
    this.quiet.delete(key);
  }

  latest(object: ObjectReference): Observation | undefined {
    const held = this.informer.get(object);
    return held === undefined ? undefined : this.observe(held, false);
  }

  private async changed(object: KubernetesObject, gone: boolean): Promise<void> {
    const there = this.waits.get(objectKey(object.metadata));
    if (there === undefined) return;
    const observation = this.observe(object, gone);
    await Promise.all([...there.values()].map(async (wait) => this.deps.deliver(wait, observation)));
  }

  private observe(object: KubernetesObject, gone: boolean): Observation {
    const key = objectKey(object.metadata);
    const now = this.deps.now();
    const version = gone ? 'gone' : (object.metadata.resourceVersion ?? '');
    let quiet = this.quiet.get(key);
    if (quiet?.version !== version) this.quiet.set(key, (quiet = { version, since: now }));
    return { object: gone ? null : asJson(trimObject(object)), at: now, quietSince: quiet.since };
  }
}

export function objectKey(of: { namespace?: string; name: string }): string {
  return `${of.namespace ?? ''}/${of.name}`;
}

export function waitKey(wait: { runId: string; nodeId: string }): string {
  return `${wait.runId}/${wait.nodeId}`;
}
