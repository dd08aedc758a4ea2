/** Loops of a task: `withItems` and `withParam` (Argo 3.7 controller/dag.go expandTask, steps.go processItem). */
import { cut } from '../../cut.js';
import { remember } from '../../expression/bounded-cache.js';
import { readJson } from '../../expression/json/exact-json.js';
import type { Json } from '../../json.js';
import type { DagTask } from '../../model.js';
import { failed, ok, type Result } from '../../result.js';
import { textOf } from '../gate/compare.js';
import { isObject } from '../gate/path.js';
import type { NodePhase } from '../model.js';
import { type Boundary, endAtOnce, judgeWhen, placeOf, runOne } from './task.js';
import { boundLoop } from '../size.js';
import { type Flags, renderOne } from './template-call.js';
import { end, isFailing, isFulfilled, put } from './walk.js';
import type { Walk } from './state.js';

/** True if a task is a loop. */
export function isLoop(task: DagTask): boolean {
  return task.withItems !== undefined || task.withParam !== undefined;
}

/** Brings a loop's children as far as they can go, and ends its TaskGroup when all of them have. */
export function runLoop(walk: Walk, boundary: Boundary, task: DagTask, id: string, parent: string): void {
  const existing = walk.nodes.get(id);
  if (existing === undefined && !walk.mayStart) return;
  const items = itemsOf(walk, boundary, task);
  if (items.ok) boundLoop(task.name, items.value.list.length);
  if (!items.ok) {
    const tolerated = judgeWhen(walk, boundary, task).state === 'no';
    if (tolerated) return endAtOnce(walk, task, id, parent, 'Skipped', `when '${cut(task.when ?? '')}' evaluated false`);
    return endAtOnce(walk, task, id, parent, 'Error', items.problem);
  }
  if (items.value.list.length === 0) return endAtOnce(walk, task, id, parent, 'Skipped', 'Skipped, empty params');
  const group =
    existing ??
    put(walk, {
      id,
      parent,
      task: task.name,
      template: task.template,
      type: 'TaskGroup',
      phase: 'Running',
      message: '',
      startedAt: walk.now,
    });
  let phase: NodePhase = 'Succeeded';
  let message = '';
  let open = false;
  const { list, flags } = items.value;
  const names = namesOf(list);
  const childOf = (index: number) => childId(walk, id, index, names[index] ?? '', flags);
  for (const [index, item] of list.entries()) {
    const child = childOf(index);
    let node = walk.nodes.get(child);
    // What has ended has nothing more to do, and without room nothing begins: neither is worth another look at a wide loop.
    if (node === undefined ? walk.room > 0 : !isFulfilled(node)) {
      runOne(walk, boundary, task, child, id, { item, itemFlags: flags });
      node = walk.nodes.get(child);
    } else if (node === undefined && walk.mayStart) walk.more = true;
    if (node === undefined || !isFulfilled(node)) open = true;
    else if (isFailing(node.phase)) {
      phase = node.phase;
      message = node.message;
    }
  }
  if (open && (walk.stopping === undefined || list.some((_, index) => isOpen(walk, childOf(index))))) return;
  if (open) phase = 'Failed';
  end(walk, group, phase, message);
}

function isOpen(walk: Walk, id: string): boolean {
  const node = walk.nodes.get(id);
  return node !== undefined && !isFulfilled(node);
}

/** What stands for an item in a child's id `<name>(<index>:<item>)`: parentheses stripped, maps as sorted `k:v` joined by commas. */
function nameOf(item: Json): string {
  const text = isObject(item)
    ? Object.keys(item)
        .sort()
        .map((key) => `${key}:${textOf(item[key] as Json)}`)
        .join(',')
    : textOf(item);
  return text.replace(/[()]/g, '');
}

/** By the list itself: `parseList` remembers it, and a loop looks at all its children at every step. */
const named = new WeakMap<Json[], string[]>();

function namesOf(list: Json[]): string[] {
  const known = named.get(list);
  if (known !== undefined) return known;
  const names = list.map(nameOf);
  named.set(list, names);
  return names;
}

/** A child's id is shown, and stored in clear: of an item that is a secret it has the place alone. A run of before has both. */
function childId(walk: Walk, id: string, index: number, name: string, flags: Flags): string {
  const child = `${id}(${index}:${name})`;
  return flags.secret === true && !walk.nodes.has(child) ? `${id}(${index})` : child;
}

interface Items {
  list: Json[];
  flags: Flags;
}

function itemsOf(walk: Walk, boundary: Boundary, task: DagTask): Result<Items, string> {
  const place = placeOf(boundary, task);
  if (task.withParam === undefined) {
    const list: Json[] = [];
    let flags: Flags = {};
    for (const [index, item] of (task.withItems ?? []).entries()) {
      if (typeof item !== 'string') {
        list.push(item);
        continue;
      }
      const text = renderOne(walk, item, boundary, `${place}.withItems[${index}]`);
      if (!text.ok) return text;
      list.push(text.value.text);
      flags = { ...flags, ...text.value.flags };
    }
    return ok({ list, flags });
  }
  const text = renderOne(walk, task.withParam, boundary, `${place}.withParam`);
  if (!text.ok) return text;
  const list = parseList(text.value.text);
  if (list.ok) return ok({ list: list.value, flags: text.value.flags });
  return text.value.flags.secret === true
    ? failed('withParam value could not be parsed as a JSON list: it is made of a secret, and not shown')
    : list;
}

/** The items of a `withParam` text, remembered: a loop looks at its list at every step. Argo's message if it is no JSON list. */
export const parseList: (text: string) => Result<Json[], string> = remember(50, readList);

function readList(text: string): Result<Json[], string> {
  const shown = cut(text);
  try {
    const value = readJson(text);
    if (Array.isArray(value)) return ok(value);
    return failed(`withParam value could not be parsed as a JSON list: ${shown}: it is no list`);
  } catch (error) {
    return failed(
      `withParam value could not be parsed as a JSON list: ${shown}: ${error instanceof Error ? error.message : String(error)}`,
    );
  }
}
