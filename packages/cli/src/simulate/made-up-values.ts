/** Values that a simulation makes up for parameters that a customer must give. */
import { type ApiParameter, type CompiledResource, madeUpValue } from '@cellplane/plan';
import { CommandFailure } from '../failure.js';

/** Where the simulation makes its instance. */
const CLOUD = 'aws';

/** The made-up values of required parameters that have no default and were not given. @throws CommandFailure with the words to type */
export function madeUpValues(
  parameters: ApiParameter[],
  given: Record<string, unknown>,
  of: { file: string; prefix?: string },
): Record<string, unknown> {
  const missing = parameters.filter(
    ({ key, required, defaultValue, cloudProviders }) =>
      required && defaultValue === undefined && given[key] === undefined && (cloudProviders?.includes(CLOUD) ?? true),
  );
  return Object.fromEntries(
    missing.map((parameter) => {
      const value = madeUpValue(parameter);
      if (value !== undefined) return [parameter.key, value];
      throw new CommandFailure(
        'bad_request',
        `${parameter.key} (${describe(parameter)}) is required, and no fitting value could be made up. Give one: cellplane simulate -f ${of.file} --param ${of.prefix ?? ''}${parameter.key}=<value>`,
      );
    }),
  );
}

/** `String, pattern [a-z]+, 3 to 8 characters`. */
function describe({ type, regex, limits = {} }: ApiParameter): string {
  const range = (least: number | undefined, most: number | undefined, of: string) =>
    least === undefined && most === undefined
      ? []
      : [`${least ?? 'at most'}${least !== undefined && most !== undefined ? ' to ' : ' '}${most ?? 'or more'}${of}`];
  return [
    type,
    ...(regex === undefined ? [] : [`pattern ${regex}`]),
    ...range(limits.min, limits.max, ''),
    ...range(limits.minLength, limits.maxLength, ' characters'),
  ].join(', ');
}

/** The first number that may change, one more or one less, so that there is something to do; without one, nothing. */
export function changeOne(parameters: ApiParameter[], given: Record<string, unknown>): Record<string, number> {
  for (const { key, type, modifiable, isList, options, regex, limits, defaultValue } of parameters) {
    if (!modifiable || isList || options !== undefined || regex !== undefined || !/^(U?Int|Float)/i.test(type)) continue;
    const present = Number(given[key] ?? defaultValue ?? Number.NaN);
    const next = [present + 1, present - 1].find((value) => value >= (limits?.min ?? 0) && value <= (limits?.max ?? Infinity));
    if (next !== undefined) return { [key]: next };
  }
  return {};
}

/** Given values of the instance, and those of its custom workflows (`createDatabase.name=orders`), by verb. */
export function splitGiven(resource: CompiledResource, given: Record<string, unknown>) {
  const own: Record<string, unknown> = {};
  const ofWorkflows: Record<string, Record<string, unknown>> = {};
  for (const [name, value] of Object.entries(given)) {
    const { verb } = resource.customWorkflows.find((workflow) => name.startsWith(`${workflow.verb}.`)) ?? {};
    if (verb === undefined || resource.parameters.some(({ key }) => key === name)) own[name] = value;
    else ofWorkflows[verb] = { ...ofWorkflows[verb], [name.slice(verb.length + 1)]: value };
  }
  return { own, ofWorkflows };
}
