/** What can stand at a place: keys and values of the grammar, and the names that the author has given. Pure. */
import { FUNCTIONS, type Shape, shapeInWords, SYSTEM_VALUES } from '@cellplane/plan';
import { type Begun, expressionBefore, wordBefore } from './begun';
import {
  argumentsAt,
  inputsAt,
  inputsOfCalled,
  type Named,
  parametersAt,
  resourcesOf,
  secretsIn,
  tasksAt,
  tasksOfWorkflow,
  templatesAt,
} from './names';
import { childrenOf, type Outline, type OutlineNode } from './outline';
import { itemAround, mapOf, type Place, placeAt, shapeOf, type Spot } from './place';

export interface Suggestion {
  /** What is put in the place of the word. */
  text: string;
  kind: 'key' | 'value' | 'name' | 'expression';
  /** Beside it: the type of its value. */
  detail?: string;
  /** What it means. */
  about?: string;
}

export interface Completion {
  /** Where the word begins that is replaced; a column of the line. */
  from: number;
  suggestions: Suggestion[];
}

/** Suggestions at a spot; none where nothing is known. */
export function complete(outline: Outline, spot: Spot): Completion {
  const place = placeAt(outline, spot);
  const expression = expressionBefore(place.before);
  if (expression !== undefined) return { from: expression.from, suggestions: inExpression(outline, place, expression) };
  const word = wordBefore(place.before, /[\w-]/);
  const from = place.before.length - word.length;
  if (place.block !== undefined) return { from, suggestions: [] };
  if (place.valueOf?.kind === 'key') return { from, suggestions: valuesFor(outline, place.valueOf) };
  const values = place.valueOf === undefined ? [] : valuesFor(outline, place.valueOf);
  return { from, suggestions: [...keysFor(outline, place.within), ...values] };
}

/** Keys of the grammar that the map has not yet. What is required comes first. */
function keysFor(outline: Outline, within: OutlineNode): Suggestion[] {
  const shape = shapeOf(within);
  const map = shape === undefined ? undefined : mapOf(shape);
  if (map === undefined) return [];
  const taken = new Set(childrenOf(outline, within).map(({ key }) => key.toLowerCase()));
  return Object.entries(map.fields)
    .filter(
      ([key, { support, deprecated }]) =>
        (support === 'acted on' || support === 'stored') && deprecated === undefined && !taken.has(key.toLowerCase()),
    )
    .toSorted(([, one], [, other]) => Number(other.required ?? false) - Number(one.required ?? false))
    .map(([key, { shape, description, required, support }]) => ({
      text: `${key}:${opensBelow(shape) ? '' : ' '}`,
      kind: 'key' as const,
      detail: [
        shapeInWords(shape).replaceAll('\\', ''),
        ...(required ? ['required'] : []),
        ...(support === 'stored' ? ['only stored'] : []),
      ].join(', '),
      about: description,
    }));
}

function opensBelow(shape: Shape): boolean {
  return shape.type === 'map' || shape.type === 'list' || shape.type === 'dictionary';
}

/** Keys whose values are names of the plan. */
const NAMES: Record<string, (outline: Outline, node: OutlineNode) => Named[]> = {
  template: templatesAt,
  entrypoint: templatesAt,
  dependencies: tasksAt,
  depends: tasksAt,
  dependson: resourcesOf,
  apiparam: parametersAt,
  replicacountapiparam: parametersAt,
};

function valuesFor(outline: Outline, node: OutlineNode): Suggestion[] {
  const key = (node.kind === 'key' ? node.key : (node.parent?.key ?? '')).toLowerCase();
  const names = NAMES[key]?.(outline, node) ?? [];
  if (names.length > 0) return names.map(suggestName);
  const task = itemAround(node, 'tasks') ?? itemAround(node, 'steps');
  // The arguments of a task are the inputs of the template that it calls.
  if (key === 'name' && task !== undefined && itemAround(node, 'parameters') !== undefined)
    return inputsOfCalled(outline, task).map(suggestName);
  const shape = shapeOf(node);
  if (shape?.type === 'boolean') return ['true', 'false'].map((text) => ({ text, kind: 'value' }));
  if (shape?.type === 'enum') return shape.values.map((text) => ({ text, kind: 'value' }));
  return [];
}

function suggestName({ name, about }: Named): Suggestion {
  return { text: name, kind: 'name', ...(about === undefined ? {} : { about }) };
}

function inExpression(outline: Outline, place: Place, { text, braces }: Begun): Suggestion[] {
  const node = place.valueOf ?? place.within;
  const platform = platformExpressions(outline, node, text);
  if (!braces) return platform;
  const tags = text.startsWith('$') ? [] : tagsAt(outline, node);
  return [...tags, ...platform];
}

/** Argo's tags: inputs of the template, arguments of the workflow, loops, and how tasks have ended. */
function tagsAt(outline: Outline, node: OutlineNode): Suggestion[] {
  const tag = (text: string, about: string): Suggestion => ({ text, kind: 'expression', about });
  return [
    ...inputsAt(outline, node).map(({ name }) => tag(`inputs.parameters.${name}`, 'Input of this template.')),
    ...argumentsAt(outline, node).map(({ name }) => tag(`workflow.parameters.${name}`, 'Argument of the workflow.')),
    ...tasksAt(outline, node).map(({ name }) => tag(`tasks.${name}.status`, 'How that task has ended.')),
    tag('item', 'The item of the loop.'),
    tag('workflow.name', 'Id of the run.'),
  ];
}

/** `$var`, `$sys`, `$secret`, `$func`, other resources and, in outputs, tasks. Roots alone until one is typed. */
function platformExpressions(outline: Outline, node: OutlineNode, typed: string): Suggestion[] {
  const one = (text: string, about: string, detail?: string): Suggestion => ({
    text,
    kind: 'expression',
    about,
    ...(detail === undefined ? {} : { detail }),
  });
  const root = /^\$(\w+)\./.exec(typed)?.[1];
  const variables = () => parametersAt(outline, node).map(({ name, about }) => one(`$var.${name}`, about ?? 'Parameter.'));
  if (root === 'var') return variables();
  if (root === 'sys') return SYSTEM_VALUES.map(({ path, meaning, type }) => one(`$sys.${typable(path)}`, meaning, type));
  if (root === 'secret') return secretsIn(outline).map((name) => one(`$secret.${name}`, 'Secret of the environment type.'));
  if (root === 'func')
    return Object.entries(FUNCTIONS).map(([name, { parameters }]) => one(`$func.${name}(`, `$func.${name}(${parameters})`));
  if (root === 'tasks')
    return tasksOfWorkflow(outline, node).map(({ name }) => one(`$tasks.${name}.resource.`, 'The object of that task, as seen last.'));
  return [
    ...variables(),
    one('$sys.', 'What the platform knows: instance, cell, network, snapshot.'),
    one('$secret.', 'Secrets of the environment type.'),
    one('$func.', 'Functions.'),
    ...resourcesOf(outline).map(({ name }) =>
      one(`$${name.charAt(0).toLowerCase()}${name.slice(1).replaceAll(' ', '')}.out.`, `Outputs of ${name}.`),
    ),
    ...(tasksOfWorkflow(outline, node).length > 0 ? [one('$tasks.', 'Objects of tasks; in outputs only.')] : []),
  ];
}

/** A path of the table as it is typed: up to what is the author's own. */
function typable(path: string): string {
  const own = path.indexOf('*');
  return (own === -1 ? path : path.slice(0, own)).replaceAll('[]', '[0]');
}
