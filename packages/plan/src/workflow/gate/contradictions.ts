/** Clauses of one AND that no value of a field fulfils together. Only the author's own texts are judged, never placeholders. */
import type { Clause, GateNode } from './model.js';
import { hasPlaceholder, shownWord, type Word } from '../word.js';

export interface Contradiction {
  message: string;
  /** The later of the two clauses. */
  at: Word;
}

/** Every pair of clauses below the same AND that excludes one another. */
export function contradictionsOf(node: GateNode): Contradiction[] {
  if (node.kind === 'clause') return [];
  if (node.kind === 'not') return contradictionsOf(node.child);
  if (node.kind === 'or') return node.children.flatMap(contradictionsOf);
  const clauses = conjunction(node);
  const found: Contradiction[] = [];
  for (const [index, later] of clauses.entries()) {
    const earlier = clauses.slice(0, index).find((one) => excludes(one, later));
    if (earlier === undefined) continue;
    found.push({ message: `'${shownWord(earlier.source)}' and '${shownWord(later.source)}' never hold together`, at: later.source });
  }
  return [...found, ...deeper(node)];
}

/** The clauses of an AND, also of ANDs in it. */
function conjunction(node: GateNode): Clause[] {
  if (node.kind === 'clause') return [node];
  return node.kind === 'and' ? node.children.flatMap(conjunction) : [];
}

function deeper(node: GateNode): Contradiction[] {
  if (node.kind !== 'and') return contradictionsOf(node);
  return node.children.flatMap(deeper);
}

function excludes(one: Clause, other: Clause): boolean {
  if (one.left.kind !== 'path' || other.left.kind !== 'path' || hasPlaceholder(one.left.path.source)) return false;
  if (shownWord(one.left.path.source) !== shownWord(other.left.path.source)) return false;
  return excludesAbsence(one, other) || excludesAbsence(other, one) || excludesValues(one, other);
}

/** A field that must be absent, and one that must have some value. */
function excludesAbsence(one: Clause, other: Clause): boolean {
  return one.op === 'absent' && !['absent', '!=', 'notin'].includes(other.op) && other.right.every((operand) => operand.kind !== 'null');
}

function excludesValues(one: Clause, other: Clause): boolean {
  const [a, b] = [valuesOf(one), valuesOf(other)];
  if (a === undefined || b === undefined) return false;
  const [first, second] = [isEqual(one), isEqual(other)];
  if (first && second) return !a.some((value) => b.includes(value));
  if (first && isUnequal(other)) return a.every((value) => b.includes(value));
  if (second && isUnequal(one)) return b.every((value) => a.includes(value));
  return boundsExclude(one, a, other, b) || boundsExclude(other, b, one, a);
}

function isEqual({ op }: Clause): boolean {
  return op === '==' || op === 'in';
}

function isUnequal({ op }: Clause): boolean {
  return op === '!=' || op === 'notin';
}

/** `low` asks for more than `high` allows. */
function boundsExclude(low: Clause, [least = '']: string[], high: Clause, [most = '']: string[]): boolean {
  const [from, to] = [Number(least), Number(most)];
  if (least === '' || most === '' || Number.isNaN(from) || Number.isNaN(to)) return false;
  if (!(low.op === '>' || low.op === '>=')) return false;
  if (high.op === '<' || (high.op === '<=' && low.op === '>')) return from >= to;
  return high.op === '<=' && from > to;
}

/** What the clause compares with, written so that values which count as equal are equal; undefined if that is not known. */
function valuesOf(clause: Clause): string[] | undefined {
  const values = clause.right.map((operand) => {
    if (operand.kind !== 'text' || hasPlaceholder(operand.word)) return undefined;
    const text = shownWord(operand.word);
    if (/^[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?$/.test(text)) return String(Number(text));
    return /^(true|false)$/i.test(text) ? text.toLowerCase() : text;
  });
  return values.length > 0 && values.every((value) => value !== undefined) ? values : undefined;
}
