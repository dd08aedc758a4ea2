import type { KubernetesClient, KubernetesObject } from '@cellplane/kubernetes';
import {
  evaluateGate,
  isFulfilled,
  type JsonObject,
  judge,
  leafFailed,
  leafSucceeded,
  type LeafStart,
  type LeafState,
  type Observation,
  type ResourceTemplate,
  type RunNode,
} from '@cellplane/plan';
import { messageOf } from '../errors.js';
import type { LeafAnswer } from './leaf-answer.js';
import { backOff } from './leaf-failure.js';
import { asJson, LeafMemory, uidOf, versionOf, visible } from './leaf-memory.js';
import { type LeafTask, performLeaf } from './leaf-perform.js';
import { renderLeaf } from './leaf-render.js';
import { CALL_TIMEOUT_MS, type Lease, LeaseLost } from './lease.js';
import type { Clock } from './model.js';
import { INSTANCE_LABEL } from './object-marks.js';
import { maskObject } from './redact.js';
import type { RunMemory } from './run-memory.js';
import type { WaitRegistry } from './wait-registry.js';

/** What leaves of a run need of the world. */
export interface LeafWorld {
  memory: RunMemory;
  lease: Lease;
  clock: Clock;
  waits: WaitRegistry;
  client(): Promise<KubernetesClient>;
  /** Reads Pods and Events of the namespace and says what is wrong, if anything is. */
  explain(
    client: KubernetesClient,
    namespace: string,
    object: { kind: string; name: string; uid?: string } | undefined,
    signal: AbortSignal,
  ): Promise<string | undefined>;
  /** Puts something into the run's mailbox; the actor absorbs it in its own turn. */
  post(absorb: () => void): void;
}

/** A wait longer than this is explained from the namespace's Pods and Events. Milliseconds. */
const EXPLAIN_AFTER_MS = 10_000;
/** A task that may run into its deadline is explained shortly before it. Milliseconds. */
const BEFORE_DEADLINE_MS = 2_500;
/** Failures about which Pods and Events may know more than the API server's answer. */
const EXPLAINED_CODES = new Set(['failure-condition', 'deadline-exceeded', 'failed']);
/** Applies that came back changed before the task fails: a schema or a webhook does not change its mind. */
const DRIFT_LIMIT = 3;
/** Re-applies are this far apart. Milliseconds. */
const DRIFT_PAUSE_MS = 1_000;

/**
 * The leaves of one run. A leaf goes
 *
 *   Pending → **Applying** (intent committed; attempts, each with a named wait between) → **AwaitingCondition** (the write is
 *   answered; observations are judged) → **Succeeded** or **Failed**; **DriftMismatch** between attempts whose answer does
 *   not hold what was sent.
 *
 * Everything here changes memory only; requests are sent by `launch`, after the actor has committed.
 */
export class LeafRunner {
  private readonly toLaunch = new Set<string>();
  private inFlight = 0;

  constructor(private readonly world: LeafWorld) {}

  get busy(): boolean {
    return this.inFlight > 0;
  }

  /** After a claim: what the rows say is in progress goes on. */
  resume(takenOver: boolean): void {
    for (const [id, leaf] of this.world.memory.leaves) {
      const node = this.world.memory.nodes[id];
      if (node?.leaf === undefined || isFinished(node.leaf)) continue;
      leaf.open = true;
      leaf.mustLook = takenOver;
      this.register(node, leaf);
      if (node.leaf.phase === 'Applying' && node.leaf.nextRetryAt === undefined) this.toLaunch.add(id);
      else if (node.leaf.phase === 'AwaitingCondition') {
        if (takenOver) this.toLaunch.add(id);
        else {
          if (node.leaf.observation !== undefined) this.see(node, node.leaf.observation);
          // The watch may have seen more while nobody owned the run.
          const held = node.leaf.object && this.world.waits.latest(this.world.memory.row.cell_id, node.leaf.object);
          if (held !== undefined && !isFinished(node.leaf)) this.see(node, held);
        }
      }
    }
  }

