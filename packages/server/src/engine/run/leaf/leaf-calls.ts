import { attemptOf, type LeafState, type RunNode } from '@cellplane/plan';
import { atStep } from '../../../watchdog/loop-step.js';
import type { ExpectedObject } from '../../model.js';
import { mayVanish } from '../../object-marks.js';
import { CALL_TIMEOUT_MS, LeaseLost } from '../../rows/lease.js';
import { performLeaf } from './attempt/attempt.js';
import type { LeafTask } from './attempt/leaf-task.js';
import type { LeafAnswer } from './leaf-answer.js';
import { answerOfFailure, backOff } from './leaf-failure.js';
import { asJson, type LeafMemory } from './leaf-memory.js';
import { renderLeaf } from './leaf-render.js';
import type { LeafTransitions } from './leaf-transitions.js';
import type { LeafWorld } from './leaf-world.js';

/** Does something for a leaf in the background; what it resolves to is absorbed in the actor's turn. */
export type InBackground = (leaf: LeafMemory, work: (signal: AbortSignal) => Promise<() => void>) => void;

/** The requests for the leaves of one run: an attempt at the task's action, or one read of its object. */
export class LeafCalls {
  constructor(
    private readonly world: LeafWorld,
    private readonly leaf: LeafTransitions,
    private readonly inBackground: InBackground,
  ) {}

  /** Makes one attempt at the task's action. */
  attempt(node: RunNode, leaf: LeafMemory): void {
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
      leaf.texts = rendered.value.texts;
    }
    const { row } = memory;
    const task: LeafTask = {
      action: template.action,
      manifest: leaf.manifest,
      ...(template.mergeStrategy === undefined ? {} : { mergeStrategy: template.mergeStrategy }),
      gated: leaf.gated,
      isNew: row.objects_are_new,
      attempts: state.attempts - 1,
      repeated: state.attempts > 1 || leaf.mustRead,
      ...(template.action === 'delete' && state.write !== undefined ? { uid: state.write.uid } : {}),
      ignoreNotFound: template.flags.includes('--ignore-not-found=true'),
      runId: row.id,
      nodeId: node.id,
      attemptOf: attemptOf(memory.nodes, node),
      cellId: row.cell_id,
      namespace: row.namespace,
      fieldManager: row.field_manager,
      labels: row.labels,
      ...(row.impersonate === null ? {} : { impersonate: row.impersonate }),
    };
    leaf.mustRead = false;
    this.inBackground(leaf, async (signal) => {
      // What cannot be asked, or has no client, is an attempt like one that found the cell away: it has a name and is tried again.
      const answer = await this.refusal(leaf)
        .then(async (refused) => {
          if (refused !== undefined) return refused;
          const expected = await this.expected(task);
          const client = await this.world.client();
          return performLeaf({ client, lease, signal }, expected === undefined ? task : { ...task, expected });
        })
        .catch((error: unknown) => answerOfFailure(error, { apiVersion: template.apiVersion, kind: template.kind, cellId: row.cell_id }));
      return () => this.leaf.absorb(memory.nodes[node.id] as RunNode, leaf, answer, clock.now());
    });
  }

  /** Why the domain refuses texts of the manifest that were not written by the plan's author. */
  private async refusal({ texts }: LeafMemory): Promise<LeafAnswer | undefined> {
    if (texts.tainted.length + texts.chosen.length === 0) return undefined;
    const message = await this.world.checkTexts(texts);
    return message === undefined ? undefined : { kind: 'failed', code: 'tainted-identifier', message, untouched: true };
  }

  /** The object that must be there before the write. A manifest may say that its object comes and goes by itself: then none. */
  private async expected({ action, manifest, namespace }: LeafTask): Promise<ExpectedObject | undefined> {
    if (action === 'get' || action === 'delete') return undefined;
    const metadata = (manifest.metadata ?? {}) as { name?: unknown };
    if (typeof metadata.name !== 'string' || mayVanish(manifest)) return undefined;
    const { apiVersion, kind } = manifest;
    return this.world.expectedObject({ apiVersion: String(apiVersion), kind: String(kind), namespace, name: metadata.name });
  }

  /** Reads the object once. */
  read(node: RunNode, leaf: LeafMemory): void {
    const { lease, memory, clock } = this.world;
    const { object } = node.leaf as LeafState;
    if (object === undefined) return;
    leaf.mustRead = false;
    this.inBackground(leaf, async (signal) => {
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
          leaf.readAt = now + backOff(++leaf.failedReads);
          return;
        }
        leaf.failedReads = 0;
        const current = memory.nodes[node.id] as RunNode;
        if (current.phase === 'Running')
          this.leaf.see(current, { object: found === null ? null : asJson(found), at: now, quietSince: now });
      };
    });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && error.reason === 'NotFound';
}
