import type { DagTask, InputParameter, ParameterBinding, RetryStrategy } from '../model.js';
import { argumentText, itemsOf, jsonOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { durationSeconds } from './duration.js';
import { RETRY_POLICIES } from '../schema/template.js';
import { compact, hasValue, numberAt, oneOf, textAt, truthAt } from './read-value.js';

/** `arguments` → bindings. A `default` stands in for a missing `value`, as in Argo. */
export function compileArguments(node: SpecNode | undefined): ParameterBinding[] {
  return itemsOf(valueAt(node, 'parameters')).map((parameter) =>
    compact<ParameterBinding>({ name: textAt(parameter, 'name', ''), value: valueOf(parameter) }),
  );
}

/** `inputs` → parameters that the template takes. */
export function compileInputs(node: SpecNode | undefined): InputParameter[] {
  return itemsOf(valueAt(node, 'parameters')).map((parameter) =>
    compact<InputParameter>({ name: textAt(parameter, 'name', ''), default: valueOf(parameter) }),
  );
}

function valueOf(parameter: SpecNode): string | undefined {
  return argumentText(valueAt(parameter, 'value')) ?? argumentText(valueAt(parameter, 'default'));
}

/** A DAG task or a step. */
export function compileTask(node: SpecNode): DagTask {
  const items = valueAt(node, 'withItems');
  const continueOn = valueAt(node, 'continueOn');
  return compact<DagTask>({
    name: textAt(node, 'name', ''),
    template: textAt(node, 'template', ''),
    dependencies: itemsOf(valueAt(node, 'dependencies')).map((name) => textOf(name) ?? ''),
    depends: textAt(node, 'depends'),
    when: textAt(node, 'when'),
    arguments: compileArguments(valueAt(node, 'arguments')),
    withItems: hasValue(node, 'withItems') ? itemsOf(items).map(jsonOf) : undefined,
    withParam: textAt(node, 'withParam'),
    continueOn: continueOn ? { failed: truthAt(continueOn, 'failed', false), error: truthAt(continueOn, 'error', false) } : undefined,
  });
}

/** `retryStrategy`; undefined if there is none. An empty one means retries without limit, as in Argo. */
export function compileRetry(node: SpecNode | undefined): RetryStrategy | undefined {
  if (!node) return undefined;
  const backoff = valueAt(node, 'backoff');
  const seconds = (key: string): number | undefined => {
    const text = textAt(backoff, key);
    return text === undefined ? undefined : durationSeconds(text);
  };
  return compact<RetryStrategy>({
    limit: numberAt(node, 'limit'),
    retryPolicy: oneOf(RETRY_POLICIES, textAt(node, 'retryPolicy')) ?? 'OnFailure',
    backoff: backoff
      ? compact<NonNullable<RetryStrategy['backoff']>>({
          durationSeconds: seconds('duration') ?? 0,
          factor: numberAt(backoff, 'factor') ?? 1,
          capSeconds: seconds('cap'),
          maxDurationSeconds: seconds('maxDuration'),
        })
      : undefined,
  });
}
