/**
 * Secrets that a run may meet though its own workflow names none of them: an operator repeats a password of the create in the
 * object that a backup reads. They go into the run's values for the sake of its mask alone; no text has their places.
 */
import type { ExpressionValues, Json } from '@cellplane/plan';
import type { Sealer } from '../secrets/envelope.js';
import { openParameters } from '../instances/expression-context.js';
import { type RunContext } from '../lifecycle/run-context.js';
import { openOutputs } from '../instances/outputs.js';

export function unnamedSecrets(sealer: Sealer, { instance, version, expressions }: RunContext): ExpressionValues {
  const found: Json[] = Object.values(openParameters(sealer, instance).secret);
  for (const { value, type } of Object.values(expressions.parameters)) if (type === 'Password' || type === 'Secret') found.push(value);
  for (const path of expressions.secretSys ?? []) found.push(path.reduce<Json>(part, expressions.sys));
  const outputs = openOutputs(sealer, instance);
  for (const [resource, stored] of Object.entries(instance.outputs))
    for (const [name, output] of Object.entries(stored)) if ('sealed' in output) found.push(outputs[resource]?.[name] ?? null);
  for (const name of secretsOf(version.compiled.resources)) found.push(expressions.secrets(name) ?? null);
  return Object.fromEntries(found.map((value, at) => [`unnamed#${at}`, { value, source: '', secret: true as const }]));
}

type Resources = RunContext['version']['compiled']['resources'];

/** By the resources of a version, which all runs of it share in this process as long as its plan is kept (catalog/compiled-plans.ts). */
const namesFound = new WeakMap<Resources, Set<string>>();

/** Names of `$secret` anywhere in the workflows. */
function secretsOf(resources: Resources): Set<string> {
  const known = namesFound.get(resources);
  if (known !== undefined) return known;
  const names = new Set<string>();
  for (const { systemWorkflows, customWorkflows } of resources)
    for (const workflow of [...Object.values(systemWorkflows), ...customWorkflows])
      for (const { text } of workflow.expressions)
        for (const [, name = ''] of text.matchAll(/\$secret(?:\.|\[["'])([\w-]+)/g)) names.add(name);
  namesFound.set(resources, names);
  return names;
}

function part(value: Json, key: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.hasOwn(value, key) ? (value[key] ?? null) : null;
}
