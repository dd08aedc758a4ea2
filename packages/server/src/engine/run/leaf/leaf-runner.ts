import { attemptOf, isFulfilled, type LeafStart, type LeafState, type Observation, type JsonObject, type RunNode } from '@cellplane/plan';
import { messageOf } from '../../../errors.js';
import { atStep } from '../../../watchdog/loop-step.js';
import type { LeafAnswer } from './leaf-answer.js';
import { answerOfFailure, backOff } from './leaf-failure.js';
import { asJson, LeafMemory, versionOf } from './leaf-memory.js';
import { type LeafTask, performLeaf } from './perform.js';
import { renderLeaf } from './leaf-render.js';
import { EXPLAINED_AT_ONCE, requestsAtOnce, SLICE } from '../fair-share.js';
import { CALL_TIMEOUT_MS, LeaseLost } from '../../rows/lease.js';
import type { KeptObject } from '../../model.js';
import { INSTANCE_LABEL, mayVanish } from '../../object-marks.js';
import { maskObject } from '../../redact.js';
import { HURRY, isFinished, LeafTransitions, type LeafWorld } from './leaf-transitions.js';

/** A wait longer than this is explained from the namespace's Pods and Events. Milliseconds. */
const EXPLAIN_AFTER_MS = 10_000;
/** A task that may run into its deadline is explained shortly before it. Milliseconds. */
const BEFORE_DEADLINE_MS = 2_500;
/** Failures about which Pods and Events may know more than the API server's answer. */
const EXPLAINED_CODES = new Set(['failure-condition', 'deadline-exceeded', 'failed']);

/**
 * The leaves of one run: when each is rendered, sent, looked at and explained. What an answer or an observation makes of a leaf
 * is `LeafTransitions`' part. Everything here changes memory only; requests are sent by `launch`, after the actor has committed.
 */
export class LeafRunner {
  private readonly toLaunch = new Set<string>();
  /** Decided and committed, and not sent yet. */
  private readonly committed = new Set<string>();
  private halted = false;
  private inFlight = 0;
  private explaining = 0;

  private readonly leaf: LeafTransitions;