  /** A leaf is ready: renders it and records the intent. */
  start({ node, inputs }: LeafStart): void {
    const { memory, clock } = this.world;
    const now = clock.now();
    const template = this.template(node);
    const leaf = new LeafMemory();
    leaf.open = true;
    memory.leaves.set(node.id, leaf);
    const begun: RunNode = {
      ...node,
      inputs,
      phase: 'Running',
      startedAt: node.startedAt ?? now,
      leaf: { phase: 'Applying', attempts: 0 },
    };
    const rendered = renderLeaf(memory, begun, template);
    memory.event({
      at: now,
      type: 'WorkflowStepStarted',
      step: node.task,
      nodeId: node.id,
      message: `${template.action} ${template.kind}`,
      ...(rendered.ok ? { details: { action: template.action, manifest: maskObject(rendered.value.masked) } } : {}),
    });
    if (!rendered.ok) {
      this.fail(begun, rendered.problem.code, rendered.problem.message);
      return;
    }
    for (const message of rendered.value.warnings)
      memory.event({ at: now, type: 'WorkflowStepDebug', step: node.task, nodeId: node.id, message });
    leaf.manifest = rendered.value.manifest;
    leaf.judged = {
      action: template.action,
      ...rendered.value.gates,
      ...((template.settleSeconds ?? memory.row.workflow?.settleSeconds) === undefined
        ? {}
        : { settleSeconds: template.settleSeconds ?? memory.row.workflow?.settleSeconds ?? 0 }),
    };
    const metadata = leaf.manifest.metadata as JsonObject | undefined;
    const namespace = memory.row.namespace;
    const state = begun.leaf as LeafState;
    state.object = { apiVersion: template.apiVersion, kind: template.kind, namespace, name: String(metadata?.name ?? '') };
    state.attempts = 1;
    // Registered before the request is sent, so that no change after it is missed. A write without a gate ends with its answer.
    if (leaf.outlivesWrite) this.expect(begun, leaf);
    memory.changed(begun);
    this.toLaunch.add(node.id);
  }

  /** Timers that have come: retries, looks, deadlines, explanations. */
  tick(now: number): void {
    const { memory } = this.world;
    for (const [id, leaf] of memory.leaves) {
      const node = memory.nodes[id];
      if (node?.leaf === undefined || isFinished(node.leaf) || node.phase !== 'Running') continue;
      if (leaf.busy !== undefined || this.toLaunch.has(id)) continue;
      if (node.leaf.nextRetryAt !== undefined && now >= node.leaf.nextRetryAt) {
        delete node.leaf.nextRetryAt;
        node.leaf.attempts++;
        node.leaf.phase = 'Applying';
        memory.changed(node);
        this.toLaunch.add(id);
      } else if (node.leaf.phase === 'AwaitingCondition' && (node.leaf.verdict?.lookAgainAt ?? Infinity) <= now) {
        this.lookAgain(node, leaf);
      } else if (this.explainDue(node, leaf) <= now) this.explain(node, leaf);
    }
  }

  /** The next time at which `tick` has something to do. Epoch milliseconds. */
  nextTick(): number {
    let next = Infinity;
    for (const [id, leaf] of this.world.memory.leaves) {
      const node = this.world.memory.nodes[id];
      if (node?.leaf === undefined || isFinished(node.leaf) || node.phase !== 'Running') continue;
      if (leaf.busy !== undefined) continue;
      next = Math.min(next, node.leaf.nextRetryAt ?? Infinity, node.leaf.verdict?.lookAgainAt ?? Infinity, this.explainDue(node, leaf));
    }
    return next;
  }

  /** Sends what has been decided; its intents are committed by now. */
  launch(): void {
    for (const id of this.toLaunch) {
      const node = this.world.memory.nodes[id];
      const leaf = this.world.memory.leaves.get(id);
      if (node?.leaf === undefined || leaf === undefined || isFinished(node.leaf) || node.phase !== 'Running') continue;
      if (node.leaf.phase === 'AwaitingCondition' && this.template(node).action !== 'delete') this.look(node, leaf);
      else this.attempt(node, leaf);
    }
    this.toLaunch.clear();
  }

  /** True if something waits to be launched after the next commit. */
  get pending(): boolean {
    return this.toLaunch.size > 0;
  }

