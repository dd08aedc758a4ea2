import type { KubernetesObject } from '@cellplane/kubernetes';
import {
  gateHolds,
  type JsonObject,
  judge,
  leafFailed,
  leafSucceeded,
  type LeafState,
  type ObjectReference,
  type Observation,
  type ResourceTemplate,
  type RunNode,
} from '@cellplane/plan';
import { atStep } from '../../../watchdog/loop-step.js';
import { mayVanish } from '../../object-marks.js';
import { driftMessage } from './drift.js';
import type { LeafAnswer } from './leaf-answer.js';
import { backOff } from './leaf-failure.js';
import { asJson, isOlder, type LeafMemory, uidOf, versionOf, visible, withKnownQuiet } from './leaf-memory.js';
import type { LeafWorld } from './leaf-world.js';

/** Applies that came back changed before the task fails: a schema or a webhook does not change its mind. */
const DRIFT_LIMIT = 3;
/** Re-applies are this far apart. Milliseconds. */
const DRIFT_PAUSE_MS = 1_000;
/** Waits that a change of the object may end sooner than the next attempt. */
export const HURRY = new Set(['being-deleted', 'not-there-yet', 'job-recreated']);

/**
 * What becomes of a leaf. It goes
 *
 *   Pending → **Applying** (intent committed; attempts, each with a named wait between) → **AwaitingCondition** (the write is
 *   answered; observations are judged) → **Succeeded** or **Failed**; **DriftMismatch** between attempts whose answer does
 *   not hold what was sent.
 */
export class LeafTransitions {
  constructor(
    private readonly world: LeafWorld,
    /** Another attempt of this node, after the next commit. */
    private readonly again: (nodeId: string) => void,
  ) {}

  absorb(node: RunNode, leaf: LeafMemory, answer: LeafAnswer, now: number): void {
    const state = node.leaf;
    if (state === undefined || node.phase !== 'Running' || isFinished(state)) return;
    // One that is sent again after a crash counts as one: what became of it the first time is not known.
    if (answer.untouched === true && !leaf.lost && state.write === undefined) state.harmless = (state.harmless ?? 0) + 1;
    leaf.lost = false;
    if (answer.kind === 'failed') this.fail(node, answer.code, answer.message);
    else if (answer.kind === 'later') this.postpone(node, leaf, answer, now);
    else if (answer.kind === 'gone') this.succeed(node, leaf, 'the object is gone');
    else atStep(this.world.memory.id, `task ${node.task}: the answer to its request`, () => this.written(node, leaf, answer, now));
  }

  private postpone(node: RunNode, leaf: LeafMemory, answer: { code: string; message: string; afterMs?: number }, now: number): void {
    const state = node.leaf as LeafState;
    const firstSeenAt = state.lastError?.code === answer.code ? state.lastError.firstSeenAt : now;
    state.lastError = { code: answer.code, message: answer.message, firstSeenAt };
    // The first few attempts may follow quickly; then they back off like all others.
    const wait =
      answer.afterMs !== undefined && (answer.afterMs >= 1_000 || state.attempts <= 5) ? answer.afterMs : backOff(state.attempts);
    state.nextRetryAt = now + wait;
    if (state.phase !== 'AwaitingCondition') state.phase = 'Applying';
    // A change of the object is the sooner reason to try again.
    if (leaf.watch === null && HURRY.has(answer.code)) this.expect(node, leaf);
    this.world.memory.changed(node);
  }

