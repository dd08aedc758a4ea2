import type { JsonObject, LeafStart, LeafState, RunNode } from '@cellplane/plan';
import { atStep } from '../../../watchdog/loop-step.js';
import { maskObject } from '../../redact.js';
import { LeafMemory } from './leaf-memory.js';
import { renderLeaf } from './leaf-render.js';
import type { LeafTransitions } from './leaf-transitions.js';
import type { LeafWorld } from './leaf-world.js';

/**
 * Begins a leaf that is ready: renders its manifest, and records the intent and the wait in the memory. Answers whether its request is
 * to be sent after the next commit; a leaf that cannot be rendered has failed.
 */
export function startLeaf(world: LeafWorld, transitions: LeafTransitions, { node, inputs }: LeafStart): boolean {
  const { memory, clock } = world;
  const now = clock.now();
  const template = transitions.template(node);
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
    transitions.fail(begun, rendered.problem.code, rendered.problem.message);
    return false;
  }
  for (const message of rendered.value.warnings)
    memory.event({ at: now, type: 'WorkflowStepDebug', step: node.task, nodeId: node.id, message });
  leaf.manifest = rendered.value.manifest;
  leaf.texts = rendered.value.texts;
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
  if (leaf.outlivesWrite) transitions.expect(begun, leaf);
  memory.changed(begun);
  return true;
}
