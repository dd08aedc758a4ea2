import type { LeafState, RunNode } from '@cellplane/plan';
import { messageOf } from '../../../errors.js';
import { LeaseLost } from '../../rows/lease.js';
import { EXPLAINED_AT_ONCE } from '../fair-share.js';
import type { InBackground } from './leaf-calls.js';
import type { LeafMemory } from './leaf-memory.js';
import type { LeafWorld } from './leaf-world.js';

/** A wait longer than this is explained from the namespace's Pods and Events. Milliseconds. */
const EXPLAIN_AFTER_MS = 10_000;
/** A task that may run into its deadline is explained shortly before it. Milliseconds. */
const BEFORE_DEADLINE_MS = 2_500;
/** Failures about which Pods and Events may know more than the API server's answer. */
const EXPLAINED_CODES = new Set(['failure-condition', 'deadline-exceeded', 'failed']);

/** Explains leaves from the Pods and Events of the namespace: those that wait for long, and those that have failed. */
export class LeafExplanations {
  private underWay = 0;

  constructor(
    private readonly world: LeafWorld,
    private readonly inBackground: InBackground,
  ) {}

  /** When the leaf is to be explained; epoch milliseconds. */
  dueAt(node: RunNode, leaf: LeafMemory): number {
    // The next one begins when one that is under way has ended.
    if (this.underWay >= EXPLAINED_AT_ONCE) return Infinity;
    const deadline = Math.min(node.deadlineAt ?? Infinity, this.world.memory.deadlineAt) - BEFORE_DEADLINE_MS;
    if (leaf.explainedAt !== undefined) return leaf.explainedAt < deadline - EXPLAIN_AFTER_MS ? deadline : Infinity;
    return Math.min((node.leaf?.write?.at ?? node.startedAt ?? Infinity) + EXPLAIN_AFTER_MS, deadline);
  }

  explain(node: RunNode, leaf: LeafMemory): void {
    const { memory, clock } = this.world;
    leaf.explainedAt = clock.now();
    const { object } = node.leaf as LeafState;
    this.underWay++;
    this.inBackground(leaf, async (signal) => {
      const found = await this.world
        .client()
        .then((client) => this.world.explain(client, memory.row.namespace, object, signal))
        .catch((error: unknown) => {
          if (error instanceof LeaseLost) throw error;
          return { text: `the namespace could not be read: ${messageOf(error)}`, causes: [] };
        })
        .finally(() => this.underWay--);
      return () => {
        const current = memory.nodes[node.id] as RunNode;
        if (current.leaf === undefined || found === undefined || found.text === current.leaf.explanation) return;
        current.leaf.explanation = memory.redactor.text(found.text);
        current.leaf.causes = memory.redactor.causes(found.causes);
        memory.changed(current);
      };
    });
  }

  /**
   * Reads what the namespace shows about a failed leaf that has not been explained lately. Answers whether a read was
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
      if (this.underWay >= EXPLAINED_AT_ONCE) break;
    }
    return begun;
  }
}
