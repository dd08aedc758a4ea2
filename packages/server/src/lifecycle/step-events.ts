/** The facts of an operation's steps (docs/events.md). */
import type { NewEvent } from '../events/event.js';
import type { Step } from './operation.js';

/** A run has begun that carries out this step. */
export function stepStarted(subject: string, { operationId, runId, step }: { operationId: string; runId: string; step: Step }): NewEvent {
  const verb = step.verb === 'custom' ? (step.customVerb ?? step.verb) : step.verb;
  return { kind: 'step-started', subject, payload: { operationId, runId, verb, resourceKey: step.resourceKey } };
}
