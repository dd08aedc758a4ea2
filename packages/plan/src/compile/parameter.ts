import type { ApiParameter, ParameterType } from '../model.js';
import { itemsOf, type SpecNode, textOf, valueAt } from '../parse/node.js';
import { compact, hasValue, numberAt, textAt, textsOf, truthAt } from './read-value.js';

/** `apiParameters` → parameters, in order; entries without a key are left out. */
export function compileParameters(list: SpecNode | undefined): ApiParameter[] {
  return itemsOf(list).flatMap((node, index) => {
    const parameter = compileParameter(node, index);
    return parameter ? [parameter] : [];
  });
}

/** One parameter; undefined without a key. `index` is its place in the file, the default of `tabIndex`. */
export function compileParameter(node: SpecNode, index: number): ApiParameter | undefined {
  const key = textAt(node, 'key');
  if (key === undefined) return undefined;
  const type = textAt(node, 'type', 'String') as ParameterType;
  const limits = valueAt(node, 'limits');
  const clouds = itemsOf(valueAt(node, 'scope', 'cloudProviders')).map((cloud) => textOf(cloud) ?? '');
  return compact<ApiParameter>({
    key,
    name: textAt(node, 'name', key),
    description: textAt(node, 'description', ''),
    type,
    modifiable: truthAt(node, 'modifiable', false),
    required: truthAt(node, 'required', false),
    export: truthAt(node, 'export', type !== 'Password' && type !== 'Secret'),
    defaultValue: textAt(node, 'defaultValue'),
    options: hasValue(node, 'options') ? itemsOf(valueAt(node, 'options')).map((option) => textOf(option) ?? '') : undefined,
    labeledOptions: hasValue(node, 'labeledOptions') ? labelsToValues(node) : undefined,
    limits: limits
      ? compact<NonNullable<ApiParameter['limits']>>({
          min: numberAt(limits, 'min'),
          max: numberAt(limits, 'max'),
          minLength: numberAt(limits, 'minLength'),
          maxLength: numberAt(limits, 'maxLength'),
        })
      : undefined,
    regex: textAt(node, 'regex'),
    tabIndex: numberAt(node, 'tabIndex') ?? index,
    isList: truthAt(node, 'isList', false),
    cloudProviders: clouds.length > 0 && !clouds.includes('all') ? clouds : undefined,
    parameterDependencyMap: textsOf(valueAt(node, 'parameterDependencyMap')),
    dependentResource: textAt(node, 'dependentResource'),
  });
}

/** `labeledOptions` as label → value, whichever way round the author wrote them. */
function labelsToValues(node: SpecNode): Record<string, string> {
  const written = textsOf(valueAt(node, 'labeledOptions'));
  return labelsAreFlipped(node) ? Object.fromEntries(Object.entries(written).map(([value, label]) => [label, value])) : written;
}

/** True if the keys are the values: the other options or the default are among the keys and not among the values. */
export function labelsAreFlipped(node: SpecNode): boolean {
  const written = textsOf(valueAt(node, 'labeledOptions'));
  const known = itemsOf(valueAt(node, 'options')).flatMap((option) => textOf(option) ?? []);
  const fallback = textAt(node, 'defaultValue');
  if (fallback !== undefined) known.push(fallback);
  const values = new Set(Object.values(written));
  return known.length > 0 && known.every((value) => Object.hasOwn(written, value)) && !known.some((value) => values.has(value));
}
