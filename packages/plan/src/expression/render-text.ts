import type { Json } from '../json.js';
import { type ExpressionValues, type Fragment, type Inputs, isText, type Part, type ResolvedValue } from './fragment.js';
import { boundText, MAX_PIECES, textLength, TooMuchText } from './work.js';
import { parseText, type ResultField, type TextPart } from './text.js';

/** What the tags of a text are resolved with. */
export interface RenderScope {
  /** Inputs of the template that the text stands in. */
  inputs: Inputs;
  /** Values of the run's platform expressions, by place. */
  values: ExpressionValues;
  /** Place of this text without `#n`: `arguments.<parameter>` or `templates.<template>.<field>`. */
  place: string;
  /** Loop item of the task, if it is a loop's child. */
  item?: Json;
  /** Flags of the list that the item came from. */
  itemFlags?: Pick<ResolvedValue, 'secret' | 'tainted'>;
  /** For `{{tasks.x.status}}` and its like: what a task that has ended came to; undefined if it has not, or is none of this template. */
  results?: ResultsOf;
  /** For `{{workflow.name}}`: as in Argo, another one with each run. */
  workflowName?: string;
  /** For `{{workflow.parameters.x}}`: the workflow's arguments. */
  workflowParameters?: Inputs;
}

/** Answers a field of a task's result as text. */
export type ResultsOf = (of: 'tasks' | 'steps', task: string, field: ResultField) => string | undefined;

export interface RenderedText {
  fragment: Fragment;
  /** Source of every tag that had no value and was rendered empty (docs/reference/plan-language.md#rendering). */
  missing: string[];
}

/**
 * Resolves the tags of a text once: what is inserted is never looked at again. The author's text stays text, values stay
 * values with their flags and types, an input contributes its own parts, so that a text threaded through several
 * templates keeps its structure and its tokens.
 * @throws TooMuchText before the text is more than one may be: an input may be there several times, and in it another one
 */
export function renderText(text: string, scope: RenderScope): RenderedText {
  const parts: Part[] = [];
  const missing: string[] = [];
  let length = 0;
  for (const part of parseText(text)) {
    const inserted = resolvePart(part, scope);
    if (inserted === undefined) {
      missing.push(part.text.trim());
      continue;
    }
    for (const piece of inserted) {
      length += isText(piece) ? piece.text.length : textLength(piece.value);
      boundText(length);
      append(parts, piece);
    }
    if (parts.length > MAX_PIECES) throw new TooMuchText(`the text would have more than ${MAX_PIECES} pieces`);
  }
  return { fragment: { parts }, missing };
}

/** The parts that a tag stands for; undefined if it has no value. */
export function resolvePart(part: TextPart, scope: RenderScope): Part[] | undefined {
  switch (part.type) {
    case 'text':
    case 'foreign':
      return [{ text: part.text }];
    case 'platform': {
      const value = own(scope.values, `${scope.place}#${part.index}`);
      return value === undefined ? undefined : [value];
    }
    case 'input':
      return own(scope.inputs, part.name)?.parts;
    case 'workflowParameter':
      return scope.workflowParameters === undefined ? undefined : own(scope.workflowParameters, part.name)?.parts;
    case 'workflowName':
      return scope.workflowName === undefined ? undefined : [{ value: scope.workflowName, source: 'workflow.name' }];
    case 'result': {
      const value = scope.results?.(part.of, part.task, part.field);
      return value === undefined ? undefined : [{ value, source: `${part.of}.${part.task}.${part.field}` }];
    }
    case 'item': {
      const value = itemValue(scope.item, part.path);
      return value === undefined ? undefined : [{ value, source: ['item', ...part.path].join('.'), ...scope.itemFlags }];
    }
  }
}

function itemValue(item: Json | undefined, path: string[]): Json | undefined {
  let value = item;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
    value = own(value, key);
  }
  return value;
}

/** Neighbouring texts become one, so that a fragment's form does not depend on how often it was passed on. */
function append(parts: Part[], part: Part): void {
  if (isText(part) && part.text === '') return;
  const last = parts.at(-1);
  if (last !== undefined && isText(last) && isText(part)) parts[parts.length - 1] = { text: last.text + part.text };
  else parts.push(part);
}

function own<Value>(record: Record<string, Value>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}