  /** An observation by the watcher; `stored`: of the row that it wrote. */
  observe(nodeId: string, observation: Observation, stored = false): void {
    const node = this.world.memory.nodes[nodeId];
    const leaf = this.world.memory.leaves.get(nodeId);
    if (node?.leaf === undefined || leaf === undefined || node.phase !== 'Running') return;
    if (stored) leaf.isStored(observation, node.leaf.verdict);
    if (node.leaf.phase === 'AwaitingCondition') this.see(node, observation);
    else if (node.leaf.phase === 'Applying') {
      leaf.early = observation;
      // Something happened to what an attempt waits for (being deleted, not there yet): no need to wait for the timer.
      if (leaf.busy === undefined && node.leaf.nextRetryAt !== undefined && HURRY.has(node.leaf.lastError?.code ?? '')) {
        node.leaf.nextRetryAt = this.world.clock.now();
      }
    }
  }

  /** Ends what is in flight; the answers are not waited for. */
  abort(): void {
    for (const leaf of this.world.memory.leaves.values()) leaf.busy?.abort();
  }

  /** A node that `advance` has ended (terminated, past a deadline): it waits for nothing any more. */
  ended(node: RunNode): void {
    const leaf = this.world.memory.leaves.get(node.id);
    if (leaf === undefined || !isFulfilled(node)) return;
    leaf.busy?.abort();
    if (leaf.open) {
      this.release(node, leaf);
      const code = this.world.memory.control.terminate === null ? 'deadline-exceeded' : 'terminated';
      this.failureEvent(node, code, [node.message, node.leaf?.explanation].filter((part) => part !== undefined).join('; '));
    }
  }

  /**
   * Reads what the namespace shows about a failed leaf that has not been explained lately. Answers whether a look was
   * begun: the run's end waits for it.
   */
  explainFailures(): boolean {
    let begun = false;
    const { memory, clock } = this.world;
    for (const [id, leaf] of memory.leaves) {
      const node = memory.nodes[id];
      if (
        node?.leaf?.phase !== 'Failed' ||
        !EXPLAINED_CODES.has(node.leaf.lastError?.code ?? 'failed') ||
        clock.now() - (leaf.explainedAt ?? 0) < EXPLAIN_AFTER_MS
      )
        continue;
      this.explain(node, leaf);
      begun = true;
    }
    return begun;
  }

  private attempt(node: RunNode, leaf: LeafMemory): void {
    const { memory, lease, clock } = this.world;
    const template = this.template(node);
    const state = node.leaf as LeafState;
    if (leaf.manifest === undefined) {
      const rendered = renderLeaf(memory, node, template);
      if (!rendered.ok) {
        this.fail(node, rendered.problem.code, rendered.problem.message);
        return;
      }
      leaf.manifest = rendered.value.manifest;
    }
    const { row } = memory;
    const task: LeafTask = {
      action: template.action,
      manifest: leaf.manifest,
      ...(template.mergeStrategy === undefined ? {} : { mergeStrategy: template.mergeStrategy }),
      gated: leaf.gated,
      attempts: state.attempts - 1,
      repeated: state.attempts > 1 || leaf.mustLook,
      ...(template.action === 'delete' && state.write !== undefined ? { uid: state.write.uid } : {}),
      ignoreNotFound: template.flags.includes('--ignore-not-found=true'),
      runId: row.id,
      nodeId: node.id,
      cellId: row.cell_id,
      namespace: row.namespace,
      fieldManager: row.field_manager,
      labels: { ...row.labels, [INSTANCE_LABEL]: row.subject },
      ...(row.impersonate === null ? {} : { impersonate: row.impersonate }),
    };
    leaf.mustLook = false;
    this.run(leaf, async (signal) => {
      const client = await this.world.client();
      const answer = await performLeaf({ client, lease, signal }, task);
      return () => this.absorb(memory.nodes[node.id] as RunNode, leaf, answer, clock.now());
    });
  }

