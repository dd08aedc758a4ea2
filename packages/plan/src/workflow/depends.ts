/**
 * `depends` of a DAG task: booleans over results of other tasks (Argo 3.7 common/ancestry.go, controller/dag.go), joined
 * by && || ! == != and `? :`. Every word is a task's name in Argo, also `and`, `true` and `1`; Argo's expression library
 * knows more operators without words (`??`, lists, comments), which are refused here.
 * A bare name means (Succeeded || Skipped || Daemoned), and also Failed or Errored if that task continues on it.
 */
import type { DagTask } from '../model.js';
import { MAX_CONDITION_DEPTH, MAX_CONDITION_PARTS, SMALLER, TOO_DEEP, TOO_MANY_PARTS } from './condition-bounds.js';
import { failed, ok, type Result } from '../result.js';

export const TASK_RESULTS = ['Succeeded', 'Failed', 'Errored', 'Skipped', 'Omitted', 'Daemoned', 'AnySucceeded', 'AllFailed'] as const;
type TaskResultName = (typeof TASK_RESULTS)[number];

/** What is known of a task that has ended; absent results are false. */
export type TaskResults = Partial<Record<TaskResultName, boolean>>;

export type DependsNode =
  | { kind: 'and' | 'or' | 'equal' | 'unequal'; left: DependsNode; right: DependsNode }
  | { kind: 'choice'; condition: DependsNode; left: DependsNode; right: DependsNode }
  | { kind: 'not'; child: DependsNode }
  | { kind: 'task'; task: string; result?: TaskResultName; offset: number };

export interface DependsProblem {
  code: 'depends-syntax' | 'depends-result';
  /** UTF-16 code units from the start of the text. */
  offset: number;
  message: string;
  cure: string;
}

const LEXEME = /\s*(?:(&&|\|\||==|!=|[!()?:])|([A-Za-z0-9_][-A-Za-z0-9_]*)(?:\.([A-Za-z0-9_]+))?|(\S))/y;

interface Lexeme {
  symbol: string;
  task?: string;
  result?: string;
  offset: number;
}

/** Parses a `depends` text. */
export function parseDepends(text: string): Result<DependsNode, DependsProblem> {
  const lexemes = lex(text);
  if (lexemes.length > MAX_CONDITION_PARTS)
    return failed({ code: 'depends-syntax', offset: 0, message: `has a \`depends\` that is too large: ${TOO_MANY_PARTS}`, cure: SMALLER });
  let at = 0;
  let depth = 0;
  let problem: DependsProblem | undefined;
  const symbol = (): string => lexemes[at]?.symbol ?? 'end';
  const fault = (): DependsNode => {
    const lexeme = lexemes[at];
    problem ??= {
      code: 'depends-syntax',
      offset: lexeme?.offset ?? text.length,
      message: lexeme
        ? `'${lexeme.symbol === 'task' ? lexeme.task : lexeme.symbol}' was not expected here`
        : 'The text ends where a task was expected',
      cure: 'Write task names joined by &&, || and !, for example A.Succeeded || (B && !C.Failed).',
    };
    return { kind: 'task', task: '', offset: 0 };
  };
  const deeper = (read: () => DependsNode): DependsNode => {
    depth += 1;
    const node = read();
    depth -= 1;
    return node;
  };
  const choice = (): DependsNode => {
    const condition = or();
    if (symbol() !== '?') return condition;
    at += 1;
    const left = deeper(choice);
    if (symbol() !== ':') return fault();
    at += 1;
    return { kind: 'choice', condition, left, right: deeper(choice) };
  };
  const or = (): DependsNode => {
    let node = and();
    while (symbol() === '||') {
      at += 1;
      node = { kind: 'or', left: node, right: and() };
    }
    return node;
  };
  const and = (): DependsNode => {
    let node = comparison();
    while (symbol() === '&&') {
      at += 1;
      node = { kind: 'and', left: node, right: comparison() };
    }
    return node;
  };
  const comparison = (): DependsNode => {
    let node = unary();
    while (symbol() === '==' || symbol() === '!=') {
      const kind = symbol() === '==' ? 'equal' : 'unequal';
      at += 1;
      node = { kind, left: node, right: unary() };
    }
    return node;
  };
  const unary = (): DependsNode => {
    const lexeme = lexemes[at];
    if (lexeme === undefined || problem) return fault();
    if (depth >= MAX_CONDITION_DEPTH) {
      problem = { code: 'depends-syntax', offset: lexeme.offset, message: TOO_DEEP, cure: SMALLER };
      return fault();
    }
    if (lexeme.symbol === '!') {
      at += 1;
      return { kind: 'not', child: deeper(unary) };
    }
    if (lexeme.symbol === '(') {
      at += 1;
      const inner = deeper(choice);
      if (symbol() !== ')') return fault();
      at += 1;
      return inner;
    }
    if (lexeme.task === undefined) return fault();
    at += 1;
    if (lexeme.result === undefined) return { kind: 'task', task: lexeme.task, offset: lexeme.offset };
    const result = TASK_RESULTS.find((name) => name === lexeme.result);
    if (result === undefined) {
      problem ??= {
        code: 'depends-result',
        offset: lexeme.offset,
        message: `task result '${lexeme.result}' for task '${lexeme.task}' is invalid`,
        cure: `Use one of ${TASK_RESULTS.join(', ')}.`,
      };
      return { kind: 'task', task: lexeme.task, offset: lexeme.offset };
    }
    return { kind: 'task', task: lexeme.task, result, offset: lexeme.offset };
  };
  const root = choice();
  if (!problem && at < lexemes.length) fault();
  return problem ? failed(problem) : ok(root);
}

