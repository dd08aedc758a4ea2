/** Names of the secrets that a plan's instances read: in workflows and in values of charts. Pure. */
import type { CompiledPlan } from '@cellplane/plan';

const REFERENCE = /\$secret(?:\.|\[["'])([\w-]+)/g;

/** Sorted, each once. */
export function neededSecrets(plan: Pick<CompiledPlan, 'resources'>): string[] {
  const texts = plan.resources.flatMap(({ systemWorkflows, customWorkflows, charts, outputs, endpoints }) => [
    ...[...Object.values(systemWorkflows), ...customWorkflows].flatMap(({ expressions }) => expressions.map(({ text }) => text)),
    JSON.stringify([charts, outputs, endpoints]).replaceAll('\\"', '"'),
  ]);
  return [...new Set(texts.flatMap((text) => [...text.matchAll(REFERENCE)].map(([, name = '']) => name)))].toSorted();
}