  private absorb(node: RunNode, leaf: LeafMemory, answer: LeafAnswer, now: number): void {
    const state = node.leaf;
    if (state === undefined || node.phase !== 'Running' || isFinished(state)) return;
    if (answer.kind === 'failed') this.fail(node, answer.code, answer.message);
    else if (answer.kind === 'later') this.postpone(node, leaf, answer, now);
    else if (answer.kind === 'gone') this.succeed(node, leaf, 'the object is gone');
    else this.written(node, leaf, answer, now);
  }

  private postpone(node: RunNode, leaf: LeafMemory, answer: { code: string; message: string; afterMs?: number }, now: number): void {
    const state = node.leaf as LeafState;
    const firstSeenAt = state.lastError?.code === answer.code ? state.lastError.firstSeenAt : now;
    state.lastError = { code: answer.code, message: answer.message, firstSeenAt };
    // A quick second look is for the first few times; then it backs off like everything else.
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
    if (answer.kind === 'written' && answer.drift.length > 0) {
      this.drifted(node, answer.drift, now);
      return;
    }
    const before = answer.kind === 'written' ? answer.before : answer.object;
    const holds = (gate: 'success' | 'failure') => {
      const bound = leaf.judged?.[gate];
      return bound !== undefined && before !== undefined && before !== null && evaluateGate(bound, asJson(before)).value;
    };
    state.write = {
      uid: uidOf(object),
      resourceVersion: versionOf(object),
      ...(answer.object.metadata.generation === undefined ? {} : { generation: answer.object.metadata.generation }),
      ...(before?.metadata.generation === undefined ? {} : { generationBefore: before.metadata.generation }),
      changed: before === undefined || before === null || versionOf(asJson(before)) !== versionOf(object),
      created: before === null,
      successBefore: holds('success'),
      failureBefore: holds('failure'),
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
    const message = `${state.object?.kind ?? ''}/${state.object?.name ?? ''} does not hold what was sent at ${drift.slice(0, 10).join(', ')}: its schema does not know the field, or something on the cluster rewrites it`;
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
  private see(node: RunNode, observation: Observation): void {
    const { memory, clock } = this.world;
    const state = node.leaf as LeafState;
    const leaf = memory.leaves.get(node.id);
    if (leaf?.judged === undefined || isFinished(state)) return;
    if (isOlder(observation, state.observation)) return;
    const verdict = judge(leaf.judged, observation, clock.now());
    state.observation = observation;
    state.verdict = verdict;
    if (verdict.state === 'succeeded') {
      // A delete is done only when the API server says 404, not when a watch says so.
      if (leaf.judged.action === 'delete') {
        if (leaf.busy === undefined) this.toLaunch.add(node.id);
      } else this.succeed(node, leaf, verdict.reason);
    } else if (verdict.state === 'failed') this.fail(node, 'failure-condition', verdict.reason);
    else if (visible(verdict) !== leaf.lastShown) {
      leaf.lastShown = visible(verdict);
      memory.changed(node);
    }
  }

  /** A settle time has passed: what is there now decides, and since when it has been quiet. */
  private lookAgain(node: RunNode, leaf: LeafMemory): void {
    const state = node.leaf as LeafState;
    const held = state.object === undefined ? undefined : this.world.waits.latest(this.world.memory.row.cell_id, state.object);
    if (held !== undefined) this.see(node, held);
    else this.look(node, leaf);
  }

  /** Reads the object once. */
  private look(node: RunNode, leaf: LeafMemory): void {
    const { lease, memory, clock } = this.world;
    const { object, observation } = node.leaf as LeafState;
    if (object === undefined) return;
    leaf.mustLook = false;
    this.run(leaf, async (signal) => {
      const client = await this.world.client();
      await lease.cover(CALL_TIMEOUT_MS);
      const found = await client.get(object, { signal, timeoutMs: CALL_TIMEOUT_MS }).catch((error: unknown) => {
        if (isNotFound(error)) return null;
        throw error;
      });
      return () => {
        const now = clock.now();
        const quiet = found !== null && observation?.object !== undefined && versionOf(asJson(found)) === versionOf(observation.object);
        const current = memory.nodes[node.id] as RunNode;
        if (current.phase === 'Running')
          this.see(current, {
            object: found === null ? null : asJson(found),
            at: now,
            quietSince: quiet ? (observation?.quietSince ?? now) : now,
          });
      };
    });
  }

  private explainDue(node: RunNode, leaf: LeafMemory): number {
    const deadline = Math.min(node.deadlineAt ?? Infinity, this.world.memory.deadlineAt) - BEFORE_DEADLINE_MS;
    if (leaf.explainedAt !== undefined) return leaf.explainedAt < deadline - EXPLAIN_AFTER_MS ? deadline : Infinity;
    return Math.min((node.leaf?.write?.at ?? node.startedAt ?? Infinity) + EXPLAIN_AFTER_MS, deadline);
  }

  private explain(node: RunNode, leaf: LeafMemory): void {
    const { memory, clock } = this.world;
    leaf.explainedAt = clock.now();
    const { object } = node.leaf as LeafState;
    this.run(leaf, async (signal) => {
      const text = await this.world.explain(await this.world.client(), memory.row.namespace, object, signal).catch((error: unknown) => {
        if (error instanceof LeaseLost) throw error;
        return `the namespace could not be read: ${messageOf(error)}`;
      });
      return () => {
        const current = memory.nodes[node.id] as RunNode;
        if (current.leaf !== undefined && text !== undefined && text !== current.leaf.explanation) {
          current.leaf.explanation = memory.redactor.text(text);
          memory.changed(current);
        }
      };
    });
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

  private fail(node: RunNode, code: string, message: string): void {
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

  private failureEvent(node: RunNode, code: string, message: string): void {
    const object = node.leaf?.observation?.object;
    const details: JsonObject = { code, ...(object?.status === undefined || object.status === null ? {} : { status: object.status }) };
    this.world.memory.event({ at: this.world.clock.now(), type: 'WorkflowStepFailed', step: node.task, nodeId: node.id, message, details });
  }

  /** Runs something in the background; what it resolves to is absorbed in the actor's turn. */
  private run(leaf: LeafMemory, work: (signal: AbortSignal) => Promise<() => void>): void {
    const controller = new AbortController();
    leaf.busy = controller;
    this.inFlight++;
    const finish = (absorb: () => void) => {
      this.inFlight--;
      this.world.post(() => {
        if (leaf.busy === controller) leaf.busy = undefined;
        if (!controller.signal.aborted) absorb();
      });
    };
    work(controller.signal).then(finish, (error: unknown) => {
      if (error instanceof LeaseLost) this.world.lease.lose(error.message);
      // A look that failed: the watch goes on, and the next timer looks again.
      finish(() => {});
    });
  }

  private register(node: RunNode, leaf: LeafMemory): void {
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

  /** Wants to hear of the leaf's object, from now on. */
  private expect(node: RunNode, leaf: LeafMemory): void {
    const { action } = this.template(node);
    leaf.watch = action === 'get' || action === 'patch' ? 'name' : 'label';
    this.register(node, leaf);
  }

  private release(node: RunNode, leaf: LeafMemory): void {
    leaf.open = false;
    if (leaf.watch === null) return;
    leaf.watch = null;
    this.world.waits.remove(this.world.memory.row.cell_id, this.world.memory.id, node.id);
  }

  private template(node: RunNode): ResourceTemplate {
    const template = this.world.memory.row.workflow?.templates.find((one) => one.name === node.template);
    if (template?.type !== 'resource') throw new Error(`template ${node.template} of node ${node.id} is not a resource template`);
    return template;
  }
}

const HURRY = new Set(['being-deleted', 'not-there-yet', 'job-recreated']);

/** True if the leaf needs nothing more from the engine. */
export function isFinished(leaf: LeafState): boolean {
  return leaf.phase === 'Succeeded' || leaf.phase === 'Failed';
}

/** Watches may lag behind an answer: what is older than what we have seen of the same object says nothing. */
function isOlder(observation: Observation, seen: Observation | undefined): boolean {
  if (seen?.object === undefined || seen.object === null || observation.object === null) return false;
  if (uidOf(seen.object) !== uidOf(observation.object)) return false;
  const one = versionOf(observation.object);
  const other = versionOf(seen.object);
  return /^\d+$/.test(one) && /^\d+$/.test(other) && BigInt(one) < BigInt(other);
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && error.reason === 'NotFound';
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