  private written(node: RunNode, leaf: LeafMemory, answer: Extract<LeafAnswer, { kind: 'written' | 'going' }>, now: number): void {
    const { memory } = this.world;
    const state = node.leaf as LeafState;
    const object = asJson(answer.object);
    const reference = referenceOf(answer.object);
    state.object = reference;
    if (leaf.outlivesWrite || leaf.watch !== null) leaf.watch = answer.labelled ? 'label' : 'name';
    if (answer.kind === 'written' && answer.taken.length > 0) {
      memory.event({
        at: now,
        type: 'WorkflowStepDebug',
        step: node.task,
        nodeId: node.id,
        message: `took fields from other managers: ${answer.taken.join('; ')}`,
      });
    }
    if (answer.kind === 'written' && answer.recreated === true) {
      memory.event({
        at: now,
        type: 'WorkflowStepDebug',
        step: node.task,
        nodeId: node.id,
        message: `${reference.kind}/${reference.name} was gone and is made anew, without what it held: this was asked for`,
        details: { madeAnew: `${reference.kind}/${reference.name}` },
      });
    }
    if (answer.kind === 'written' && answer.drift.length > 0) {
      this.drifted(node, answer.drift, now);
      return;
    }
    const before = answer.kind === 'written' ? answer.before : answer.object;
    const holds = (gate: 'success' | 'failure') => {
      const bound = leaf.judged?.[gate];
      return (
        bound !== undefined &&
        before !== undefined &&
        before !== null &&
        atStep(memory.id, `task ${node.id}: its gate`, () => gateHolds(bound, asJson(before)))
      );
    };
    // The object was there, and was not read before the write: what the gates were then is not known.
    const unread = before === undefined && leaf.gated;
    const same = before !== undefined && before !== null && versionOf(asJson(before)) === versionOf(object);
    state.write = {
      uid: uidOf(object),
      resourceVersion: versionOf(object),
      ...(answer.object.metadata.generation === undefined ? {} : { generation: answer.object.metadata.generation }),
      ...generationBefore(unread ? answer.object : before),
      changed: leaf.repeated || !same,
      created: before === null,
      successBefore: unread || holds('success'),
      failureBefore: unread || holds('failure'),
      ...(unread || (leaf.repeated && same) ? { blind: true } : {}),
      ...(leaf.manifest !== undefined && mayVanish(leaf.manifest) ? { passing: true } : {}),
      at: now,
    };
    state.phase = 'AwaitingCondition';
    delete state.lastError;
    leaf.judged = { ...(leaf.judged ?? { action: this.template(node).action }), write: state.write };
    this.register(node, leaf);
    memory.changed(node);
    const early = leaf.early;
    leaf.early = undefined;
    this.see(node, { object, at: now, quietSince: now });
    // What the watcher saw while the answer was out may be newer than the answer.
    if (early !== undefined && node.phase === 'Running' && !isFinished(state)) this.see(node, early);
    const held = this.world.waits.latest(memory.row.cell_id, reference);
    if (held !== undefined && !isFinished(state)) this.see(node, held);
  }

  private drifted(node: RunNode, drift: string[], now: number): void {
    const state = node.leaf as LeafState;
    const message = driftMessage({ kind: state.object?.kind ?? '', name: state.object?.name ?? '' }, drift);
    const tries = state.phase === 'DriftMismatch' || state.lastError?.code === 'drift-mismatch' ? state.attempts : 1;
    if (tries >= DRIFT_LIMIT) {
      this.fail(node, 'drift-mismatch', `DriftMismatch: ${message}`);
      return;
    }
    const firstSeenAt = state.lastError?.code === 'drift-mismatch' ? state.lastError.firstSeenAt : now;
    state.phase = 'DriftMismatch';
    state.lastError = { code: 'drift-mismatch', message, firstSeenAt };
    state.nextRetryAt = now + DRIFT_PAUSE_MS;
    this.world.memory.changed(node);
  }

  /** Judges an observation. What people would see unchanged is not stored. */
  see(node: RunNode, seen: Observation): void {
    const { memory, clock } = this.world;
    const state = node.leaf as LeafState;
    const leaf = memory.leaves.get(node.id);
    if (leaf?.judged === undefined || isFinished(state)) return;
    if (isOlder(seen, state.observation)) return;
    const observation = withKnownQuiet(seen, state.observation);
    const { judged } = leaf;
    const verdict = atStep(memory.id, `task ${node.id}: its gate`, () => judge(judged, observation, clock.now()));
    state.observation = observation;
    state.verdict = verdict;
    if (verdict.state === 'succeeded') {
      // A delete is done only when the API server says 404, not when a watch says so.
      if (leaf.judged.action === 'delete') {
        if (leaf.busy === undefined) this.again(node.id);
        // A call is in flight, and this is observed once only: the object is read right after the call.
        else leaf.readAt = clock.now();
      } else this.succeed(node, leaf, verdict.reason);
    } else if (verdict.state === 'failed') this.fail(node, 'failure-condition', `${named(state.object)}${verdict.reason}`);
    else if (visible(verdict) !== leaf.lastShown) {
      leaf.lastShown = visible(verdict);
      memory.changed(node);
    }
  }

