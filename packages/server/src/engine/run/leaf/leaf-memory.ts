import type { KubernetesObject } from '@cellplane/kubernetes';
import { type JsonObject, type JudgedLeaf, type LeafState, type Observation, stableJson, type Verdict } from '@cellplane/plan';
import type { TaskRow } from '../../rows/run-row.js';
import type { ManifestTexts } from '../../model.js';

/** What the owner knows of a leaf beside its node. */
export class LeafMemory {
  watch: 'label' | 'name' | null = null;
  /** Gates with values bound and what the write did: what the verdict is found from. */
  judged: JudgedLeaf | undefined;
  /** Rendered, secrets in clear; never stored. */
  manifest: JsonObject | undefined;
  /** Texts of the manifest in which a tenant has a hand. Never stored. */
  texts: ManifestTexts = { tainted: [], chosen: [] };
  /** An attempt, a read or an explanation is under way. */
  busy: AbortController | undefined;
  /** Observed before the write was answered. */
  early: Observation | undefined;
  /** The earlier owner died: the object is read once. */
  mustRead = false;
  /** When to read the object again, whatever the watch has observed; epoch milliseconds. */
  readAt: number | undefined;
  /**
   * An earlier attempt may have reached the cluster without its answer reaching us. A repeat that finds nothing to change
   * therefore counts as a change: the status may still be that of before the first attempt.
   */
  repeated = false;
  /** The attempt that is to be sent may have been sent before, by an owner that is gone. */
  lost = false;
  /** Reads that failed since the last one that was answered. */
  failedReads = 0;
  explainedAt: number | undefined;
  /** The verdict that the row shows. */
  lastShown: string | undefined;
  /** Begun and not ended yet. */
  open = false;
  /** What the cell's watcher was told of the wait. */
  private told: string | undefined;
  private gatesStored = false;
  private storedSignature: string | undefined;
  private storedObservation: Observation | undefined;

  /** True if a condition decides, not the answer of the write alone. */
  get gated(): boolean {
    return this.judged?.success !== undefined || this.judged?.failure !== undefined;
  }

  /** True if the leaf goes on after its write was answered: the object is observed until then. */
  get outlivesWrite(): boolean {
    return this.gated || this.judged?.action === 'delete';
  }

  /** True once the answer of the write is known and its gate is what is waited for. */
  get waits(): boolean {
    return this.judged?.write !== undefined || this.judged?.action === 'get';
  }

  /**
   * True if the cell's watcher, another process, is to be told of the wait; it counts as told then. That is once for each write: told of each
   * change of what is shown, the watcher would read the object each time, and what it reads would be shown.
   */
  takeAnnouncement(): boolean {
    const now = JSON.stringify([this.watch, this.judged?.write ?? null]);
    if (this.told === now) return false;
    this.told = now;
    return true;
  }

  static load(task: TaskRow, open: (sealed: Buffer) => unknown): LeafMemory {
    const memory = new LeafMemory();
    memory.watch = task.watch;
    if (task.sealed_gate !== null) {
      const write = task.node.leaf?.write;
      memory.judged = { ...(open(task.sealed_gate) as JudgedLeaf), ...(write === undefined ? {} : { write }) };
      memory.gatesStored = true;
    }
    const { leaf } = task.node;
    const observation = readObservation(task, open);
    if (leaf?.verdict !== undefined) memory.lastShown = visible(leaf.verdict);
    if (leaf !== undefined && observation !== undefined) {
      memory.isStored(observation, leaf.verdict);
      leaf.observation = observation;
    }
    return memory;
  }

  /** This observation is what the row has: writing it back could undo a newer one of the watcher. */
  isStored(observation: Observation, verdict: Verdict | undefined): void {
    this.storedObservation = observation;
    this.storedSignature = signature(verdict, observation);
  }

  /** What must be stored of gates and observation; undefined parts are stored already. What the write did is in the node. */
  takeStored(leaf: LeafState | undefined): { gates?: Omit<JudgedLeaf, 'write'>; observation?: Observation } {
    const stored: { gates?: Omit<JudgedLeaf, 'write'>; observation?: Observation } = {};
    if (!this.gatesStored && this.judged !== undefined && (this.outlivesWrite || this.judged.action === 'get')) {
      const { write: _write, ...gates } = this.judged;
      stored.gates = gates;
      this.gatesStored = true;
    }
    const now =
      leaf?.observation === undefined || leaf.observation === this.storedObservation
        ? undefined
        : signature(leaf.verdict, leaf.observation);
    if (now !== undefined && now !== this.storedSignature && leaf?.observation !== undefined) {
      stored.observation = leaf.observation;
      this.storedSignature = now;
    }
    return stored;
  }
}

/** The observation of a row; undefined if there is none. */
export function readObservation(
  task: Pick<TaskRow, 'observation' | 'sealed_object'>,
  open: (sealed: Buffer) => unknown,
): Observation | undefined {
  if (task.observation === null) return undefined;
  const { at, quietSince } = task.observation;
  return { at, quietSince, object: task.sealed_object === null ? null : (open(task.sealed_object) as JsonObject) };
}

/** What people see of a verdict, in a form that survives `jsonb`, which orders keys its own way. */
export function visible(verdict: Verdict | undefined): string {
  const { lookAgainAt: _time, ...shown } = verdict ?? { state: 'waiting', reason: '' };
  return stableJson(shown);
}

/** While this is the same, a change of the object is not stored. */
export function signature(verdict: Verdict | undefined, observation: Observation): string {
  const ended = verdict !== undefined && verdict.state !== 'waiting';
  return `${observation.object === null ? 'gone' : uidOf(observation.object)} ${ended ? versionOf(observation.object) : ''} ${visible(verdict)}`;
}

/** Watches may lag behind an answer: what is older than what we have seen of the same object says nothing. */
export function isOlder(observation: Observation, seen: Observation | undefined): boolean {
  if (seen?.object === undefined || seen.object === null || observation.object === null) return false;
  if (uidOf(seen.object) !== uidOf(observation.object)) return false;
  const one = versionOf(observation.object);
  const other = versionOf(seen.object);
  return /^\d+$/.test(one) && /^\d+$/.test(other) && BigInt(one) < BigInt(other);
}

/** The observation, with the object quiet for as long as is known: who reads a version that was seen before does not begin to count anew. */
export function withKnownQuiet(observation: Observation, seen: Observation | undefined): Observation {
  if (observation.object === null || seen?.object === undefined || seen.object === null) return observation;
  const isSame = uidOf(seen.object) === uidOf(observation.object) && versionOf(seen.object) === versionOf(observation.object);
  return isSame && seen.quietSince < observation.quietSince ? { ...observation, quietSince: seen.quietSince } : observation;
}

/** A KubernetesObject is JSON; its type says less. */
export function asJson(object: KubernetesObject): JsonObject {
  return object as unknown as JsonObject;
}

export function uidOf(object: JsonObject | null | undefined): string {
  return metadataText(object, 'uid');
}

export function versionOf(object: JsonObject | null | undefined): string {
  return metadataText(object, 'resourceVersion');
}

function metadataText(object: JsonObject | null | undefined, key: string): string {
  const metadata = object?.metadata;
  const value = typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata) ? metadata[key] : undefined;
  return typeof value === 'string' ? value : '';
}
