/** The values that a simulated workflow sees: what a person has typed, and examples of what the platform and other resources would give. */
import {
  type ApiParameter,
  type CompiledPlan,
  type CompiledResource,
  type CompiledWorkflow,
  type ExpressionContext,
  type Json,
  type JsonObject,
  looseKey,
  madeUpValue,
  mergeTrees,
  type ParameterType,
  simulatedFacts,
  SYSTEM_VALUES,
} from '@cellplane/plan';

type Typed = Record<string, { value: Json; type: ParameterType }>;

/** What verbs see beside the instance's own parameters. */
const OF_VERBS: Record<string, Typed> = {
  addCapacity: { replicaCount: { value: 2, type: 'Int' } },
  removeCapacity: { replicaCount: { value: 1, type: 'Int' } },
  failover: { failedReplicaId: { value: 'example-1', type: 'String' }, failedReplicaAction: { value: 'FAILOVER_ONLY', type: 'String' } },
};

/** Texts that a form of these parameters begins with: defaults, and made-up values of what must be given. */
export function exampleTexts(parameters: readonly ApiParameter[]): Record<string, string> {
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const { key, defaultValue, required } = parameter;
      if (defaultValue !== undefined) return [[key, defaultValue]];
      const made = required ? madeUpValue(parameter) : undefined;
      return made === undefined ? [] : [[key, typeof made === 'string' ? made : JSON.stringify(made)]];
    }),
  );
}

/** What the expressions of a workflow are evaluated against. */
export function exampleContext(
  plan: CompiledPlan,
  resource: CompiledResource,
  workflow: CompiledWorkflow,
  texts: Readonly<Record<string, string>>,
): Omit<ExpressionContext, 'place'> {
  // As on the server: what a call may leave out is known to be nothing, what an instance has no value for is not known.
  const nothing = workflow.parameters.filter(({ required }) => !required);
  const parameters = {
    ...Object.fromEntries(nothing.map(({ key, type }) => [key, { value: null, type }])),
    ...typed([...resource.parameters, ...workflow.parameters], texts),
  };
  const sys = systemValues(workflow);
  return {
    sys,
    parameters: { ...parameters, ...OF_VERBS[workflow.verb] },
    secrets: (name) => `example-${name}`,
    resources: Object.fromEntries(
      plan.resources
        .filter(({ key }) => looseKey(key) !== looseKey(resource.key))
        .map((other) => {
          const outputs = Object.values(other.systemWorkflows).flatMap(({ outputs }) => outputs);
          const values = typed(other.parameters, exampleTexts(other.parameters));
          return [
            other.key,
            {
              out: Object.fromEntries(
                [...outputs.map(({ name }) => name), ...Object.keys(other.outputs)].map((name) => [name, `example-${name}`]),
              ),
              var: Object.fromEntries(Object.entries(values).map(([key, { value }]) => [key, value])),
              sys,
              types: Object.fromEntries(other.parameters.map(({ key, type }) => [key, type])),
            },
          ];
        }),
    ),
    seed: 'example',
  };
}

function typed(parameters: readonly ApiParameter[], texts: Readonly<Record<string, string>>): Typed {
  return Object.fromEntries(
    parameters.flatMap((parameter) => {
      const text = texts[parameter.key] ?? '';
      return text === '' ? [] : [[parameter.key, { value: valueOf(parameter, text), type: parameter.type }]];
    }),
  );
}

function valueOf({ type, isList }: ApiParameter, text: string): Json {
  if (isList || type === 'Json' || type === 'Any') return jsonOf(text);
  if (type === 'Boolean') return text === 'true';
  if (/^(U?Int|Float)/.test(type)) return Number.isNaN(Number(text)) ? text : Number(text);
  return text;
}

function jsonOf(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    // The form says so under its field; the text is rendered as it stands.
    return text;
  }
}

/** Everything that `$sys` may hold, with values that say that they are examples; of what is the author's own, what the workflow asks for. */
function systemValues(workflow: CompiledWorkflow): JsonObject {
  const asked = [
    ...new Set(workflow.expressions.flatMap(({ text }) => [...text.matchAll(/\$sys\.([\w.[\]-]+)/g)].map((match) => match[1] ?? ''))),
  ];
  const values: JsonObject = {};
  for (const { path, type } of SYSTEM_VALUES) if (!path.includes('*')) put(values, path, exampleOf(path, type));
  for (const path of asked) put(values, path, exampleOf(path, 'text'));
  return mergeTrees(mergeTrees(values, simulatedFacts(asked.map((path) => path.split('.')))), IDENTITY);
}

/** Names that are seen in each manifest. */
const IDENTITY: JsonObject = { id: 'instance-example', instanceId: 'instance-example', namespace: 'instance-example' };

function exampleOf(path: string, type: (typeof SYSTEM_VALUES)[number]['type']): Json {
  if (type === 'number') return 1;
  if (type === 'boolean') return false;
  if (type === 'cidr') return '10.0.0.0/16';
  if (/time$/i.test(path)) return '2026-01-02T03:04:05Z';
  if (/(host|endpoint|domain)\w*$/i.test(path)) return 'example.cellplane.local';
  return `example-${path.split('.').at(-1)?.replace(/\[.*/, '').toLowerCase() ?? ''}`;
}

/** Sets a value unless there is one; `[]` and `[0]` make a list of one. */
function put(tree: JsonObject, path: string, value: Json): void {
  const steps = path.split('.').flatMap((step) => (/\[\d*\]$/.test(step) ? [step.replace(/\[\d*\]$/, ''), '[]'] : [step]));
  let at: Json = tree;
  for (const [index, step] of steps.entries()) {
    const next: Json = index === steps.length - 1 ? value : steps[index + 1] === '[]' ? [] : {};
    if (Array.isArray(at)) {
      if (at.length === 0) at.push(next);
      at = at[0] ?? null;
    } else if (typeof at === 'object' && at !== null) {
      at[step] ??= next;
      at = at[step] ?? null;
    } else return;
  }
}
