/** Gates of a resource template with the values of one task put in. */
import { valueText } from '../expression/value-text.js';
import { isText } from '../expression/fragment.js';
import { type RenderScope, resolvePart } from '../expression/render-text.js';
import type { ResourceTemplate } from '../model.js';
import { ok, type Result } from '../result.js';
import { bindGate, parseGate } from './gate/gate.js';
import type { Gate, GateProblem } from './gate/model.js';
import type { Resolve } from './word.js';

/** The gates of a leaf, bound; absent where the template has no such condition. */
export interface BoundGates {
  success?: Gate;
  failure?: Gate;
}

/**
 * Parses and binds both conditions of a template. `scope` is that of the task: inputs, values of platform expressions
 * (places `templates.<template>.successCondition` and `.failureCondition`), workflow parameters.
 */
export function bindGates(template: ResourceTemplate, scope: Omit<RenderScope, 'place'>): Result<BoundGates, GateProblem> {
  const gates: BoundGates = {};
  for (const field of ['success', 'failure'] as const) {
    const text = template[`${field}Condition`];
    if (text === undefined || text.trim() === '') continue;
    const parsed = parseGate(text, field);
    if (!parsed.ok) return parsed;
    const bound = bindGate(parsed.value, resolveWith({ ...scope, place: `templates.${template.name}.${field}Condition` }));
    if (!bound.ok) return bound;
    gates[field] = bound.value;
  }
  return ok(gates);
}

/** Values of placeholders as texts, from a render scope. */
export function resolveWith(scope: RenderScope): Resolve {
  return (_placeholder, tag) => {
    const parts = resolvePart(tag, scope);
    if (parts === undefined) return undefined;
    return {
      text: parts.map((part) => (isText(part) ? part.text : valueText(part.value))).join(''),
      secret: parts.some((part) => !isText(part) && part.secret === true),
    };
  };
}