function lex(text: string): Lexeme[] {
  const lexemes: Lexeme[] = [];
  LEXEME.lastIndex = 0;
  for (let match = LEXEME.exec(text); match !== null; match = LEXEME.exec(text)) {
    const [whole, symbol, task, result, other] = match;
    const offset = match.index + whole.length - whole.trimStart().length;
    if (symbol ?? other) lexemes.push({ symbol: symbol ?? other ?? '', offset });
    else if (task !== undefined) lexemes.push({ symbol: 'task', task, ...(result !== undefined && { result }), offset });
  }
  return lexemes;
}

/** Every task that a `depends` mentions, once, in order of first mention. */
export function tasksOf(node: DependsNode): string[] {
  return [...new Set(mentionsOf(node).map(({ task }) => task))];
}

/** Every mention of a task, in order. Chains may be as long as there are tasks. */
export function mentionsOf(node: DependsNode): Extract<DependsNode, { kind: 'task' }>[] {
  const found: Extract<DependsNode, { kind: 'task' }>[] = [];
  const open = [node];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'task') found.push(next);
    else if (next.kind === 'not') open.push(next.child);
    else open.push(next.right, next.left, ...(next.kind === 'choice' ? [next.condition] : []));
  }
  return found;
}

/** Evaluates a parsed `depends`. `continueOn` answers what a bare name lets pass besides success. */
export function evaluateDepends(
  node: DependsNode,
  results: (task: string) => TaskResults,
  continueOn: (task: string) => DagTask['continueOn'] = () => undefined,
): boolean {
  const value = (inner: DependsNode): boolean => evaluateDepends(inner, results, continueOn);
  switch (node.kind) {
    case 'not':
      return !value(node.child);
    case 'and':
    case 'or':
      return chain(node, node.kind).map(value)[node.kind === 'and' ? 'every' : 'some'](Boolean);
    case 'equal':
      return value(node.left) === value(node.right);
    case 'unequal':
      return value(node.left) !== value(node.right);
    case 'choice':
      return value(node.condition) ? value(node.left) : value(node.right);
    case 'task': {
      const known = results(node.task);
      if (node.result !== undefined) return known[node.result] ?? false;
      const also = continueOn(node.task);
      const passes = known.Succeeded || known.Skipped || known.Daemoned || (also?.failed && known.Failed) || (also?.error && known.Errored);
      return passes ?? false;
    }
  }
}

/** What is joined by one operator, without the brackets around the left ones: a chain may be as long as there are tasks. */
function chain(node: DependsNode, kind: 'and' | 'or'): DependsNode[] {
  const parts: DependsNode[] = [];
  let left = node;
  while (left.kind === kind) {
    parts.push(left.right);
    left = left.left;
  }
  return [...parts, left].toReversed();
}

/** What a task waits for: its `depends`, or its `dependencies` joined by AND; undefined for a task that waits for none. */
export function dependsOf(task: DagTask): Result<DependsNode | undefined, DependsProblem> {
  if (task.depends !== undefined && task.depends.trim() !== '') return parseDepends(task.depends);
  let node: DependsNode | undefined;
  for (const name of task.dependencies) {
    const next: DependsNode = { kind: 'task', task: name, offset: 0 };
    node = node === undefined ? next : { kind: 'and', left: node, right: next };
  }
  return ok(node);
}