  constructor(private readonly world: LeafWorld) {
    this.leaf = new LeafTransitions(world, (id) => this.toLaunch.add(id));
  }

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
      this.leaf.register(node, leaf);
      // What the attempt that was under way, or an earlier one, came to is not known.
      leaf.repeated = node.leaf.phase === 'Applying';
      leaf.lost = node.leaf.phase === 'Applying' && node.leaf.nextRetryAt === undefined;
      if (node.leaf.phase === 'Applying' && node.leaf.nextRetryAt === undefined) this.toLaunch.add(id);
      else if (node.leaf.phase === 'AwaitingCondition') {
        if (takenOver) this.toLaunch.add(id);
        else {
          if (node.leaf.observation !== undefined) this.leaf.see(node, node.leaf.observation);
          // The watch may have seen more while nobody owned the run.
          const held = node.leaf.object && this.world.waits.latest(this.world.memory.row.cell_id, node.leaf.object);
          if (held !== undefined && !isFinished(node.leaf)) this.leaf.see(node, held);
        }
      }
    }
  }

  /** A leaf is ready: renders it and records the intent. */
  start({ node, inputs }: LeafStart): void {
    const { memory, clock } = this.world;
    const now = clock.now();
    const template = this.leaf.template(node);
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
    const rendered = atStep(memory.id, `task ${node.task}: its manifest`, () => renderLeaf(memory, begun, template));
    memory.event({
      at: now,
      type: 'WorkflowStepStarted',
      step: node.task,
      nodeId: node.id,
      message: `${template.action} ${template.kind}`,
      ...(rendered.ok ? { details: { action: template.action, manifest: maskObject(rendered.value.masked) } } : {}),
    });
    if (!rendered.ok) {
      this.leaf.fail(begun, rendered.problem.code, rendered.problem.message);
      return;
    }
    for (const message of rendered.value.warnings)
      memory.event({ at: now, type: 'WorkflowStepDebug', step: node.task, nodeId: node.id, message });
    leaf.manifest = rendered.value.manifest;
    leaf.tenantTexts = rendered.value.tenantTexts;
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
    if (leaf.outlivesWrite) this.leaf.expect(begun, leaf);
    memory.changed(begun);
    this.toLaunch.add(node.id);
  }

  /** Timers that have come: retries, looks, deadlines, explanations. */
  tick(now: number): void {
    const { memory } = this.world;
    for (const [id, leaf] of memory.leaves) {
      const node = memory.nodes[id];
      if (node?.leaf === undefined || isFinished(node.leaf) || node.phase !== 'Running') continue;
      if (leaf.busy !== undefined || this.toLaunch.has(id) || this.committed.has(id)) continue;
      if (node.leaf.nextRetryAt !== undefined && now >= node.leaf.nextRetryAt) {
        delete node.leaf.nextRetryAt;
        node.leaf.attempts++;
        node.leaf.phase = 'Applying';
        leaf.repeated = true;
        memory.changed(node);
        this.toLaunch.add(id);
      } else if (lookDue(node.leaf, leaf) <= now) {
        // The watch may be behind or cut off just now: what time decides is decided by a look.
        leaf.lookAt = undefined;
        this.toLaunch.add(id);
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
      next = Math.min(next, node.leaf.nextRetryAt ?? Infinity, lookDue(node.leaf, leaf), this.explainDue(node, leaf));
    }
    return next;
  }

  /** Sends what has been decided; its intents are committed by now. What there is no turn for yet goes out as answers come. */
  launch(): void {
    for (const id of this.toLaunch) this.committed.add(id);
    this.toLaunch.clear();
    this.send();
  }

  /** Nothing more is sent: the program stops. */
  halt(): void {
    this.halted = true;
  }

  /**
   * Sends as many as may be under way. A commit tells whether the run has been paused before it: then a task that was never tried
   * waits here for the resume.
   */
  private send(): void {
    if (this.halted) return;
    const most = requestsAtOnce(this.committed.size + this.inFlight);
    for (const id of this.committed) {
      if (this.inFlight >= most) return;
      const node = this.world.memory.nodes[id];
      const leaf = this.world.memory.leaves.get(id);
      const open = node?.leaf !== undefined && leaf !== undefined && !isFinished(node.leaf) && node.phase === 'Running';
      if (open && this.world.memory.control.paused && node.leaf?.phase === 'Applying' && node.leaf.attempts <= 1) continue;
      this.committed.delete(id);
      if (!open || node.leaf === undefined) continue;
      if (node.leaf.phase === 'AwaitingCondition' && this.leaf.template(node).action !== 'delete') this.look(node, leaf);
      else this.attempt(node, leaf);
    }
  }

  /** How many more tasks may begin: those that wait for their turn, or for an answer, are enough. */
  get room(): number {
    return Math.max(0, SLICE - this.toLaunch.size - this.committed.size - this.inFlight);
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
    if (node.leaf.phase === 'AwaitingCondition') this.leaf.see(node, observation);
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
    this.halted = true;
    for (const leaf of this.world.memory.leaves.values()) leaf.busy?.abort();
  }

  /** A node that `advance` has ended (terminated, past a deadline): it waits for nothing any more. */
  ended(node: RunNode): void {
    const leaf = this.world.memory.leaves.get(node.id);
    if (leaf === undefined || !isFulfilled(node)) return;
    leaf.busy?.abort();
    if (leaf.open) {
      this.leaf.release(node, leaf);
      const code = this.world.memory.control.terminate === null ? 'deadline-exceeded' : 'terminated';
      this.leaf.failureEvent(node, code, [node.message, node.leaf?.explanation].filter((part) => part !== undefined).join('; '));
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
      if (this.explaining >= EXPLAINED_AT_ONCE) break;
    }
    return begun;
  }

  private attempt(node: RunNode, leaf: LeafMemory): void {
    const { memory, lease, clock } = this.world;
    const template = this.leaf.template(node);
    const state = node.leaf as LeafState;
    if (leaf.manifest === undefined) {
      const rendered = atStep(memory.id, `task ${node.task}: its manifest`, () => renderLeaf(memory, node, template));
      if (!rendered.ok) {
        this.leaf.fail(node, rendered.problem.code, rendered.problem.message);
        return;
      }
      leaf.manifest = rendered.value.manifest;
      leaf.tenantTexts = rendered.value.tenantTexts;
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
      attemptOf: attemptOf(memory.nodes, node),
      cellId: row.cell_id,
      namespace: row.namespace,
      fieldManager: row.field_manager,
      labels: { ...row.labels, [INSTANCE_LABEL]: row.subject },
      ...(row.impersonate === null ? {} : { impersonate: row.impersonate }),
    };
    leaf.mustLook = false;
    this.run(leaf, async (signal) => {
      // What cannot be asked, or has no client, is an attempt like one that found the cell away: it has a name and is tried again.
      const answer = await this.refusal(leaf)
        .then(async (refused) => {
          if (refused !== undefined) return refused;
          const kept = await this.kept(task);
          const client = await this.world.client();
          return performLeaf({ client, lease, signal }, kept === undefined ? task : { ...task, kept });
        })
        .catch((error: unknown) => answerOfFailure(error, { apiVersion: template.apiVersion, kind: template.kind, cellId: row.cell_id }));
      return () => this.leaf.absorb(memory.nodes[node.id] as RunNode, leaf, answer, clock.now());
    });
  }

  /** What the domain has against texts of the manifest that the tenant could choose. */
  private async refusal({ tenantTexts }: LeafMemory): Promise<LeafAnswer | undefined> {
    if (tenantTexts.tainted.length + tenantTexts.chosen.length === 0) return undefined;
    const message = await this.world.refuseTainted(tenantTexts);
    return message === undefined ? undefined : { kind: 'failed', code: 'tainted-identifier', message, untouched: true };
  }

  /** The object that must be there before this one is written. Its author may say that it comes and goes by itself. */
  private async kept({ action, manifest, namespace }: LeafTask): Promise<KeptObject | undefined> {
    if (action === 'get' || action === 'delete') return undefined;
    const metadata = (manifest.metadata ?? {}) as { name?: unknown };
    if (typeof metadata.name !== 'string' || mayVanish(manifest)) return undefined;
    const { apiVersion, kind } = manifest;
    return this.world.keptObject({ apiVersion: String(apiVersion), kind: String(kind), namespace, name: metadata.name });
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
        if (error instanceof LeaseLost || signal.aborted) throw error;
        return undefined;
      });
      return () => {
        const now = clock.now();
        if (found === undefined) {
          leaf.lookAt = now + backOff(++leaf.failedLooks);
          return;
        }
        leaf.failedLooks = 0;
        const quiet = found !== null && observation?.object !== undefined && versionOf(asJson(found)) === versionOf(observation.object);
        const current = memory.nodes[node.id] as RunNode;
        if (current.phase === 'Running')
          this.leaf.see(current, {
            object: found === null ? null : asJson(found),
            at: now,
            quietSince: quiet ? (observation?.quietSince ?? now) : now,
          });
      };
    });
  }

  private explainDue(node: RunNode, leaf: LeafMemory): number {
    // Its turn comes when one that is under way has ended.
    if (this.explaining >= EXPLAINED_AT_ONCE) return Infinity;
    const deadline = Math.min(node.deadlineAt ?? Infinity, this.world.memory.deadlineAt) - BEFORE_DEADLINE_MS;
    if (leaf.explainedAt !== undefined) return leaf.explainedAt < deadline - EXPLAIN_AFTER_MS ? deadline : Infinity;
    return Math.min((node.leaf?.write?.at ?? node.startedAt ?? Infinity) + EXPLAIN_AFTER_MS, deadline);
  }

  private explain(node: RunNode, leaf: LeafMemory): void {
    const { memory, clock } = this.world;
    leaf.explainedAt = clock.now();
    const { object } = node.leaf as LeafState;
    this.explaining++;
    this.run(leaf, async (signal) => {
      const found = await this.world
        .client()
        .then((client) => this.world.explain(client, memory.row.namespace, object, signal))
        .catch((error: unknown) => {
          if (error instanceof LeaseLost) throw error;
          return { text: `the namespace could not be read: ${messageOf(error)}`, causes: [] };
        })
        .finally(() => this.explaining--);
      return () => {
        const current = memory.nodes[node.id] as RunNode;
        if (current.leaf === undefined || found === undefined || found.text === current.leaf.explanation) return;
        current.leaf.explanation = memory.redactor.text(found.text);
        current.leaf.causes = memory.redactor.causes(found.causes);
        memory.changed(current);
      };
    });
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
      try {
        this.send();
      } catch (error) {
        // Told where it is heard: in the actor's turn.
        this.world.post(() => {
          throw error;
        });
      }
    };
    work(controller.signal).then(finish, (error: unknown) => {
      if (error instanceof LeaseLost) this.world.lease.lose(error.message);
      // The cell could not be reached at all. A task that has been written is looked at again.
      finish(() => (leaf.lookAt = this.world.clock.now() + backOff(++leaf.failedLooks)));
    });
  }
}

/** When the object is to be read, whatever the watch says; epoch milliseconds. */
function lookDue(state: LeafState, leaf: LeafMemory): number {
  return state.phase === 'AwaitingCondition' ? (leaf.lookAt ?? state.verdict?.lookAgainAt ?? Infinity) : Infinity;
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && error.reason === 'NotFound';
}
