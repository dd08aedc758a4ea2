/** What a plan asks for and this program does not serve may be built and released, but not offered to customers by accident. */
import { type CompiledPlan, explainUnserved, unservedOf } from '@cellplane/plan';
import { badRequest, type DomainError } from '../errors.js';

/** True if every instance that customers may ask for can be made. */
export function isServed(plan: CompiledPlan): boolean {
  return !unservedOf(plan).some((one) => one.reachable);
}

/** @throws DomainError bad_request naming what is not served, unless that is asked for */
export function requireServed(plan: CompiledPlan, allowed: boolean | undefined): void {
  if (allowed !== true && !isServed(plan)) throw notServed(plan, '');
}

/** The refusal to make a version preferred. `state` says what has been done all the same; a sentence, or nothing. */
export function notServed(plan: CompiledPlan, state: string): DomainError {
  const reasons = unservedOf(plan).filter((one) => one.reachable);
  const sentences = reasons.map(explainUnserved);
  return badRequest(
    'plan-not-served',
    [
      `Invalid request: plan "${plan.name}" is not released as preferred, since customers could not create what it offers.`,
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
