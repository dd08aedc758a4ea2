/** What a plan asks for and this program does not serve may be built and released, but not offered to customers by accident. */
import { type CompiledPlan, cut, explainUnserved, type Unserved, unservedOf } from '@cellplane/plan';
import { badRequest, type DomainError } from '../errors.js';

/** What is not served and keeps customers from an instance that they may ask for. */
export function reachable(unserved: readonly Unserved[]): Unserved[] {
  return unserved.filter((one) => one.reachable);
}

/** @throws DomainError bad_request naming what is not served, unless that is asked for */
export function requireServed(plan: CompiledPlan, allowed: boolean | undefined): void {
  const unserved = allowed === true ? [] : reachable(unservedOf(plan));
  if (unserved.length > 0) throw notServed({ name: plan.name, unserved }, '');
}

/** The refusal to make a version preferred. `state` says what has been done all the same; a sentence, or nothing. */
export function notServed(plan: { name: string; unserved: readonly Unserved[] }, state: string): DomainError {
  const reasons = reachable(plan.unserved);
  const sentences = reasons.map(explainUnserved);
  return badRequest(
    'plan-not-served',
    [
      `Invalid request: plan "${cut(plan.name)}" is not released as preferred, since customers could not create what it offers.`,
      ...sentences,
      state,
      'Leave these out or make them with workflows; to release it all the same, send allowUnserved (cellplane: --allow-unserved).',
    ]
      .filter((part) => part !== '')
      .join(' '),
    reasons.map((one, index) => ({
      field: one.resource === undefined ? 'deployment' : `services.${one.resource}`,
      code: one.code,
      message: sentences[index] ?? '',
    })),
  );
}
