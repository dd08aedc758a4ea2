/** Facts of a deployment cell: a tree in the shape of `$sys`, with what only the owner of the installation knows. Pure. */
import type { Json, JsonObject } from '../json.js';
import { didYouMean } from '../schema/suggest.js';
import { matchSystemPath } from './match.js';
import { stepsOf, SYSTEM_VALUES, type SystemValue } from './table.js';

export interface FactProblem {
  /** `deploymentCell.publicSubnetIDs[0].id` */
  path: string;
  message: string;
}

interface Row {
  value: SystemValue;
  steps: string[];
}

const MOST_ENTRIES = 200;
const LONGEST_TEXT = 16_384;
const DEEPEST = 10;
const ROWS: Row[] = SYSTEM_VALUES.flatMap((value) => (value.fact === undefined ? [] : [{ value, steps: stepsOf(value.fact) }]));

/** Facts as they may be stored, or every problem with its path. A null is a fact that is not given. */
export function checkFacts(given: Json): { facts: JsonObject; problems: FactProblem[] } {
  const problems: FactProblem[] = [];
  const facts = given === null ? {} : visit(given, [], ROWS, problems);
  if (problems.length === 0 && !isObject(facts)) problems.push({ path: '', message: 'must be a map of facts' });
  return { facts: isObject(facts) ? facts : {}, problems };
}

function visit(value: Json, path: string[], rows: Row[], problems: FactProblem[]): Json | undefined {
  const refuse = (message: string, at = path): undefined => void problems.push({ path: shown(at), message });
  const depth = path.length;
  if (depth > DEEPEST) return refuse('is nested too deeply');
  const leaf = rows.find(({ steps }) => (steps.at(-1) === '**' ? depth >= steps.length && !isObject(value) : steps.length === depth));
  if (leaf !== undefined) return leafValue(value, leaf.value, refuse);
  if (Array.isArray(value)) {
    const inList = rows.filter(({ steps }) => steps[depth] === '[]');
    if (inList.length === 0) return refuse('must be a map, not a list');
    if (value.length > MOST_ENTRIES) return refuse(`has more than ${MOST_ENTRIES} elements`);
    // `[a, b]` is short for `[{id: a}, {id: b}]`.
    const [only] = inList.length === 1 ? inList : [];
    const key = only?.steps.length === depth + 2 ? only.steps[depth + 1] : undefined;
    return value.flatMap((item, index) => {
      const whole = key !== undefined && !isObject(item) && !Array.isArray(item) ? { [key]: item } : item;
      return visit(whole, [...path, `[${index}]`], inList, problems) ?? [];
    });
  }
  if (!isObject(value)) return refuse(rows.some(({ steps }) => steps[depth] === '[]') ? 'must be a list' : 'must be a map');
  const entries = Object.entries(value);
  if (entries.length > MOST_ENTRIES) return refuse(`has more than ${MOST_ENTRIES} entries`);
  const result: [string, Json][] = [];
  for (const [key, inner] of entries) {
    const below = rows.filter(({ steps }) => {
      const step = steps[depth] ?? (steps.at(-1) === '**' ? '**' : undefined);
      return step === key || step === '*' || step === '**';
    });
    if (below.length === 0) refuse(unknown(path, key, rows), [...path, key]);
    else if (inner !== null) {
      const read = visit(inner, [...path, key], below, problems);
      if (read !== undefined) result.push([key, read]);
    }
  }
  return Object.fromEntries(result);
}

function leafValue(value: Json, { type }: SystemValue, refuse: (message: string) => undefined): Json | undefined {
  if (type === 'number') {
    const number = typeof value === 'string' && /^\d+(\.\d+)?$/.test(value) ? Number(value) : value;
    return typeof number === 'number' && Number.isFinite(number) && number >= 0 ? number : refuse('must be a number');
  }
  if (typeof value === 'number') return refuse('must be a text: write it in quotes');
  if (typeof value !== 'string' || value.trim() === '') return refuse('must be a text that is not empty');
  if (value.length > LONGEST_TEXT) return refuse(`has more than ${LONGEST_TEXT} characters`);
  if (/[^\P{Cc}\n]/u.test(value)) return refuse('has control characters');
  if (type === 'cidr' && !/^(\d{1,3}(\.\d{1,3}){3}\/\d{1,2}|[0-9a-fA-F:]+\/\d{1,3})$/.test(value))
    return refuse('must be a range of addresses such as 10.0.0.0/16');
  return value;
}

function unknown(path: string[], key: string, rows: Row[]): string {
  const steps = [...path, key].filter((step) => !step.startsWith('['));
  const match = matchSystemPath(steps.map((step) => ({ key: step })));
  if ('values' in match && match.values.every(({ fact }) => fact === undefined)) return 'is given by the platform itself';
  const known = [...new Set(rows.flatMap(({ steps }) => steps[path.length] ?? []))];
  return `is no fact of a cell. ${didYouMean(key, known, 'See docs/system-parameters.md.')}`;
}

/** What `$sys` shows of facts, where the type of machine is known. */
export function factValues(facts: JsonObject, machineType: string | undefined): JsonObject {
  const { compute, ...rest } = facts;
  if (!isObject(compute)) return facts;
  const { machineTypes, node, ...others } = compute;
  const types = isObject(machineTypes) ? machineTypes : {};
  const own = machineType !== undefined && Object.hasOwn(types, machineType) ? types[machineType] : undefined;
  const shownNode = { ...(isObject(node) ? node : {}), ...(isObject(own) ? own : {}) };
  return { ...rest, compute: { ...others, ...(Object.keys(shownNode).length === 0 ? {} : { node: shownNode }) } };
}

/** Facts that the simulated cell makes up: all of the table, and of what may have any name, the paths that are asked for. In the shape of `$sys`. */
export function simulatedFacts(asked: readonly (readonly string[])[] = []): JsonObject {
  const facts: JsonObject = {};
  for (const { path, fact, simulated } of SYSTEM_VALUES) {
    if (fact === undefined || simulated === undefined) continue;
    const steps = stepsOf(path);
    if (!steps.some((step) => step.startsWith('*'))) put(facts, steps, simulated);
    else
      for (const keys of asked)
        if (keys.length >= steps.length && steps.every((step, at) => step.startsWith('*') || step === keys[at]))
          put(facts, [...keys], `simulated-${keys.at(-1)}`);
  }
  return facts;
}

/** `[]` in the steps: one element for each of the values. */
function put(tree: JsonObject, steps: string[], value: Json): void {
  const [step = '', next, ...rest] = steps;
  if (next === undefined) tree[step] = value;
  else if (next === '[]') {
    const list = (Array.isArray(tree[step]) ? tree[step] : (value as Json[]).map(() => ({}))) as Json[];
    tree[step] = rest.length === 0 ? value : list;
    if (rest.length > 0) for (const [index, item] of (value as Json[]).entries()) put((list[index] ?? {}) as JsonObject, rest, item);
  } else {
    const below = isObject(tree[step]) ? tree[step] : {};
    tree[step] = below;
    put(below, [next, ...rest], value);
  }
}

/** `over` wins, map by map; lists are replaced whole. */
export function mergeTrees(under: JsonObject, over: JsonObject): JsonObject {
  const merged: JsonObject = { ...under };
  for (const [key, value] of Object.entries(over)) {
    const below = merged[key];
    merged[key] = isObject(below) && isObject(value) ? mergeTrees(below, value) : value;
  }
  return merged;
}

function shown(path: string[]): string {
  return path.join('.').replaceAll('.[', '[');
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