  private succeed(node: RunNode, leaf: LeafMemory, reason: string): void {
    const { memory, clock } = this.world;
    const state = node.leaf as LeafState;
    state.phase = 'Succeeded';
    delete state.nextRetryAt;
    delete state.lastError;
    this.release(node, leaf);
    memory.changed(leafSucceeded(node, clock.now()));
    const object = state.observation?.object;
    memory.event({
      at: clock.now(),
      type: 'WorkflowStepCompleted',
      step: node.task,
      nodeId: node.id,
      message: reason,
      ...(object?.status === undefined || object.status === null ? {} : { details: { status: object.status } }),
    });
  }

  fail(node: RunNode, code: string, message: string): void {
    const { memory, clock } = this.world;
    const now = clock.now();
    const state: LeafState = node.leaf ?? { phase: 'Failed', attempts: 0 };
    state.lastError = { code, message: memory.redactor.text(message), firstSeenAt: now };
    delete state.nextRetryAt;
    const leaf = memory.leaves.get(node.id);
    if (leaf !== undefined) this.release(node, leaf);
    memory.changed(leafFailed({ ...node, leaf: state }, message, 'Failed', now));
    this.failureEvent(node, code, message);
  }

  failureEvent(node: RunNode, code: string, message: string): void {
    const object = node.leaf?.observation?.object;
    const details: JsonObject = { code, ...(object?.status === undefined || object.status === null ? {} : { status: object.status }) };
    this.world.memory.event({ at: this.world.clock.now(), type: 'WorkflowStepFailed', step: node.task, nodeId: node.id, message, details });
  }

  register(node: RunNode, leaf: LeafMemory): void {
    const { memory, waits } = this.world;
    const object = node.leaf?.object;
    if (object === undefined || leaf.watch === null) return;
    waits.add({
      cellId: memory.row.cell_id,
      runId: memory.id,
      nodeId: node.id,
      object,
      watch: leaf.watch,
      ...(leaf.judged === undefined ? {} : { judged: leaf.judged }),
    });
  }

  /** The leaf's object is watched from now on. */
  expect(node: RunNode, leaf: LeafMemory): void {
    const { action } = this.template(node);
    leaf.watch = action === 'get' || action === 'patch' ? 'name' : 'label';
    this.register(node, leaf);
  }

  release(node: RunNode, leaf: LeafMemory): void {
    leaf.open = false;
    // Ended: what was sent is not kept, for a wide loop it would be much.
    leaf.manifest = undefined;
    leaf.texts = { tainted: [], chosen: [] };
    if (leaf.watch === null) return;
    leaf.watch = null;
    this.world.waits.remove(this.world.memory.row.cell_id, this.world.memory.id, node.id);
  }

  template(node: RunNode): ResourceTemplate {
    const template = this.world.memory.row.workflow?.templates.find((one) => one.name === node.template);
    if (template?.type !== 'resource') throw new Error(`template ${node.template} of node ${node.id} is not a resource template`);
    return template;
  }
}

function generationBefore(before: KubernetesObject | null | undefined): { generationBefore?: number } {
  return before?.metadata.generation === undefined ? {} : { generationBefore: before.metadata.generation };
}

/** `Cluster/db: `, in front of a message about it. */
function named(object: ObjectReference | undefined): string {
  return object === undefined ? '' : `${object.kind}/${object.name}: `;
}

/** True if the leaf needs nothing more from the engine. */
export function isFinished(leaf: LeafState): boolean {
  return leaf.phase === 'Succeeded' || leaf.phase === 'Failed';
}

function referenceOf(object: KubernetesObject) {
  const { name, namespace, uid } = object.metadata;
  return {
    apiVersion: object.apiVersion,
    kind: object.kind,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(uid === undefined ? {} : { uid }),
  };
}
