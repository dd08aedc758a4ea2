/** Single rules of the workflow core in one call each, from texts: for the command line, the console and tests from outside. */
import { fragmentText, textFragment } from '../expression/fragment-text.js';
import type { Inputs } from '../expression/fragment.js';
import { renderText } from '../expression/render-text.js';
import type { JsonObject } from '../json.js';
import { failed, ok, type Result } from '../result.js';
import { type DependsProblem, evaluateDepends, parseDepends, type TaskResults } from './depends.js';
import { bindGate, parseGate } from './gate/gate.js';
import type { GateField, GateProblem } from './gate/model.js';
import { evaluateGate } from './gate/evaluate.js';
import type { ProofNode } from './model.js';
import { evaluateWhen, parseWhen, type WhenProblem } from './when/when.js';

/** Values of placeholders by what stands in the braces: `inputs.parameters.size`, `$sys.id`. */
export type PlaceholderValues = Readonly<Record<string, string>>;

/** A condition on an object, as a proof. */
export function examineGate(
  text: string,
  field: GateField,
  object: JsonObject,
  values: PlaceholderValues = {},
): Result<ProofNode, GateProblem> {
  const parsed = parseGate(text, field);
  if (!parsed.ok) return parsed;
  const bound = bindGate(parsed.value, (placeholder) => own(values, placeholder));
  return bound.ok ? ok(evaluateGate(bound.value, object)) : bound;
}

/** A `when` with values in the place of its placeholders. */
export function examineWhen(text: string, values: PlaceholderValues = {}): Result<boolean, WhenProblem> {
  const parsed = parseWhen(text);
  return parsed.ok ? evaluateWhen(parsed.value, (placeholder) => own(values, placeholder)) : parsed;
}

/** A `depends` over results of tasks that have ended; tasks that are not named have none. */
export function examineDepends(text: string, results: Readonly<Record<string, TaskResults>>): Result<boolean, DependsProblem> {
  const parsed = parseDepends(text);
  return parsed.ok ? ok(evaluateDepends(parsed.value, (task) => own(results, task) ?? {})) : parsed;
}

/** A text with `{{inputs.parameters.x}}` put in, once: what is inserted is not looked at again. The problem lists tags without a value. */
export function substitute(
  text: string,
  inputs: Readonly<Record<string, string>>,
): Result<string, { code: 'unresolved-tag'; tags: string[] }> {
  const fragments: Inputs = Object.fromEntries(Object.entries(inputs).map(([name, value]) => [name, textFragment(value)]));
  const { fragment, missing } = renderText(text, { inputs: fragments, values: {}, place: '' });
  return missing.length === 0 ? ok(fragmentText(fragment)) : failed({ code: 'unresolved-tag', tags: missing });
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
